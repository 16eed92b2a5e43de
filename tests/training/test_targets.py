"""Targets that are not class numbers: pictures and numbers, through data, loss and trainer."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    Checkpoint,
    Conv2D,
    ConvTranspose2D,
    CrossEntropy,
    Dense,
    Flatten,
    Layer,
    MaxPool,
    MeanSquaredError,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, ShapeError

IMAGES = np.random.default_rng(0).random((96, 1, 8, 8), dtype=np.float32)
MEANS = IMAGES.mean(axis=(1, 2, 3))[:, np.newaxis]


def autoencoder() -> Sequential:
    layers = [Conv2D(4, 3, padding="same"), ReLU(), MaxPool(2), ConvTranspose2D(1, 2, stride=2)]
    return Sequential(layers, (1, 8, 8), seed=0)


def regression() -> Sequential:
    return Sequential([Flatten(), Dense(1)], (1, 8, 8), seed=0)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("model", "targets"),
    [(autoencoder, IMAGES), (regression, MEANS)],
    ids=["pictures", "numbers"],
)
def test_a_training_towards_targets_of_any_shape(
    model: Any, targets: Any, workers: int, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = Trainer(model(), SGD(0.05, momentum=0.9), MeanSquaredError(), workers=workers)
    data = Dataset(IMAGES, targets)
    history = trainer.fit(data, epochs=15, validation=data)
    assert history["loss"][-1] < history["loss"][0] / 2
    outputs = trainer.model.predict(IMAGES)
    expected = float(np.mean((outputs - targets) ** 2))
    assert history["validation_loss"][-1] == pytest.approx(expected, rel=1e-5)
    assert all(row["accuracy"] is None for row in history.rows)
    loss, accuracy = trainer.train_step(IMAGES, targets)
    assert loss == pytest.approx(expected, rel=1e-4)
    assert math.isnan(accuracy)
    assert "accuracy" not in capsys.readouterr().err


def test_such_a_training_is_resumed_to_the_bit(tmp_path: Path) -> None:
    data, whole = Dataset(IMAGES, IMAGES), Trainer(autoencoder(), SGD(0.1), MeanSquaredError())
    whole.fit(data, epochs=2, progress=False)

    class Stop(Checkpoint):
        def on_step_end(self, trainer: Any, loss: float, accuracy: float) -> None:
            super().on_step_end(trainer, loss, accuracy)
            if trainer.steps == 1:
                trainer.interrupt()

    part = Trainer(autoencoder(), SGD(0.1), MeanSquaredError())
    part.fit(data, epochs=2, callbacks=[Stop(tmp_path, every_seconds=0)], progress=False)
    resumed = Trainer.resume(tmp_path)
    resumed.fit(data, progress=False)
    for one, other in zip(whole.model.parameters, resumed.model.parameters, strict=True):
        np.testing.assert_array_equal(one.value, other.value)


@pytest.mark.parametrize(
    ("model", "loss", "targets", "error", "message"),
    [
        (regression, MeanSquaredError(), MEANS[:, 0], DataError, r"\(96, 1\).*\[:, np.newaxis\]"),
        (autoencoder, MeanSquaredError(), MEANS, DataError, r"\(96, 1, 8, 8\), got \(96, 1\)"),
        (regression, MeanSquaredError(), np.arange(96), DataError, "become floats by"),
        (autoencoder, CrossEntropy(), np.arange(96) % 8, ShapeError, r"outputs of shape \(N, K\)"),
        (regression, CrossEntropy(), MEANS, DataError, "whole numbers, got float32"),
        (regression, CrossEntropy(), np.arange(96), DataError, r"lie in 0\.\.0"),
    ],
)
def test_targets_that_the_loss_does_not_take_are_refused_before_any_work(
    model: Any, loss: Any, targets: Any, error: type[Exception], message: str
) -> None:
    trainer = Trainer(model(), SGD(0.1), loss)
    data = Dataset(IMAGES, targets)
    with pytest.raises(error, match=message):
        trainer.fit(data, progress=False)
    with pytest.raises(error, match=message):
        trainer.model.evaluate(data, loss)
    with pytest.raises(error, match=message):
        trainer.train_step(IMAGES, targets)
    assert trainer.steps == 0


def test_a_data_set_without_classes() -> None:
    data = Dataset(IMAGES, IMAGES)
    first, rest = data.split(64, seed=0)
    np.testing.assert_array_equal(first.images, first.targets)
    assert len(rest[:5]) == 5
    images, targets = next(data.batches(10, np.random.default_rng(0)))
    np.testing.assert_array_equal(images, targets)
    with pytest.raises(DataError, match=r"class numbers.*data\.targets"):
        data.labels  # noqa: B018 - asking is enough
    assert Dataset(IMAGES, np.arange(96)).labels[3] == 3
    wrong: list[Any] = [IMAGES[:5], np.full(96, np.nan), ["a"] * 96, np.array(3.0)]
    for targets in wrong:
        with pytest.raises(DataError, match=r"Dataset: .*targets"):
            Dataset(IMAGES, targets)


@pytest.mark.parametrize(
    "layers",
    [
        [Flatten(), Dense(10), Softmax(), Softmax()],
        [Flatten(), Sequential([Dense(10), Softmax(), Softmax()])],
        [Flatten(), Sequential([Dense(10), Softmax()]), Softmax()],
    ],
    ids=["twice", "inside", "inside and behind"],
)
def test_a_second_softmax_is_reported(layers: list[Layer]) -> None:
    model = Sequential(layers, (1, 8, 8))
    with pytest.raises(ArgumentError, match=r"layers\[\d\].* Softmax\(\) gives probabilities"):
        Trainer(model, SGD(0.1), CrossEntropy())
    Trainer(model, SGD(0.1), MeanSquaredError())


def test_channels_last_is_named() -> None:
    with pytest.raises(ShapeError, match=r"channels first.*use \(1, 28, 28\)"):
        Sequential([Conv2D(8, 5)], input_shape=(28, 28, 1))
    with pytest.raises(ShapeError, match=r"channels first.*use \(3, 32, 32\)"):
        Dataset(np.zeros((5, 32, 32, 3)), np.arange(5))
    with pytest.raises(ShapeError, match=r"channels last, np\.moveaxis\(x, -1, 1\)"):
        autoencoder().predict(np.zeros((5, 8, 8, 1)))
    Sequential([Conv2D(8, (1, 5))], input_shape=(28, 20, 28))
