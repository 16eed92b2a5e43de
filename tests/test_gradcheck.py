"""gradcheck finds what is wrong, and only that."""

import re
from typing import Any

import numpy as np
import pytest

from minicnn import (
    BatchNorm,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    LayerNorm,
    Loss,
    MaxPool,
    MeanSquaredError,
    Parameter,
    ReLU,
    Sequential,
    Softmax,
    gradcheck,
)
from minicnn.errors import ArgumentError, DataError, MinicnnError, ShapeError
from minicnn.gradcheck.rules import rule_of
from minicnn.layers.share import current_share
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


class Careless(Layer):
    """Square, with a backward that takes the saved x for dy."""

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = (x,)
        return x**2

    def backward(self, dy: Array) -> Array:
        (x,) = self.recall(dy)
        dx: Array = 2 * x * x
        return dx


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_dy_is_not_what_the_caller_drew_for_x(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(2, 3))
    assert not gradcheck(Careless(), x, seed=seed).passed()
    for shape in ((4, 3), (3, 2, 4, 4)):
        x = np.random.default_rng(seed).normal(size=shape)
        assert gradcheck(BatchNorm(), x, seed=seed).passed()
        assert gradcheck(LayerNorm(), x, seed=seed).passed()


@pytest.mark.parametrize("seed", [0, 100])
def test_a_gradient_that_is_zero_is_no_mistake(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(3, 1, 5, 5))
    layers = [Conv2D(2, 3), BatchNorm(), ReLU(), Flatten(), Dense(4), BatchNorm(), Dense(2)]
    report = gradcheck(Sequential(layers), x)
    assert report.passed(), report


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
    with pytest.raises(ArgumentError, match=r"backward must not write into dy.*dy = dy\.copy"):
        gradcheck(Cheat("changes dy"), normal(2, 4))


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


class Mistaken(Dense):
    """A dense layer whose backward makes one of the mistakes that students make."""

    def __init__(self, units: int, mistake: str) -> None:
        super().__init__(units)
        self.mistake = mistake

    def forward(self, x: Array, training: bool = False) -> Array:
        if self.mistake == "never saves":
            return (self.weight.value @ x.T).T
        return super().forward(x, training)

    def backward(self, dy: Array) -> Array:
        (x,) = self.recall(dy)
        assert self.bias is not None
        right = dy.T @ x
        right_bias = dy.sum(axis=0)
        match self.mistake:
            case "adds":
                self.weight.grad += right
                self.bias.grad += right_bias
                return dy @ self.weight.value
            case "sign":
                right = -right
            case "mean":
                right, right_bias = right / len(dy), dy.mean(axis=0)
            case "transposed":
                right = right.T
            case "reversed":
                right = right[:, ::-1]
            case "twice, reversed":
                right = 2 * right[::-1]
            case "not stored":
                self.weight.grad = right
                return dy @ self.weight.value
            case "wrong axis":
                right_bias = dy.sum(axis=1)
        self.weight.grad, self.bias.grad = right, right_bias
        return dy @ self.weight.value


@pytest.mark.parametrize(
    ("mistake", "units", "verdict"),
    [
        ("none", 3, r"passed: every gradient is right to 1e-06: x, weight, bias$"),
        ("adds", 3, "weight of a second backward: it is 2 times .* overwrite"),
        ("sign", 3, "the gradient of weight: it has the wrong sign$"),
        ("mean", 3, "the gradient of weight: it is 1/5 times .* divided by the batch of 5"),
        ("mean", 3, "the gradient of bias: it is 1/5 times .* divided by the batch of 5"),
        ("transposed", 4, "the gradient of weight: it is transposed$"),
        ("reversed", 3, "the gradient of weight: it is reversed along axis 1$"),
        ("twice, reversed", 3, "weight: it is reversed along axis 0 and it is 2 times"),
        ("not stored", 3, "the gradient of bias: it is zero everywhere, as if .* never .* stored"),
    ],
)
def test_the_verdict_names_the_rule(mistake: str, units: int, verdict: str) -> None:
    report = gradcheck(Mistaken(units, mistake), normal(5, 4))
    assert re.search(verdict, report.verdict(), re.MULTILINE), report.verdict()
    assert str(report).endswith(report.verdict())
    assert report.passed() == (mistake == "none")


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("transposed", r"of weight .*\(3, 4\), got \(4, 3\); it is transposed"),
        ("wrong axis", r"of bias .*\(3,\), got \(5,\)"),
        ("never saves", r"forward sets self\.saved"),
    ],
)
def test_what_has_no_gradient_to_compare_is_refused(mistake: str, message: str) -> None:
    with pytest.raises(Exception, match=message) as caught:
        gradcheck(Mistaken(3, mistake), normal(5, 4))
    assert type(caught.value).__module__ == "minicnn.errors"


