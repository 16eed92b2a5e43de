"""Checkpoints: a training that is interrupted anywhere becomes what it would have become."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_trainer import StopAt, data, model, trainer

from minicnn import (
    SGD,
    Callback,
    Checkpoint,
    Cosine,
    CrossEntropy,
    Dense,
    EarlyStopping,
    Flatten,
    Loss,
    MeanSquaredError,
    OneCycle,
    Schedule,
    Sequential,
    StepDecay,
    Trainer,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError
from minicnn.inspection import Film
from minicnn.saving import checkpoint_file
from minicnn.typing import Array, Labels, Shape


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written by the hundred here; test_kill.py waits for the disk as everybody does."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


EPOCHS, BATCH_SIZE, STEPS = 3, 9, 15  # of 40 samples, the last batch of an epoch smaller


class KilledError(RuntimeError):
    """Stands for the end of the process."""


class KillAt(Callback):
    """Ends everything after a step or an epoch, when the checkpoint of it is written."""

    runs_last = True

    def __init__(self, steps: int, *, after_epoch: bool = False) -> None:
        self.steps, self.after_epoch = steps, after_epoch

    def on_step_end(self, trainer: Trainer, loss: float, accuracy: float) -> None:
        if trainer.steps == self.steps and not self.after_epoch:
            raise KilledError

    def on_epoch_end(self, trainer: Trainer, row: Any) -> None:
        if trainer.steps == self.steps and self.after_epoch:
            raise KilledError


class Noise(Flatten):
    """A layer of one's own that draws random numbers while it trains."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        self.rng = rng

    def forward(self, x: Array, training: bool = False) -> Array:
        y = super().forward(x, training)
        noise: Array = self.rng.normal(0, 0.1, y.shape).astype(y.dtype)
        return y + noise if training else y


class Warm(Schedule):
    """A schedule of one's own."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def __call__(self, progress: float) -> float:
        return self.rate * (0.5 + progress)


class Halved(CrossEntropy):
    """A loss of one's own."""

    def __init__(self, factor: float = 0.5) -> None:
        self.factor = factor

    def value(self, outputs: Array, labels: Labels) -> float:
        return self.factor * super().value(outputs, labels)

    def gradient(self, outputs: Array, labels: Labels) -> Array:
        gradient: Array = np.float32(self.factor) * super().gradient(outputs, labels)
        return gradient


def noisy() -> Trainer:
    network = Sequential([Noise(), Dense(10)], (1, 8, 8), seed=3)
    return Trainer(network, SGD(Warm(0.05), momentum=0.5), Halved(0.25), workers=1)


def in_float64() -> Trainer:
    made = trainer(OneCycle(0.05), nesterov=True, weight_decay=1e-3, decay_of={"0.weight": 0.01})
    for parameter in made.model.parameters:
        parameter.value = np.asfortranarray(parameter.value.astype(np.float64))
    made.model.parameters[1].trainable = False
    made.model.parameters[2].decay = False
    return made


TRAINERS: dict[str, Callable[[], Trainer]] = {
    "cosine": lambda: trainer(Cosine(0.1), seed=4),
    "nesterov in float64": in_float64,
    "plain": lambda: Trainer(model(), SGD(StepDecay(0.1)), MeanSquaredError(), 7, workers=2),
    "of one's own": noisy,
}
OWN = [Noise, Warm, Halved]


def fit(who: Trainer, *callbacks: Callback, **options: Any) -> None:
    who.fit(data(40), validation=data(11, 1), callbacks=callbacks, progress=False, **options)


def facts(who: Trainer) -> dict[str, Any]:
    """All that must not depend on an interruption."""
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in who.history.rows]
    arrays = [p.value for p in who.model.parameters] + who.optimizer.velocities
    return {
        "history": rows,
        "arrays": [(array.tobytes("A"), array.dtype, array.shape) for array in arrays],
        "position": who.numbers() | {"seconds": 0.0},
        "random": who.rng.bit_generator.state,
    }


MOMENTS = [(steps, False) for steps in range(1, STEPS + 1)] + [(5, True), (10, True), (15, True)]


@pytest.mark.parametrize("name", TRAINERS)
def test_from_every_moment_it_goes_on_to_the_same_bits(tmp_path: Path, name: str) -> None:
    undisturbed = TRAINERS[name]()
    fit(undisturbed, epochs=EPOCHS, batch_size=BATCH_SIZE)
    for steps, after_epoch in MOMENTS:
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

    def on_epoch_begin(self, trainer: Trainer) -> None:
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


