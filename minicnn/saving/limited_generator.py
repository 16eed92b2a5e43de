"""Draw initial weights whose sizes come from a file, and may be absurd."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minicnn.errors import DataError

SPARE_NUMBERS = 2**20
"""How many numbers a layer of your own may draw in addition to its parameters."""
LEAST_DRAWN = 64
"""The least that a single draw counts for: even a small array takes memory."""


class LimitedGenerator(np.random.Generator):
    """A generator that draws about as many `numbers` as a file holds, and no more.

    Drawing the weights is the first thing that takes memory when a model is built, so it is the
    place to refuse a layer that the file cannot fill.

    Examples
    --------
    >>> LimitedGenerator(seed=0, numbers=100).normal(size=(50, 2)).shape
    (50, 2)
    >>> LimitedGenerator(seed=0, numbers=100).normal(size=(10**6, 10**6))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    minicnn.errors.DataError: the layers have many more parameters than ...
    """

    def __init__(self, seed: int, numbers: int) -> None:
        super().__init__(np.random.default_rng(seed).bit_generator)
        self.left: float = numbers + SPARE_NUMBERS

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Draw from a normal distribution, within the limit."""
        self._count(size)
        return super().normal(loc, scale, size)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Draw from a uniform distribution, within the limit."""
        self._count(size)
        return super().uniform(low, high, size)

    def spawn(self, n_children: int) -> list[np.random.Generator]:
        """Return generators that are independent of this one and of each other, without a limit."""
        return [np.random.Generator(child) for child in self.bit_generator.spawn(n_children)]

    def lift(self) -> None:
        """Remove the limit, once the model is built."""
        self.left = math.inf

    def _count(self, size: Any) -> None:
        """Raise DataError if more numbers are drawn than the file can account for."""
        sizes = tuple(size) if isinstance(size, Sequence) else (size or 1,)
        self.left -= max(math.prod(sizes), LEAST_DRAWN)
        if self.left < 0:
            raise DataError(
                f"the layers have many more parameters than the file has numbers: one of shape "
                f"{sizes} is too large"
            )
