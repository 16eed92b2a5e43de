"""A training as a checkpoint kept it, until `fit` goes on with it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minicnn.errors import ArgumentError, DataError, brief
from minicnn.losses import Loss
from minicnn.optim import SGD
from minicnn.sequential import Sequential
from minicnn.training.callbacks.base import Callback
from minicnn.training.history import History
from minicnn.training.progress import Position


@dataclass(frozen=True, eq=False)
class Saved:
    """A training as a checkpoint kept it.

    Attributes
    ----------
    path : Path
        Of the checkpoint.
    model, optimizer, loss, workers, history, position
        Of the trainer.
    random : dict
        The states of the trainer's generator: `now`, and at the `epoch`'s begin.
    data : dict
        The marks of `train` and of `validation`, or None.
    callbacks : list of [str, dict]
        The name of each callback, and what it keeps.
    """

    path: Path
    model: Sequential
    optimizer: SGD
    loss: Loss
    workers: int
    history: History
    position: Position
    random: dict[str, Any]
    data: dict[str, Any]
    callbacks: list[list[Any]]

    def check_same(self, given: Mapping[str, int | None], data: Mapping[str, Any]) -> None:
        """Raise unless `fit` is asked for the training that was interrupted, on its data."""
        position = self.position
        for name, expected in (("epochs", position.epochs), ("batch_size", position.batch_size)):
            if given[name] not in (None, expected):
                raise ArgumentError(
                    f"Trainer.fit: expected {name}={expected}, as before the interruption, or "
                    f"nothing; got {given[name]}. Once that training is done, call fit again to "
                    "train on"
                )
        for name, expected in self.data.items():
            if data[name] != expected:
                raise DataError(
                    f"Trainer.fit: expected the {name} data that the training was interrupted on, "
                    f"with marks {expected}, got {data[name]}"
                )
        if math.ceil(data["train"]["shape"][0] / position.batch_size) != position.steps_per_epoch:
            raise DataError(
                f"{self.path}: expected epochs of as many steps as the data has batches"
            )

    def restore(self, callbacks: Sequence[Callback]) -> list[str]:
        """Give callbacks what those of their name kept, in order; return whose nobody took."""
        kept = list(self.callbacks)
        for callback in callbacks:
            name = type(callback).__name__
            found = next((entry for entry in kept if entry[0] == name), None)
            if found is not None:
                kept.remove(found)
                try:
                    if found[1]:
                        callback.restore(found[1])
                except Exception as error:  # a callback knows what it kept, not who changed it
                    raise DataError(
                        f"{self.path}: what {name} kept cannot be used ({brief(error)})"
                    ) from error
        return [name for name, state in kept if state]
