"""A layer as functions of the exercises: the other way round, an exercise's view of a layer.

Each function takes a layer and then what the exercise of the same name takes, and returns what that
exercise returns. So a layer can be checked like a hand-in, and one of the library can stand in for
a function that was not handed in.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minicnn.layers import BatchNorm, Conv2D, Dense, Layer, MaxPool, ReLU, Softmax
from minicnn.typing import Array, Shape


def prepared(layer: Layer, in_shape: Shape, values: Mapping[str, Array]) -> Layer:
    """Return a copy of a layer that is built for such samples and has these parameters.

    Values for parameters that the layer does not have, such as a bias, are left out.
    """
    layer = copy.deepcopy(layer)
    layer.build(in_shape, np.random.default_rng(0))
    own = layer.named_parameters()
    for name, value in values.items():
        if name in own:
            own[name].value = value.copy()
    return layer


def outputs(layer: Layer, x: Array, values: Mapping[str, Array]) -> Array:
    """Return y of a layer with these parameters, as in training."""
    return prepared(layer, x.shape[1:], values).forward(x, True)


def gradients(
    layer: Layer, dy: Array, x: Array, values: Mapping[str, Array]
) -> tuple[Array, dict[str, Array]]:
    """Return dL/dx, and the gradient of each parameter by name."""
    layer = prepared(layer, x.shape[1:], values)
    layer.forward(x, True)
    dx = layer.backward(dy)
    return dx, {name: parameter.grad for name, parameter in layer.named_parameters().items()}


# Options such as a stride belong to the layer, so what an exercise is given of them is left unread.


def _weighted(layer: Layer, x: Array, w: Array, b: Array, *_options: Any) -> Array:
    return outputs(layer, x, {"weight": w, "bias": b})


def _weighted_backward(
    layer: Layer, dy: Array, x: Array, w: Array, *_options: Any
) -> tuple[Array, Array, Array]:
    """Return dx, dw and db; of a layer without a bias, what db would be."""
    dx, grads = gradients(layer, dy, x, {"weight": w})
    axes = (0, *range(2, dy.ndim))
    return dx, grads["weight"], grads.get("bias", dy.sum(axis=axes))


def _plain(layer: Layer, x: Array, *_options: Any) -> Array:
    return outputs(layer, x, {})


def _plain_backward(layer: Layer, dy: Array, x: Array, *_options: Any) -> Array:
    return gradients(layer, dy, x, {})[0]


LAYER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "conv2d_forward": _weighted,
    "conv2d_backward": _weighted_backward,
    "conv_transpose2d_forward": _weighted,
    "maxpool_forward": _plain,
    "maxpool_backward": _plain_backward,
    "relu_backward": _plain_backward,
    "dense_forward": _weighted,
    "dense_backward": _weighted_backward,
    "softmax": _plain,
    "batchnorm_forward": _weighted,
    "batchnorm_backward": _weighted_backward,
}
"""By the name of the exercise."""


def _stand_in(name: str, make: Callable[..., Layer]) -> Callable[..., Any]:
    """Return a function that makes a layer for its arguments, and has it do the work."""

    def function(*arguments: Any) -> Any:
        return LAYER_FUNCTIONS[name](make(*arguments), *arguments)

    return function


MAKERS: dict[str, Callable[..., Layer]] = {
    "conv2d_forward": lambda _x, w, _b, step, border: Conv2D(len(w), w.shape[2:], step, border),
    "conv2d_backward": lambda _dy, _x, w, step, border: Conv2D(len(w), w.shape[2:], step, border),
    "maxpool_forward": lambda _x, size, stride: MaxPool(size, stride),
    "maxpool_backward": lambda _dy, _x, size, stride: MaxPool(size, stride),
    "relu_backward": lambda _dy, _x: ReLU(),
    "dense_forward": lambda _x, w, _b: Dense(len(w)),
    "dense_backward": lambda _dy, _x, w: Dense(len(w)),
    "softmax": lambda _scores: Softmax(),
    "batchnorm_forward": lambda _x, _gamma, _beta, epsilon: BatchNorm(epsilon),
    "batchnorm_backward": lambda _dy, _x, _gamma, epsilon: BatchNorm(epsilon),
}
"""What makes a layer of the library for the arguments of an exercise."""

STAND_INS = {name: _stand_in(name, make) for name, make in MAKERS.items()}
"""The library's layers as the functions of the exercises, for what was not handed in."""
