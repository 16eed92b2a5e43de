"""The mistakes that people make in `maxpool_backward`, and the other conventions."""

from collections.abc import Callable

import numpy as np

from minicnn.coursework.exercises.maxpool_backward import exercise, maxpool_backward
from minicnn.typing import Array

Share = Callable[[Array], Array]
Place = Callable[[int, int, int, int], tuple[int, int]]


def _first(window: Array) -> Array:
    """Return 1 at the first of the largest numbers, and 0 elsewhere."""
    return (np.arange(window.size) == window.argmax()).reshape(window.shape).astype(float)


def _spread(
    dy: Array,
    x: Array,
    size: int,
    stride: int,
    share: Share = _first,
    *,
    step: int | tuple[int, int] | None = None,
    added: bool = True,
) -> Array:
    """Spread each gradient over its window, which a share of 1 gets whole.

    The windows are cut out step apart, or (down, across), instead of stride. Without ``added``,
    a gradient overwrites what its window had got before.
    """
    down, across = (step, step) if isinstance(step, int) else step or (stride, stride)
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = n, c, slice(i * down, i * down + size), slice(j * across, j * across + size)
        given = share(x[pixels]) * dy[n, c, i, j]
        dx[pixels] = dx[pixels] + given if added else given
    return dx


def _written(dy: Array, x: Array, size: int, stride: int, place: Place) -> Array:
    """Add each gradient at a row and column that follow from i, j and the largest's place.

    The place is the row and column in the window. What lies beyond the picture is left out.
    """
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + size, left : left + size]
        row, column = place(i, j, *divmod(int(window.argmax()), size))
        if row < x.shape[2] and column < x.shape[3]:
            dx[n, c, row, column] += dy[n, c, i, j]
    return dx


# -- equal largest numbers -------------------------------------------------------------------------

WHO = (
    "A maximum has a corner where two numbers are equal, and every way of dividing the gradient "
    "among them is a subgradient. Most frameworks give it to the first, this exercise too."
)


@exercise.convention(
    "Equal largest numbers of a window share its gradient evenly.", reason=WHO, accepted=True
)
def ties_share_evenly(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(
        dy,
        x,
        size,
        stride,
        lambda window: (window == window.max()) / (window == window.max()).sum(),
    )


@exercise.convention(
    "The last of equal largest numbers gets the gradient, not the first.",
    reason=WHO,
    accepted=True,
)
def last_of_ties(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window[::-1, ::-1])[::-1, ::-1])


@exercise.convention(
    "The first of equal largest numbers column by column gets the gradient, not row by row.",
    reason=WHO,
    accepted=True,
)
def first_of_ties_by_columns(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window.T).T)


@exercise.convention(
    "The last of equal largest numbers column by column gets the gradient, not the first row by "
    "row.",
    reason=WHO,
    accepted=True,
)
def last_of_ties_by_columns(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window.T[::-1, ::-1])[::-1, ::-1].T)


@exercise.mistake(
    "Equal largest numbers of a window get the whole gradient each, so that it is multiplied.",
    hint="After a ReLU, zeros are often equal. If all of them rose by 1, by how much would y rise? "
    "Then what may their gradients add up to?",
)
def ties_multiply_the_gradient(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: (window == window.max()).astype(float))


# -- who gets the gradient -------------------------------------------------------------------------


@exercise.mistake(
    "Every number of a window gets its whole gradient, not only the largest.",
    hint="If a number that is not the largest grows a little, what does y do?",
)
def all_of_the_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, np.ones_like)


@exercise.mistake(
    "The gradient was spread evenly over the window, as average pooling does.",
    hint="If a number that is not the largest grows a little, what does y do?",
)
def spread_evenly(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: np.ones_like(window) / size**2)


@exercise.mistake(
    "The smallest number of each window gets the gradient.",
    hint="Which number did the forward pass let through?",
)
def to_the_smallest(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(-window))


@exercise.mistake(
    "The number furthest from zero gets the gradient, be it positive or negative.",
    hint="Which is larger, -9 or 2?",
)
def to_the_furthest_from_zero(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(np.abs(window)))


