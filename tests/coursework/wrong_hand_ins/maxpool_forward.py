"""Hand-ins for the forward pass of max pooling."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def max_pool_forward_naive(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    H_out = 1 + (H - size) // stride
    W_out = 1 + (W - size) // stride
    out = np.zeros((N, C, H_out, W_out), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    out[n, c, i, j] = np.max(
                        x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    )
    return out


@right("a view of the windows")
def pool_view(x: Any, size: Any, stride: Any) -> Any:
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(-2, -1))


@right("np.maximum over the places of a window")
def pool_running_maximum(X: Any, k: Any, s: Any) -> Any:
    oh, ow = (X.shape[2] - k) // s + 1, (X.shape[3] - k) // s + 1
    best = np.full((*X.shape[:2], oh, ow), -np.inf, dtype=X.dtype)
    for u in range(k):
        for v in range(k):
            best = np.maximum(best, X[:, :, u : u + s * oh : s, v : v + s * ow : s])
    return best


@wrong("the running maximum starts at zero, so negative windows give zero", named="starts_at_zero")
def pool_starts_at_zero(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    h_out, w_out = (H - size) // stride + 1, (W - size) // stride + 1
    out = np.zeros((N, C, h_out, w_out))
    for n in range(N):
        for c in range(C):
            for i in range(h_out):
                for j in range(w_out):
                    biggest = 0
                    for a in range(size):
                        for b in range(size):
                            value = x[n, c, i * stride + a, j * stride + b]
                            if value > biggest:
                                biggest = value
                    out[n, c, i, j] = biggest
    return out


@wrong("the window steps by its size, whatever the stride", named="moved_back_into_the_picture")
def pool_step_is_size(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH, OW = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, OH, OW))
    for i in range(OH):
        for j in range(OW):
            r, c = min(i * size, H - size), min(j * size, W - size)
            y[:, :, i, j] = x[:, :, r : r + size, c : c + size].max(axis=(2, 3))
    return y


@wrong(
    "the reshape trick: it takes the windows side by side and never looks at the stride",
    named="size_taken_for_the_stride",
)
def max_pool_forward_reshape(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    x = x[:, :, : H // size * size, : W // size * size]
    x_reshaped = x.reshape(N, C, H // size, size, W // size, size)
    return x_reshaped.max(axis=3).max(axis=4)


@wrong(
    "the windows at the far border are kept although they hang over it: ceil for floor",
    named="windows_beyond_the_picture",
)
def pool_ceil(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    out_h = int(np.ceil((H - size) / stride)) + 1
    out_w = int(np.ceil((W - size) / stride)) + 1
    out = np.zeros((N, C, out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            out[:, :, i, j] = np.max(
                x[:, :, i * stride : i * stride + size, j * stride : j * stride + size],
                axis=(2, 3),
            )
    return out


@wrong("the largest over the channels as well", named="over_the_channels")
def pool_over_channels(A_prev: Any, f: Any, stride: Any) -> Any:
    (m, n_C, n_H_prev, n_W_prev) = A_prev.shape
    n_H = int(1 + (n_H_prev - f) / stride)
    n_W = int(1 + (n_W_prev - f) / stride)
    A = np.zeros((m, n_C, n_H, n_W))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    a_prev_slice = A_prev[i, :, vs : vs + f, hs : hs + f]
                    A[i, c, h, w] = np.max(a_prev_slice)
    return A


@wrong("the mean instead of the largest", named="mean_of_the_window")
def pool_mean(A_prev: Any, f: Any, stride: Any) -> Any:
    n, c, h, w = A_prev.shape
    sn, sc, sh, sw = A_prev.strides
    shape = (n, c, (h - f) // stride + 1, (w - f) // stride + 1, f, f)
    view = as_strided(A_prev, shape, (sn, sc, sh * stride, sw * stride, sh, sw))
    return view.mean((4, 5))


@wrong("the height's stride is used, the width's is not", named="every_column_of_windows")
def pool_stride_in_rows_only(x: Any, k: Any, stride: Any) -> Any:
    view = sliding_window_view(x, (k, k), axis=(2, 3))
    return np.max(view[:, :, ::stride], axis=(4, 5))


@wrong("the range ends one window too early", named="last_windows_that_fit_missing_in_a_list")
def pool_range_too_short(X: Any, p: Any, s: Any) -> Any:
    batch, chans, H, W = X.shape
    res = []
    for img in X:
        for ch in img:
            rows = [
                [ch[r : r + p, q : q + p].max() for q in range(0, W - p, s)]
                for r in range(0, H - p, s)
            ]
            res.append(rows)
    return np.array(res).reshape(batch, chans, *np.shape(res)[1:])


@wrong("the place of the largest, argmax, instead of its value", named="place_returned")
def pool_argmax(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    HH, WW = (H - size) // stride + 1, (W - size) // stride + 1
    out = np.empty((N, C, HH, WW))
    for i in range(HH):
        for j in range(WW):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + size, left : left + size].reshape(N, C, -1)
            out[:, :, i, j] = window.argmax(axis=2)
    return out


@wrong(
    "two in one: the sign is lost (largest of the absolute values), and the last column is missing",
    named=("largest_absolute_value", "last_column_of_windows_missing"),
)
def pool_two_slips(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride
    cols = np.zeros((N, C, OH, OW, size * size))
    for i in range(OH):
        for j in range(OW):
            win = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            cols[:, :, i, j] = win.reshape(N, C, size * size)
    return abs(cols).max(axis=-1)


@wrong(
    "each largest number found is also crossed out of x: the input is written into",
    named=("largest_crossed_out", "input_written_into"),
)
def pool_writes_into_x(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n, c, i, j in np.ndindex(*out.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        out[n, c, i, j] = window.max()
        window[window == window.max()] = -np.inf
    return out


@wrong(
    "two in one: the mean instead of the largest, and windows taken side by side",
    named=("size_taken_for_the_stride", "mean_of_the_window"),
)
def pool_mean_side_by_side(x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    oh, ow = H // size, W // size
    blocks = x[:, :, : oh * size, : ow * size].reshape(N, C, oh, size, ow, size)
    return np.mean(blocks, axis=(3, 5))
