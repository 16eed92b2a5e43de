"""The order of the samples: a new one in every epoch, which a resumed epoch takes up again."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from minicnn.data.dataset import Dataset
from minicnn.errors import DataError
from minicnn.typing import Array, Targets


class SampleOrder:
    """Draws the batches of each epoch from one generator, and keeps what repeats the last draw.

    Examples
    --------
    >>> data = Dataset(np.zeros((4, 1, 2, 2)), np.array([0, 1, 2, 3]))
    >>> order = SampleOrder(seed=0)
    >>> batches = [labels.tolist() for _, labels in order.batches(data, 2)]
    >>> rest = [labels.tolist() for _, labels in order.batches(data, 2, done=1)]
    >>> batches, rest
    ([[2, 0], [1, 3]], [[1, 3]])
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._begin = self._rng.bit_generator.state  # before the order of this epoch was drawn

    def state(self) -> dict[str, Any]:
        """Return the states of the generator: `now`, and at the beginning of the `epoch`."""
        return {"now": self._rng.bit_generator.state, "epoch": self._begin}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from such states."""
        self._rng.bit_generator.state = state["now"]
        self._begin = state["epoch"]

    def batches(
        self, train: Dataset, batch_size: int, done: int = 0
    ) -> Iterator[tuple[Array, Targets]]:
        """Return the batches of an epoch; those after the first `done` if it was interrupted."""
        if done == 0:
            self._begin = self._rng.bit_generator.state
            return train.batches(batch_size, self._rng)
        # The same order once more, without what was there before the interruption.
        now, self._rng.bit_generator.state = self._rng.bit_generator.state, self._begin
        batches = train.batches(batch_size, self._rng)
        for _ in range(done):
            if next(batches, None) is None:
                raise DataError(f"Trainer.fit: expected more than {done} batches")
        self._rng.bit_generator.state = now
        return batches
