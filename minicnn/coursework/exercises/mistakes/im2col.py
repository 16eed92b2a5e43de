"""The mistakes that people make in `im2col`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.im2col import _padded, exercise, im2col
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array


def _windows(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    """Return the windows with all axes apart, (N, OH, OW, C, KH, KW)."""
    N, C, H, W = x.shape
    OH = output_size(H, kernel_size, stride, padding, dilation=1)
    OW = output_size(W, kernel_size, stride, padding, dilation=1)
    columns = im2col(x, kernel_size, stride, padding)
    return columns.reshape(N, OH, OW, C, kernel_size, kernel_size)


def _rows(windows: Array) -> Array:
    """Return windows (N, OH, OW, C, KH, KW), in any order of axes, as a matrix."""
    return windows.reshape(np.prod(windows.shape[:3]), -1)


# -- padding ---------------------------------------------------------------------------------------


@exercise.mistake(
    "The pictures were not padded.",
    hint="Where may the first window stand, if there is a border of zeros around the picture?",
)
def padding_forgotten(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, 0)


@exercise.mistake(
    "The pictures were padded, but OH and OW were computed without the padding.",
    hint="Over how many rows does the window move, once there is a border?",
)
def places_without_padding(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    H, W = x.shape[2:]
    OH = output_size(H, kernel_size, stride, 0, dilation=1)
    OW = output_size(W, kernel_size, stride, 0, dilation=1)
    return _rows(_windows(x, kernel_size, stride, padding)[:, :OH, :OW])


@exercise.mistake(
    "Only the border above and to the left was counted: OH and OW heed the padding once.",
    hint="A picture has four sides. How high is one of 3 rows with a border of 1 on each?",
)
def padded_before_only(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(_padded(x, padding, 0), kernel_size, stride, 0)


@exercise.mistake(
    "Zeros were added below and to the right only.",
    hint="A picture has four sides. Look at its first row and column.",
)
def padded_after_only(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(_padded(x, 0, padding), kernel_size, stride, 0)


@exercise.mistake(
    "The picture lies at the upper left of the padded one: all zeros stand below and to the right.",
    hint="At which row and column of the larger array does the picture begin?",
)
def all_padding_after(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(_padded(x, 0, 2 * padding), kernel_size, stride, 0)


@exercise.mistake(
    "The picture lies at the lower right of the padded one: all zeros stand above and to the left.",
    hint="At which row and column of the larger array does the picture begin?",
)
def all_padding_before(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(_padded(x, 2 * padding, 0), kernel_size, stride, 0)


@exercise.mistake(
    "Only rows were padded, above and below, but no columns.",
    hint="Which axes of x are those of the picture?",
)
def only_rows_padded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (0, 0))), kernel_size, stride, 0)


@exercise.mistake(
    "Only columns were padded, left and right, but no rows.",
    hint="Which axes of x are those of the picture?",
)
def only_columns_padded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(np.pad(x, ((0, 0), (0, 0), (0, 0), (padding,) * 2)), kernel_size, stride, 0)


@exercise.mistake(
    "All four axes were padded, those of the samples and of the channels too.",
    hint="np.pad takes a pair for each axis. How many samples should there be afterwards?",
)
def all_axes_padded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(np.pad(x, padding), kernel_size, stride, 0)


@exercise.mistake(
    "The border repeats the pixels of the edge; it should be zeros.",
    hint="What does np.pad fill in with the mode that you gave it?",
)
def padded_with_the_edge(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return im2col(np.pad(x, sides, mode="edge"), kernel_size, stride, 0)


# -- where the windows stand -----------------------------------------------------------------------


@exercise.mistake(
    "The windows are one pixel apart, whatever the stride; only their number heeds it.",
    hint="At which pixel does the window of place i begin, if the stride is 2?",
)
def stride_ignored(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    OH, OW = _windows(x, kernel_size, stride, padding).shape[1:3]
    return _rows(_windows(x, kernel_size, 1, padding)[:, :OH, :OW])


@exercise.mistake(
    "The stride was left out altogether: there is a window at every pixel.",
    hint="With a stride of 2, which of your windows should not be there?",
)
def as_if_the_stride_were_one(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, 1, padding)


@exercise.mistake(
    "The windows were set side by side: they moved by their own length, not by the stride.",
    hint="Which argument says by how many pixels the window moves? May windows overlap?",
)
def kernel_as_stride(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, kernel_size, padding)


@exercise.mistake(
    "The stride was taken inside the window, whose pixels lie apart; the windows do not.",
    hint="Which of the two does the stride set apart: the pixels of a window, or the windows?",
)
def stride_inside_the_window(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    padded = _padded(x, padding, padding)
    OH, OW = _windows(x, kernel_size, stride, padding).shape[1:3]
    reach = stride * (kernel_size - 1) + 1
    wide = _windows(padded, reach, 1, 0)[:, :OH, :OW, :, ::stride, ::stride]
    if wide.shape[1:3] != (OH, OW):
        raise ValueError("a window reaches beyond the picture")
    return _rows(wide)


@exercise.mistake(
    "The last place of every row and column is missing: OH and OW are one too small.",
    hint="A window of 3 on 3 pixels cannot move at all. How many windows are there?",
)
def last_place_missing(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[:, :-1, :-1])


@exercise.mistake(
    "OH was taken for OW: there are as many places to the right as there are downwards.",
    hint="Pictures need not be square. From which number does OW follow?",
)
def square_assumed(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    OH, OW = windows.shape[1:3]
    if OH > OW:
        raise ValueError("a window reaches beyond the picture")
    return _rows(windows[:, :, :OH])


@exercise.mistake(
    "OW was taken for OH: there are as many places downwards as there are to the right.",
    hint="Pictures need not be square. From which number does OH follow?",
)
def square_assumed_from_the_width(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    OH, OW = windows.shape[1:3]
    if OW > OH:
        raise ValueError("a window reaches beyond the picture")
    return _rows(windows[:, :OW])


# -- which numbers come together in a row ----------------------------------------------------------


@exercise.mistake(
    "An array (N, C, OH, OW, KH, KW) was reshaped without bringing C behind OW first.",
    hint="Reshaping keeps the numbers in their order. Which axis must stand where before?",
)
def channels_not_moved(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows_like(
        x, kernel_size, _windows(x, kernel_size, stride, padding).transpose(0, 3, 1, 2, 4, 5)
    )


@exercise.mistake(
    "An array (N, C, KH, KW, OH, OW) was reshaped without bringing OH and OW behind N first.",
    hint="Reshaping keeps the numbers in their order. Which axes must stand where before?",
)
def places_not_moved(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows_like(
        x, kernel_size, _windows(x, kernel_size, stride, padding).transpose(0, 3, 4, 5, 1, 2)
    )


@exercise.mistake(
    "An array (C, KH, KW, N, OH, OW) was reshaped where its transpose was needed.",
    hint="A reshape does not turn columns into rows. What does?",
)
def reshaped_not_transposed(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows_like(
        x, kernel_size, _windows(x, kernel_size, stride, padding).transpose(3, 4, 5, 0, 1, 2)
    )


def _rows_like(x: Array, kernel_size: int, numbers: Array) -> Array:
    """Return numbers, in the order in which they come, in rows as long as a window."""
    return numbers.reshape(-1, x.shape[1] * kernel_size * kernel_size)


@exercise.mistake(
    "Every sample wrote into the same rows: those of the last are there, the other rows are zero.",
    hint="To which row does place (0, 0) of the second sample belong?",
)
def samples_overwritten(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    kept = np.zeros_like(windows)
    kept.reshape(-1, *windows.shape[1:])[0] = windows[-1]
    return _rows(kept)


@exercise.mistake(
    "Only the first sample was taken.",
    hint="How many windows are there in a batch of two pictures?",
)
def only_the_first_sample(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x[:1], kernel_size, stride, padding)


@exercise.mistake(
    "Every channel wrote into the same columns: those of the last are there, the others are zero.",
    hint="To which column does the first pixel of the second channel belong?",
)
def channels_overwritten(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    kept = np.zeros_like(windows)
    kept[:, :, :, 0] = windows[:, :, :, -1]
    return _rows(kept)


@exercise.mistake(
    "Only the first channel was taken.",
    hint="How many numbers does a window over two channels hold?",
)
def only_the_first_channel(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x[:, :1], kernel_size, stride, padding)


@exercise.mistake(
    "The channels were added up.",
    hint="A kernel has numbers of its own for each channel. So what must a row hold?",
)
def channels_added_up(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x.sum(axis=1, keepdims=True), kernel_size, stride, padding)


@exercise.mistake(
    "Every window was read backwards, as if turned by 180 degrees.",
    hint="Which pixel of a window comes first?",
)
def window_turned(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[..., ::-1, ::-1])


# -- other orders ----------------------------------------------------------------------------------


@exercise.convention(
    "The matrix is the transpose: one window a column.",
    reason="Many courses write a convolution as kernels @ columns, for which a window must be a "
    "column. This exercise has one window a row, so that the rows stand for what the batch is.",
)
def window_a_column(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, padding).T


@exercise.convention(
    "The rows are in the order i, j, n: place by place, and at each place sample by sample.",
    reason="It is as good, if the result is put back in the same order. This exercise takes n, i, "
    "j, the order of the axes of a batch, and the next exercises rely on it.",
)
def place_by_place(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)  # (N, OH, OW, C, KH, KW)
    return _rows(windows.transpose(1, 2, 0, 3, 4, 5))


@exercise.convention(
    "One window a column, and the columns in the order i, j, n: place by place.",
    reason="A well-known course has this order, for products of kernels @ columns. This exercise "
    "has one window a row, in the order n, i, j of a batch, and the next exercises rely on it.",
)
def place_by_place_in_columns(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)  # (N, OH, OW, C, KH, KW)
    return _rows(windows.transpose(1, 2, 0, 3, 4, 5)).T


@exercise.convention(
    "The places are in the order j, i: column by column.",
    reason="Arrays of NumPy lie row by row in memory: (N, OH, OW) reshaped into one axis has the "
    "places row by row. The next exercises rely on it.",
)
def places_column_by_column(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(0, 2, 1, 3, 4, 5))


@exercise.convention(
    "The columns are in the order kh, kw, c: pixel by pixel, with all channels of each.",
    reason="This is the order of libraries whose pictures are (N, H, W, C). Here kernels are "
    "(F, C, KH, KW), and reshaped to (F, C * KH * KW) they have the order c, kh, kw.",
)
def channels_last(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(0, 1, 2, 4, 5, 3))


@exercise.convention(
    "The columns are in the order c, kw, kh: every window column by column.",
    reason="Kernels (F, C, KH, KW), reshaped to (F, C * KH * KW), have their numbers row by row.",
)
def window_column_by_column(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(0, 1, 2, 3, 5, 4))


@exercise.convention(
    "The samples have an axis of their own, with one window a column: (N, C * KH * KW, OH * OW).",
    reason="PyTorch's unfold gives this, for one product a sample. Here all windows of the batch "
    "stand in one matrix, (N * OH * OW, C * KH * KW), for a single product.",
)
def unfolded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    return windows.reshape(len(x), np.prod(windows.shape[1:3]), -1).swapaxes(1, 2)


@exercise.mistake(
    "The samples still have an axis of their own: (N, OH * OW, C * KH * KW).",
    hint="A matrix has two axes. Which of yours can be joined to one?",
)
def samples_apart(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    return windows.reshape(len(x), np.prod(windows.shape[1:3]), -1)


@exercise.mistake(
    "The axes of the samples and places were not joined: (N, OH, OW, C * KH * KW).",
    hint="A matrix has two axes. Which of yours can be joined to one?",
)
def places_apart(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    return windows.reshape(*windows.shape[:3], -1)


@exercise.mistake(
    "The windows were not made rows: the array is still (N, OH, OW, C, KH, KW).",
    hint="Which axes make up the rows of the matrix, and which its columns?",
)
def all_axes_apart(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _windows(x, kernel_size, stride, padding)


# -- more borders ----------------------------------------------------------------------------------


@exercise.mistake(
    "The border is ones; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_ones(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return im2col(np.pad(x, sides, constant_values=1), kernel_size, stride, 0)


@exercise.mistake(
    "The border mirrors the pixels of the picture; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_mirrored_pixels(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return im2col(np.pad(x, sides, mode="reflect"), kernel_size, stride, 0)


@exercise.mistake(
    "The border continues with the pixels of the other side; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_the_other_side(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return im2col(np.pad(x, sides, mode="wrap"), kernel_size, stride, 0)


@exercise.mistake(
    "The channels were padded as well as the pictures.",
    hint="np.pad takes a pair for each axis. How many channels should there be afterwards?",
)
def channels_padded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(np.pad(x, ((0, 0), *[(padding, padding)] * 3)), kernel_size, stride, 0)


@exercise.mistake(
    "The channels were padded, and the rows were not.",
    hint="np.pad takes a pair for each axis. Which axis is that of the rows?",
)
def channels_padded_for_rows(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((0, 0), (padding, padding), (0, 0), (padding, padding))
    return im2col(np.pad(x, sides), kernel_size, stride, 0)


@exercise.mistake(
    "The samples and channels were padded, and the pictures were not.",
    hint="np.pad takes a pair for each axis. Which axes are those of the picture?",
)
def samples_and_channels_padded(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    sides = ((padding, padding), (padding, padding), (0, 0), (0, 0))
    return im2col(np.pad(x, sides), kernel_size, stride, 0)


@exercise.mistake(
    "The border is one pixel wide, however large the padding.",
    hint="Which argument says how wide the border is?",
)
def padded_by_one(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, min(padding, 1))


@exercise.mistake(
    "The border is twice as wide as the padding.",
    hint="Padding counts on each side. How wide is it on one?",
)
def padded_twice(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, 2 * padding)


# -- more places -----------------------------------------------------------------------------------


@exercise.mistake(
    "The stride was heeded downwards only: to the right the windows are one pixel apart.",
    hint="At which column does the window of place j begin?",
)
def stride_ignored_to_the_right(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    OH, OW = _windows(x, kernel_size, stride, padding).shape[1:3]
    return _rows(_windows(x, kernel_size, 1, padding)[:, ::stride, :OW][:, :OH])


@exercise.mistake(
    "The stride was heeded to the right only: downwards the windows are one pixel apart.",
    hint="At which row does the window of place i begin?",
)
def stride_ignored_downwards(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    OH, OW = _windows(x, kernel_size, stride, padding).shape[1:3]
    return _rows(_windows(x, kernel_size, 1, padding)[:, :OH, ::stride][:, :, :OW])


@exercise.mistake(
    "The stride was heeded downwards only: to the right there is a window at every pixel.",
    hint="With a stride of 2, which of your windows should not be there?",
)
def every_column_of_places(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, 1, padding)[:, ::stride])


@exercise.mistake(
    "The stride was heeded to the right only: downwards there is a window at every pixel.",
    hint="With a stride of 2, which of your windows should not be there?",
)
def every_row_of_places(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, 1, padding)[:, :, ::stride])


@exercise.mistake(
    "The last windows are missing where they just fit: the range ends too early.",
    hint="A window of 3 on 3 pixels: does your range give its place?",
)
def last_place_that_fits_missing(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    H, W = (length + 2 * padding - kernel_size for length in x.shape[2:])
    return _rows(windows[:, : len(range(0, H, stride)), : len(range(0, W, stride))])


@exercise.mistake(
    "The last row of places is missing: OH is one too small.",
    hint="A window of 3 on 3 pixels cannot move at all. How many places is that?",
)
def last_row_of_places_missing(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[:, :-1])


@exercise.mistake(
    "The last place of every row is missing: OW is one too small.",
    hint="A window of 3 on 3 pixels cannot move at all. How many places is that?",
)
def last_column_of_places_missing(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[:, :, :-1])


@exercise.mistake(
    "The last row and column of places were not filled: their windows are zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_places_left_at_zero(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding).copy()
    windows[:, -1] = 0
    windows[:, :, -1] = 0
    return _rows(windows)


@exercise.mistake(
    "The first row and column of places were not filled: their windows are zero.",
    hint="With which number does a range start?",
)
def first_places_left_at_zero(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding).copy()
    windows[:, 0] = 0
    windows[:, :, 0] = 0
    return _rows(windows)


@exercise.mistake(
    "OH was computed without the padding; OW heeds it.",
    hint="Over how many rows does the window move, once there is a border?",
)
def rows_counted_without_padding(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    OH = output_size(x.shape[2], kernel_size, stride, 0, dilation=1)
    return _rows(_windows(x, kernel_size, stride, padding)[:, :OH])


@exercise.mistake(
    "OW was computed without the padding; OH heeds it.",
    hint="Over how many columns does the window move, once there is a border?",
)
def columns_counted_without_padding(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    OW = output_size(x.shape[3], kernel_size, stride, 0, dilation=1)
    return _rows(_windows(x, kernel_size, stride, padding)[:, :, :OW])


@exercise.mistake(
    "The row of a window was used for its column too: all lie on the diagonal.",
    hint="Which of i and j says in which column a window begins?",
)
def places_from_i_alone(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    OH, OW = windows.shape[1:3]
    if OH > OW:
        raise ValueError("a window reaches beyond the picture")
    return _rows(np.repeat(windows[:, range(OH), range(OH)][:, :, None], OW, axis=2))


@exercise.mistake(
    "The column of a window was used for its row too: all lie on the diagonal.",
    hint="Which of i and j says in which row a window begins?",
)
def places_from_j_alone(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    OH, OW = windows.shape[1:3]
    if OW > OH:
        raise ValueError("a window reaches beyond the picture")
    return _rows(np.repeat(windows[:, range(OW), range(OW)][:, None], OH, axis=1))


@exercise.mistake(
    "The windows are one row and one column too large.",
    hint="How many numbers are in a[2:5]? Is the last index of a slice part of it?",
)
def window_too_large(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size + 1, stride, padding)


@exercise.mistake(
    "The windows are one row and one column too small.",
    hint="How many numbers are in a[2:4], and how many does range(3) give?",
)
def window_too_small(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    return _rows(windows[..., :-1, :-1])


@exercise.mistake(
    "The last row and column of every window were not filled: they are zero.",
    hint="How many numbers does range(kernel_size - 1) give?",
)
def last_of_the_window_left_at_zero(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding).copy()
    windows[..., -1, :] = 0
    windows[..., -1] = 0
    return _rows(windows)


# -- more rows -------------------------------------------------------------------------------------


@exercise.mistake(
    "All windows were written into the first row: the last is there, the other rows are zero.",
    hint="When does the number of the row grow?",
)
def all_windows_in_one_row(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    columns = im2col(x, kernel_size, stride, padding)
    kept = np.zeros_like(columns)
    kept[0] = columns[-1]
    return kept


@exercise.mistake(
    "The matrix was set to zero again at every window: only the last row is left.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_window(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    columns = im2col(x, kernel_size, stride, padding)
    kept = np.zeros_like(columns)
    kept[-1] = columns[-1]
    return kept


@exercise.mistake(
    "Only the rows of the last sample are there; the others are zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding)
    kept = np.zeros_like(windows)
    kept[-1] = windows[-1]
    return _rows(kept)


@exercise.mistake(
    "The rows of the first sample are zero.",
    hint="With which number does a range start?",
)
def first_sample_left_at_zero(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding).copy()
    windows[0] = 0
    return _rows(windows)


@exercise.mistake(
    "The rows are in the reverse order: the last window comes first.",
    hint="Which window stands in row 0?",
)
def rows_backwards(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, padding)[::-1]


@exercise.mistake(
    "Every row is one too far on, and the last window stands first.",
    hint="Is the number of the row raised before or after the row is written?",
)
def rows_shifted(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return np.roll(im2col(x, kernel_size, stride, padding), 1, axis=0)


@exercise.mistake(
    "Each channel of a window has a row of its own: (N * OH * OW * C, KH * KW).",
    hint="A kernel lies on all channels at once. So what must a row hold?",
)
def a_row_for_each_channel(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, padding).reshape(-1, kernel_size**2)


@exercise.mistake(
    "Each channel has rows of its own, (N * C * OH * OW, KH * KW).",
    hint="A kernel lies on all channels at once. So what must a row hold?",
)
def channels_before_places(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = _windows(x, kernel_size, stride, padding).transpose(0, 3, 1, 2, 4, 5)
    return windows.reshape(-1, kernel_size**2)


@exercise.mistake(
    "The samples were added up.",
    hint="How many windows are there in a batch of two pictures?",
)
def samples_added_up(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x.sum(axis=0, keepdims=True), kernel_size, stride, padding)


@exercise.mistake(
    "Every window is upside down.",
    hint="Which row of a window comes first?",
)
def window_upside_down(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[..., ::-1, :])


@exercise.mistake(
    "Every window is mirrored: left and right are exchanged.",
    hint="Which pixel of a row comes first?",
)
def window_mirrored(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding)[..., ::-1])


@exercise.mistake(
    "The rows are in the order i, n, j: row by row, and in each sample by sample.",
    hint="Which window follows that of place (0, 0) of the first sample?",
)
def samples_between_the_places(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(1, 0, 2, 3, 4, 5))


@exercise.mistake(
    "The columns are in the order kh, c, kw: row by row, and in each channel by channel.",
    hint="Which number follows the first row of the first channel?",
)
def channels_between(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(0, 1, 2, 4, 3, 5))


@exercise.mistake(
    "The matrix was reshaped to (C * KH * KW, N * OH * OW): its numbers are still row by row.",
    hint="Which shape is asked for? And does a reshape turn rows into columns?",
)
def reshaped_to_the_transpose(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return im2col(x, kernel_size, stride, padding).reshape(x.shape[1] * kernel_size**2, -1)


@exercise.convention(
    "The columns are in the order kw, kh, c.",
    reason="It is as good as any, if the kernels have it too. Kernels (F, C, KH, KW), reshaped to "
    "(F, C * KH * KW), have the order c, kh, kw.",
)
def columns_in_the_order_kw_kh_c(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    return _rows(_windows(x, kernel_size, stride, padding).transpose(0, 1, 2, 5, 4, 3))
