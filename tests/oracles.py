"""The layers again, in plain loops straight from their definitions: slow, and easy to trust.

Each takes a built layer and x, and returns y and a function from dy to dx and {name: gradient}.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minicnn.layers import Dense, Layer
from minicnn.typing import Array

Backward = Callable[[Array], tuple[Array, dict[str, Array]]]


def zero_gradients(layer: Layer) -> dict[str, Array]:
    return {name: np.zeros(p.value.shape) for name, p in layer.named_parameters().items()}


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


def activation(
    function: Callable[[Any, float], float], derivative: Callable[[Any, float], float]
) -> Callable[[Any, Array], tuple[Array, Backward]]:
    """An oracle from a function of a layer and a number, and its derivative, as in a textbook."""

    def oracle(layer: Layer, x: Array) -> tuple[Array, Backward]:
        y, slope = np.zeros(x.shape), np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            v = float(x[index])
            y[index], slope[index] = function(layer, v), derivative(layer, v)
        return y, lambda dy: (slope * dy, {})

    return oracle


def logistic(v: float) -> float:
    return 1 / (1 + math.exp(-v))


relu = activation(lambda _, v: v if v > 0 else 0.0, lambda _, v: 1.0 if v > 0 else 0.0)
leaky_relu = activation(
    lambda layer, v: v if v > 0 else layer.slope * v,
    lambda layer, v: 1.0 if v > 0 else layer.slope,
)
elu = activation(
    lambda layer, v: v if v > 0 else layer.alpha * math.expm1(v),
    lambda layer, v: 1.0 if v > 0 else layer.alpha * math.exp(v),
)
sigmoid = activation(lambda _, v: logistic(v), lambda _, v: math.exp(-v) / (1 + math.exp(-v)) ** 2)
tanh = activation(lambda _, v: math.tanh(v), lambda _, v: 1 / math.cosh(v) ** 2)
softplus = activation(lambda _, v: math.log(1 + math.exp(v)), lambda _, v: logistic(v))
swish = activation(
    lambda _, v: v * logistic(v), lambda _, v: logistic(v) * (1 + v * (1 - logistic(v)))
)
gelu = activation(
    lambda _, v: v * (1 + math.erf(v / math.sqrt(2))) / 2,
    lambda _, v: (
        (1 + math.erf(v / math.sqrt(2))) / 2 + v * math.exp(-(v**2) / 2) / math.sqrt(2 * math.pi)
    ),
)


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


def global_average_pool(layer: Layer, x: Array) -> tuple[Array, Backward]:
    del layer
    y, count = np.zeros(x.shape[:2]), math.prod(x.shape[2:])
    for index in np.ndindex(x.shape):
        y[index[:2]] += x[index] / count

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            dx[index] = dy[index[:2]] / count
        return dx, {}

    return y, backward


def global_max_pool(layer: Layer, x: Array) -> tuple[Array, Backward]:
    del layer
    y, winners = np.full(x.shape[:2], -math.inf), {}
    for index in np.ndindex(x.shape):
        if x[index] > y[index[:2]]:
            y[index[:2]] = x[index]
            winners[index[:2]] = index

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for place, winner in winners.items():
            dx[winner] = dy[place]
        return dx, {}

    return y, backward