def test_backward_that_returns_nothing_is_named() -> None:
    class Forgets(Square):
        def backward(self, dy: Array) -> Array:
            return None  # type: ignore[return-value]

    with pytest.raises(ShapeError, match=r"gradient of x .* got NoneType; .*`return dx`"):
        gradcheck(Forgets(), normal(2, 4))


def test_a_batch_of_one_is_remarked_on() -> None:
    report = gradcheck(Mistaken(3, "mean"), normal(1, 4))
    assert report.passed(), "which is the point"
    assert "a batch of one cannot show" in str(report)
    assert "batch of one" not in str(gradcheck(Mistaken(3, "none"), normal(2, 4)))


class Noisy(Square):
    """Adds noise, from a generator of its own or from the share's."""

    def __init__(self, asks: bool) -> None:
        super().__init__()
        self.asks, self.rng = asks, np.random.default_rng(0)

    def forward(self, x: Array, training: bool = False) -> Array:
        rng = current_share().generator(self.rng) if self.asks else self.rng
        return super().forward(x, training) + rng.normal(size=x.shape)


def test_a_layer_that_draws_is_held_still_or_refused() -> None:
    assert gradcheck(Noisy(asks=True), normal(2, 4)).passed()
    with pytest.raises(ArgumentError, match=r"Noisy.*another output each time.*current_share"):
        gradcheck(Noisy(asks=False), normal(2, 4))


class OwnLoss(Loss):
    """The mean of |outputs - targets|^3, whose gradient may have been divided twice."""

    def __init__(self, divisions: int) -> None:
        self.divisions = divisions

    def value(self, outputs: Array, targets: Any) -> float:
        return float((abs(outputs - targets) ** 3).sum() / len(outputs))

    def gradient(self, outputs: Array, targets: Any) -> Array:
        difference = outputs - targets
        gradient: Array = 3 * difference * abs(difference) / len(outputs) ** self.divisions
        return gradient


def test_losses() -> None:
    labels = np.array([0, 3, 1, 1])
    assert gradcheck(CrossEntropy(), normal(4, 4), labels).passed()
    assert gradcheck(MeanSquaredError(), normal(4, 2, 3), np.ones((4, 2, 3))).passed()
    assert gradcheck(OwnLoss(1), normal(4, 2), np.ones((4, 2))).passed()
    twice = gradcheck(OwnLoss(2), normal(4, 2), np.ones((4, 2))).verdict()
    assert "it is 1/4 times the right one, as if it had been divided by the batch of 4" in twice
    never = gradcheck(OwnLoss(0), normal(4, 2), np.ones((4, 2))).verdict()
    assert "it is 4 times the right one, as if it had been multiplied by the batch of 4" in never
    with pytest.raises(ArgumentError, match="a loss needs targets"):
        gradcheck(OwnLoss(1), normal(4, 2))


@pytest.mark.parametrize("thing", [Dense, CrossEntropy, np.sin, "conv"])
def test_what_is_neither_layer_nor_loss_is_refused(thing: Any) -> None:
    with pytest.raises(ArgumentError, match="expected a layer, a model or a loss, got"):
        gradcheck(thing, normal(2, 4))


def test_no_rule_where_there_is_none() -> None:
    right = normal(3, 4)
    wrong = right.copy()
    wrong[1, 1] += 1
    assert rule_of(wrong, right, N=3) is None
    assert rule_of(np.full((3, 4), np.nan), right, N=3) is None
    assert "no plain rule explains it; its worst entry is (1, 2)" in str(
        gradcheck(Square(1.0), normal(2, 4))
    )


class Kinds(Square):
    """Layers that do what a layer must not, each with the right gradient."""

    per_sample = True

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def forward(self, x: Array, training: bool = False) -> Array:
        match self.how:
            case "writes into x":
                x *= 2
            case "saves no tuple":
                self.saved = x  # type: ignore[assignment] # the point of the test
                return x**2
            case "whole numbers":
                return (x > 0).astype(int)
        return super().forward(x, training)

    def output_shape(self, in_shape: Shape) -> Shape:
        return list(in_shape) if self.how == "a list" else in_shape  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("writes into x", r"forward must not write into x, .* x = x\.copy\(\)"),
        ("saves no tuple", r"saved must be a tuple, got ndarray; write self\.saved = \(x,\)"),
        ("whole numbers", r"forward must return floating-point numbers, got int64"),
        ("a list", r"output_shape must return a tuple of whole numbers, such as .* got \[4\]"),
    ],
)
def test_what_a_layer_must_not_do_is_named(how: str, message: str) -> None:
    with pytest.raises(MinicnnError, match=rf"Kinds\('{how}'\): {message}"):
        gradcheck(Kinds(how), normal(2, 4))
    model = Sequential([Dense(4), Kinds("fine"), Dense(2)], input_shape=(3,))
    model.layers[1] = Kinds(how)

    def step() -> None:
        model.build((3,), np.random.default_rng(0))
        model(normal(2, 3), training=True)
        model.backward(normal(2, 2))

    with pytest.raises(MinicnnError, match=rf"layers\[1\] Kinds\('{how}'\): {message}"):
        step()


