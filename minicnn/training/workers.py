"""A team of threads that share a batch: the layers say what is computed, the team who does it.

The gradient of a mean over the batch is a sum over its samples, so the batch may be cut into
shares: each goes forward and backward by itself, and the gradients are added up. Every worker but
the first has replicas of the layers, which share the weights. NumPy lets go of Python's lock while
it computes, so the threads run at the same time.

Several processes may each have such a team. Then the shares are dealt out among the processes, and
those of a process among its workers; gradients are added up first within each process, then over
all of them.

Where every layer works sample by sample (`Layer.per_sample`), a large batch has more shares than
workers, which wait for their turn, so that no more of them are in memory than there are threads.
Where a layer takes sums over the batch (`Layer.sums_over_batch`), there are as many shares as
workers, which meet for every sum. Where a layer, or the loss, does neither, the batch stays whole.

BLAS's own threads rest meanwhile, also where there is a single worker: on a busy machine they wait
for each other at every small product.

For a given number of processes and workers the result is the same to the bit in every run: the
shares depend on the batch and the model alone, each is computed by one thread, all are added up in
one order, and what is drawn at random depends on the seed, the step and the share.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from threading import Barrier, BrokenBarrierError
from typing import Any, TypeAlias

import numpy as np

from minicnn.errors import NotReadyError, ShapeError
from minicnn.layers import Composition, Layer, Parameter
from minicnn.layers.replica import replica
from minicnn.layers.share import Share, working_on
from minicnn.losses import Loss
from minicnn.ops import blas
from minicnn.training.processes import Processes
from minicnn.typing import Array, Targets

THREAD_SAMPLES = 32
"""Samples that are worth a thread: for fewer, the passing of Python's lock takes longer."""

SHARE_ACTIVATIONS = 2**22
"""Numbers that the layers may make of a share: 16 MB in float32. More would not stay in caches."""

SHARE_SAMPLES = 8
"""Samples that a share may always have, however much the layers make of each: with fewer, the runs
in memory would be too short."""

DEFAULT_MOST = 4
"""Workers that are taken by default at most."""

PATIENCE_SECONDS = 86_400.0
"""How long a share waits for the others to come to a sum: a day, since a process may be stopped for
hours, and whoever waits then must not take that for the others' failure."""

Work: TypeAlias = Callable[[Composition, Array, Targets, float], tuple[float, float]]
"""Goes forward and backward on one share of a batch: takes the network, images, targets, and the
fraction of the batch that these are, by which it weighs the gradients; returns the loss and the
accuracy, both means over the share."""


def quiet() -> np.errstate:
    """Let numbers overflow, which the loss shows and a trainer reports, and be rounded to zero."""
    return np.errstate(over="ignore", invalid="ignore", under="ignore")


