"""Targets that are not class numbers: pictures and numbers, through data, loss and trainer."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn import (
    SGD,
    BinaryCrossEntropy,
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
    Sigmoid,
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
        (regression, CrossEntropy(), MEANS, DataError, "whole numbers, .* got float32"),
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


def scores(outputs: int) -> Sequential:
    return Sequential([Flatten(), Dense(outputs)], (1, 8, 8), seed=0)


BRIGHT = (IMAGES.mean(axis=(1, 2, 3)) > 0.5).astype(np.int64)
SEVERAL = np.stack([BRIGHT, IMAGES[:, 0, 0, 0] > 0.5], axis=1).astype(np.float32)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("outputs", "targets", "classes"),
    [(1, BRIGHT, ("dark", "bright")), (1, BRIGHT, None), (2, SEVERAL, None)],
    ids=["one score, named", "one score", "several labels"],
)
def test_answers_that_are_yes_or_no(outputs: int, targets: Any, classes: Any, workers: int) -> None:
    trainer = Trainer(
        scores(outputs), SGD(0.1, momentum=0.9), BinaryCrossEntropy(), workers=workers
    )
    data = Dataset(IMAGES - 0.5, targets, classes)
    history = trainer.fit(data, epochs=60, validation=data, progress=False)
    answers = trainer.model.predict(data.images) > 0
    right = float(np.mean(answers == targets.reshape(answers.shape)))
    assert history["validation_accuracy"][-1] == pytest.approx(right)
    assert right > 0.9


@pytest.mark.parametrize("loss", [CrossEntropy(0.1), CrossEntropy(0.1, [1.0, 2.0])])
def test_a_smoothed_and_weighted_loss_is_shared_and_resumed(loss: Any, tmp_path: Path) -> None:
    data = Dataset(IMAGES, BRIGHT, ("dark", "bright"))
    one, two = (Trainer(scores(2), SGD(0.1), loss, workers=w) for w in (1, 2))
    for trainer in (one, two):
        trainer.fit(data, batch_size=96, callbacks=[Checkpoint(tmp_path)], progress=False)
    for mine, other in zip(one.model.parameters, two.model.parameters, strict=True):
        np.testing.assert_allclose(mine.value, other.value, rtol=1e-4, atol=1e-7)
    assert repr(Trainer.resume(tmp_path).loss) == repr(loss)


def test_class_numbers_for_a_model_with_another_number_of_outputs() -> None:
    digits = Dataset(IMAGES, np.arange(96) % 10, tuple("0123456789"))
    trainer = Trainer(scores(64), SGD(0.1), MeanSquaredError())
    with pytest.raises(DataError, match=r"10 classes .* gives \(64,\); .*Dataset\(images, images"):
        trainer.fit(digits, progress=False)
    Trainer(scores(10), SGD(0.1), MeanSquaredError()).fit(digits, progress=False)


def test_classes_that_differ_are_refused(tmp_path: Path) -> None:
    labels = np.arange(96) % 2
    train = Dataset(IMAGES, labels, ("cat", "dog"))
    other = Dataset(IMAGES, labels, ("dog", "owl"))
    trainer = Trainer(scores(2), SGD(0.1), CrossEntropy())
    with pytest.raises(DataError, match=r"validation has the classes dog, owl, .* cat, dog"):
        trainer.fit(train, validation=other, progress=False)
    assert trainer.steps == 0
    trainer.fit(train, progress=False)
    with pytest.raises(DataError, match=r"evaluate: data has the classes dog, owl, .* cat, dog"):
        trainer.model.evaluate(other)
    trainer.model.evaluate(train)
    trainer.model.evaluate(Dataset(IMAGES, labels))
    trainer.model.save(tmp_path / "model.npz")
    loaded = Sequential.load(tmp_path / "model.npz")
    assert loaded.classes == ("cat", "dog")
    assert loaded.part(1).classes is None
    trainer.fit(other, progress=False)  # it learns others now
    trainer.model.evaluate(other)


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_softmax_before_binary_cross_entropy_is_refused(outputs: int) -> None:
    model = Sequential([Flatten(), Dense(outputs), Softmax()], (1, 8, 8))
    with pytest.raises(ArgumentError, match=r"scores for BinaryCrossEntropy\(\).*leave it out"):
        Trainer(model, SGD(0.1), BinaryCrossEntropy())


@pytest.mark.parametrize("loss", [BinaryCrossEntropy(), CrossEntropy()])
def test_a_sigmoid_before_a_loss_that_takes_scores_is_refused(loss: Any) -> None:
    model = Sequential([Flatten(), Dense(2), Sigmoid()], (1, 8, 8))
    with pytest.raises(ArgumentError, match=r"layers\[2\] Sigmoid\(\) gives prob.*leave it out$"):
        Trainer(model, SGD(0.1), loss)
    Trainer(model, SGD(0.1), MeanSquaredError())


def test_one_score_is_not_for_cross_entropy() -> None:
    for labels, message in ((BRIGHT, "one output is for BinaryCross"), (BRIGHT * 0, "two classes")):
        with pytest.raises((DataError, ShapeError), match=message):
            Trainer(scores(1), SGD(0.1), CrossEntropy()).train_step(IMAGES, labels)


def test_the_same_classes_in_another_order_are_refused(tmp_path: Path) -> None:
    labels = np.arange(96) % 2
    trainer = Trainer(scores(2), SGD(0.1), CrossEntropy())
    callbacks = [Checkpoint(tmp_path)]
    trainer.fit(Dataset(IMAGES, labels, ("cat", "dog")), callbacks=callbacks, progress=False)
    turned = Dataset(IMAGES, labels, ("dog", "cat"))
    for who in (trainer, Trainer.resume(tmp_path)):
        with pytest.raises(DataError, match=r"train has the classes dog, cat, .* cat, dog"):
            who.fit(turned, progress=False)
    other = Dataset(IMAGES, labels, ("owl", "fox"))
    with pytest.raises(DataError, match="train has the classes owl, fox"):
        Trainer.resume(tmp_path).fit(other, progress=False)


def test_a_fit_that_is_refused_leaves_the_classes_as_they_were() -> None:
    trainer = Trainer(scores(2), SGD(0.1), CrossEntropy())
    with pytest.raises(ArgumentError, match="epochs"):
        trainer.fit(Dataset(IMAGES, np.arange(96) % 2, ("cat", "dog")), epochs=0, progress=False)
    assert trainer.model.classes is None
