"""Hand-ins for the forward pass of a convolution."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from scipy.signal import convolve2d, correlate2d

from wrong_hand_ins import right, wrong


@right("loops over samples, filters and places")
def conv_forward_naive(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), "constant")
    out = np.zeros((N, F, H_out, W_out), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    out[n, f, i, j] = np.sum(x_pad[n, :, hs : hs + HH, ws : ws + WW] * w[f]) + b[f]
    return out


@right("a window view and einsum")
def conv_einsum(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijkl,fckl->nfij", win, w) + b[None, :, None, None]


@right("a sum over the taps of the kernel")
def conv_by_taps(X: Any, K: Any, bias: Any, s: Any, p: Any) -> Any:
    n, c, h, w = X.shape
    f, _, kh, kw = K.shape
    oh, ow = (h + 2 * p - kh) // s + 1, (w + 2 * p - kw) // s + 1
    Xp = np.zeros((n, c, h + 2 * p, w + 2 * p), dtype=X.dtype)
    Xp[:, :, p : p + h, p : p + w] = X
    Y = np.zeros((f, n, oh, ow), dtype=X.dtype)
    for u in range(kh):
        for v in range(kw):
            tap = Xp[:, :, u : u + (oh - 1) * s + 1 : s, v : v + (ow - 1) * s + 1 : s]
            Y += np.tensordot(K[:, :, u, v], tap, axes=((1,), (1,)))
    return (Y + bias.reshape(-1, 1, 1, 1)).transpose(1, 0, 2, 3)


@wrong("the bias is added once for each channel of x", named="bias_for_every_channel")
def conv_bias_in_channel_loop(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    Ho, Wo = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        for f in range(F):
            for c in range(C):
                for i in range(Ho):
                    for j in range(Wo):
                        a, d = i * stride, j * stride
                        out[n, f, i, j] += (xp[n, c, a : a + HH, d : d + WW] * w[f, c]).sum() + b[f]
    return out


@wrong("the bias is forgotten", named="bias_forgotten")
def conv_forward_matmul(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    oh = (h + 2 * padding - kh) // stride + 1
    ow = (wd + 2 * padding - kw) // stride + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.zeros((n, oh, ow, c * kh * kw))
    for i in range(oh):
        for j in range(ow):
            y0, x0 = i * stride, j * stride
            cols[:, i, j] = x[:, :, y0 : y0 + kh, x0 : x0 + kw].reshape(n, -1)
    out = cols.reshape(n * oh * ow, -1) @ w.reshape(f, -1).T
    return out.reshape(n, oh, ow, f).transpose(0, 3, 1, 2)


@wrong("a true convolution: the kernel is turned by 180 degrees", named="kernel_turned")
def conv_scipy(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    N, F = x.shape[0], w.shape[0]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = []
    for n in range(N):
        for f in range(F):
            full = sum(
                convolve2d(xp[n, c], w[f, c], mode="valid")[::stride, ::stride]
                for c in range(x.shape[1])
            )
            maps.append(full + b[f])
    return np.array(maps).reshape(N, F, *maps[0].shape)


@wrong("the picture is padded at the far side only, by twice as much", named="all_padding_after")
def conv_padded_at_the_end(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    padded[:, :, :H, :W] = x
    s = padded.strides
    oh, ow = (padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1
    windows = as_strided(
        padded,
        shape=(N, C, oh, ow, kh, kw),
        strides=(s[0], s[1], s[2] * stride, s[3] * stride, s[2], s[3]),
    )
    y = np.tensordot(windows, w, axes=((1, 4, 5), (1, 2, 3)))
    return y.transpose(0, 3, 1, 2) + b.reshape(1, F, 1, 1)


@wrong("the window starts at i, not at i*stride", named="stride_ignored")
def conv_forward_hslice(A_prev: Any, W: Any, b: Any, stride: Any, pad: Any) -> Any:
    (m, n_C_prev, n_H_prev, n_W_prev) = A_prev.shape
    (n_C, _, f, g) = W.shape
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - g + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_C, n_H, n_W))
    A_prev_pad = np.pad(A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            vert_start, vert_end = h, h + f
            for w in range(n_W):
                horiz_start, horiz_end = w, w + g
                for c in range(n_C):
                    a_slice = a_prev_pad[:, vert_start:vert_end, horiz_start:horiz_end]
                    Z[i, c, h, w] = np.sum(np.multiply(a_slice, W[c])) + float(b[c])
    return Z


@wrong(
    "the reshape from (N*OH*OW, F) to (N, F, OH, OW) without a transpose",
    named="kernels_axis_not_moved",
)
def conv_reshape_only(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    N, C, OH, OW, KH, KW = win.shape
    cols = win.transpose(0, 2, 3, 1, 4, 5).reshape(N * OH * OW, C * KH * KW)
    F = w.shape[0]
    return (cols @ w.reshape(F, -1).T + b).reshape(N, F, OH, OW)


@wrong(
    "columns in the order KH, KW, C, the kernel in the order C, KH, KW",
    named="columns_in_another_order_than_w",
)
def conv_columns_channels_last(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, _, hp, wp = xp.shape
    f, _, kh, kw = w.shape
    rows = []
    for img in xp.transpose(0, 2, 3, 1):
        for top in range(0, hp - kh + 1, stride):
            for left in range(0, wp - kw + 1, stride):
                rows.append(img[top : top + kh, left : left + kw].ravel())
    out = np.array(rows).dot(w.reshape(f, -1).T) + b
    oh, ow = (hp - kh) // stride + 1, (wp - kw) // stride + 1
    return np.moveaxis(out.reshape(n, oh, ow, f), 3, 1)


@wrong("the border is padded with its own edge instead of zeros", named="padded_with_the_edge")
def conv_edge_padding(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    F, C, KH, KW = w.shape
    OH = (xp.shape[2] - KH) // stride + 1
    OW = (xp.shape[3] - KW) // stride + 1
    y = np.empty((len(x), F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            window = xp[:, None, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, :, i, j] = (window * w).sum(axis=(2, 3, 4)) + b
    return y


@wrong(
    "only the last channel counts: = instead of += over the channels", named="only_the_last_channel"
)
def conv_last_channel(X: Any, K: Any, B: Any, s: Any, p: Any) -> Any:
    Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
    N, C = X.shape[:2]
    F = K.shape[0]
    out = [[0] * F for _ in range(N)]
    for n in range(N):
        for f in range(F):
            for c in range(C):
                out[n][f] = correlate2d(Xp[n, c], K[f, c], "valid")[::s, ::s] + B[f]
    return np.array(out)


@wrong(
    "the size of the output with the padding once, not twice: the far border is missing",
    named="padded_before_only",
)
def conv_size_with_one_padding(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out_h = (H + pad - HH) // stride + 1
    out_w = (W + pad - WW) // stride + 1
    out = np.zeros((N, F, out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            patch = xp[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = patch.reshape(N, -1) @ w.reshape(F, -1).T
    return out + b[:, None, None]


@wrong("the mean over the window instead of the sum", named="mean_over_the_window")
def conv_mean_of_window(x: Any, w: Any, b: Any, stride: Any, pad: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    view = sliding_window_view(xp, (w.shape[2], w.shape[3]), axis=(2, 3))
    view = view[:, None, :, ::stride, ::stride]
    products = view * w[None, :, :, None, None]
    return products.mean(axis=(2, 5, 6)) + b[None, :, None, None]


@wrong(
    "two: the bias is subtracted; the padding is added at the left and top only",
    named=("all_padding_before", "bias_subtracted"),
)
def conv_two_slips(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    F, _, KH, KW = w.shape
    OH = (x.shape[2] + 2 * padding - KH) // stride + 1
    OW = (x.shape[3] + 2 * padding - KW) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (2 * padding, 0), (2 * padding, 0)))
    out = np.zeros((x.shape[0], F, OH, OW))
    for u in range(KH):
        for v in range(KW):
            tap = xp[:, :, u : u + (OH - 1) * stride + 1 : stride]
            tap = tap[..., v : v + (OW - 1) * stride + 1 : stride]
            out += np.einsum("ncij,fc->nfij", tap, w[:, :, u, v])
    return out - b.reshape(1, -1, 1, 1)


@wrong(
    "two: the kernel is turned by 180 degrees, and the bias is forgotten",
    named=("bias_forgotten", "kernel_turned"),
)
def conv_turned_without_bias(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    w = np.flip(w, axis=(2, 3))
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijkl,fckl->nfij", win, w)[..., ::stride, ::stride]


@wrong("the result is written down, but not returned", named="nothing_returned")
def conv_returns_nothing(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    out = conv_einsum(x, w, b, stride, padding)
    cache = (x, w, b)
    out = (out, cache)


@wrong(
    "two in one: the border is never padded, and the filters stand on the last axis",
    named=("padding_forgotten", "kernels_on_the_last_axis"),
)
def conv_unpadded_channels_last(X: Any, K: Any, bias: Any, stride: Any, padding: Any) -> Any:
    kh, kw = K.shape[2:]
    images = []
    for picture in X:
        feature_map = []
        for r in range(0, X.shape[2] - kh + 1, stride):
            line = []
            for c in range(0, X.shape[3] - kw + 1, stride):
                line.append([np.vdot(picture[:, r : r + kh, c : c + kw], k) for k in K] + bias)
            feature_map.append(line)
        images.append(feature_map)
    return np.array(images)