@exercise.mistake(
    "The first number of each window gets the gradient, not the largest.",
    hint="Where in the window was the number that the forward pass let through?",
)
def to_the_first_of_the_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(np.zeros_like(window)))


@exercise.mistake(
    "The search for the largest number starts from zero: in a window of negative numbers, the "
    "first one gets the gradient.",
    hint="What is the largest of -3, -5 and -7? Is the number you start from in the window?",
)
def search_starts_at_zero(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(np.maximum(window, 0)))


@exercise.mistake(
    "Nobody gets the gradient of a window without positive numbers.",
    hint="What is the largest of -3, -5 and -7? A pooling is no ReLU.",
)
def negative_windows_get_none(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window) * (window > 0))


@exercise.mistake(
    "Row and column of the largest number in its window are swapped.",
    hint="argmax counts row by row. In a window of 3, at which row and column is number 5?",
)
def row_and_column_swapped(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window).T)


@exercise.mistake(
    "The place of the largest number was looked up over all channels: only the channel that has "
    "it gets a gradient.",
    hint="Each channel has outputs of its own. Does one channel look at another?",
)
def one_channel_gets_all(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, i, j in np.ndindex(dy.shape[0], *dy.shape[2:]):
        rows = slice(i * stride, i * stride + size)
        columns = slice(j * stride, j * stride + size)
        window = x[n, :, rows, columns]  # (C, size, size)
        dx[n, :, rows, columns] += _first(window) * dy[n, :, i, j][:, None, None]
    return dx


# -- what it gets ----------------------------------------------------------------------------------


@exercise.mistake(
    "The mask itself was returned, 1 for each window in which a number is the largest; dy is "
    "missing.",
    hint="By the chain rule dL/dx is a product of two factors. One of them is the mask.",
)
def without_dy(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(np.ones_like(dy), x, size, stride)


@exercise.mistake(
    "The gradient was multiplied by the largest number.",
    hint="y is the largest number itself. If that grows by 0.1, by how much does y grow?",
)
def multiplied_by_the_largest(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, lambda window: _first(window) * window)


@exercise.mistake(
    "The largest number itself was written into its place, not the gradient; dy is missing.",
    hint="Which of the arguments says how much the loss changes with y?",
)
def largest_number_written(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(
        np.ones_like(dy), x, size, stride, lambda window: _first(window) * window, added=False
    )


@exercise.mistake(
    "The gradient was divided by the number of pixels in a window.",
    hint="An average divides. If the largest number grows by 0.1, by how much does y grow?",
)
def divided_by_the_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, size, stride) / size**2


@exercise.mistake(
    "The gradient was divided by the batch size.",
    hint="Where does the mean over the batch stand: in the loss, or in a pooling?",
)
def divided_by_the_batch(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, size, stride) / len(x)


@exercise.mistake(
    "The sign is wrong.",
    hint="dx is the gradient itself. Who takes the step downhill?",
)
def of_the_wrong_sign(dy: Array, x: Array, size: int, stride: int) -> Array:
    return -maxpool_backward(dy, x, size, stride)


@exercise.mistake(
    "Only the first sample has a gradient, the others stay zero.",
    hint="Which loop, or which colon in an index, runs over the batch? Does return stand in it?",
)
def only_the_first_sample(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = maxpool_backward(dy, x, size, stride)
    dx[1:] = 0
    return dx


@exercise.mistake(
    "Only the first channel has a gradient, the others stay zero.",
    hint="Which loop, or which colon in an index, runs over the channels?",
)
def only_the_first_channel(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = maxpool_backward(dy, x, size, stride)
    dx[:, 1:] = 0
    return dx


# -- windows that overlap --------------------------------------------------------------------------


@exercise.mistake(
    "A number that is the largest of several windows keeps the gradient of the last one only.",
    hint="In the overlap two outputs depend on the same number. What happens to two derivatives "
    "with respect to one variable?",
)
def overlaps_overwritten(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = (
            n,
            c,
            slice(i * stride, i * stride + size),
            slice(j * stride, j * stride + size),
        )
        dx[pixels][_first(x[pixels]) > 0] = dy[n, c, i, j]
    return dx


@exercise.mistake(
    "Each window overwrites all that the windows before it left there, zeros included.",
    hint="A window writes size * size numbers. What happens to those that it shares with others?",
)
def windows_overwritten(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, added=False)


@exercise.mistake(
    "A number that is the largest of several windows keeps the gradient of the first one only.",
    hint="In the overlap two outputs depend on the same number. What happens to two derivatives "
    "with respect to one variable?",
)
def first_window_only(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = (
            n,
            c,
            slice(i * stride, i * stride + size),
            slice(j * stride, j * stride + size),
        )
        dx[pixels][(_first(x[pixels]) > 0) & (dx[pixels] == 0)] = dy[n, c, i, j]
    return dx


# -- windows in the wrong places -------------------------------------------------------------------


@exercise.mistake(
    "The stride was ignored where the windows are cut out: they are one pixel apart.",
    hint="dy[0, 0, 1, 0] belongs to the window that starts in which row, if the stride is 2?",
)
def stride_ignored(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, step=1)


@exercise.mistake(
    "The stride is used down the rows, but not across the columns.",
    hint="Follow dy[0, 0, 0, 1]: in which column does its window start, if the stride is 2?",
)
def stride_ignored_across(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, step=(stride, 1))


@exercise.mistake(
    "The stride is used across the columns, but not down the rows.",
    hint="Follow dy[0, 0, 1, 0]: in which row does its window start, if the stride is 2?",
)
def stride_ignored_down(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(dy, x, size, stride, step=(1, stride))


@exercise.mistake(
    "The windows are cut out size apart, not stride apart.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def size_taken_for_the_stride(dy: Array, x: Array, size: int, stride: int) -> Array:
    if size > stride:
        raise IndexError("the last windows lie beyond the picture")
    return _spread(dy, x, size, stride, step=size)


@exercise.mistake(
    "The windows are as large as the stride, not as the size.",
    hint="Which of the two says where a window starts, and which where it ends?",
)
def as_large_as_the_stride(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, stride, stride)


@exercise.mistake(
    "The gradient is written at the largest number's place within its window, all windows at "
    "the top left of the picture.",
    hint="argmax counts from the corner of the window. Where in the picture is that corner?",
)
def corner_of_the_window_forgotten(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        dx[n, c, :size, :size] += (
            _first(x[n, c, top : top + size, left : left + size]) * dy[n, c, i, j]
        )
    return dx


@exercise.mistake(
    "The gradient is written one stride too little: the place in the window is added to (i, j), "
    "not to the corner of the window.",
    hint="Window (1, 0) starts in which row, if the stride is 2? The search knows, does the "
    "writing?",
)
def written_without_the_stride(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        top, left = i * stride, j * stride
        dx[n, c, i : i + size, j : j + size] += (
            _first(x[n, c, top : top + size, left : left + size]) * dy[n, c, i, j]
        )
    return dx


@exercise.mistake(
    "dy was read with rows and columns swapped.",
    hint="Which of i and j counts windows downwards? The windows of x and the numbers of dy must "
    "be counted in the same way.",
)
def dy_read_across(dy: Array, x: Array, size: int, stride: int) -> Array:
    if dy.shape[2] != dy.shape[3]:
        raise IndexError("dy has another number of rows than of columns")
    return maxpool_backward(dy.swapaxes(2, 3), x, size, stride)


@exercise.mistake(
    "Rows and columns of dx are swapped.",
    hint="Which of the last two axes of x counts rows?",
)
def rows_and_columns_swapped(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, size, stride).swapaxes(2, 3)


@exercise.mistake(
    "Only windows with the largest number of the whole picture pass their gradient on.",
    hint="How many largest numbers has a picture of 4 windows? Over which pixels did you search?",
)
def largest_of_the_picture(dy: Array, x: Array, size: int, stride: int) -> Array:
    largest = x.max(axis=(2, 3), keepdims=True)
    return maxpool_backward(dy, x, size, stride) * (x == largest)


# -- more windows and places -----------------------------------------------------------------------


@exercise.mistake(
    "The windows are cut out size apart, not stride apart; those beyond the picture were left out.",
    hint="With size 3 and stride 2, in which column does the second window start?",
)
def windows_beyond_left_out(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = n, c, slice(i * size, i * size + size), slice(j * size, j * size + size)
        if x[pixels].size:
            dx[pixels] += _first(x[pixels]) * dy[n, c, i, j]
    return dx


@exercise.mistake(
    "The gradient is written size apart, not stride apart; beyond the picture it is left out.",
    hint="Window (1, 0) starts in which row, if the stride is 2? The search knows, does the "
    "writing?",
)
def written_size_apart(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(
        dy, x, size, stride, lambda i, j, row, column: (i * size + row, j * size + column)
    )


@exercise.mistake(
    "Downwards the gradient is written one stride too little: at i + row, not i * stride + row.",
    hint="Window (1, 0) starts in which row, if the stride is 2? The search knows, does the "
    "writing?",
)
def written_without_the_stride_downwards(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(dy, x, size, stride, lambda i, j, row, column: (i + row, j * stride + column))


@exercise.mistake(
    "To the right the gradient is written one stride too little: at j + column, not j * "
    "stride + column.",
    hint="Window (0, 1) starts in which column, if the stride is 2? The search knows, does the "
    "writing?",
)
def written_without_the_stride_to_the_right(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(dy, x, size, stride, lambda i, j, row, column: (i * stride + row, j + column))


@exercise.mistake(
    "The gradient is written in the first row of the window: the largest number's row is left out.",
    hint="Which two numbers say where in the window the largest one is?",
)
def written_without_the_row(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(
        dy, x, size, stride, lambda i, j, _row, column: (i * stride, j * stride + column)
    )


@exercise.mistake(
    "The gradient is written in the first column of the window: the largest number's column "
    "is left out.",
    hint="Which two numbers say where in the window the largest one is?",
)
def written_without_the_column(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(dy, x, size, stride, lambda i, j, row, _column: (i * stride + row, j * stride))


@exercise.mistake(
    "The window's own row is left out where the gradient is written: all is in the first rows.",
    hint="argmax counts from the corner of the window. Where in the picture is that corner?",
)
def written_in_the_first_rows(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(dy, x, size, stride, lambda _i, j, row, column: (row, j * stride + column))


@exercise.mistake(
    "The window's own column is left out where the gradient is written: all is in the first "
    "columns.",
    hint="argmax counts from the corner of the window. Where in the picture is that corner?",
)
def written_in_the_first_columns(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(dy, x, size, stride, lambda i, _j, row, column: (i * stride + row, column))


@exercise.mistake(
    "The largest number's row was used for its column too.",
    hint="argmax counts row by row. Which two numbers does divmod give?",
)
def row_for_both(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(
        dy, x, size, stride, lambda i, j, row, _column: (i * stride + row, j * stride + row)
    )


@exercise.mistake(
    "The largest number's column was used for its row too.",
    hint="argmax counts row by row. Which two numbers does divmod give?",
)
def column_for_both(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(
        dy, x, size, stride, lambda i, j, _row, column: (i * stride + column, j * stride + column)
    )


@exercise.mistake(
    "The row of a window was used for its column too, in the search and in the writing.",
    hint="Which of i and j says in which column a window begins?",
)
def windows_on_the_diagonal(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = n, c, slice(i * stride, i * stride + size), slice(i * stride, i * stride + size)
        dx[pixels] += _first(x[pixels]) * dy[n, c, i, j]
    return dx


@exercise.mistake(
    "The last row and column of windows pass no gradient on.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_windows_left_out(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[:, :, -1] = 0
    kept[..., -1] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "The last row of windows passes no gradient on.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_of_windows_left_out(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[:, :, -1] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "The last column of windows passes no gradient on.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_of_windows_left_out(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[..., -1] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "The first row and column of windows pass no gradient on.",
    hint="With which number does a range start?",
)
def first_windows_left_out(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[:, :, 0] = 0
    kept[..., 0] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "Only the last window passes its gradient on: dx was set to zero again at every window.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = np.zeros_like(dy)
    kept[..., -1, -1] = dy[..., -1, -1]
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "Only the first window passes its gradient on.",
    hint="Does return stand inside the loops?",
)
def only_the_first_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = np.zeros_like(dy)
    kept[..., 0, 0] = dy[..., 0, 0]
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "Only the last channel has a gradient, the others stay zero.",
    hint="Is there anything that should not be done again for every channel?",
)
def only_the_last_channel(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[:, :-1] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "Only the last sample has a gradient, the others stay zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = dy.copy()
    kept[:-1] = 0
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "Only the last window of the last channel of the last sample passes its gradient on.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_window_of_all(dy: Array, x: Array, size: int, stride: int) -> Array:
    kept = np.zeros_like(dy)
    kept[-1, -1, -1, -1] = dy[-1, -1, -1, -1]
    return maxpool_backward(kept, x, size, stride)


@exercise.mistake(
    "The last number of each window gets the gradient, not the largest.",
    hint="Where in the window was the number that the forward pass let through?",
)
def last_of_the_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _written(
        dy,
        x,
        size,
        stride,
        lambda i, j, _row, _column: (i * stride + size - 1, j * stride + size - 1),
    )


@exercise.mistake(
    "The last row and column of each window were not searched.",
    hint="How many numbers are in a[2:4], and how many does range(3) give?",
)
def last_row_and_column_not_searched(dy: Array, x: Array, size: int, stride: int) -> Array:
    return _spread(
        dy, x, size, stride, lambda window: np.pad(_first(window[:-1, :-1]), ((0, 1), (0, 1)))
    )


@exercise.mistake(
    "dx is zero.",
    hint="If the largest number of a window grows a little, does y stay as it is?",
)
def gradient_left_at_zero(dy: Array, x: Array, size: int, stride: int) -> Array:
    return np.zeros_like(x)


@exercise.mistake(
    "dy was multiplied by the number of pixels in a window.",
    hint="If the largest number grows by 0.1, by how much does y grow?",
)
def multiplied_by_the_window(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, size, stride) * size**2


@exercise.mistake(
    "The gradient was divided by the number of windows of a picture.",
    hint="Where does the mean stand: in the loss, or in a pooling?",
)
def divided_by_the_places(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(dy, x, size, stride) / dy[0, 0].size


@exercise.mistake(
    "Only positive gradients are passed on.",
    hint="The sign of dy says whether y should grow or shrink. Both must be able to pass.",
)
def relu_of_dy(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(np.maximum(dy, 0), x, size, stride)


@exercise.mistake(
    "Every channel got the gradients of the first channel's dy.",
    hint="Which of the indices n, c, i, j does dy depend on?",
)
def dy_taken_from_the_first_channel(dy: Array, x: Array, size: int, stride: int) -> Array:
    return maxpool_backward(np.broadcast_to(dy[:, :1], dy.shape), x, size, stride)


@exercise.mistake(
    "Every channel got the sum over all channels.",
    hint="Each channel has outputs of its own. Does one channel look at another?",
)
def channels_added_up(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = maxpool_backward(dy, x, size, stride)
    return np.broadcast_to(dx.sum(axis=1, keepdims=True), dx.shape)


@exercise.mistake(
    "Equal largest numbers of a window get the gradient each, and a window overwrites the "
    "number in another.",
    hint="In the overlap two outputs depend on the same number. What happens to two derivatives "
    "with respect to one variable?",
)
def ties_multiply_and_overwrite(dy: Array, x: Array, size: int, stride: int) -> Array:
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        pixels = n, c, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
        window = x[pixels]
        dx[pixels][window == window.max()] = dy[n, c, i, j]
    return dx


@exercise.mistake(
    "The gradient is written size apart, not stride apart, and in the last row or column if that "
    "would be beyond the picture.",
    hint="Window (1, 0) starts in which row, if the stride is 2? The search knows, does the "
    "writing?",
)
def written_size_apart_inside(dy: Array, x: Array, size: int, stride: int) -> Array:
    H, W = x.shape[2:]

    def place(i: int, j: int, row: int, column: int) -> tuple[int, int]:
        return min(i * size + row, H - 1), min(j * size + column, W - 1)

    return _written(dy, x, size, stride, place)