@pytest.mark.parametrize("steps", [6, 10, 15])
def test_what_callbacks_keep_goes_on_too(tmp_path: Path, steps: int) -> None:
    def callbacks() -> list[Any]:
        stopping = EarlyStopping(patience=4, monitor="validation_accuracy")
        return [Film(frames=9), stopping, EarlyStopping(9), Checkpoint(tmp_path, every_seconds=0)]

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
    for name in ("steps", "kernels", "loss", "accuracy", "edge", "orientation", "live"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_training_that_is_done_stays_done(tmp_path: Path) -> None:
    for callbacks, steps in ([], STEPS), ([StopAt(7)], 7):
        who = trainer()
        fit(who, *callbacks, Checkpoint(tmp_path), epochs=EPOCHS, batch_size=BATCH_SIZE)
        again = Trainer.resume(tmp_path)
        fit(again)
        assert again.steps == steps
        fit(again, epochs=2)  # and a further training may follow
        assert again.steps == steps + 2


class PressCtrlC(Callback):
    """Ctrl-C in the midst of a step, or twice."""

    def __init__(self, steps: int, times: int = 1) -> None:
        self.steps, self.times = steps, times

    def on_step_end(self, trainer: Trainer, loss: float, accuracy: float) -> None:
        if trainer.steps == self.steps:
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("steps", [3, 5, 15])
def test_ctrl_c_ends_the_step_writes_and_says_how_to_go_on(tmp_path: Path, steps: int) -> None:
    undisturbed, who = trainer(Cosine(0.1)), trainer(Cosine(0.1))
    fit(undisturbed, epochs=EPOCHS, batch_size=BATCH_SIZE)
    callbacks = [Checkpoint(tmp_path), PressCtrlC(steps), EarlyStopping(9)]
    with pytest.raises(KeyboardInterrupt, match=r"step \d+ of 15; go on with Trainer\.resume\('"):
        fit(who, *callbacks, epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert who.steps == steps
    again = Trainer.resume(tmp_path)
    assert again.steps == steps
    fit(again, EarlyStopping(9))
    fit(undisturbed := trainer(Cosine(0.1)), EarlyStopping(9), epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert facts(again) == facts(undisturbed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    who = trainer()
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        fit(who, Checkpoint(tmp_path), PressCtrlC(3, times=2), epochs=2, batch_size=BATCH_SIZE)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert Trainer.resume(tmp_path).steps == 0, "the checkpoint of the beginning is still whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_who_answers_to_ctrl_c_already_goes_on_doing_so(tmp_path: Path) -> None:
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append("Ctrl-C"))
    try:
        fit(trainer(), Checkpoint(tmp_path), PressCtrlC(3), epochs=2, batch_size=BATCH_SIZE)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert heard == ["Ctrl-C"]


def test_in_a_thread_there_is_no_ctrl_c(tmp_path: Path) -> None:
    who = trainer()
    thread = threading.Thread(target=lambda: fit(who, Checkpoint(tmp_path), epochs=2))
    thread.start()
    thread.join()
    assert Trainer.resume(tmp_path).steps == who.steps == 2


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
        ("train data", train[:39], validation, {}),
        ("train data", other_labels, validation, {}),
        ("train data", other_images, validation, {}),
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
    with pytest.raises(ArgumentError, match=r"after 7 of 15 steps; go on .*resume\('.*replace=Tr"):
        fit(trainer(), Checkpoint(tmp_path), epochs=1)
    assert (tmp_path / "last.npz").read_bytes() == before
    fit(trainer(), Checkpoint(tmp_path, replace=True), epochs=1)
    fit(trainer(), Checkpoint(tmp_path), epochs=1)  # one that is done may be replaced


def test_a_full_disk_does_not_end_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write, calls = checkpoint_file.write, []

    def sometimes_full(path: Path, who: Trainer) -> None:
        calls.append(who.steps)
        if 5 <= who.steps <= full_until:
            raise OSError("No space left on device")
        write(path, who)

    monkeypatch.setattr(checkpoint_file, "write", sometimes_full)
    full_until = 10
    fit(trainer(), Checkpoint(tmp_path, every_seconds=0), epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert calls[-1] == STEPS
    error = capsys.readouterr().err
    assert "last.npz cannot be written (No space left on device); training goes on" in error
    assert Trainer.resume(tmp_path).steps == STEPS
    full_until = STEPS
    who = trainer()
    with pytest.raises(OSError, match="No space left"):
        fit(who, Checkpoint(tmp_path), epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert who.steps == STEPS


class MySGD(SGD):
    """An optimizer of one's own."""


def test_what_cannot_be_written_down_is_refused_before_any_work(tmp_path: Path) -> None:
    class Keeps(Callback):
        def state(self) -> dict[str, Any]:
            return {"thing": object()}

    impostor = type("Cosine", (Warm,), {})
    cases: list[tuple[str, Trainer, list[Callback]]] = [
        ("expected the optimizer SGD", Trainer(model(), MySGD(0.1), CrossEntropy()), []),
        ("got 'Cosine' for your own", trainer(impostor(0.1)), []),
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
    changes = {
        '"minicnn checkpoint, version 1"': ('"version 2"', "expected 'minicnn checkpoint, vers"),
        '"Constant"': ('"os.system"', "unknown schedule 'os.system', expected one of Constant"),
        '"CrossEntropy"': ('"Loss"', "unknown loss 'Loss'"),
        '"steps": 7': ('"steps": 16', "a position within a training"),
        '"epoch_steps": 2': ('"epoch_steps": -2', "epoch_steps must be a whole number"),
        '"momentum": 0.9': ('"momentum": 2', "momentum must be"),
        '"PCG64"': ('"PCG65"', "broken one"),
        '"velocities"': ('"velocity"', "broken one .KeyError"),
        '"training.0"': ('"training.1"', "expected velocities of "),
        '"training.2"': ('"nowhere"', "training is missing or broken"),
    }
    for old, (new, message) in changes.items():
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


def test_classes_of_ones_own_must_be_given(tmp_path: Path) -> None:
    fit(noisy(), Checkpoint(tmp_path))
    for own, message in (
        ([], "unknown layer 'Noise'"),
        ([Noise], "unknown schedule 'Warm'.*own="),
        ([Noise, Warm], "unknown loss 'Halved'"),
    ):
        with pytest.raises(DataError, match=message):
            Trainer.resume(tmp_path, own=own)
    assert isinstance(Trainer.resume(tmp_path, own=OWN).loss, Loss)
