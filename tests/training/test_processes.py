"""Several processes that share a batch: what they add up is what as many workers add up."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import trainings
from trainings import StopAt, data, facts

import minicnn.training.workers
from minicnn import (
    SGD,
    AverageWeights,
    Callback,
    Checkpoint,
    Conv2D,
    CrossEntropy,
    Dense,
    EarlyStopping,
    Flatten,
    MaxPool,
    OneCycle,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Affine, Dataset
from minicnn.errors import ArgumentError, DataError, NotReadyError, ProcessError
from minicnn.layers import BatchNorm, Dropout
from minicnn.ops import blas
from minicnn.training.agreement import Agreement
from minicnn.training.callbacks import Training
from minicnn.training.ctrl_c import CtrlC
from minicnn.training.mpi import MPIProcesses, cores_for_each
from minicnn.training.processes import Processes
from minicnn.training.step import train_step
from minicnn.training.workers import Team
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


class Meet(Processes):
    """One of several that meet in this process for every sum."""

    def __init__(self, rank: int, size: int, barrier: threading.Barrier, table: list[Any]) -> None:
        self.rank, self.size, self.barrier, self.table = rank, size, barrier, table
        self.messages: list[int] = []

    def sum(self, array: Array) -> Array:
        self.messages.append(array.size)
        self.table[self.rank] = array
        self.barrier.wait()
        total: Array = np.sum(np.stack(self.table), axis=0, dtype=array.dtype)
        self.barrier.wait()
        return total


def together(size: int, job: Callable[[Processes], Any], kind: type[Meet] = Meet) -> list[Any]:
    """Return what the job gives for each of so many processes."""
    barrier, table = threading.Barrier(size, timeout=60), [None] * size
    found: list[Any] = [None] * size

    def run(rank: int) -> None:
        try:
            found[rank] = job(kind(rank, size, barrier, table))
        except Exception as error:  # noqa: BLE001 - the tests look at it
            found[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)  # who fails alone lets the others wait
        if thread.is_alive():
            barrier.abort()
            thread.join()
    return found


def network(*, drops: bool = False) -> Sequential:
    layers = [Conv2D(4, 3, padding="same"), BatchNorm(), ReLU(), MaxPool(2), Flatten()]
    extra = [Dropout(0.5)] if drops else []
    return Sequential([*layers, *extra, Dense(10)], (1, 8, 8), seed=1)


def batch(count: int) -> tuple[Array, Any]:
    rng = np.random.default_rng(0)
    return rng.random((count, 1, 8, 8)), rng.integers(0, 10, count)


def step(processes: Processes, model: Sequential, workers: int, size: int) -> Any:
    """Return loss, accuracy, gradients, statistics of one step."""
    team = Team(workers, CrossEntropy(), 3, processes)
    figures = train_step(model, CrossEntropy(), SGD(0.1), team, *batch(size))
    parameters = model.parameters
    return [
        *map(np.array, figures),
        *(p.grad for p in parameters if p.trainable),
        *(p.value for p in parameters),
    ]


def assert_close(ours: list[Array], theirs: list[Array], tolerance: float = 1e-6) -> None:
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("size", "workers"), [(2, 1), (3, 1), (2, 2), (3, 2)])
def test_their_shares_add_up_to_those_of_as_many_workers(size: int, workers: int) -> None:
    found = together(size, lambda me: step(me, network(drops=True), workers, 200))
    for other in found[1:]:
        for one, same in zip(found[0], other, strict=True):
            assert one.tobytes() == same.tobytes(), "the same bits in every process"
    # The masks of Dropout depend on the number of the share, so they are those of the threads too.
    assert_close(found[0], step(Processes(), network(drops=True), size * workers, 200))


@pytest.mark.parametrize("samples", [2, 3, 5, 31, 65])
def test_a_small_batch_is_that_of_one_process(samples: int) -> None:
    found = together(2, lambda me: step(me, network(), 2, samples))
    assert_close(found[0], step(Processes(), network(), 1, samples))
    assert_close(found[1], found[0], 0)


def test_every_process_has_a_share_and_no_two_the_same() -> None:
    team = Team(2, CrossEntropy(), 0, Meet(0, 3, threading.Barrier(3), []))
    for samples in (3, 7, 95, 97, 200, 100_000):
        shares = team.shares(network(), samples)
        assert len(shares) == (6 if samples >= 192 else 3)
        covered = np.concatenate([np.arange(samples)[share] for share in shares])
        np.testing.assert_array_equal(covered, np.arange(samples))
        assert all(share.stop > share.start for share in shares)


def test_the_shares_of_a_large_batch_are_dealt_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain() -> Sequential:
        return Sequential([Flatten(), Dense(8), ReLU(), Dense(10)], (1, 8, 8), seed=2)

    monkeypatch.setattr(minicnn.training.workers, "SHARE_ACTIVATIONS", 1)
    found = together(2, lambda me: step(me, plain(), 2, 250))
    assert (
        len(Team(2, CrossEntropy(), 0, Meet(0, 2, threading.Barrier(2), [])).shares(plain(), 250))
        == 32
    )
    assert_close(found[0], step(Processes(), plain(), 1, 250))


def test_all_gradients_are_one_message() -> None:
    def job(me: Any) -> list[int]:
        model = Sequential(
            [Conv2D(2, 3), Flatten(), Dense(10), Softmax()], (1, 8, 8)
        ).without_softmax()
        model.layers[0].trainable = False
        train_step(model, CrossEntropy(), SGD(0.1), Team(1, CrossEntropy(), 0, me), *batch(9))
        messages: list[int] = me.messages
        return messages

    weights = 2 * 36 * 10 + 10
    assert together(2, job) == [[weights, 2]] * 2, "gradients; loss and accuracy"


def test_sums_keep_types_and_shapes() -> None:
    def job(me: Processes) -> list[Array]:
        arrays = [
            np.ones((2, 3), np.float32),
            np.full((), 2.0),
            np.asfortranarray([[1.0, 2], [3, 4]]),
        ]
        return me.sum_all(arrays)

    for arrays in together(2, job):
        assert [a.dtype for a in arrays] == [np.float32, np.float64, np.float64]
        assert [a.flags.c_contiguous for a in arrays] == [True, True, False], "the memory order too"
        assert_close(arrays, [np.full((2, 3), 2.0), np.array(4.0), np.array([[2.0, 4], [6, 8]])], 0)


def test_numbers_are_gathered_in_order_and_parts_cover_all() -> None:
    found = together(3, lambda me: me.gather(np.array([me.rank, 2**32 - me.rank], np.float64)))
    for table in found:
        np.testing.assert_array_equal(table, [[i, 2**32 - i] for i in range(3)])
    parts = together(3, lambda me: list(range(8))[me.part_of(8)])
    assert [number for part in parts for number in part] == list(range(8))


def trained(me: Processes, workers: int, *callbacks: Callback, **options: Any) -> Trainer:
    trainer = Trainer(
        network(drops=options.pop("drops", False)),
        SGD(OneCycle(0.05), momentum=0.9),
        CrossEntropy(),
        4,
        workers=workers,
        processes=me,
    )
    augmented = data(options.pop("samples", 320)).augmented(Affine(turn=10, shift=1))
    given = {"epochs": 2, "batch_size": 128} | options
    trainer.fit(augmented, validation=data(33, 1), callbacks=callbacks, progress=False, **given)
    return trainer


@pytest.mark.parametrize("workers", [1, 2])
def test_epochs_are_those_of_as_many_workers(workers: int) -> None:
    def fit(me: Processes, workers: int) -> Trainer:
        return trained(me, workers, AverageWeights(0.8), EarlyStopping(5), drops=True, samples=384)

    found = together(2, lambda me: fit(me, workers))
    one, other = (facts(trainer) for trainer in found)
    assert one == other, "all of them have the same bits, statistics and history too"
    threads = fit(Processes(), 2 * workers)
    for ours, theirs in zip(found[0].model.parameters, threads.model.parameters, strict=True):
        np.testing.assert_allclose(ours.value, theirs.value, rtol=1e-6, atol=1e-6)
    for column in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
        np.testing.assert_allclose(found[0].history[column], threads.history[column], rtol=1e-6)


class Count(Callback):
    """Counts its steps."""

    steps = 0

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        self.steps += 1


class CountOnce(Count):
    """Does so in one process."""

    runs_once = True


def test_what_runs_once_is_called_in_the_first_process_alone() -> None:
    def job(me: Processes) -> tuple[int, int]:
        everywhere, once = Count(), CountOnce()
        trained(me, 1, everywhere, once)
        return everywhere.steps, once.steps

    assert together(3, job) == [(6, 6), (6, 0), (6, 0)]


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize("steps", [2, 3, 4])
def test_a_stop_in_one_is_a_stop_in_all(rank: int, steps: int, tmp_path: Path) -> None:
    def job(me: Processes) -> Trainer:
        return trained(
            me, 1, StopAt(steps if me.rank == rank else 99), Checkpoint(tmp_path), epochs=9
        )

    found = together(2, job)
    assert [(t.steps, t.progress.finished, t.interrupted) for t in found] == [
        (steps, True, False)
    ] * 2
    assert facts(found[0]) == facts(found[1])
    again = together(2, lambda me: Trainer.resume(tmp_path, processes=me))
    assert [t.progress.finished for t in again] == [True, True], "the stop is in the checkpoint"


class Interrupt(Callback):
    """Interrupts after some steps, in one process."""

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        if trainer.steps == 2 and trainer.processes.rank == 1:
            trainer.interrupt()


class StopBeforeTheThird(Callback):
    """Stops in one process, before the first step of the third epoch."""

    def on_epoch_begin(self, trainer: Training) -> None:
        if trainer.epoch == 3 and trainer.processes.rank == 1:
            trainer.stop()


def test_a_stop_before_the_first_step_of_an_epoch_is_one_in_all() -> None:
    found = together(2, lambda me: trained(me, 1, StopBeforeTheThird(), epochs=9))
    assert [(t.steps, t.epoch) for t in found] == [(6, 2)] * 2


class StopWhileItWaits(Meet):
    """Is asked to stop while it waits for the others."""

    trainer: Trainer

    def sum(self, array: Array) -> Array:
        total = super().sum(array)
        if self.rank == 1 and array.size == 4 and self.trainer.steps == 3:
            self.trainer.stop()
        return total


def test_a_stop_that_comes_while_a_process_waits_is_not_lost() -> None:
    def job(me: Any) -> Trainer:
        me.trainer = begun_with(me)
        me.trainer.fit(data(40), 3, 8, progress=False)
        return me.trainer  # type: ignore[no-any-return]

    found = together(2, job, StopWhileItWaits)
    assert [(t.steps, t.progress.stopping) for t in found] == [(4, True)] * 2, "one step later"


def test_accuracies_of_parts_are_the_number_that_one_process_has() -> None:
    model = Sequential([Flatten(), Dense(2)], (1, 8, 8))
    images = np.random.default_rng(0).random((33, 1, 8, 8))
    guesses = model.predict(images).argmax(axis=1)
    for wrong in (0, 16, 33):
        labels = np.where(np.arange(33) < wrong, 1 - guesses, guesses)
        some = Dataset(images, labels, ("a", "b"))

        def job(me: Processes, some: Dataset = some) -> float:
            return Agreement(me).on_validation(model, CrossEntropy(), some)[1]

        expected = model.evaluate(some)[1]
        assert job(Processes()) == expected
        for size in (2, 5, 7):
            assert together(size, job) == [expected] * size


def test_what_the_first_alone_does_fails_in_all(tmp_path: Path) -> None:
    def job(me: Processes) -> None:
        me.once((tmp_path / f"{me.rank}").touch)
        me.once((tmp_path / "nowhere" / "file").touch)

    first, other = together(2, job)
    assert isinstance(first, FileNotFoundError)
    assert isinstance(other, ProcessError)
    assert [path.name for path in tmp_path.iterdir()] == ["0"]


class FailAtEnd(Callback):
    """Fails when all steps are taken, in the first process alone."""

    runs_once = True

    def on_fit_end(self, trainer: Training) -> None:
        raise OSError("the disk is full")


def test_a_callback_that_fails_at_the_end_fails_in_all() -> None:
    first, other = together(2, lambda me: trained(me, 1, FailAtEnd()))
    assert str(first) == "the disk is full"
    assert str(other).startswith("Trainer.fit: another process has failed, and says why; mend")


def test_two_resume_what_two_began_and_no_others(tmp_path: Path) -> None:
    def job(me: Processes, *callbacks: Callback) -> Trainer:
        return trained(me, 1, EarlyStopping(3), *callbacks, drops=True)

    whole = together(2, job)
    halves = together(2, lambda me: job(me, Interrupt(), Checkpoint(tmp_path)))
    assert [half.steps for half in halves] == [2, 2]

    def go_on(me: Processes) -> Trainer:
        trainer = Trainer.resume(tmp_path, processes=me)
        augmented = data(320).augmented(Affine(turn=10, shift=1))
        callbacks = [EarlyStopping(3), Checkpoint(tmp_path)]
        trainer.fit(augmented, validation=data(33, 1), callbacks=callbacks, progress=False)
        return trainer

    for one, other in zip(together(2, go_on), whole, strict=True):
        assert facts(one) == facts(other)
    with pytest.raises(DataError, match=r"trained it, 2, got 1; start it by `mpiexec -n 2 python"):
        Trainer.resume(tmp_path)
    for error in together(3, lambda me: Trainer.resume(tmp_path, processes=me)):
        assert "expected as many processes as trained it, 2, got 3" in str(error)
    alone = tmp_path / "alone"
    trained(Processes(), 1, Checkpoint(alone))
    for error in together(2, lambda me: Trainer.resume(alone, processes=me)):
        assert isinstance(error, DataError)
        assert "got 2; resume it in one process, without mpiexec" in str(error)


class Drift(Callback):
    """Changes the weights in one process."""

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        if trainer.processes.rank == 1:
            bias = trainer.model.parameters[-1]
            bias.value = bias.value + np.float32(1e-6)


def begun(me: Processes, what: str, *, by_hand: bool = False) -> Trainer:
    """Train with something that is not the same in the last process."""
    last = me.rank == me.size - 1

    def differs(name: str) -> int:
        return int(last and what == name)

    model = Sequential(
        [Flatten(), Dropout(0.2 if differs("the model") else 0.1), Dense(10)],
        (1, 8, 8),
        seed=differs("weights"),
    )
    optimizer = SGD(0.2 if differs("the optimizer") else 0.1)
    loss = CrossEntropy(label_smoothing=0.1 if differs("the loss") else 0)
    workers = 1 + differs("the number of workers")
    trainer = Trainer(model, optimizer, loss, differs("the seed"), workers=workers, processes=me)
    images, labels = data(40).images, data(40).labels
    if by_hand:
        count = 40 - differs("the images and the targets")
        trainer.train_step(images[:count], labels[:count])
        return trainer
    samples, validation, size = map(
        differs, ("the training data", "the validation data", "epochs, batch size or place")
    )
    callbacks: list[Callback] = [Drift()] if what == "drift" else []
    callbacks += [EarlyStopping(2)] if differs("the callbacks") else []
    held_out = data(40, validation)
    trainer.fit(data(40, samples), 1, 9 + size, held_out, callbacks, progress=False)
    return trainer


OF_TRAINERS = [
    "the model",
    "weights",
    "the seed",
    "the number of workers",
    "the optimizer",
    "the loss",
]
OF_FITS = [
    "the training data",
    "the validation data",
    "epochs, batch size or place",
    "the callbacks",
]


@pytest.mark.parametrize("what", [*OF_TRAINERS, *OF_FITS])
def test_what_differs_is_refused_in_all(what: str) -> None:
    for error in together(2, lambda me: begun(me, what)):
        assert isinstance(error, ArgumentError)
        assert f"in each of 2 processes, but process 1 differs from process 0 in {what};" in str(
            error
        )


class Noise(Flatten):
    """Draws from its own generator, although it says that a batch may be cut."""

    per_sample = True

    def create_parameters(self, in_shape: Any, rng: np.random.Generator) -> None:
        self.rng = rng.spawn(1)[0]

    def forward(self, x: Array, training: bool = False) -> Array:
        y = super().forward(x, training)
        return y + self.rng.normal(size=y.shape) if training else y


def test_a_layer_that_draws_by_itself_is_refused() -> None:
    def by_hand(me: Processes) -> None:
        trainer = Trainer(noisy(), SGD(0.1), CrossEntropy(), workers=1, processes=me)
        trainer.train_step(data(40).images, data(40).labels)

    def fit(me: Processes) -> None:
        trainings.fit(Trainer(noisy(), SGD(0.1), CrossEntropy(), workers=1, processes=me))

    for job in (by_hand, fit):
        for error in together(2, job):
            assert "layers[0].rng is a generator from which a layer draws by itself" in str(error)
        job(Processes())


def noisy() -> Sequential:
    return Sequential([Noise(), Dense(10)], (1, 8, 8))


class Nameless(CrossEntropy):
    """Prints its address, which is another one in each process."""

    def __init__(self) -> None:
        super().__init__()
        self.something = object()

    def __repr__(self) -> str:
        return f"Nameless({self.something!r})"


def test_an_address_is_no_difference() -> None:
    def job(me: Processes) -> Trainer:
        trainer = begun_with(me, loss=Nameless())
        trainer.train_step(data(40).images, data(40).labels)
        return trainer

    one, other = together(2, job)
    assert repr(one.loss) != repr(other.loss)


class LateDrift(Callback):
    """Changes the weights in one process when all steps are taken."""

    def on_fit_end(self, trainer: Training) -> None:
        Drift().on_step_end(trainer, 0.0, 0.0)


def test_weights_that_a_callback_changes_at_the_end_are_noticed() -> None:
    def job(me: Processes) -> None:
        trainings.fit(begun_with(me), LateDrift(), epochs=1, batch_size=20)

    for error in together(2, job):
        assert "process 1 differs from process 0 in weights; after 2 steps" in str(error)


@pytest.mark.parametrize("what", ["the slots of the optimizer", "the steps"])
def test_of_steps_by_hand_what_came_before_is_compared(what: str) -> None:
    """Were it not, another number of steps would be another number of messages."""

    def job(me: Processes) -> None:
        trainer = begun_with(me)
        trainer.train_step(data(40).images, data(40).labels)
        if me.rank == 1 and what == "the steps":
            trainer.progress.steps += 1
        if me.rank == 1 and what == "the slots of the optimizer":
            for slots in trainer.optimizer.slots:
                slots.update({name: slot + np.float32(1e-6) for name, slot in slots.items()})
        trainer.train_step(data(40).images, data(40).labels)

    for error in together(2, job):
        assert f"process 1 differs from process 0 in {what};" in str(error)


@pytest.mark.parametrize("what", [*OF_TRAINERS, "the images and the targets"])
def test_a_step_by_hand_is_refused_alike(what: str) -> None:
    for error in together(2, lambda me: begun(me, what, by_hand=True)):
        assert f"process 1 differs from process 0 in {what};" in str(error)
    assert all(
        isinstance(same, Trainer) for same in together(2, lambda me: begun(me, "", by_hand=True))
    )


def test_weights_that_drift_apart_are_noticed_at_the_end_of_the_epoch() -> None:
    for error in together(2, lambda me: begun(me, "drift")):
        assert "process 1 differs from process 0 in weights; after 5 steps" in str(error)
    assert all(isinstance(trainer, Trainer) for trainer in together(2, lambda me: begun(me, "")))


def test_a_batch_too_small_for_all_is_refused_before_any_work() -> None:
    def job(me: Processes) -> None:
        trainings.fit(begun_with(me), epochs=1, batch_size=13)  # of 40, the last has one

    for error in together(2, job):
        assert isinstance(error, ArgumentError)
        assert "batches of 2 samples or more, one for each process, got 40 samples in" in str(error)
        assert "of 13, of which the last has 1; take another batch_size" in str(error)
    few = data(2)
    for error in together(3, lambda me: begun_with(me).train_step(few.images, few.labels)):
        assert "batches of 3 samples or more" in str(error)


def begun_with(me: Processes, *extra: Any, loss: Any = None) -> Trainer:
    model = Sequential([Flatten(), *extra, Dense(10)], (1, 8, 8))
    optimizer = SGD(0.1, momentum=0.9)
    return Trainer(model, optimizer, loss or CrossEntropy(), workers=1, processes=me)


class Own(Flatten):
    """Does not say that a batch may be cut."""

    per_sample = False


def test_what_needs_the_whole_batch_is_refused_by_name() -> None:
    def job(me: Processes, **options: Any) -> None:
        trainings.fit(
            begun_with(me, **options) if options else begun_with(me, Own()), batch_size=20
        )

    for error in together(2, job):
        assert "a batch that 2 processes may share, but layers[1] Own() does not say" in str(error)
    for error in together(2, lambda me: job(me, loss=trainings.Halved(0.25))):
        assert "but Halved(factor=0.25) does not say" in str(error)
    trainings.fit(begun_with(Processes(), Own()))


def test_steps_by_hand_and_the_words_of_a_trainer() -> None:
    def job(me: Processes) -> Any:
        trainer = begun_with(me)
        return trainer.train_step(data(40).images, data(40).labels), repr(trainer)

    (figures, words), (same, others) = together(2, job)
    assert (
        figures
        == same
        == pytest.approx(begun_with(Processes()).train_step(data(40).images, data(40).labels))
    )
    assert "processes: 2; this is process 0" in words
    assert "processes: 2; this is process 1" in others
    assert "processes" not in repr(begun_with(Processes()))
    with pytest.raises(ArgumentError, match=r"Trainer: processes must be"):
        begun_with(2)  # type: ignore[arg-type]


def test_without_mpi_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mpi4py", None)
    with pytest.raises(NotReadyError, match=r"-m pip install mpi4py mpich`$"):
        MPIProcesses()


@dataclass
class Machines:
    """What MPI says of the processes: which cores those of this machine may use, and the fewest."""

    cores: list[frozenset[int]]
    elsewhere: int

    def Split_type(self, kind: str) -> "Machines":  # noqa: N802 - MPI's name
        assert kind == "shared"
        return self

    def allgather(self, mine: frozenset[int]) -> list[frozenset[int]]:
        return [mine, *self.cores]

    def allreduce(self, number: int, how: str) -> int:
        assert how == "min"
        return min(number, self.elsewhere)


@pytest.mark.parametrize(
    ("others", "elsewhere", "expected"),
    [
        ([], 9, 4),
        ([range(4)], 9, 2),  # shared by two
        ([range(4)] * 5, 9, 1),
        ([range(4, 8)], 9, 4),  # bound to cores of its own
        ([], 2, 2),  # another machine has fewer
    ],
)
def test_cores_are_shared_out(
    others: list[range], elsewhere: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blas, "bound_to", lambda: frozenset(range(4)))
    kinds = SimpleNamespace(COMM_TYPE_SHARED="shared", MIN="min")
    assert cores_for_each(Machines(list(map(frozenset, others)), elsewhere), kinds) == expected
    monkeypatch.setattr(blas, "_most_cores", 3)
    assert blas.cores() == 3
    blas.use_cores(expected)
    assert blas.cores() == expected


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_another_answer_to_ctrl_c_stays() -> None:
    ctrl_c, answers = CtrlC(), list[int]()
    before = signal.signal(signal.SIGINT, lambda number, _: answers.append(number))
    try:
        with ctrl_c.noted("it ends"):
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert answers == [signal.SIGINT] * 2
    assert not ctrl_c.pressed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_ctrl_c_waits_for_the_end_of_the_step_and_the_second_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ctrl_c = CtrlC()
    with ctrl_c.noted("it ends"):
        os.kill(os.getpid(), signal.SIGINT)
        assert ctrl_c.pressed
        assert "it ends" in capsys.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with ctrl_c.noted(""):
        assert not ctrl_c.pressed, "another training begins"
        thread = threading.Thread(target=lambda: CtrlC().listen(""))
        thread.start()
        thread.join()
        ctrl_c.listen("")  # again, which is no second
        os.kill(os.getpid(), signal.SIGINT)
        assert ctrl_c.pressed
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_one_cannot_begin_none_does(tmp_path: Path) -> None:
    (tmp_path / "last.npz").write_bytes(b"something else")
    first, other = together(2, lambda me: trained(me, 1, Checkpoint(tmp_path)))
    assert "expected a checkpoint or nothing" in str(first)
    assert str(other).startswith("Trainer.fit: another process has failed, and says why; mend")
