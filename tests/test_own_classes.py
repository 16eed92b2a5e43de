"""Classes of one's own that do what nobody foresaw: right, or refused by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    Composition,
    Conv2D,
    CrossEntropy,
    Dense,
    EarlyStopping,
    Flatten,
    Layer,
    MaxPool,
    MeanSquaredError,
    Optimizer,
    Parameter,
    ReLU,
    SeparableConv2D,
    Sequential,
    Softmax,
    Trainer,
    gradcheck,
    receptive_field,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.typing import Array, Shape

RNG = np.random.default_rng(0)
X, LABELS = RNG.random((70, 1, 4, 4)), np.arange(70) % 3
DATA = Dataset(X, LABELS, ("a", "b", "c"))


def gradients(model: Sequential, workers: int = 1) -> list[Array]:
    Trainer(model, SGD(1e-9), CrossEntropy(), workers=workers).train_step(X, LABELS)
    return [parameter.grad for parameter in model.parameters]


def by_differences(model: Sequential, parameter: Parameter) -> Array:
    """dL/dw of the whole training, entry by entry."""
    numerical = np.zeros_like(parameter.value)
    parameter.value = parameter.value.astype(np.float64)
    for index in np.ndindex(parameter.value.shape):
        middle, losses = parameter.value[index], []
        for moved in (middle + 1e-5, middle - 1e-5):
            parameter.value[index] = moved
            losses.append(model.evaluate(DATA)[0])
        parameter.value[index] = middle
        numerical[index] = (losses[0] - losses[1]) / 2e-5
    return numerical


class Skip(Composition):
    """A composition with a forward and a backward of its own."""

    per_sample = True

    def forward(self, x: Array, training: bool = False) -> Array:
        y: Array = x + super().forward(x, training)
        return y

    def backward(self, dy: Array) -> Array:
        dx: Array = dy + super().backward(dy)
        return dx


class Doubled(Composition):
    """A composition that returns twice what its layers do."""

    def forward(self, x: Array, training: bool = False) -> Array:
        y: Array = 2 * super().forward(x, training)
        return y

    def backward(self, dy: Array) -> Array:
        return super().backward(2 * dy)


def test_the_first_layer_that_learns_may_have_a_backward_of_its_own() -> None:
    model = Sequential([Flatten(), Doubled([Dense(3)])], (1, 4, 4), seed=1)
    for parameter in model.parameters:
        parameter.value = parameter.value.astype(np.float64)
    found = gradients(model)
    for parameter, gradient in zip(model.parameters, found, strict=True):
        np.testing.assert_allclose(gradient, by_differences(model, parameter), atol=1e-7)


def test_gradcheck_asks_for_the_parameters_alone_as_well() -> None:
    class Flipped(Dense):
        def backward(self, dy: Array) -> Array:
            return super().backward(dy)

        def backward_parameters(self, dy: Array) -> None:
            super().backward_parameters(dy)
            self.weight.grad = -self.weight.grad

    layer = Flipped(2)
    report = gradcheck(layer, RNG.normal(size=(3, 4)))
    assert report.worst.name == "weight of backward_parameters"


class Held(Layer):
    """Holds parameters and layers in every way there is."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.scales = [Parameter("scale", np.ones(2)), Parameter("scale", np.ones(2))]
        self.steps = {"first": Dense(2), "more": [(Dense(2),)]}

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        return x

    def backward(self, dy: Array) -> Array:
        return dy


def test_parameters_and_layers_are_found_in_lists_and_dicts() -> None:
    layer = Held()
    layer.build((2,), np.random.default_rng(0))
    assert list(layer.named_parameters()) == [
        "scales.0",
        "scales.1",
        "steps.first.weight",
        "steps.first.bias",
        "steps.more.0.0.weight",
        "steps.more.0.0.bias",
    ]


