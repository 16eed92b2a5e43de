"""The layers again, in plain loops straight from their definitions: slow, and easy to trust.

Each takes a built layer and x, and returns y and a function from dy to dx and {name: gradient}.
"""

import copy
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minicnn.layers import BatchNorm, Dense, Dropout, Layer, LayerNorm, Residual
from minicnn.typing import Array

Backward = Callable[[Array], tuple[Array, dict[str, Array]]]


def zero_gradients(layer: Layer) -> dict[str, Array]:
    named = layer.named_parameters().items()
    return {name: np.zeros(p.value.shape) for name, p in named if p.trainable}


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


Index = tuple[int, ...]


def _normalized(
    x: Array, groups: Sequence[Sequence[Index]], epsilon: float
) -> tuple[Array, Callable[[Array], Array]]:
    """Each group of numbers with mean 0 and variance 1, and the way back, all of it written out.

    In a group of m numbers, dy[i]/dx[j] = ([i = j] - 1/m - y[i] y[j] / m) / deviation.
    """
    y, deviations = np.zeros(x.shape), []
    for group in groups:
        mean = sum(x[i] for i in group) / len(group)
        variance = sum((x[i] - mean) ** 2 for i in group) / len(group)
        deviations.append(math.sqrt(variance + epsilon))
        for i in group:
            y[i] = (x[i] - mean) / deviations[-1]

    def backward(dy: Array) -> Array:
        dx = np.zeros(x.shape)
        for group, deviation in zip(groups, deviations, strict=True):
            for i in group:
                for j in group:
                    slope = (i == j) - 1 / len(group) - y[i] * y[j] / len(group)
                    dx[j] += dy[i] * slope / deviation
        return dx

    return y, backward


def batch_norm(layer: BatchNorm, x: Array) -> tuple[Array, Backward]:
    w, b = layer.weight.value, layer.bias.value
    indices = list(np.ndindex(x.shape))
    if layer.trainable:
        channels = [[i for i in indices if i[1] == c] for c in range(x.shape[1])]
        normalized, back = _normalized(x, channels, layer.epsilon)
    else:
        normalized, slope = np.zeros(x.shape), np.zeros(x.shape)
        mean, variance = layer.running_mean.value, layer.running_variance.value
        for i in indices:
            slope[i] = 1 / math.sqrt(variance[i[1]] + layer.epsilon)
            normalized[i] = (x[i] - mean[i[1]]) * slope[i]
        back = lambda dy: dy * slope  # noqa: E731 - as short as it is
    y = np.zeros(x.shape)
    for i in indices:
        y[i] = w[i[1]] * normalized[i] + b[i[1]]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        gradients, scaled = zero_gradients(layer), np.zeros(x.shape)
        for i in indices:
            if layer.trainable:
                gradients["weight"][i[1]] += dy[i] * normalized[i]
                gradients["bias"][i[1]] += dy[i]
            scaled[i] = dy[i] * w[i[1]]
        return back(scaled), gradients

    return y, backward


def layer_norm(layer: LayerNorm, x: Array) -> tuple[Array, Backward]:
    w, b = layer.weight.value, layer.bias.value
    indices = list(np.ndindex(x.shape))
    samples = [[i for i in indices if i[0] == n] for n in range(len(x))]
    normalized, back = _normalized(x, samples, layer.epsilon)
    y = np.zeros(x.shape)
    for i in indices:
        y[i] = w[i[1:]] * normalized[i] + b[i[1:]]

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        gradients, scaled = zero_gradients(layer), np.zeros(x.shape)
        for i in indices:
            gradients["weight"][i[1:]] += dy[i] * normalized[i]
            gradients["bias"][i[1:]] += dy[i]
            scaled[i] = dy[i] * w[i[1:]]
        return back(scaled), gradients

    return y, backward


def dropout(layer: Dropout, x: Array) -> tuple[Array, Backward]:
    """With the numbers that the layer's own generator gives next, the batch innermost."""
    N, C, *sizes = x.shape
    shape = (C, *(1,) * len(sizes), N) if layer.channels else (C, *sizes, N)
    drawn = copy.deepcopy(layer.rng).random(shape, np.float32)
    factor = np.zeros(x.shape)
    for n, c, *place in np.ndindex(x.shape):
        where = (c, *(0 for _ in place), n) if layer.channels else (c, *place, n)
        factor[(n, c, *place)] = 0.0 if drawn[where] < layer.rate else 1 / (1 - layer.rate)
    return x * factor, lambda dy: (dy * factor, {})


def residual(layer: Residual, x: Array) -> tuple[Array, Backward]:
    """The layers themselves, which have oracles of their own, and the sum."""
    layer = copy.deepcopy(layer)
    y, ways = np.zeros(x.shape[:1] + layer.output_shape(x.shape[1:])), []
    for way in (layer.branch.layers, [layer.shortcut] if layer.shortcut else []):
        ways.append(list(way))
        z = x
        for inner in way:
            z = inner(z, training=True)
        y = y + z

    def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
        dx = np.zeros(x.shape)
        for way in ways:
            gradient = dy
            for inner in reversed(way):
                gradient = inner.backward(gradient)
            dx = dx + gradient
        return dx, {name: p.grad for name, p in layer.named_parameters().items()}

    return y, backward
