"""Training: it learns, it repeats itself to the bit, it reports, it stops when it must."""

import math
from typing import Any

import numpy as np
import pytest
from trainings import Diary, StopAt, data, model, trainer, weights

from minicnn import (
    SGD,
    Callback,
    Cosine,
    CrossEntropy,
    Dense,
    MeanSquaredError,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.training.callbacks import Training


def test_an_untrained_network_knows_nothing() -> None:
    blank = model()
    blank.parameters[-2].value = np.zeros_like(blank.parameters[-2].value)
    loss, _ = blank.evaluate(data())
    assert loss == pytest.approx(math.log(10), rel=1e-6)
    losses = [model(seed).evaluate(data())[0] for seed in range(5)]
    assert np.mean(losses) == pytest.approx(math.log(10), rel=0.25)


@pytest.mark.parametrize(("loss", "rate"), [(CrossEntropy(), 0.1), (MeanSquaredError(), 0.3)])
def test_one_batch_is_learned_by_heart(loss: Any, rate: float) -> None:
    batch = data(16)
    fitted = Trainer(model(), SGD(rate, momentum=0.9), loss)
    for _ in range(800):
        value, accuracy = fitted.train_step(batch.images, batch.labels)
    assert accuracy == 1.0
    assert value < 1e-3


def test_the_last_softmax_is_part_of_the_loss() -> None:
    """The same weights come out with and without it, under cross-entropy."""
    one = Trainer(model(), SGD(0.1), CrossEntropy())
    other = Trainer(model(softmax=False), SGD(0.1), CrossEntropy())
    for _ in range(3):
        results = [t.train_step(data().images, data().labels) for t in (one, other)]
        assert results[0] == results[1]
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_scores_of_ten_thousand_train_on() -> None:
    fitted = trainer(1e-6)
    dense = fitted.model.layers[4]
    assert isinstance(dense, Dense)
    dense.weight.value = dense.weight.value * 1e4
    loss, _ = fitted.train_step(data().images, data().labels)
    assert math.isfinite(loss)
    assert all(np.isfinite(value).all() for value in weights(fitted))


def test_the_same_seed_gives_the_same_bits() -> None:
    runs = [trainer(Cosine(0.1), seed=5, weight_decay=1e-3) for _ in range(2)]
    for run in runs:
        run.fit(data(), epochs=2, batch_size=7, validation=data(20, 1), progress=False)
    for one, other in zip(weights(runs[0]), weights(runs[1]), strict=True):
        np.testing.assert_array_equal(one, other)
    for column in ("loss", "accuracy", "validation_loss", "learning_rate"):
        assert runs[0].history[column] == runs[1].history[column]


def test_another_seed_shuffles_otherwise() -> None:
    runs = [Trainer(model(), SGD(0.1), CrossEntropy(), seed) for seed in (0, 1)]
    for run in runs:
        run.fit(data(), batch_size=7, progress=False)
    assert not np.array_equal(weights(runs[0])[0], weights(runs[1])[0])


def test_nothing_global_is_random() -> None:
    np.random.seed(0)  # noqa: NPY002 - the point of the test
    before = np.random.get_state()[1].copy()  # type: ignore[index] # noqa: NPY002
    trainer().fit(data(), progress=False)
    after = np.random.get_state()[1]  # type: ignore[index] # noqa: NPY002
    np.testing.assert_array_equal(before, after)


def test_callbacks_hear_of_everything_in_order() -> None:
    diary = Diary()
    trainer().fit(data(5), epochs=2, batch_size=3, callbacks=[diary], progress=False)
    assert diary.calls == [
        ("fit begins", 4),
        ("epoch begins", 1),
        ("step", 1, True, True),
        ("step", 2, True, True),
        ("epoch trained", 1, 2),
        ("epoch ends", 1, 2),
        ("epoch begins", 2),
        ("step", 3, True, True),
        ("step", 4, True, True),
        ("epoch trained", 2, 4),
        ("epoch ends", 2, 4),
        ("fit ends",),
    ]


class Raise(Callback):
    """Fails at one moment."""

    def __init__(self, moment: str) -> None:
        self.moment = moment

    def on_fit_begin(self, trainer: Training) -> None:
        if self.moment == "begin":
            raise RuntimeError("no")

    def on_fit_end(self, trainer: Training) -> None:
        if self.moment == "end":
            raise RuntimeError("no")


@pytest.mark.parametrize(
    ("moment", "first", "last"), [("begin", 2, 0), ("end", 6, 6)], ids=["begin", "end"]
)
def test_who_began_hears_of_the_end(moment: str, first: int, last: int) -> None:
    before, after = Diary(), Diary()
    callbacks = [before, Raise(moment), after]
    with pytest.raises(RuntimeError, match="no"):
        trainer().fit(data(4), batch_size=4, callbacks=callbacks, progress=False)
    assert len(before.calls) == first
    assert before.calls[-1] == ("fit ends",)
    assert len(after.calls) == last


def test_a_callback_can_stop_the_training() -> None:
    fitted = trainer()
    history = fitted.fit(data(12), epochs=9, batch_size=4, callbacks=[StopAt(5)], progress=False)
    assert fitted.steps == 5
    assert len(history) == 1


def test_the_history_has_a_row_an_epoch() -> None:
    fitted = trainer(Cosine(0.1))
    fitted.fit(data(10), epochs=2, batch_size=4, progress=False)
    history = fitted.fit(data(10), batch_size=4, validation=data(6, 1), progress=False)
    assert history is fitted.history
    assert history["epoch"] == [1, 2, 3]
    assert history["steps"] == [3, 6, 9]
    assert history.rows[0]["validation_loss"] is None
    assert np.isnan(history["validation_accuracy"][:2]).all()
    expected = fitted.model.evaluate(data(6, 1))
    assert (history["validation_loss"][2], history["validation_accuracy"][2]) == expected


def test_the_loss_of_an_epoch_weighs_every_sample_alike() -> None:
    """With a rate of nearly nothing it is the loss of the whole set, uneven batches or not."""
    fitted = trainer(1e-30)
    history = fitted.fit(data(10), batch_size=4, progress=False)
    loss, accuracy = fitted.model.evaluate(data(10))
    assert history["loss"][0] == pytest.approx(loss, rel=1e-6)
    assert history["accuracy"][0] == pytest.approx(accuracy, rel=1e-6)


def test_the_schedule_runs_once_through_the_fit() -> None:
    rates = []

    class Rates(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            rates.append(trainer.optimizer.learning_rate)

    fitted = trainer(Cosine(0.1))
    fitted.fit(data(8), epochs=2, batch_size=4, callbacks=[Rates()], progress=False)
    assert rates == [Cosine(0.1)(progress) for progress in (0, 0.25, 0.5, 0.75)]


def test_epochs_are_counted_by_the_rows_of_the_history() -> None:
    fitted = trainer()
    fitted.fit(data(8), epochs=5, batch_size=4, callbacks=[StopAt(3)], progress=False)
    fitted.fit(data(8), epochs=1, batch_size=4, progress=False)
    assert fitted.history["epoch"] == [1, 2]


def test_a_harmless_underflow_ends_nothing() -> None:
    rng = np.random.default_rng(0)
    images = (rng.random((64, 1, 8, 8)) * 1e-30).astype(np.float32)
    images[::2] *= 1e32
    data = Dataset(images, np.arange(64) % 10, tuple("0123456789"))
    trainer = Trainer(
        model(), SGD(0.01, momentum=0.5, weight_decay=1e-4), CrossEntropy(), workers=2
    )
    with np.errstate(all="raise"):
        trainer.fit(data, epochs=3, validation=data, progress=False)
        trainer.model.predict(images)
        CrossEntropy().gradient(np.array([[0.0, -1000.0, 5.0]], np.float32), np.array([0]))


@pytest.mark.parametrize(
    ("samples", "batch_size", "remarked"),
    [(300, 300, True), (300, 100_000, True), (300, 299, False), (200, 200, False)],
)
def test_a_batch_of_all_samples_is_remarked_on(
    samples: int, batch_size: int, remarked: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    for shown in (True, False):
        trainer(0.1).fit(data(samples), batch_size=batch_size, progress=shown)
        remark = f"takes all {samples} samples at once, so that an epoch is one step"
        assert (remark in capsys.readouterr().err) == (remarked and shown)
