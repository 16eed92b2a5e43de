"""Threads that share a batch: the layers say what is computed, this module which thread does it.

The gradient of a mean over the batch is a sum over its samples, so the batch may be cut into
shares: each goes forward and backward by itself, and the gradients are added up. Every thread has
replicas of the layers, which share the weights. NumPy lets go of Python's lock while it computes,
so the threads run at the same time. Shares of a large batch wait for their turn, so that no more of
them are in memory than there are threads.

For a given number of workers the result is the same to the bit in every run: the shares depend on
the batch and the model alone, each is computed by one thread, and all are added up in one order.
"""

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial, reduce
from itertools import pairwise
from typing import Any

import numpy as np

from minicnn.layers import Layer
from minicnn.layers.composition import Composition
from minicnn.losses import Loss
from minicnn.training import blas
from minicnn.typing import Array, Labels

THREAD_SAMPLES = 32
"""Samples that are worth a thread: for fewer, the passing of Python's lock takes longer."""

SHARE_ACTIVATIONS = 2**22
"""Numbers that the layers may make of a share: 16 MB in float32. More would not stay in caches."""

SHARE_SAMPLES = 8
"""Samples that a share may always have, however much the layers make of each: with fewer, the runs
in memory would be too short."""

DEFAULT_MOST = 4
"""Workers that are taken by default at most."""


class Workers:
    """Threads that work on one batch together.

    Parameters
    ----------
    count : int
        How many, the thread that asks among them.
    may_split : bool, default True
        Whether a batch may be cut. Else it stays whole, with one worker.

    Examples
    --------
    >>> from minicnn import CrossEntropy, Dense, Sequential
    >>> model = Sequential([Dense(2)], input_shape=(3,))
    >>> x, labels = np.ones((32, 3), np.float32), np.zeros(32, np.int64)
    >>> loss, outputs = Workers(2).gradients(model, CrossEntropy(), x, labels)
    >>> outputs.shape, model.layers[0].weight.grad.shape
    ((32, 2), (2, 3))
    """

    def __init__(self, count: int, *, may_split: bool = True) -> None:
        self.count, self.may_split = count, may_split
        self.others = ThreadPoolExecutor(count - 1, "minicnn") if count > 1 else None

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy have threads of its own."""
        return partial(Workers, self.count, may_split=self.may_split), ()

    def gradients(
        self, network: Composition, loss: Loss, images: Array, labels: Labels
    ) -> tuple[float, Array]:
        """Go forward and backward: fill the `grad` of every parameter.

        Returns
        -------
        loss : float
            If it is NaN or infinite, the gradients are not to be used.
        outputs : array (N, ...)
        """
        parts = self.shares(network, len(images))
        count = min(self.count, len(parts))
        work = partial(_work, loss, images, labels)
        if self.others is None or count == 1:
            results = [work(network, parts)]
        else:
            with blas.one_thread():
                started = [
                    self.others.submit(work, network.replica(), parts[i::count])
                    for i in range(1, count)
                ]
                try:
                    results = [work(network, parts[::count])]
                finally:
                    wait(started)  # nothing goes on behind the back of whoever catches an error
            results += [future.result() for future in started]
        losses, outputs, gradients = zip(*results, strict=True)
        for parameter, *grads in zip(network.parameters, *gradients, strict=True):
            if parameter.trainable:
                parameter.grad = reduce(np.add, grads)
        in_order = [outputs[i % count][i // count] for i in range(len(parts))]
        return sum(losses), np.concatenate(in_order)

    def shares(self, network: Composition, N: int) -> list[slice]:
        """Return which samples of N make up each share.

        One share for each worker with enough to do; of a large batch several rounds of them.
        """
        if not self.may_split:
            return [slice(0, N)]
        most = max(SHARE_ACTIVATIONS // _activations(network), SHARE_SAMPLES)
        count = max(min(self.count, N // THREAD_SAMPLES), 1)
        if count * most < N:
            rounds = math.ceil(N / (most * self.count))
            count = min(rounds * self.count, N)
        cuts = [N * i // count for i in range(count + 1)]
        return [slice(begin, end) for begin, end in pairwise(cuts)]


def _work(
    loss: Loss, images: Array, labels: Labels, network: Composition, parts: list[slice]
) -> tuple[float, list[Array], list[Array]]:
    """Take some shares one after the other; return their loss, outputs and gradients, added up.

    The loss is a mean over all N samples, so a share counts by its size:
    L = sum over shares of n/N * L_share
    """
    total, outputs = 0.0, []
    gradients: list[Array] = []
    for part in parts:
        weight = len(images[part]) / len(images)
        # Numbers that overflow show in the loss, and whoever asked will say so.
        with np.errstate(over="ignore", invalid="ignore"):
            y = network.forward(images[part], training=True)
            value = float(loss.value(y, labels[part])) * weight
            if math.isfinite(value):
                network.backward_parameters(loss.gradient(y, labels[part]) * weight)
        total += value
        outputs.append(y)
        new = [parameter.grad for parameter in network.parameters]
        gradients = list(map(np.add, gradients, new)) if gradients else new
    return total, outputs, gradients


def _activations(layer: Layer) -> int:
    """Return how many numbers a layer, or the layers in it, make of a sample."""
    if isinstance(layer, Composition):
        return sum(map(_activations, layer.layers))
    return math.prod(layer.out_shape or ())


def default_count(network: Composition, loss: Loss) -> int:
    """Return how many workers suit this machine, this model and this loss.

    As many as it has cores, at most `DEFAULT_MOST`; one, if the threads of the matrix products
    cannot be held, or if a batch is not to be cut.
    """
    return min(cores(), DEFAULT_MOST) if blas.is_held() and may_split(network, loss) else 1


def may_split(network: Composition, loss: Loss) -> bool:
    """Return whether it is sure that a batch may be cut, since all is of this library.

    A layer of another's might look at the batch as a whole, draw random numbers or change itself on
    the way, and then its replicas would not do together what it does alone; a loss might be no mean
    over the samples.
    """
    return all(type(part).__module__.startswith("minicnn.") for part in (loss, *_all(network)))


def _all(layer: Layer) -> Iterator[Layer]:
    """Yield a layer and those in it."""
    yield layer
    if isinstance(layer, Composition):
        for inner in layer.layers:
            yield from _all(inner)


def cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
