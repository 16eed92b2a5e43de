"""Checkpoints: a training that is interrupted anywhere becomes what it would have become."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trainings import (
    BATCH_SIZE,
    EPOCHS,
    MOMENTS,
    OWN,
    STEPS,
    TRAINERS,
    KillAt,
    KilledError,
    StopAt,
    data,
    facts,
    fit,
    trainer,
)

from minicnn import (
    AverageWeights,
    Callback,
    Checkpoint,
    Cosine,
    EarlyStopping,
    Sequential,
    Trainer,
)
from minicnn.data import Affine, Crop, Dataset, Erase, Flip
from minicnn.errors import DivergenceError
from minicnn.inspection import Film
from minicnn.training.callbacks import Training
from minicnn.typing import Array, Targets

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.mark.parametrize("name", TRAINERS)
def test_from_every_moment_it_goes_on_to_the_same_bits(tmp_path: Path, name: str) -> None:
    undisturbed = TRAINERS[name]()
    fit(undisturbed, epochs=EPOCHS, batch_size=BATCH_SIZE)
    for steps, after_epoch in MOMENTS[:: 1 if name == "plain" else 3]:
        folder = tmp_path / f"{steps}{after_epoch}"
        killed = TRAINERS[name]()
        callbacks = [KillAt(steps, after_epoch=after_epoch), Checkpoint(folder, every_seconds=0)]
        with pytest.raises(KilledError):
            fit(killed, *reversed(callbacks), epochs=EPOCHS, batch_size=BATCH_SIZE)
        again = Trainer.resume(folder, own=OWN)
        assert again.steps == steps
        fit(again, Checkpoint(folder))
        assert facts(again) == facts(undisturbed), f"killed after {steps} steps"
        assert sorted(path.name for path in folder.iterdir()) == ["best.npz", "last.npz"]


class Mirrored(Dataset):
    """Data that is changed by chance as it comes, batch by batch."""

    def batches(
        self, batch_size: int, rng: np.random.Generator | None = None
    ) -> Iterator[tuple[Array, Targets]]:
        for images, labels in super().batches(batch_size, rng):
            mirrored = rng is not None and rng.random() < 0.5
            yield images[..., ::-1] if mirrored else images, labels


@pytest.mark.parametrize("steps", [1, 5, 7, 12])
def test_chance_in_the_data_goes_on_as_well(tmp_path: Path, steps: int) -> None:
    train = Mirrored(data(40).images, data(40).labels, data(40).classes)
    undisturbed, killed = trainer(Cosine(0.1)), trainer(Cosine(0.1))
    undisturbed.fit(train, EPOCHS, BATCH_SIZE, progress=False)
    callbacks = [Checkpoint(tmp_path, every_seconds=0), KillAt(steps)]
    with pytest.raises(KilledError):
        killed.fit(train, EPOCHS, BATCH_SIZE, callbacks=callbacks, progress=False)
    again = Trainer.resume(tmp_path)
    again.fit(train, progress=False)
    assert facts(again) == facts(undisturbed)


@pytest.mark.parametrize("steps", range(1, 7))
def test_augmentation_goes_on_to_the_same_bits_from_every_step_of_an_epoch(
    tmp_path: Path, steps: int
) -> None:
    augmentations = [Affine(turn=20, shift=1, scale=0.1, shear=5), Flip(), Crop(1), Erase((2, 4))]
    train, validation = data(40).augmented(*augmentations), data(11, 1).augmented(Flip())
    undisturbed, killed, plain = trainer(Cosine(0.1)), trainer(Cosine(0.1)), trainer(Cosine(0.1))
    undisturbed.fit(train, EPOCHS, BATCH_SIZE, validation, progress=False)
    callbacks = [Checkpoint(tmp_path, every_seconds=0), KillAt(steps)]
    with pytest.raises(KilledError):
        killed.fit(train, EPOCHS, BATCH_SIZE, validation, callbacks, progress=False)
    again = Trainer.resume(tmp_path)
    again.fit(train, validation=validation, progress=False)
    assert facts(again) == facts(undisturbed)
    loss = undisturbed.model.evaluate(data(11, 1))[0]
    assert undisturbed.history["validation_loss"][-1] == loss, "of the pictures as they are"
    fit(plain, epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert facts(plain)["arrays"] != facts(undisturbed)["arrays"], "a case that shows nothing"


def test_before_the_first_step_and_again_and_again(tmp_path: Path) -> None:
    undisturbed = trainer(Cosine(0.1))
    fit(undisturbed, epochs=EPOCHS, batch_size=BATCH_SIZE)
    for number, steps in enumerate((0, 1, 2, 6, 7, 14)):
        who = Trainer.resume(tmp_path) if number else trainer(Cosine(0.1))
        options = {"epochs": EPOCHS, "batch_size": BATCH_SIZE}
        kill = KillAt(steps) if steps else StopBefore()
        with pytest.raises(KilledError):
            fit(who, Checkpoint(tmp_path, every_seconds=0), kill, **options)
    again = Trainer.resume(tmp_path / "last.npz")
    fit(again)
    assert facts(again) == facts(undisturbed)


class StopBefore(Callback):
    """Ends everything before the first step."""

    runs_last = True

    def on_epoch_begin(self, trainer: Training) -> None:
        raise KilledError


def test_the_best_epoch_is_a_model_file(tmp_path: Path) -> None:
    who = trainer(0.02)
    fit(who, Checkpoint(tmp_path), epochs=6, batch_size=BATCH_SIZE)
    losses = who.history["validation_loss"]
    assert losses.index(min(losses)) not in (0, 5), "a case that shows nothing"
    best = Sequential.load(tmp_path / "best.npz").evaluate(data(11, 1))
    assert best[0] == min(losses)
    last = Sequential.load(tmp_path / "last.npz").evaluate(data(11, 1))
    assert last[0] == losses[-1]


def test_the_best_epoch_is_the_best_beside_early_stopping_too(tmp_path: Path) -> None:
    """What that puts back, by a column of its own, is no matter of the checkpoint's."""
    stopping = EarlyStopping(2, monitor="validation_accuracy")
    who = trainer(0.02, seed=6)
    fit(who, stopping, Checkpoint(tmp_path), epochs=20, batch_size=BATCH_SIZE)
    losses = who.history["validation_loss"]
    assert losses.index(min(losses)) + 1 != stopping.best_epoch, "a case that shows nothing"
    assert Sequential.load(tmp_path / "best.npz").evaluate(data(11, 1))[0] == min(losses)
    best = who.model.evaluate(data(11, 1))[0]
    assert best == losses[stopping.best_epoch - 1]
    last = Sequential.load(tmp_path / "last.npz")
    assert last.evaluate(data(11, 1))[0] == best, "it is the model in memory"
    again = Trainer.resume(tmp_path)
    assert again.progress.finished
    fit(again, EarlyStopping(2, monitor="validation_accuracy"))
    assert again.model.evaluate(data(11, 1))[0] == best


