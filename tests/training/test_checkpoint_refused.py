"""Checkpoints that are refused, and what cannot be kept in one; disks that are full."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trainings import (
    BATCH_SIZE,
    EPOCHS,
    OWN,
    STEPS,
    KillAt,
    KilledError,
    Noise,
    Warm,
    data,
    fit,
    model,
    noisy,
    trainer,
)

from minicnn import (
    SGD,
    Callback,
    Checkpoint,
    CrossEntropy,
    EarlyStopping,
    Loss,
    Trainer,
)
from minicnn.data import Dataset, Flip
from minicnn.errors import ArgumentError, DataError
from minicnn.training import checkpoint_file
from minicnn.training.state import TrainingState

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


def interrupted(folder: Path, steps: int = 7) -> None:
    """Leave a checkpoint in the middle of the second epoch."""
    with pytest.raises(KilledError):
        fit(
            trainer(),
            Checkpoint(folder, every_seconds=0, replace=True),
            KillAt(steps),
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
        )


def test_other_data_or_another_training_is_refused(tmp_path: Path) -> None:
    interrupted(tmp_path)
    who, train, validation = Trainer.resume(tmp_path), data(40), data(11, 1)
    other_labels = Dataset(train.images, train.labels[::-1], train.classes)
    other_images = Dataset(1 - train.images, train.labels, train.classes)
    cases: list[tuple[str, Dataset, Dataset | None, dict[str, int]]] = [
        ("train data.* it differs in shape", train[:39], validation, {}),
        ("train data.* it differs in targets, ", other_labels, validation, {}),
        ("train data.* it differs in images, ", other_images, validation, {}),
        (
            r"train data.* it differs in augmentations, .*\[\].* got .*\['Flip\(\)'\]",
            train.augmented(Flip()),
            validation,
            {},
        ),
        ("validation data.*got None", train, None, {}),
        ("validation data", train, train, {}),
        (
            "epochs=3, as before the interruption, or nothing; got 4",
            train,
            validation,
            {"epochs": 4},
        ),
        ("batch_size=9, as", train, validation, {"batch_size": 8}),
    ]
    for message, *given, options in cases:
        with pytest.raises((DataError, ArgumentError), match=message):
            who.fit(given[0], validation=given[1], progress=False, **options)  # type: ignore[arg-type] # mypy loses the types of a tuple's rest
    assert who.steps == 7
    fit(who, epochs=EPOCHS, batch_size=BATCH_SIZE)  # the same is no contradiction
    assert who.steps == STEPS


def test_a_training_that_could_go_on_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    interrupted(tmp_path)
    before = (tmp_path / "last.npz").read_bytes()
    with pytest.raises(ArgumentError, match=r"after 7 of 15 steps; resume it .*me\('.*replace=Tr"):
        fit(trainer(), Checkpoint(tmp_path), epochs=1)
    assert (tmp_path / "last.npz").read_bytes() == before
    fit(trainer(), Checkpoint(tmp_path, replace=True), epochs=1)
    fit(trainer(), Checkpoint(tmp_path), epochs=1)  # one that is done may be replaced


def test_a_full_disk_does_not_end_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write, calls = checkpoint_file.write, []

    def sometimes_full(path: Path, state: TrainingState) -> None:
        calls.append(state.progress.steps)
        if 6 <= state.progress.steps <= full_until:
            raise OSError("No space left on device")
        write(path, state)

    monkeypatch.setattr(checkpoint_file, "write", sometimes_full)
    full_until = 9
    fit(trainer(), Checkpoint(tmp_path, every_seconds=0), epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert calls[-1] == STEPS
    error = capsys.readouterr().err
    assert "last.npz cannot be written (No space left on device); training continues" in error
    assert Trainer.resume(tmp_path).steps == STEPS
    full_until = STEPS
    who = trainer()
    with pytest.raises(OSError, match="No space left"):
        fit(who, Checkpoint(tmp_path), epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert who.steps == STEPS


def test_what_cannot_be_written_down_is_refused_before_any_work(tmp_path: Path) -> None:
    class Keeps(Callback):
        def state(self) -> dict[str, Any]:
            return {"thing": object()}

    impostor = type("Cosine", (Warm,), {})
    cases: list[tuple[str, Trainer, list[Callback]]] = [
        ("got 'Cosine' for a class of your own", trainer(impostor(0.1)), []),
        ("numbers, texts, arrays.*Object of type object", trainer(), [Keeps()]),
    ]
    for message, who, callbacks in cases:
        with pytest.raises(ArgumentError, match=message):
            fit(who, *callbacks, Checkpoint(tmp_path))
        assert who.steps == 0
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match="Checkpoint: expected a path that can be written"):
        fit(trainer(), Checkpoint(tmp_path / "file"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_options_out_of_range(tmp_path: Path) -> None:
    options: list[dict[str, Any]] = [
        {"every_seconds": -1},
        {"monitor": "seconds"},
        {"replace": 1},
    ]
    for option in options:
        with pytest.raises(ArgumentError, match=f"Checkpoint: {next(iter(option))} must be"):
            Checkpoint(tmp_path, **option)


def test_files_that_are_no_checkpoints(tmp_path: Path) -> None:
    model().save(tmp_path / "model.npz")
    with pytest.raises(DataError, match=r"model\.npz: expected a checkpoint, got a model"):
        Trainer.resume(tmp_path / "model.npz")
    with pytest.raises(DataError, match=r"last\.npz: cannot be read"):
        Trainer.resume(tmp_path)
    interrupted(tmp_path)
    with np.load(tmp_path / "last.npz") as entries:
        parts = dict(entries)
    described = str(parts["training"])
    workers = Trainer.resume(tmp_path).workers
    changes = [
        ('"minicnn checkpoint, version 3"', '"version 1"', "expected 'minicnn checkpoint, vers"),
        ('"SGD"', '"os.system"', "unknown class 'os.system', expected one of"),
        ('"SGD"', '"Constant"', "broken one .TypeError"),
        ('"CrossEntropy"', '"MSE"', "unknown class 'MSE'"),
        ('"CrossEntropy"', '"ReLU"', "broken one .TypeError"),
        ('"first_step": 0', '"first_step": 8', "a progress within a training"),
        ('"first_step": 0', '"first": 0', "expected a progress of"),
        ('"seen": 18', f'"seen": {10**400}', "expected seen of at most"),
        ('"epoch_steps": 2', '"epoch_steps": -2', "epoch_steps must be a whole number"),
        ('"momentum": 0.9', '"momentum": 2', "momentum must be"),
        ('"PCG64"', '"PCG65"', "broken one"),
        ('"slots"', '"velocities"', "broken one .KeyError"),
        ('"velocity"', '"speed"', "expected slots of .* got .*speed"),
        ('"training.0"', '"training.1"', "expected slots of "),
        ('"training.2"', '"nowhere"', "training is missing or broken"),
        ('"workers": 2', '"workers": 2000', "expected at most 1024 workers"),
        ('"train": {"shape"', '"train": {"size"', "expected a fingerprint of the data, got"),
        (
            '"validation": {',
            '"validation": 1, "was": {',
            "expected a fingerprint of the data, got 1",
        ),
        ('"train": {', '"train": null, "was": {', "expected a fingerprint of the data, got None"),
    ]
    described = described.replace(f'"workers": {workers}', '"workers": 2')
    for old, new, message in changes:
        assert old in described
        changed = np.array(described.replace(old, new))
        np.savez(tmp_path / "changed.npz", **{**parts, "training": changed})
        with pytest.raises(DataError, match=rf"changed\.npz: .*{message}"):
            Trainer.resume(tmp_path / "changed.npz")


def test_what_a_callback_kept_may_be_broken_too(tmp_path: Path) -> None:
    who = trainer()
    with pytest.raises(KilledError):
        fit(who, EarlyStopping(), Checkpoint(tmp_path), KillAt(1, after_epoch=True), epochs=2)
    with np.load(tmp_path / "last.npz") as entries:
        parts = dict(entries)
    changed = str(parts["training"]).replace('"weights"', '"weight"')
    np.savez(tmp_path / "last.npz", **{**parts, "training": np.array(changed)})
    with pytest.raises(DataError, match=r"last\.npz: what EarlyStopping kept cannot be used"):
        fit(Trainer.resume(tmp_path), EarlyStopping())


class Forgetful(CrossEntropy):
    """A loss of one's own that does not keep its option under its name."""

    def __init__(self, factor: float = 0.5) -> None:
        self.weight = factor


