"""The layers again, in plain loops straight from their definitions: slow, and easy to trust.

Each takes a built layer and x, and returns y and a function from dy to dx and {name: gradient}.
"""

import math
from collections.abc import Callable

import numpy as np

from minicnn import Conv2D, Dense, MaxPool
from minicnn.layers import Layer
from minicnn.typing import Array

Backward = Callable[[Array], tuple[Array, dict[str, Array]]]


def margins(padding: object, size: int, kernel: int, stride: int, axis: int) -> tuple[int, int]:
    """Rows (axis 0) or columns (axis 1) to add before and after."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        wanted = math.ceil(size / stride)
        total = 0
        while (size + total - kernel) // stride + 1 < wanted:
            total += 1
        return total // 2, total - total // 2
    assert isinstance(padding, tuple)
    return padding[axis], padding[axis]


def padded_input(layer: Conv2D | MaxPool, x: Array, value: float) -> tuple[Array, int, int]:
    """The input with its border, and how many rows and columns of border come first."""
    N, C, H, W = x.shape
    (KH, KW), (SH, SW) = layer.kernel_size, layer.stride
    above, below = margins(layer.padding, H, KH, SH, 0)
    left, right = margins(layer.padding, W, KW, SW, 1)
    padded = np.full((N, C, above + H + below, left + W + right), value, x.dtype)
    for row in range(H):
        for column in range(W):
            padded[:, :, above + row, left + column] = x[:, :, row, column]
    return padded, above, left


def zero_gradients(layer: Layer) -> dict[str, Array]:
    return {parameter.name: np.zeros(parameter.value.shape) for parameter in layer.parameters}


def conv2d(layer: Conv2D, x: Array) -> tuple[Array, Backward]:
    padded, above, left = padded_input(layer, x, 0.0)
    (KH, KW), (SH, SW) = layer.kernel_size, layer.stride
    w = layer.weight.value
    N, C, H, W = x.shape
    OH, OW = (padded.shape[2] - KH) // SH + 1, (padded.shape[3] - KW) // SW + 1
    y = np.zeros((N, len(w), OH, OW))
    for n, f, i, j in np.ndindex(y.shape):
        total = 0.0 if layer.bias is None else float(layer.bias.value[f])
        for c, kh, kw in np.ndindex(C, KH, KW):
            total += w[f, c, kh, kw] * padded[n, c, i * SH + kh, j * SW + kw]
        y[n, f, i, j] = total

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dpadded = np.zeros(padded.shape)
        gradients = zero_gradients(layer)
        dw, db = gradients["weight"], gradients.get("bias", np.zeros(len(w)))
        for n, f, i, j in np.ndindex(y.shape):
            db[f] += dy[n, f, i, j]
            for c, kh, kw in np.ndindex(C, KH, KW):
                dw[f, c, kh, kw] += dy[n, f, i, j] * padded[n, c, i * SH + kh, j * SW + kw]
                dpadded[n, c, i * SH + kh, j * SW + kw] += dy[n, f, i, j] * w[f, c, kh, kw]
        return dpadded[:, :, above : above + H, left : left + W], gradients

    return y, backward


def max_pool(layer: MaxPool, x: Array) -> tuple[Array, Backward]:
    padded, above, left = padded_input(layer, x, -math.inf)
    (KH, KW), (SH, SW) = layer.kernel_size, layer.stride
    N, C, H, W = x.shape
    OH, OW = (padded.shape[2] - KH) // SH + 1, (padded.shape[3] - KW) // SW + 1
    y = np.zeros((N, C, OH, OW))
    winners = {}
    for n, c, i, j in np.ndindex(y.shape):
        best = -math.inf
        for kh, kw in np.ndindex(KH, KW):
            value = padded[n, c, i * SH + kh, j * SW + kw]
            if value > best:
                best = value
                winners[n, c, i, j] = (n, c, i * SH + kh, j * SW + kw)
        y[n, c, i, j] = best

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dpadded = np.zeros(padded.shape)
        for place, winner in winners.items():
            dpadded[winner] += dy[place]
        return dpadded[:, :, above : above + H, left : left + W], {}

    return y, backward


def dense(layer: Dense, x: Array) -> tuple[Array, Backward]:
    w = layer.weight.value
    y = np.zeros((len(x), len(w)))
    for n, k in np.ndindex(y.shape):
        y[n, k] = 0.0 if layer.bias is None else layer.bias.value[k]
        for d in range(w.shape[1]):
            y[n, k] += w[k, d] * x[n, d]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        gradients = zero_gradients(layer)
        dw, db = gradients["weight"], gradients.get("bias", np.zeros(len(w)))
        for n, k in np.ndindex(y.shape):
            db[k] += dy[n, k]
            for d in range(w.shape[1]):
                dw[k, d] += dy[n, k] * x[n, d]
                dx[n, d] += dy[n, k] * w[k, d]
        return dx, gradients

    return y, backward


def relu(layer: Layer, x: Array) -> tuple[Array, Backward]:
    del layer
    y, slope = np.zeros(x.shape), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            y[index], slope[index] = x[index], 1.0
    return y, lambda dy: (slope * dy, {})


def flatten(layer: Layer, x: Array) -> tuple[Array, Backward]:
    del layer
    y = np.array([list(sample.flat) for sample in x])

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for n, sample in enumerate(dx):
            for place, index in enumerate(np.ndindex(sample.shape)):
                sample[index] = dy[n, place]
        return dx, {}

    return y, backward


def softmax(layer: Layer, x: Array) -> tuple[Array, Backward]:
    """Over axis 1, with the whole Jacobian written out."""
    del layer
    y = np.zeros(x.shape)
    classes = x.shape[1]
    places = [(n, *rest) for n in range(len(x)) for rest in np.ndindex(x.shape[2:])]
    for n, *rest in places:
        exponentials = [math.exp(x[(n, k, *rest)]) for k in range(classes)]
        for k in range(classes):
            y[(n, k, *rest)] = exponentials[k] / sum(exponentials)

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for n, *rest in places:
            for k, j in np.ndindex(classes, classes):
                slope = y[(n, j, *rest)] * ((j == k) - y[(n, k, *rest)])
                dx[(n, k, *rest)] += dy[(n, j, *rest)] * slope
        return dx, {}

    return y, backward
