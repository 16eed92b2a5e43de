"""Hand-ins for the forward pass of a transposed convolution; its weights are (C, F, KH, KW)."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong


@right("each number of x stamps the kernel onto the output")
def conv_transpose_stamps(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    out = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW), dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    r, s = i * stride, j * stride
                    out[n, :, r : r + KH, s : s + KW] += x[n, c, i, j] * w[c]
    hh, ww = out.shape[2] - padding, out.shape[3] - padding
    return out[:, :, padding:hh, padding:ww] + b[:, None, None]


@right("zeros between the numbers of x, then a correlation with the turned kernel")
def conv_transpose_dilated(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    kh, kw = w.shape[2:]
    hh, ww = (H - 1) * stride + 1, (W - 1) * stride + 1
    up = np.zeros((N, C, hh + 2 * kh - 2, ww + 2 * kw - 2), dtype=x.dtype)
    up[:, :, kh - 1 : kh - 1 + hh : stride, kw - 1 : kw - 1 + ww : stride] = x
    win = sliding_window_view(up, (kh, kw), axis=(2, 3))
    y = np.einsum("ncijkl,cfkl->nfij", win, w[:, :, ::-1, ::-1])
    y = y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]
    return y + b.reshape(1, -1, 1, 1)


@right("a matrix product, whose columns are added up tap by tap")
def conv_transpose_columns(x: Any, w: Any, b: Any, s: Any, p: Any) -> Any:
    n, c, h, wd = x.shape
    _, f, kh, kw = w.shape
    cols = np.tensordot(w, x, axes=((0,), (1,)))  # (F, KH, KW, N, H, W)
    full = np.zeros((f, n, (h - 1) * s + kh, (wd - 1) * s + kw), dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            full[:, :, u : u + (h - 1) * s + 1 : s, v : v + (wd - 1) * s + 1 : s] += cols[:, u, v]
    full += b.reshape(f, 1, 1, 1)
    return full[:, :, p : full.shape[2] - p, p : full.shape[3] - p].swapaxes(0, 1)


@wrong("zeros are put between and around x, but the kernel is not turned", named="kernel_turned")
def deconv_not_turned(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, kh, kw = w.shape
    up = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    up[:, :, ::stride, ::stride] = x
    ph, pw = kh - 1 - padding, kw - 1 - padding
    up = np.pad(up, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh, ow = up.shape[2] - kh + 1, up.shape[3] - kw + 1
    y = np.zeros((N, F, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = np.einsum("nchw,cfhw->nf", up[:, :, i : i + kh, j : j + kw], w)
    return y + b[None, :, None, None]


@wrong("stamps that overlap overwrite each other", named="overlaps_overwritten")
def deconv_overwrite(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    C, F, KH, KW = w.shape
    out = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for i in range(H):
        for j in range(W):
            stamp = np.tensordot(x[:, :, i, j], w, axes=([1], [0]))
            out[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW] = stamp
    out += b.reshape(1, F, 1, 1)
    return out[:, :, padding : out.shape[2] - padding, padding : out.shape[3] - padding]


@wrong("the padding is added around the output instead of cut off", named="padded_instead_of_cut")
def deconv_padding_added(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    p = padding
    out = np.zeros((N, F, (H - 1) * stride + KH + 2 * p, (W - 1) * stride + KW + 2 * p))
    for f in range(F):
        for i in range(H):
            for j in range(W):
                for c in range(C):
                    top, left = i * stride + p, j * stride + p
                    spot = out[:, f, top : top + KH, left : left + KW]
                    spot += x[:, c, i, j, None, None] * w[c, f]
        out[:, f] += b[f]
    return out


@wrong(
    "x is padded first and the output cut not at all, as in a usual convolution", named="x_padded"
)
def deconv_pads_x(X: Any, K: Any, bias: Any, s: Any, p: Any) -> Any:
    X = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    (B, _, H, W), (_, Cout, k1, k2) = X.shape, K.shape
    Y = np.zeros((B, Cout, s * (H - 1) + k1, s * (W - 1) + k2))
    Y += bias[:, None, None]
    for n in range(B):
        for i in range(H):
            for j in range(W):
                Y[n, :, s * i : s * i + k1, s * j : s * j + k2] += (
                    X[n, :, i, j][:, None, None, None] * K
                ).sum(axis=0)
    return Y


@wrong(
    "the bias is part of each stamp, so it is added for every number of x",
    named="bias_in_every_stamp",
)
def deconv_bias_in_stamp(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    H_out = (H - 1) * stride + KH - 2 * padding
    W_out = (W - 1) * stride + KW - 2 * padding
    big = np.zeros((N, F, H_out + 2 * padding, W_out + 2 * padding))
    for n in range(N):
        for f in range(F):
            for i in range(H):
                for j in range(W):
                    hs, ws = i * stride, j * stride
                    patch = sum(x[n, c, i, j] * w[c, f] for c in range(C)) + b[f]
                    big[n, f, hs : hs + KH, ws : ws + KW] += patch
    return big[:, :, padding : padding + H_out, padding : padding + W_out]


@wrong(
    "no zeros between the numbers of x: the stride only enlarges the canvas", named="stride_ignored"
)
def deconv_without_stride(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    n, c, h, wd = x.shape
    f, kh, kw = w.shape[1:]
    full = np.zeros((n, f, (h - 1) * stride + kh, (wd - 1) * stride + kw))
    for u in range(kh):
        for v in range(kw):
            full[:, :, u : u + h, v : v + wd] += np.einsum("nchw,cf->nfhw", x, w[:, :, u, v])
    crop = np.s_[padding : full.shape[2] - padding, padding : full.shape[3] - padding]
    return full[:, :, crop[0], crop[1]] + b.reshape(-1, 1, 1)


@wrong(
    "two in one: the bias is forgotten, and the padding is cut off at the far side only",
    named=("all_cut_after", "bias_forgotten"),
)
def deconv_two_slips(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    y = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for (n, c, i, j), value in np.ndenumerate(x):
        y[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW] += value * w[c]
    return y[:, :, : y.shape[2] - 2 * padding, : y.shape[3] - 2 * padding]


@wrong(
    "two in one: stamps that overlap overwrite each other, and only the far side is cut",
    named=("all_cut_after", "overlaps_overwritten"),
)
def deconv_overwrite_and_corner(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    H_out = (H - 1) * stride - 2 * padding + KH
    W_out = (W - 1) * stride - 2 * padding + KW
    out = np.zeros((N, F, H_out + 2 * padding, W_out + 2 * padding))
    for n in range(N):
        for f in range(F):
            for i in range(H):
                for j in range(W):
                    stamp = sum(x[n, c, i, j] * w[c, f] for c in range(C))
                    r, q = i * stride, j * stride
                    out[n, f, r : r + KH, q : q + KW] = stamp
            out[n, f] += b[f]
    return out[:, :, :H_out, :W_out]
