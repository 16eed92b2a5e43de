"""Threads that share a batch: what is computed is told by the layers, here is only who does it.

The gradient of a mean over the batch is a sum over its samples, so the batch may be cut into
shares: each goes forward and backward by itself, through twins of the layers, and the gradients are
added up. NumPy lets go of Python's lock while it computes, so the threads run at the same time.

For a given number of workers the result is the same to the bit in every run: the shares depend on
the size of the batch alone, each is computed by one thread, and they are added up in their order.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise

import numpy as np

from minicnn import blas
from minicnn.layers import Layer
from minicnn.layers.composition import Composition
from minicnn.losses import Loss
from minicnn.typing import Array, Labels

SMALLEST_SHARE = 32
"""Samples below which a share is not worth a thread: the passing of Python's lock takes longer."""

MOST = 4
"""Workers that are taken by default at most."""


class Workers:
    """So many threads, of which the one that asks is the first.

    Parameters
    ----------
    count : int

    Examples
    --------
    >>> from minicnn import CrossEntropy, Dense, Sequential
    >>> model = Sequential([Dense(2)], input_shape=(3,))
    >>> x, labels = np.ones((32, 3), np.float32), np.zeros(32, np.int64)
    >>> loss, outputs = Workers(2).gradients(model, CrossEntropy(), x, labels)
    >>> outputs.shape, model.layers[0].weight.grad.shape
    ((32, 2), (2, 3))
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.others = ThreadPoolExecutor(count - 1, "minicnn") if count > 1 else None

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
        N = len(images)
        count = max(min(self.count, N // SMALLEST_SHARE), 1)
        if self.others is None or count == 1:
            return _share(network, loss, images, labels, N)
        cuts = [N * i // count for i in range(count + 1)]
        parts = [slice(begin, end) for begin, end in pairwise(cuts)]
        twins = [network.twin() for _ in parts[1:]]
        with blas.one_thread():
            started = [
                self.others.submit(_share, twin, loss, images[part], labels[part], N)
                for twin, part in zip(twins, parts[1:], strict=True)
            ]
            try:
                results = [_share(network, loss, images[parts[0]], labels[parts[0]], N)]
            finally:
                wait(started)  # nothing goes on behind the back of whoever catches an error
        results += [future.result() for future in started]
        for parameter, *others in zip(
            network.parameters, *(twin.parameters for twin in twins), strict=True
        ):
            if parameter.trainable:
                for other in others:
                    parameter.grad = parameter.grad + other.grad
        losses, outputs = zip(*results, strict=True)
        return sum(losses), np.concatenate(outputs)


def _share(
    network: Composition, loss: Loss, images: Array, labels: Labels, N: int
) -> tuple[float, Array]:
    """Go forward and backward with a share of N samples; return its part of the loss, and outputs.

    The loss is a mean over all N, so a share counts by its size:
    L = sum over shares of n/N * L_share
    """
    weight = len(images) / N
    # Numbers that overflow show in the loss, and whoever asked will say so.
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = network.forward(images, training=True)
        value = float(loss.value(outputs, labels)) * weight
        if math.isfinite(value):
            network.backward_parameters(loss.gradient(outputs, labels) * weight)
    return value, outputs


def default_count(network: Composition) -> int:
    """Return how many workers suit this machine and this model.

    As many as it has cores, at most `MOST`. One, if the threads of the matrix products cannot be
    held, or if a layer is not of this library: it might look at the batch as a whole, draw random
    numbers or change itself on the way, and then its twins would not do what it does alone.
    """
    if not blas.is_held() or not all(map(_is_ours, network.layers)):
        return 1
    return min(cores(), MOST)


def _is_ours(layer: Layer) -> bool:
    """Return whether a layer, and every layer in it, is of this library."""
    inner = layer.layers if isinstance(layer, Composition) else []
    return type(layer).__module__.startswith("minicnn.") and all(map(_is_ours, inner))


def cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