def test_the_best_of_another_training_goes_when_a_new_one_begins(tmp_path: Path) -> None:
    fit(trainer(), Checkpoint(tmp_path), epochs=1)
    with pytest.raises(KilledError):
        fit(trainer(), Checkpoint(tmp_path), StopBefore())
    assert [path.name for path in tmp_path.iterdir()] == ["last.npz"]
    who, checkpoint = trainer(0.02), Checkpoint(tmp_path, replace=True)
    for _ in range(3):  # but it stays while the same training goes on, fit after fit
        fit(who, checkpoint, epochs=2, batch_size=BATCH_SIZE)
    best = Sequential.load(tmp_path / "best.npz").evaluate(data(11, 1))[0]
    assert best == min(who.history["validation_loss"]) < who.history["validation_loss"][-1]


@pytest.mark.parametrize("moment", ["on_epoch_begin", "on_step_end", "on_epoch_end"])
@pytest.mark.parametrize("end", [Trainer.stop, Trainer.interrupt])
def test_what_another_callback_ends_is_written(
    tmp_path: Path, moment: str, end: Callable[[Trainer], None]
) -> None:
    other = Callback()
    setattr(other, moment, lambda who, *_: end(who) if who.steps >= 5 else None)
    who = trainer()
    fit(who, other, Checkpoint(tmp_path), epochs=EPOCHS, batch_size=BATCH_SIZE)
    again = Trainer.resume(tmp_path)
    assert again.steps == who.steps < STEPS
    assert again.progress.finished == (end is Trainer.stop)


