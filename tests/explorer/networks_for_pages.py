"""Networks of layers in a random order, with random options and weights."""

from collections.abc import Callable, Iterator

import numpy as np
from in_browser import randomize

from minicnn.errors import MinicnnError
from minicnn.layers import (
    ELU,
    GELU,
    AveragePool,
    BatchNorm,
    Composition,
    Conv2D,
    ConvTranspose2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaxPool,
    ReLU,
    Residual,
    SeparableConv2D,
    Sigmoid,
    Softmax,
    Softplus,
    SpatiallySeparableConv2D,
    Swish,
    Tanh,
    Upsample,
)
from minicnn.sequential import Sequential
from minicnn.typing import Shape

Make = Callable[[np.random.Generator, Shape], Layer]


def _size(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 4))


def _mode(rng: np.random.Generator) -> str:
    return str(rng.choice(["zeros", "replicate", "reflect", "circular"]))


FOR_MAPS: list[Make] = [
    lambda rng, shape: Conv2D(4, (_size(rng), _size(rng)), _size(rng), 1, _mode(rng), _size(rng)),
    lambda rng, shape: Conv2D(2 * shape[0], 3, 1, "same", _mode(rng), groups=shape[0]),
    lambda rng, shape: DepthwiseConv2D(_size(rng), padding=1, multiplier=2),
    lambda rng, shape: SeparableConv2D(3, 3, padding="same"),
    lambda rng, shape: SpatiallySeparableConv2D(3, (2, 3), bias=False),
    lambda rng, shape: ConvTranspose2D(3, (2, 3), _size(rng), 1),
    lambda rng, shape: ConvTranspose2D(2, 3, 2, "same"),
    lambda rng, shape: MaxPool((2, 3), (1, 2), (1, 0)),
    lambda rng, shape: MaxPool(2, padding="same"),
    lambda rng, shape: AveragePool(3, 2, 1, count_padding=bool(rng.integers(2))),
    lambda rng, shape: Upsample((2, 1), str(rng.choice(["nearest", "linear"]))),
    lambda rng, shape: BatchNorm(),
    lambda rng, shape: LayerNorm(),
    lambda rng, shape: Dropout(channels=True),
    lambda rng, shape: Residual(Conv2D(shape[0], 3, padding=1), BatchNorm(), ReLU()),
    lambda rng, shape: Residual(Conv2D(5, 3, 2, 1), shortcut=Conv2D(5, 1, 2)),
    lambda rng, shape: Composition([Conv2D(3, 2), Tanh()], names=["first", "second"]),
    lambda rng, shape: Sequential([Conv2D(3, 3, padding=1), ReLU(), MaxPool(2, padding="same")]),
]
FOR_ANY: list[Make] = [
    lambda rng, shape: ReLU(),
    lambda rng, shape: LeakyReLU(0.2),
    lambda rng, shape: ELU(0.7),
    lambda rng, shape: GELU(),
    lambda rng, shape: Sigmoid(),
    lambda rng, shape: Softplus(),
    lambda rng, shape: Swish(),
    lambda rng, shape: Tanh(),
]
ENDS: list[Make] = [
    lambda rng, shape: Flatten(),
    lambda rng, shape: GlobalAveragePool(),
    lambda rng, shape: GlobalMaxPool(),
]
LARGEST = 20


def random_network(seed: int) -> Sequential:
    """Return a network of five layers for maps, each before an activation, and a classifier."""
    rng = np.random.default_rng(seed)
    shape = (int(rng.choice([1, 3])), int(rng.integers(6, 13)), int(rng.integers(6, 13)))
    layers = list(_layers(rng, shape, start=seed * 5))
    model = Sequential(layers, input_shape=shape)
    randomize(model, rng, scale=0.5)
    return model


def _layers(rng: np.random.Generator, shape: Shape, start: int) -> Iterator[Layer]:
    """Yield layers that fit; `start` says with which of them, so that some network has each."""
    for number in range(start, start + 5):
        for makes in (FOR_MAPS, FOR_ANY):
            layer = makes[number % len(makes)](rng, shape)
            try:
                out = layer.output_shape(shape)
            except MinicnnError:  # the map has become too small
                continue
            if max(out[1:]) <= LARGEST:
                shape = out
                yield layer
    end = ENDS[start // 5 % len(ENDS)](rng, shape)
    yield from (end, Dense(6), LayerNorm(), Dense(4), Softmax())
