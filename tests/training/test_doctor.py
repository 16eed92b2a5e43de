"""The doctor: silent over a healthy training, and right about a sick one."""

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
    MaxPool,
    MeanSquaredError,
    OneCycle,
    ReLU,
    SeparableConv2D,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset, load_mnist
from minicnn.errors import ArgumentError, DivergenceError
from minicnn.layers import Layer
from minicnn.training.callbacks import Training


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_mnist().train[:2_000]


def network(first: Layer | None = None) -> Sequential:
    layers = [first or Conv2D(8, 5, padding="same"), ReLU(), MaxPool(4), Flatten(), Dense(10)]
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


def test_it_speaks_on_standard_error(digits: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    trainer = Trainer(network(), SGD(1e-9), CrossEntropy())
    trainer.fit(digits, 1, 32, callbacks=[Doctor()], progress=False)
    assert "epoch 1: the loss does not move" in capsys.readouterr().err


def test_an_interruption_does_not_change_what_it_says(digits: Dataset, tmp_path: Any) -> None:
    def doctored() -> tuple[Trainer, Doctor]:
        return Trainer(network(), SGD(1.0, momentum=0.9), CrossEntropy()), Doctor(lambda line: None)

    class Interrupt(Checkpoint):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            self.asked = trainer.steps in (19, 62)
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
