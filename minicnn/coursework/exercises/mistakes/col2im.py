"""The mistakes that people make in `col2im`, and the other conventions."""

from collections.abc import Sequence

import numpy as np

from minicnn.coursework.exercises.col2im import _shapes, col2im, exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array, Labels, Shape


def _bordered(x_shape: Shape, padding: int) -> Shape:
    """Return the shape of the pictures with their border."""
    N, C, H, W = x_shape
    return N, C, H + 2 * padding, W + 2 * padding


def _placed(
    columns: Array, x_shape: Shape, kernel_size: int, places: Sequence[tuple[int, int, int]]
) -> Array:
    """Return pictures of this shape, with the windows at these places (n, top, left).

    What reaches beyond a picture is left out.
    """
    N, C, H, W = x_shape
    x = np.zeros((N, C, H + kernel_size, W + kernel_size))
    windows = columns.reshape(-1, C, kernel_size, kernel_size)
    for window, (n, top, left) in zip(windows, places, strict=True):
        if top < H and left < W:
            x[n, :, top : top + kernel_size, left : left + kernel_size] += window
    return x[:, :, :H, :W]


def _cut(padded: Array, x_shape: Shape, padding: int) -> Array:
    """Return the pictures without the border."""
    H, W = x_shape[2:]
    return padded[:, :, padding : padding + H, padding : padding + W]


# -- where windows overlap -------------------------------------------------------------------------


