"""Hand-ins for the backward pass of max pooling; of equal numbers the first gets the gradient."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops and np.unravel_index")
def max_pool_backward_naive(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    hs, ws = i * stride, j * stride
                    window = x[n, c, hs : hs + size, ws : ws + size]
                    a, b = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, hs + a, ws + b] += dout[n, c, i, j]
    return dx


@right("argmax over a view, then np.add.at")
def pool_backward_add_at(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    view = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, i, j = np.indices(dy.shape)
    u, v = divmod(view.reshape(*dy.shape, size * size).argmax(axis=-1), size)
    dx = np.zeros(x.shape, dtype=dy.dtype)
    np.add.at(dx, (n, c, i * stride + u, j * stride + v), dy)
    return dx


@right("a mask that remembers which windows are served")
def pool_backward_served(dY: Any, X: Any, k: Any, s: Any) -> Any:
    OH, OW = dY.shape[2:]
    dX = np.zeros_like(X)
    best = sliding_window_view(X, (k, k), axis=(2, 3))[:, :, ::s, ::s].max((4, 5))
    left = np.ones(dY.shape, dtype=bool)
    for u in range(k):
        for v in range(k):
            tap = np.s_[:, :, u : u + s * OH : s, v : v + s * OW : s]
            here = left & (X[tap] == best)
            dX[tap] += np.where(here, dY, 0).astype(dY.dtype)
            left &= ~here
    return dX


@wrong("with ties, each of the largest gets the gradient", named="ties_multiply_the_gradient")
def pool_backward_mask(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    _, _, oh, ow = dout.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(oh):
                for j in range(ow):
                    ii, jj = i * stride, j * stride
                    x_slice = x[n, c, ii : ii + size, jj : jj + size]
                    mask = x_slice == np.max(x_slice)
                    dx[n, c, ii : ii + size, jj : jj + size] += mask * dout[n, c, i, j]
    return dx


@wrong("with ties, the gradient is shared among the largest", named="ties_share_evenly")
def pool_backward_shared(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros(x.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            box = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            mask = x[box] == x[box].max(axis=(2, 3), keepdims=True)
            mask = mask / mask.sum(axis=(2, 3), keepdims=True)
            dx[box] += mask * dout[:, :, i : i + 1, j : j + 1]
    return dx


@wrong("with ties, the last one gets the gradient: >= in the search", named="last_of_ties")
def pool_backward_last_tie(dZ: Any, A: Any, f: Any, s: Any) -> Any:
    m, ch, hh, ww = A.shape
    dA = np.zeros((m, ch, hh, ww))
    for n in range(m):
        for c in range(ch):
            for i in range(dZ.shape[2]):
                for j in range(dZ.shape[3]):
                    best, bi, bj = -np.inf, 0, 0
                    for a in range(f):
                        for b in range(f):
                            if A[n, c, i * s + a, j * s + b] >= best:
                                best = A[n, c, i * s + a, j * s + b]
                                bi, bj = i * s + a, j * s + b
                    dA[n, c, bi, bj] += dZ[n, c, i, j]
    return dA


@wrong(
    "with ties, the first one down the columns gets the gradient", named="first_of_ties_by_columns"
)
def pool_backward_column_order(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros_like(x)
    for (n, c, i, j), g in np.ndenumerate(dy):
        top, left = i * stride, j * stride
        patch = x[n, c, top : top + size, left : left + size].T
        b, a = divmod(int(patch.argmax()), size)
        dx[n, c, top + a, left + b] += g
    return dx


@wrong(
    "= instead of +=: a place that is the largest in two windows keeps one gradient",
    named="overlaps_overwritten",
)
def pool_backward_overwrite(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    h1, w1 = i * stride, j * stride
                    patch = x[n, c, h1 : h1 + size, w1 : w1 + size]
                    r, q = np.unravel_index(patch.argmax(), (size, size))
                    dx[n, c, h1 + r, w1 + q] = dout[n, c, i, j]
    return dx


@wrong(
    "the gradient goes to argmax within the window, without the window's own place",
    named="corner_of_the_window_forgotten",
)
def pool_backward_no_offset(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    OH, OW = dout.shape[2:]
    dx = np.zeros(x.shape)
    n, c = np.ogrid[:N, :C]
    for i in range(OH):
        for j in range(OW):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            flat = window.reshape(N, C, -1).argmax(axis=2)
            dx[n, c, flat // size, flat % size] += dout[:, :, i, j]
    return dx


@wrong("each window's gradient is spread evenly, as in average pooling", named="spread_evenly")
def pool_backward_average(dZ: Any, A_prev: Any, f: Any, stride: Any) -> Any:
    dA_prev = np.zeros(A_prev.shape)
    for h in range(dZ.shape[2]):
        for w in range(dZ.shape[3]):
            da = dZ[:, :, h, w][:, :, None, None]
            average = da / (f * f)
            vs, hs = h * stride, w * stride
            dA_prev[:, :, vs : vs + f, hs : hs + f] += np.ones((f, f)) * average
    return dA_prev


@wrong(
    "the windows are taken side by side, size apart, whatever the stride",
    named="windows_beyond_left_out",
)
def pool_backward_step_is_size(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros_like(x)
    N, C, H, W = x.shape
    for n in range(N):
        for c in range(C):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    r, s = i * size, j * size
                    patch = x[n, c, r : r + size, s : s + size]
                    if patch.size == 0:
                        continue
                    a, b = np.unravel_index(np.argmax(patch), patch.shape)
                    dx[n, c, r + a, s + b] += dout[n, c, i, j]
    return dx


@wrong(
    "the mask compares with the largest of the whole map, not of the window",
    named="largest_of_the_picture",
)
def pool_backward_global_max(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    N, C, H, W = x.shape
    dx = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            largest = np.max(x[n, c])
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    h0, w0 = i * stride, j * stride
                    piece = x[n, c, h0 : h0 + size, w0 : w0 + size]
                    hit = np.argwhere(piece == largest)
                    if len(hit):
                        a, b = hit[0]
                        dx[n, c, h0 + a, w0 + b] += dout[n, c, i, j]
    return dx


@wrong(
    "two in one: each of several largest gets the gradient, and windows overwrite each other",
    named=("ties_multiply_the_gradient", "windows_overwritten"),
)
def pool_backward_two_slips(dout: Any, x: Any, size: Any, stride: Any) -> Any:
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows = slice(i * stride, i * stride + size)
            cols = slice(j * stride, j * stride + size)
            window = x[:, :, rows, cols]
            mask = window == np.amax(window, axis=(2, 3), keepdims=True)
            dx[:, :, rows, cols] = mask * dout[:, :, i, j, None, None]
    return dx


@wrong(
    "two in one: the last of several largest gets the gradient, and the places step by size",
    named=("last_of_ties", "written_size_apart_inside"),
)
def pool_backward_last_tie_and_step(dy: Any, x: Any, size: Any, stride: Any) -> Any:
    view = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    flat = view.reshape(*dy.shape, -1)[..., ::-1]
    u, v = divmod(size * size - 1 - flat.argmax(-1), size)
    n, c, i, j = np.indices(dy.shape)
    rows = np.minimum(i * size + u, x.shape[2] - 1)
    cols = np.minimum(j * size + v, x.shape[3] - 1)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, rows, cols), dy)
    return dx