class Smoothed(CrossEntropy):
    """A loss of one's own that keeps more than its option."""

    def __init__(self, factor: float = 0.5) -> None:
        self.factor, self.rest = factor, 1 - factor


class Doubled(Warm):
    """A schedule of one's own that keeps something else than its option."""

    def __init__(self, rate: float) -> None:
        super().__init__(2 * rate)


def test_what_could_not_be_made_anew_is_refused_before_any_work(tmp_path: Path) -> None:
    cases = [
        (Trainer(model(), SGD(0.1), Forgetful()), "got no attribute 'factor'.*self.factor = fac"),
        (trainer(Doubled(0.1)), "expected SGD.*Doubled.* to keep each option as it is"),
    ]
    for who, message in cases:
        with pytest.raises(ArgumentError, match=message):
            fit(who, Checkpoint(tmp_path))
        assert who.steps == 0
    assert not list(tmp_path.iterdir()), "nothing is replaced by what is no use"
    fit(Trainer(model(), SGD(0.1), Smoothed(0.25)), Checkpoint(tmp_path))
    loss = Trainer.resume(tmp_path, own=[Smoothed]).loss
    assert isinstance(loss, Smoothed)
    assert (loss.factor, loss.rest) == (0.25, 0.75)


def test_what_cannot_be_read_is_not_overwritten(tmp_path: Path) -> None:
    last = tmp_path / "last.npz"
    model().save(last)
    before = last.read_bytes()
    with pytest.raises(ArgumentError, match=r"a checkpoint or nothing at .*move it away, or start"):
        fit(trainer(), Checkpoint(tmp_path))
    assert last.read_bytes() == before


