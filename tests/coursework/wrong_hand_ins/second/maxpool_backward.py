"""More hand-ins for `maxpool_backward`."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    win = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, i * stride + a, j * stride + b] += dy[n, c, i, j]
    return dx


@right("arrays")
def right_second_style(dy: Any, x: Any, k: Any, s: Any) -> Any:
    v = sliding_window_view(x, (k, k), (2, 3))[:, :, ::s, ::s]
    n, c, oh, ow = v.shape[:4]
    arg = v.reshape(n, c, oh, ow, k * k).argmax(-1)
    rows = arg // k + s * np.arange(oh)[:, None]
    cols = arg % k + s * np.arange(ow)
    dx = np.zeros(x.shape, dtype=dy.dtype)
    np.add.at(dx, (np.arange(n)[:, None, None, None], np.arange(c)[:, None, None], rows, cols), dy)
    return dx


@wrong(
    "ties: every maximum of the window gets the whole gradient (mask == max)",
    named="ties_multiply_the_gradient",
)
def ties_every_maximum_window_gets(dA: Any, A_prev: Any, f: Any, stride: Any) -> Any:
    m, n_C, n_H, n_W = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        a_prev = A_prev[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    v0, h0 = h * stride, w * stride
                    a_slice = a_prev[c, v0 : v0 + f, h0 : h0 + f]
                    mask = a_slice == np.max(a_slice)
                    dA_prev[i, c, v0 : v0 + f, h0 : h0 + f] += mask * dA[i, c, h, w]
    return dA_prev


@wrong(
    "ties share the gradient equally instead of the first maximum getting it",
    named="ties_share_evenly",
)
def ties_share_gradient_equally_first(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros(x.shape)
    OH, OW = dy.shape[2:]
    for i in range(OH):
        for j in range(OW):
            sl = (
                slice(None),
                slice(None),
                slice(i * stride, i * stride + size),
                slice(j * stride, j * stride + size),
            )
            win = x[sl]
            mask = (win == win.max(axis=(2, 3), keepdims=True)).astype(float)
            mask /= mask.sum(axis=(2, 3), keepdims=True)
            dx[sl] += mask * dy[:, :, i : i + 1, j : j + 1]
    return dx


@wrong(
    "ties: the last maximum gets the gradient (>= in the search) instead of the first",
    named="last_of_ties",
)
def ties_last_maximum_gets_gradient(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    best, bi, bj = -np.inf, 0, 0
                    for a in range(i * stride, i * stride + size):
                        for b in range(j * stride, j * stride + size):
                            if x[n, c, a, b] >= best:
                                best, bi, bj = x[n, c, a, b], a, b
                    dx[n, c, bi, bj] += dy[n, c, i, j]
    return dx


@wrong(
    "where windows overlap the gradient is overwritten instead of added (= on the maximum's place)",
    named="overlaps_overwritten",
)
def where_windows_overlap_gradient(dout: Any, x: Any, pool: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    Hn, Wn = dout.shape[2], dout.shape[3]
    dx = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            for i in range(Hn):
                for j in range(Wn):
                    window = x[n, c, i * stride : i * stride + pool, j * stride : j * stride + pool]
                    ind = np.unravel_index(window.argmax(), window.shape)
                    dx[n, c, i * stride + ind[0], j * stride + ind[1]] = dout[n, c, i, j]
    return dx


@wrong(
    "the gradient is spread evenly over the window, as for average pooling", named="spread_evenly"
)
def gradient_spread_evenly_over_window(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros_like(x, dtype=float)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            dx[:, :, i * stride : i * stride + size, j * stride : j * stride + size] += (
                dy[:, :, i, j][:, :, None, None] / size**2
            )
    return dx


@wrong(
    "the maximum is searched over all channels together, the other channels get no gradient",
    named="one_channel_gets_all",
)
def maximum_searched_over_all_channels(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                hs, ws = i * stride, j * stride
                patch = x[n, :, hs : hs + size, ws : ws + size]
                m = np.zeros(patch.shape)
                m[np.unravel_index(patch.argmax(), patch.shape)] = 1
                dx[n, :, hs : hs + size, ws : ws + size] += m * dy[n, :, i, j].reshape(C, 1, 1)
    return dx


@wrong(
    "row and column of the flat argmax are exchanged (k // size taken as the column)",
    named="row_and_column_swapped",
)
def row_column_flat_argmax_exchanged(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    n_idx, c_idx = np.ogrid[:N, :C]
    for i in range(OH):
        for j in range(OW):
            flat = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].reshape(
                N, C, -1
            )
            k = flat.argmax(axis=2)
            col, row = k // size, k % size
            dx[n_idx, c_idx, i * stride + row, j * stride + col] += dy[:, :, i, j]
    return dx


@wrong("the stride is forgotten in the position of the window", named="stride_ignored")
def stride_forgotten_position_window(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    win = x[n, c, i : i + size, j : j + size]
                    r, s = np.unravel_index(np.argmax(win), (size, size))
                    dx[n, c, i + r, j + s] += dy[n, c, i, j]
    return dx


@wrong(
    "two: every tied maximum gets the whole gradient; overlapping windows are "
    "overwritten instead of added",
    named=("ties_multiply_the_gradient", "windows_overwritten"),
)
def two_every_tied_maximum_gets_whole(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    _, _, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for i in range(OH):
        for j in range(OW):
            h, w = i * stride, j * stride
            block = x[:, :, h : h + size, w : w + size]
            mask = block == np.max(block, axis=(2, 3), keepdims=True)
            dx[:, :, h : h + size, w : w + size] = mask * dy[:, :, i, j, None, None]
    return dx


@wrong(
    "two: the last of tied maxima gets the gradient; a place that is the maximum of "
    "several windows is overwritten instead of added",
    named=("overlaps_overwritten", "last_of_ties"),
)
def two_last_tied_maxima_gets_gradient(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, OH, OW = dy.shape
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    win = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
                    last = size * size - 1 - np.argmax(win.ravel()[::-1])
                    dx[n, c, i * stride + last // size, j * stride + last % size] = dy[n, c, i, j]
    return dx
