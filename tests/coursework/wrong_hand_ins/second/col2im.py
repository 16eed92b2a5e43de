"""More hand-ins for `col2im`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("loops")
def right_first_style(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    dx = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    OH = (H + 2 * padding - kernel_size) // stride + 1
    OW = (W + 2 * padding - kernel_size) // stride + 1
    row = 0
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                window = columns[row].reshape(C, kernel_size, kernel_size)
                dx[
                    n,
                    :,
                    i * stride : i * stride + kernel_size,
                    j * stride : j * stride + kernel_size,
                ] += window
                row += 1
    return dx[:, :, padding : padding + H, padding : padding + W]


@right("arrays")
def right_second_style(cols: Any, shape: Any, k: Any, s: Any, p: Any) -> Any:
    n, c, h, w = shape
    oh, ow = (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1
    i = (s * np.arange(oh))[:, None, None, None] + np.arange(k)[None, None, :, None]
    j = (s * np.arange(ow))[None, :, None, None] + np.arange(k)[None, None, None, :]
    i, j = np.broadcast_arrays(i, j)
    img = np.zeros((n, c, h + 2 * p, w + 2 * p), dtype=cols.dtype)
    vals = cols.reshape(n, oh, ow, c, k, k).transpose(0, 3, 1, 2, 4, 5)
    places: Any = (slice(None), slice(None), i, j)
    np.add.at(img, places, vals)
    return img[:, :, p : h + p, p : w + p]


@wrong("overlaps are overwritten instead of added", named="overlaps_overwritten")
def overlaps_overwritten_added(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    H_pad, W_pad = H + 2 * padding, W + 2 * padding
    n_H = (H_pad - kernel_size) // stride + 1
    n_W = (W_pad - kernel_size) // stride + 1
    img = np.zeros((N, C, H_pad, W_pad))
    idx = 0
    for n in range(N):
        for h in range(n_H):
            for w in range(n_W):
                vs, hs = h * stride, w * stride
                img[n, :, vs : vs + kernel_size, hs : hs + kernel_size] = columns[idx].reshape(
                    C, kernel_size, kernel_size
                )
                idx += 1
    return img[:, :, padding : H_pad - padding, padding : W_pad - padding]


@wrong(
    "+= with repeated fancy indices keeps only one of the overlapping values (np.add.at is needed)",
    named="overlaps_overwritten_by_pixels",
)
def repeated_fancy_indices_keeps_only(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    # cs231n col2im_indices
    N, C, H, W = x_shape
    K = kernel_size
    H_padded, W_padded = H + 2 * padding, W + 2 * padding
    oh, ow = (H_padded - K) // stride + 1, (W_padded - K) // stride + 1
    x_padded = np.zeros((N, C, H_padded, W_padded), dtype=columns.dtype)
    i = np.tile(np.repeat(np.arange(K), K), C).reshape(-1, 1) + stride * np.repeat(
        np.arange(oh), ow
    ).reshape(1, -1)
    j = np.tile(np.arange(K), K * C).reshape(-1, 1) + stride * np.tile(np.arange(ow), oh).reshape(
        1, -1
    )
    k = np.repeat(np.arange(C), K * K).reshape(-1, 1)
    cols_reshaped = columns.reshape(N, oh * ow, C * K * K).transpose(0, 2, 1)
    x_padded[:, k, i, j] += cols_reshaped
    return x_padded[:, :, padding : padding + H, padding : padding + W]


@wrong(
    "the padding is cut off at the bottom and right only: the picture is shifted by the padding",
    named="border_taken_for_pixels",
)
def padding_cut_off_at_bottom_right(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    OH = (H + 2 * padding - kernel_size) // stride + 1
    OW = (W + 2 * padding - kernel_size) // stride + 1
    cols = columns.reshape(N, OH, OW, C, kernel_size, kernel_size).transpose(0, 3, 4, 5, 1, 2)
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for a in range(kernel_size):
        for b in range(kernel_size):
            xp[:, :, a : a + stride * OH : stride, b : b + stride * OW : stride] += cols[:, :, a, b]
    return xp[:, :, :H, :W]


@wrong("cropped with padding:-padding, which is empty when padding is 0", named="cut_to_minus_zero")
def cropped_padding_padding_empty_when(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    OH = (H + 2 * padding - kernel_size) // stride + 1
    OW = (W + 2 * padding - kernel_size) // stride + 1
    cols = iter(columns)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                y, x = i * stride, j * stride
                xp[n, :, y : y + kernel_size, x : x + kernel_size] += next(cols).reshape(
                    C, kernel_size, kernel_size
                )
    return xp[:, :, padding:-padding, padding:-padding]


@wrong(
    "the overlaps are averaged (divided by how often a pixel was covered) instead of summed",
    named="overlaps_averaged",
)
def overlaps_averaged_summed(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    p = padding
    total = np.zeros((N, C, H + 2 * p, W + 2 * p))
    count = np.zeros_like(total)
    OH = (H + 2 * p - kernel_size) // stride + 1
    OW = (W + 2 * p - kernel_size) // stride + 1
    cols = columns.reshape(N, OH, OW, C, kernel_size, kernel_size)
    for i in range(OH):
        for j in range(OW):
            sl = np.s_[
                :, :, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size
            ]
            total[sl] += cols[:, i, j]
            count[sl] += 1
    total = total / np.maximum(count, 1)
    return total[:, :, p : p + H, p : p + W]


@wrong(
    "reshaped straight to (N, C, K, K, OH, OW): the transpose of the columns is missing",
    named="places_not_moved",
)
def reshaped_straight_transpose_columns(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    out_h = (H + 2 * padding - kernel_size) // stride + 1
    out_w = (W + 2 * padding - kernel_size) // stride + 1
    col = columns.reshape(N, C, kernel_size, kernel_size, out_h, out_w)
    img = np.zeros((N, C, H + 2 * padding + stride - 1, W + 2 * padding + stride - 1))
    for y in range(kernel_size):
        y_max = y + stride * out_h
        for x in range(kernel_size):
            x_max = x + stride * out_w
            img[:, :, y:y_max:stride, x:x_max:stride] += col[:, :, y, x, :, :]
    return img[:, :, padding : H + padding, padding : W + padding]


@wrong("the stride is forgotten: the windows are put back one pixel apart", named="stride_ignored")
def stride_forgotten_windows_put_back(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    k = kernel_size
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    oh = (H + 2 * padding - k) // stride + 1
    ow = (W + 2 * padding - k) // stride + 1
    for r, col in enumerate(columns):
        n, rest = divmod(r, oh * ow)
        i, j = divmod(rest, ow)
        patch = col.reshape(C, k, k)
        for a in range(k):
            for b in range(k):
                out[n, :, i + a, j + b] += patch[:, a, b]
    return out[:, :, padding : padding + H, padding : padding + W]


@wrong(
    "two: overlaps are overwritten instead of added; the padding is cut off on the "
    "wrong side (shifted picture)",
    named=("border_taken_for_pixels", "overlaps_overwritten"),
)
def two_overlaps_overwritten_added(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    H2, W2 = H + 2 * padding, W + 2 * padding
    OH, OW = (H2 - kernel_size) // stride + 1, (W2 - kernel_size) // stride + 1
    patches = columns.reshape((N, OH, OW, C, kernel_size, kernel_size))
    dx = np.zeros((N, C, H2, W2))
    for i in range(OH):
        for j in range(OW):
            dx[
                :, :, i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size
            ] = patches[:, i, j]
    return dx[:, :, :H, :W]


@wrong("the columns are read in the order KH, KW, C instead of C, KH, KW", named="channels_last")
def columns_read_order_kh_kw_c_c_kh_kw(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    OH = (H + 2 * padding - kernel_size) // stride + 1
    OW = (W + 2 * padding - kernel_size) // stride + 1
    c = columns.reshape(N, OH, OW, kernel_size, kernel_size, C)
    dx = np.zeros((N, H + 2 * padding, W + 2 * padding, C))
    for i in range(OH):
        for j in range(OW):
            hs, ws = i * stride, j * stride
            dx[:, hs : hs + kernel_size, ws : ws + kernel_size, :] += c[:, i, j]
    dx = dx[:, padding : padding + H, padding : padding + W, :]
    return dx.transpose(0, 3, 1, 2)


@wrong(
    "two: the rows are read in the order OH, OW, N (convention); overlaps are "
    "overwritten instead of added",
    named=("overlaps_overwritten", "place_by_place"),
)
def two_rows_read_order_oh_ow_n(
    columns: Any, x_shape: Any, kernel_size: Any, stride: Any, padding: Any
) -> Any:
    N, C, H, W = x_shape
    k = kernel_size
    OH, OW = (H + 2 * padding - k) // stride + 1, (W + 2 * padding - k) // stride + 1
    blocks = columns.reshape(OH, OW, N, C, k, k)
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    for i in range(OH):
        for j in range(OW):
            out[:, :, i * stride : i * stride + k, j * stride : j * stride + k] = blocks[i, j]
    return out[:, :, padding : padding + H, padding : padding + W]
