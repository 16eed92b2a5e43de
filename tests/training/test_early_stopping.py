"""Early stopping: it ends a training that no longer gets better, with the best weights."""

from typing import Any

import numpy as np
import pytest
from trainings import StopAt, data, trainer, weights

from minicnn import Callback, EarlyStopping, Trainer
from minicnn.errors import ArgumentError
from minicnn.training.callbacks import Training
from minicnn.training.callbacks.monitor import Monitor
from minicnn.training.history import Row
from minicnn.typing import Array


class Album(Callback):
    """Keeps the weights of every epoch."""

    def __init__(self) -> None:
        self.weights: list[list[Array]] = []

    def on_epoch_end(self, trainer: Training, row: Row) -> None:
        self.weights.append(weights(trainer))


def fit(who: Trainer, *callbacks: Callback, epochs: int) -> list[float]:
    history = who.fit(
        data(40), epochs, 9, validation=data(11, 1), callbacks=callbacks, progress=False
    )
    return history["validation_loss"]


@pytest.mark.parametrize("patience", [1, 2, 4])
def test_it_stops_after_epochs_without_improvement(patience: int) -> None:
    who, album, stopping = trainer(0.02), Album(), EarlyStopping(patience)
    losses = fit(who, album, stopping, epochs=30)
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + patience < 30
    assert stopping.best_epoch == best + 1
    for value, kept in zip(weights(who), album.weights[best], strict=True):
        np.testing.assert_array_equal(value, kept)
    assert who.model.evaluate(data(11, 1))[0] == losses[best]


def test_a_training_that_ends_by_itself_has_the_best_weights_too() -> None:
    who, stopping = trainer(0.02), EarlyStopping(patience=9)
    losses = fit(who, stopping, epochs=4)
    assert len(losses) == 4
    assert stopping.best_epoch == 1 + int(np.argmin(losses)) < 4
    assert who.model.evaluate(data(11, 1))[0] == min(losses)


def test_a_training_that_gets_better_keeps_its_last_weights() -> None:
    who, stopping, album = trainer(0.001), EarlyStopping(1), Album()
    losses = fit(who, stopping, album, epochs=4)
    assert sorted(losses, reverse=True) == losses
    for value, last in zip(weights(who), album.weights[-1], strict=True):
        assert value is last


def test_it_begins_anew_with_every_fit() -> None:
    who, stopping = trainer(0.02), EarlyStopping(1)
    fit(who, stopping, epochs=30)
    losses = list(who.history["validation_loss"])
    fit(who, stopping, epochs=30)
    assert stopping.best_epoch > len(losses)


def test_without_an_epoch_there_is_nothing_to_put_back() -> None:
    who = trainer()
    fit(who, StopAt(2), EarlyStopping(), epochs=5)
    assert who.steps == 2


ROWS: list[Row] = [
    {"loss": loss, "accuracy": accuracy, "validation_loss": None, "validation_accuracy": None}
    for loss, accuracy in ((1.0, 0.5), (0.9, 0.5), (0.85, 0.7), (0.85, 0.6))
]


@pytest.mark.parametrize(
    ("options", "improves"),
    [
        ({}, [True, True, True, False]),
        ({"column": "loss"}, [True, True, True, False]),
        ({"column": "loss", "min_change": 0.099}, [True, True, False, False]),
        ({"column": "loss", "min_change": 0.12}, [True, False, True, False]),
        ({"column": "accuracy"}, [True, False, True, False]),
        ({"column": "accuracy", "min_change": 0.3}, [True, False, False, False]),
    ],
)
def test_what_counts_as_improvement(options: dict[str, Any], improves: list[bool]) -> None:
    monitor = Monitor("test", **options)
    assert [monitor.improves(row) for row in ROWS] == improves


def test_what_cannot_be_watched() -> None:
    who, stopping = trainer(), EarlyStopping(monitor="validation_loss")
    with pytest.raises(ArgumentError, match="EarlyStopping: expected a validation_loss to watch"):
        who.fit(data(), callbacks=[stopping], progress=False)
    assert who.steps == 0
    with pytest.raises(ArgumentError, match="monitor must be one of validation_loss"):
        EarlyStopping(monitor="seconds")
    with pytest.raises(ArgumentError, match="patience"):
        EarlyStopping(0)
    with pytest.raises(ArgumentError, match="min_change"):
        EarlyStopping(min_change=-1)
