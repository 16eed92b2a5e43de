"""Hand-ins for the backward pass of a convolution."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong

GRADS: dict[Any, Any] = {}


@right("loops over everything")
def conv_backward_naive(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.zeros(F, dtype=w.dtype)
    for n in range(N):
        for f in range(F):
            db[f] += np.sum(dout[n, f])
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x_pad[n, :, hs : hs + HH, ws : ws + WW]
                    dw[f] += window * dout[n, f, i, j]
                    dx_pad[n, :, hs : hs + HH, ws : ws + WW] += w[f] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


@right("windows and einsum, dx by a loop over the taps")
def backward_einsum(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    p, s = padding, stride
    h, wd = x.shape[2:]
    kh, kw = w.shape[2:]
    oh, ow = dy.shape[2:]
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    win = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::s, ::s]
    dw = np.einsum("nfij,ncijkl->fckl", dy, win)
    dxp = np.zeros_like(xp)
    for a in range(kh):
        for b in range(kw):
            part = np.einsum("nfij,fc->ncij", dy, w[:, :, a, b])
            dxp[:, :, a : a + s * oh : s, b : b + s * ow : s] += part
    return dxp[:, :, p : p + h, p : p + wd], dw, dy.sum(axis=(0, 2, 3))


def cols_of(x: Any, kh: Any, kw: Any, stride: Any, pad: Any) -> Any:
    """Fancy indices of all places, and the columns, (C*KH*KW, OH*OW*N)."""
    _, C, H, W = x.shape
    oh = (H + 2 * pad - kh) // stride + 1
    ow = (W + 2 * pad - kw) // stride + 1
    i0 = np.tile(np.repeat(np.arange(kh), kw), C)
    i1 = stride * np.repeat(np.arange(oh), ow)
    j0 = np.tile(np.arange(kw), kh * C)
    j1 = stride * np.tile(np.arange(ow), oh)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), kh * kw).reshape(-1, 1)
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = xp[:, k, i, j].transpose(1, 2, 0).reshape(C * kh * kw, -1)
    return (slice(None), k, i, j), cols


@right("columns with fancy indices and np.add.at")
def conv_backward_im2col(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    at, x_cols = cols_of(x, HH, WW, stride, pad)
    dout_cols = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = (dout_cols @ x_cols.T).reshape(w.shape)
    db = dout_cols.sum(axis=1)
    dx_cols = w.reshape(F, -1).T @ dout_cols
    dx_cols = dx_cols.reshape(C * HH * WW, -1, N).transpose(2, 0, 1)
    dxp = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    np.add.at(dxp, at, dx_cols)
    return dxp[:, :, pad : H + pad, pad : W + pad], dw, db


@wrong(
    "each window overwrites dx where it overlaps the one before", named="dx_overlaps_overwritten"
)
def conv_bwd_overwrite(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxpad = np.zeros_like(xpad)
    dw = np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            hi, wj = i * stride, j * stride
            patch = xpad[:, :, hi : hi + HH, wj : wj + WW]
            for f in range(F):
                dw[f] += np.sum(patch * dout[:, f, i, j][:, None, None, None], axis=0)
            dxpad[:, :, hi : hi + HH, wj : wj + WW] = np.tensordot(dout[:, :, i, j], w, axes=1)
    return dxpad[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong(
    "fancy-index += instead of np.add.at: of repeated places only one counts",
    named="dx_overlaps_overwritten_by_pixels",
)
def backward_fancy_plus_equals(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    at, x_cols = cols_of(x, HH, WW, stride, pad)
    dout_reshaped = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = dout_reshaped.dot(x_cols.T).reshape(w.shape)
    dx_cols = w.reshape(F, -1).T.dot(dout_reshaped)
    dx_cols = dx_cols.reshape(C * HH * WW, -1, N).transpose(2, 0, 1)
    x_padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    x_padded[at] += dx_cols
    return x_padded[:, :, pad : pad + H, pad : pad + W], dw, np.sum(dout, axis=(0, 2, 3))


@wrong(
    "dx by a full correlation with the kernel as it is, not turned by 180 degrees",
    named="dx_kernel_not_turned",
)
def backward_full_correlation(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    oh, ow = dy.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
    hp, wp = xp.shape[2:]
    up = np.zeros((n, f, hp + kh - 1, wp + kw - 1), dtype=dy.dtype)
    up[:, :, kh - 1 : kh - 1 + stride * oh : stride, kw - 1 : kw - 1 + stride * ow : stride] = dy
    win_dy = sliding_window_view(up, (kh, kw), axis=(2, 3))
    dxp = np.einsum("nfhwkl,fckl->nchw", win_dy, w)
    win_x = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    dw = np.einsum("nfhw,nchwkl->fckl", dy, win_x)
    return dxp[:, :, padding : padding + h, padding : padding + wd], dw, dy.sum((0, 2, 3))


@wrong("dw comes out turned by 180 degrees", named="dw_turned")
def backward_true_convolution_dw(dZ: Any, A_prev: Any, W: Any, stride: Any, pad: Any) -> Any:
    (m, C_prev, H_prev, W_prev) = A_prev.shape
    (n_F, _, f_h, f_w) = W.shape
    A_prev_pad = np.pad(A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dA_pad = np.zeros(A_prev_pad.shape)
    dW = np.zeros(W.shape)
    W_flip = W[:, :, ::-1, ::-1]
    for h in range(dZ.shape[2]):
        for w in range(dZ.shape[3]):
            vert, horiz = h * stride, w * stride
            for a in range(f_h):
                for b in range(f_w):
                    g = dZ[:, :, h, w]
                    dA_pad[:, :, vert + a, horiz + b] += g @ W_flip[:, :, f_h - 1 - a, f_w - 1 - b]
                    dW[:, :, f_h - 1 - a, f_w - 1 - b] += (
                        g.T @ A_prev_pad[:, :, vert + a, horiz + b]
                    )
    return dA_pad[:, :, pad : pad + H_prev, pad : pad + W_prev], dW, dZ.sum(axis=(0, 2, 3))


@wrong("all gradients divided by the number of samples", named="all_divided_by_n")
def conv_backward_mean(dZ: Any, A_prev: Any, W: Any, stride: Any, pad: Any) -> Any:
    m, n_C_prev, n_H_prev, n_W_prev = A_prev.shape
    n_C, _, f1, f2 = W.shape
    dA_prev_pad = np.pad(np.zeros_like(A_prev), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    A_prev_pad = np.pad(A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dW = np.zeros_like(W)
    db = np.zeros((n_C,))
    for i in range(m):
        for h in range(dZ.shape[2]):
            for w in range(dZ.shape[3]):
                for c in range(n_C):
                    vs, hs = h * stride, w * stride
                    ve, he = vs + f1, hs + f2
                    dA_prev_pad[i, :, vs:ve, hs:he] += W[c] * dZ[i, c, h, w]
                    dW[c] += A_prev_pad[i, :, vs:ve, hs:he] * dZ[i, c, h, w]
                    db[c] += dZ[i, c, h, w]
    dA_prev = dA_prev_pad[:, :, pad : pad + n_H_prev, pad : pad + n_W_prev]
    return dA_prev / m, dW / m, db / m


@wrong("dw and db, but not dx, divided by the number of samples", named="dw_and_db_divided_by_n")
def conv_backward_mean_of_weights(dZ: Any, A: Any, W: Any, s: Any, p: Any) -> Any:
    m = A.shape[0]
    Ap = np.pad(A, ((0, 0), (0, 0), (p, p), (p, p)))
    dA = np.zeros(Ap.shape)
    dW = np.zeros(W.shape)
    for r in range(dZ.shape[2]):
        for c in range(dZ.shape[3]):
            sl = np.s_[:, :, r * s : r * s + W.shape[2], c * s : c * s + W.shape[3]]
            dA[sl] += np.einsum("nf,fcij->ncij", dZ[:, :, r, c], W)
            dW += np.einsum("nf,ncij->fcij", dZ[:, :, r, c], Ap[sl])
    dW = dW / m
    db = np.sum(dZ, axis=(0, 2, 3)) / m
    return dA[:, :, p : p + A.shape[2], p : p + A.shape[3]], dW, db


@wrong("db is the mean over places, summed over samples", named="db_mean_over_places")
def backward_bias_mean(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    dx, dw, _ = backward_einsum(dout, x, w, stride, pad)
    db = dout.mean(axis=(2, 3)).sum(axis=0)
    return dx, dw, db


@wrong(
    "dw reads the windows side by side: the stride is forgotten there", named="dw_stride_ignored"
)
def backward_dw_without_stride(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    N, F, OH, OW = dout.shape
    KH, KW = w.shape[2], w.shape[3]
    for u in range(KH):
        for v in range(KW):
            dw[:, :, u, v] = np.tensordot(
                dout, xp[:, :, u : u + OH, v : v + OW], axes=([0, 2, 3], [0, 2, 3])
            )
            spread = np.tensordot(dout, w[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
            dxp[:, :, u : u + stride * OH : stride, v : v + stride * OW : stride] += spread
    return dxp[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, dout.sum((0, 2, 3))


@wrong("dx is written at i, j instead of i*stride, j*stride", named="dx_stride_ignored")
def backward_dx_without_stride(dY: Any, X: Any, K: Any, stride: Any, padding: Any) -> Any:
    B, C, H, Wd = X.shape
    O, _, k1, k2 = K.shape
    Xp = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dXp, dK, dB = np.zeros_like(Xp), np.zeros_like(K), np.zeros(O)
    for b in range(B):
        for o in range(O):
            for i in range(dY.shape[2]):
                for j in range(dY.shape[3]):
                    g = dY[b, o, i, j]
                    dB[o] += g
                    dK[o] += (
                        g * Xp[b, :, i * stride : i * stride + k1, j * stride : j * stride + k2]
                    )
                    dXp[b, :, i : i + k1, j : j + k2] += g * K[o]
    return dXp[:, :, padding : padding + H, padding : padding + Wd], dK, dB


@wrong("dx is returned with its padding", named="dx_padding_not_cut")
def conv_backward_pad_kept(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    npad = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    x = np.pad(x, npad)
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for n in range(N):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                for f in range(F):
                    si, sj = i * stride, j * stride
                    dx[n, :, si : si + HH, sj : sj + WW] += dout[n, f, i, j] * w[f]
                    dw[f] += dout[n, f, i, j] * x[n, :, si : si + HH, sj : sj + WW]
    return dx, dw, dout.sum(axis=(0, 2, 3))


@wrong(
    "the crop of dx starts at 0: the padding is cut off at the far side only",
    named="dx_border_taken_for_pixels",
)
def backward_crop_from_corner(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    at, x_cols = cols_of(x, HH, WW, stride, pad)
    d = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = (d @ x_cols.T).reshape(F, C, HH, WW)
    db = np.sum(d, axis=1)
    dcols = (w.reshape(F, -1).T @ d).reshape(C * HH * WW, -1, N).transpose(2, 0, 1)
    dx = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    np.add.at(dx, at, dcols)
    return dx[:, :, :H, :W], dw, db


@wrong(
    "r > 0 for r >= 0: the first row and column are taken for padding",
    named=("dx_first_row_and_column_taken_for_border", "dw_first_row_and_column_taken_for_border"),
)
def backward_without_np_pad(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for n in range(N):
        for f in range(F):
            for oi in range(dout.shape[2]):
                for oj in range(dout.shape[3]):
                    for ki in range(KH):
                        for kj in range(KW):
                            r = oi * stride + ki - pad
                            c = oj * stride + kj - pad
                            if r > 0 and c > 0 and r < H and c < W:
                                dw[f, :, ki, kj] += x[n, :, r, c] * dout[n, f, oi, oj]
                                dx[n, :, r, c] += w[f, :, ki, kj] * dout[n, f, oi, oj]
    return dx, dw, dout.sum(axis=3).sum(axis=2).sum(axis=0)


@wrong("dw is reset for each sample, so the last one alone counts", named="dw_only_the_last_sample")
def backward_last_sample(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp = np.zeros_like(xp)
    db = np.zeros(F)
    for n in range(N):
        dw = np.zeros_like(w)
        for f in range(F):
            db[f] += dout[n, f].sum()
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    rows = slice(i * stride, i * stride + HH)
                    cols = slice(j * stride, j * stride + WW)
                    dw[f] += xp[n, :, rows, cols] * dout[n, f, i, j]
                    dxp[n, :, rows, cols] += w[f] * dout[n, f, i, j]
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, db


@wrong(
    "dw is = instead of += inside the loops: the last window alone counts",
    named="dw_only_the_last_place",
)
def backward_last_window(dY: Any, X: Any, K: Any, s: Any, p: Any) -> Any:
    Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    dXp = np.zeros_like(Xp)
    dK = np.zeros_like(K)
    kh, kw = K.shape[-2:]
    for i in range(dY.shape[-2]):
        for j in range(dY.shape[-1]):
            box = np.s_[:, :, i * s : i * s + kh, j * s : j * s + kw]
            dK = np.tensordot(dY[:, :, i, j], Xp[box], axes=([0], [0]))
            dXp[box] += np.tensordot(dY[:, :, i, j], K, axes=([1], [0]))
    return dXp[:, :, p : p + X.shape[2], p : p + X.shape[3]], dK, np.einsum("nfhw->f", dY)


@wrong(
    "in dw, columns (OH, OW, N) meet dout flattened as (N, OH, OW)", named="samples_before_places"
)
def backward_mixed_orders(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    at, x_cols = cols_of(x, HH, WW, stride, pad)
    dout_flat = dout.transpose(1, 0, 2, 3).reshape(F, -1)
    dw = dout_flat.dot(x_cols.T).reshape(w.shape)
    dx_cols = w.reshape(F, -1).T.dot(dout_flat)
    dx_cols = dx_cols.reshape(C * HH * WW, N, -1).transpose(1, 0, 2)
    dx = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    np.add.at(dx, at, dx_cols)
    return dx[:, :, pad : H + pad, pad : W + pad], dw, dout_flat.sum(1)


@wrong(
    "strides of as_strided forget the step along the width", named="dw_stride_ignored_to_the_right"
)
def backward_as_strided(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    xp = np.ascontiguousarray(np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))))
    sn, sc, sh, sw = xp.strides
    n, c = x.shape[:2]
    win = as_strided(
        xp,
        (n, c, dy.shape[2], dy.shape[3], w.shape[2], w.shape[3]),
        (sn, sc, sh * stride, sw, sh, sw),
    )
    dw = np.tensordot(dy, win, axes=((0, 2, 3), (0, 2, 3)))
    dx = backward_einsum(dy, x, w, stride, padding)[0]
    return dx, dw, dy.sum((0, 2, 3))


@wrong(
    "two: dx overwritten where windows overlap; db is a mean over samples",
    named=("dx_overlaps_overwritten", "db_divided_by_n"),
)
def backward_two_slips(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad, dw, db = np.zeros_like(x_pad), np.zeros_like(w), np.zeros(F)
    for f in range(F):
        db[f] = dout[:, f].sum() / N
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            a, b = i * stride, j * stride
            dw += np.einsum("nf,nchw->fchw", dout[:, :, i, j], x_pad[:, :, a : a + HH, b : b + WW])
            dx_pad[:, :, a : a + HH, b : b + WW] = np.einsum("nf,fchw->nchw", dout[:, :, i, j], w)
    return dx_pad[:, :, pad : H + pad, pad : W + pad], dw, db


@wrong(
    "two: the kernel is not turned in dx; dw is divided by the number of samples",
    named=("dx_kernel_not_turned", "dw_divided_by_n"),
)
def backward_not_turned_and_mean(dY: Any, X: Any, K: Any, stride: Any, pad: Any) -> Any:
    n, c, h, w = X.shape
    f, _, kh, kw = K.shape
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dXp = np.zeros_like(Xp)
    dK = np.zeros_like(K)
    for i in range(dY.shape[2]):
        for j in range(dY.shape[3]):
            g = dY[:, :, i, j]
            for u in range(kh):
                for v in range(kw):
                    y_, x_ = i * stride + u, j * stride + v
                    dK[:, :, u, v] += np.dot(g.T, Xp[:, :, y_, x_]) / n
                    dXp[:, :, y_, x_] += np.dot(g, K[:, :, -1 - u, -1 - v])
    return dXp[:, :, pad : pad + h, pad : pad + w], dK, dY.sum(axis=(0, 2, 3))


@wrong(
    "two in one: dx is cropped at the wrong corner, and its windows overwrite",
    named=("dx_border_taken_for_pixels", "dx_overlaps_overwritten"),
)
def backward_corner_and_overwrite(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    H, W = x.shape[2:]
    kh, kw = w.shape[2:]
    _, dw, db = conv_backward_im2col(dout, x, w, stride, pad)
    big = np.zeros((*x.shape[:2], H + 2 * pad, W + 2 * pad))
    for (n, i, j), _ in np.ndenumerate(dout[:, 0]):
        top, left = i * stride, j * stride
        g = dout[n, :, i, j]
        big[n, :, top : top + kh, left : left + kw] = (g[:, None, None, None] * w).sum(0)
    return big[:, :, :H, :W], dw, db


@wrong(
    "dw is added to what former calls left: the gradients are not set to zero",
    named="result_changes",
)
def backward_accumulates(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    dx, dw, db = conv_backward_naive(dout, x, w, stride, pad)
    if w.shape not in GRADS:
        GRADS[w.shape] = np.zeros(w.shape)
    GRADS[w.shape] += dw
    return dx, GRADS[w.shape].copy(), db


@wrong("dx is = over the filters: the last filter alone counts", named="dx_only_the_last_kernel")
def backward_last_filter(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_p = np.zeros(x_p.shape)
    dw = np.zeros(w.shape)
    for n in range(N):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                here = np.s_[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                for f in range(F):
                    grad = w[f] * dout[n, f, i, j]
                    dw[f] += x_p[here] * dout[n, f, i, j]
                dx_p[here] += grad
    return dx_p[:, :, pad : pad + H, pad : pad + W], dw, dout.sum(axis=(0, 2, 3))


@wrong("dw is an array of integers", named="whole_numbers")
def backward_integers(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dw = np.array([[[[0] * w.shape[3]] * w.shape[2]] * w.shape[1]] * w.shape[0])
    for f in range(w.shape[0]):
        for c in range(w.shape[1]):
            for u in range(w.shape[2]):
                for v in range(w.shape[3]):
                    rows = slice(u, u + stride * dy.shape[2], stride)
                    cols = slice(v, v + stride * dy.shape[3], stride)
                    dw[f, c, u, v] = np.sum(dy[:, f] * xp[:, c, rows, cols])
    dx, _, db = backward_einsum(dy, x, w, stride, padding)
    return dx, dw, db


@wrong(
    "two: dout is divided by N where it stands; dx is returned with its padding",
    named=("dx_padding_not_cut", "factor", "dw_and_db_divided_by_n", "input_written_into"),
)
def backward_writes_into_dout(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N = x.shape[0]
    HH, WW = w.shape[2:]
    dout /= N
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n in range(N):
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                ii, jj = stride * i, stride * j
                d = dout[n, :, i, j].reshape(-1, 1, 1, 1)
                dw += d * x[n, :, ii : ii + HH, jj : jj + WW]
                dx[n, :, ii : ii + HH, jj : jj + WW] += np.sum(d * w, axis=0)
    return dx, dw, np.sum(dout, (0, 2, 3))


@wrong(
    "two: dw comes out turned by 180 degrees; dx is cropped from the corner",
    named=("dx_border_taken_for_pixels", "dw_turned"),
)
def backward_turned_dw_and_corner(dY: Any, X: Any, K: Any, s: Any, p: Any) -> Any:
    h, w = X.shape[2:]
    kh, kw = K.shape[2:]
    Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    win = sliding_window_view(Xp, (kh, kw), axis=(2, 3))[:, :, ::s, ::s]
    dK = np.flip(np.einsum("nfhw,nchwkl->fckl", dY, win), (2, 3))
    dXp = np.zeros_like(Xp)
    for i in range(dY.shape[2]):
        for j in range(dY.shape[3]):
            stamp = np.einsum("nf,fcij->ncij", dY[:, :, i, j], K)
            dXp[:, :, i * s : i * s + kh, j * s : j * s + kw] += stamp
    return dXp[:, :, :h, :w], dK, dY.sum(axis=(0, 2, 3))


@wrong(
    "two: dw counts the last sample alone; db keeps its axes, (1, F, 1, 1)",
    named=("dw_only_the_last_sample", "db_keeps_all_axes"),
)
def backward_last_sample_and_keepdims(dout: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    (F, C, KH, KW), (N, _, OH, OW) = w.shape, dout.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp = np.zeros_like(xp)
    for n in range(N):
        rows = [
            xp[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW].ravel()
            for i in range(OH)
            for j in range(OW)
        ]
        d = dout[n].reshape(F, OH * OW)
        dw = (d @ np.array(rows)).reshape(w.shape)
        dcol = d.T @ w.reshape(F, -1)
        for r in range(OH * OW):
            i, j = r // OW * stride, r % OW * stride
            dxp[n, :, i : i + KH, j : j + KW] += dcol[r].reshape(C, KH, KW)
    dx = dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, dout.sum(axis=(0, 2, 3), keepdims=True)