class Team:
    """Threads that work on one batch together.

    Parameters
    ----------
    count : int
        How many, the thread that asks among them.
    loss : Loss
        Whose gradients they compute.
    seed : int, default 0
        Decides, with `step`, what layers draw at random.
    processes : Processes, optional
        Those that share the batch, each with a team of so many; by default this one alone.

    Attributes
    ----------
    step : int
        The number of the step that they work on.

    Examples
    --------
    >>> from minicnn import CrossEntropy, Dense, Sequential
    >>> def work(network, x, labels, fraction):
    ...     outputs = network(x, training=True)
    ...     network.backward_parameters(CrossEntropy().gradient(outputs, labels) * fraction)
    ...     loss = CrossEntropy()
    ...     return loss.value(outputs, labels), loss.accuracy(outputs, labels)
    >>> model = Sequential([Dense(2)], input_shape=(3,))
    >>> x, labels = np.ones((64, 3), np.float32), np.zeros(64, np.int64)
    >>> loss, accuracy = Team(2, CrossEntropy()).run(work, model, model.parameters, x, labels)
    >>> 0 <= accuracy <= 1, model.layers[0].weight.grad.shape
    (True, (2, 3))
    """

    def __init__(
        self, count: int, loss: Loss, seed: int = 0, processes: Processes | None = None
    ) -> None:
        self.count, self.loss, self.seed, self.step = count, loss, seed, 0
        self.processes = Processes() if processes is None else processes
        self.others = ThreadPoolExecutor(count - 1, "minicnn") if count > 1 else None

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy have threads of its own."""
        return Team, (self.count, self.loss, self.seed, self.processes), {"step": self.step}

    def run(
        self,
        work: Work,
        network: Composition,
        parameters: Sequence[Parameter],
        images: Array,
        targets: Targets,
    ) -> tuple[float, float]:
        """Do the work on every share: fill the `grad` of every parameter.

        Parameters
        ----------
        work : function
        network : Composition
        parameters : list of Parameter
            Those of the network, as `Layer.parameters` gives them.
        images : array (N, *in_shape)
        targets : array (N, ...)

        Returns
        -------
        loss, accuracy : float
            The means over the batch. If the loss is NaN or infinite, the gradients cannot be used,
            and statistics are as before.
        """
        parts = self.shares(network, len(images))
        mine = range(self.processes.rank, len(parts), self.processes.size)
        count = min(self.count, len(mine))
        networks, sets = [network], [parameters]
        for _ in range(1, count):
            copies: dict[int, Any] = {}
            networks.append(replica(network, copies))
            sets.append([copies[id(parameter)] for parameter in parameters])
        before = [(p, p.value) for p in parameters if p.role == "statistic"]
        meeting = Meeting(count, self.processes)

        def do_shares(worker: int) -> _Result:
            """Do every share of one worker, one after the other."""
            result = _Result()
            try:
                for number in mine[worker::count]:
                    part = parts[number]
                    fraction = (part.stop - part.start) / len(images)
                    share = TeamShare(meeting, worker, (self.seed, self.step, number))
                    unset = forget_gradients(sets[worker])
                    # Numbers that overflow show in the loss; the trainer reports them.
                    with working_on(share), quiet():
                        loss, accuracy = work(
                            networks[worker], images[part], targets[part], fraction
                        )
                    check_gradients(networks[worker], sets[worker], unset)
                    result.add(loss * fraction, accuracy * fraction, sets[worker])
            except BaseException:
                meeting.end()
                raise
            return result

        loss, accuracy = self._add_up(self._in_threads(do_shares, count), parameters)
        if not math.isfinite(loss):
            for statistic, value in before:
                statistic.value = value
        return loss, accuracy

    def _add_up(
        self, results: Sequence["_Result"], parameters: Sequence[Parameter]
    ) -> tuple[float, float]:
        """Add up gradients, loss and accuracy, over the workers and then over the processes."""
        learned = [i for i, parameter in enumerate(parameters) if parameter.trainable]
        sums = [reduce(np.add, (result.gradients[i] for result in results)) for i in learned]
        for i, gradient in zip(learned, self.processes.sum_all(sums), strict=True):
            parameters[i].grad = gradient
        # By themselves, since gradients in float32 would round them.
        figures = [sum(r.loss for r in results), sum(r.accuracy for r in results)]
        loss, accuracy = self.processes.sum(np.array(figures))
        return float(loss), float(accuracy)

    def shares(self, network: Composition, N: int) -> list[slice]:
        """Return which samples of N make up each share.

        Each process has one at least, for as many samples as there are processes.
        """
        layers = [layer for _, layer in network.walk()]
        processes = self.processes.size
        count = processes * max(min(self.count, N // (THREAD_SAMPLES * processes)), 1)
        if not may_share(layers, self.loss):
            count = 1
        elif all(layer.per_sample for layer in layers):
            most = max(SHARE_ACTIVATIONS // _activations(layers), SHARE_SAMPLES)
            if count * most < N:
                at_once = processes * self.count
                rounds = math.ceil(N / (most * at_once))
                count = min(rounds * at_once, N)
        cuts = [N * i // count for i in range(count + 1)]
        return [slice(begin, end) for begin, end in pairwise(cuts)]

    def _in_threads(self, job: Callable[[int], "_Result"], count: int) -> list["_Result"]:
        """Return what the job gives for each worker, the first in this thread, the others beside.

        It returns or raises only when every thread is done.
        """
        mine: Future[_Result] = Future()
        with blas.one_thread():
            if self.others is None or count == 1:
                return [job(0)]
            others = [self.others.submit(job, worker) for worker in range(1, count)]
            try:
                mine.set_result(job(0))
            except BaseException as error:  # noqa: BLE001 - raised below
                mine.set_exception(error)
            wait(others)
        futures = [mine, *others]
        # A worker that waited in vain does not know the reason, so its error comes last.
        futures.sort(key=lambda future: isinstance(future.exception(), BrokenBarrierError))
        for future in futures:
            future.result()  # raises what the worker raised
        return [future.result() for future in (mine, *others)]


@dataclass(eq=False)  # arrays are not compared as a whole
class _Result:
    """What one worker has of all its shares, added up."""

    loss: float = 0.0
    accuracy: float = 0.0
    gradients: list[Array] = field(default_factory=list)

    def add(self, loss: float, accuracy: float, parameters: Sequence[Parameter]) -> None:
        """Add a share whose gradients stand in the parameters."""
        new = [parameter.grad for parameter in parameters]
        self.gradients = list(map(np.add, self.gradients, new)) if self.gradients else new
        self.loss += loss
        self.accuracy += accuracy


class Meeting:
    """Where the workers add up arrays: each gives one, and all get the sum.

    The last to come adds them up, over the workers and then over the processes.

    Parameters
    ----------
    count : int
        How many workers there are in this process.
    processes : Processes, optional
        By default this one alone.
    """

    def __init__(self, count: int, processes: Processes | None = None) -> None:
        self.processes = Processes() if processes is None else processes
        self.barrier = Barrier(count, self._add_up, timeout=PATIENCE_SECONDS)
        self.brought: list[Array] = [np.zeros(())] * count
        self.total: Array = np.zeros(())

    def sum(self, worker: int, array: Array) -> Array:
        """Return the sum over the workers, in their order: the same bits for all, in every run."""
        self.brought[worker] = array
        self.barrier.wait()  # until all have brought theirs
        # The next sum is made only when all have come again, each with a copy of this one.
        return self.total.copy()

    def _add_up(self) -> None:
        self.total = self.processes.sum(np.asarray(reduce(np.add, self.brought)))

    def end(self) -> None:
        """Release those who wait, with a BrokenBarrierError: some worker will not come."""
        self.barrier.abort()


class TeamShare(Share):
    """One worker's share of a batch.

    Parameters
    ----------
    meeting : Meeting
    worker : int
    key : (seed, step, number)
        Of the training, of the step, and of the share in the batch.
    """

    def __init__(self, meeting: Meeting, worker: int, key: tuple[int, int, int]) -> None:
        self.meeting, self.worker, self.key, self.drawn = meeting, worker, key, 0

    def sum(self, array: Array) -> Array:
        """Return the sum of such arrays over all shares of the batch."""
        return self.meeting.sum(self.worker, array)

    def generator(self, own: np.random.Generator) -> np.random.Generator:
        """Return a generator for one layer in this step and this share.

        It depends on nothing else, so that nothing but the number of the step needs to be kept to
        draw the same again.
        """
        self.drawn += 1
        return np.random.default_rng([*self.key, self.drawn])


def forget_gradients(parameters: Iterable[Parameter]) -> list[Array]:
    """Set the gradients to zero and return them: what is not stored then counts as nothing."""
    for parameter in parameters:
        if parameter.trainable:
            parameter.grad = np.zeros(parameter.value.shape, parameter.value.dtype)
    return [parameter.grad for parameter in parameters]


def check_gradients(
    network: Composition, parameters: Iterable[Parameter], unset: Iterable[Array]
) -> None:
    """Raise ShapeError or NotReadyError for a gradient of another shape, or that was not stored.

    `unset` are the gradients before the backward pass, which stores a new array for each.
    """
    for parameter, before in zip(parameters, unset, strict=True):
        gradient: object = parameter.grad
        shape = getattr(gradient, "shape", None)
        if parameter.role != "learned" or (
            shape == parameter.value.shape and gradient is not before
        ):
            continue
        owner, name = _owner_of(network, parameter), parameter.name
        if shape != parameter.value.shape:
            raise ShapeError(
                f"{owner}: backward must store a gradient of {parameter.value.shape}, the shape of "
                f"{name}, got {type(gradient).__name__ if shape is None else shape}"
            )
        if not before.any():
            raise NotReadyError(
                f"{owner}: backward stored no gradient for {name}, so it would never learn: set "
                f"self.{name}.grad = ..., of zeros where this batch does not reach it; or freeze "
                "the layer, trainable = False"
            )


def _owner_of(network: Composition, parameter: Parameter) -> str:
    """Return which layer a parameter belongs to, and where that stands."""
    for place, layer in network.walk():
        if any(member is parameter for _, member in layer.members()):
            return f"{place} {layer}".strip()
    return repr(parameter)


def _activations(layers: Sequence[Layer]) -> int:
    """Return how many numbers the layers make of a sample."""
    own = (layer for layer in layers if not isinstance(layer, Composition))
    return max(sum(math.prod(layer.out_shape or ()) for layer in own), 1)


def may_share(layers: Iterable[Layer], loss: Loss) -> bool:
    """Return whether a batch may be cut: whether all layers and the loss say how to do that."""
    return loss.per_sample and all(layer.per_sample or layer.sums_over_batch for layer in layers)


def default_count(network: Composition, loss: Loss) -> int:
    """Return how many workers suit this machine, this model and this loss.

    As many as there are cores for this process, at most `DEFAULT_MOST`; one, if the threads of the
    matrix products cannot be held, or if a batch cannot be cut.
    """
    layers = (layer for _, layer in network.walk())
    may = blas.is_held() and may_share(layers, loss)
    return min(blas.cores(), DEFAULT_MOST) if may else 1
