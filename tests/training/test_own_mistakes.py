"""Layers of one's own with the mistakes that students make: each is named, with its place."""

from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    Parameter,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.errors import MinicnnError
from minicnn.typing import Array, Shape

RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.random((20, 1, 4, 4), dtype=np.float32), np.arange(20) % 3


class Linear(Layer):
    """A linear map that makes one mistake."""

    weight: Parameter
    bias: Parameter

    def __init__(self, units: int, mistake: str = "none") -> None:
        self.units, self.mistake = units, mistake

    def output_shape(self, in_shape: Shape) -> Shape:
        return (self.units + (self.mistake == "promises more"),)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        weights = rng.normal(0, 0.3, (in_shape[0], self.units)).astype(np.float32)
        self.weight = Parameter("weight", weights)
        self.bias = Parameter("bias", np.zeros(self.units, np.float32))

    def forward(self, x: Array, training: bool = False) -> Array:
        if self.mistake != "never saves":
            self.saved = (x,)
        y: Array = x @ self.weight.value + self.bias.value
        if self.mistake == "returns nothing":
            return None  # type: ignore[return-value]
        return y.T if self.mistake == "turned output" else y

    def backward(self, dy: Array) -> Array:
        (x,) = self.recall(dy)
        weight, bias = x.T @ dy, dy.sum(axis=0)
        match self.mistake:
            case "transposed gradient":
                weight = weight.T
            case "wrong axis":
                bias = dy.sum(axis=1)
            case "no array":
                bias = 0.5
            case "adds":
                self.weight.grad += weight
                self.bias.grad += bias
        if self.mistake != "adds":
            self.weight.grad = weight
        if self.mistake not in ("adds", "not stored"):
            self.bias.grad = bias
        if self.mistake == "goes back with nothing":
            return None  # type: ignore[return-value]
        dx: Array = dy @ self.weight.value.T
        return dx.T if self.mistake == "turned dx" else dx


def trainer(mistake: str, workers: int = 1) -> Trainer:
    layers = [Flatten(), Dense(6), Linear(5, mistake), ReLU(), Dense(3), Softmax()]
    model = Sequential(layers, input_shape=(1, 4, 4))
    return Trainer(model, SGD(0.1), CrossEntropy(), workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("returns nothing", r"forward must return y of \(20, 5\), .* got NoneType; .*a return"),
        ("turned output", r"forward must return y of \(20, 5\), which output_shape promises, got"),
        ("promises more", r"forward must return y of \(20, 6\), which output_shape .*\(20, 5\)"),
        ("never saves", r"backward needs .* forward sets self\.saved"),
        ("goes back with nothing", r"backward must return dL/dx of \(20, 6\), .* got NoneType"),
        ("turned dx", r"backward must return dL/dx of \(20, 6\), the shape of x, got \(6, 20\)"),
        ("transposed gradient", r"gradient of \(6, 5\), the shape of weight, got \(5, 6\)"),
        ("wrong axis", r"gradient of \(5,\), the shape of bias, got \(20,\)"),
        ("no array", r"gradient of \(5,\), the shape of bias, got float"),
        ("not stored", r"backward stored no gradient for bias, so it would never learn"),
    ],
)
def test_it_is_named_with_its_place(mistake: str, message: str, workers: int) -> None:
    with pytest.raises(MinicnnError, match=r"^layers\[2\] Linear\(5, .*" + message):
        trainer(mistake, workers).train_step(IMAGES, LABELS)


def weights(trained: Trainer) -> list[Array]:
    return [parameter.value for parameter in trained.model.parameters]


def test_a_trainer_sets_the_gradients_to_zero_for_one_that_adds() -> None:
    right, adds = trainer("none"), trainer("adds")
    for _ in range(3):
        right.train_step(IMAGES, LABELS)
        adds.train_step(IMAGES, LABELS)
    for one, other in zip(weights(right), weights(adds), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_gradient_of_zeros_is_one() -> None:
    """A layer that a batch does not reach stores zeros, and so does a dead one."""
    dead: Any = trainer("none")
    dead.model.layers[2].bias.value[:] = -1e6
    before = dead.model.layers[2].weight.value
    dead.train_step(IMAGES, LABELS)
    np.testing.assert_array_equal(dead.model.layers[2].weight.value, before)
