"""More hand-ins for `conv_transpose2d_forward`."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    full = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for n in range(N):
        for c in range(C):
            for i in range(H):
                for j in range(W):
                    full[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW] += (
                        x[n, c, i, j] * w[c]
                    )
    OH, OW = full.shape[2] - 2 * padding, full.shape[3] - 2 * padding
    return full[:, :, padding : padding + OH, padding : padding + OW] + b.reshape(1, F, 1, 1)


@right("arrays")
def right_second_style(x: Any, w: Any, b: Any, s: Any, p: Any) -> Any:
    n, c, h, wd = x.shape
    kh, kw = w.shape[2:]
    z = np.zeros((n, c, (h - 1) * s + 1, (wd - 1) * s + 1))
    z[:, :, ::s, ::s] = x
    z = np.pad(z, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    y = np.einsum(
        "ncijkl,cfkl->nfij", sliding_window_view(z, (kh, kw), axis=(2, 3)), w[:, :, ::-1, ::-1]
    )
    y = y[:, :, p : y.shape[2] - p, p : y.shape[3] - p]
    return y + b[:, None, None]


@wrong("overlaps are overwritten instead of added", named="overlaps_overwritten")
def overlaps_overwritten_added(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    OH = (H - 1) * stride - 2 * padding + KH
    OW = (W - 1) * stride - 2 * padding + KW
    out = np.zeros((N, F, OH + 2 * padding, OW + 2 * padding))
    for i in range(H):
        for j in range(W):
            out[:, :, i * stride : i * stride + KH, j * stride : j * stride + KW] = np.tensordot(
                x[:, :, i, j], w, axes=([1], [0])
            )
    out = out[:, :, padding : padding + OH, padding : padding + OW]
    return out + b[None, :, None, None]


@wrong(
    "the kernel is not reversed when the spread picture is correlated with it",
    named="kernel_turned",
)
def kernel_not_reversed_when_spread(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    up = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    up[:, :, ::stride, ::stride] = x
    up = np.pad(up, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1)))
    OH, OW = (H - 1) * stride + KH, (W - 1) * stride + KW
    y = np.zeros((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            y[:, :, i, j] = (
                np.tensordot(up[:, :, i : i + KH, j : j + KW], w, axes=([1, 2, 3], [0, 2, 3])) + b
            )
    return y[:, :, padding : OH - padding, padding : OW - padding]


@wrong(
    "the bias is added with every stamp, so several times where stamps overlap",
    named="bias_in_every_stamp",
)
def bias_added_every_stamp_so_several(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    full = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for n in range(N):
        for f in range(F):
            for i in range(H):
                for j in range(W):
                    stamp = sum(x[n, c, i, j] * w[c, f] for c in range(C)) + b[f]
                    full[n, f, i * stride : i * stride + KH, j * stride : j * stride + KW] += stamp
    return full[:, :, padding : full.shape[2] - padding, padding : full.shape[3] - padding]


@wrong(
    "the padding is cut off at the bottom and right only: shifted picture", named="all_cut_after"
)
def padding_cut_off_at_bottom_right(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    oh = stride * (H - 1) + KH - 2 * padding
    ow = stride * (W - 1) + KW - 2 * padding
    canvas = np.zeros((N, F, oh + 2 * padding, ow + 2 * padding))
    for k in range(KH):
        for l in range(KW):
            canvas[:, :, k : k + stride * H : stride, l : l + stride * W : stride] += np.einsum(
                "nchw,cf->nfhw", x, w[:, :, k, l]
            )
    return canvas[:, :, :oh, :ow] + b.reshape(-1, 1, 1)


@wrong(
    "two: the padding is not cut off; the bias is forgotten",
    named=("padding_not_cut", "bias_forgotten"),
)
def two_padding_not_cut_off_bias(x: Any, w: Any, b: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x.shape
    _, F, KH, KW = w.shape
    y = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW))
    for n in range(N):
        for i in range(H):
            for j in range(W):
                stamp = np.einsum("c,cfkl->fkl", x[n, :, i, j], w)
                y[n, :, i * stride : i * stride + KH, j * stride : j * stride + KW] += stamp
    return y
