"""The mistakes that people make in `conv_transpose2d_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.conv2d_forward import conv2d_forward
from minicnn.coursework.exercises.conv_transpose2d_forward import (
    _cut,
    conv_transpose2d_forward,
    exercise,
)
from minicnn.typing import Array


def _uncut(
    x: Array, w: Array, step: tuple[int, int], sizes: tuple[int, int] | None = None
) -> Array:
    """Return all stamps added up, (N, F, ...), before padding and bias."""
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    sizes = sizes or ((H - 1) * step[0] + KH, (W - 1) * step[1] + KW)
    uncut = np.zeros((N, F, *sizes))
    for i in range(H):
        for j in range(W):
            rows = slice(i * step[0], i * step[0] + KH)
            columns = slice(j * step[1], j * step[1] + KW)
            uncut[:, :, rows, columns] += np.einsum("nc,cfij->nfij", x[:, :, i, j], w)
    return uncut


def _without_bias(x: Array, w: Array, stride: int, padding: int) -> Array:
    """Return y without the bias."""
    return conv_transpose2d_forward(x, w, np.zeros(w.shape[1]), stride, padding)


def _sizes(x: Array, w: Array, stride: int) -> tuple[int, int]:
    """Return the height and width before the cut."""
    (H, W), (KH, KW) = x.shape[2:], w.shape[2:]
    return (H - 1) * stride + KH, (W - 1) * stride + KW


# -- where stamps overlap --------------------------------------------------------------------------


@exercise.mistake(
    "Where stamps overlap, the last one overwrote those before it.",
    hint="Two pixels stamp onto the same place. What stands there then?",
)
def overlaps_overwritten(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    uncut = np.zeros((N, F, *_sizes(x, w, stride)))
    for i in range(H):
        for j in range(W):
            rows, left = slice(i * stride, i * stride + KH), j * stride
            uncut[:, :, rows, left : left + KW] = np.einsum("nc,cfij->nfij", x[:, :, i, j], w)
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "Where stamps overlap, the last one overwrote those before it, and so did every channel.",
    hint="The stamps of all pixels of all channels are added up. What does = do instead?",
)
def all_overwritten(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    uncut = np.zeros((N, F, *_sizes(x, w, stride)))
    for i in range(H):
        for j in range(W):
            rows, left = slice(i * stride, i * stride + KH), j * stride
            stamp = x[:, -1, i, j][:, None, None, None] * w[-1]  # (N, F, KH, KW)
            uncut[:, :, rows, left : left + KW] = stamp
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "Where stamps overlap, one number remained of several: that of the last pixel of a kernel.",
    hint="An assignment, or += with arrays of indices, keeps one of several numbers for one pixel. "
    "What adds all of them?",
)
def overlaps_overwritten_by_pixels(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    uncut = np.zeros((N, F, *_sizes(x, w, stride)))
    for kh in range(KH):
        for kw in range(KW):
            part = np.tensordot(x, w[:, :, kh, kw], axes=(1, 0)).transpose(0, 3, 1, 2)
            rows = slice(kh, kh + stride * H, stride)
            uncut[:, :, rows, kw : kw + stride * W : stride] = part  # (N, F, H, W)
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "Where stamps overlap, their mean was taken.",
    hint="Is there a division in the formula?",
)
def overlaps_averaged(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    ones = np.ones((1, 1, *x.shape[2:])), np.ones((1, 1, *w.shape[2:]))
    stamps = np.maximum(_without_bias(*ones, stride, padding), 1)
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) / stamps + b[:, None, None]


# -- padding ---------------------------------------------------------------------------------------


@exercise.mistake(
    "Nothing was cut off: the padding was left out.",
    hint="A convolution adds a border before it starts. What must its way back do at the end?",
)
def padding_not_cut(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, 0)


@exercise.mistake(
    "The padding was put around the result, not cut off it.",
    hint="Does padding make the output of a transposed convolution larger or smaller?",
)
def padded_instead_of_cut(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return np.pad(_without_bias(x, w, stride, 0), sides) + b[:, None, None]


@exercise.mistake(
    "x was padded, and nothing was cut off the output.",
    hint="Which picture has a border here: the one that goes in, or the one that comes out?",
)
def x_padded(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return conv_transpose2d_forward(np.pad(x, sides), w, b, stride, 0)


@exercise.mistake(
    "The border was cut off below and to the right only, twice as wide.",
    hint="Where on the uncut picture does the first row of y lie?",
)
def all_cut_after(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, : H - 2 * padding, : W - 2 * padding]


@exercise.mistake(
    "The border was cut off above and to the left only.",
    hint="The output has four sides.",
)
def cut_before_only(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, 0)[:, :, padding:, padding:]


@exercise.mistake(
    "The border was cut off below and to the right only.",
    hint="The output has four sides.",
)
def cut_after_only(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, : H - padding, : W - padding]


@exercise.mistake(
    "The border was cut off with [padding:-padding], which leaves nothing if the padding is 0.",
    hint="What is array[0:-0]? Say where the picture ends in another way.",
)
def cut_to_minus_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, padding:-padding, padding:-padding]


# -- where the stamps stand ------------------------------------------------------------------------


@exercise.mistake(
    "The stamps are one pixel apart, whatever the stride; only the size of the output heeds it.",
    hint="Where on the output does the stamp of pixel i begin, if the stride is 2?",
)
def stride_ignored(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    uncut = _uncut(x, w, (1, 1), _sizes(x, w, stride))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The stride was left out altogether, in the size of the output too.",
    hint="Should a stride of 2 not make the picture about twice as large?",
)
def as_if_the_stride_were_one(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, 1, padding)


@exercise.mistake(
    "The stride was heeded downwards only: to the right the stamps are one pixel apart.",
    hint="At which column does the stamp of pixel j begin?",
)
def stride_ignored_to_the_right(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    uncut = _uncut(x, w, (stride, 1), _sizes(x, w, stride))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The stride was heeded to the right only: downwards the stamps are one pixel apart.",
    hint="At which row does the stamp of pixel i begin?",
)
def stride_ignored_downwards(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    uncut = _uncut(x, w, (1, stride), _sizes(x, w, stride))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The stamps are one pixel too far apart: `stride` zeros came between two pixels.",
    hint="If there is one zero between two pixels, how far apart are they?",
)
def one_zero_too_many(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride + 1, padding)


@exercise.mistake(
    "The output has one step too many: its height was taken from H * stride + KH.",
    hint="How many steps lie between the first and the last of H stamps?",
)
def one_step_too_many(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = _uncut(x, w, (stride, stride), (H + stride, W + stride))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "Zeros were put behind the last pixel too, not only between two pixels.",
    hint="How many gaps are there between three pixels?",
)
def zeros_behind_the_last(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = _uncut(x, w, (stride, stride), (H + stride - 1, W + stride - 1))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "Every pixel was repeated `stride` times, not set apart by zeros.",
    hint="How many stamps does one pixel make?",
)
def pixels_repeated(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    larger = x.repeat(stride, axis=2).repeat(stride, axis=3)
    return conv_transpose2d_forward(larger, w, b, 1, padding)


@exercise.mistake(
    "Between the pixels are zeros, but the border is that of an ordinary convolution, `padding`.",
    hint="The first pixel's stamp must be able to stand whole. How wide a border does that need?",
)
def padded_as_in_a_convolution(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    N, C, H, W = x.shape
    spread = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = x
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    return conv2d_forward(spread, turned, b, 1, padding)


@exercise.mistake(
    "An ordinary convolution was computed, with the first two axes of w exchanged.",
    hint="Does a pixel of x gather, or does it stamp?",
)
def ordinary_convolution(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv2d_forward(x, w.swapaxes(0, 1), b, stride, padding)


# -- the kernel ------------------------------------------------------------------------------------


@exercise.mistake(
    "The stamps are turned by 180 degrees.",
    hint="Let one pixel be 1 and all others 0. What should stand in the output?",
)
def kernel_turned(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w[:, :, ::-1, ::-1], b, stride, padding)


@exercise.mistake(
    "The stamps are upside down.",
    hint="Let one pixel be 1 and all others 0. What should stand in the output?",
)
def kernel_upside_down(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w[:, :, ::-1], b, stride, padding)


@exercise.mistake(
    "The stamps are mirrored: left and right are exchanged.",
    hint="Let one pixel be 1 and all others 0. What should stand in the output?",
)
def kernel_mirrored(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w[:, :, :, ::-1], b, stride, padding)


@exercise.mistake(
    "The stamps are transposed: kh and kw are exchanged.",
    hint="What is transposed is the matrix of the whole convolution. Is that the kernel?",
)
def kernel_transposed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w.swapaxes(2, 3), b, stride, padding)


@exercise.mistake(
    "w was read as (F, C, KH, KW).",
    hint="Which axis of w belongs to the channels of x?",
)
def axes_of_a_convolution(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w.swapaxes(0, 1), b, stride, padding)


@exercise.mistake(
    "w was reshaped to (F, C, KH, KW), where its first two axes had to be exchanged.",
    hint="Reshaping keeps the numbers in their order. What exchanges two axes?",
)
def w_reshaped_not_transposed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    C, F, KH, KW = w.shape
    scrambled = w.reshape(F, C, KH, KW).swapaxes(0, 1)
    return conv_transpose2d_forward(x, scrambled, b, stride, padding)


# -- channels and samples --------------------------------------------------------------------------


@exercise.mistake(
    "Only the last channel of x counts: each overwrote the one before it.",
    hint="The stamps of all channels are added up. What does = do to the sum so far?",
)
def only_the_last_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x[:, -1:], w[-1:], b, stride, padding)


@exercise.mistake(
    "Only the first channel of x counts.",
    hint="Which channels stamp onto the output?",
)
def only_the_first_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x[:, :1], w[:1], b, stride, padding)


@exercise.mistake(
    "The mean over the channels of x was taken; the sum is asked for.",
    hint="Is there a division in the formula?",
)
def mean_over_the_channels(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w / len(w), b, stride, padding)


@exercise.mistake(
    "Every channel of x was stamped with the kernels of all channels.",
    hint="In the formula c stands in w and in x. May the two differ?",
)
def channels_crossed(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = x.sum(axis=1, keepdims=True), w.sum(axis=0, keepdims=True)
    return conv_transpose2d_forward(*summed, b, stride, padding)


@exercise.mistake(
    "The kernels of all output channels were added up for each of them.",
    hint="Does the sum run over f? Look at the shape of your stamp.",
)
def output_channels_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = np.broadcast_to(w.sum(axis=1, keepdims=True), w.shape)
    return conv_transpose2d_forward(x, summed, b, stride, padding)


@exercise.mistake(
    "The kernels of the first output channel were used for all.",
    hint="Which of the indices n, f, i, j does the kernel depend on?",
)
def first_kernel_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    first = np.broadcast_to(w[:, :1], w.shape)
    return conv_transpose2d_forward(x, first, b, stride, padding)


@exercise.mistake(
    "All samples were added up, and each got the sum.",
    hint="Onto whose output does a sample stamp?",
)
def samples_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    summed = np.broadcast_to(x.sum(axis=0), x.shape)
    return conv_transpose2d_forward(summed, w, b, stride, padding)


@exercise.mistake(
    "Every sample got the output of the first.",
    hint="Which of the indices n, f, i, j does the stamp depend on?",
)
def first_sample_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    first = np.broadcast_to(x[:1], x.shape)
    return conv_transpose2d_forward(first, w, b, stride, padding)


@exercise.mistake(
    "Only the last sample made its stamps; the others have the bias alone.",
    hint="Is there anything that should not be done again for every sample?",
)
def only_the_last_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    last = np.zeros_like(x)
    last[-1] = x[-1]
    return conv_transpose2d_forward(last, w, b, stride, padding)


@exercise.mistake(
    "x was reshaped to (N * H * W, C) without bringing C behind W first.",
    hint="Reshaping keeps the numbers in their order. Which axis must stand last before?",
)
def channels_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    N, C, H, W = x.shape
    scrambled = x.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return conv_transpose2d_forward(scrambled, w, b, stride, padding)


@exercise.mistake(
    "x was reshaped to (C, N * H * W) without bringing C before N first.",
    hint="Reshaping keeps the numbers in their order. Which axis must stand first before?",
)
def samples_not_moved(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    N, C, H, W = x.shape
    scrambled = x.reshape(C, N, H, W).swapaxes(0, 1)
    return conv_transpose2d_forward(scrambled, w, b, stride, padding)


# -- the bias --------------------------------------------------------------------------------------


@exercise.mistake(
    "The bias was not added.",
    hint="What should come out if all pixels are zero?",
)
def bias_forgotten(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding)


@exercise.mistake(
    "The bias was added with every stamp: several times where stamps overlap.",
    hint="How often should one pixel of the output get its bias?",
)
def bias_in_every_stamp(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    ones = np.ones((1, 1, *x.shape[2:])), np.ones((1, 1, *w.shape[2:]))
    stamps = _without_bias(*ones, stride, padding)
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) + stamps * b[:, None, None]


@exercise.mistake(
    "The bias was added with every stamp of every channel.",
    hint="How often should one pixel of the output get its bias?",
)
def bias_in_every_stamp_of_every_channel(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    ones = np.ones((1, 1, *x.shape[2:])), np.ones((1, 1, *w.shape[2:]))
    stamps = _without_bias(*ones, stride, padding) * len(w)
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) + stamps * b[:, None, None]


@exercise.mistake(
    "The bias was added only where a stamp lies; the pixels between stamps are zero.",
    hint="With a stride above the kernel, which pixels have no stamp? What should they be?",
)
def bias_only_under_stamps(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    ones = np.ones((1, 1, *x.shape[2:])), np.ones((1, 1, *w.shape[2:]))
    stamped = _without_bias(*ones, stride, padding) > 0
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) + stamped * b[:, None, None]


@exercise.mistake(
    "The bias was added once for every channel of x.",
    hint="How often should one pixel of the output get its bias?",
)
def bias_for_every_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b * len(w), stride, padding)


@exercise.mistake(
    "The bias was added along the last axis: a number for each column.",
    hint="NumPy lines up the last axes. Which axis of y is that of the output channels?",
)
def bias_per_column(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv_transpose2d_forward(x, w, 0 * b, stride, padding), b)


@exercise.mistake(
    "The bias was added along the axis of the rows: a number for each row.",
    hint="NumPy lines up the last axes. How many must stand behind that of the output channels?",
)
def bias_per_row(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv_transpose2d_forward(x, w, 0 * b, stride, padding), b[:, None])


@exercise.mistake(
    "Every output channel got the first bias.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def first_bias_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) + b[:1]


# -- more of the cut -------------------------------------------------------------------------------


@exercise.mistake(
    "The border was cut off above and to the left only, twice as wide.",
    hint="Where on the uncut picture does the last row of y lie?",
)
def all_cut_before(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, 2 * padding : H, 2 * padding : W]


@exercise.mistake(
    "Half of the border was cut off: the whole output is smaller by the padding, not by twice "
    "as much.",
    hint="The output has four sides. How much is cut off altogether?",
)
def cut_once(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, padding // 2 : H - (padding + 1) // 2, padding // 2 : W - (padding + 1) // 2]


@exercise.mistake(
    "The border was cut off twice as wide.",
    hint="How many rows are cut off each side?",
)
def cut_twice(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, 2 * padding)


@exercise.mistake(
    "The border was cut off left and right, but not above and below.",
    hint="Which axes of y are those of the picture?",
)
def rows_not_cut(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    _H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[..., padding : W - padding]


@exercise.mistake(
    "The border was cut off above and below, but not left and right.",
    hint="Which axes of y are those of the picture?",
)
def columns_not_cut(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, _W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    return uncut[:, :, padding : H - padding]


@exercise.mistake(
    "The bias was added before zeros were put around the output.",
    hint="Does padding make the output of a transposed convolution larger or smaller?",
)
def bias_only_inside(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return np.pad(conv_transpose2d_forward(x, w, b, stride, 0), sides)


@exercise.mistake(
    "The border was set to zero, not cut off.",
    hint="Which shape has y?",
)
def border_set_to_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = _sizes(x, w, stride)
    uncut = conv_transpose2d_forward(x, w, b, stride, 0)
    kept = np.zeros_like(uncut)
    inside = slice(padding, H - padding), slice(padding, W - padding)
    kept[:, :, *inside] = uncut[:, :, *inside]
    return kept


# -- more of the stamps ----------------------------------------------------------------------------


@exercise.mistake(
    "The stride was left out to the right, in the width of the output too.",
    hint="Should a stride of 2 not make the picture about twice as wide?",
)
def as_if_the_stride_were_one_to_the_right(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    uncut = _uncut(x, w, (stride, 1))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The stride was left out downwards, in the height of the output too.",
    hint="Should a stride of 2 not make the picture about twice as high?",
)
def as_if_the_stride_were_one_downwards(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    uncut = _uncut(x, w, (1, stride))
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The stamps were set side by side, as far apart as they are long.",
    hint="Which argument says how far apart the stamps are?",
)
def kernel_as_stride(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    uncut = _uncut(x, w, w.shape[2:])
    return _cut(uncut, padding) + b[:, None, None]


@exercise.mistake(
    "The last row and column of x made no stamps.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_pixels_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    kept = np.zeros_like(x)
    kept[:, :, :-1, :-1] = x[:, :, :-1, :-1]
    return conv_transpose2d_forward(kept, w, b, stride, padding)


@exercise.mistake(
    "The last row of x made no stamps.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_row_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    kept = np.zeros_like(x)
    kept[:, :, :-1] = x[:, :, :-1]
    return conv_transpose2d_forward(kept, w, b, stride, padding)


@exercise.mistake(
    "The last column of x made no stamps.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_column_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    kept = np.zeros_like(x)
    kept[..., :-1] = x[..., :-1]
    return conv_transpose2d_forward(kept, w, b, stride, padding)


@exercise.mistake(
    "Only the last pixel made a stamp: the output was set to zero again at every pixel.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_stamp(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    kept = np.zeros_like(x)
    kept[..., -1, -1] = x[..., -1, -1]
    return conv_transpose2d_forward(kept, w, b, stride, padding)


@exercise.mistake(
    "Only the last pixel of the last channel made a stamp.",
    hint="Which line must stand before the loops, and which inside?",
)
def only_the_last_stamp_and_channel(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    kept = np.zeros_like(x)
    kept[:, -1, -1, -1] = x[:, -1, -1, -1]
    return conv_transpose2d_forward(kept, w, b, stride, padding)


@exercise.mistake(
    "The row of a pixel was used for its column too: all stamps lie on the diagonal.",
    hint="Which of i and j says in which column a stamp begins?",
)
def stamps_on_the_diagonal(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    H, W = x.shape[2:]
    if H > W:
        raise ValueError("a stamp reaches beyond the picture")
    summed = np.zeros_like(x)
    summed[:, :, range(H), range(H)] = x.sum(axis=3)
    return conv_transpose2d_forward(summed, w, b, stride, padding)


@exercise.mistake(
    "The last row and column of the kernel were left out.",
    hint="How many numbers does range(KH - 1) give?",
)
def last_of_the_kernel_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    cut = np.zeros_like(w)
    cut[:, :, :-1, :-1] = w[:, :, :-1, :-1]
    return conv_transpose2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The last row of the kernel was left out.",
    hint="How many numbers does range(KH - 1) give?",
)
def last_row_of_the_kernel_left_out(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    cut = np.zeros_like(w)
    cut[:, :, :-1] = w[:, :, :-1]
    return conv_transpose2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The last column of the kernel was left out.",
    hint="How many numbers does range(KW - 1) give?",
)
def last_column_of_the_kernel_left_out(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    cut = np.zeros_like(w)
    cut[..., :-1] = w[..., :-1]
    return conv_transpose2d_forward(x, cut, b, stride, padding)


@exercise.mistake(
    "The canvas started with ones, not with zeros.",
    hint="What stands on the output before the first stamp?",
)
def canvas_of_ones(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, padding) + 1


@exercise.mistake(
    "The stamps were subtracted.",
    hint="In the formula, which sign has the product?",
)
def stamps_subtracted(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(-x, w, b, stride, padding)


@exercise.mistake(
    "The kernel itself was stamped, not times the pixel.",
    hint="With what is the kernel multiplied before it is stamped?",
)
def stamp_without_x(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(np.ones_like(x), w, b, stride, padding)


@exercise.mistake(
    "The stamps are turned by 90 degrees.",
    hint="Let one pixel be 1 and all others 0. What should stand in the output?",
)
def kernel_turned_once(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, np.rot90(w, 1, axes=(2, 3)), b, stride, padding)


@exercise.mistake(
    "All axes of w were turned, those of the channels too.",
    hint="Which axes of w lie on the picture?",
)
def all_axes_turned(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w[::-1, ::-1, ::-1, ::-1], b, stride, padding)


@exercise.mistake(
    "The stamps were divided by the number of pixels of the kernel.",
    hint="Is there a division in the formula?",
)
def mean_over_the_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w / w[0, 0].size, b, stride, padding)


@exercise.mistake(
    "The last channel of x was left out.",
    hint="How many numbers does range(C - 1) give?",
)
def last_channel_left_out(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x[:, :-1], w[:-1], b, stride, padding)


@exercise.mistake(
    "All channels of x were stamped with the kernels of the first.",
    hint="w has an axis C. Which of its numbers belong to the second channel?",
)
def first_channel_of_the_kernel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, np.broadcast_to(w[:1], w.shape), b, stride, padding)


@exercise.mistake(
    "The kernels of all channels were multiplied with the first channel of x.",
    hint="x has an axis C. Which of its numbers belong to the second channel?",
)
def first_channel_of_the_picture(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(np.broadcast_to(x[:, :1], x.shape), w, b, stride, padding)


@exercise.mistake(
    "The kernels of the last output channel were used for all.",
    hint="Which of the indices n, f, i, j does the kernel depend on?",
)
def last_kernel_for_all(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, np.broadcast_to(w[:, -1:], w.shape), b, stride, padding)


@exercise.mistake(
    "Only the first sample made its stamps; the others have the bias alone.",
    hint="Over what should the outermost loop run, and where does it end?",
)
def only_the_first_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    first = np.zeros_like(x)
    first[0] = x[0]
    return conv_transpose2d_forward(first, w, b, stride, padding)


# -- more of the bias and of the axes --------------------------------------------------------------


@exercise.mistake(
    "The bias was subtracted.",
    hint="Let all pixels be zero. What should come out?",
)
def bias_subtracted(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, -b, stride, padding)


@exercise.mistake(
    "The bias was added twice.",
    hint="In how many lines do you add b?",
)
def bias_twice(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, 2 * b, stride, padding)


@exercise.mistake(
    "The sum was multiplied by the bias.",
    hint="Is b a factor?",
)
def bias_multiplied(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, 0 * b, stride, padding) * b[:, None, None]


@exercise.mistake(
    "The bias was added once for every pixel of x.",
    hint="How often should one pixel of the output get its bias?",
)
def bias_for_every_pixel_of_x(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b * x[0, 0].size, stride, padding)


@exercise.mistake(
    "Every output channel got the sum of all biases.",
    hint="Which of the indices n, f, i, j does the bias depend on?",
)
def biases_added_up(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, np.full_like(b, b.sum()), stride, padding)


@exercise.mistake(
    "The bias was added along the first axis: a number for each sample.",
    hint="Which axis of y is that of the output channels?",
)
def bias_per_sample(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return np.add(conv_transpose2d_forward(x, w, 0 * b, stride, padding), b[:, None, None, None])


@exercise.mistake(
    "The axis of the output channels is the last: y is (N, OH, OW, F).",
    hint="Which axes does y have, and in which order?",
)
def output_channels_last(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, padding).transpose(0, 2, 3, 1)


@exercise.mistake(
    "The axis of the output channels is the first: y is (F, N, OH, OW).",
    hint="Which axes does y have, and in which order?",
)
def output_channels_first(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, padding).swapaxes(0, 1)


@exercise.mistake(
    "Rows and columns of y are exchanged.",
    hint="Which of i and j counts downwards?",
)
def rows_and_columns_exchanged(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    return conv_transpose2d_forward(x, w, b, stride, padding).swapaxes(2, 3)


@exercise.mistake(
    "Only the first output channel was filled; the others are zero.",
    hint="Over what should the loop of the output channels run?",
)
def only_the_first_output_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv_transpose2d_forward(x, w, b, stride, padding)
    y[:, 1:] = 0
    return y


@exercise.mistake(
    "Only the last output channel was filled; the others are zero.",
    hint="Is there anything that should not be done again for every output channel?",
)
def only_the_last_output_channel(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv_transpose2d_forward(x, w, b, stride, padding)
    y[:, :-1] = 0
    return y


@exercise.mistake(
    "Only the last sample was filled; the others are zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def first_samples_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv_transpose2d_forward(x, w, b, stride, padding)
    y[:-1] = 0
    return y


@exercise.mistake(
    "Only the first sample was filled; the others are zero.",
    hint="Over what should the outermost loop run, and where does it end?",
)
def last_samples_left_at_zero(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    y = conv_transpose2d_forward(x, w, b, stride, padding)
    y[1:] = 0
    return y
