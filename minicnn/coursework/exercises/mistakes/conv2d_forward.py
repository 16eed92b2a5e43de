"""The mistakes that people make in `conv2d_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.conv2d_forward import _padded, conv2d_forward, exercise
from minicnn.coursework.exercises.output_size import output_size
from minicnn.typing import Array


def _scores(x: Array, w: Array, b: Array, step: tuple[int, int], sizes: tuple[int, int]) -> Array:
    """Return y for a picture that is padded already, with steps and a number of places given."""
    KH, KW = w.shape[2:]
    y = np.zeros((len(x), len(w), *sizes))
    for i in range(sizes[0]):
        for j in range(sizes[1]):
            window = x[:, :, i * step[0] : i * step[0] + KH, j * step[1] : j * step[1] + KW]
            y[:, :, i, j] = np.einsum("ncij,fcij->nf", window, w) + b
    return y


def _places(x: Array, w: Array, stride: int, padding: int) -> tuple[int, int]:
    """Return OH and OW."""
    OH = output_size(x.shape[2], w.shape[2], stride, padding, dilation=1)
    OW = output_size(x.shape[3], w.shape[3], stride, padding, dilation=1)
    return OH, OW


# -- the bias --------------------------------------------------------------------------------------


@exercise.mistake(
    "The bias was not added.",
    hint="What should come out if all pixels are zero?",
)
def bias_forgotten(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, 0 * b, stride, padding)


@exercise.mistake(
    "The bias was added once for every channel.",
    hint="How many numbers does one place of the output add up, and how many biases?",
)
def bias_for_every_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b * w.shape[1], stride, padding)


@exercise.mistake(
    "The bias was added with every product of the sum.",
    hint="In the formula, does b stand inside the sum?",
)
def bias_for_every_product(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b * w[0].size, stride, padding)


@exercise.mistake(
    "The bias was added along the last axis: a number for each column, not for each kernel.",
    hint="NumPy lines up the last axes. Which axis of y is that of the kernels?",
)
def bias_per_column(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv2d_forward(x, w, 0 * b, stride, padding), b)


@exercise.mistake(
    "The bias was added along the axis of the rows: a number for each row, not for each kernel.",
    hint="NumPy lines up the last axes. How many axes must stand behind that of the kernels?",
)
def bias_per_row(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv2d_forward(x, w, 0 * b, stride, padding), b[:, None])


@exercise.mistake(
    "The bias was added along the first axis: a number for each sample, not for each kernel.",
    hint="Which axis of y is that of the kernels?",
)
def bias_per_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv2d_forward(x, w, 0 * b, stride, padding), b[:, None, None, None])


@exercise.mistake(
    "Every kernel got the bias of the first.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def first_bias_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, 0 * b, stride, padding) + b[:1]


@exercise.mistake(
    "Every kernel got the sum of all biases.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def biases_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, np.full_like(b, b.sum()), stride, padding)


# -- padding ---------------------------------------------------------------------------------------


@exercise.mistake(
    "The pictures were not padded.",
    hint="Where may the kernel stand first, if there is a border of zeros around the picture?",
)
def padding_forgotten(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, 0)


@exercise.mistake(
    "The pictures were padded, but OH and OW were computed without the padding.",
    hint="Over how many rows does the kernel move, once there is a border?",
)
def places_without_padding(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    OH, OW = _places(x, w, stride, 0)
    return conv2d_forward(x, w, b, stride, padding)[:, :, :OH, :OW]


@exercise.mistake(
    "Only the border above and to the left was counted: OH and OW heed the padding once.",
    hint="A picture has four sides. How high is one of 3 rows with a border of 1 on each?",
)
def padded_before_only(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(_padded(x, padding, 0), w, b, stride, 0)


@exercise.mistake(
    "Zeros were added below and to the right only.",
    hint="A picture has four sides. Look at its first row and column.",
)
def padded_after_only(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(_padded(x, 0, padding), w, b, stride, 0)


@exercise.mistake(
    "The picture lies at the upper left of the padded one: all zeros stand below and to the right.",
    hint="At which row and column of the larger array does the picture begin?",
)
def all_padding_after(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(_padded(x, 0, 2 * padding), w, b, stride, 0)


@exercise.mistake(
    "The picture lies at the lower right of the padded one: all zeros stand above and to the left.",
    hint="At which row and column of the larger array does the picture begin?",
)
def all_padding_before(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(_padded(x, 2 * padding, 0), w, b, stride, 0)


@exercise.mistake(
    "Only rows were padded, above and below, but no columns.",
    hint="Which axes of x are those of the picture?",
)
def only_rows_padded(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    rows_only = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0)))
    return conv2d_forward(rows_only, w, b, stride, 0)


@exercise.mistake(
    "Only columns were padded, left and right, but no rows.",
    hint="Which axes of x are those of the picture?",
)
def only_columns_padded(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    columns_only = np.pad(x, ((0, 0), (0, 0), (0, 0), (padding, padding)))
    return conv2d_forward(columns_only, w, b, stride, 0)


@exercise.mistake(
    "The border repeats the pixels of the edge; it should be zeros.",
    hint="What does np.pad fill in with the mode that you gave it?",
)
def padded_with_the_edge(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return conv2d_forward(np.pad(x, sides, mode="edge"), w, b, stride, 0)


# -- where the kernel stands -----------------------------------------------------------------------


@exercise.mistake(
    "The kernel moved by one pixel, whatever the stride; only OH and OW heed it.",
    hint="At which pixel does the window of place i begin, if the stride is 2?",
)
def stride_ignored(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return _scores(_padded(x, padding, padding), w, b, (1, 1), _places(x, w, stride, padding))


@exercise.mistake(
    "The stride was left out altogether: there is an output for every pixel.",
    hint="With a stride of 2, which of your outputs should not be there?",
)
def as_if_the_stride_were_one(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, 1, padding)


@exercise.mistake(
    "The stride was heeded downwards only: to the right the kernel moved by one pixel.",
    hint="At which column does the window of place j begin?",
)
def stride_ignored_to_the_right(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sizes = _places(x, w, stride, padding)
    return _scores(_padded(x, padding, padding), w, b, (stride, 1), sizes)


@exercise.mistake(
    "The stride was heeded to the right only: downwards the kernel moved by one pixel.",
    hint="At which row does the window of place i begin?",
)
def stride_ignored_downwards(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sizes = _places(x, w, stride, padding)
    return _scores(_padded(x, padding, padding), w, b, (1, stride), sizes)


@exercise.mistake(
    "The last place of every row and column is missing: OH and OW are one too small.",
    hint="A kernel of 3 on 3 pixels cannot move at all. How many places is that?",
)
def last_place_missing(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding)[:, :, :-1, :-1]


@exercise.mistake(
    "OH was taken for OW: there are as many places to the right as there are downwards.",
    hint="Neither pictures nor kernels need be square. From which numbers does OW follow?",
)
def square_assumed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    OH, _ = _places(x, w, stride, padding)
    return _scores(_padded(x, padding, padding), w, b, (stride, stride), (OH, OH))


@exercise.mistake(
    "OW was taken for OH: there are as many places downwards as there are to the right.",
    hint="Neither pictures nor kernels need be square. From which numbers does OH follow?",
)
def square_assumed_from_the_width(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    _, OW = _places(x, w, stride, padding)
    return _scores(_padded(x, padding, padding), w, b, (stride, stride), (OW, OW))


@exercise.mistake(
    "The height of the kernel was taken for its width too.",
    hint="Kernels need not be square. Which axis of w is the width?",
)
def square_kernel_assumed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    KH = w.shape[2]
    cut = w[:, :, :, :KH]
    sizes = _places(x, np.empty((1, 1, KH, KH)), stride, padding)
    return _scores(_padded(x, padding, padding), cut, b, (stride, stride), sizes)


@exercise.mistake(
    "The stride was taken inside the window, whose pixels lie apart; the windows do not.",
    hint="Which of the two does the stride set apart: the pixels of a window, or the windows?",
)
def stride_inside_the_window(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    F, C, KH, KW = w.shape
    spread = np.zeros((F, C, (KH - 1) * stride + 1, (KW - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = w
    padded = _padded(x, padding, padding)
    return _scores(padded, spread, b, (1, 1), _places(x, w, stride, padding))


# -- what is multiplied and added up ---------------------------------------------------------------


@exercise.convention(
    "The kernel was turned by 180 degrees before it was laid on the picture.",
    reason="This is the convolution of mathematics and of signal processing. Frameworks lay the "
    "kernel on as it is, which is a cross-correlation, and call it a convolution. Since kernels "
    "are learned, both learn the same; but kernels and numbers must agree with other programs.",
)
def kernel_turned(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w[:, :, ::-1, ::-1], b, stride, padding)


@exercise.mistake(
    "Only the last channel counts: each overwrote the one before it.",
    hint="The sum runs over c too. What does = do to the sum so far?",
)
def only_the_last_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x[:, -1:], w[:, -1:], b, stride, padding)


@exercise.mistake(
    "Only the first channel counts.",
    hint="Over which three indices does the sum run?",
)
def only_the_first_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x[:, :1], w[:, :1], b, stride, padding)


@exercise.mistake(
    "All channels were multiplied with the kernel's numbers for the first one.",
    hint="w has an axis C. Which of its numbers belong to the second channel of a picture?",
)
def first_channel_of_the_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, np.broadcast_to(w[:, :1], w.shape), b, stride, padding)


@exercise.mistake(
    "The numbers of the kernel for all channels were multiplied with the first channel of x.",
    hint="x has an axis C. Which of its numbers belong to the second channel of a kernel?",
)
def first_channel_of_the_picture(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(np.broadcast_to(x[:, :1], x.shape), w, b, stride, padding)


@exercise.mistake(
    "Every channel of the picture was multiplied with every channel of the kernel.",
    hint="In the formula c stands in w and in x. May the two differ?",
)
def channels_crossed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = x.sum(axis=1, keepdims=True), w.sum(axis=1, keepdims=True)
    return conv2d_forward(*summed, b, stride, padding)


@exercise.mistake(
    "The mean was taken, over the window with all its channels; the sum is asked for.",
    hint="Is there a division in the formula?",
)
def mean_over_the_window(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w / w[0].size, b, stride, padding)


@exercise.mistake(
    "The mean over the channels was taken; the sum is asked for.",
    hint="Is there a division in the formula?",
)
def mean_over_the_channels(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w / w.shape[1], b, stride, padding)


@exercise.mistake(
    "Only the last number of the kernel counts, over all channels: each overwrote the one before.",
    hint="The sum runs over kh and kw too. What does = do to the sum so far?",
)
def only_the_last_of_the_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    last = np.zeros_like(w)
    last[:, :, -1, -1] = w[:, :, -1, -1]
    return conv2d_forward(x, last, b, stride, padding)


@exercise.mistake(
    "Only the very last product counts: each overwrote the one before it.",
    hint="What does = do to the sum so far?",
)
def only_the_last_product(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    last = np.zeros_like(w)
    last[:, -1, -1, -1] = w[:, -1, -1, -1]
    return conv2d_forward(x, last, b, stride, padding)


@exercise.mistake(
    "The first kernel was used for all.",
    hint="Which of the indices n, f, i, j does the kernel depend on?",
)
def first_kernel_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, np.broadcast_to(w[:1], w.shape), b, stride, padding)


@exercise.mistake(
    "The last kernel was used for all.",
    hint="Which of the indices n, f, i, j does the kernel depend on?",
)
def last_kernel_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, np.broadcast_to(w[-1:], w.shape), b, stride, padding)


@exercise.mistake(
    "All kernels were added up for each output channel.",
    hint="Does the sum run over f? Look at what you multiply the window with, and at its shape.",
)
def kernels_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = np.broadcast_to(w.sum(axis=0), w.shape)
    return conv2d_forward(x, summed, b, stride, padding)


@exercise.mistake(
    "All samples were added up, and each got the sum.",
    hint="Does the sum run over n? Look at the shape of your window.",
)
def samples_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = np.broadcast_to(x.sum(axis=0), x.shape)
    return conv2d_forward(summed, w, b, stride, padding)


@exercise.mistake(
    "Every sample got the output of the first.",
    hint="Which of the indices n, f, i, j does the window depend on?",
)
def first_sample_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(np.broadcast_to(x[:1], x.shape), w, b, stride, padding)


@exercise.mistake(
    "Only the last sample has an output; the others are zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:-1] = 0
    return y


@exercise.mistake(
    "Only the first sample has an output; the others are zero.",
    hint="Over what should the outermost loop run, and where does it end?",
)
def only_the_first_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[1:] = 0
    return y


@exercise.mistake(
    "The kernels were transposed: kh and kw are exchanged.",
    hint="Lay the kernel on the picture. Does its first row lie on a row or on a column?",
)
def kernel_transposed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w.swapaxes(2, 3), b, stride, padding)


@exercise.mistake(
    "The first axis of w was taken for the channels and the second for the kernels.",
    hint="w is (F, C, KH, KW). Which axis is summed over?",
)
def kernels_and_channels_exchanged(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    return conv2d_forward(x, w.swapaxes(0, 1), b, stride, padding)


@exercise.mistake(
    "The kernels were turned upside down.",
    hint="Which row of the kernel lies on the first row of a window?",
)
def kernel_upside_down(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w[:, :, ::-1], b, stride, padding)


@exercise.mistake(
    "The outputs went through a ReLU: all negative ones are zero.",
    hint="Does the formula end where your function ends?",
)
def relu_applied(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.maximum(conv2d_forward(x, w, b, stride, padding), 0)


# -- matrices that were reshaped -------------------------------------------------------------------


@exercise.mistake(
    "The product (N * OH * OW, F) was reshaped to (N, F, OH, OW) at once.",
    hint="Reshaping keeps the numbers in their order. Into which shape may it go, and what then?",
)
def kernels_axis_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    return y.transpose(0, 2, 3, 1).reshape(y.shape)


@exercise.mistake(
    "The product (F, N * OH * OW) was reshaped to (N, F, OH, OW) at once.",
    hint="Reshaping keeps the numbers in their order. Into which shape may it go, and what then?",
)
def samples_axis_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    return y.swapaxes(0, 1).reshape(y.shape)


@exercise.mistake(
    "The product (F, OH * OW * N) was reshaped to (N, F, OH, OW) at once.",
    hint="Reshaping keeps the numbers in their order. Into which shape may it go, and what then?",
)
def samples_behind_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    return y.transpose(1, 2, 3, 0).reshape(y.shape)


@exercise.mistake(
    "Columns in the order i, j, n were taken for such in the order n, i, j.",
    hint="In which order does your im2col have samples and places? And your reshape?",
)
def places_taken_for_samples(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    N, F, OH, OW = y.shape
    return y.transpose(1, 2, 3, 0).reshape(F, N, OH, OW).swapaxes(0, 1)


@exercise.mistake(
    "Columns in the order n, i, j were taken for such in the order i, j, n.",
    hint="In which order does your im2col have samples and places? And your reshape?",
)
def samples_taken_for_places(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    N, F, OH, OW = y.shape
    return y.swapaxes(0, 1).reshape(F, OH, OW, N).transpose(3, 0, 1, 2)


@exercise.mistake(
    "w was reshaped to (C * KH * KW, F), where the transpose of (F, C * KH * KW) was needed.",
    hint="Take two kernels of four numbers. Which numbers stand in the first column of either?",
)
def w_reshaped_not_transposed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    scrambled = w.reshape(-1, len(w)).T.reshape(w.shape)
    return conv2d_forward(x, scrambled, b, stride, padding)


@exercise.mistake(
    "The columns have the order kh, kw, c, and the reshaped w has c, kh, kw.",
    hint="In a product of matrices, what must the columns of the one and the rows of the other be?",
)
def columns_in_another_order_than_w(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    F, C, KH, KW = w.shape
    return conv2d_forward(x, w.reshape(F, KH, KW, C).transpose(0, 3, 1, 2), b, stride, padding)


@exercise.mistake(
    "Windows (N, C, OH, OW, KH, KW) were reshaped to rows without bringing C behind OW first.",
    hint="Reshaping keeps the numbers in their order. Which axes must stand last before?",
)
def channels_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    windows = _windows(x, w, stride, padding)
    return _product(windows, w, b, windows.shape[2:4])


@exercise.mistake(
    "Windows (N, C, KH, KW, OH, OW) were reshaped to rows without bringing OH, OW behind N first.",
    hint="Reshaping keeps the numbers in their order. Which axes must stand last before?",
)
def places_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    windows = _windows(x, w, stride, padding)
    return _product(windows.transpose(0, 1, 4, 5, 2, 3), w, b, windows.shape[2:4])


def _windows(x: Array, w: Array, stride: int, padding: int) -> Array:
    """Return all windows, (N, C, OH, OW, KH, KW)."""
    padded = _padded(x, padding, padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))
    return windows[:, :, ::stride, ::stride]


def _product(windows: Array, w: Array, b: Array, sizes: tuple[int, ...]) -> Array:
    """Return y (N, F, OH, OW) from windows that are reshaped to rows as they come."""
    rows = windows.reshape(-1, w[0].size) @ w.reshape(len(w), -1).T + b  # (N * OH * OW, F)
    return rows.reshape(len(windows), *sizes, len(w)).transpose(0, 3, 1, 2)


# -- more of the bias and of the sum ---------------------------------------------------------------


@exercise.mistake(
    "The bias was subtracted.",
    hint="In the formula, which sign has b?",
)
def bias_subtracted(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, -b, stride, padding)


@exercise.mistake(
    "The bias was added twice.",
    hint="In how many lines do you add b?",
)
def bias_twice(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, 2 * b, stride, padding)


@exercise.mistake(
    "The sum was multiplied by the bias.",
    hint="In the formula, is b a factor?",
)
def bias_multiplied(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, 0 * b, stride, padding) * b[:, None, None]


@exercise.mistake(
    "The mean was taken, over the window with all its channels and the bias; the sum is asked for.",
    hint="Is there a division in the formula?",
)
def bias_in_the_mean(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding) / w[0].size


@exercise.mistake(
    "Only the first sample got its bias.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def bias_only_in_the_first_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, 0 * b, stride, padding)
    y[0] += b[:, None, None]
    return y


@exercise.mistake(
    "Every kernel got the bias of the last.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def last_bias_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, np.full_like(b, b[-1]), stride, padding)


@exercise.mistake(
    "The mean over the pixels of the window was taken; the sum is asked for.",
    hint="Is there a division in the formula?",
)
def mean_over_the_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w / w[0, 0].size, b, stride, padding)


@exercise.mistake(
    "The largest product of the window was taken, not their sum.",
    hint="A pooling takes the largest. What does a convolution do with a window?",
)
def largest_product(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    products = _windows(x, w, stride, padding)[:, None] * w[:, :, None, None]
    return products.max(axis=(2, 5, 6)) + b[:, None, None]


@exercise.mistake(
    "Window and kernel were summed first, and then multiplied.",
    hint="Is a sum of products the same as a product of sums?",
)
def sums_multiplied(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    ones = np.ones_like(w) * w.sum(axis=(1, 2, 3), keepdims=True)
    return conv2d_forward(x, ones, b, stride, padding)


@exercise.mistake(
    "The pixels of the window were added up without the kernel.",
    hint="With what is each pixel of the window multiplied?",
)
def window_alone_summed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, np.ones_like(w), b, stride, padding)


@exercise.mistake(
    "The kernel was added to the window, not multiplied with it.",
    hint="In the formula, what stands between w and padded?",
)
def kernel_added(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, np.ones_like(w), b, stride, padding)
    return y + w.sum(axis=(1, 2, 3))[:, None, None]


@exercise.mistake(
    "The sign is wrong.",
    hint="Take a kernel of ones and a picture of ones. What should come out?",
)
def of_the_wrong_sign(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return -conv2d_forward(x, w, b, stride, padding)


@exercise.mistake(
    "The products were not added up over the channels: (N, F, C, OH, OW).",
    hint="Over which three indices does the sum run?",
)
def channels_apart(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return (
        np.einsum("ncijkl,fckl->nfcij", _windows(x, w, stride, padding), w) + b[:, None, None, None]
    )


@exercise.mistake(
    "The last row and column of the kernel were left out.",
    hint="How many numbers does range(KH - 1) give?",
)
def last_row_and_column_of_the_kernel_left_out(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    cut = w.copy()
    cut[:, :, -1] = 0
    cut[..., -1] = 0
    return conv2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The last row of the kernel was left out.",
    hint="How many numbers does range(KH - 1) give?",
)
def last_row_of_the_kernel_left_out(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    cut = w.copy()
    cut[:, :, -1] = 0
    return conv2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The last column of the kernel was left out.",
    hint="How many numbers does range(KW - 1) give?",
)
def last_column_of_the_kernel_left_out(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    cut = w.copy()
    cut[..., -1] = 0
    return conv2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The last channel was left out.",
    hint="How many numbers does range(C - 1) give?",
)
def last_channel_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x[:, :-1], w[:, :-1], b, stride, padding)


@exercise.mistake(
    "The kernels were mirrored: left and right are exchanged.",
    hint="Which column of the kernel lies on the first column of a window?",
)
def kernel_mirrored(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w[..., ::-1], b, stride, padding)


@exercise.mistake(
    "All axes of the kernel but the first were turned, that of the channels too.",
    hint="Which axes of w lie on the picture?",
)
def channels_reversed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w[:, ::-1, ::-1, ::-1], b, stride, padding)


@exercise.mistake(
    "All axes of w were turned, those of the kernels and channels too.",
    hint="Which axes of w lie on the picture?",
)
def kernels_reversed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w[::-1, ::-1, ::-1, ::-1], b, stride, padding)


@exercise.mistake(
    "The kernel was turned by 90 degrees.",
    hint="np.rot90 turns once. Does the formula turn the kernel?",
)
def kernel_turned_once(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, np.rot90(w, 1, axes=(2, 3)), b, stride, padding)


# -- more of the border ----------------------------------------------------------------------------


@exercise.mistake(
    "The border is ones; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_ones(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return conv2d_forward(np.pad(x, sides, constant_values=1), w, b, stride, 0)


@exercise.mistake(
    "The border mirrors the pixels of the picture; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_mirrored_pixels(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return conv2d_forward(np.pad(x, sides, mode="reflect"), w, b, stride, 0)


@exercise.mistake(
    "The border continues with the pixels of the other side; it should be zeros.",
    hint="A picture has a border on four sides. What fills it?",
)
def padded_with_the_other_side(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return conv2d_forward(np.pad(x, sides, mode="wrap"), w, b, stride, 0)


@exercise.mistake(
    "The border is one pixel wide, however large the padding.",
    hint="Which argument says how wide the border is?",
)
def padded_by_one(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, min(padding, 1))


@exercise.mistake(
    "The border is twice as wide as the padding.",
    hint="Padding counts on each side. How wide is it on one?",
)
def padded_twice(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, 2 * padding)


@exercise.mistake(
    "The padding that was given was not used, but half of the kernel on each side.",
    hint="Half of the kernel keeps the size. Is that what every padding does?",
)
def half_the_kernel_as_padding(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    KH, KW = w.shape[2:]
    sides = ((0, 0), (0, 0), (KH // 2, KH // 2), (KW // 2, KW // 2))
    return conv2d_forward(np.pad(x, sides), w, b, stride, 0)


@exercise.mistake(
    "OH was computed without the padding; OW heeds it.",
    hint="Over how many rows does the kernel move, once there is a border?",
)
def rows_counted_without_padding(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    OH, _ = _places(x, w, stride, 0)
    return conv2d_forward(x, w, b, stride, padding)[:, :, :OH]


@exercise.mistake(
    "OW was computed without the padding; OH heeds it.",
    hint="Over how many columns does the kernel move, once there is a border?",
)
def columns_counted_without_padding(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    _, OW = _places(x, w, stride, 0)
    return conv2d_forward(x, w, b, stride, padding)[:, :, :, :OW]


@exercise.mistake(
    "OH heeds the padding once, OW twice.",
    hint="A picture has four sides. How high is one of 3 rows with a border of 1 on each?",
)
def rows_padded_once(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(
        np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, padding))), w, b, stride, 0
    )


@exercise.mistake(
    "OW heeds the padding once, OH twice.",
    hint="A picture has four sides. How wide is one of 3 columns with a border of 1 on each?",
)
def columns_padded_once(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(
        np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, 0))), w, b, stride, 0
    )


# -- more of the places ----------------------------------------------------------------------------


@exercise.mistake(
    "The stride was heeded downwards only: to the right there is an output for every pixel.",
    hint="With a stride of 2, which of your outputs should not be there?",
)
def every_column_of_places(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, 1, padding)[:, :, ::stride]


@exercise.mistake(
    "The stride was heeded to the right only: downwards there is an output for every pixel.",
    hint="With a stride of 2, which of your outputs should not be there?",
)
def every_row_of_places(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, 1, padding)[..., ::stride]


@exercise.mistake(
    "The kernel moved by its own length, not by the stride.",
    hint="Which argument says by how many pixels the kernel moves?",
)
def kernel_as_stride(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    KH, KW = w.shape[2:]
    return conv2d_forward(x, w, b, 1, padding)[:, :, ::KH, ::KW]


@exercise.mistake(
    "The last places are missing where the kernel just fits: the range ends too early.",
    hint="A kernel of 3 on 3 pixels: does your range give its place?",
)
def last_place_that_fits_missing(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = (x.shape[a] + 2 * padding - w.shape[a] for a in (2, 3))
    return conv2d_forward(x, w, b, stride, padding)[
        :, :, : len(range(0, H, stride)), : len(range(0, W, stride))
    ]


@exercise.mistake(
    "The last row of y is missing: OH is one too small.",
    hint="A kernel of 3 on 3 pixels cannot move at all. How many places is that?",
)
def last_row_of_places_missing(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding)[:, :, :-1]


@exercise.mistake(
    "The last column of y is missing: OW is one too small.",
    hint="A kernel of 3 on 3 pixels cannot move at all. How many places is that?",
)
def last_column_of_places_missing(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding)[..., :-1]


@exercise.mistake(
    "The last row and column of y were not filled.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_places_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, :, -1] = 0
    y[..., -1] = 0
    return y


@exercise.mistake(
    "The last row of y was not filled.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, :, -1] = 0
    return y


@exercise.mistake(
    "The last column of y was not filled.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[..., -1] = 0
    return y


@exercise.mistake(
    "The first row and column of y were not filled.",
    hint="With which number does a range start?",
)
def first_places_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, :, 0] = 0
    y[..., 0] = 0
    return y


@exercise.mistake(
    "Only the last place of y is filled: it was set to zero again at every place.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_place(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    last = np.zeros_like(y)
    last[..., -1, -1] = y[..., -1, -1]
    return last


@exercise.mistake(
    "Only the first place of y is filled.",
    hint="Does return stand inside the loops?",
)
def only_the_first_place(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    first = np.zeros_like(y)
    first[..., 0, 0] = y[..., 0, 0]
    return first


@exercise.mistake(
    "The row of a window was used for its column too: all lie on the diagonal.",
    hint="Which of i and j says in which column a window begins?",
)
def places_from_i_alone(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    windows = _windows(x, w, stride, padding)
    OH, OW = windows.shape[2:4]
    if OH > OW:
        raise ValueError("a window reaches beyond the picture")
    diagonal = windows[:, :, range(OH), range(OH)]  # (N, C, OH, KH, KW)
    y = np.einsum("ncikl,fckl->nfi", diagonal, w)[..., None] + b[:, None, None]
    return np.broadcast_to(y, (*y.shape[:3], OW))


@exercise.mistake(
    "The width of the kernel was taken for its height too.",
    hint="Kernels need not be square. Which axis of w is the height?",
)
def square_kernel_assumed_from_the_width(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    KW = w.shape[3]
    cut = w[:, :, :KW]
    sizes = _places(x, np.empty((1, 1, KW, KW)), stride, padding)
    return _scores(_padded(x, padding, padding), cut, b, (stride, stride), sizes)


@exercise.mistake(
    "The number of places was rounded up: zeros were added until the kernel fits in once more.",
    hint="If the last step leads out of the picture, does the kernel take it?",
)
def sizes_rounded_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    short = [-(x.shape[a] + 2 * padding - w.shape[a]) % stride for a in (2, 3)]
    sides = ((0, 0), (0, 0), *((padding, padding + more) for more in short))
    return conv2d_forward(np.pad(x, sides), w, b, stride, 0)


# -- axes of the output ----------------------------------------------------------------------------


@exercise.mistake(
    "The axis of the kernels is the last: y is (N, OH, OW, F).",
    hint="Which axes does y have, and in which order?",
)
def kernels_on_the_last_axis(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding).transpose(0, 2, 3, 1)


@exercise.mistake(
    "The axis of the kernels is the first: y is (F, N, OH, OW).",
    hint="Which axes does y have, and in which order?",
)
def kernels_on_the_first_axis(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding).swapaxes(0, 1)


@exercise.mistake(
    "Rows and columns of y are exchanged.",
    hint="Which of i and j counts downwards?",
)
def rows_and_columns_exchanged(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w, b, stride, padding).swapaxes(2, 3)


@exercise.mistake(
    "Only the first kernel has an output; the others are zero.",
    hint="Over what should the loop of the kernels run, and where does it end?",
)
def only_the_first_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, 1:] = 0
    return y


@exercise.mistake(
    "Only the last kernel has an output; the others are zero.",
    hint="Is there anything that should not be done again for every kernel?",
)
def only_the_last_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, :-1] = 0
    return y


@exercise.mistake(
    "The last kernel has no output: it is zero.",
    hint="How many numbers does range(F - 1) give?",
)
def last_kernel_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, -1] = 0
    return y


@exercise.mistake(
    "The first kernel has no output: it is zero.",
    hint="With which number does a range start?",
)
def first_kernel_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[:, 0] = 0
    return y


@exercise.mistake(
    "The first sample has no output: it is zero.",
    hint="With which number does a range start?",
)
def first_sample_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[0] = 0
    return y


@exercise.mistake(
    "The last sample has no output: it is zero.",
    hint="How many numbers does range(N - 1) give?",
)
def last_sample_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    y[-1] = 0
    return y


@exercise.mistake(
    "All kernels were added up into one output channel: (N, 1, OH, OW).",
    hint="How many output channels are there?",
)
def kernels_joined(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    joined = w.sum(axis=0, keepdims=True)
    return conv2d_forward(x, joined, b.sum(keepdims=True), stride, padding)


@exercise.mistake(
    "Every sample got the output of the last.",
    hint="Which of the indices n, f, i, j does the window depend on?",
)
def last_sample_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv2d_forward(x, w, b, stride, padding)
    return np.broadcast_to(y[-1:], y.shape)
