"""Right hand-ins to the exercises on convolutions, in many styles: none is refused."""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from scipy import signal

from minicnn.coursework import check
from minicnn.typing import Array, Shape

RIGHT: list[tuple[str, Callable[..., Any]]] = []


def right(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a hand-in into the list, for the exercise of this name."""

    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        RIGHT.append((name, function))
        return function

    return keep


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_ones_pass(name: str, function: Callable[..., Any]) -> None:
    report = check(name, function)
    assert report.passed, str(report)
    assert report.mistake is None


def test_each_exercise_has_four_styles() -> None:
    names = [name for name, _ in RIGHT]
    assert {name: names.count(name) >= 4 for name in names} == dict.fromkeys(
        [
            "output_size",
            "receptive_field",
            "im2col",
            "col2im",
            "conv2d_forward",
            "conv2d_backward",
            "conv_transpose2d_forward",
        ],
        True,
    )


# -- sizes -----------------------------------------------------------------------------------------


@right("output_size")
def counted(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    places, first = 0, -padding
    while first + dilation * (kernel_size - 1) < size + padding:
        places += 1
        first += stride
    return places


@right("output_size")
def floor_of_float(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    gaps = (kernel_size - 1) * (dilation - 1)
    return math.floor((size - kernel_size - gaps + 2 * padding) / stride + 1)


@right("output_size")
def numpy_floor(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> Any:
    return np.floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@right("output_size")
def length_of_a_range(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    span = dilation * (kernel_size - 1) + 1
    return len(range(0, size + 2 * padding - span + 1, stride))


@right("output_size")
def one_inside(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1 + stride) // stride


@right("output_size")
def shape_of_windows(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> Any:
    line = np.pad(np.zeros(size), padding)
    windows = sliding_window_view(line, (kernel_size - 1) * dilation + 1)[::stride, ::dilation]
    return np.int64(windows.shape[0])


@right("receptive_field")
def from_the_last_layer(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Any:
    field = 1
    for size, stride in zip(kernel_sizes[::-1], strides[::-1], strict=True):
        field = (field - 1) * stride + size
    return field


@right("receptive_field")
def by_recursion(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Any:
    if len(kernel_sizes) == 0:
        return 1
    return (by_recursion(kernel_sizes[1:], strides[1:]) - 1) * strides[0] + kernel_sizes[0]


@right("receptive_field")
def with_cumprod(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Any:
    steps = np.concatenate([[1], np.cumprod(strides)[:-1]])
    return 1 + np.sum((np.array(kernel_sizes) - 1) * steps)


@right("receptive_field")
def in_one_sum(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Any:
    return kernel_sizes[0] + sum(
        (kernel_sizes[i] - 1) * math.prod(strides[:i]) for i in range(1, len(strides))
    )


@right("receptive_field")
def pixels_collected(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    seen = {0}
    for size, stride in reversed(list(zip(kernel_sizes, strides, strict=True))):
        seen = {place * stride + k for place in seen for k in range(size)}
    return max(seen) - min(seen) + 1


# -- columns ---------------------------------------------------------------------------------------


def sizes(shape: Shape, KH: int, KW: int, stride: int, padding: int) -> tuple[int, int]:
    H, W = shape[-2:]
    return (H + 2 * padding - KH) // stride + 1, (W + 2 * padding - KW) // stride + 1


def bordered(x: Array, padding: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


@right("im2col")
def number_by_number(x: Array, kernel_size: int, stride: int, padding: int) -> list[list[float]]:
    N, C, H, W = x.shape
    OH, OW = sizes(x.shape, kernel_size, kernel_size, stride, padding)
    rows = []
    for n, i, j in itertools.product(range(N), range(OH), range(OW)):
        row = []
        for c, kh, kw in itertools.product(range(C), range(kernel_size), range(kernel_size)):
            h, v = i * stride + kh - padding, j * stride + kw - padding
            row.append(float(x[n, c, h, v]) if 0 <= h < H and 0 <= v < W else 0.0)
        rows.append(row)
    return rows


@right("im2col")
def with_sliding_windows(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    windows = sliding_window_view(bordered(x, padding), (kernel_size, kernel_size), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * kernel_size**2)


@right("im2col")
def pixel_of_the_window_by_pixel(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    N, C = x.shape[:2]
    K = kernel_size
    OH, OW = sizes(x.shape, K, K, stride, padding)
    padded = bordered(x, padding).astype(np.float32)
    columns = np.empty((N, C, K, K, OH, OW), dtype=np.float32)
    for kh in range(K):
        for kw in range(K):
            rows = slice(kh, kh + stride * OH, stride)
            columns[:, :, kh, kw] = padded[:, :, rows, kw : kw + stride * OW : stride]
    return columns.transpose(0, 4, 5, 1, 2, 3).reshape(N * OH * OW, -1)


@right("im2col")
def with_strides(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    N, C = x.shape[:2]
    OH, OW = sizes(x.shape, kernel_size, kernel_size, stride, padding)
    padded = bordered(x, padding)
    n, c, h, w = padded.strides
    windows = as_strided(
        padded,
        (N, OH, OW, C, kernel_size, kernel_size),
        (n, h * stride, w * stride, c, h, w),
    )
    return windows.reshape(N * OH * OW, -1)


@right("im2col")
def with_indices(x: Array, kernel_size: int, stride: int, padding: int) -> Array:
    c, i, j = indices(x.shape, kernel_size, stride, padding)  # (C*K*K, OH*OW)
    columns = bordered(x, padding)[:, c, i, j]  # (N, C*K*K, OH*OW)
    return columns.transpose(0, 2, 1).reshape(-1, len(i))


def indices(shape: Shape, K: int, stride: int, padding: int) -> tuple[Any, Any, Any]:
    C = shape[1]
    OH, OW = sizes(shape, K, K, stride, padding)
    within = np.tile(np.repeat(np.arange(K), K), C)
    i = within[:, None] + stride * np.repeat(np.arange(OH), OW)
    j = np.tile(np.arange(K), K * C)[:, None] + stride * np.tile(np.arange(OW), OH)
    return np.repeat(np.arange(C), K * K)[:, None], i, j


@right("col2im")
def number_by_number_back(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, C, H, W = x_shape
    K = kernel_size
    OH, OW = sizes(x_shape, K, K, stride, padding)
    x = np.zeros(x_shape)
    for n, i, j in itertools.product(range(N), range(OH), range(OW)):
        row = columns[(n * OH + i) * OW + j]
        for c, kh, kw in itertools.product(range(C), range(K), range(K)):
            h, v = i * stride + kh - padding, j * stride + kw - padding
            if 0 <= h < H and 0 <= v < W:
                x[n, c, h, v] += row[(c * K + kh) * K + kw]
    return x


@right("col2im")
def pixel_of_the_window_by_pixel_back(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, C, H, W = x_shape
    K, P = kernel_size, padding
    OH, OW = sizes(x_shape, K, K, stride, padding)
    parts = columns.astype(np.float32).reshape(N, OH, OW, C, K, K).transpose(0, 3, 4, 5, 1, 2)
    # larger than needed, so that every window fits
    x = np.zeros((N, C, H + 2 * P + stride - 1, W + 2 * P + stride - 1), dtype=np.float32)
    for kh in range(K):
        for kw in range(K):
            rows = slice(kh, kh + stride * OH, stride)
            x[:, :, rows, kw : kw + stride * OW : stride] += parts[:, :, kh, kw]
    return x[:, :, P : H + P, P : W + P]


@right("col2im")
def with_add_at(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, C, H, W = x_shape
    c, i, j = indices(x_shape, kernel_size, stride, padding)
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    numbers = columns.reshape(N, -1, columns.shape[1]).transpose(0, 2, 1)  # (N, C*K*K, OH*OW)
    everywhere: Any = (slice(None), c, i, j)
    np.add.at(padded, everywhere, numbers)
    return padded if padding == 0 else padded[:, :, padding:-padding, padding:-padding]


@right("col2im")
def with_bincount(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Any:
    N, C, H, W = x_shape
    padded = (N, C, H + 2 * padding, W + 2 * padding)
    numbers = np.arange(math.prod(padded), dtype=float).reshape(padded)
    where = with_sliding_windows(numbers, kernel_size, stride, 0).astype(int)
    sums = np.bincount(where.ravel(), columns.ravel(), minlength=math.prod(padded))
    return sums.reshape(padded)[:, :, padding : padding + H, padding : padding + W]


@right("col2im")
def sample_by_sample(
    columns: Array, x_shape: Shape, kernel_size: int, stride: int, padding: int
) -> Array:
    N, C, H, W = x_shape
    OH, OW = sizes(x_shape, kernel_size, kernel_size, stride, padding)
    pictures = []
    rows = iter(columns)
    for _ in range(N):
        picture = np.zeros((C, H + 2 * padding, W + 2 * padding))
        for i in range(0, OH * stride, stride):
            for j in range(0, OW * stride, stride):
                window = next(rows).reshape(C, kernel_size, kernel_size)
                picture[:, i : i + kernel_size, j : j + kernel_size] += window
        pictures.append(picture[:, padding : H + padding, padding : W + padding])
    return np.stack(pictures)


# -- the convolution -------------------------------------------------------------------------------


@right("conv2d_forward")
def four_loops(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    N, F = len(x), len(w)
    KH, KW = w.shape[2:]
    OH, OW = sizes(x.shape, KH, KW, stride, padding)
    padded = bordered(x, padding)
    y = np.zeros((N, F, OH, OW), dtype=np.float32)
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    window = padded[n, :, top : top + KH, left : left + KW]
                    y[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return y


@right("conv2d_forward")
def pure_python(x: Array, w: Array, b: Array, stride: int, padding: int) -> list[Any]:
    KH, KW = w.shape[2:]
    OH, OW = sizes(x.shape, KH, KW, stride, padding)
    pictures, kernels, biases = bordered(x, padding).tolist(), w.tolist(), b.tolist()

    def score(picture: Any, kernel: Any, top: int, left: int) -> Any:
        return sum(
            number * pixel
            for channel, part in zip(picture, kernel, strict=True)
            for row, numbers in zip(channel[top : top + KH], part, strict=True)
            for pixel, number in zip(row[left : left + KW], numbers, strict=True)
        )

    return [
        [
            [
                [score(picture, kernel, i * stride, j * stride) + bias for j in range(OW)]
                for i in range(OH)
            ]
            for kernel, bias in zip(kernels, biases, strict=True)
        ]
        for picture in pictures
    ]


def windows_of(x: Array, w: Array, stride: int, padding: int) -> Array:
    windows = sliding_window_view(bordered(x, padding), w.shape[2:], axis=(2, 3))
    return windows[:, :, ::stride, ::stride]  # (N, C, OH, OW, KH, KW)


@right("conv2d_forward")
def with_einsum(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    windows = windows_of(x, w, stride, padding)
    y = np.einsum("ncijkl,fckl->nfij", windows, w)
    return y + b.reshape(1, -1, 1, 1)


@right("conv2d_forward")
def with_tensordot(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    windows = windows_of(x, w, stride, padding)
    return np.moveaxis(np.tensordot(windows, w, ((1, 4, 5), (1, 2, 3))) + b, 3, 1)


@right("conv2d_forward")
def with_columns_place_by_place(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    windows = windows_of(x, w, stride, padding)
    N, _, OH, OW, _, _ = windows.shape
    columns = windows.transpose(1, 4, 5, 2, 3, 0).reshape(w[0].size, -1)
    y = w.reshape(len(w), -1) @ columns + b.reshape(-1, 1)
    return y.reshape(len(w), OH, OW, N).transpose(3, 0, 1, 2)


@right("conv2d_forward")
def with_scipy(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    padded = bordered(x, padding)
    y = [
        [
            sum(signal.correlate2d(p, k, "valid") for p, k in zip(picture, kernel, strict=True))
            for kernel in w
        ]
        for picture in padded
    ]
    return np.array(y)[:, :, ::stride, ::stride] + b[None, :, None, None]


@right("conv2d_forward")
def number_of_the_kernel_by_number(
    x: Array, w: Array, b: Array, stride: int, padding: int
) -> Array:
    KH, KW = w.shape[2:]
    OH, OW = sizes(x.shape, KH, KW, stride, padding)
    padded = bordered(x, padding)
    y = np.zeros((len(x), len(w), OH, OW)) + b[:, None, None]
    for kh, kw in np.ndindex(KH, KW):
        rows = slice(kh, kh + (OH - 1) * stride + 1, stride)
        part = padded[:, :, rows, kw : kw + (OW - 1) * stride + 1 : stride]
        y += np.einsum("nchw,fc->nfhw", part, w[:, :, kh, kw])
    return y


# -- its gradients ---------------------------------------------------------------------------------


@right("conv2d_backward")
def loops(dy: Array, x: Array, w: Array, stride: int, padding: int) -> tuple[Array, ...]:
    N, F, OH, OW = dy.shape
    KH, KW = w.shape[2:]
    padded = bordered(x, padding)
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(F)
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                top, left = i * stride, j * stride
                for f in range(F):
                    grad = dy[n, f, i, j]
                    dpadded[n, :, top : top + KH, left : left + KW] += w[f] * grad
                    dw[f] += padded[n, :, top : top + KH, left : left + KW] * grad
                    db[f] += grad
    if padding > 0:
        return dpadded[:, :, padding:-padding, padding:-padding], dw, db
    return dpadded, dw, db


@right("conv2d_backward")
def with_columns(dy: Array, x: Array, w: Array, stride: int, padding: int) -> tuple[Array, ...]:
    F, C, KH, KW = w.shape
    (H, W), (OH, OW) = x.shape[2:], dy.shape[2:]
    columns = windows_of(x, w, stride, padding).transpose(0, 2, 3, 1, 4, 5)
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, F)  # (N*OH*OW, F)
    dw = (rows.T @ columns.reshape(len(rows), -1)).reshape(w.shape)
    dcolumns = (rows @ w.reshape(F, -1)).reshape(-1, OH, OW, C, KH, KW)
    dpadded = np.zeros(bordered(x, padding).shape)
    for i in range(OH):
        for j in range(OW):
            top, left = i * stride, j * stride
            dpadded[:, :, top : top + KH, left : left + KW] += dcolumns[:, i, j]
    return dpadded[:, :, padding : padding + H, padding : padding + W], dw, rows.sum(axis=0)


@right("conv2d_backward")
def with_a_full_convolution(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> tuple[Array, ...]:
    (N, F), (H, W), (KH, KW) = dy.shape[:2], x.shape[2:], w.shape[2:]
    spread = np.zeros((N, F, H + 2 * padding - KH + 1, W + 2 * padding - KW + 1))
    spread[:, :, ::stride, ::stride] = dy
    over_x = sliding_window_view(bordered(x, padding), spread.shape[2:], axis=(2, 3))
    dw = np.einsum("nfij,ncklij->fckl", spread, over_x)
    above, left = KH - 1 - padding, KW - 1 - padding
    around = np.pad(spread, ((0, 0), (0, 0), (above, above), (left, left)))
    turned = np.rot90(w, 2, axes=(2, 3)).swapaxes(0, 1)
    dx = with_einsum(around, turned, np.zeros(x.shape[1]), 1, 0)
    return dx, dw, np.einsum("nfij->f", dy)


@right("conv2d_backward")
def einsum_and_transposed_windows(
    dy: Array, x: Array, w: Array, stride: int, padding: int
) -> list[Array]:
    (H, W), (KH, KW), (OH, OW) = x.shape[2:], w.shape[2:], dy.shape[2:]
    dw = np.einsum("nfij,ncijkl->fckl", dy, windows_of(x, w, stride, padding))
    dpadded = np.zeros(bordered(x, padding).shape, dtype=np.float32)
    for kh, kw in np.ndindex(KH, KW):
        rows = slice(kh, kh + (OH - 1) * stride + 1, stride)
        columns = slice(kw, kw + (OW - 1) * stride + 1, stride)
        dpadded[:, :, rows, columns] += np.einsum("nfij,fc->ncij", dy, w[:, :, kh, kw])
    dx = dpadded[:, :, padding : padding + H, padding : padding + W]
    return [dx, dw.astype(np.float32), dy.sum(0).sum(1).sum(1)]


@right("conv2d_backward")
def scipy_gradients(dy: Array, x: Array, w: Array, stride: int, padding: int) -> tuple[Array, ...]:
    (N, C, H, W), (F, _, KH, KW), P = x.shape, w.shape, padding
    padded = bordered(x, P)
    spread = np.zeros((N, F, H + 2 * P - KH + 1, W + 2 * P - KW + 1))
    spread[:, :, ::stride, ::stride] = dy
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for n, f, c in itertools.product(range(N), range(F), range(C)):
        full = signal.convolve2d(spread[n, f], w[f, c], mode="full")
        dx[n, c] += full[P : P + H, P : P + W]
        dw[f, c] += signal.correlate2d(padded[n, c], spread[n, f], mode="valid")
    return dx, dw, dy.reshape(N, F, -1).sum(axis=(0, 2))


# -- the transposed convolution --------------------------------------------------------------------


@right("conv_transpose2d_forward")
def stamps(x: Array, w: Array, b: Array, stride: int, padding: int) -> Array:
    (N, C, H, W), (_, F, KH, KW) = x.shape, w.shape
    y = np.zeros((N, F, (H - 1) * stride + KH, (W - 1) * stride + KW), dtype=np.float32)
    for n, c, i, j in itertools.product(range(N), range(C), range(H), range(W)):
        top, left = i * stride, j * stride
        y[n, :, top : top + KH, left : left + KW] += x[n, c, i, j] * w[c]
    if padding:
        y = y[:, :, padding:-padding, padding:-padding]
    return y + b[None, :, None, None]


@right("conv_transpose2d_forward")
def as_the_gradient(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    (H, W), (KH, KW) = x.shape[2:], w.shape[2:]
    OH, OW = (H - 1) * stride + KH - 2 * padding, (W - 1) * stride + KW - 2 * padding
    blank = np.zeros((len(x), w.shape[1], OH, OW))
    dx, _, _ = with_columns(x, blank, w, stride, padding)
    return dx + b.reshape(-1, 1, 1)


@right("conv_transpose2d_forward")
def zeros_between(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    (N, C, H, W), (KH, KW) = x.shape, w.shape[2:]
    spread = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = x
    above, left = KH - 1 - padding, KW - 1 - padding
    around = np.pad(spread, ((0, 0), (0, 0), (above, above), (left, left)))
    return with_einsum(around, np.flip(w, (2, 3)).transpose(1, 0, 2, 3), b, 1, 0)


@right("conv_transpose2d_forward")
def gathered(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    OH, OW = (H - 1) * stride + KH - 2 * padding, (W - 1) * stride + KW - 2 * padding
    y = np.zeros((N, F, OH, OW))
    for i, j, kh, kw in itertools.product(range(OH), range(OW), range(KH), range(KW)):
        (h, down), (v, across) = divmod(i + padding - kh, stride), divmod(j + padding - kw, stride)
        if down == across == 0 and 0 <= h < H and 0 <= v < W:
            y[:, :, i, j] += x[:, :, h, v] @ w[:, :, kh, kw]
    return y + b[:, np.newaxis, np.newaxis]


@right("conv_transpose2d_forward")
def number_by_number_stamped(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    (N, _, H, W), (_, F, KH, KW) = x.shape, w.shape
    full = np.zeros((N, F, H * stride + KH, W * stride + KW))  # larger than needed
    for kh, kw in np.ndindex(KH, KW):
        part = np.einsum("nchw,cf->nfhw", x, w[:, :, kh, kw])
        full[:, :, kh : kh + H * stride : stride, kw : kw + W * stride : stride] += part
    OH, OW = (H - 1) * stride + KH - 2 * padding, (W - 1) * stride + KW - 2 * padding
    return full[:, :, padding : padding + OH, padding : padding + OW] + b[:, None, None]


@right("conv_transpose2d_forward")
def scipy_full(x: Array, w: Array, b: Array, stride: int, padding: int) -> Any:
    (N, C, H, W), F = x.shape, w.shape[1]
    spread = np.zeros((N, C, (H - 1) * stride + 1, (W - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = x
    y = np.array(
        [
            [
                sum(signal.convolve2d(spread[n, c], w[c, f]) for c in range(C)) + b[f]
                for f in range(F)
            ]
            for n in range(N)
        ]
    )
    H, W = y.shape[2:]
    return y[:, :, padding : H - padding, padding : W - padding]
