"""Right functions as columns and products, such as a student may hand in."""

from typing import Any

import numpy as np


def im2col(x: Any, kernel_size: int, stride: int, padding: int) -> Any:
    return _columns(x, kernel_size, kernel_size, stride, padding)


def col2im(columns: Any, x_shape: Any, kernel_size: int, stride: int, padding: int) -> Any:
    return _back(columns, x_shape, kernel_size, kernel_size, stride, padding)


def conv2d_forward(x: Any, w: Any, b: Any, stride: int, padding: int) -> Any:
    N, _, H, W = x.shape
    F, _, KH, KW = w.shape
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    y = _columns(x, KH, KW, stride, padding) @ w.reshape(F, -1).T + b
    return y.reshape(N, OH, OW, F).transpose(0, 3, 1, 2)


def conv2d_backward(dy: Any, x: Any, w: Any, stride: int, padding: int) -> Any:
    F, _, KH, KW = w.shape
    rows = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (rows.T @ _columns(x, KH, KW, stride, padding)).reshape(w.shape)
    dx = _back(rows @ w.reshape(F, -1), x.shape, KH, KW, stride, padding)
    return dx, dw, rows.sum(axis=0)


def _columns(x: Any, KH: int, KW: int, stride: int, padding: int) -> Any:
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (KH, KW), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    return windows.reshape(-1, x.shape[1] * KH * KW)


def _back(columns: Any, x_shape: Any, KH: int, KW: int, stride: int, padding: int) -> Any:
    N, C, H, W = x_shape
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (W + 2 * padding - KW) // stride + 1
    taps = columns.reshape(N, OH, OW, C, KH, KW).transpose(0, 3, 4, 5, 1, 2)
    x = np.zeros((N, C, H + 2 * padding, W + 2 * padding), columns.dtype)
    for kh in range(KH):
        for kw in range(KW):
            places = slice(kh, kh + OH * stride, stride), slice(kw, kw + OW * stride, stride)
            x[:, :, *places] += taps[:, :, kh, kw]
    return x[:, :, padding : padding + H, padding : padding + W]


def _windows(x: Any, size: int, stride: int) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return windows.reshape(*windows.shape[:4], -1)


def maxpool_forward(x: Any, size: int, stride: int) -> Any:
    return _windows(x, size, stride).max(axis=-1)


def maxpool_backward(dy: Any, x: Any, size: int, stride: int) -> Any:
    winners = _windows(x, size, stride).argmax(axis=-1)
    n, c, i, j = np.indices(dy.shape)
    dx = np.zeros_like(x)
    np.add.at(dx, (n, c, i * stride + winners // size, j * stride + winners % size), dy)
    return dx


def relu_backward(dy: Any, x: Any) -> Any:
    return dy * (x > 0)


def dense_forward(x: Any, w: Any, b: Any) -> Any:
    return x @ w.T + b


def dense_backward(dy: Any, x: Any, w: Any) -> Any:
    return dy @ w, dy.T @ x, dy.sum(axis=0)


def softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def cross_entropy(scores: Any, labels: Any) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(labels)), labels].mean())


def cross_entropy_gradient(scores: Any, labels: Any) -> Any:
    d = softmax(scores)
    d[np.arange(len(labels)), labels] -= 1
    return d / len(labels)


def adam_step(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Any:
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - learning_rate * step, m, v


def he_normal(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


def batchnorm_forward(x: Any, gamma: Any, beta: Any, epsilon: float) -> Any:
    axes = (0, *range(2, x.ndim))
    each = (1, -1, *(1,) * (x.ndim - 2))
    x_hat = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)
    return gamma.reshape(each) * x_hat + beta.reshape(each)


def batchnorm_backward(dy: Any, x: Any, gamma: Any, epsilon: float) -> Any:
    axes = (0, *range(2, x.ndim))
    each = (1, -1, *(1,) * (x.ndim - 2))
    deviation = np.sqrt(x.var(axes, keepdims=True) + epsilon)
    x_hat = (x - x.mean(axes, keepdims=True)) / deviation
    dgamma, dbeta = (dy * x_hat).sum(axes), dy.sum(axes)
    mean_along = (dy * x_hat).mean(axes, keepdims=True)
    dx = gamma.reshape(each) / deviation * (dy - dy.mean(axes, keepdims=True) - x_hat * mean_along)
    return dx, dgamma, dbeta


def dropout_forward(x: Any, rate: float, rng: Any) -> Any:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask
