"""Several processes that share a batch: what they add up is what as many workers add up."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minicnn.training.workers
from minicnn import SGD, Conv2D, CrossEntropy, Dense, Flatten, MaxPool, ReLU, Sequential, Softmax
from minicnn.layers import BatchNorm, Dropout
from minicnn.training.processes import Processes
from minicnn.training.step import train_step
from minicnn.training.workers import Team
from minicnn.typing import Array


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


def together(size: int, job: Callable[[Processes], Any]) -> list[Any]:
    """Return what the job gives for each of so many processes."""
    barrier, table = threading.Barrier(size, timeout=60), [None] * size
    found: list[Any] = [None] * size

    def run(rank: int) -> None:
        try:
            found[rank] = job(Meet(rank, size, barrier, table))
        except Exception as error:  # noqa: BLE001 - shown below
            found[rank] = error
            barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
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
    teams = [Team(2, CrossEntropy(), 0, Meet(i, 3, threading.Barrier(3), [])) for i in range(3)]
    for samples in (3, 7, 95, 97, 200, 100_000):
        shares = teams[0].shares(network(), samples)
        assert len(shares) == (6 if samples >= 192 else 3)
        assert np.concatenate([np.arange(samples)[share] for share in shares]).size == samples
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
        arrays = [np.ones((2, 3), np.float32), np.full((), 2.0), np.asfortranarray([[1.0, 2]])]
        return me.sum_all(arrays)

    for arrays in together(2, job):
        assert [a.dtype for a in arrays] == [np.float32, np.float64, np.float64]
        assert_close(arrays, [np.full((2, 3), 2.0), np.array(4.0), np.array([[2.0, 4]])], 0)


def test_numbers_are_gathered_in_order_and_parts_cover_all() -> None:
    found = together(3, lambda me: me.gather(np.array([me.rank, 2**32 - me.rank], np.float64)))
    for table in found:
        np.testing.assert_array_equal(table, [[i, 2**32 - i] for i in range(3)])
    parts = together(3, lambda me: list(range(8))[me.part_of(8)])
    assert [number for part in parts for number in part] == list(range(8))
