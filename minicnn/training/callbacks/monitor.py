"""Which epoch was the best, by one column of the history."""

import math
from typing import Any

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
from minicnn.training.callbacks.base import Training
from minicnn.training.history import Row

COLUMNS = ("validation_loss", "validation_accuracy", "loss", "accuracy")


class Monitor:
    """The best value of a column so far.

    Parameters
    ----------
    owner : str
        The name in messages.
    column : str, optional
        One of `COLUMNS`; for an accuracy the largest value is the best, for a loss the smallest. By
        default the validation loss, or the loss if there is no validation set.
    min_change : float, default 0
        By how much a value must be better than the best one.

    Examples
    --------
    >>> monitor = Monitor("test", "accuracy")
    >>> [monitor.improves({"accuracy": value}) for value in (0.8, 0.9, 0.9)]
    [True, True, False]
    """

    def __init__(self, owner: str, column: str | None = None, min_change: float = 0.0) -> None:
        self.owner = owner
        self.column = None if column is None else checks.choice(owner, "monitor", column, COLUMNS)
        self.min_change = checks.real_number(owner, "min_change", min_change, minimum=0)
        self.best: float | None = None

    def begin(self, trainer: Training) -> None:
        """Forget the best value, and check that there will be such a column."""
        self.best = None
        if self.column and self.column.startswith("validation") and not trainer.data["validation"]:
            raise ArgumentError(
                f"{self.owner}: expected a {self.column} to watch, but the training has no "
                "validation set; give fit one, or watch the loss"
            )

    def state(self) -> dict[str, Any]:
        """Return the column and its best value."""
        return {"column": self.column, "best": self.best}

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the best value, or raise DataError if it is of another column."""
        if state["column"] != self.column:
            raise DataError(
                f"{self.owner}: expected monitor={state['column']!r}, as before the interruption, "
                f"got {self.column!r}"
            )
        best = state["best"]
        self.best = None if best is None else checks.real_number(self.owner, "best", best)

    def improves(self, row: Row) -> bool:
        """Return whether the epoch of this row is the best so far, and remember it."""
        column = self.column
        if column is None:
            column = "loss" if row["validation_loss"] is None else "validation_loss"
        value = row[column]
        if value is None:
            raise ArgumentError(
                f"{self.owner}: expected a {column} to watch, but this training does not measure "
                "one; watch a loss instead"
            )
        if column.endswith("loss"):
            better = value < (math.inf if self.best is None else self.best - self.min_change)
        else:
            better = value > (-math.inf if self.best is None else self.best + self.min_change)
        if better:
            self.best = value
        return better
