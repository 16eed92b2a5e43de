"""Hand-ins for col2im: each number of the columns is added back to the place it came from."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from wrong_hand_ins import right, wrong

CANVAS: dict[Any, Any] = {}


@right("a loop over the taps")
def col2im_taps(col: Any, input_shape: Any, filter_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = input_shape
    f = filter_size
    out_h = (H + 2 * pad - f) // stride + 1
    out_w = (W + 2 * pad - f) // stride + 1
    col = col.reshape(N, out_h, out_w, C, f, f).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H + 2 * pad + stride - 1, W + 2 * pad + stride - 1), dtype=col.dtype)
    for y in range(f):
        y_max = y + stride * out_h
        for x in range(f):
            x_max = x + stride * out_w
            img[:, :, y:y_max:stride, x:x_max:stride] += col[:, :, y, x, :, :]
    return img[:, :, pad : H + pad, pad : W + pad]


@right("a loop over the rows")
def col2im_rows(columns: Any, x_shape: Any, k: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    p = padding
    dx = np.zeros((N, C, H + 2 * p, W + 2 * p), dtype=columns.dtype)
    rows = iter(columns)
    for n in range(N):
        for top in range(0, H + 2 * p - k + 1, stride):
            for left in range(0, W + 2 * p - k + 1, stride):
                dx[n, :, top : top + k, left : left + k] += next(rows).reshape(C, k, k)
    return dx[:, :, p : p + H, p : p + W]


@right("np.bincount over the indices of the windows")
def col2im_bincount(columns: Any, x_shape: Any, k: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    hp, wp = H + 2 * padding, W + 2 * padding
    where = np.arange(N * C * hp * wp).reshape(N, C, hp, wp)
    view = sliding_window_view(where, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    places = view.transpose(0, 2, 3, 1, 4, 5).ravel()
    flat = np.bincount(places, weights=columns.ravel(), minlength=N * C * hp * wp)
    dx = flat.reshape(N, C, hp, wp)[:, :, padding : padding + H, padding : padding + W]
    return dx.astype(columns.dtype)


@wrong("= instead of +=: overlapping windows overwrite each other", named="overlaps_overwritten")
def col2im_overwrite(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x_shape
    k = kernel_size
    H_out = (H + 2 * pad - k) // stride + 1
    W_out = (W + 2 * pad - k) // stride + 1
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for n in range(N):
        for i in range(H_out):
            for j in range(W_out):
                row = columns[n * H_out * W_out + i * W_out + j].reshape((C, k, k))
                padded[n, :, i * stride : i * stride + k, j * stride : j * stride + k] = row
    return padded[:, :, pad : pad + H, pad : pad + W]


@wrong(
    "fancy-index += adds only once at a place that comes up several times",
    named="overlaps_overwritten",
)
def col2im_fancy(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    k, p = kernel_size, padding
    hp, wp = H + 2 * p, W + 2 * p
    oh, ow = (hp - k) // stride + 1, (wp - k) // stride + 1
    n, i, j, c, u, v = np.indices((N, oh, ow, C, k, k)).reshape(6, -1)
    out = np.zeros((N, C, hp, wp))
    out[n, c, i * stride + u, j * stride + v] += columns.ravel()
    return out[:, :, p : p + H, p : p + W]


@wrong(
    "the average over the overlaps instead of their sum, as if to invert im2col",
    named="overlaps_averaged",
)
def col2im_average(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    k, p = kernel_size, padding
    total = np.zeros((N, C, H + 2 * p, W + 2 * p))
    count = np.zeros_like(total)
    oh, ow = (H + 2 * p - k) // stride + 1, (W + 2 * p - k) // stride + 1
    patches = columns.reshape(N, oh, ow, C, k, k)
    for i in range(oh):
        for j in range(ow):
            spot = np.s_[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            total[spot] += patches[:, i, j]
            count[spot] += 1
    return (total / np.maximum(count, 1))[:, :, p : p + H, p : p + W]


@wrong(
    "the columns are unfolded as (N, C, k, k, OH, OW), without a transpose",
    named="places_not_moved",
)
def col2im_wrong_unfold(col: Any, input_shape: Any, f: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = input_shape
    out_h = (H + 2 * pad - f) // stride + 1
    out_w = (W + 2 * pad - f) // stride + 1
    col = col.reshape(N, C, f, f, out_h, out_w)
    img = np.zeros((N, C, H + 2 * pad + stride - 1, W + 2 * pad + stride - 1))
    for y in range(f):
        for x in range(f):
            img[:, :, y : y + stride * out_h : stride, x : x + stride * out_w : stride] += col[
                :, :, y, x
            ]
    return img[:, :, pad : H + pad, pad : W + pad]


@wrong("the crop starts at 0 instead of at the padding", named="border_taken_for_pixels")
def col2im_crop_at_zero(columns: Any, x_shape: Any, ksize: Any, stride: Any, pad: Any) -> Any:
    (B, ch, h, w) = x_shape
    big = np.zeros((B, ch, h + 2 * pad, w + 2 * pad))
    r = 0
    for b in range(B):
        for y in range((h + 2 * pad - ksize) // stride + 1):
            for x in range((w + 2 * pad - ksize) // stride + 1):
                ys, xs = y * stride, x * stride
                big[b, :, ys : ys + ksize, xs : xs + ksize] += np.reshape(
                    columns[r], (ch, ksize, ksize)
                )
                r = r + 1
    return big[:, :, 0:h, 0:w]


@wrong("the crop is [pad:-pad], which is empty without padding", named="cut_to_minus_zero")
def col2im_crop_minus_one(columns: Any, x_shape: Any, k: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    dx = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    OH, OW = (dx.shape[2] - k) // stride + 1, (dx.shape[3] - k) // stride + 1
    blocks = columns.reshape(N, OH, OW, C, k, k).transpose(1, 2, 0, 3, 4, 5)
    for i in range(OH):
        for j in range(OW):
            dx[:, :, i * stride : i * stride + k, j * stride : j * stride + k] += blocks[i, j]
    return dx[:, :, padding:-padding, padding:-padding]


@wrong("each row is put at i, j: the stride is forgotten", named="stride_ignored")
def col2im_no_stride(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x_shape
    k = kernel_size
    oh = (H + 2 * pad - k) // stride + 1
    ow = (W + 2 * pad - k) // stride + 1
    img = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for row in range(columns.shape[0]):
        n, rest = divmod(row, oh * ow)
        i, j = divmod(rest, ow)
        for c in range(C):
            for u in range(k):
                for v in range(k):
                    img[n, c, i + u, j + v] += columns[row, c * k * k + u * k + v]
    return img[:, :, pad : pad + H, pad : pad + W]


@wrong("a row's number is taken apart with OH where OW belongs", named="row_divided_by_oh")
def col2im_divmod(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    p, k = padding, kernel_size
    oh, ow = (H + 2 * p - k) // stride + 1, (W + 2 * p - k) // stride + 1
    x = np.zeros((N, C, H + 2 * p, W + 2 * p))
    for row in range(N * oh * ow):
        n = row // (oh * ow)
        i = (row // oh) % oh
        j = row % ow
        window = columns[row].reshape(C, k, k)
        x[n, :, i * stride : i * stride + k, j * stride : j * stride + k] += window
    return x[:, :, p : p + H, p : p + W]


@wrong(
    "two in one: rows and columns of each window are exchanged, and overlaps overwrite",
    named=("window_column_by_column", "overlaps_overwritten_by_pixels"),
)
def col2im_two_slips(columns: Any, x_shape: Any, kernel_size: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x_shape
    k = kernel_size
    OH, OW = (H + 2 * pad - k) // stride + 1, (W + 2 * pad - k) // stride + 1
    cols = columns.reshape(N, OH, OW, C, k, k)
    out = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for u in range(k):
        for v in range(k):
            out[:, :, u : u + OH * stride : stride, v : v + OW * stride : stride] = cols[
                ..., v, u
            ].transpose(0, 3, 1, 2)
    return out[:, :, pad : pad + H, pad : pad + W]


@wrong(
    "the canvas is made once and kept, so each call adds to what the last one left",
    named="result_changes",
)
def col2im_kept_canvas(columns: Any, x_shape: Any, k: Any, stride: Any, padding: Any) -> Any:
    N, C, H, W = x_shape
    p = padding
    img = CANVAS.setdefault((x_shape, p), np.zeros((N, C, H + 2 * p, W + 2 * p)))
    oh, ow = (H + 2 * p - k) // stride + 1, (W + 2 * p - k) // stride + 1
    for n in range(N):
        for i in range(oh):
            for j in range(ow):
                col = columns[(n * oh + i) * ow + j].reshape(C, k, k)
                img[n, :, i * stride : i * stride + k, j * stride : j * stride + k] += col
    return img[:, :, p : p + H, p : p + W].copy()


@wrong(
    "two in one: the stride is forgotten, and the crop starts at 0",
    named=("border_taken_for_pixels", "stride_ignored"),
)
def col2im_no_stride_and_corner(columns: Any, x_shape: Any, k: Any, stride: Any, pad: Any) -> Any:
    N, C, H, W = x_shape
    oh, ow = (H + 2 * pad - k) // stride + 1, (W + 2 * pad - k) // stride + 1
    windows = columns.reshape(N, oh, ow, C, k, k)
    img = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for u in range(k):
        for v in range(k):
            img[:, :, u : u + oh, v : v + ow] += np.moveaxis(windows[..., u, v], 3, 1)
    return img[:, :, :H, :W]
