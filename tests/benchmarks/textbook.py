"""The textbook's way to the same training step, for comparison: NCHW arrays in their usual order.

The columns are gathered place by place of the kernel, the batch stays the outermost axis, so that
the columns and the products have to be transposed on their way in and out, and pooling goes through
columns too. It is how most courses and books write it; it is right, and its copies move short runs.
"""

import math
from typing import Any

import numpy as np

from minicnn.typing import Array, Labels


def im2col(x: Array, size: int, stride: int, border: int) -> Array:
    """(N, C, H, W) to one row of C*size*size numbers for each of N*OH*OW windows."""
    N, C, H, W = x.shape
    OH, OW = (H + 2 * border - size) // stride + 1, (W + 2 * border - size) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
    columns = np.zeros((N, C, size, size, OH, OW), x.dtype)
    for i in range(size):
        for j in range(size):
            rows, cols = slice(i, i + stride * OH, stride), slice(j, j + stride * OW, stride)
            columns[:, :, i, j] = padded[:, :, rows, cols]
    return columns.transpose(0, 4, 5, 1, 2, 3).reshape(N * OH * OW, -1)


def col2im(columns: Array, shape: tuple[int, ...], size: int, stride: int, border: int) -> Array:
    """Add the rows back to where `im2col` took them from."""
    N, C, H, W = shape
    OH, OW = (H + 2 * border - size) // stride + 1, (W + 2 * border - size) // stride + 1
    windows = columns.reshape(N, OH, OW, C, size, size).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((N, C, H + 2 * border, W + 2 * border), columns.dtype)
    for i in range(size):
        for j in range(size):
            rows, cols = slice(i, i + stride * OH, stride), slice(j, j + stride * OW, stride)
            padded[:, :, rows, cols] += windows[:, :, i, j]
    return padded[:, :, border : border + H, border : border + W]


class Linear:
    """y = x w + b, for rows of x."""

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator) -> None:
        drawn = rng.normal(0, math.sqrt(2 / inputs), (inputs, outputs))
        self.parameters = [drawn.astype(np.float32), np.zeros(outputs, np.float32)]

    def forward(self, x: Array) -> Array:
        self.x = x
        y: Array = x @ self.parameters[0] + self.parameters[1]
        return y

    def backward(self, dy: Array) -> Array:
        self.gradients = [self.x.T @ dy, dy.sum(axis=0)]
        return dy @ self.parameters[0].T


class Convolution(Linear):
    """Stride 1, "same" padding, odd kernels: a linear layer on rows of windows."""

    def __init__(self, channels: int, filters: int, size: int, rng: np.random.Generator) -> None:
        super().__init__(channels * size * size, filters, rng)
        self.size = size

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        N, _, H, W = x.shape
        y = super().forward(im2col(x, self.size, 1, self.size // 2))
        return y.reshape(N, H, W, -1).transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        rows = dy.transpose(0, 2, 3, 1).reshape(-1, dy.shape[1])
        return col2im(super().backward(rows), self.shape, self.size, 1, self.size // 2)


class Pooling:
    """The largest of each 2 x 2 window."""

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        N, C, H, W = x.shape
        windows = im2col(x, 2, 2, 0).reshape(-1, 4)  # (N*OH*OW*C, 4)
        self.winner = windows.argmax(axis=1)
        y: Array = windows.max(axis=1)
        return y.reshape(N, H // 2, W // 2, C).transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        windows = np.zeros((dy.size, 4), dy.dtype)
        windows[np.arange(dy.size), self.winner] = dy.transpose(0, 2, 3, 1).ravel()
        return col2im(windows, self.shape, 2, 2, 0)


class ReLU:
    """Zero where x is not positive."""

    def forward(self, x: Array) -> Array:
        self.off = x <= 0
        y = x.copy()
        y[self.off] = 0
        return y

    def backward(self, dy: Array) -> Array:
        dy[self.off] = 0
        return dy


class Flat:
    """Maps to rows."""

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, dy: Array) -> Array:
        return dy.reshape(self.shape)


class Textbook:
    """conv - ReLU - pool - conv - ReLU - pool - dense - ReLU - dense, on 28 x 28 pixels."""

    def __init__(self, first: int, second: int, kernel: int, hidden: int) -> None:
        rng = np.random.default_rng(0)
        self.layers: list[Any] = [
            Convolution(1, first, kernel, rng),
            ReLU(),
            Pooling(),
            Convolution(first, second, kernel, rng),
            ReLU(),
            Pooling(),
            Flat(),
            Linear(second * 49, hidden, rng),
            ReLU(),
            Linear(hidden, 10, rng),
        ]
        self.learning = [layer for layer in self.layers if isinstance(layer, Linear)]
        self.velocities = [
            [np.zeros_like(parameter) for parameter in layer.parameters] for layer in self.learning
        ]

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_step(self, images: Array, labels: Labels) -> float:
        """Take one step of SGD with momentum, and return the loss."""
        x, samples = self.forward(images), np.arange(len(labels))
        exponentials = np.exp(x - x.max(axis=1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        loss = -float(np.log(probabilities[samples, labels]).mean())
        probabilities[samples, labels] -= 1
        dy = probabilities / np.float32(len(labels))
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        for layer, velocity in zip(self.learning, self.velocities, strict=True):
            moves = zip(layer.parameters, velocity, layer.gradients, strict=True)
            for parameter, v, gradient in moves:
                v *= 0.9
                v += gradient
                parameter -= 0.01 * v
        return loss
