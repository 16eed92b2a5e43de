"""gradcheck finds what is wrong, and only that."""

from typing import Any

import numpy as np
import pytest

from minicnn import Conv2D, Dense, Flatten, Layer, MaxPool, ReLU, Sequential, Softmax, gradcheck
from minicnn.errors import ShapeError
from minicnn.typing import Array, Shape


class Square(Layer):
    """y = x^2, with a gradient that can be spoiled."""

    def __init__(self, spoil: float = 0.0) -> None:
        self.spoil = spoil

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = (x,)
        return x**2

    def backward(self, dy: Array) -> Array:
        (x,) = self.recall(dy)
        dx: Array = 2 * x * dy
        dx[1, 2] += self.spoil
        return dx


def normal(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def test_a_right_gradient_passes() -> None:
    assert gradcheck(Square(), normal(2, 4)).passed()


@pytest.mark.parametrize("spoil", [1e-3, -1.0, np.nan])
def test_a_wrong_entry_is_found_and_named(spoil: float) -> None:
    report = gradcheck(Square(spoil), normal(2, 4))
    assert not report.passed()
    assert report.worst.name == "x"
    assert report.worst.index == (1, 2)
    assert "(1, 2)" in str(report)


class Cheat(Square):
    """Gradients that are wrong in ways that an arbiter might overlook."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def backward(self, dy: Array) -> Array:
        dx = super().backward(dy)
        if self.how == "wrong shape":
            return np.pad(dx, ((0, 1), (0, 2)))
        dy *= 2  # the caller's array
        return 2 * dx


def test_a_gradient_that_changes_dy_cannot_hide() -> None:
    assert not gradcheck(Cheat("changes dy"), normal(2, 4)).passed()


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"gradient of x .*\(2, 4\), got \(3, 6\)"):
        gradcheck(Cheat("wrong shape"), normal(2, 4))


def test_a_wrong_bias_is_found_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Dense.backward_parameters

    def wrong(self: Dense, dy: Array) -> None:
        right(self, dy)
        assert self.bias is not None
        self.bias.grad = self.bias.grad * 2

    monkeypatch.setattr(Dense, "backward_parameters", wrong)
    report = gradcheck(Dense(3), normal(2, 4))
    assert report.worst.name == "bias"
    assert report.worst.stated == pytest.approx(2 * report.worst.numerical)
    assert [row.error < 1e-6 for row in report.rows] == [True, True, False]


def test_a_whole_model() -> None:
    model = Sequential(
        [
            Conv2D(3, 3, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(2, 2),
            ReLU(),
            Flatten(),
            Dense(4),
            Softmax(),
        ],
        input_shape=(1, 8, 6),
    )
    before = [parameter.value for parameter in model.parameters]
    report = gradcheck(model, normal(2, 1, 8, 6))
    names = ["0.weight", "0.bias", "3.weight", "3.bias", "6.weight", "6.bias"]
    assert [row.name for row in report.rows] == ["x", *names]
    assert report.passed(), f"\n{report}"
    for parameter, value in zip(model.parameters, before, strict=True):
        assert parameter.value is value, "the model was not touched"


def test_a_kink_close_by_is_no_error() -> None:
    x = normal(1, 6)
    x[0, 3] = 3e-6  # within the largest step of where ReLU bends
    assert gradcheck(ReLU(), x).passed()


def test_float32_input_and_weights_are_checked_in_float64() -> None:
    layer = Dense(3)
    layer.build((4,), np.random.default_rng(0))
    x = normal(2, 4).astype(np.float32)
    assert gradcheck(layer, x).passed()
    assert layer.weight.value.dtype == np.float32


def test_input_that_does_not_fit() -> None:
    layer: Any = Dense(3)
    layer.build((4,), np.random.default_rng(0))
    with pytest.raises(ShapeError, match="Dense"):
        gradcheck(layer, normal(2, 5))