@exercise.mistake(
    "Where windows overlap, the last one overwrote those before it.",
    hint="A pixel went into several windows. What does it owe to each of them?",
)
def overlaps_overwritten(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW)
    padded = np.zeros((N, C, x_shape[2] + 2 * padding, x_shape[3] + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            rows = slice(i * stride, i * stride + KH)
            padded[:, :, rows, j * stride : j * stride + KW] = windows[:, i, j]
    return _cut(padded, x_shape, padding)


@exercise.mistake(
    "Where windows overlap, one number remained of several: that of the last pixel of a window.",
    hint="An assignment, or += with arrays of indices, keeps one of several numbers for one pixel. "
    "What adds all of them?",
)
def overlaps_overwritten_by_pixels(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).transpose(4, 5, 0, 3, 1, 2)
    padded = np.zeros((N, C, x_shape[2] + 2 * padding, x_shape[3] + 2 * padding))
    for kh in range(KH):
        for kw in range(KW):
            rows = slice(kh, kh + stride * OH, stride)
            padded[:, :, rows, kw : kw + stride * OW : stride] = windows[kh, kw]
    return _cut(padded, x_shape, padding)


@exercise.mistake(
    "Where windows overlap, their mean was taken.",
    hint="Is this the inverse of im2col, or what carries a gradient back through it?",
)
def overlaps_averaged(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    total = col2im(columns, x_shape, kernel_size, stride, padding)
    windows = col2im(np.ones_like(columns), x_shape, kernel_size, stride, padding)
    return total / np.maximum(windows, 1)


@exercise.mistake(
    "The pictures were set to zero again at every window: only the last one is left.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_window(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    kept = np.zeros((N, OH, OW, C * KH * KW))
    kept[:, -1, -1] = columns.reshape(kept.shape)[:, -1, -1]
    return col2im(kept.reshape(columns.shape), x_shape, kernel_size, stride, padding)


# -- padding ---------------------------------------------------------------------------------------


@exercise.mistake(
    "The padding was not cut off.",
    hint="Which shape has the picture that im2col was given?",
)
def padding_not_cut(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)


@exercise.mistake(
    "The first window was put at the first pixel of x, as if there were no border before it.",
    hint="At which row and column of the padded picture does x begin?",
)
def border_taken_for_pixels(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)[
        :, :, : x_shape[2], : x_shape[3]
    ]


@exercise.mistake(
    "The whole padding was cut off above and to the left.",
    hint="How wide is the border on each side?",
)
def all_cut_before(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, 2 * padding :, 2 * padding :]


@exercise.mistake(
    "The padding was cut off above and to the left, but not below and to the right.",
    hint="Where does x end in the padded picture?",
)
def cut_before_only(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)[
        :, :, padding:, padding:
    ]


@exercise.mistake(
    "The padding was cut off below and to the right, but not above and to the left.",
    hint="Where does x begin in the padded picture?",
)
def cut_after_only(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    H, W = x_shape[2:]
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, : H + padding, : W + padding]


@exercise.mistake(
    "The border was cut off with [padding:-padding], which leaves nothing if the padding is 0.",
    hint="What is array[0:-0]? Say where x ends in another way.",
)
def cut_to_minus_zero(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, padding:-padding, padding:-padding]


# -- where the windows stand -----------------------------------------------------------------------


@exercise.mistake(
    "The windows were put one pixel apart, whatever the stride.",
    hint="At which pixel does the window of place i begin, if the stride is 2?",
)
def stride_ignored(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return _with_steps(columns, x_shape, kernel_size, (1, 1), (stride, padding))


def _with_steps(
    columns: Array,
    x_shape: Shape,
    kernel_size: int,
    steps: tuple[int, int],
    stride_and_padding: tuple[int, int],
) -> Array:
    """Return the pictures with windows that are these steps apart, down and to the right."""
    stride, padding = stride_and_padding
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    H, W = (OH - 1) * steps[0] + KH, (OW - 1) * steps[1] + KW
    near = np.zeros((N, H - KH + 1, W - KW + 1, C, KH, KW))  # at steps of one, zeros between
    near[:, :: steps[0], :: steps[1]] = columns.reshape(N, OH, OW, C, KH, KW)
    small = col2im(near.reshape(-1, C * KH * KW), (N, C, H, W), kernel_size, 1, 0)
    padded = np.zeros((N, C, x_shape[2] + 2 * padding, x_shape[3] + 2 * padding))
    padded[:, :, :H, :W] = small
    return _cut(padded, x_shape, padding)


@exercise.mistake(
    "The stride was heeded downwards only: to the right the windows are one pixel apart.",
    hint="At which column does the window of place j begin?",
)
def stride_ignored_to_the_right(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return _with_steps(columns, x_shape, kernel_size, (stride, 1), (stride, padding))


@exercise.mistake(
    "The stride was heeded to the right only: downwards the windows are one pixel apart.",
    hint="At which row does the window of place i begin?",
)
def stride_ignored_downwards(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return _with_steps(columns, x_shape, kernel_size, (1, stride), (stride, padding))


@exercise.mistake(
    "The windows were put side by side, as far apart as they are long.",
    hint="Which argument says by how many pixels the window moves? May windows overlap?",
)
def kernel_as_stride(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).transpose(0, 3, 1, 4, 2, 5)
    return _cut(windows.reshape(N, C, OH * KH, OW * KW), x_shape, padding)


@exercise.mistake(
    "Pixels that no window covers are missing: the shape follows from the windows, not x_shape.",
    hint="A stride may leave the last rows and columns over. Which numbers belong there?",
)
def left_over_pixels_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    _, OH, OW, *_ = _shapes(x_shape, kernel_size, stride, padding)
    H = (OH - 1) * stride + kernel_size - 2 * padding
    W = (OW - 1) * stride + kernel_size - 2 * padding
    return col2im(columns, x_shape, kernel_size, stride, padding)[:, :, :H, :W]


# -- which number belongs where --------------------------------------------------------------------


@exercise.mistake(
    "The columns were reshaped to (N, C, OH, OW, KH, KW) at once.",
    hint="Reshaping keeps the numbers in their order. Which axes does a row hold?",
)
def channels_not_moved(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(N, C, OH, OW, KH, KW).transpose(0, 2, 3, 1, 4, 5)
    return col2im(moved.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The columns were reshaped to (N, C, KH, KW, OH, OW) at once.",
    hint="Reshaping keeps the numbers in their order. Which axes does a row hold?",
)
def places_not_moved(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(N, C, KH, KW, OH, OW).transpose(0, 4, 5, 1, 2, 3)
    return col2im(moved.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The columns were reshaped to (C, KH, KW, N, OH, OW), as if one window were a column.",
    hint="A reshape does not turn rows into columns. What does?",
)
def reshaped_not_transposed(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    turned = columns.reshape(columns.shape[::-1]).T
    return col2im(turned, x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Every window was put back turned by 180 degrees.",
    hint="The first number of a row came from which corner of its window?",
)
def window_turned(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    shape = _shapes(x_shape, kernel_size, stride, padding)
    turned = columns.reshape(shape)[..., ::-1, ::-1].reshape(columns.shape)
    return col2im(turned, x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Only the last sample was put back; the others are zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    x[:-1] = 0
    return x


@exercise.mistake(
    "Only the first sample was put back; the others are zero.",
    hint="Which rows belong to the second sample?",
)
def only_the_first_sample(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    x[1:] = 0
    return x


@exercise.mistake(
    "The windows of all samples were added up, and every sample got the sum.",
    hint="Which rows belong to the second sample?",
)
def samples_added_up(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    return np.broadcast_to(x.sum(axis=0), x.shape)


@exercise.mistake(
    "The windows of all channels were added up, and every channel got the sum.",
    hint="Which columns belong to the second channel?",
)
def channels_added_up(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    return np.broadcast_to(x.sum(axis=1, keepdims=True), x.shape)


# -- other orders ----------------------------------------------------------------------------------


@exercise.convention(
    "The rows were read in the order i, j, n: place by place, and at each place sample by sample.",
    reason="It is as good, if im2col has the same order. This exercise takes n, i, j, the order of "
    "the axes of a batch.",
)
def place_by_place(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, *_ = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(OH, OW, N, -1).transpose(2, 0, 1, 3).reshape(columns.shape)
    return col2im(moved, x_shape, kernel_size, stride, padding)


@exercise.convention(
    "The places were read in the order j, i: column by column.",
    reason="Arrays of NumPy lie row by row in memory: (N, OH, OW) reshaped into one axis has the "
    "places row by row.",
)
def places_column_by_column(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, *_ = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(N, OW, OH, -1).transpose(0, 2, 1, 3).reshape(columns.shape)
    return col2im(moved, x_shape, kernel_size, stride, padding)


@exercise.convention(
    "The columns were read in the order kh, kw, c: pixel by pixel, with all channels of each.",
    reason="This is the order of libraries whose pictures are (N, H, W, C). Here kernels are "
    "(F, C, KH, KW), and reshaped to (F, C * KH * KW) they have the order c, kh, kw.",
)
def channels_last(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    _, _, _, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(-1, KH, KW, C).transpose(0, 3, 1, 2).reshape(columns.shape)
    return col2im(moved, x_shape, kernel_size, stride, padding)


@exercise.convention(
    "The columns were read in the order c, kw, kh: every window column by column.",
    reason="Kernels (F, C, KH, KW), reshaped to (F, C * KH * KW), have their numbers row by row.",
)
def window_column_by_column(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    shape = _shapes(x_shape, kernel_size, stride, padding)
    moved = columns.reshape(shape).swapaxes(4, 5).reshape(columns.shape)
    return col2im(moved, x_shape, kernel_size, stride, padding)


# -- more places that were counted otherwise -------------------------------------------------------


def _numbers(
    x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> tuple[Labels, int, int]:
    """Return the numbers of the rows, and OH and OW."""
    N, OH, OW, *_ = _shapes(x_shape, kernel_size, stride, padding)
    return np.arange(N * OH * OW), OH, OW


def _at(
    columns: Array,
    x_shape: Shape,
    kernel_size: int,
    padding: int,
    places: tuple[Labels, Labels, Labels],
) -> Array:
    """Return the pictures, with the windows at these places (n, top, left) of the padded ones."""
    each = list(zip(*places, strict=True))
    return _cut(_placed(columns, _bordered(x_shape, padding), kernel_size, each), x_shape, padding)


@exercise.mistake(
    "The number of a row was taken apart with OH for i, not with OW: i = row // OH % OH.",
    hint="Row by row, how many places come before the first of row i?",
)
def row_divided_by_oh(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    row, OH, OW = _numbers(x_shape, kernel_size, stride, padding)
    places = row // (OH * OW), row // OH % OH * stride, row % OW * stride
    return _at(columns, x_shape, kernel_size, padding, places)


@exercise.mistake(
    "The number of a row was taken apart with OH in both places: i = row // OH, j = row % OH.",
    hint="Row by row, how many places has one row of places?",
)
def row_taken_apart_with_oh(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    row, OH, OW = _numbers(x_shape, kernel_size, stride, padding)
    rest = row % (OH * OW)
    places = row // (OH * OW), rest // OH * stride, rest % OH * stride
    return _at(columns, x_shape, kernel_size, padding, places)


@exercise.mistake(
    "The row of place (i, j) was looked up with i * OH + j, not i * OW + j.",
    hint="Row by row, how many places come before the first of row i?",
)
def row_looked_up_with_oh(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, *_ = _shapes(x_shape, kernel_size, stride, padding)
    n, i, j = (one.ravel() for one in np.indices((N, OH, OW)))
    looked_up = columns[n * OH * OW + i * OH + j]  # raises beyond the last row
    return col2im(looked_up, x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The row was looked up without its sample: every sample got the windows of the first.",
    hint="Which rows belong to the second sample?",
)
def first_sample_for_all(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    return np.broadcast_to(x[:1], x.shape)


# -- more windows that are missing or turned -------------------------------------------------------


@exercise.mistake(
    "The last row and column of places were not put back.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_places_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, -1] = 0
    windows[:, :, -1] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The last row of places was not put back.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_of_places_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, -1] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The last column of places was not put back.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_of_places_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, :, -1] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The first row and column of places were not put back.",
    hint="With which number does a range start?",
)
def first_places_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, 0] = 0
    windows[:, :, 0] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The last row and column of every window were not put back.",
    hint="How many numbers does range(kernel_size - 1) give?",
)
def last_of_the_window_missing(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[..., -1, :] = 0
    windows[..., -1] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Only the first channel was put back; the others are zero.",
    hint="Which columns belong to the second channel?",
)
def only_the_first_channel(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, :, :, 1:] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Only the last channel was put back; the others are zero.",
    hint="Is there anything that should not be done again for every channel?",
)
def only_the_last_channel(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[:, :, :, :-1] = 0
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The first window was put at every place: the number of the row does not grow.",
    hint="Which row belongs to the second place?",
)
def only_the_first_row(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[...] = windows[0, 0, 0]
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Every place of a sample got the window of the first place.",
    hint="Which row belongs to the second place?",
)
def first_place_for_all(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW).copy()
    windows[...] = windows[:, :1, :1]
    return col2im(windows.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The rows were read from the last to the first.",
    hint="Which window stands in row 0?",
)
def rows_backwards(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns[::-1], x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Every window was put back upside down.",
    hint="Which row of a window comes first?",
)
def window_upside_down(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW)
    moved = windows[..., ::-1, :]
    return col2im(moved.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Every window was put back mirrored: left and right are exchanged.",
    hint="Which pixel of a row comes first?",
)
def window_mirrored(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW)
    moved = windows[..., ::-1]
    return col2im(moved.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The places were read backwards: the first window was put at the last place.",
    hint="Which place does the first row belong to?",
)
def places_turned(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW)
    moved = windows[:, ::-1, ::-1]
    return col2im(moved.reshape(columns.shape), x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "Every channel got the numbers of the first.",
    hint="Which columns belong to the second channel?",
)
def first_channel_for_all(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    x = col2im(columns, x_shape, kernel_size, stride, padding)
    return np.broadcast_to(x[:, :1], x.shape)


@exercise.mistake(
    "The numbers were divided by the number of pixels in a window.",
    hint="Is there a division in the text?",
)
def divided_by_the_window(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns, x_shape, kernel_size, stride, padding) / kernel_size**2


@exercise.mistake(
    "The numbers were divided by the batch size.",
    hint="Where does the mean over the batch stand: in the loss, or here?",
)
def divided_by_the_batch(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return col2im(columns, x_shape, kernel_size, stride, padding) / x_shape[0]


@exercise.mistake(
    "The windows were subtracted: the sign is wrong.",
    hint="A pixel gets its share from each window. With which sign?",
)
def subtracted(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    return -col2im(columns, x_shape, kernel_size, stride, padding)


@exercise.mistake(
    "The row of a window was used for its column too: all lie on the diagonal.",
    hint="Which of i and j says in which column a window begins?",
)
def places_from_i_alone(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, _C, _KH, _KW = _shapes(x_shape, kernel_size, stride, padding)
    n, i, _ = (one.ravel() for one in np.indices((N, OH, OW)))
    return _at(columns, x_shape, kernel_size, padding, (n, i * stride, i * stride))


@exercise.mistake(
    "The column of a window was used for its row too: all lie on the diagonal.",
    hint="Which of i and j says in which row a window begins?",
)
def places_from_j_alone(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, _C, _KH, _KW = _shapes(x_shape, kernel_size, stride, padding)
    n, _, j = (one.ravel() for one in np.indices((N, OH, OW)))
    return _at(columns, x_shape, kernel_size, padding, (n, j * stride, j * stride))


@exercise.mistake(
    "Every window was put at the upper left corner: its place was left out.",
    hint="At which row and column does the window of place (i, j) begin?",
)
def windows_at_the_first_place(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, _C, _KH, _KW = _shapes(x_shape, kernel_size, stride, padding)
    n, _, _ = (one.ravel() for one in np.indices((N, OH, OW)))
    return _at(columns, x_shape, kernel_size, padding, (n, 0 * n, 0 * n))


@exercise.mistake(
    "OH and OW were computed without the padding, and as many rows were read one after the other.",
    hint="Over how many rows did the window move, once there was a border?",
)
def places_without_padding(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, _C, H, W = x_shape
    OH = output_size(H, kernel_size, stride, 0, dilation=1)
    OW = output_size(W, kernel_size, stride, 0, dilation=1)
    n, i, j = (one.ravel() for one in np.indices((N, OH, OW)))
    places = n, i * stride, j * stride
    return _at(columns[: len(n)], x_shape, kernel_size, padding, places)


@exercise.mistake(
    "The border was cut off left and right, but not above and below.",
    hint="Which axes of x are those of the picture?",
)
def rows_not_cut(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    W = x_shape[3]
    return col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)[
        ..., padding : padding + W
    ]


@exercise.mistake(
    "The border was cut off above and below, but not left and right.",
    hint="Which axes of x are those of the picture?",
)
def columns_not_cut(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    H = x_shape[2]
    return col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)[
        :, :, padding : padding + H
    ]


@exercise.mistake(
    "The rows were cut off from the first on, as if there were no border above.",
    hint="At which row of the padded picture does x begin?",
)
def rows_cut_from_the_corner(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    H, W = x_shape[2:]
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, :H, padding : padding + W]


@exercise.mistake(
    "The columns were cut off from the first on, as if there were no border to the left.",
    hint="At which column of the padded picture does x begin?",
)
def columns_cut_from_the_corner(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    H, W = x_shape[2:]
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, padding : padding + H, :W]


@exercise.mistake(
    "The cut begins one row and one column too far on.",
    hint="The border has padding rows. Which is the first row behind it?",
)
def cut_one_too_far(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    H, W = x_shape[2:]
    uncut = col2im(columns, _bordered(x_shape, padding), kernel_size, stride, 0)
    return uncut[:, :, padding + 1 : padding + 1 + H, padding + 1 : padding + 1 + W]


@exercise.mistake(
    "Where windows overlap, the largest number was kept.",
    hint="A pixel went into several windows. What does it owe to each of them?",
)
def overlaps_largest(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, OH, OW, C, KH, KW = _shapes(x_shape, kernel_size, stride, padding)
    windows = columns.reshape(N, OH, OW, C, KH, KW)
    padded = np.zeros((N, C, x_shape[2] + 2 * padding, x_shape[3] + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            covered = padded[:, :, top : top + KH, left : left + KW]
            np.maximum(covered, windows[:, i, j], out=covered)
    return _cut(padded, x_shape, padding)


# -- more orders -----------------------------------------------------------------------------------


@exercise.mistake(
    "The columns came one window a column: they were transposed before they were read.",
    hint="Which shape have the columns: is a window a row or a column?",
)
def window_a_column(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    turned = columns.T.reshape(columns.shape)
    return col2im(turned, x_shape, kernel_size, stride, padding)
