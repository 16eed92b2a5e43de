"""One table of layers and inputs; every test of the layer contract runs over all of it.

A new layer, or a new option of one, gets a line here and an oracle, and is thereby tested.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import oracles

from minicnn import Conv2D, Dense, Flatten, MaxPool, ReLU, Softmax
from minicnn.layers import Layer
from minicnn.typing import Array, Shape


@dataclass(frozen=True)
class Case:
    """A layer, how to make it, what to feed it, and the loops that say what it must do."""

    make: Callable[[], Layer]
    in_shape: Shape
    oracle: Callable[[Any, Array], tuple[Array, oracles.Backward]]
    batch: int = 2

    def __str__(self) -> str:
        return f"{self.make()!r} on {self.batch} x {self.in_shape}"

    def layer(self, dtype: Any = np.float64) -> Layer:
        """The layer, built, with biases that are not zero."""
        layer = self.make()
        rng = np.random.default_rng(1)
        layer.build(self.in_shape, rng)
        for parameter in layer.parameters:
            drawn = rng.normal(size=parameter.value.shape)
            parameter.value = drawn.astype(dtype)
        return layer

    def x(self, dtype: Any = np.float64) -> Array:
        """A batch of normal numbers, the same every time."""
        drawn = np.random.default_rng(2).normal(size=(self.batch, *self.in_shape))
        return drawn.astype(dtype)

    def dy(self, dtype: Any = np.float64) -> Array:
        """A gradient for the output."""
        out_shape = self.make().output_shape(self.in_shape)
        drawn = np.random.default_rng(3).normal(size=(self.batch, *out_shape))
        return drawn.astype(dtype)


def _conv(in_shape: Shape, *arguments: Any, batch: int = 2, **options: Any) -> Case:
    return Case(lambda: Conv2D(*arguments, **options), in_shape, oracles.conv2d, batch)


def _pool(in_shape: Shape, *arguments: Any, batch: int = 2, **options: Any) -> Case:
    return Case(lambda: MaxPool(*arguments, **options), in_shape, oracles.max_pool, batch)


CASES = [
    _conv((1, 6, 5), 2, 3),
    _conv((3, 5, 7), 4, 3, batch=1),
    _conv((2, 7, 5), 3, (3, 2)),  # not square, and an even side
    _conv((2, 5, 7), 3, (1, 4)),
    _conv((3, 4, 5), 2, 1),  # pixel by pixel
    _conv((2, 4, 5), 3, (4, 5)),  # as large as the picture
    _conv((2, 7, 8), 3, 3, 2),
    _conv((2, 8, 9), 3, 3, (2, 3)),
    _conv((2, 9, 8), 2, 2, 3),  # steps over pixels
    _conv((2, 4, 5), 3, 3, 1, 1),
    _conv((2, 4, 5), 3, 3, 1, (2, 0)),
    _conv((2, 4, 5), 3, 2, 1, 3),  # windows that see nothing but padding
    _conv((2, 6, 5), 3, 3, padding="valid"),
    _conv((2, 6, 5), 3, 5, padding="same"),
    _conv((2, 6, 5), 3, 4, padding="same"),  # even: one more after than before
    _conv((2, 6, 7), 3, (2, 3), 2, padding="same"),
    _conv((2, 7, 6), 3, 3, 3, padding="same"),
    _conv((2, 7, 6), 3, 2, 3, padding="same"),
    _conv((2, 5, 4), 3, 3, bias=False),
    _pool((2, 4, 6), 2),
    _pool((2, 5, 7), 2),  # a row and a column are left over
    _pool((3, 6, 6), (2, 3), batch=1),
    _pool((2, 5, 6), 3, 1),  # overlapping windows
    _pool((2, 7, 6), 3, 2),
    _pool((2, 7, 8), 2, (3, 2)),
    _pool((2, 5, 6), 3, 2, 1),
    _pool((2, 5, 6), (2, 3), 2, (1, 2)),
    _pool((2, 5, 5), 2, padding="same"),
    _pool((2, 6, 7), 3, 2, "same"),
    _pool((1, 18, 17), (17, 16)),  # more than 256 places in the window
    Case(lambda: Dense(4), (5,), oracles.dense),
    Case(lambda: Dense(4), (5,), oracles.dense, batch=1),
    Case(lambda: Dense(1, bias=False), (3,), oracles.dense, batch=4),
    Case(ReLU, (3, 4, 5), oracles.relu),
    Case(ReLU, (6,), oracles.relu, batch=1),
    Case(Flatten, (2, 3, 4), oracles.flatten),
    Case(Flatten, (5,), oracles.flatten, batch=1),
    Case(Softmax, (5,), oracles.softmax, batch=3),
    Case(Softmax, (3, 2, 4), oracles.softmax, batch=1),
]
