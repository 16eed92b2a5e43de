"""More hand-ins for `conv2d_backward`."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, OH, OW = dy.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    r, c = i * stride, j * stride
                    g = dy[n, f, i, j]
                    dw[f] += g * xp[n, :, r : r + HH, c : c + WW]
                    dxp[n, :, r : r + HH, c : c + WW] += g * w[f]
                    db[f] += g
    return dxp[:, :, padding : padding + H, padding : padding + W], dw, db


@right("a loop and arrays")
def right_second_style(dy: Any, x: Any, w: Any, s: Any, p: Any) -> Any:
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    F, C, KH, KW = w.shape
    OH, OW = dy.shape[2:]
    win = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::s, ::s]
    dw = np.einsum("nfij,ncijkl->fckl", dy, win)
    dxp = np.zeros(xp.shape)
    for k in range(KH):
        for l in range(KW):
            dxp[:, :, k : k + s * OH : s, l : l + s * OW : s] += np.einsum(
                "nfij,fc->ncij", dy, w[:, :, k, l]
            )
    return dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, dy.sum((0, 2, 3))


@wrong("dw: the weight gradient is reversed (rotated by 180 degrees)", named="dw_turned")
def dw_weight_gradient_reversed(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    F, C, KH, KW = w.shape
    N, _, OH, OW = dy.shape
    dw = np.zeros(w.shape)
    dxp = np.zeros(xp.shape)
    for k in range(KH):
        for l in range(KW):
            part = xp[:, :, k : k + stride * OH : stride, l : l + stride * OW : stride]
            # rotate by 180 degrees because it is a convolution
            dw[:, :, KH - 1 - k, KW - 1 - l] = np.tensordot(dy, part, axes=([0, 2, 3], [0, 2, 3]))
            dxp[:, :, k : k + stride * OH : stride, l : l + stride * OW : stride] += np.tensordot(
                dy, w[:, :, k, l], axes=([1], [0])
            ).transpose(0, 3, 1, 2)
    dx = dxp[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw, dy.sum(axis=(0, 2, 3))


@wrong("dx: overlapping windows are overwritten instead of added", named="dx_overlaps_overwritten")
def dx_overlapping_windows_overwritten(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    _, _, Hn, Wn = dout.shape
    x_pad = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    dx_pad = np.zeros(x_pad.shape)
    dw = np.zeros(w.shape)
    db = np.sum(dout, axis=(0, 2, 3))
    for n in range(N):
        for i in range(Hn):
            for j in range(Wn):
                win = x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                grad = np.zeros((C, HH, WW))
                for f in range(F):
                    dw[f] += dout[n, f, i, j] * win
                    grad += dout[n, f, i, j] * w[f]
                dx_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW] = grad
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


@wrong(
    "dx: the kernel is not rotated by 180 degrees in the full convolution",
    named="dx_kernel_not_turned",
)
def dx_kernel_not_rotated_180_degrees(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    # dx = full convolution of the dilated dy with w
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = dy.shape[2:]
    Hp, Wp = H + 2 * padding, W + 2 * padding
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dil = np.zeros((N, F, Hp - KH + 1, Wp - KW + 1))
    dil[:, :, ::stride, ::stride][:, :, :OH, :OW] = dy
    dw = np.einsum(
        "nfij,nckijl->fckl",
        dil,
        sliding_window_view(xp, (KH, KW), axis=(2, 3)).transpose(0, 1, 4, 2, 3, 5),
    )
    full = np.pad(dil, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)))
    dxp = np.einsum("nfijkl,fckl->ncij", sliding_window_view(full, (KH, KW), axis=(2, 3)), w)
    dx = dxp[:, :, padding : padding + H, padding : padding + W]
    db = np.einsum("nfij->f", dy)
    return dx, dw, db


@wrong("dw and db are divided by the batch once more (1/m)", named="dw_and_db_divided_by_n")
def dw_db_divided_batch_once_more(dZ: Any, A_prev: Any, W: Any, stride: Any, pad: Any) -> Any:
    (m, n_C_prev, n_H_prev, n_W_prev) = A_prev.shape
    (n_C, n_C_prev, f1, f2) = W.shape
    (m, n_C, n_H, n_W) = dZ.shape
    dW = np.zeros(W.shape)
    db = np.zeros(n_C)
    A_pad = np.pad(A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dA_pad = np.zeros(A_pad.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    v0, h0 = h * stride, w * stride
                    a_slice = A_pad[i, :, v0 : v0 + f1, h0 : h0 + f2]
                    dA_pad[i, :, v0 : v0 + f1, h0 : h0 + f2] += W[c] * dZ[i, c, h, w]
                    dW[c] += a_slice * dZ[i, c, h, w]
                    db[c] += dZ[i, c, h, w]
    dA_prev = dA_pad[:, :, pad : pad + n_H_prev, pad : pad + n_W_prev]
    return dA_prev, dW / m, db / m


@wrong("db: the mean over batch and places instead of the sum", named="db_mean_over_all")
def db_mean_over_batch_places_sum(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = dy.shape[-2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.array(
        [
            xp[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW].ravel()
            for n in range(N)
            for i in range(OH)
            for j in range(OW)
        ]
    )
    dy_flat = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (dy_flat.T @ cols).reshape(w.shape)
    db = dy_flat.mean(axis=0)
    dcols = dy_flat @ w.reshape(F, -1)
    dxp = np.zeros(xp.shape)
    r = 0
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                dxp[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW] += dcols[
                    r
                ].reshape(C, KH, KW)
                r += 1
    return dxp[:, :, padding : H + padding, padding : W + padding], dw, db


@wrong(
    "dw: the stride is forgotten in the position of the window (dx is right)",
    named="dw_stride_ignored",
)
def dw_stride_forgotten_position_window(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    _, _, oh, ow = dy.shape
    xpad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxpad = np.zeros(xpad.shape)
    dw = np.zeros(w.shape)
    for i in range(oh):
        for j in range(ow):
            g = dy[:, :, i, j]
            dw += np.einsum("nf,nckl->fckl", g, xpad[:, :, i : i + kh, j : j + kw])
            dxpad[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += np.einsum(
                "nf,fckl->nckl", g, w
            )
    dx = dxpad[:, :, padding : padding + H, padding : padding + W]
    return dx, dw, dy.sum(axis=0).sum(axis=1).sum(axis=1)


@wrong(
    "dw: set to zero inside the loop over the batch, so only the last sample counts",
    named="dw_only_the_last_sample",
)
def dw_set_zero_inside_loop_over_batch(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out, W_out = dy.shape[2], dy.shape[3]
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx_pad = np.zeros(x_pad.shape)
    db = np.zeros(F)
    for n in range(N):
        dw = np.zeros(w.shape)
        for f in range(F):
            db[f] += dy[n, f].sum()
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    dw[f] += x_pad[n, :, hs : hs + HH, ws : ws + WW] * dy[n, f, i, j]
                    dx_pad[n, :, hs : hs + HH, ws : ws + WW] += w[f] * dy[n, f, i, j]
    return dx_pad[:, :, padding : padding + H, padding : padding + W], dw, db


@wrong(
    "two: dw is reversed; db is a mean over batch and places instead of a sum",
    named=("dw_turned", "db_mean_over_all"),
)
def two_dw_reversed_db_mean_over_batch(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    p, s = padding, stride
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    F, C, KH, KW = w.shape
    OH, OW = dy.shape[2:]
    win = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::s, ::s]
    dw = np.tensordot(dy, win, axes=([0, 2, 3], [0, 2, 3]))
    dw = dw[:, :, ::-1, ::-1]
    db = np.mean(dy, axis=(0, 2, 3))
    dxp = np.zeros(xp.shape)
    for i in range(OH):
        for j in range(OW):
            dxp[:, :, i * s : i * s + KH, j * s : j * s + KW] += np.tensordot(
                dy[:, :, i, j], w, axes=1
            )
    dx = dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]]
    return dx, dw, db


@wrong(
    "two: dx overwrites the overlaps instead of adding; dx is cut out at the wrong "
    "corner (the padding is not skipped)",
    named=("dx_border_taken_for_pixels", "dx_overlaps_overwritten"),
)
def two_dx_overwrites_overlaps_adding(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = dy.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                top, left = i * stride, j * stride
                dw += (
                    dy[n, :, i, j][:, None, None, None]
                    * xp[n, :, top : top + KH, left : left + KW][None]
                )
                dxp[n, :, top : top + KH, left : left + KW] = (
                    dy[n, :, i, j][:, None, None, None] * w
                ).sum(axis=0)
    return dxp[:, :, :H, :W], dw, dy.sum(axis=(0, 2, 3))


@wrong(
    "two: dx is made with the kernel rotated by 180 degrees; dw is divided by the batch once more",
    named=("dx_kernel_not_turned", "dw_divided_by_n"),
)
def two_dx_made_kernel_rotated_180(dout: Any, x: Any, w: Any, stride: Any, pad: Any) -> Any:
    N, F, H_out, W_out = dout.shape
    N, C, H, W = x.shape
    _, _, HH, WW = w.shape
    x_padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    dx_padded = np.zeros(x_padded.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(F)
    for n in range(N):
        for f in range(F):
            for h in range(H_out):
                for c in range(W_out):
                    a, b = h * stride, c * stride
                    dw[f] += x_padded[n, :, a : a + HH, b : b + WW] * dout[n, f, h, c]
                    dx_padded[n, :, a : a + HH, b : b + WW] += (
                        np.rot90(w[f], 2, axes=(1, 2)) * dout[n, f, h, c]
                    )
            db[f] += dout[n, f].sum()
    dx = dx_padded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw / N, db


@wrong(
    "two: dx forgets the stride in the position of the window; db is the mean over "
    "the batch instead of the sum",
    named=("dx_stride_ignored", "db_divided_by_n"),
)
def two_dx_forgets_stride_position(dy: Any, x: Any, w: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    OH, OW = dy.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp = np.zeros(xp.shape)
    dw = np.zeros(w.shape)
    for k in range(KH):
        for l in range(KW):
            dw[:, :, k, l] = np.einsum(
                "nfij,ncij->fc",
                dy,
                xp[:, :, k : k + OH * stride : stride, l : l + OW * stride : stride],
            )
            dxp[:, :, k : k + OH, l : l + OW] += np.einsum("nfij,fc->ncij", dy, w[:, :, k, l])
    db = dy.sum(axis=(2, 3)).mean(axis=0)
    return dxp[:, :, padding : H + padding, padding : W + padding], dw, db
