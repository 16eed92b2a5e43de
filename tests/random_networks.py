"""Random networks of all layers, with random weights and options."""

import math
from typing import Any

import numpy as np

from minicnn import layers
from minicnn.layers import Layer
from minicnn.sequential import Sequential
from minicnn.typing import Array, Shape

MODES = ["zeros", "replicate", "reflect", "circular"]
ACTIVATIONS = ["ReLU", "LeakyReLU", "ELU", "GELU", "Sigmoid", "Tanh", "Softplus", "Swish"]
LARGE = 1_000  # numbers of a sample that are not made more
NAMES = {1: "{}1D", 2: "{}", 3: "{}3D"}


def random_network(seed: int, *, dropout: bool = True) -> Sequential:
    """A network for signals, pictures or volumes, of three to eight layers and a head."""
    rng = np.random.default_rng(seed)
    axes = int(rng.choice([1, 2, 2, 2, 3]))
    in_shape = (int(rng.integers(1, 4)), *map(int, rng.integers(6, 9, axes)))
    body: list[Layer] = []
    shape: Shape = in_shape
    for _ in range(rng.integers(3, 9)):
        body.append(_block(rng, axes, dropout, may_grow=math.prod(shape) < LARGE))
        shape = body[-1].output_shape(shape)
    head: list[list[Layer]] = [
        [layers.Flatten()],
        [layers.GlobalAveragePool()],
        [layers.GlobalMaxPool()],
    ]
    end = [*head[rng.integers(3)], layers.Dense(5), layers.Softmax()]
    model = Sequential([*body, *end], input_shape=in_shape, seed=seed)
    for parameter in model.parameters:
        if parameter.role == "statistic":
            drawn = abs(rng.normal(1, 0.3, parameter.value.shape)) + 0.1
            parameter.value = drawn.astype(np.float32)
        elif parameter.value.ndim == 1:
            parameter.value = rng.normal(0.5, 0.3, parameter.value.shape).astype(np.float32)
    return model


def samples(model: Sequential, seed: int, batch: int = 2) -> Array:
    """A batch of normal numbers for a model."""
    shape = (batch, *model.check_ready())
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def in_double(model: Sequential) -> None:
    """Let a model compute in float64."""
    for parameter in model.parameters:
        parameter.value = parameter.value.astype(np.float64)


def _block(rng: np.random.Generator, axes: int, dropout: bool, may_grow: bool) -> Layer:
    """A layer that keeps the number of axes, and makes no axis shorter than it can be.

    All windows have padding "same", so that they fit whatever came before.
    """
    kinds = [_convolution, _pool, _activation, _norm, _residual]
    kinds += [_upsample, _transpose] if may_grow else []
    kinds += [_dropout] if dropout else []
    return kinds[rng.integers(len(kinds))](rng, axes)


def _pool(rng: np.random.Generator, axes: int) -> Layer:
    name = NAMES[axes].format(rng.choice(["MaxPool", "AveragePool"]))
    counts = {} if "Max" in name else {"count_padding": bool(rng.integers(2))}
    return _make(name, int(rng.integers(1, 4)), int(rng.integers(1, 3)), "same", **counts)


def _activation(rng: np.random.Generator, axes: int) -> Layer:
    return _make(rng.choice(ACTIVATIONS))


def _norm(rng: np.random.Generator, axes: int) -> Layer:
    return layers.BatchNorm(float(rng.uniform(1e-3, 0.1)), float(rng.uniform(0.05, 0.5)))


def _residual(rng: np.random.Generator, axes: int) -> Layer:
    return layers.Residual(layers.BatchNorm(), _activation(rng, axes), layers.LayerNorm())


def _upsample(rng: np.random.Generator, axes: int) -> Layer:
    factor = 2 if axes < 3 else (1, 2, 1)
    return _make(NAMES[axes].format("Upsample"), factor, str(rng.choice(["nearest", "linear"])))


def _transpose(rng: np.random.Generator, axes: int) -> Layer:
    filters, size, stride = int(rng.integers(1, 5)), int(rng.integers(1, 4)), rng.integers(1, 3)
    return _make(f"ConvTranspose{axes}D", filters, size, int(stride), "same")


def _dropout(rng: np.random.Generator, axes: int) -> Layer:
    return layers.Dropout(0.4, channels=bool(rng.integers(2)))


def _convolution(rng: np.random.Generator, axes: int) -> Layer:
    size, stride = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    mode = str(rng.choice(MODES)) if size < 3 else "zeros"
    if axes == 2 and rng.integers(3) == 0:
        kinds = ["SeparableConv2D", "SpatiallySeparableConv2D"]
        return _make(rng.choice(kinds), int(rng.integers(1, 5)), size, stride, "same")
    if axes == 2 and rng.integers(3) == 0:
        return layers.DepthwiseConv2D(size, stride, "same", multiplier=int(rng.integers(1, 3)))
    filters = int(rng.integers(1, 5))
    return _make(f"Conv{axes}D", filters, size, stride, "same", mode, bias=bool(rng.integers(2)))


def _make(name: str, *options: Any, **others: Any) -> Layer:
    made: Layer = getattr(layers, str(name))(*options, **others)
    return made
