"""More hand-ins for `im2col`."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    OH = (H + 2 * padding - kernel_size) // stride + 1
    OW = (W + 2 * padding - kernel_size) // stride + 1
    rows = []
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                top, left = i * stride, j * stride
                rows.append(xp[n, :, top : top + kernel_size, left : left + kernel_size].ravel())
    return np.array(rows)


@right("arrays")
def right_second_style(x: Any, k: Any, s: Any, p: Any) -> Any:
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)], mode="constant")
    win = sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    n, c, oh, ow = win.shape[:4]
    return win.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * k * k)


@wrong("rows in the order OH, OW, N (as in cs231n) instead of N, OH, OW", named="place_by_place")
def rows_order_oh_ow_n_n_oh_ow(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    # cs231n im2col_indices
    N, C, H, W = x.shape
    p = padding
    x_padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="constant")
    out_height = (H + 2 * p - kernel_size) // stride + 1
    out_width = (W + 2 * p - kernel_size) // stride + 1
    i0 = np.tile(np.repeat(np.arange(kernel_size), kernel_size), C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(kernel_size), kernel_size * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), kernel_size * kernel_size).reshape(-1, 1)
    cols = x_padded[:, k, i, j]
    cols = cols.transpose(1, 2, 0).reshape(kernel_size * kernel_size * C, -1)
    return cols.T


@wrong(
    "columns in the order KH, KW, C (channels last, as in TensorFlow) instead of C, KH, KW",
    named="channels_last",
)
def columns_order_kh_kw_c_c_kh_kw(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    out_h = (H - kernel_size) // stride + 1
    out_w = (W - kernel_size) // stride + 1
    col = np.zeros((N, out_h, out_w, kernel_size, kernel_size, C))
    for a in range(kernel_size):
        for b in range(kernel_size):
            patch = x[:, :, a : a + stride * out_h : stride, b : b + stride * out_w : stride]
            col[:, :, :, a, b, :] = patch.transpose(0, 2, 3, 1)
    return col.reshape(N * out_h * out_w, -1)


@wrong(
    "the stride is forgotten in the position of the window (only the output size knows it)",
    named="stride_ignored",
)
def stride_forgotten_position_window(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    x_pad = np.pad(
        x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), "constant", constant_values=0
    )
    n_H = int((H - kernel_size + 2 * padding) / stride) + 1
    n_W = int((W - kernel_size + 2 * padding) / stride) + 1
    cols = np.zeros((N * n_H * n_W, C * kernel_size**2))
    row = 0
    for n in range(N):
        for h in range(n_H):
            for w in range(n_W):
                cols[row] = x_pad[n, :, h : h + kernel_size, w : w + kernel_size].reshape(-1)
                row += 1
    return cols


@wrong("all the padding is put at the bottom and the right", named="all_padding_after")
def all_padding_put_at_bottom_right(x: Any, k: Any, s: Any, p: Any) -> Any:
    N, C, H, W = x.shape
    big = np.zeros((N, C, H + 2 * p, W + 2 * p), dtype=x.dtype)
    big[:, :, :H, :W] = x
    oh, ow = (H + 2 * p - k) // s + 1, (W + 2 * p - k) // s + 1
    return np.stack(
        [
            big[n, :, i * s : i * s + k, j * s : j * s + k].flatten()
            for n in range(N)
            for i in range(oh)
            for j in range(ow)
        ]
    )


@wrong(
    "reshaped without the transpose: the channel axis is still before OH and OW",
    named="channels_not_moved",
)
def reshaped_without_transpose_channel(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    N, C, H, W = xp.shape
    OH = (H - kernel_size) // stride + 1
    OW = (W - kernel_size) // stride + 1
    sn, sc, sh, sw = xp.strides
    windows = as_strided(
        xp, (N, C, OH, OW, kernel_size, kernel_size), (sn, sc, sh * stride, sw * stride, sh, sw)
    )
    return windows.reshape(N * OH * OW, C * kernel_size * kernel_size)


@wrong(
    "np.tile and np.repeat exchanged for the kernel: every window is transposed (KW before KH)",
    named="window_column_by_column",
)
def np_tile_np_repeat_exchanged_kernel(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out_h = 1 + (H + 2 * padding - kernel_size) // stride
    out_w = 1 + (W + 2 * padding - kernel_size) // stride
    ki = np.tile(np.arange(kernel_size), kernel_size)  # row inside the kernel
    kj = np.repeat(np.arange(kernel_size), kernel_size)  # column inside the kernel
    oi = np.repeat(np.arange(out_h), out_w) * stride
    oj = np.tile(np.arange(out_w), out_h) * stride
    rows = oi[:, None] + ki[None, :]
    cols = oj[:, None] + kj[None, :]
    patches = xp[:, :, rows, cols]  # N, C, OH*OW, K*K
    return patches.transpose(0, 2, 1, 3).reshape(N * out_h * out_w, -1)


@wrong(
    "rows in the order N, OW, OH: the loop over the width is outside the loop over the height",
    named="places_column_by_column",
)
def rows_order_n_ow_oh_loop_over_width(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    result = []
    for n in range(N):
        for left in range(0, W + 2 * padding - kernel_size + 1, stride):
            for top in range(0, H + 2 * padding - kernel_size + 1, stride):
                result.append(
                    xp[n, :, top : top + kernel_size, left : left + kernel_size].reshape(-1)
                )
    return np.array(result)


@wrong(
    "two: padded with the edge values instead of zeros; columns in the order KH, KW, "
    "C (convention)",
    named=("padded_with_the_edge", "channels_last"),
)
def two_padded_edge_values_zeros(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    p, k = padding, kernel_size
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge")
    v = sliding_window_view(xp, (k, k), axis=(-2, -1))[:, :, ::stride, ::stride]
    N, C, OH, OW, _, _ = v.shape
    return v.transpose(0, 2, 3, 4, 5, 1).reshape(N * OH * OW, k * k * C)


@wrong(
    "two: rows in the order OH, OW, N (convention); the stride is forgotten in the "
    "position of the window",
    named=("stride_ignored", "place_by_place"),
)
def two_rows_order_oh_ow_n_stride(x: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    oh = (H + 2 * padding - kernel_size) // stride + 1
    ow = (W + 2 * padding - kernel_size) // stride + 1
    out = np.empty((oh * ow * N, C * kernel_size * kernel_size))
    r = 0
    for i in range(oh):
        for j in range(ow):
            for n in range(N):
                out[r, :] = x_pad[n, :, i : i + kernel_size, j : j + kernel_size].ravel()
                r = r + 1
    return out
