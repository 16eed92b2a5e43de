"""Oracles for every layer with a sliding window: see `oracles`."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from oracles import Backward, zero_gradients

from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.pooling import AveragePooling, MaxPooling
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.layers.upsample import Upsampling
from minicnn.typing import Array, Sizes


def margins(layer: SlidingWindow, sizes: Sizes) -> list[tuple[int, int]]:
    """Rows (columns, ...) of border before and after each axis of a picture of these sizes."""
    if layer.padding == "valid":
        return [(0, 0)] * len(sizes)
    if layer.padding != "same":
        return list(layer.padding)
    result = []
    for size, kernel, stride, gap in zip(
        sizes, layer.kernel_size, layer.stride, layer.dilation, strict=True
    ):
        total = 0
        while len(range(0, size + total - gap * (kernel - 1), stride)) < math.ceil(size / stride):
            total += 1
        result.append((total // 2, total - total // 2))
    return result


def source(place: int, size: int, mode: str) -> int | None:
    """The pixel of which a place along an axis, maybe outside the picture, holds a copy."""
    if mode == "zeros":
        return place if 0 <= place < size else None
    while not 0 <= place < size:
        if mode == "circular":
            place += size if place < 0 else -size
        elif mode == "replicate":
            place += 1 if place < 0 else -1
        else:
            place = -place if place < 0 else 2 * (size - 1) - place
    return place


def window_places(layer: SlidingWindow, sizes: Sizes) -> list[int]:
    """OH and OW: in how many places the whole window lies on the picture and its border."""
    return [
        len(range(0, size + before + after - gap * (kernel - 1), stride))
        for size, (before, after), kernel, stride, gap in zip(
            sizes,
            margins(layer, sizes),
            layer.kernel_size,
            layer.stride,
            layer.dilation,
            strict=True,
        )
    ]


def pixels(layer: SlidingWindow, sizes: Sizes, place: Sizes, mode: str) -> dict[Sizes, Sizes]:
    """For one place of the window, the pixel that each of its entries meets, if it meets any."""
    met = {}
    for entry in np.ndindex(*layer.kernel_size):
        where = [
            source(i * stride + k * gap - before, size, mode)
            for i, stride, k, gap, (before, _), size in zip(
                place,
                layer.stride,
                entry,
                layer.dilation,
                margins(layer, sizes),
                sizes,
                strict=True,
            )
        ]
        if None not in where:
            met[entry] = tuple(i for i in where if i is not None)
    return met


def convolution(  # noqa: C901 - the loops are the point
    layer: Any, x: Array
) -> tuple[Array, Backward]:
    """Of signals, pictures or volumes; dense, in groups or channel by channel."""
    w, sizes, (N, C) = layer.weight.value, x.shape[2:], x.shape[:2]
    F, depth = w.shape[:2]
    groups = C // depth
    y = np.zeros((N, F, *window_places(layer, sizes)))
    met = {
        place: pixels(layer, sizes, place, layer.padding_mode) for place in np.ndindex(*y.shape[2:])
    }

    def products() -> Iterator[tuple[Sizes, Sizes, Sizes]]:
        """An entry of y, and the weight and the pixel whose product is added to it."""
        for n, f, *place in np.ndindex(y.shape):
            for entry, pixel in met[tuple(place)].items():
                for c in range(depth):
                    channel = (f // (F // groups)) * depth + c
                    yield (n, f, *place), (f, c, *entry), (n, channel, *pixel)

    for out, weight, pixel in products():
        y[out] += w[weight] * x[pixel]
    for f in range(F):
        y[:, f] += 0.0 if layer.bias is None else layer.bias.value[f]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx, gradients = np.zeros(x.shape), zero_gradients(layer)
        dw = next(iter(gradients.values()))
        for out, weight, pixel in products():
            dw[weight] += dy[out] * x[pixel]
            dx[pixel] += dy[out] * w[weight]
        for name, gradient in gradients.items():
            if name.endswith("bias"):
                for out in np.ndindex(y.shape):
                    gradient[out[1]] += dy[out]
        return dx, gradients

    return y, backward


def conv_transpose(  # noqa: C901 - the loops are the point
    layer: TransposedConvolution, x: Array
) -> tuple[Array, Backward]:
    """Every input pixel stamps its kernels onto the output."""
    w, (N, C) = layer.weight.value, x.shape[:2]
    width = w.shape[1]  # filters in a group
    F, per_group = width * layer.groups, C // layer.groups
    axes = range(x.ndim - 2)
    if layer.padding == "same":
        sizes = [x.shape[2 + a] * layer.stride[a] for a in axes]
        border = margins(layer, tuple(sizes))
    else:
        border = margins(layer, x.shape[2:])
        sizes = [
            (x.shape[2 + a] - 1) * layer.stride[a]
            + layer.dilation[a] * (layer.kernel_size[a] - 1)
            + 1
            + layer.output_padding[a]
            - sum(border[a])
            for a in axes
        ]
    y = np.zeros((N, F, *sizes))

    def stamps() -> Iterator[tuple[Sizes, Sizes, Sizes]]:
        for n, c, *place in np.ndindex(x.shape):
            for f, *entry in np.ndindex(width, *layer.kernel_size):
                where = [
                    place[a] * layer.stride[a] + entry[a] * layer.dilation[a] - border[a][0]
                    for a in axes
                ]
                if all(0 <= where[a] < sizes[a] for a in axes):
                    filter_ = c // per_group * width + f
                    yield (n, filter_, *where), (c, f, *entry), (n, c, *place)

    for out, weight, pixel in stamps():
        y[out] += w[weight] * x[pixel]
    for f in range(F):
        y[:, f] += 0.0 if layer.bias is None else layer.bias.value[f]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx, gradients = np.zeros(x.shape), zero_gradients(layer)
        for out, weight, pixel in stamps():
            gradients["weight"][weight] += dy[out] * x[pixel]
            dx[pixel] += dy[out] * w[weight]
        for out in np.ndindex(y.shape):
            gradients.get("bias", np.zeros(F))[out[1]] += dy[out]
        return dx, gradients

    return y, backward


def two_steps(layer: Any, x: Array) -> tuple[Array, Backward]:
    """A convolution in two steps: each of them by the loops above."""
    first, second = layer.layers
    z, first_backward = convolution(first, x)
    y, second_backward = convolution(second, z)

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dz, second_gradients = second_backward(dy)
        dx, first_gradients = first_backward(dz)
        steps = zip(layer.names, (first_gradients, second_gradients), strict=True)
        return dx, {
            f"{step}.{name}": gradient
            for step, gradients in steps
            for name, gradient in gradients.items()
        }

    return y, backward


def max_pool(layer: MaxPooling, x: Array) -> tuple[Array, Backward]:
    y = np.zeros((*x.shape[:2], *window_places(layer, x.shape[2:])))
    winners = {}
    for n, c, *place in np.ndindex(y.shape):
        best = -math.inf
        for pixel in pixels(layer, x.shape[2:], tuple(place), "zeros").values():
            if x[(n, c, *pixel)] > best:
                best = x[(n, c, *pixel)]
                winners[n, c, *place] = (n, c, *pixel)
        y[(n, c, *place)] = best

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for place, winner in winners.items():
            dx[winner] += dy[place]
        return dx, {}

    return y, backward


def average_pool(layer: AveragePooling, x: Array) -> tuple[Array, Backward]:
    y, members = np.zeros((*x.shape[:2], *window_places(layer, x.shape[2:]))), {}
    for n, c, *place in np.ndindex(y.shape):
        seen = list(pixels(layer, x.shape[2:], tuple(place), "zeros").values())
        count = math.prod(layer.size) if layer.count_padding else len(seen)
        members[n, c, *place] = seen, count
        for pixel in seen:
            y[(n, c, *place)] += x[(n, c, *pixel)] / count

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for (n, c, *place), (seen, count) in members.items():
            for pixel in seen:
                dx[(n, c, *pixel)] += dy[(n, c, *place)] / count
        return dx, {}

    return y, backward


def upsample(layer: Upsampling, x: Array) -> tuple[Array, Backward]:
    def ingredients(place: int, factor: int, size: int) -> list[tuple[int, float]]:
        """The pixels along an axis that an output pixel is made of, and their weights."""
        if layer.mode == "nearest":
            return [(place // factor, 1.0)]
        centre = min(max((place + 0.5) / factor - 0.5, 0.0), size - 1.0)
        before = math.floor(centre)
        after = min(before + 1, size - 1)
        return [(before, 1.0 - (centre - before)), (after, centre - before)]

    (N, C, *sizes), axes = x.shape, range(x.ndim - 2)
    y = np.zeros((N, C, *(layer.factor[a] * sizes[a] for a in axes)))

    def copies() -> Iterator[tuple[Sizes, Sizes, float]]:
        for n, c, *place in np.ndindex(y.shape):
            along = [ingredients(place[a], layer.factor[a], sizes[a]) for a in axes]
            for chosen in itertools.product(*along):
                pixel, weights = zip(*chosen, strict=True)
                yield (n, c, *place), (n, c, *pixel), math.prod(weights)

    for out, pixel, weight in copies():
        y[out] += weight * x[pixel]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for out, pixel, weight in copies():
            dx[pixel] += weight * dy[out]
        return dx, {}

    return y, backward