class Shortcut(Skip):
    """A composition with a parameter and a layer beside its steps."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.inner = Dense(width)
        super().__init__([self.inner, ReLU()])
        self.beside = Dense(width, bias=False)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.gain = Parameter("gain", np.full(1, 0.5))

    def forward(self, x: Array, training: bool = False) -> Array:
        self.kept = self.inner(x, training) + self.beside(x, training)
        y: Array = self.gain.value * self.kept
        return y

    def backward(self, dy: Array) -> Array:
        self.gain.grad = np.array([np.sum(dy * self.kept)])
        dy = dy * self.gain.value
        dx: Array = self.inner.backward(dy) + self.beside.backward(dy)
        return dx

    per_sample = True


def test_a_composition_holds_more_than_its_steps(tmp_path: Path) -> None:
    class Two(Shortcut):
        per_sample = True

    model = Sequential([Flatten(), Two(16), Dense(3)], (1, 4, 4), seed=1)
    assert {name for name in model.named_parameters() if name.startswith("1.")} == {
        "1.0.weight",
        "1.0.bias",
        "1.gain",
        "1.beside.weight",
    }
    for parameter in model.parameters:
        parameter.value = parameter.value.astype(np.float64)
    whole, shared = gradients(model), gradients(model, workers=2)
    for one, other in zip(whole, shared, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)  # a tiny step later
    model.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Two])
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_a_parameter_stands_once_in_a_model() -> None:
    model = Sequential([Flatten(), Dense(16), Dense(16)], (1, 4, 4))
    model.layers[2].weight = model.layers[1].weight  # type: ignore[attr-defined]
    with pytest.raises(ArgumentError, match=r"2\.weight and 1\.weight are the same"):
        Trainer(model, SGD(0.1), CrossEntropy())
    trainer = Trainer(Sequential([Flatten(), Dense(3)], (1, 4, 4)), SGD(0.1), CrossEntropy())
    trainer.model.layers.append(trainer.model.layers[0])
    with pytest.raises(NotReadyError, match=r"layers\[2\] Flatten"):
        trainer.fit(DATA, progress=False)
    weight = Parameter("weight", np.ones(2))
    with pytest.raises(ArgumentError, match="each parameter once"):
        SGD(0.1).step([weight, weight])


class Plus(Sequential):
    """A model whose output is more than that of its last layer."""

    def forward(self, x: Array, training: bool = False) -> Array:
        y: Array = x.reshape(len(x), -1)[:, :3] + super().forward(x, training)
        return y


def test_a_softmax_within_a_forward_of_ones_own_is_not_cut_off() -> None:
    model = Plus([Flatten(), Dense(3), Softmax()], (1, 4, 4))
    loss, _ = model.evaluate(DATA)
    assert loss == pytest.approx(CrossEntropy().value(model.predict(X), LABELS))
    assert "skipped" not in str(model.summary())
    inside = Sequential([Flatten(), Dense(3), Sequential([Softmax()])], (1, 4, 4))
    Trainer(inside, SGD(0.1), CrossEntropy()).fit(DATA, progress=False)
    assert inside.predict(X).sum(axis=1) == pytest.approx(np.ones(70))


class Conv3(Conv2D):
    """A subclass of a library layer with fewer options."""

    def __init__(self, filters: int) -> None:
        super().__init__(filters, 3, padding="same")


class Units(Dense):
    def __init__(self, units: int) -> None:
        super().__init__(units, bias=False)


class Halve(MaxPool):
    def __init__(self) -> None:
        super().__init__(2)


class Apart(SeparableConv2D):
    def __init__(self, filters: int) -> None:
        super().__init__(filters, 3, padding="same")


class Power(Layer):
    """Takes any options."""

    per_sample = True

    def __init__(self, *names: str, **options: float) -> None:
        self.names, self.options = names, options

    def output_shape(self, in_shape: Shape) -> Shape:
        return in_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = ()
        return x * self.options["scale"]

    def backward(self, dy: Array) -> Array:
        return dy * self.options["scale"]


def test_subclasses_of_library_layers_are_saved_and_loaded(tmp_path: Path) -> None:
    own = [Conv3(2), Apart(2), Halve(), Power("a", "b", scale=3.0), Flatten(), Units(3)]
    assert repr(own) == (
        "[Conv3(2), Apart(2), Halve(), Power('a', 'b', scale=3.0), Flatten(), Units(3)]"
    )
    model = Sequential(own, (1, 4, 4))
    model.save(tmp_path / "model.npz")
    again = Sequential.load(tmp_path / "model.npz", own_layers=[Conv3, Apart, Halve, Power, Units])
    np.testing.assert_array_equal(again.predict(X), model.predict(X))


class Net(Sequential):
    """A model with a constructor of its own."""

    def __init__(self, width: int) -> None:
        super().__init__([Flatten(), Dense(width)], (1, 4, 4))


class Block(Composition):
    """A composition that makes its own layers."""

    def __init__(self, width: int) -> None:
        self.width = width
        super().__init__([Dense(width), ReLU()])


def test_what_cannot_be_made_again_is_not_saved(tmp_path: Path) -> None:
    net = Net(3)
    with pytest.raises(ShapeError, match="Net"):
        net.predict(X[:, :, :2])
    with pytest.raises(ArgumentError, match=r"Net\.save: expected"):
        net.save(tmp_path / "net.npz")
    model = Sequential([Flatten(), Block(3)], (1, 4, 4))
    model.save(tmp_path / "model.npz")
    model.layers[1].layers.append(ReLU())  # type: ignore[attr-defined]
    model.build((1, 4, 4), np.random.default_rng(0))
    with pytest.raises(ArgumentError, match="layers that their constructors make"):
        model.save(tmp_path / "model.npz")
    assert not (tmp_path / "net.npz").exists()


def test_names_that_do_not_fit() -> None:
    for names in (["a"], ["a", "a"], []):
        with pytest.raises(ArgumentError, match="expected 2 different names"):
            Composition([Dense(2), ReLU()], names)


class Adaptive(Optimizer):
    """Counts its steps in an attribute, as Adam does."""

    def __init__(self, learning_rate: float = 0.01, fault: str = "") -> None:
        super().__init__(learning_rate)
        self.fault, self.taken = fault, 0

    def update(self, value: Array, gradient: Array, slots: dict[str, Array]) -> Array:
        self.taken += 1
        if self.fault == "in place":
            value -= gradient
            return value
        if self.fault == "shape":
            return value[..., :1]
        new: Array = value - np.float64(1 / self.taken) * gradient.astype(np.float64)
        return new


def test_an_optimizer_keeps_numbers_and_types() -> None:
    model = Sequential([Flatten(), Dense(3)], (1, 4, 4))
    trainer = Trainer(model, Adaptive(), CrossEntropy())
    trainer.train_step(X.astype(np.float32), LABELS)
    assert {p.value.dtype for p in model.parameters} == {np.dtype(np.float32)}
    other = Adaptive()
    other.restore(trainer.optimizer.state(), model.named_parameters())
    assert other.taken == 2
    for fault in ("in place", "shape"):
        broken = Trainer(
            Sequential([Flatten(), Dense(3)], (1, 4, 4)), Adaptive(fault=fault), CrossEntropy()
        )
        with pytest.raises(
            ArgumentError, match=r"Adaptive: update must return a new array of shape"
        ):
            broken.train_step(X, LABELS)


def test_a_column_that_is_not_measured_is_not_watched() -> None:
    model = Sequential([Flatten(), Dense(1)], (1, 4, 4))
    trainer = Trainer(model, SGD(0.01), MeanSquaredError())
    numbers = Dataset(X, X.mean(axis=(2, 3)))
    with pytest.raises(
        ArgumentError, match="accuracy to watch, but this training does not measure"
    ):
        trainer.fit(numbers, callbacks=[EarlyStopping(monitor="accuracy")], progress=False)


def test_a_layer_that_holds_others_sees_more_than_a_pixel() -> None:
    class Wrapped(Layer):
        def __init__(self, inner: Layer) -> None:
            self.inner = inner

        def output_shape(self, in_shape: Shape) -> Shape:
            return in_shape

        def forward(self, x: Array, training: bool = False) -> Array:
            return self.inner(x, training)

        def backward(self, dy: Array) -> Array:
            return self.inner.backward(dy)

    model = Sequential([Wrapped(Conv2D(1, 3, padding=1))], (1, 4, 4))
    assert receptive_field(model) == (4, 4)


@pytest.mark.parametrize(
    "value",
    [np.ones(3, int), np.ones(3, complex), np.ones(3, np.longdouble), [1.0], None],
    ids=repr,
)
def test_a_parameter_is_an_array_of_floats(value: Any) -> None:
    message = "Parameter 'weight': expected an array of float32 or float64"
    with pytest.raises(ShapeError, match=f"{message}, got"):
        Parameter("weight", value)
    weight = Parameter("weight", np.zeros(3))
    with pytest.raises(ShapeError, match=rf"{message} of shape \(3,\), got"):
        weight.value = value
    assert weight.value.dtype == np.float64


def test_halves_become_floats_that_can_be_saved(tmp_path: Path) -> None:
    model = Sequential([Dense(2)], input_shape=(3,))
    halves = np.arange(6, dtype=np.float16).reshape(2, 3)
    model.parameters[0].value = halves
    assert model.parameters[0].value.dtype == Parameter("weight", halves).grad.dtype == np.float32
    model.save(tmp_path / "m.npz")
    again = Sequential.load(tmp_path / "m.npz").parameters[0].value
    np.testing.assert_array_equal(again, halves)


def test_a_frozen_model_with_a_thawed_head_is_trained() -> None:
    body = Composition([ReLU(), Conv2D(2, 3)])
    model = Sequential([Conv2D(2, 1), body, Flatten(), Dense(3)], (1, 4, 4))
    body.trainable = False
    gradients(model)
    model.trainable = False
    model.layers[-1].trainable = True
    assert any(gradient.any() for gradient in gradients(model))


def test_layers_without_weights_serve_models_of_two_sizes() -> None:
    block = Composition([ReLU(), MaxPool(2)])
    small, large = Sequential([block], (1, 4, 4)), Sequential([block], (1, 8, 8))
    assert small.predict(X).shape == (70, 1, 2, 2)
    assert large.predict(np.zeros((1, 1, 8, 8))).shape == (1, 1, 4, 4)


def test_a_step_in_the_middle_of_an_interrupted_fit_is_refused(tmp_path: Path) -> None:
    from minicnn import Checkpoint  # noqa: PLC0415

    trainer = Trainer(Sequential([Flatten(), Dense(3)], (1, 4, 4)), SGD(0.1), CrossEntropy())
    trainer.fit(DATA, callbacks=[Checkpoint(tmp_path)], progress=False)
    resumed = Trainer.resume(tmp_path)
    with pytest.raises(NotReadyError, match="call fit"):
        resumed.train_step(X, LABELS)
