"""The figures of each epoch, as plain rows that any tool can read."""

import json
import math
from pathlib import Path
from typing import TypeAlias

from minicnn.errors import DataError
from minicnn.saving.atomic import atomic_write

Row: TypeAlias = dict[str, float | None]
"""One epoch: column name to number; None where nothing was measured."""


class History:
    """One row for each finished epoch.

    Attributes
    ----------
    rows : list of dict
        Each with ``epoch`` (from 1), ``steps`` (optimizer steps since the start), ``learning_rate``
        (of the epoch's last step), ``loss`` and ``accuracy`` (means over the epoch's training
        samples, while the weights were changing), ``validation_loss`` and ``validation_accuracy``
        (at its end; None without a validation set), ``seconds``. Accuracies are shares from 0 to 1.

    Examples
    --------
    >>> history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    >>> history["loss"]
    [0.5, 0.25]
    """

    def __init__(self, rows: list[Row] | None = None) -> None:
        self.rows: list[Row] = rows if rows is not None else []

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> list[float]:
        """Return one column, a value for each epoch; NaN where nothing was measured."""
        values = (row[column] for row in self.rows)
        return [math.nan if value is None else value for value in values]

    def save(self, path: str | Path) -> None:
        """Write the rows to `path` as a JSON list, whole or not at all."""
        with atomic_write(path) as file:
            file.write(json.dumps(self.rows, indent=2).encode() + b"\n")

    @classmethod
    def load(cls, path: str | Path) -> "History":
        """Read what `save` wrote.

        Raises
        ------
        DataError
            If the file is not a JSON list of rows of numbers.
        """
        try:
            return cls.of_rows(json.loads(Path(path).read_bytes()))
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: {error}") from error

    @classmethod
    def of_rows(cls, rows: object) -> "History":
        """Return a history of rows from a file, or raise DataError."""
        if not (isinstance(rows, list) and all(_is_row(row) for row in rows)):
            raise DataError("expected a JSON list of rows of numbers, got something else")
        return cls(rows)

    def __repr__(self) -> str:
        return f"History(epochs={len(self.rows)})"


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        for value in row.values()
    )