@pytest.mark.parametrize("steps", [5, 7, 10])
@pytest.mark.parametrize("moment", ["on_epoch_begin", "on_step_end", "on_epoch_end"])
def test_what_another_callback_interrupts_goes_on_to_the_same_bits(
    tmp_path: Path, moment: str, steps: int
) -> None:
    """Also before the first step of an epoch, and with chance in the data."""
    train = Mirrored(data(40).images, data(40).labels, data(40).classes)
    other = Callback()
    setattr(other, moment, lambda who, *_: who.interrupt() if who.steps >= steps else None)
    runs = [trainer(Cosine(0.1)), trainer(Cosine(0.1))]
    runs[0].fit(train, EPOCHS, BATCH_SIZE, callbacks=[AverageWeights(0.8)], progress=False)
    callbacks = [AverageWeights(0.8), Checkpoint(tmp_path, every_seconds=None), other]
    runs[1].fit(train, EPOCHS, BATCH_SIZE, callbacks=callbacks, progress=False)
    again = Trainer.resume(tmp_path)
    assert again.steps == runs[1].steps < STEPS
    assert not again.progress.finished
    again.fit(train, callbacks=[AverageWeights(0.8)], progress=False)
    assert facts(again) == facts(runs[0])


class Count(Callback):
    """Counts steps, and says nothing before the first."""

    def __init__(self) -> None:
        self.array: dict[str, Any] = {}

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        self.array = {"array": self.array.get("array", np.zeros(1, int)) + 1}

    def state(self) -> dict[str, Any]:
        return self.array

    def restore(self, state: dict[str, Any]) -> None:
        self.array = state


class Never(Count):
    """Keeps nothing."""

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Count no steps."""


def test_callbacks_of_one_class_each_get_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Never.__name__ = "Count"
    with pytest.raises(KilledError):
        fit(trainer(), Never(), Count(), Checkpoint(tmp_path, every_seconds=0), KillAt(3), epochs=4)
    one, other = Never(), Count()
    again = Trainer.resume(tmp_path)
    fit(again, one, other)
    assert (one.array, other.array["array"].tolist()) == ({}, [4])
    fit(Trainer.resume(tmp_path), Checkpoint(tmp_path))
    assert "before the interruption there was also Count" in capsys.readouterr().err


def test_a_folder_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    checkpoint = Checkpoint("run")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    fit(trainer(), checkpoint, epochs=1)
    assert Trainer.resume(tmp_path / "run").progress.finished


def test_weights_that_are_broken_do_not_replace_a_good_checkpoint(tmp_path: Path) -> None:
    class Break(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            if trainer.steps == 7:
                trainer.model.parameters[0].value = np.full((4, 1, 3, 3), np.inf, np.float32)

    who = trainer()
    with pytest.raises(DivergenceError):
        fit(who, Break(), Checkpoint(tmp_path, every_seconds=0), epochs=9, batch_size=BATCH_SIZE)
    assert Trainer.resume(tmp_path).steps == 6


@pytest.mark.parametrize("steps", [6, 10, 15])
def test_what_callbacks_keep_goes_on_too(tmp_path: Path, steps: int) -> None:
    def callbacks() -> list[Any]:
        stopping = EarlyStopping(patience=4, monitor="validation_accuracy")
        return [
            Film(frames=9, models=4),
            stopping,
            EarlyStopping(9),
            Checkpoint(tmp_path, every_seconds=0),
        ]

    undisturbed, kept = trainer(0.5), callbacks()[:3]
    fit(undisturbed, *kept, epochs=6, batch_size=BATCH_SIZE)
    with pytest.raises(KilledError):
        fit(trainer(0.5), *callbacks(), KillAt(steps), epochs=6, batch_size=BATCH_SIZE)
    again, later = Trainer.resume(tmp_path), callbacks()
    fit(again, *later)
    assert facts(again) == facts(undisturbed)
    for one, other in zip(kept[1:], later[1:], strict=False):
        assert one.best_epoch == other.best_epoch > 0
        assert one.monitor.best == other.monitor.best
    assert later[3].monitor.best == min(undisturbed.history["validation_loss"])
    one, other = kept[0].recording, later[0].recording
    assert one.final_step == other.final_step
    measured = ("loss", "accuracy", "edge", "orientation", "live")
    for name in ("steps", "kernels", *measured, "model_steps"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert len(one.model_steps) == 4
    assert one.models.keys() == other.models.keys() == again.model.named_parameters().keys()
    for name, values in one.models.items():
        np.testing.assert_array_equal(values, other.models[name])


def test_a_training_that_is_done_stays_done(tmp_path: Path) -> None:
    for callbacks, steps in ([], STEPS), ([StopAt(7)], 7):
        who = trainer()
        fit(who, *callbacks, Checkpoint(tmp_path), epochs=EPOCHS, batch_size=BATCH_SIZE)
        again = Trainer.resume(tmp_path)
        fit(again)
        assert again.steps == steps
        fit(again, epochs=2)  # and a further training may follow
        assert again.steps == steps + 2
