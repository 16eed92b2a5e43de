"""The doctor: silent over a healthy training, and right about a sick one."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    Checkpoint,
    Conv2D,
    CrossEntropy,
    Dense,
    Doctor,
    Flatten,
    LeakyReLU,
    MaxPool,
    MeanSquaredError,
    OneCycle,
    ReLU,
    SeparableConv2D,
    Sequential,
    Sigmoid,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset, load_mnist
from minicnn.errors import ArgumentError, DivergenceError
from minicnn.layers import Layer
from minicnn.layers.parameter import Parameter
from minicnn.training.callbacks import Training
from minicnn.training.callbacks.diagnosis import LayerNotes, LossNotes, diagnose
from minicnn.typing import Array, Shape


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_mnist().train[:1_200]


def network(first: Layer | None = None, bend: Layer | None = None) -> Sequential:
    layers = [first or Conv2D(8, 5, padding="same"), bend or ReLU(), MaxPool(4), Flatten()]
    layers += [Dense(10)]
    return Sequential([*layers, Softmax()], (1, 28, 28), seed=0)


def findings(
    data: Dataset, model: Sequential, optimizer: SGD, loss: Any = None, epochs: int = 2
) -> list[str]:
    said: list[str] = []
    doctor = Doctor(report=said.append)
    trainer = Trainer(model, optimizer, loss or CrossEntropy(), workers=1)
    trainer.fit(data, epochs, 32, callbacks=[doctor], progress=False)
    assert [line.partition(": ")[2] for line in said] == doctor.findings
    return doctor.findings


@pytest.mark.parametrize(
    "optimizer",
    [
        SGD(0.05, momentum=0.9),
        SGD(0.02),
        SGD(OneCycle(0.1), momentum=0.9, nesterov=True),
        SGD(0.05, momentum=0.9, weight_decay=0.01),
    ],
    ids=repr,
)
@pytest.mark.parametrize("first", [Conv2D, SeparableConv2D])
def test_of_a_healthy_training_it_says_nothing(
    digits: Dataset, optimizer: SGD, first: Callable[..., Layer]
) -> None:
    fresh = SGD(
        optimizer.schedule,
        optimizer.momentum,
        nesterov=optimizer.nesterov,
        weight_decay=optimizer.weight_decay,
    )
    assert findings(digits, network(first(8, 5, padding="same")), fresh) == []


def test_steps_far_too_large(digits: Dataset) -> None:
    loss, updates, *filters = findings(digits, network(), SGD(1.0, momentum=0.9))
    assert loss.startswith("the loss does not move: ")
    assert "guessing among 10 classes gives 2.303. The steps were too large" in loss
    assert updates.startswith("layers[0] Conv2D(8, 5, padding='same') and layers[4] Dense(10): the")
    assert "updates explode. A single step changed weights by" in updates
    assert any("dead" in line for line in filters)


def test_images_that_are_not_scaled(digits: Dataset) -> None:
    bytes_ = Dataset(digits.images * 255, digits.labels, digits.classes)
    found = findings(bytes_, network(), SGD(0.05, momentum=0.9))
    assert any("explode" in line and "are the images scaled to [0, 1]?" in line for line in found)


@pytest.mark.parametrize("loss", [CrossEntropy(), MeanSquaredError()])
def test_steps_far_too_small(digits: Dataset, loss: Any) -> None:
    stuck, updates = findings(digits, network(), SGD(1e-7), loss)
    assert "The steps are too small: try ten times the learning rate" in stuck
    assert "the updates vanish. A step changes weights by" in updates
    assert "layers[0] " in updates
    assert "layers[4] " in updates


def test_filters_that_are_dead(digits: Dataset) -> None:
    model = network()
    bias = model.parameters[1]
    bias.value[[2, 5]] = -100.0
    (found,) = findings(digits, model, SGD(0.02))
    assert "layers[0] Conv2D(8, 5, padding='same'): 2 of 8 filters are dead (2, 5)" in found
    bias.value[:] = -100.0
    loss, found = findings(digits, model, SGD(1e-3))
    assert "does not move" in loss
    assert found.startswith("layers[0] Conv2D(8, 5, padding='same') and layers[4] Dense(10): no gr")


def test_behind_a_leaky_relu_no_filter_can_die(digits: Dataset) -> None:
    model = network(bend=LeakyReLU())
    model.parameters[1].value[[2, 5]] = -100.0
    assert not any("dead" in line for line in findings(digits, model, SGD(0.02)))


def test_a_filter_behind_a_sigmoid_may_be_so_far_out_that_no_gradient_passes(
    digits: Dataset,
) -> None:
    model = network(bend=Sigmoid())
    model.parameters[1].value[[2, 5]] = -1000.0
    found = findings(digits, model, SGD(0.02))
    assert any("2 of 8 filters are dead (2, 5)" in line for line in found)


def test_one_dead_filter_of_eight_is_no_matter(digits: Dataset) -> None:
    model = network()
    model.parameters[1].value[3] = -100.0
    assert findings(digits, model, SGD(0.02)) == []


def test_labels_that_do_not_belong(digits: Dataset) -> None:
    labels = np.random.default_rng(0).permutation(digits.labels)
    mixed = Dataset(digits.images, labels, digits.classes)
    (found,) = findings(mixed, network(), SGD(0.02), epochs=1)
    assert "Do the labels belong to the images, and do the images differ?" in found


def test_weights_that_are_all_zero(digits: Dataset) -> None:
    model = network()
    for parameter in model.parameters:
        parameter.value[:] = 0
    found = findings(digits, model, SGD(0.05))
    assert any("all weights are zero" in line for line in found)


def test_what_is_learned_by_heart_is_not_stuck() -> None:
    """Nothing is left to learn, so that gradients vanish, some of them to zero."""
    images = np.eye(10, dtype=np.float32).repeat(8, axis=0).reshape(80, 1, 2, 5) * 9
    data = Dataset(images, np.arange(80) // 8, tuple("0123456789"))
    model = Sequential([Flatten(), Dense(10)], (1, 2, 5))
    said = findings(data, model, SGD(0.5, momentum=0.9), epochs=60)
    assert not [line for line in said if "explode" not in line], said


def test_a_last_layer_that_starts_at_zero_is_healthy(digits: Dataset) -> None:
    model = network()
    for parameter in model.parameters[2:]:
        parameter.value[:] = 0
    assert findings(digits, model, SGD(0.05, momentum=0.9)) == []


def test_steps_too_large_but_not_by_far(digits: Dataset) -> None:
    found = findings(digits, network(), SGD(0.1, weight_decay=2.0), epochs=1)
    assert any("the updates are too large. A step changes weights by" in line for line in found)


def test_a_training_that_breaks_off_is_looked_at_too(digits: Dataset) -> None:
    doctor = Doctor(report=lambda line: None)
    trainer = Trainer(network(), SGD(1e30), CrossEntropy())
    with pytest.raises(DivergenceError):
        trainer.fit(digits, 1, 32, callbacks=[doctor], progress=False)
    assert any("explode" in line for line in doctor.findings)


def test_frozen_layers_are_left_alone(digits: Dataset) -> None:
    first = Conv2D(8, 5, padding="same", trainable=False)
    model = network(first)
    model.parameters[1].value[:4] = -100.0
    assert findings(digits, model, SGD(0.02)) == []


class Linear(Layer):
    """A dense layer as students write it, with weights (D_in, D_out), or with a mistake."""

    weight: Parameter

    def __init__(self, units: int, factor: float = 1.0) -> None:
        self.units, self.factor = units, factor

    def output_shape(self, in_shape: Shape) -> Shape:
        return (self.units,)

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        weights = rng.normal(0, (2 / in_shape[0]) ** 0.5, (in_shape[0], self.units))
        self.weight = Parameter("weight", weights.astype(np.float32))

    def forward(self, x: Array, training: bool = False) -> Array:
        self.saved = (x,)
        return x @ self.weight.value

    def backward(self, dy: Array) -> Array:
        (x,) = self.recall(dy)
        self.weight.grad = self.factor * x.T @ dy
        return dy @ self.weight.value.T


def own_network(factor: float = 1.0) -> Sequential:
    layers = [Flatten(), Linear(64, factor), ReLU(), Dense(10), Softmax()]
    return Sequential(layers, (1, 28, 28), seed=0)


def test_a_right_layer_of_ones_own_is_healthy(digits: Dataset) -> None:
    """Its rows are the pixels, many of which are empty in every image."""
    assert findings(digits, own_network(), SGD(0.05)) == []
    assert Linear.filter_axis is None
    transposed = own_network()
    assert transposed.layers[3].filter_axis == 0, "that of Dense"


def test_filters_along_another_axis(digits: Dataset) -> None:
    class Columns(Linear):
        filter_axis = 1

    layers = [Flatten(), Columns(8), ReLU(), Dense(10), Softmax()]
    model = Sequential(layers, (1, 28, 28), seed=0)
    model.parameters[0].value[:, [1, 4]] = -1
    (found,) = findings(digits, model, SGD(0.02))
    assert found.startswith("layers[1] Columns(8): 2 of 8 filters are dead (1, 4)")


def test_a_layer_of_ones_own_may_have_a_wrong_gradient(digits: Dataset) -> None:
    advice = r"Or the gradient of layers\[1\] Linear\(64, factor=-1\.0\) is wrong: .*gradcheck"
    said: list[str] = []
    trainer = Trainer(own_network(-1.0), SGD(0.05, momentum=0.9), CrossEntropy())
    with pytest.raises(DivergenceError, match=advice):
        trainer.fit(digits, 40, 32, callbacks=[Doctor(said.append)], progress=False)
    assert re.search(f"the loss explodes: .*{advice}", "\n".join(said))
    assert not any("gradcheck" in line for line in findings(digits, network(), SGD(1.0)))


def test_a_loss_that_grows_explodes_whatever_it_was() -> None:
    notes = LossNotes(first=509.0, latest=3.5e35, guess=2.3, accuracy=0.1, classes=10, steps=100)
    (finding,) = diagnose([], notes)
    assert finding.text.startswith("the loss explodes: 509 at first, 3.5e+35 now")
    jump = LayerNotes("layers[0]", "filters", largest=656549026.53)
    assert "changed weights by 6.6e+08 times their size" in next(diagnose([jump], healthy())).text


def healthy() -> LossNotes:
    return LossNotes(first=2.3, latest=0.5, guess=2.3, accuracy=0.8, classes=10, steps=100)


def test_one_answer_to_everything_where_a_class_is_frequent(digits: Dataset) -> None:
    rng = np.random.default_rng(0)
    images = rng.random((400, 1, 28, 28), dtype=np.float32)
    rare = Dataset(images, (np.arange(400) % 10 == 0).astype(np.int64), ("healthy", "ill"))
    model = Sequential([Flatten(), Dense(2), Softmax()], (1, 28, 28), seed=0)
    found = findings(rare, model, SGD(1e-3), epochs=3)
    assert any(
        line.startswith("the model gives the answer 'healthy' to every image. 90% of them are")
        for line in found
    ), found


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (np.zeros((200, 1, 28, 28), np.float32), "the 200 images .* are all the same"),
        (np.full((200, 1, 28, 28), 0.7, np.float32), "the 200 images .* are all the same"),
        (
            np.linspace(0, 1, 200, dtype=np.float32).repeat(784).reshape(200, 1, 28, 28),
            "the 200 images .* have one value in all their pixels",
        ),
    ],
)
def test_images_with_nothing_in_them(images: Array, what: str) -> None:
    data = Dataset(images, np.arange(200) % 10, tuple("0123456789"))
    found = findings(data, network(), SGD(0.02), epochs=6)
    assert re.match(what, found[0])
    assert not any("Do the labels belong" in line for line in found)


def test_it_speaks_on_standard_error(digits: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    trainer = Trainer(network(), SGD(1e-9), CrossEntropy())
    trainer.fit(digits, 1, 32, callbacks=[Doctor()], progress=False)
    assert "epoch 1: the loss does not move" in capsys.readouterr().err


def test_an_interruption_does_not_change_what_it_says(digits: Dataset, tmp_path: Any) -> None:
    def doctored() -> tuple[Trainer, Doctor]:
        return Trainer(network(), SGD(1.0, momentum=0.9), CrossEntropy()), Doctor(lambda line: None)

    class Interrupt(Checkpoint):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            self.ctrl_c.pressed = trainer.steps in (19, 62)
            super().on_step_end(trainer, loss, accuracy)

    undisturbed, whole = doctored()
    undisturbed.fit(digits, 3, 32, callbacks=[whole], progress=False)
    who, doctor = doctored()
    for _ in range(2):
        callbacks = [doctor, Interrupt(tmp_path)]
        with pytest.raises(KeyboardInterrupt):
            who.fit(digits, 3, 32, callbacks=callbacks, progress=False)
        who, doctor = Trainer.resume(tmp_path), doctored()[1]
    who.fit(digits, 3, 32, callbacks=[doctor], progress=False)
    assert doctor.findings == whole.findings != []


def test_epochs_of_few_steps_are_looked_at_together(digits: Dataset) -> None:
    found = findings(digits[:64], network(), SGD(1e-7), epochs=40)
    assert any("the updates vanish" in line for line in found)


def test_options_out_of_range() -> None:
    with pytest.raises(ArgumentError, match="every"):
        Doctor(every=0)
    with pytest.raises(ArgumentError, match="report must be a function"):
        Doctor(report="loudly")  # type: ignore[arg-type] # the point of the test
