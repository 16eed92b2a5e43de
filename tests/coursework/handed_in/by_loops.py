"""Right functions as loops over every index, such as a student may hand in."""

from typing import Any

import numpy as np


def conv2d_forward(x: Any, w: Any, b: Any, stride: int, padding: int) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    y = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    total = b[f]
                    for c in range(C):
                        for kh in range(KH):
                            for kw in range(KW):
                                pixel = x[n, c, i * stride + kh, j * stride + kw]
                                total = total + w[f, c, kh, kw] * pixel
                    y[n, f, i, j] = total
    return y


def conv2d_backward(dy: Any, x: Any, w: Any, stride: int, padding: int) -> Any:
    N, C, H, W = x.shape
    F, _, KH, KW = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    d = dy[n, f, i, j]
                    db[f] += d
                    for c in range(C):
                        for kh in range(KH):
                            for kw in range(KW):
                                h, v = i * stride + kh, j * stride + kw
                                dw[f, c, kh, kw] += d * x[n, c, h, v]
                                dx[n, c, h, v] += d * w[f, c, kh, kw]
    return dx[:, :, padding : padding + H, padding : padding + W], dw, db


def maxpool_forward(x: Any, size: int, stride: int) -> Any:
    N, C, H, W = x.shape
    y = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1))
    for n, c, i, j in np.ndindex(y.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        y[n, c, i, j] = window.max()
    return y


def maxpool_backward(dy: Any, x: Any, size: int, stride: int) -> Any:
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dy.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        kh, kw = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, i * stride + kh, j * stride + kw] += dy[n, c, i, j]
    return dx


def relu_backward(dy: Any, x: Any) -> Any:
    dx = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            dx[index] = dy[index]
    return dx


def dense_forward(x: Any, w: Any, b: Any) -> Any:
    y = np.zeros((len(x), len(w)))
    for n in range(len(x)):
        for k in range(len(w)):
            y[n, k] = b[k]
            for d in range(x.shape[1]):
                y[n, k] += w[k, d] * x[n, d]
    return y


def dense_backward(dy: Any, x: Any, w: Any) -> Any:
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(len(w))
    for n in range(len(x)):
        for k in range(len(w)):
            db[k] += dy[n, k]
            for d in range(x.shape[1]):
                dw[k, d] += dy[n, k] * x[n, d]
                dx[n, d] += dy[n, k] * w[k, d]
    return dx, dw, db


def softmax(scores: Any) -> Any:
    y = np.zeros(scores.shape)
    for n, row in enumerate(scores):
        powers = [np.exp(score - max(row)) for score in row]
        y[n] = [power / sum(powers) for power in powers]
    return y


def cross_entropy(scores: Any, labels: Any) -> float:
    probabilities = softmax(scores)
    return float(
        -sum(np.log(p[k]) for p, k in zip(probabilities, labels, strict=True)) / len(labels)
    )


def cross_entropy_gradient(scores: Any, labels: Any) -> Any:
    d = softmax(scores)
    for n, label in enumerate(labels):
        d[n, label] -= 1
    return d / len(labels)


def sgd_step(w: Any, dw: Any, velocity: Any, learning_rate: float, momentum: float) -> Any:
    velocity = momentum * velocity + dw
    return w - learning_rate * velocity, velocity


def he_normal(shape: Any, rng: Any) -> Any:
    fan_in = 1
    for size in shape[1:]:
        fan_in *= size
    return rng.normal(size=shape) * (2 / fan_in) ** 0.5
