"""The mistakes that people make in `conv2d_backward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.conv2d_backward import (
    Gradients,
    _padded,
    conv2d_backward,
    exercise,
)
from minicnn.coursework.exercises.conv2d_forward import conv2d_forward
from minicnn.typing import Array, Shape


def _dpadded(dy: Array, w: Array, shape: Shape, step: tuple[int, int]) -> Array:
    """Return the gradient by a padded picture (N, C, ...) of this shape, with a step given."""
    KH, KW = w.shape[2:]
    dpadded = np.zeros(shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, left = slice(i * step[0], i * step[0] + KH), j * step[1]
            dpadded[:, :, rows, left : left + KW] += np.einsum("nf,fcij->ncij", dy[:, :, i, j], w)
    return dpadded


def _dw(dy: Array, padded: Array, w: Array, step: tuple[int, int]) -> Array:
    """Return the gradient by the kernels, with a step given."""
    KH, KW = w.shape[2:]
    dw = np.zeros(w.shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, left = slice(i * step[0], i * step[0] + KH), j * step[1]
            window = padded[:, :, rows, left : left + KW]  # (N, C, KH, KW)
            dw += np.einsum("nf,ncij->fcij", dy[:, :, i, j], window)
    return dw


def _cut(dpadded: Array, x: Array, padding: int) -> Array:
    """Return the gradient without the border."""
    H, W = x.shape[2:]
    return dpadded[:, :, padding : padding + H, padding : padding + W]


def _spread(dy: Array, stride: int) -> Array:
    """Return dy with stride - 1 zeros between two neighbours."""
    N, F, OH, OW = dy.shape
    spread = np.zeros((N, F, (OH - 1) * stride + 1, (OW - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = dy
    return spread


def _last(array: Array, axis: int) -> Array:
    """Return an array with zeros everywhere but at the last index of an axis."""
    kept = np.zeros_like(array)
    index = (slice(None),) * axis + (-1,)
    kept[index] = array[index]
    return kept


def _first(array: Array, axis: int) -> Array:
    """Return an array with zeros everywhere but at the first index of an axis."""
    return np.flip(_last(np.flip(array, axis), axis), axis)


def _but_last(array: Array) -> Array:
    """Return an array with zeros at the last row and column of its last two axes."""
    return np.pad(array[..., :-1, :-1], [(0, 0)] * (array.ndim - 2) + [(0, 1)] * 2)


def _but_first(array: Array) -> Array:
    """Return an array with zeros at the first row and column of its last two axes."""
    return np.pad(array[..., 1:, 1:], [(0, 0)] * (array.ndim - 2) + [(1, 0)] * 2)


# -- dx: the kernel --------------------------------------------------------------------------------


@exercise.mistake(
    "The kernel was not turned for dx: it lies on dy as it lay on x.",
    hint="Take one output place and mark the pixel that it reaches through w[0, 0]. Take one pixel "
    "and mark which output place reached it through w[0, 0].",
)
def dx_kernel_not_turned(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, w[:, :, ::-1, ::-1], stride, padding)[0], dw, db


@exercise.mistake(
    "The kernel was turned by 90 degrees for dx.",
    hint="np.rot90 turns once unless it is given a number. How far must the kernel be turned?",
)
def dx_kernel_turned_once(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    turned = np.rot90(w, -1, axes=(2, 3))  # and dx turns it by another 180 degrees
    return (
        _cut(conv2d_backward(dy, _padded(x, padding, padding), turned, stride, 0)[0], x, padding),
        dw,
        db,
    )


@exercise.mistake(
    "The kernel was flipped upside down only for dx, not from left to right as well.",
    hint="Follow w[0, 0] from one output back to its pixel. Along how many axes does it move?",
)
def dx_kernel_flipped_down_only(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, w[:, :, :, ::-1], stride, padding)[0], dw, db


@exercise.mistake(
    "The kernel was flipped from left to right only for dx, not upside down as well.",
    hint="Follow w[0, 0] from one output back to its pixel. Along how many axes does it move?",
)
def dx_kernel_flipped_across_only(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, w[:, :, ::-1], stride, padding)[0], dw, db


@exercise.mistake(
    "All axes of w were flipped for dx, the kernels and channels too.",
    hint="Which of the four axes lie on the picture?",
)
def dx_all_axes_flipped(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, w[::-1, ::-1], stride, padding)[0], dw, db


@exercise.mistake(
    "The kernel was transposed for dx: kh and kw are exchanged.",
    hint="Turning by 180 degrees reverses two axes. Does it exchange them?",
)
def dx_kernel_transposed(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return (
        _cut(
            conv2d_backward(dy, _padded(x, padding, padding), w.swapaxes(2, 3), stride, 0)[0],
            x,
            padding,
        ),
        dw,
        db,
    )


@exercise.mistake(
    "The first two axes of w were confused in dx: the sum runs over channels, not kernels.",
    hint="dy has an axis F and dx an axis C. Which axis of w must disappear in the sum?",
)
def dx_axes_of_w_confused(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, w.swapaxes(0, 1), stride, padding)[0], dw, db


@exercise.mistake(
    "For dx w was reshaped to (C * KH * KW, F), where its transpose was needed.",
    hint="A reshape keeps the numbers in their order. What turns rows into columns?",
)
def dx_w_reshaped_not_transposed(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    scrambled = w.reshape(-1, len(w)).T.reshape(w.shape)
    return conv2d_backward(dy, x, scrambled, stride, padding)[0], dw, db


# -- dx: what is added up --------------------------------------------------------------------------


@exercise.mistake(
    "Where windows overlap, the last one overwrote those before it in dx.",
    hint="A pixel went into several outputs. What does it owe to each of them?",
)
def dx_overlaps_overwritten(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _overwritten(dy, x, w, stride, padding), dw, db


@exercise.mistake(
    "In dx the last kernel's last window overwrote all before it.",
    hint="A pixel went into outputs of several kernels. What does = do to the sum so far?",
)
def dx_all_overwritten(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _overwritten(dy[:, -1:], x, w[-1:], stride, padding), dw, db


def _overwritten(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Array:
    KH, KW = w.shape[2:]
    dpadded = np.zeros(_padded(x, padding, padding).shape)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, left = slice(i * stride, i * stride + KH), j * stride
            dpadded[:, :, rows, left : left + KW] = np.einsum("nf,fcij->ncij", dy[:, :, i, j], w)
    return _cut(dpadded, x, padding)


@exercise.mistake(
    "Where windows overlap, one number remained of several in dx: the last pixel's of a window.",
    hint="An assignment, or += with arrays of indices, keeps one of several numbers for one pixel. "
    "What adds all of them?",
)
def dx_overlaps_overwritten_by_pixels(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    (KH, KW), (OH, OW) = w.shape[2:], dy.shape[2:]
    dpadded = np.zeros(_padded(x, padding, padding).shape)
    for kh in range(KH):
        for kw in range(KW):
            part = np.tensordot(dy, w[:, :, kh, kw], axes=(1, 0)).transpose(0, 3, 1, 2)
            rows = slice(kh, kh + stride * OH, stride)
            dpadded[:, :, rows, kw : kw + stride * OW : stride] = part  # (N, C, OH, OW)
    return _cut(dpadded, x, padding), dw, db


@exercise.mistake(
    "Where windows overlap, their mean was taken in dx.",
    hint="Is there a division in the chain rule?",
)
def dx_overlaps_averaged(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    ones = np.ones((1, 1, *dy.shape[2:])), x[:1, :1], np.ones((1, 1, *w.shape[2:]))
    return dx / np.maximum(conv2d_backward(*ones, stride, padding)[0], 1), dw, db


@exercise.mistake(
    "Only the last kernel counts in dx: each overwrote the one before it.",
    hint="A pixel goes into the outputs of all kernels. What is its gradient a sum of?",
)
def dx_only_the_last_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(_last(dy, 1), x, w, stride, padding)[0], dw, db


@exercise.mistake(
    "Only the first kernel counts in dx.",
    hint="A pixel goes into the outputs of all kernels. What is its gradient a sum of?",
)
def dx_only_the_first_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy[:, :1], x, w[:1], stride, padding)[0], dw, db


@exercise.mistake(
    "Only the last channel of dx was filled; the others are zero.",
    hint="Is there anything that should not be done again for every channel?",
)
def dx_only_the_last_channel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _last(dx, 1), dw, db


@exercise.mistake(
    "Every channel of dx got the sum over all channels.",
    hint="Which kernel numbers was a pixel of channel c multiplied with?",
)
def dx_channels_added_up(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return np.broadcast_to(dx.sum(axis=1, keepdims=True), dx.shape), dw, db


@exercise.mistake(
    "Every channel of dx was computed with the kernels' numbers for the first channel.",
    hint="Which kernel numbers was a pixel of channel c multiplied with?",
)
def dx_first_channel_for_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return np.broadcast_to(dx[:, :1], dx.shape), dw, db


@exercise.mistake(
    "Every kernel's dy was multiplied with all kernels in dx.",
    hint="In the formula f stands in y and in w. May the two differ?",
)
def dx_kernels_crossed(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    summed = dy.sum(axis=1, keepdims=True), x, w.sum(axis=0, keepdims=True)
    return conv2d_backward(*summed, stride, padding)[0], dw, db


@exercise.mistake(
    "Only the last sample of dx was filled; the others are zero.",
    hint="Is there anything that should not be done again for every sample?",
)
def dx_only_the_last_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _last(dx, 0), dw, db


@exercise.mistake(
    "All samples were added up in dx, and each got the sum.",
    hint="Did a pixel of the first sample change the output of the second?",
)
def dx_samples_added_up(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return np.broadcast_to(dx.sum(axis=0), dx.shape), dw, db


@exercise.mistake(
    "dx was divided by the batch size.",
    hint="Is dx a sum over the batch? And where did the 1/N of a mean loss go already?",
)
def dx_divided_by_n(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx / len(x), dw, db


@exercise.mistake(
    "In dx each window of dy * w was multiplied with x too.",
    hint="y is a sum of products w * x. What is the slope of one of them by x?",
)
def dx_times_x(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx * x, dw, db


# -- dx: stride ------------------------------------------------------------------------------------


@exercise.mistake(
    "In dx the windows are one pixel apart, whatever the stride.",
    hint="Which pixels did the output at place (i, j) come from?",
)
def dx_stride_ignored(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    dpadded = _dpadded(dy, w, _padded(x, padding, padding).shape, (1, 1))
    return _cut(dpadded, x, padding), dw, db


@exercise.mistake(
    "For dx no zeros were put between the places of dy, as if the stride were 1: dx is too small.",
    hint="How far apart are two neighbouring places of dy, in pixels of x?",
)
def dx_dy_not_spread(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    (KH, KW), (OH, OW) = w.shape[2:], dy.shape[2:]
    full = _dpadded(dy, w, (*x.shape[:2], OH + KH - 1, OW + KW - 1), (1, 1))
    return full[:, :, padding : OH + KH - 1 - padding, padding : OW + KW - 1 - padding], dw, db


@exercise.mistake(
    "For dx one zero too many was put between the places of dy: `stride` of them.",
    hint="If there is one zero between two places, how far apart are they?",
)
def dx_one_zero_too_many(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    (KH, KW), (OH, OW) = w.shape[2:], dy.shape[2:]
    H, W = (OH - 1) * (stride + 1) + KH, (OW - 1) * (stride + 1) + KW
    full = _dpadded(dy, w, (*x.shape[:2], H, W), (stride + 1, stride + 1))
    return full[:, :, padding : H - padding, padding : W - padding], dw, db


@exercise.mistake(
    "dx lacks the rows and columns that no window covered.",
    hint="A stride may leave the last pixels over. Which shape has x, and what stands there?",
)
def dx_left_over_pixels_missing(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    H = (dy.shape[2] - 1) * stride + w.shape[2] - 2 * padding
    W = (dy.shape[3] - 1) * stride + w.shape[3] - 2 * padding
    return dx[:, :, :H, :W], dw, db


# -- dx: padding -----------------------------------------------------------------------------------


@exercise.mistake(
    "The padding was not cut off dx.",
    hint="Which shape has x?",
)
def dx_padding_not_cut(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0], dw, db


@exercise.mistake(
    "In dx the first window was put at the first pixel of x, as if there were no border before it.",
    hint="At which row and column of the padded picture does x begin?",
)
def dx_border_taken_for_pixels(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _cut(conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0], x, 0), dw, db


@exercise.mistake(
    "The whole padding of dx was cut off above and to the left.",
    hint="How wide is the border on each side?",
)
def dx_all_cut_before(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return (
        _cut(conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0], x, 2 * padding),
        dw,
        db,
    )


@exercise.mistake(
    "The padding was cut off dx above and to the left, but not below and to the right.",
    hint="Where does x end in the padded picture?",
)
def dx_cut_before_only(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return (
        conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0][
            :, :, padding:, padding:
        ],
        dw,
        db,
    )


@exercise.mistake(
    "The padding was cut off dx below and to the right, but not above and to the left.",
    hint="Where does x begin in the padded picture?",
)
def dx_cut_after_only(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    H, W = x.shape[2:]
    return (
        conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0][
            :, :, : H + padding, : W + padding
        ],
        dw,
        db,
    )


@exercise.mistake(
    "dx was cut with [padding:-padding], which leaves nothing if the padding is 0.",
    hint="What is array[0:-0]? Say where x ends in another way.",
)
def dx_cut_to_minus_zero(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return (
        conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0][
            :, :, padding:-padding, padding:-padding
        ],
        dw,
        db,
    )


@exercise.mistake(
    "For dx dy got the border of the forward pass, `padding`.",
    hint="The corner pixel of x is reached from one corner of dy alone. How must the turned kernel "
    "stand on dy then?",
)
def dx_dy_padded_as_x(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)  # (C, F, KH, KW)
    return conv2d_forward(_spread(dy, stride), turned, np.zeros(1), 1, padding), dw, db


# -- dw --------------------------------------------------------------------------------------------


@exercise.mistake(
    "dw is turned by 180 degrees.",
    hint="Which pixel was w[0, 0] multiplied with at the first place: the first of the window, or "
    "the last?",
)
def dw_turned(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw[:, :, ::-1, ::-1], db


@exercise.mistake(
    "dw is transposed: kh and kw are exchanged.",
    hint="Which pixel was w[0, 1] multiplied with at the first place?",
)
def dw_transposed(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw.swapaxes(2, 3), db


@exercise.mistake(
    "dw was divided by the batch size.",
    hint="If the loss is a mean over the batch, where did its 1/N go already?",
)
def dw_divided_by_n(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw / len(x), db


@exercise.mistake(
    "dw is a mean over the places; the sum is asked for.",
    hint="A kernel is used at all places. Is there a division in the chain rule?",
)
def dw_mean_over_places(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw / dy[0, 0].size, db


@exercise.mistake(
    "dw is a mean over samples and places; the sum is asked for.",
    hint="A kernel is used at all places of all samples. Is there a division in the chain rule?",
)
def dw_mean_over_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw / dy[:, 0].size, db


@exercise.mistake(
    "In dw the windows are one pixel apart, whatever the stride.",
    hint="Which window of x did the output at place (i, j) come from?",
)
def dw_stride_ignored(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _dw(dy, _padded(x, padding, padding), w, (1, 1)), db


@exercise.mistake(
    "dw has more numbers than the kernel: rows and columns that were left over came in.",
    hint="With dy spread out as a kernel, how many places has it on x? How many does dw need?",
)
def dw_too_large(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _correlated(_padded(x, padding, padding), _spread(dy, stride)), db


@exercise.mistake(
    "In dw no zeros were put between the places of dy, as if the stride were 1: dw is too large.",
    hint="How far apart are two neighbouring places of dy, in pixels of x?",
)
def dw_dy_not_spread(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _correlated(_padded(x, padding, padding), dy), db


@exercise.mistake(
    "For dw x was not padded: dw is smaller than the kernel.",
    hint="What was the kernel multiplied with in the forward pass: x, or x with a border?",
)
def dw_x_not_padded(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _correlated(x, _spread(dy, stride))[:, :, : w.shape[2], : w.shape[3]], db


def _correlated(x: Array, dy: Array) -> Array:
    """Return dw as far as dy, as a kernel, can move over x."""
    moved = conv2d_forward(x.swapaxes(0, 1), dy.swapaxes(0, 1), np.zeros(1), 1, 0)
    return moved.swapaxes(0, 1)


@exercise.mistake(
    "For dw all zeros were put below and to the right of x.",
    hint="At which row and column of the padded picture does x begin?",
)
def dw_all_padding_after(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _dw(dy, _padded(x, 0, 2 * padding), w, (stride, stride)), db


@exercise.mistake(
    "Only the last place of the last sample counts in dw: each overwrote the one before it.",
    hint="A kernel is used at all places. What does = do to the sum so far?",
)
def dw_only_the_last_window(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    last = _last(_last(_last(dy, 0), 2), 3)
    return dx, conv2d_backward(last, x, w, stride, padding)[1], db


@exercise.mistake(
    "Only the last place of each sample counts in dw: each overwrote the one before it.",
    hint="A kernel is used at all places. What does = do to the sum so far?",
)
def dw_only_the_last_place(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(_last(_last(dy, 2), 3), x, w, stride, padding)[1], db


@exercise.mistake(
    "Only the last sample counts in dw: each overwrote the one before it.",
    hint="A kernel is used for all samples. What does = do to the sum so far?",
)
def dw_only_the_last_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(dy[-1:], x[-1:], w, stride, padding)[1], db


@exercise.mistake(
    "Only the first sample counts in dw.",
    hint="A kernel is used for all samples. What is dL/dw then a sum of?",
)
def dw_only_the_first_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(dy[:1], x[:1], w, stride, padding)[1], db


@exercise.mistake(
    "In dw every sample's dy was multiplied with the windows of all samples.",
    hint="In the formula n stands in y and in x. May the two differ?",
)
def dw_samples_crossed(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    summed = dy.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True)
    return dx, conv2d_backward(*summed, w, stride, padding)[1], db


@exercise.mistake(
    "Every channel of dw got the sum over all channels.",
    hint="Which channel was w[f, c] multiplied with?",
)
def dw_channels_added_up(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw.sum(axis=1, keepdims=True), dw.shape), db


@exercise.mistake(
    "Every channel of dw was computed with the first channel of x.",
    hint="Which channel was w[f, c] multiplied with?",
)
def dw_first_channel_for_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw[:, :1], dw.shape), db


@exercise.mistake(
    "Every kernel of dw got the sum over all kernels.",
    hint="Which of the outputs did kernel f take part in?",
)
def dw_kernels_added_up(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw.sum(axis=0), dw.shape), db


@exercise.mistake(
    "The windows were added up before they were multiplied with dy: dw has one number a kernel.",
    hint="Each number of the kernel was multiplied with one pixel of a window. With which?",
)
def dw_windows_added_up(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw.sum(axis=(1, 2, 3), keepdims=True), dw.shape), db


@exercise.mistake(
    "In dw dy was multiplied with the kernel, not with the window of x.",
    hint="y is a sum of products w * x. What is the slope of one of them by w?",
)
def dw_with_w_for_x(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, w * db[:, None, None, None], db


@exercise.mistake(
    "dy is missing in dw, which adds up the windows alone.",
    hint="By the chain rule each window has a factor. Which one?",
)
def dw_without_dy(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(np.ones_like(dy), x, w, stride, padding)[1], db


@exercise.mistake(
    "The first two axes of dw are exchanged: (C, F, KH, KW).",
    hint="dw must have the shape of w.",
)
def dw_axes_exchanged(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw.swapaxes(0, 1), db


@exercise.mistake(
    "dw (C * KH * KW, F) was reshaped to (F, C, KH, KW), where its transpose was needed.",
    hint="A reshape keeps the numbers in their order. What turns rows into columns?",
)
def dw_reshaped_not_transposed(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw.reshape(len(w), -1).T.reshape(w.shape), db


@exercise.mistake(
    "Columns in the order kh, kw, c made a dw that was reshaped as if they had c, kh, kw.",
    hint="In which order does your im2col have the channels? Reshape dw in that order.",
)
def dw_channels_not_moved(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw.transpose(0, 2, 3, 1).reshape(w.shape), db


# -- db --------------------------------------------------------------------------------------------


@exercise.mistake(
    "db was divided by the batch size.",
    hint="If the loss is a mean over the batch, where did its 1/N go already?",
)
def db_divided_by_n(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db / len(x)


@exercise.mistake(
    "db is a mean over the places; the sum is asked for.",
    hint="A bias is added at all places. How much does the loss change if it grows a little?",
)
def db_mean_over_places(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.mean(axis=(2, 3)).sum(axis=0)


@exercise.mistake(
    "db is a mean over samples and places; the sum is asked for.",
    hint="A bias is added at all places of all samples. Is there a division in the chain rule?",
)
def db_mean_over_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.mean(axis=(0, 2, 3))


@exercise.mistake(
    "db was summed over the samples only, not over the places: (F, OH, OW).",
    hint="One bias for each kernel. Which axes of dy must disappear?",
)
def db_not_over_places(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=0)


@exercise.mistake(
    "db was summed over the places only, not over the samples: (N, F).",
    hint="One bias for each kernel. Which axes of dy must disappear?",
)
def db_not_over_samples(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(2, 3))


@exercise.mistake(
    "db was not summed over the rows: (F, OH).",
    hint="One bias for each kernel. Which axes of dy must disappear?",
)
def db_not_over_rows(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(0, 3))


@exercise.mistake(
    "db was not summed over the columns: (F, OW).",
    hint="One bias for each kernel. Which axes of dy must disappear?",
)
def db_not_over_columns(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(0, 2))


@exercise.mistake(
    "db was summed over the kernels: it has a number for each column.",
    hint="Which axis of dy is that of the kernels? It must remain.",
)
def db_per_column(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(0, 1, 2))


@exercise.mistake(
    "db was summed over the kernels: it has a number for each row.",
    hint="Which axis of dy is that of the kernels? It must remain.",
)
def db_per_row(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(0, 1, 3))


@exercise.mistake(
    "db was summed over the kernels: it has a number for each sample.",
    hint="Which axis of dy is that of the kernels? It must remain.",
)
def db_per_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(1, 2, 3))


@exercise.mistake(
    "db is a single number, the sum of all of dy.",
    hint="How many biases are there?",
)
def db_one_number(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, np.asarray(dy.sum())


@exercise.mistake(
    "Every kernel's db got the sum of all of dy.",
    hint="Which outputs did the bias of kernel f go into?",
)
def db_sum_of_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, np.full_like(db, db.sum())


@exercise.mistake(
    "db kept the axes that were summed over: (1, F, 1, 1).",
    hint="b has the shape (F,). What does keepdims do?",
)
def db_keeps_all_axes(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.sum(axis=(0, 2, 3), keepdims=True)


@exercise.mistake(
    "db is a column, (F, 1).",
    hint="b has the shape (F,), which has a single axis.",
)
def db_as_a_column(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db[:, None]


@exercise.mistake(
    "Only the last place of the last sample counts in db: each overwrote the one before it.",
    hint="A bias is added at all places. What does = do to the sum so far?",
)
def db_only_the_last_place(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[-1, :, -1, -1]


@exercise.mistake(
    "Only the last sample counts in db: each overwrote the one before it.",
    hint="A bias is added for all samples. What does = do to the sum so far?",
)
def db_only_the_last_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[-1].sum(axis=(1, 2))


@exercise.mistake(
    "Only the first sample counts in db.",
    hint="A bias is added for all samples. What is dL/db then a sum of?",
)
def db_only_the_first_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[0].sum(axis=(1, 2))


@exercise.mistake(
    "dy was added to db once for every channel.",
    hint="How often was the bias added to one output?",
)
def db_for_every_channel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db * x.shape[1]


@exercise.mistake(
    "dy was added to db once for every number of the kernel.",
    hint="How often was the bias added to one output?",
)
def db_for_every_product(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db * w[0].size


@exercise.mistake(
    "db is zero.",
    hint="If a bias grows a little, does the loss stay as it is?",
)
def db_left_at_zero(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, np.zeros_like(db)


# -- several gradients at once ---------------------------------------------------------------------


@exercise.mistake(
    "The gradients by the parameters, dw and db, were divided by the batch size.",
    hint="If the loss is a mean over the batch, where did its 1/N go already?",
)
def dw_and_db_divided_by_n(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw / len(x), db / len(x)


@exercise.mistake(
    "All gradients were divided by the batch size.",
    hint="If the loss is a mean over the batch, where did its 1/N go already?",
)
def all_divided_by_n(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx / len(x), dw / len(x), db / len(x)


@exercise.mistake(
    "The windows are one pixel apart, in dx and in dw, whatever the stride.",
    hint="Which window of x did the output at place (i, j) come from?",
)
def stride_ignored(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    padded = _padded(x, padding, padding)
    dpadded = _dpadded(dy, w, padded.shape, (1, 1))
    return _cut(dpadded, x, padding), _dw(dy, padded, w, (1, 1)), dy.sum(axis=(0, 2, 3))


@exercise.mistake(
    "Only the last sample counts in dw and db: each overwrote the one before it.",
    hint="A kernel is used for all samples. What does = do to the sum so far?",
)
def only_the_last_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, _ = conv2d_backward(dy, x, w, stride, padding)
    _, dw, db = conv2d_backward(dy[-1:], x[-1:], w, stride, padding)
    return dx, dw, db


@exercise.mistake(
    "Only the first sample counts in dw and db.",
    hint="A kernel is used for all samples. What is dL/dw then a sum of?",
)
def only_the_first_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, _ = conv2d_backward(dy, x, w, stride, padding)
    _, dw, db = conv2d_backward(dy[:1], x[:1], w, stride, padding)
    return dx, dw, db


@exercise.mistake(
    "Only the last place of the last sample counts in dw and db: each overwrote the one before it.",
    hint="A kernel is used at all places. What does = do to the sum so far?",
)
def only_the_last_place(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, _ = conv2d_backward(dy, x, w, stride, padding)
    last = _last(_last(_last(dy, 0), 2), 3)
    _, dw, db = conv2d_backward(last, x, w, stride, padding)
    return dx, dw, db


@exercise.mistake(
    "dy (N, F, OH, OW) was reshaped to (N * OH * OW, F) without bringing F behind OW first.",
    hint="Reshaping keeps the numbers in their order. Which axis must stand last before?",
)
def kernels_axis_not_moved(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    N, F, OH, OW = dy.shape
    scrambled = dy.reshape(N, OH, OW, F).transpose(0, 3, 1, 2)
    return conv2d_backward(scrambled, x, w, stride, padding)


@exercise.mistake(
    "dy (N, F, OH, OW) was reshaped to (F, N * OH * OW) without bringing F before N first.",
    hint="Reshaping keeps the numbers in their order. Which axis must stand first before?",
)
def samples_axis_not_moved(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    N, F, OH, OW = dy.shape
    scrambled = dy.reshape(F, N, OH, OW).swapaxes(0, 1)
    return conv2d_backward(scrambled, x, w, stride, padding)


@exercise.mistake(
    "dy was reshaped in the order i, j, n, but the columns have the order n, i, j.",
    hint="In which order does your im2col have samples and places? And your dy?",
)
def places_before_samples(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    N, F, OH, OW = dy.shape
    scrambled = dy.transpose(1, 2, 3, 0).reshape(F, N, OH, OW).swapaxes(0, 1)
    return conv2d_backward(scrambled, x, w, stride, padding)


@exercise.mistake(
    "dy was reshaped in the order n, i, j, but the columns have the order i, j, n.",
    hint="In which order does your im2col have samples and places? And your dy?",
)
def samples_before_places(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    N, F, OH, OW = dy.shape
    scrambled = dy.swapaxes(0, 1).reshape(F, OH, OW, N).transpose(3, 0, 1, 2)
    return conv2d_backward(scrambled, x, w, stride, padding)


@exercise.mistake(
    "dw came first, then db, then dx.",
    hint="In which order does the text name what is returned?",
)
def returned_dw_db_dx(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dw, db, dx


@exercise.mistake(
    "dw came first, then dx.",
    hint="In which order does the text name what is returned?",
)
def returned_dw_dx_db(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dw, dx, db


@exercise.mistake(
    "db came before dw.",
    hint="In which order does the text name what is returned?",
)
def returned_dx_db_dw(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, db, dw


# -- more of dx ------------------------------------------------------------------------------------


@exercise.mistake(
    "The sign of dx is wrong.",
    hint="The gradient points uphill. Who takes the step downhill?",
)
def dx_of_the_wrong_sign(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return -dx, dw, db


@exercise.mistake(
    "dx is zero.",
    hint="If a pixel grows a little, does the loss stay as it is?",
)
def dx_left_at_zero(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return np.zeros_like(dx), dw, db


@exercise.mistake(
    "For dx dy was turned by 180 degrees.",
    hint="Which of the two is turned: the kernel, or the gradient that it lies on?",
)
def dx_dy_turned(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy[:, :, ::-1, ::-1], x, w, stride, padding)[0], dw, db


@exercise.mistake(
    "dx adds up the kernels alone; dy is missing.",
    hint="By the chain rule each kernel has a factor. Which one?",
)
def dx_kernels_summed_without_dy(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(np.ones_like(dy), x, w, stride, padding)[0], dw, db


@exercise.mistake(
    "dx adds up dy alone; the kernel is missing.",
    hint="What was a pixel multiplied with on its way to an output?",
)
def dx_without_w(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, np.ones_like(w), stride, padding)[0], dw, db


@exercise.mistake(
    "dx is a mean over the kernels; the sum is asked for.",
    hint="Is there a division in the chain rule?",
)
def dx_mean_over_the_kernels(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx / len(w), dw, db


@exercise.mistake(
    "dx was divided by the number of places.",
    hint="Is there a division in the chain rule?",
)
def dx_mean_over_places(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx / dy[0, 0].size, dw, db


@exercise.mistake(
    "dx was divided by the number of pixels in a window.",
    hint="Is there a division in the chain rule?",
)
def dx_mean_over_the_window(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx / w[0, 0].size, dw, db


@exercise.mistake(
    "Only the first sample of dx was filled; the others are zero.",
    hint="Over what should the outermost loop run, and where does it end?",
)
def dx_only_the_first_sample(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _first(dx, 0), dw, db


@exercise.mistake(
    "Only the first channel of dx was filled; the others are zero.",
    hint="Over which axes should your loops or slices run?",
)
def dx_only_the_first_channel(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _first(dx, 1), dw, db


@exercise.mistake(
    "The last kernel was left out in dx.",
    hint="How many numbers does range(F - 1) give?",
)
def dx_last_kernel_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy[:, :-1], x, w[:-1], stride, padding)[0], dw, db


@exercise.mistake(
    "The first kernel was used for all in dx.",
    hint="In the formula f stands in y and in w. May the two differ?",
)
def dx_first_kernel_for_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, np.broadcast_to(w[:1], w.shape), stride, padding)[0], dw, db


@exercise.mistake(
    "The last row and column of places were left out in dx.",
    hint="Where does your range end, and is the last number part of it?",
)
def dx_last_places_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(_but_last(dy), x, w, stride, padding)[0], dw, db


@exercise.mistake(
    "The last row and column of the kernel were left out in dx.",
    hint="Where does your range end, and is the last number part of it?",
)
def dx_last_of_the_kernel_left_out(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return conv2d_backward(dy, x, _but_last(w), stride, padding)[0], dw, db


@exercise.mistake(
    "The first row and column of dx were taken for the border: they are zero.",
    hint="Rows are counted from 0. Is row 0 of x inside of it?",
)
def dx_first_row_and_column_taken_for_border(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return _but_first(dx), dw, db


@exercise.mistake(
    "In dx the stride was heeded downwards only: to the right the windows are one pixel apart.",
    hint="At which column does the window of place j begin?",
)
def dx_stride_ignored_to_the_right(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    shape = _padded(x, padding, padding).shape
    return _cut(_dpadded(dy, w, shape, (stride, 1)), x, padding), dw, db


@exercise.mistake(
    "In dx the stride was heeded to the right only: downwards the windows are one pixel apart.",
    hint="At which row does the window of place i begin?",
)
def dx_stride_ignored_downwards(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    shape = _padded(x, padding, padding).shape
    return _cut(_dpadded(dy, w, shape, (1, stride)), x, padding), dw, db


@exercise.mistake(
    "The rows of dx were cut from the first on, as if there were no border above.",
    hint="At which row of the padded picture does x begin?",
)
def dx_rows_cut_from_the_corner(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    uncut = conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0]
    return uncut[:, :, : x.shape[2], padding : padding + x.shape[3]], dw, db


@exercise.mistake(
    "The columns of dx were cut from the first on, as if there were no border to the left.",
    hint="At which column of the padded picture does x begin?",
)
def dx_columns_cut_from_the_corner(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    _, dw, db = conv2d_backward(dy, x, w, stride, padding)
    uncut = conv2d_backward(dy, _padded(x, padding, padding), w, stride, 0)[0]
    return uncut[:, :, padding : padding + x.shape[2], : x.shape[3]], dw, db


# -- more of dw ------------------------------------------------------------------------------------


@exercise.mistake(
    "The sign of dw is wrong.",
    hint="The gradient points uphill. Who takes the step downhill?",
)
def dw_of_the_wrong_sign(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, -dw, db


@exercise.mistake(
    "dw is zero.",
    hint="If a kernel grows a little, does the loss stay as it is?",
)
def dw_left_at_zero(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.zeros_like(dw), db


@exercise.mistake(
    "dw is upside down.",
    hint="Which pixel was w[0, 0] multiplied with at the first place?",
)
def dw_upside_down(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw[:, :, ::-1], db


@exercise.mistake(
    "dw is mirrored: left and right are exchanged.",
    hint="Which pixel was w[0, 0] multiplied with at the first place?",
)
def dw_mirrored(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw[..., ::-1], db


@exercise.mistake(
    "For dw dy was turned by 180 degrees.",
    hint="Which window of x did the first number of dy come from?",
)
def dw_dy_turned(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(dy[:, :, ::-1, ::-1], x, w, stride, padding)[1], db


@exercise.mistake(
    "dw was multiplied by the kernel.",
    hint="y is a sum of products w * x. What is the slope of one of them by w?",
)
def dw_times_w(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw * w, db


@exercise.mistake(
    "dw was divided by the number of pixels in a window.",
    hint="Is there a division in the chain rule?",
)
def dw_mean_over_the_window(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw / w[0, 0].size, db


@exercise.mistake(
    "Only the last channel of dw was filled; the others are zero.",
    hint="Is there anything that should not be done again for every channel?",
)
def dw_only_the_last_channel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _last(dw, 1), db


@exercise.mistake(
    "Only the first channel of dw was filled; the others are zero.",
    hint="Over which axes should your loops or slices run?",
)
def dw_only_the_first_channel(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _first(dw, 1), db


@exercise.mistake(
    "Only the last kernel of dw was filled; the others are zero.",
    hint="Is there anything that should not be done again for every kernel?",
)
def dw_only_the_last_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _last(dw, 0), db


@exercise.mistake(
    "Only the first kernel of dw was filled; the others are zero.",
    hint="Over which axes should your loops or slices run?",
)
def dw_only_the_first_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _first(dw, 0), db


@exercise.mistake(
    "Every kernel of dw got the gradient of the first.",
    hint="Which of the outputs did kernel f take part in?",
)
def dw_first_kernel_for_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw[:1], dw.shape), db


@exercise.mistake(
    "Every kernel of dw got the gradient of the last.",
    hint="Which of the outputs did kernel f take part in?",
)
def dw_last_kernel_for_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, np.broadcast_to(dw[-1:], dw.shape), db


@exercise.mistake(
    "The last sample was left out in dw.",
    hint="Where does your range end, and is the last number part of it?",
)
def dw_last_sample_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(dy[:-1], x[:-1], w, stride, padding)[1], db


@exercise.mistake(
    "The last row and column of places were left out in dw.",
    hint="Where does your range end, and is the last number part of it?",
)
def dw_last_places_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(_but_last(dy), x, w, stride, padding)[1], db


@exercise.mistake(
    "The last row and column of every kernel were not filled in dw.",
    hint="Where does your range end, and is the last number part of it?",
)
def dw_last_of_the_kernel_left_at_zero(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _but_last(dw), db


@exercise.mistake(
    "For dw the first row and column of x were taken for the border.",
    hint="Rows are counted from 0. Is row 0 of x inside of it?",
)
def dw_first_row_and_column_taken_for_border(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(dy, _but_first(x), w, stride, padding)[1], db


@exercise.mistake(
    "In dw the stride was heeded downwards only: to the right the windows are one pixel apart.",
    hint="At which column does the window of place j begin?",
)
def dw_stride_ignored_to_the_right(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _dw(dy, _padded(x, padding, padding), w, (stride, 1)), db


@exercise.mistake(
    "In dw the stride was heeded to the right only: downwards the windows are one pixel apart.",
    hint="At which row does the window of place i begin?",
)
def dw_stride_ignored_downwards(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _dw(dy, _padded(x, padding, padding), w, (1, stride)), db


@exercise.mistake(
    "For dw all zeros were put above and to the left of x.",
    hint="At which row and column of the padded picture does x begin?",
)
def dw_all_padding_before(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, _dw(dy, _padded(x, 2 * padding, 0), w, (stride, stride)), db


@exercise.mistake(
    "For dw the border repeats the pixels of the edge; it was zeros.",
    hint="What was the border in the forward pass?",
)
def dw_padded_with_the_edge(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    sides = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return dx, _dw(dy, np.pad(x, sides, mode="edge"), w, (stride, stride)), db


@exercise.mistake(
    "Only the first place of each sample counts in dw.",
    hint="Does return, or the end of your loop, come too early?",
)
def dw_only_the_first_place(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, _, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, conv2d_backward(_first(_first(dy, 2), 3), x, w, stride, padding)[1], db


# -- more of db ------------------------------------------------------------------------------------


@exercise.mistake(
    "The sign of db is wrong.",
    hint="The gradient points uphill. Who takes the step downhill?",
)
def db_of_the_wrong_sign(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, -db


@exercise.mistake(
    "Only the last kernel's db was filled; the others are zero.",
    hint="Is there anything that should not be done again for every kernel?",
)
def db_only_the_last_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, _last(db, 0)


@exercise.mistake(
    "Only the first kernel's db was filled; the others are zero.",
    hint="Over what should your loop run, and where does it end?",
)
def db_only_the_first_kernel(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, _first(db, 0)


@exercise.mistake(
    "dy was added to db once for every place.",
    hint="How often was the bias added to one output?",
)
def db_for_every_place(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db * dy[0, 0].size


@exercise.mistake(
    "dy was added to db twice.",
    hint="In how many lines do you add to db?",
)
def db_twice(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, 2 * db


@exercise.mistake(
    "dy was added to db once for every number of one channel of the kernel.",
    hint="How often was the bias added to one output?",
)
def db_for_every_number_of_a_channel(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db * w[0, 0].size


@exercise.mistake(
    "Only the last place of each sample counts in db: each overwrote the one before it.",
    hint="A bias is added at all places. What does = do to the sum so far?",
)
def db_only_the_last_place_of_each_sample(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[:, :, -1, -1].sum(axis=0)


@exercise.mistake(
    "Only the first place of each sample counts in db.",
    hint="A bias is added at all places. What is dL/db then a sum of?",
)
def db_first_place_of_each_sample(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[:, :, 0, 0].sum(axis=0)


@exercise.mistake(
    "The last row and column of places were left out in db.",
    hint="Where does your range end, and is the last number part of it?",
)
def db_last_places_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, _but_last(dy).sum(axis=(0, 2, 3))


@exercise.mistake(
    "The last sample was left out in db.",
    hint="Where does your range end, and is the last number part of it?",
)
def db_last_sample_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy[:-1].sum(axis=(0, 2, 3))


@exercise.mistake(
    "The largest number of each kernel's dy was taken for db; the sum is asked for.",
    hint="A bias is added at all places. What is dL/db then a sum of?",
)
def db_from_the_largest(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, _ = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, dy.max(axis=(0, 2, 3))


@exercise.mistake(
    "db was divided by the number of kernels.",
    hint="Is there a division in the chain rule?",
)
def db_divided_by_the_kernels(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return dx, dw, db / len(w)


# -- more of several gradients at once -------------------------------------------------------------


@exercise.mistake(
    "The sign of all gradients is wrong.",
    hint="The gradient points uphill. Who takes the step downhill?",
)
def all_of_the_wrong_sign(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return -dx, -dw, -db


@exercise.mistake(
    "All gradients are twice as large as they should be.",
    hint="Is there a 2 in the chain rule?",
)
def all_twice(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return 2 * dx, 2 * dw, 2 * db


@exercise.mistake(
    "All gradients were divided by the number of samples and places.",
    hint="Is there a division in the chain rule?",
)
def all_mean_over_all(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    size = dy[:, 0].size
    return dx / size, dw / size, db / size


@exercise.mistake(
    "Only the last kernel counts in all gradients.",
    hint="Which lines must stand before the loop over the kernels, and which inside?",
)
def only_the_last_kernel_in_all(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    return conv2d_backward(_last(dy, 1), x, w, stride, padding)


@exercise.mistake(
    "Only the first kernel counts in all gradients.",
    hint="Does return stand inside the loop over the kernels?",
)
def only_the_first_kernel_in_all(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> Gradients:
    return conv2d_backward(_first(dy, 1), x, w, stride, padding)


@exercise.mistake(
    "The last row and column of places were left out in all gradients.",
    hint="Where does your range end, and is the last number part of it?",
)
def last_places_left_out(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    return conv2d_backward(_but_last(dy), x, w, stride, padding)


@exercise.mistake(
    "db came first, then dw, then dx.",
    hint="In which order does the text name what is returned?",
)
def returned_db_dw_dx(dy: Array, x: Array, w: Array, stride: int, padding: int) -> Gradients:
    dx, dw, db = conv2d_backward(dy, x, w, stride, padding)
    return db, dw, dx
