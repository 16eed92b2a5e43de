"""Averaged weights: what is averaged, who sees it when, and a training that is the same without."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trainings import (
    BATCH_SIZE,
    EPOCHS,
    MOMENTS,
    STEPS,
    KillAt,
    KilledError,
    StopAt,
    data,
    facts,
    fit,
    model,
    trainer,
    weights,
)

from minicnn import (
    SGD,
    Adam,
    AverageWeights,
    Callback,
    Checkpoint,
    Cosine,
    CrossEntropy,
    Dense,
    Doctor,
    EarlyStopping,
    Flatten,
    Parameter,
    Sequential,
    Trainer,
)
from minicnn.errors import ArgumentError, DataError, DivergenceError, NotReadyError
from minicnn.training.callbacks import Training
from minicnn.training.callbacks.callback_list import CallbackList
from minicnn.typing import Array, Shape

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

PLAN = {"epochs": EPOCHS, "batch_size": BATCH_SIZE}


class Centre(Flatten):
    """Subtracts the running mean of what it has seen in training."""

    def create_parameters(self, in_shape: Shape, rng: np.random.Generator) -> None:
        mean = np.zeros(np.prod(in_shape), np.float32)
        self.running_mean = Parameter("running_mean", mean, role="statistic")

    def forward(self, x: Array, training: bool = False) -> Array:
        y = super().forward(x, training)
        if training:
            mean = np.float32(0.7) * self.running_mean.value + np.float32(0.3) * y.mean(axis=0)
            self.running_mean.value = mean
        return y - self.running_mean.value


def centred() -> Trainer:
    network = Sequential([Centre(), Dense(10)], (1, 8, 8), seed=3)
    return Trainer(network, Adam(Cosine(0.01)), CrossEntropy())


class Album(Callback):
    """Keeps the arrays of the model at every moment, and a copy of them."""

    def __init__(self) -> None:
        self.steps: list[list[Array]] = []
        self.epochs: list[list[Array]] = []
        self.copies: list[list[Array]] = []

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        self.steps.append(weights(trainer))

    def on_epoch_end(self, trainer: Training, row: Any) -> None:
        self.epochs.append(weights(trainer))
        self.copies.append([value.copy() for value in self.epochs[-1]])


def same(one: list[Array], other: list[Array]) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def held(arrays: dict[str, Array]) -> list[Array]:
    return list(arrays.values())


@pytest.mark.parametrize("make", [trainer, centred])
@pytest.mark.parametrize("decay", [0.0, 0.6, 0.999])
def test_by_a_plain_loop(decay: float, make: Any) -> None:
    average, album, who = AverageWeights(decay), Album(), make()
    fit(who, average, album, **PLAN)
    assert average.steps == STEPS
    expected = [value.astype(np.float64) for value in album.steps[0]]
    for t, values in enumerate(album.steps):
        d = min(decay, t / (t + 1))
        expected = [d * a + (1 - d) * v for a, v in zip(expected, values, strict=True)]
        if t + 1 == 10:  # the end of the second epoch
            for one, other in zip(album.epochs[1], expected, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    for one, other in zip(weights(who), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
        assert one.dtype == np.float32
    if decay == 0.999:
        for i, value in enumerate(weights(who)):
            mean = np.mean([values[i] for values in album.steps], axis=0)
            np.testing.assert_allclose(value, mean, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["one worker", "two workers", "a statistic", "a frozen layer"])
def test_the_training_is_the_same_without(name: str) -> None:
    def make() -> Trainer:
        if name == "a statistic":
            return centred()
        workers = 2 if name == "two workers" else 1
        made = Trainer(model(), SGD(Cosine(0.1), momentum=0.9), CrossEntropy(), workers=workers)
        made.model.layers[0].trainable = name != "a frozen layer"
        return made

    runs, albums, average = [make(), make()], [Album(), Album()], AverageWeights(0.9)
    for who, album, more in zip(runs, albums, ([average], []), strict=True):
        callbacks = [album, *more]
        who.fit(data(200), 3, 80, data(11, 1), callbacks, progress=False)
    assert len(albums[0].steps) == 9
    for one, other in zip(albums[0].steps, albums[1].steps, strict=True):
        assert same(one, other)
    assert same(held(average.own), weights(runs[1]))
    for column in ("loss", "accuracy"):
        assert runs[0].history[column] == runs[1].history[column]
    losses = [who.history["validation_loss"] for who in runs]
    assert losses[0] != losses[1], "the validation is of the averages"
    assert not same(weights(runs[0]), weights(runs[1]))
    if name == "a frozen layer":
        assert same(weights(runs[0])[:2], [p.value for p in model().parameters[:2]])


@pytest.mark.parametrize("first", [True, False])
def test_who_sees_what(first: bool) -> None:
    """Whichever stands first in the list."""
    average, album, who = AverageWeights(0.8), Album(), trainer(0.05)
    fit(who, *([average, album] if first else [album, average]), **PLAN)
    losses = who.history["validation_loss"]
    assert who.model.evaluate(data(11, 1))[0] == losses[-1]
    judge = model()
    for epoch, values in enumerate(album.epochs):
        for parameter, value in zip(judge.parameters, values, strict=True):
            parameter.value = value
        assert judge.evaluate(data(11, 1))[0] == losses[epoch]
        assert not same(values, album.steps[5 * epoch + 4])
        assert same(values, album.copies[epoch]), "arrays that were taken out stay as they were"
    assert same(weights(who), album.epochs[-1])
    assert same(held(average.own), album.steps[-1])


def test_without_a_validation_it_is_the_same() -> None:
    runs = [trainer(), trainer()]
    for who, validation in zip(runs, (data(11, 1), None), strict=True):
        callbacks = [AverageWeights(0.8)]
        who.fit(data(), validation=validation, callbacks=callbacks, progress=False, **PLAN)
    assert same(weights(runs[0]), weights(runs[1]))


def test_early_stopping_keeps_the_averages_of_the_best_epoch() -> None:
    for order in (1, -1):
        who, album, stopping = trainer(0.02), Album(), EarlyStopping(2)
        callbacks = [AverageWeights(0.9), stopping, album][::order]
        fit(who, *callbacks, epochs=30, batch_size=BATCH_SIZE)
        losses = who.history["validation_loss"]
        assert stopping.best_epoch == len(losses) - 2 == 1 + int(np.argmin(losses))
        assert same(weights(who), album.copies[stopping.best_epoch - 1])
        assert who.model.evaluate(data(11, 1))[0] == min(losses)


@pytest.mark.parametrize("first", [True, False])
def test_the_doctor_sees_no_leap_between_epochs(first: bool) -> None:
    alone, beside = Doctor(lambda line: None, every=1), Doctor(lambda line: None, every=1)
    fit(trainer(0.2), alone, **PLAN)
    average = AverageWeights()
    fit(trainer(0.2), *([average, beside] if first else [beside, average]), **PLAN)
    for one, other in zip(alone.notes, beside.notes, strict=True):
        assert one.largest == other.largest
        assert one.ratios == other.ratios


def all_of(who: Trainer, average: AverageWeights) -> dict[str, Any]:
    """All that must not depend on an interruption."""
    kept = [*held(average.averages), *held(average.own)]
    averages = [(array.tobytes("A"), array.dtype, array.shape) for array in kept]
    model = average.averaged_model()
    return (
        facts(who)
        | {"averages": averages, "steps": average.steps, "own": len(average.own)}
        | {"model": [p.value.tobytes() for p in model.parameters]}
    )


@pytest.mark.parametrize("make", [trainer, centred])
def test_from_every_moment_it_goes_on_to_the_same_bits(tmp_path: Path, make: Any) -> None:
    undisturbed, kept = make(), AverageWeights(0.8)
    fit(undisturbed, kept, **PLAN)
    for steps, after_epoch in MOMENTS[1 if make is trainer else 0 :: 2]:
        folder = tmp_path / f"{steps}{after_epoch}"
        killed = KillAt(steps, after_epoch=after_epoch)
        with pytest.raises(KilledError):
            fit(make(), Checkpoint(folder, every_seconds=0), AverageWeights(0.8), killed, **PLAN)
        again, average = Trainer.resume(folder, own=[Centre]), AverageWeights(0.8)
        fit(again, Checkpoint(folder), average)
        assert all_of(again, average) == all_of(undisturbed, kept), f"killed after {steps} steps"


def test_a_training_resumed_when_it_is_done_trains_on_to_the_same_bits(tmp_path: Path) -> None:
    stopping = EarlyStopping(2)
    cases: list[list[Callback]] = [[], [StopAt(7)], [stopping]]
    for number, others in enumerate(cases):
        who, average = trainer(0.05), AverageWeights(0.8)
        fit(who, average, *others, Checkpoint(tmp_path / str(number)), epochs=15, batch_size=9)
        again, later = Trainer.resume(tmp_path / str(number)), AverageWeights(0.8)
        fit(again, later)
        assert all_of(again, later) == all_of(who, average)
        for one, other in ((who, average), (again, later)):
            fit(one, other, epochs=1, batch_size=9)
        assert all_of(again, later) == all_of(who, average)
        assert (average.steps == 5) == (others == [stopping]), "of the weights that it put there"


def test_a_further_fit_is_resumed_with_the_weights_that_train(tmp_path: Path) -> None:
    undisturbed, kept = trainer(), AverageWeights(0.8)
    killed, average = trainer(), AverageWeights(0.8)
    for who, callback in ((undisturbed, kept), (killed, average)):
        fit(who, callback, epochs=1, batch_size=BATCH_SIZE)
    fit(undisturbed, kept, epochs=2, batch_size=BATCH_SIZE)
    with pytest.raises(KilledError):  # before its first checkpoint after a step
        fit(killed, average, KillAt(6), Checkpoint(tmp_path), epochs=2, batch_size=BATCH_SIZE)
    again, later = Trainer.resume(tmp_path), AverageWeights(0.8)
    assert again.steps == 5
    fit(again, later)
    assert all_of(again, later) == all_of(undisturbed, kept)


def test_a_checkpoint_of_an_epoch_is_a_model_with_the_averages(tmp_path: Path) -> None:
    who = trainer(0.02)
    fit(who, Checkpoint(tmp_path), AverageWeights(0.9), epochs=6, batch_size=BATCH_SIZE)
    losses = who.history["validation_loss"]
    assert losses.index(min(losses)) not in (0, 5), "a case that shows nothing"
    best = Sequential.load(tmp_path / "best.npz").evaluate(data(11, 1))
    assert best[0] == min(losses)
    assert same([p.value for p in Sequential.load(tmp_path / "last.npz").parameters], weights(who))


def test_a_training_that_is_stopped_within_an_epoch_has_the_averages(tmp_path: Path) -> None:
    who, average, album = trainer(), AverageWeights(0.8), Album()
    fit(who, StopAt(7), Checkpoint(tmp_path), album, average, **PLAN)
    assert average.steps == len(album.steps) == 7
    assert same(held(average.own), album.steps[-1])
    assert same(weights(who), held(average.averages))
    assert not same(weights(who), album.steps[-1])
    assert same([p.value for p in Sequential.load(tmp_path / "last.npz").parameters], weights(who))


def test_without_a_step_there_is_nothing_to_show() -> None:
    who, average, other = trainer(), AverageWeights(), Callback()
    before = weights(who)
    other.on_epoch_begin = lambda trainer: trainer.stop()  # type: ignore[method-assign]
    fit(who, average, other, **PLAN)
    assert all(one is now for one, now in zip(before, weights(who), strict=True))
    with pytest.raises(NotReadyError, match=r"AverageWeights: .*callbacks=\[average\]"):
        average.averaged_model()


@pytest.mark.parametrize("how", ["interrupt", "error", "divergence"])
@pytest.mark.parametrize("workers", [1, 2])
def test_broken_off_within_an_epoch_it_leaves_the_weights_that_train(
    how: str, workers: int, tmp_path: Path
) -> None:
    class Breaks(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            if trainer.steps == 7 and how == "interrupt":
                trainer.interrupt()
            if trainer.steps == 7 and how == "error":
                raise KilledError
            if trainer.steps == 7:
                trainer.optimizer.learning_rate = 1e38

    who = Trainer(model(), SGD(0.1, momentum=0.9), CrossEntropy(), workers=workers)
    average, album = AverageWeights(0.8), Album()
    callbacks = [average, album, Checkpoint(tmp_path, every_seconds=0), Breaks()]
    if how == "interrupt":
        fit(who, *callbacks, **PLAN)
    else:
        with pytest.raises((KilledError, DivergenceError)):
            fit(who, *callbacks, **PLAN)
    assert same(weights(who), album.steps[-1])
    assert not average.own
    assert same([p.value for p in average.averaged_model().parameters], held(average.averages))
    if how == "interrupt":
        last = Sequential.load(tmp_path / "last.npz")
        assert same([p.value for p in last.parameters], weights(who)), "as the checkpoint has it"


def test_an_error_between_epochs_leaves_the_averages() -> None:
    who, average = trainer(), AverageWeights(0.8)
    with pytest.raises(KilledError):
        fit(who, average, KillAt(5, after_epoch=True), **PLAN)
    assert same(weights(who), held(average.averages))
    assert average.own


def test_a_further_fit_goes_on_or_starts_again() -> None:
    runs = [trainer(), trainer()]
    averages, albums = [AverageWeights(0.8), AverageWeights(0.8)], [Album(), Album()]
    for who, average, album in zip(runs, averages, albums, strict=True):
        fit(who, average, album, epochs=2, batch_size=BATCH_SIZE)
    touched = runs[1].model.parameters[0]
    touched.value = touched.value.copy()
    last = albums[0].steps[-1]
    for who, average, album in zip(runs, averages, albums, strict=True):
        fit(who, average, album, epochs=1, batch_size=BATCH_SIZE)
    assert [average.steps for average in averages] == [15, 5]
    # The first goes on with the weights that train, as one that averages nothing does.
    alone, steps = trainer(), Album()
    fit(alone, steps, epochs=2, batch_size=BATCH_SIZE)
    fit(alone, steps, epochs=1, batch_size=BATCH_SIZE)
    assert same(last, steps.steps[9])
    assert same(albums[0].steps[-1], steps.steps[-1])
    assert not same(albums[1].steps[-1], steps.steps[-1])


def test_broken_off_in_memory_it_goes_on_too() -> None:
    who, average, album = trainer(), AverageWeights(0.8), Album()
    with pytest.raises(KilledError):
        fit(who, average, KillAt(7), album, **PLAN)
    before = copy.deepcopy(average.averages)
    fit(who, average, album, epochs=1, batch_size=BATCH_SIZE)
    assert average.steps == 12
    d, names = 0.8, list(before)
    first = album.steps[7][0]
    expected = d * before[names[0]] + (1 - d) * first
    for t in range(8, 12):
        expected = d * expected + (1 - d) * album.steps[t][0]
    np.testing.assert_allclose(average.averages[names[0]], expected, rtol=1e-5, atol=1e-6)


def test_another_model_starts_again() -> None:
    average = AverageWeights(0.8)
    fit(trainer(), average, **PLAN)
    other = centred()
    fit(other, average, epochs=1, batch_size=BATCH_SIZE)
    assert average.steps == 5
    assert list(average.averages) == list(other.model.named_parameters())


def test_what_another_callback_sets_between_epochs_stays() -> None:
    class Blank(Callback):
        def on_epoch_end(self, trainer: Training, row: Any) -> None:
            bias = trainer.model.parameters[1]
            bias.value = np.full_like(bias.value, 5)

    who, album = trainer(1e-6), Album()
    fit(who, AverageWeights(), Blank(), album, epochs=2, batch_size=BATCH_SIZE)
    np.testing.assert_allclose(album.steps[5][1], 5, atol=1e-3)
    assert np.abs(album.steps[4][1]).max() < 1


def test_the_averaged_model_is_a_copy() -> None:
    class Looks(Callback):
        def on_epoch_end(self, trainer: Training, row: Any) -> None:
            self.seen = average.averaged_model()

    average, looks, who = AverageWeights(0.8), Looks(), centred()
    fit(who, average, looks, **PLAN)
    assert repr(looks.seen) == repr(who.model)
    assert same([p.value for p in looks.seen.parameters], weights(who))
    before = [value.copy() for value in weights(who)]
    for parameter in looks.seen.parameters:
        parameter.value += 1
    assert same(weights(who), before)
    assert same(held(average.averages), before)
    assert all(layer.saved is None for _, layer in looks.seen.walk())


def test_what_others_make_of_the_weights_after_a_step_is_averaged() -> None:
    class Prune(Callback):
        def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
            first = trainer.model.parameters[0]
            first.value = first.value * (np.arange(len(first.value)) > 0).reshape(-1, 1, 1, 1)

    for callbacks in ([Prune(), AverageWeights(0.8)], [AverageWeights(0.8), Prune()]):
        who = trainer()
        fit(who, *callbacks, **PLAN)
        assert not who.model.parameters[0].value[0].any()
        assert who.model.parameters[0].value[1].any()


def test_nobody_may_write_into_the_averages_between_epochs() -> None:
    class Clip(Callback):
        def on_epoch_end(self, trainer: Training, row: Any) -> None:
            weight = trainer.model.parameters[0]
            np.clip(weight.value, -0.01, 0.01, out=weight.value)

    with pytest.raises(ValueError, match="read-only"):
        fit(trainer(), Clip(), AverageWeights(0.8), **PLAN)
    who = trainer()
    fit(who, AverageWeights(0.8), **PLAN)
    who.model.parameters[0].value *= 0.5  # afterwards they are anybody's


@pytest.mark.parametrize("decay", [1, -0.1, 1.5, "slow", np.nan, True])
def test_decays_out_of_range(decay: Any) -> None:
    with pytest.raises(ArgumentError, match="AverageWeights: decay must be a number of at least 0"):
        AverageWeights(decay)


def test_two_of_them_are_refused_before_any_work() -> None:
    who = trainer()
    with pytest.raises(ArgumentError, match=r"AverageWeights: .* the only one .* got 2"):
        fit(who, AverageWeights(0.9), AverageWeights(0.99), **PLAN)
    assert who.steps == 0


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("steps", -1),
        ("steps", 0),
        ("averages", {}),
        ("averages", {"0.weight": np.zeros((4, 1, 3, 3), np.float32)}),
        ("averages", {"9.weight": None}),
        ("own", {"0.weight": np.zeros((4, 1, 3, 3), np.float32)}),
        ("own", [1, 2]),
    ],
)
def test_what_it_kept_may_be_broken(part: str, value: Any) -> None:
    who, average = trainer(), AverageWeights()
    fit(who, average, **PLAN)
    state = average.state()
    hooks = CallbackList([average])
    assert hooks.restore_states([["AverageWeights", state]]) == []
    with pytest.raises(DataError, match="what AverageWeights kept cannot be used"):
        hooks.restore_states([["AverageWeights", state | {part: value}]])


def test_numbers_that_it_kept_may_be_broken() -> None:
    average = AverageWeights()
    fit(trainer(), average, **PLAN)
    state = average.state()
    for broken in (np.nan, np.inf):
        own = {name: np.full_like(value, broken) for name, value in state["own"].items()}
        with pytest.raises(DataError, match=r"AverageWeights: own: .*\n.*NaN or infinite"):
            average.restore(state | {"own": own})
