"""A whole layer of one's own is compared with the library's, and its mistake is named."""

from typing import Any

import numpy as np
import pytest

from minicnn.coursework import diagnose
from minicnn.coursework.exercises import EXERCISES
from minicnn.errors import ArgumentError
from minicnn.layers import (
    ELU,
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Parameter,
    ReLU,
    Softmax,
)

RIGHT: list[Layer] = [
    Conv2D(4, 3),
    Conv2D(4, (3, 2), stride=2, padding=1),
    Conv2D(4, 3, padding="same", bias=False),
    Conv2D(4, 3, groups=2),
    Conv2D(4, 3, stride=(2, 1), dilation=2),
    Conv2D(2, 11, stride=4),
    ConvTranspose2D(4, 3, stride=2, padding=1),
    MaxPool(2),
    MaxPool(3, stride=2, padding=1),
    Dense(4),
    Dense(4, bias=False),
    BatchNorm(epsilon=0.1),
    ReLU(),
    Softmax(),
    Flatten(),
    ELU(),
]


class MyConv2D(Layer):
    """As a student writes it, by loops over the window."""

    def __init__(self, filters: int, kernel_size: int, stride: int = 1) -> None:
        self.filters, self.kernel_size, self.stride = filters, kernel_size, stride

    def output_shape(self, in_shape: Any) -> Any:
        _, H, W = in_shape
        k, s = self.kernel_size, self.stride
        return self.filters, (H - k) // s + 1, (W - k) // s + 1

    def create_parameters(self, in_shape: Any, rng: Any) -> None:
        shape = self.filters, in_shape[0], self.kernel_size, self.kernel_size
        self.weight = Parameter("weight", rng.normal(size=shape))
        self.bias = Parameter("bias", np.zeros(self.filters))

    def forward(self, x: Any, training: bool = False) -> Any:
        self.saved = (x,)
        y = np.zeros((len(x), *self.output_shape(x.shape[1:]))) + self.bias.value[:, None, None]
        for kh, kw, pixels in self.taps(y):
            y += np.einsum("fc,nchw->nfhw", self.weight.value[:, :, kh, kw], x[pixels])
        return y

    def backward(self, dy: Any) -> Any:
        (x,) = self.recall(dy)
        dx, dw = np.zeros_like(x), np.zeros_like(self.weight.value)
        for kh, kw, pixels in self.taps(dy):
            dw[:, :, kh, kw] = np.einsum("nfhw,nchw->fc", dy, x[pixels])
            self.add(dx, pixels, np.einsum("fc,nfhw->nchw", self.weight.value[:, :, kh, kw], dy))
        self.weight.grad, self.bias.grad = self.finish(dw), dy.sum(axis=(0, 2, 3))
        return dx

    def taps(self, y: Any) -> Any:
        s = self.stride
        OH, OW = y.shape[2:]
        for kh, kw in np.ndindex(self.kernel_size, self.kernel_size):
            rows, columns = slice(kh, kh + s * OH, s), slice(kw, kw + s * OW, s)
            yield kh, kw, (slice(None), slice(None), rows, columns)

    def add(self, dx: Any, pixels: Any, more: Any) -> None:
        dx[pixels] += more

    def finish(self, dw: Any) -> Any:
        return dw


class Turned(MyConv2D):
    def finish(self, dw: Any) -> Any:
        return dw[:, :, ::-1, ::-1]


class Overwritten(MyConv2D):
    def add(self, dx: Any, pixels: Any, more: Any) -> None:
        dx[pixels] = more


class Renamed(MyConv2D):
    def create_parameters(self, in_shape: Any, rng: Any) -> None:
        super().create_parameters(in_shape, rng)
        self.weight.name = "kernels"


class NegativeReLU(ReLU):
    def backward(self, dy: Any) -> Any:
        return -super().backward(dy)


class OwnELU(ELU):
    def backward(self, dy: Any) -> Any:
        return 2 * super().backward(dy)


class Short(Flatten):
    def output_shape(self, in_shape: Any) -> Any:
        return (super().output_shape(in_shape)[0] - 1,)


@pytest.mark.parametrize("layer", RIGHT, ids=repr)
def test_a_layer_is_like_itself(layer: Layer) -> None:
    found = diagnose(layer, like=layer)
    assert found.passed, str(found)
    assert found.mistake is None
    assert str(found).startswith(f"{layer}: right.")
    assert layer.in_shape is None, "it stays as it is"


@pytest.mark.parametrize("options", [(4, 3), (4, 3, 2), (2, 2, 3)])
def test_a_right_layer_of_ones_own_passes(options: Any) -> None:
    found = diagnose(MyConv2D(*options), like=Conv2D(*options))
    assert found.passed, str(found)


@pytest.mark.parametrize(
    ("wrong", "output", "words"),
    [
        (Turned, "weight", "reversed|180|turned"),
        (Overwritten, "dx", "overwritten|overlap|border|last"),
    ],
)
def test_a_wrong_layer_is_described(wrong: Any, output: str, words: str) -> None:
    found = diagnose(wrong(4, 3, stride=2), like=Conv2D(4, 3, stride=2))
    assert not found.passed
    failed = [one for one in found.whole.findings if any(output in o for o in one.outputs)]
    assert len(failed) == len(found.whole.findings) == 1
    if "conv2d_backward" in EXERCISES:
        assert found.mistake is not None
    assert "not right yet" in str(found)


def test_the_bank_of_the_exercise_names_the_mistake() -> None:
    class Wrong(ReLU):
        def backward(self, dy: Any) -> Any:
            return dy.copy()

    found = diagnose(Wrong(), like=ReLU())
    assert (found.passed, found.mistake) == (False, "all_let_through")
    assert "dy is returned as it came" in str(found)
    assert "<pre" in found._repr_html_()


def test_a_layer_without_exercises_has_its_symptoms() -> None:
    found = diagnose(OwnELU(), like=ELU())
    assert (found.passed, found.mistake) == (False, "factor")
    assert "twice as large" in str(found)


def test_a_promise_of_another_shape() -> None:
    found = diagnose(Short(), like=Flatten())
    assert not found.passed
    assert "output_shape gives (8,) for samples (1, 3, 3); expected (9,)." in str(found)


def test_a_layer_that_was_built_is_compared_on_its_own_samples() -> None:
    layer = Conv2D(3, 3)
    layer.build((5, 8, 7), np.random.default_rng(0))
    before = layer.weight.value.copy()
    found = diagnose(layer, like=Conv2D(3, 3))
    assert found.passed
    assert all(case.inputs[1].shape[1:] == (5, 8, 7) for case in found.whole.exercise.cases())
    np.testing.assert_array_equal(layer.weight.value, before)


@pytest.mark.parametrize(
    ("layer", "like", "message"),
    [
        (Conv2D, Conv2D(2, 3), "layer must be a Layer, got the class Conv2D: call it"),
        (Conv2D(2, 3), "Conv2D", "like must be a Layer, got str"),
        (MyConv2D(4, 3, 2), Conv2D(4, 3), "expected the same stride in both layers, got 2 in"),
        (MyConv2D(4, 3), Conv2D(5, 3), "expected the same filters"),
        (Renamed(4, 3), Conv2D(4, 3), r"got bias \(4,\), kernels \(4, 1, 3, 3\)"),
        (Dense(4, bias=False), Dense(4), "expected the same bias"),
        (Dropout(0.5), Dropout(0.5), "draws at random"),
    ],
)
def test_bad_input(layer: Any, like: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        diagnose(layer, like=like)
