"""The mistakes that people make in `maxpool_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.maxpool_forward import exercise, maxpool_forward
from minicnn.typing import Array


def _windows(length: int, size: int, stride: int) -> list[slice]:
    """Return where the windows lie along one axis."""
    return [slice(top, top + size) for top in range(0, length - size + 1, stride)]


def _largest(x: Array, rows: list[slice], columns: list[slice]) -> Array:
    """Return the largest number where rows and columns meet; a slice ends with the picture."""
    y = np.zeros((*x.shape[:2], len(rows), len(columns)), x.dtype)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            y[:, :, i, j] = x[:, :, row, column].max(axis=(2, 3))
    return y


def _all_windows(x: Array, size: int, stride: int) -> Array:
    """Return the windows themselves, (N, C, OH, OW, size, size)."""
    rows, columns = (_windows(length, size, stride) for length in x.shape[2:])
    return np.stack([np.stack([x[:, :, r, c] for c in columns], 2) for r in rows], 2)


# -- something else than the largest number --------------------------------------------------------


@exercise.mistake(
    "The mean of each window was taken, not the largest number.",
    hint="That is average pooling. Which one number of a window passes a max pooling?",
)
def mean_of_the_window(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride).mean(axis=(4, 5))


@exercise.mistake(
    "The numbers of each window were added up.",
    hint="A convolution adds up a window. What does a pooling keep of it?",
)
def sum_of_the_window(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride).sum(axis=(4, 5))


@exercise.mistake(
    "The smallest number of each window was taken.",
    hint="Look at the comparison, or at the sign of what you search for.",
)
def smallest(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride).min(axis=(4, 5))


@exercise.mistake(
    "The search for the largest number starts from zero, so that a window of negative numbers "
    "gives 0.",
    hint="What is the largest of -3, -5 and -7? Is the number you start from in the window?",
)
def starts_at_zero(x: Array, size: int, stride: int) -> Array:
    return np.maximum(maxpool_forward(x, size, stride), 0)


@exercise.mistake(
    "The sign was dropped: the largest absolute value of each window was taken.",
    hint="Which is larger, -9 or 2?",
)
def largest_absolute_value(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(np.abs(x), size, stride)


@exercise.mistake(
    "The number furthest from zero was taken, be it positive or negative.",
    hint="Which is larger, -9 or 2?",
)
def furthest_from_zero(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    windows = windows.reshape(*windows.shape[:4], -1)  # (N, C, OH, OW, size * size)
    places = np.abs(windows).argmax(axis=4)[..., None]
    return np.take_along_axis(windows, places, axis=4)[..., 0]


@exercise.mistake(
    "The place of the largest number in its window was returned, not the number.",
    hint="argmax says where, max says how much. Which of them is y?",
)
def place_returned(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    return windows.reshape(*windows.shape[:4], -1).argmax(axis=4).astype(float)


@exercise.mistake(
    "The first number of each window was taken: that is every stride-th pixel, and no maximum.",
    hint="How many of the size * size numbers of a window do you look at?",
)
def first_of_the_window(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride)[..., 0, 0]


@exercise.mistake(
    "The last number of each window was taken: each one replaces the one before.",
    hint="When should a number replace the largest one so far?",
)
def last_of_the_window(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride)[..., -1, -1]


# -- along the wrong axes --------------------------------------------------------------------------


@exercise.mistake(
    "Only the first row of each window was searched.",
    hint="A window has size rows. Over how many axes does your maximum run?",
)
def only_the_first_row(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride)[..., 0, :].max(axis=4)


@exercise.mistake(
    "Only the first column of each window was searched.",
    hint="A window has size columns. Over how many axes does your maximum run?",
)
def only_the_first_column(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride)[..., 0].max(axis=4)


@exercise.mistake(
    "Only the last row of each window counts: the maximum starts afresh in every row.",
    hint="Where in your loops is the largest number so far set back?",
)
def only_the_last_row(x: Array, size: int, stride: int) -> Array:
    return _all_windows(x, size, stride)[..., -1, :].max(axis=4)


@exercise.mistake(
    "The maximum was taken over all channels together, so all of them have the same output.",
    hint="How many channels does a pooling return? Does one look at another?",
)
def over_the_channels(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.broadcast_to(y.max(axis=1, keepdims=True), y.shape)


@exercise.mistake(
    "The maximum was taken over the channels too, and their axis is gone.",
    hint="How many axes has y? Give max the axes of the window alone.",
)
def without_the_channels(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride).max(axis=1)


@exercise.mistake(
    "The maximum was taken over the samples too, so all of them have the same output.",
    hint="Does one picture of a batch look at another?",
)
def over_the_samples(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.broadcast_to(y.max(axis=0, keepdims=True), y.shape)


@exercise.mistake(
    "Rows and columns of the output are swapped.",
    hint="Which of i and j counts windows downwards? Follow one window of a picture that is "
    "wider than high.",
)
def rows_and_columns_swapped(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride).swapaxes(2, 3)


@exercise.mistake(
    "Only the first channel is pooled, the others stay zero.",
    hint="Which loop, or which colon in an index, runs over the channels?",
)
def only_the_first_channel(x: Array, size: int, stride: int) -> Array:
    y = np.zeros_like(maxpool_forward(x, size, stride))
    y[:, :1] = maxpool_forward(x[:, :1], size, stride)
    return y


@exercise.mistake(
    "Only the first sample is pooled, the others stay zero.",
    hint="Which loop, or which colon in an index, runs over the batch? Does return stand in it?",
)
def only_the_first_sample(x: Array, size: int, stride: int) -> Array:
    y = np.zeros_like(maxpool_forward(x, size, stride))
    y[:1] = maxpool_forward(x[:1], size, stride)
    return y


# -- the windows in the wrong places ---------------------------------------------------------------


@exercise.mistake(
    "The stride was ignored where the windows are cut out: they are one pixel apart.",
    hint="Output (1, 0) belongs to the window that starts in which row, if the stride is 2?",
)
def stride_ignored(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(i, i + size) for i in range(len(_windows(length, size, stride)))]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The stride is used down the rows, but not across the columns.",
    hint="Follow output (0, 1): in which column does its window start, if the stride is 2?",
)
def stride_ignored_across(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    columns = [slice(j, j + size) for j in range(len(_windows(W, size, stride)))]
    return _largest(x, _windows(H, size, stride), columns)


@exercise.mistake(
    "The stride is used across the columns, but not down the rows.",
    hint="Follow output (1, 0): in which row does its window start, if the stride is 2?",
)
def stride_ignored_down(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    rows = [slice(i, i + size) for i in range(len(_windows(H, size, stride)))]
    return _largest(x, rows, _windows(W, size, stride))


@exercise.mistake(
    "The stride was taken as 1 throughout: there is an output for every place of the window.",
    hint="Where should the stride appear, both in OH and in the place of a window?",
)
def stride_of_one(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, 1)


@exercise.mistake(
    "The windows lie side by side, whatever the stride: the size was taken for the stride.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def size_taken_for_the_stride(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, size)


@exercise.mistake(
    "The windows are cut out size apart, not stride apart; the output has the right shape.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def cut_out_size_apart(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(i * size, i * size + size) for i in range(len(_windows(length, size, stride)))]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The windows are as large as the stride, not as the size.",
    hint="Which of the two says where a window starts, and which where it ends?",
)
def as_large_as_the_stride(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(one.start, one.start + stride) for one in _windows(length, size, stride)]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The size and the stride were exchanged.",
    hint="The order of the arguments is x, size, stride.",
)
def size_and_stride_exchanged(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, stride, size)


@exercise.mistake(
    "The windows are one row and one column too small.",
    hint="How many numbers are in a[2:4], and how many does range(3) give?",
)
def window_too_small(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(one.start, one.stop - 1) for one in _windows(length, size, stride)]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The windows are one row and one column too large.",
    hint="How many numbers are in a[2:5]? Is the last index of a slice part of it?",
)
def window_too_large(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(one.start, one.stop + 1) for one in _windows(length, size, stride)]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


# -- the wrong number of windows -------------------------------------------------------------------


@exercise.mistake(
    "OH and OW lack the + 1: the last windows are missing.",
    hint="How often does a window of 2 fit into 2 rows? What does your formula say?",
)
def one_window_missing(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    OH, OW = ((length - size) // stride for length in x.shape[2:])
    return y[:, :, :OH, :OW]


@exercise.mistake(
    "The last windows are left out where they would just fit: their outputs stay zero.",
    hint="Which is the last row in which a window can start? Does your range include it?",
)
def last_windows_stay_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    H, W = x.shape[2:]
    y[:, :, len(range(0, H - size, stride)) :] = 0
    y[:, :, :, len(range(0, W - size, stride)) :] = 0
    return y


@exercise.mistake(
    "There are H // stride rows and W // stride columns of windows, whatever their size.",
    hint="Draw 3 pixels and a window of 2. With stride 1, how many places has it?",
)
def number_of_windows_from_the_stride_alone(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(i * stride, i * stride + size) for i in range(length // stride)]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "OW was computed from the height of the picture.",
    hint="Try a picture that is wider than high.",
)
def width_from_the_height(x: Array, size: int, stride: int) -> Array:
    H = x.shape[2]
    rows = _windows(H, size, stride)
    return _largest(x, rows, rows)


@exercise.mistake(
    "OH was computed from the width of the picture.",
    hint="Try a picture that is wider than high. Which axis of x is W?",
)
def height_from_the_width(x: Array, size: int, stride: int) -> Array:
    W = x.shape[3]
    columns = _windows(W, size, stride)
    return _largest(x, columns, columns)


@exercise.convention(
    "Windows that reach beyond the picture were kept, and end with it.",
    reason="Frameworks offer this as an option, often called ceil mode. This exercise leaves such "
    "windows out, as they all do unless asked otherwise.",
)
def windows_beyond_the_picture(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(top, top + size) for top in range(0, length, stride) if top - stride + size < length]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.convention(
    "The picture was padded with zeros until the windows cover all of it.",
    reason="This exercise has no padding. A zero would also be the largest in a window of "
    "negative numbers, so frameworks that pad a max pooling do so with minus infinity.",
)
def padded_with_zeros(x: Array, size: int, stride: int) -> Array:
    below, right = (-(length - size) % stride for length in x.shape[2:])
    return maxpool_forward(np.pad(x, ((0, 0), (0, 0), (0, below), (0, right))), size, stride)


# -- more windows that are misplaced or missing ----------------------------------------------------


@exercise.mistake(
    "The windows are size apart, and the last ones were moved back until they lie in the picture.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def moved_back_into_the_picture(x: Array, size: int, stride: int) -> Array:
    starts = (
        [min(i * size, length - size) for i in range(len(_windows(length, size, stride)))]
        for length in x.shape[2:]
    )
    rows, columns = ([slice(start, start + size) for start in many] for many in starts)
    return _largest(x, rows, columns)


@exercise.mistake(
    "Downwards the windows are cut out size apart, not stride apart.",
    hint="With size 3 and stride 2, in which row does the second window start?",
)
def cut_out_size_apart_downwards(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    rows = [slice(i * size, i * size + size) for i in range(len(_windows(H, size, stride)))]
    return _largest(x, rows, _windows(W, size, stride))


@exercise.mistake(
    "To the right the windows are cut out size apart, not stride apart.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def cut_out_size_apart_to_the_right(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    columns = [slice(j * size, j * size + size) for j in range(len(_windows(W, size, stride)))]
    return _largest(x, _windows(H, size, stride), columns)


@exercise.mistake(
    "The stride is used down the rows; across there is a window at every column.",
    hint="With a stride of 2, which of your windows should not be there?",
)
def every_column_of_windows(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, 1)[:, :, ::stride]


@exercise.mistake(
    "The stride is used across the columns; down there is a window at every row.",
    hint="With a stride of 2, which of your windows should not be there?",
)
def every_row_of_windows(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, 1)[..., ::stride]


@exercise.mistake(
    "The last windows are missing where they just fit: the range ends too early.",
    hint="Which is the last row in which a window can start? Does your range include it?",
)
def last_windows_that_fit_missing(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    return maxpool_forward(x, size, stride)[
        :, :, : len(range(0, H - size, stride)), : len(range(0, W - size, stride))
    ]


@exercise.mistake(
    "The last windows are missing where they just fit; a picture without windows has lost an axis.",
    hint="Which is the last row in which a window can start? Does your range include it?",
)
def last_windows_that_fit_missing_in_a_list(x: Array, size: int, stride: int) -> Array:
    few = last_windows_that_fit_missing(x, size, stride)
    return few if few.shape[2] else few[..., 0].reshape(*x.shape[:2], 0)


@exercise.mistake(
    "The last row of windows is missing: OH is one too small.",
    hint="How often does a window of 2 fit into 2 rows? What does your formula say?",
)
def last_row_of_windows_missing(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride)[:, :, :-1]


@exercise.mistake(
    "The last column of windows is missing: OW is one too small.",
    hint="How often does a window of 2 fit into 2 columns? What does your formula say?",
)
def last_column_of_windows_missing(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride)[..., :-1]


@exercise.mistake(
    "The last row of windows was not pooled: it is zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, :, -1] = 0
    return y


@exercise.mistake(
    "The last column of windows was not pooled: it is zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[..., -1] = 0
    return y


@exercise.mistake(
    "The last row and column of windows were not pooled: they are zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_and_column_stay_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, :, -1] = 0
    y[..., -1] = 0
    return y


@exercise.mistake(
    "The first row and column of windows were not pooled: they are zero.",
    hint="With which number does a range start?",
)
def first_windows_stay_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, :, 0] = 0
    y[..., 0] = 0
    return y


@exercise.mistake(
    "The first row of windows was not pooled: it is zero.",
    hint="With which number does a range start?",
)
def first_row_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, :, 0] = 0
    return y


@exercise.mistake(
    "The first column of windows was not pooled: it is zero.",
    hint="With which number does a range start?",
)
def first_column_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[..., 0] = 0
    return y


@exercise.mistake(
    "Only the last window was pooled: the output was set to zero again at every window.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_window(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    last = np.zeros_like(y)
    last[..., -1, -1] = y[..., -1, -1]
    return last


@exercise.mistake(
    "Only the first window was pooled; the others are zero.",
    hint="Does return stand inside the loops?",
)
def only_the_first_window(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    first = np.zeros_like(y)
    first[..., 0, 0] = y[..., 0, 0]
    return first


@exercise.mistake(
    "The row of a window was used for its column too: all lie on the diagonal.",
    hint="Which of i and j says in which column a window begins?",
)
def windows_on_the_diagonal(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    rows = _windows(H, size, stride)
    parts = [_largest(x, [row], [row] * len(_windows(W, size, stride))) for row in rows]
    return np.concatenate(parts, axis=2)


@exercise.mistake(
    "The column of a window was used for its row too: all lie on the diagonal.",
    hint="Which of i and j says in which row a window begins?",
)
def windows_on_the_diagonal_of_the_columns(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    columns = _windows(W, size, stride)
    parts = [_largest(x, [column] * len(_windows(H, size, stride)), [column]) for column in columns]
    return np.concatenate(parts, axis=3)


@exercise.mistake(
    "The windows reach down to the last row of the picture, not over size rows.",
    hint="Where does a window end? Which side of the colon is missing?",
)
def to_the_end_of_the_picture(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    return _largest(
        x, [slice(s.start, H) for s in _windows(H, size, stride)], _windows(W, size, stride)
    )


@exercise.mistake(
    "The windows reach to the last column of the picture, not over size columns.",
    hint="Where does a window end? Which side of the colon is missing?",
)
def to_the_right_end_of_the_picture(x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]
    return _largest(
        x, _windows(H, size, stride), [slice(s.start, W) for s in _windows(W, size, stride)]
    )


@exercise.mistake(
    "The windows reach to the last row and column of the picture.",
    hint="Where does a window end? Which side of the colon is missing?",
)
def to_both_ends_of_the_picture(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(s.start, length) for s in _windows(length, size, stride)] for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The largest number of the whole picture was taken for every window.",
    hint="Over which pixels does the maximum run?",
)
def largest_of_the_picture(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.broadcast_to(x.max(axis=(2, 3), keepdims=True), y.shape)


@exercise.mistake(
    "The largest number of all pictures was taken for every window.",
    hint="Over which axes does the maximum run?",
)
def largest_of_all(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.full_like(y, _all_windows(x, size, stride).max())


@exercise.mistake(
    "Each picture has a single number, its largest: (N, C).",
    hint="How many windows has a picture?",
)
def one_number_for_the_picture(x: Array, size: int, stride: int) -> Array:
    return x.max(axis=(2, 3))


# -- more of what is taken -------------------------------------------------------------------------


@exercise.mistake(
    "Only the last column of each window counts: the maximum starts afresh in every column.",
    hint="Where in your loops is the largest number so far set back?",
)
def only_the_last_column(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    return windows[..., -1].max(axis=4)


@exercise.mistake(
    "The last row of each window was left out.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_of_the_window_left_out(x: Array, size: int, stride: int) -> Array:
    rows, columns = (_windows(length, size, stride) for length in x.shape[2:])
    return _largest(x, [slice(row.start, row.stop - 1) for row in rows], columns)


@exercise.mistake(
    "The last column of each window was left out.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_of_the_window_left_out(x: Array, size: int, stride: int) -> Array:
    rows, columns = (_windows(length, size, stride) for length in x.shape[2:])
    return _largest(x, rows, [slice(column.start, column.stop - 1) for column in columns])


@exercise.mistake(
    "The first row and column of each window were left out.",
    hint="With which number does a range start?",
)
def first_number_left_out(x: Array, size: int, stride: int) -> Array:
    rows, columns = (
        [slice(s.start + 1, s.stop) for s in _windows(length, size, stride)]
        for length in x.shape[2:]
    )
    return _largest(x, rows, columns)


@exercise.mistake(
    "The median of each window was taken.",
    hint="Which one number of a window passes a max pooling?",
)
def median(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    return np.median(windows, axis=(4, 5))


@exercise.mistake(
    "The length of each window was taken, the root of the sum of squares.",
    hint="Which one number of a window passes a max pooling?",
)
def root_of_the_squares(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    return np.sqrt((windows**2).sum(axis=(4, 5)))


@exercise.mistake(
    "The second largest number of each window was taken.",
    hint="How many numbers are larger than the one that passes?",
)
def second_largest(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    return np.sort(windows.reshape(*windows.shape[:4], -1), axis=4)[..., -2]


@exercise.mistake(
    "The search for the largest number starts from one.",
    hint="What is the largest of -3, -5 and -7? Is the number you start from in the window?",
)
def starts_at_one(x: Array, size: int, stride: int) -> Array:
    return np.maximum(maxpool_forward(x, size, stride), 1)


@exercise.mistake(
    "The largest number was divided by the number of pixels in a window.",
    hint="An average divides. Does a maximum?",
)
def divided_by_the_window(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride) / size**2


@exercise.mistake(
    "The sign is wrong: the largest number of -x, or minus the largest of x, was returned.",
    hint="If you search for the smallest of -x, which sign must be put back?",
)
def of_the_wrong_sign(x: Array, size: int, stride: int) -> Array:
    return -maxpool_forward(x, size, stride)


@exercise.mistake(
    "The largest number of -x was taken.",
    hint="If you turn the sign before, what must be done after?",
)
def largest_of_minus_x(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(-x, size, stride)


@exercise.mistake(
    "The place of the largest number in the picture was returned, counted row by row.",
    hint="argmax says where, max says how much. Which of them is y?",
)
def place_in_the_picture(x: Array, size: int, stride: int) -> Array:
    windows = _all_windows(x, size, stride)
    places = windows.reshape(*windows.shape[:4], -1).argmax(axis=4)
    row, column = divmod(places, size)
    i, j = np.indices(places.shape[2:])
    return ((i * stride + row) * x.shape[3] + j * stride + column).astype(float)


@exercise.mistake(
    "The axis of the channels is the last: y is (N, OH, OW, C).",
    hint="Which axes does y have, and in which order?",
)
def channels_last(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride).transpose(0, 2, 3, 1)


@exercise.mistake(
    "The axes of samples and channels are exchanged.",
    hint="Which axes does y have, and in which order?",
)
def channels_and_samples_exchanged(x: Array, size: int, stride: int) -> Array:
    return maxpool_forward(x, size, stride).swapaxes(0, 1)


@exercise.mistake(
    "The mask was returned, 1 where a number is the largest of its window, in the shape of x.",
    hint="Which shape has y? What does the forward pass need of the mask?",
)
def mask_returned(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    mask = np.zeros_like(x)
    for (n, c, i, j), largest in np.ndenumerate(y):
        window = mask[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        top, left = i * stride, j * stride
        window[x[n, c, top : top + size, left : left + size] == largest] = 1
    return mask


@exercise.mistake(
    "Only the last channel is pooled, the others stay zero.",
    hint="Is there anything that should not be done again for every channel?",
)
def only_the_last_channel(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, :-1] = 0
    return y


@exercise.mistake(
    "Only the last sample is pooled, the others stay zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:-1] = 0
    return y


@exercise.mistake(
    "The last channel is not pooled: it stays zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_channel_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, -1] = 0
    return y


@exercise.mistake(
    "The last sample is not pooled: it stays zero.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_sample_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[-1] = 0
    return y


@exercise.mistake(
    "The first channel is not pooled: it stays zero.",
    hint="With which number does a range start?",
)
def first_channel_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[:, 0] = 0
    return y


@exercise.mistake(
    "The first sample is not pooled: it stays zero.",
    hint="With which number does a range start?",
)
def first_sample_stays_zero(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    y[0] = 0
    return y


@exercise.mistake(
    "Every channel has the output of the first.",
    hint="Which of the indices n, c, i, j does the window depend on?",
)
def first_channel_for_all(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.broadcast_to(y[:, :1], y.shape)


@exercise.mistake(
    "Every sample has the output of the first.",
    hint="Which of the indices n, c, i, j does the window depend on?",
)
def first_sample_for_all(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    return np.broadcast_to(y[:1], y.shape)


@exercise.mistake(
    "Each number of x was replaced by the largest of its window: the picture kept its size.",
    hint="Which shape has y?",
)
def spread_over_the_picture(x: Array, size: int, stride: int) -> Array:
    y = maxpool_forward(x, size, stride)
    full = np.zeros_like(x)
    for (n, c, i, j), largest in np.ndenumerate(y):
        full[n, c, i * stride : i * stride + size, j * stride : j * stride + size] = largest
    return full


@exercise.mistake(
    "A number that was the largest of one window was crossed out, and missing in the next ones.",
    hint="Windows overlap. May two of them have the same largest number?",
)
def largest_crossed_out(x: Array, size: int, stride: int) -> Array:
    y = np.zeros_like(maxpool_forward(x, size, stride))
    left = x.copy()
    for n, c, i, j in np.ndindex(*y.shape):
        window = left[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        y[n, c, i, j] = window.max()
        window[window == window.max()] = -np.inf
    return y