def test_a_layer_that_looks_at_the_batch_must_not_say_that_it_does_not() -> None:
    class Centred(Layer):
        per_sample = True

        def output_shape(self, in_shape: Shape) -> Shape:
            return in_shape

        def forward(self, x: Array, training: bool = False) -> Array:
            self.saved = ()
            y: Array = x - x.mean(axis=0)
            return y

        def backward(self, dy: Array) -> Array:
            self.recall(dy)
            dx: Array = dy - dy.mean(axis=0)
            return dx

    report = gradcheck(Centred(), normal(4, 3))
    assert not report.passed()
    assert "wrong: Centred says per_sample = True, but half of the batch" in str(report)
    Centred.per_sample = False
    assert gradcheck(Centred(), normal(4, 3)).passed()


def test_a_loss_that_is_no_mean_is_wrong() -> None:
    class Sum(OwnLoss):
        def value(self, outputs: Array, targets: Any) -> float:
            return super().value(outputs, targets) * len(outputs)

    targets = np.ones((4, 2))
    report = gradcheck(Sum(0), normal(4, 2), targets)
    assert report.worst.error < 1e-6
    assert not report.passed()
    assert re.search(r"value is no mean over the batch: .* twice it is", report.verdict())
    assert (targets == 1).all()


def test_zeros_show_nothing() -> None:
    report = gradcheck(Mistaken(3, "sign"), np.zeros((2, 4)))
    assert "which show nothing of the gradient of weight: check with random numbers" in str(report)
    assert "x has zeros, where a kink" in str(gradcheck(ReLU(), np.zeros((2, 3))))
    with pytest.raises(DataError, match="x must be finite"):
        gradcheck(ReLU(), np.array([[1.0, np.nan]]))
    with pytest.raises(ShapeError, match=r"a batch x .*x\[np\.newaxis\]"):
        gradcheck(ReLU(), np.ones(3))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((4, 2)), r"one real number, got an array of \(4, 2\); end it with \.mean\(\)"),
        (None, "one real number, got NoneType"),
        (1j, "one real number, got complex"),
    ],
)
def test_losses_that_give_no_number(value: Any, message: str) -> None:
    class Odd(OwnLoss):
        def value(self, outputs: Array, targets: Any) -> float:
            return value  # type: ignore[no-any-return]

    with pytest.raises(ShapeError, match=rf"Odd.*value must return {message}"):
        gradcheck(Odd(1), normal(4, 2), np.ones((4, 2)))


@pytest.mark.parametrize("gradient", [None, [1.0], 2.0, np.ones(4)])
def test_losses_whose_gradient_is_none(gradient: Any) -> None:
    class Odd(OwnLoss):
        def gradient(self, outputs: Array, targets: Any) -> Array:
            return gradient  # type: ignore[no-any-return]

    with pytest.raises(ShapeError, match=r"Odd.*gradient must return dL/doutputs of \(4, 2\)"):
        gradcheck(Odd(1), normal(4, 2), np.ones((4, 2)))


@pytest.mark.parametrize("parent", [Dense, Conv2D])
def test_a_subclass_may_call_the_backward_of_its_parent(parent: Any) -> None:
    class Doubled(parent):  # type: ignore[misc]
        def backward(self, dy: Array) -> Array:
            dx: Array = 2 * super().backward(dy)
            return dx

    layer, x = (
        (Doubled(2), normal(3, 4)) if parent is Dense else (Doubled(2, 3), normal(2, 1, 5, 4))
    )
    assert "the gradient of x: it is 2 times" in gradcheck(layer, x).verdict()


def test_parameters_of_a_class_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"Shared\.w: expected .* attributes of self"):

        class Shared(Square):
            w = Parameter("w", np.ones(3))

    with pytest.raises(ArgumentError, match=r"a backward_parameters needs a backward beside it"):

        class Half(Dense):
            def backward_parameters(self, dy: Array) -> None: ...
