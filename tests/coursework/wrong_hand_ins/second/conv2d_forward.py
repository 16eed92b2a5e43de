"""More hand-ins for `conv2d_forward`."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    H_out = 1 + (H + 2 * padding - HH) // stride
    W_out = 1 + (W + 2 * padding - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    window = x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


@right("arrays")
def right_second_style(x: Any, w: Any, b: Any, s: Any, p: Any) -> Any:
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    y = np.tensordot(win, w, axes=([1, 4, 5], [1, 2, 3]))
    return np.moveaxis(y + b, -1, 1)


@wrong("the bias is forgotten", named="bias_forgotten")
def bias_forgotten(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, C, H, W = x.shape
    F, C, KH, KW = w.shape
    OH, OW = (H - KH) // stride + 1, (W - KW) // stride + 1
    s0, s1, s2, s3 = x.strides
    view = as_strided(
        x, shape=(N, C, OH, OW, KH, KW), strides=(s0, s1, s2 * stride, s3 * stride, s2, s3)
    )
    return np.einsum("ncijkl,fckl->nfij", view, w)


@wrong(
    "the kernel is reversed (mathematical convolution) instead of correlated", named="kernel_turned"
)
def kernel_reversed_correlated(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    # convolution as in scipy.signal.convolve2d
    w = np.flip(w, axis=(2, 3))
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    KH, KW = w.shape[-2:]
    OH = (xp.shape[2] - KH) // stride + 1
    OW = (xp.shape[3] - KW) // stride + 1
    out = 0
    for kh in range(KH):
        for kw in range(KW):
            part = xp[
                :,
                :,
                kh : kh + (OH - 1) * stride + 1 : stride,
                kw : kw + (OW - 1) * stride + 1 : stride,
            ]
            out = out + np.einsum("nchw,fc->nfhw", part, w[:, :, kh, kw])
    return out + b.reshape(1, -1, 1, 1)


@wrong("the stride is forgotten in the position of the window", named="stride_ignored")
def stride_forgotten_position_window(A_prev: Any, W: Any, b: Any, stride: Any, pad: Any) -> Any:
    m, n_C_prev, n_H_prev, n_W_prev = A_prev.shape
    n_C, _, f_h, f_w = W.shape
    n_H = int((n_H_prev - f_h + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f_w + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_C, n_H, n_W))
    A_prev_pad = np.pad(
        A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant", constant_values=(0, 0)
    )
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            vert_start = h
            vert_end = vert_start + f_h
            for w in range(n_W):
                horiz_start = w
                horiz_end = horiz_start + f_w
                for c in range(n_C):
                    a_slice_prev = a_prev_pad[:, vert_start:vert_end, horiz_start:horiz_end]
                    Z[i, c, h, w] = np.sum(a_slice_prev * W[c]) + float(b[c])
    return Z


def _columns(x: Any, kh: Any, kw: Any, stride: Any, padding: Any) -> Any:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, c, h, w = x.shape
    oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
    col = np.zeros((n, c, kh, kw, oh, ow))
    for i in range(kh):
        for j in range(kw):
            col[:, :, i, j] = x[:, :, i : i + stride * oh : stride, j : j + stride * ow : stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1), oh, ow


@wrong(
    "the result of the columns is reshaped straight to (N, F, OH, OW) without moving "
    "F to its place",
    named="kernels_axis_not_moved",
)
def result_columns_reshaped_straight(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    F, C, KH, KW = w.shape
    col, oh, ow = _columns(x, KH, KW, stride, padding)
    out = col @ w.reshape(F, -1).T + b
    return out.reshape(x.shape[0], F, oh, ow)


@wrong(
    "the bias is added once for every channel (inside the loop over C)",
    named="bias_for_every_channel",
)
def bias_added_once_every_channel(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    xp[:, :, padding : padding + H, padding : padding + W] = x
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    y = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for c in range(C):
                for i in range(OH):
                    for j in range(OW):
                        patch = xp[n, c, i * stride : i * stride + KH, j * stride : j * stride + KW]
                        y[n, f, i, j] += (patch * w[f, c]).sum() + b[f]
    return y


@wrong(
    "the padding is missing in the output size: the last rows and columns of the "
    "output are missing",
    named="places_without_padding",
)
def padding_missing_output_size_last(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    F, C, KH, KW = w.shape
    N, _, H, W = x.shape
    OH = (H - KH) // stride + 1
    OW = (W - KW) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.empty((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            win = xp[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW]
            y[:, :, i, j] = np.tensordot(win, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return y


@wrong("the first picture is used for every sample of the batch", named="first_sample_for_all")
def first_picture_used_every_sample(A_prev: Any, W: Any, b: Any, stride: Any, pad: Any) -> Any:
    (m, C, H, Wd) = A_prev.shape
    (F, C, f1, f2) = W.shape
    A_pad = np.pad(A_prev, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n_H = (H - f1 + 2 * pad) // stride + 1
    n_W = (Wd - f2 + 2 * pad) // stride + 1
    Z = np.zeros((m, F, n_H, n_W))
    for i in range(m):
        a_prev_pad = A_pad[0]
        for h in range(n_H):
            for w in range(n_W):
                a_slice = a_prev_pad[:, h * stride : h * stride + f1, w * stride : w * stride + f2]
                for c in range(F):
                    Z[i, c, h, w] = np.sum(a_slice * W[c]) + b[c]
    return Z


@wrong(
    "the columns are in the order KH, KW, C but the kernel is flattened as C, KH, KW",
    named="columns_in_another_order_than_w",
)
def columns_order_kh_kw_c_but_kernel(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    p = padding
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    F, C, KH, KW = w.shape
    v = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    N, _, OH, OW = v.shape[:4]
    cols = v.transpose(0, 2, 3, 4, 5, 1).reshape(N * OH * OW, -1)  # KH, KW, C
    y = cols.dot(w.reshape(F, -1).T) + b
    return y.reshape(N, OH, OW, F).transpose(0, 3, 1, 2)


@wrong(
    "two: the kernel is reversed (convention); the bias is forgotten",
    named=("bias_forgotten", "kernel_turned"),
)
def two_kernel_reversed_bias_forgotten(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    wf = w[:, :, ::-1, ::-1]
    KH, KW = w.shape[2], w.shape[3]
    win = sliding_window_view(xp, (KH, KW), axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwij,fcij->nfhw", win, wf)


@wrong(
    "two: the stride is forgotten in the horizontal direction; the bias is added "
    "once for every channel",
    named=("bias_for_every_channel", "stride_ignored_to_the_right"),
)
def two_stride_forgotten_horizontal(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    Ho = 1 + (H + 2 * padding - HH) // stride
    Wo = 1 + (W + 2 * padding - WW) // stride
    out = np.zeros((N, F, Ho, Wo))
    for n in range(N):
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    total = 0.0
                    for c in range(C):
                        total += np.sum(
                            xp[n, c, i * stride : i * stride + HH, j : j + WW] * w[f, c]
                        )
                        total += b[f]
                    out[n, f, i, j] = total
    return out
