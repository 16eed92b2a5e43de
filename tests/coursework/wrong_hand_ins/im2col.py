"""Hand-ins for im2col: the windows of a batch of pictures as rows."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong


@right("a row for each window, in loops")
def im2col_loops(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    k = kernel_size
    out_h = (H + 2 * padding - k) // stride + 1
    out_w = (W + 2 * padding - k) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], "constant")
    col = np.zeros((N * out_h * out_w, C * k * k), dtype=x.dtype)
    row = 0
    for n in range(N):
        for i in range(out_h):
            for j in range(out_w):
                y, z = i * stride, j * stride
                col[row] = img[n, :, y : y + k, z : z + k].flatten()
                row += 1
    return col


@right("a loop over the taps, then a transpose")
def im2col_taps(x: Any, filter_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    out_h = (H + 2 * pad - filter_size) // stride + 1
    out_w = (W + 2 * pad - filter_size) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((N, C, filter_size, filter_size, out_h, out_w), dtype=x.dtype)
    for y in range(filter_size):
        y_max = y + stride * out_h
        for z in range(filter_size):
            z_max = z + stride * out_w
            col[:, :, y, z, :, :] = img[:, :, y:y_max:stride, z:z_max:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)


@right("a view of the windows")
def im2col_view(x: Any, k: Any, s: Any, p: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    win = sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return win.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * k * k)


@wrong("the transpose before the reshape is forgotten", named="places_not_moved")
def im2col_no_transpose(x: Any, filter_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    out_h = (H + 2 * pad - filter_size) // stride + 1
    out_w = (W + 2 * pad - filter_size) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    col = np.zeros((N, C, filter_size, filter_size, out_h, out_w))
    for y in range(filter_size):
        for z in range(filter_size):
            y_max, z_max = y + stride * out_h, z + stride * out_w
            col[:, :, y, z] = img[:, :, y:y_max:stride, z:z_max:stride]
    return col.reshape(N * out_h * out_w, C * filter_size * filter_size)


@wrong("the columns stand in the order KH, KW, C instead of C, KH, KW", named="channels_last")
def im2col_channels_last(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    k = kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    xp = xp.transpose(0, 2, 3, 1)
    rows = []
    for n in range(xp.shape[0]):
        for i in range(0, xp.shape[1] - k + 1, stride):
            for j in range(0, xp.shape[2] - k + 1, stride):
                rows.append(xp[n, i : i + k, j : j + k, :].reshape(-1))
    return np.stack(rows)


@wrong("the result lies on its side: (C*KH*KW, N*OH*OW)", named="window_a_column")
def im2col_indices_transposed(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    p, k = padding, kernel_size
    N, C, H, W = x.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="constant")
    oh, ow = (H + 2 * p - k) // stride + 1, (W + 2 * p - k) // stride + 1
    cols = np.empty((C * k * k, N * oh * ow), dtype=x.dtype)
    r = 0
    for n in range(N):
        for i in range(oh):
            for j in range(ow):
                ii, jj = i * stride, j * stride
                cols[:, r] = x_padded[n, :, ii : ii + k, jj : jj + k].reshape(C * k * k)
                r += 1
    return cols


@wrong("rows in the order OH, OW, N instead of N, OH, OW", named="place_by_place")
def im2col_samples_last(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    field_height = field_width = kernel_size
    out_height = (H + 2 * padding - field_height) // stride + 1
    out_width = (W + 2 * padding - field_width) // stride + 1
    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    x_padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = x_padded[:, k, i, j]
    cols = cols.transpose(1, 2, 0).reshape(field_height * field_width * C, -1)
    return cols.T


@wrong(
    "the last row and column of windows are missing: range without + 1",
    named="last_place_that_fits_missing",
)
def im2col_short_range(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    k = kernel_size
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    out = [
        x[n, :, top : top + k, left : left + k].ravel()
        for n in range(N)
        for top in range(0, H - k, stride)
        for left in range(0, W - k, stride)
    ]
    return np.array(out).reshape(-1, C * k * k)


@wrong("rows and columns of each window are exchanged", named="window_column_by_column")
def im2col_window_transposed(X: Any, K: Any, S: Any, P: Any) -> Any:
    Xp = np.pad(X, ((0, 0), (0, 0), (P, P), (P, P)))
    N, C, HP, WP = Xp.shape
    OH, OW = (HP - K) // S + 1, (WP - K) // S + 1
    out = np.zeros((N, OH, OW, C, K, K))
    for u in range(K):
        for v in range(K):
            taps = Xp[:, :, u : u + S * OH : S, v : v + S * OW : S]
            out[..., v, u] = taps.transpose(0, 2, 3, 1)
    return out.reshape(N * OH * OW, C * K * K)


@wrong(
    "as_strided with steps of one: the stride is not in the steps between windows",
    named="stride_ignored",
)
def im2col_as_strided(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    k = kernel_size
    xp = np.ascontiguousarray(np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))))
    N, C, H, W = xp.shape
    oh, ow = (H - k) // stride + 1, (W - k) // stride + 1
    sN, sC, sH, sW = xp.strides
    windows = as_strided(xp, shape=(N, oh, ow, C, k, k), strides=(sN, sH, sW, sC, sH, sW))
    return windows.reshape(N * oh * ow, C * k * k).copy()


@wrong("the channels are padded as well as the pictures", named="channels_padded")
def im2col_channels_padded(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    p, k = padding, kernel_size
    xp = np.pad(x, ((0, 0), (p, p), (p, p), (p, p)))
    win = sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    N, C, OH, OW = win.shape[:4]
    return np.reshape(np.moveaxis(win, 1, 3), (N * OH * OW, C * k * k))


@wrong(
    "two in one: no padding at all, and the rows run OW first, then OH",
    named=("padding_forgotten", "places_column_by_column"),
)
def im2col_two_slips(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    k = kernel_size
    cols = []
    for n in range(N):
        for j in range(0, W - k + 1, stride):
            for i in range(0, H - k + 1, stride):
                cols.append(x[n, :, i : i + k, j : j + k].flatten())
    return np.array(cols)


@wrong(
    "two in one: columns in the order KH, KW, C, and the border holds ones",
    named=("padded_with_ones", "channels_last"),
)
def im2col_ones_and_channels_last(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    k, p = kernel_size, padding
    xp = np.ones((x.shape[0], x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    xp[:, :, p : p + x.shape[2], p : p + x.shape[3]] = x
    win = sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijkl->nijklc", win).reshape(-1, x.shape[1] * k * k)