def test_callbacks_that_watch_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(KilledError):
        fit(trainer(), EarlyStopping(), Checkpoint(tmp_path), KillAt(1, after_epoch=True), epochs=2)
    with pytest.raises(DataError, match=r"expected monitor=None, .*got 'accuracy'"):
        fit(Trainer.resume(tmp_path), EarlyStopping(monitor="accuracy"))


def test_a_training_with_nothing_to_learn_is_refused_by_name(tmp_path: Path) -> None:
    interrupted(tmp_path)
    with np.load(tmp_path / "last.npz") as entries:
        parts = dict(entries)
    frozen = str(parts["architecture"]).replace('"learned"', '"frozen"')
    np.savez(tmp_path / "last.npz", **{**parts, "architecture": np.array(frozen)})
    with pytest.raises(DataError, match=r"last\.npz: Trainer: expected a model with something to"):
        Trainer.resume(tmp_path)


def test_classes_of_ones_own_must_be_given(tmp_path: Path) -> None:
    fit(noisy(), Checkpoint(tmp_path))
    for own, message in (
        ([], "unknown class 'Noise'.*own="),
        ([Noise], "unknown class 'Warm'.*own="),
        ([Noise, Warm], "unknown class 'Halved'.*own="),
    ):
        with pytest.raises(DataError, match=message):
            Trainer.resume(tmp_path, own=own)
    assert isinstance(Trainer.resume(tmp_path, own=OWN).loss, Loss)
