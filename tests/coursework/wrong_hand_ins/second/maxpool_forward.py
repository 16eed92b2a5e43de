"""More hand-ins for `maxpool_forward`."""

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH, OW = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, OH, OW))
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    y[n, c, i, j] = np.max(
                        x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    )
    return y


@right("arrays")
def right_second_style(x: Any, size: Any, stride: Any) -> Any:
    return sliding_window_view(x, (size, size), (2, 3))[:, :, ::stride, ::stride].max((-1, -2))


@wrong(
    "the mean of the window instead of the maximum (average pooling)", named="mean_of_the_window"
)
def mean_window_maximum(x: Any, size: Any, stride: Any) -> Any:
    n, c, h, w = x.shape
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    s = x.strides
    win = as_strided(
        x, (n, c, oh, ow, size, size), (s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3])
    )
    return win.mean(axis=(4, 5))


@wrong(
    "the stride is ignored: the windows lie side by side, as if stride were size",
    named="size_taken_for_the_stride",
)
def stride_ignored_windows_lie_side(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH, OW = H // size, W // size
    x = x[:, :, : OH * size, : OW * size]
    return x.reshape(N, C, OH, size, OW, size).max(axis=3).max(axis=4)


@wrong("the maximum is taken over all channels together", named="over_the_channels")
def maximum_taken_over_all_channels(A_prev: Any, f: Any, stride: Any) -> Any:
    (m, n_C, n_H_prev, n_W_prev) = A_prev.shape
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    A = np.zeros((m, n_C, n_H, n_W))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    a_prev_slice = A_prev[
                        i, :, h * stride : h * stride + f, w * stride : w * stride + f
                    ]
                    A[i, c, h, w] = np.max(a_prev_slice)
    return A


@wrong(
    "the running maximum starts at 0, so windows of negative numbers give 0", named="starts_at_zero"
)
def running_maximum_starts_at_0_so(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride + 1
    out = np.zeros((N, C, OH, OW))
    for a in range(size):
        for b in range(size):
            out = np.maximum(
                out,
                x[
                    :,
                    :,
                    a : a + stride * (OH - 1) + 1 : stride,
                    b : b + stride * (OW - 1) + 1 : stride,
                ],
            )
    return out


@wrong(
    "ceil mode, incomplete windows at the border are pooled as well",
    named="windows_beyond_the_picture",
)
def ceil_mode_incomplete_windows_at(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH = math.ceil((H - size) / stride) + 1
    OW = math.ceil((W - size) / stride) + 1
    if (OH - 1) * stride >= H:  # a window must begin inside the picture
        OH -= 1
    if (OW - 1) * stride >= W:
        OW -= 1
    out = np.empty((N, C, OH, OW))
    for i in range(OH):
        for j in range(OW):
            # slices past the end are simply cut
            out[:, :, i, j] = x[
                :, :, i * stride : i * stride + size, j * stride : j * stride + size
            ].max(axis=(2, 3))
    return out


@wrong("the stride is forgotten in the position of the window", named="stride_ignored")
def stride_forgotten_position_window(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    n_h = (H - size) // stride + 1
    n_w = (W - size) // stride + 1
    return np.array(
        [
            [
                [
                    [x[n, c, i : i + size, j : j + size].max() for j in range(n_w)]
                    for i in range(n_h)
                ]
                for c in range(C)
            ]
            for n in range(N)
        ]
    )


@wrong(
    "the window is one too short (end index size - 1, which Python already leaves out)",
    named="window_too_small",
)
def window_one_too_short(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    H_out = 1 + (H - size) // stride
    W_out = 1 + (W - size) // stride
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            end_h = i * stride + size - 1
            end_w = j * stride + size - 1
            window = x[
                :,
                :,
                i * stride : max(end_h, i * stride + 1),
                j * stride : max(end_w, j * stride + 1),
            ]
            out[:, :, i, j] = np.max(window, axis=(2, 3))
    return out


@wrong(
    "two: the running maximum starts at 0; the stride is forgotten in the position of the window",
    named=("starts_at_zero", "stride_ignored"),
)
def two_running_maximum_starts_at_0(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, oh, ow))
    for n in range(N):
        for c in range(C):
            for i in range(oh):
                for j in range(ow):
                    best = 0
                    for a in range(size):
                        for b in range(size):
                            value = x[n, c, i + a, j + b]
                            if value > best:
                                best = value
                    y[n, c, i, j] = best
    return y


@wrong(
    "two: the mean instead of the maximum; the stride is ignored (stride taken as size)",
    named=("size_taken_for_the_stride", "mean_of_the_window"),
)
def two_mean_maximum_stride_ignored(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    out = np.zeros((N, C, H // size, W // size))
    for i in range(H // size):
        for j in range(W // size):
            block = x[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size]
            out[:, :, i, j] = np.average(block, axis=(2, 3))
    return out


@wrong(
    "two: the maximum is taken over all channels together; the stride is forgotten "
    "in the position of the window",
    named=("over_the_channels", "stride_ignored"),
)
def two_maximum_taken_over_all_channels(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    oh, ow = 1 + (H - size) // stride, 1 + (W - size) // stride
    out = np.zeros((N, C, oh, ow))
    for n in range(N):
        for i in range(oh):
            for j in range(ow):
                out[n, :, i, j] = x[n, :, i : i + size, j : j + size].max()
    return out
