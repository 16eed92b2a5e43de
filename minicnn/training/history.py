"""The figures of each epoch, as plain rows that any tool can read."""

import json
import math
from pathlib import Path
from typing import TypeAlias

from minicnn.errors import ArgumentError, DataError
from minicnn.html_table import table, text
from minicnn.saving.atomic import atomic_write

Row: TypeAlias = dict[str, float | None]
"""One epoch: column name to number; None where nothing was measured."""

PRINTED = {
    "epoch": ".0f",
    "loss": ".4f",
    "accuracy": ".2%",
    "validation_loss": ".4f",
    "validation_accuracy": ".2%",
    "seconds": ".1f",
}
"""The columns that `print` shows, and how it writes their numbers."""


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
    >>> print(history)
    epoch    loss
        1  0.5000
        2  0.2500
    """

    def __init__(self, rows: list[Row] | None = None) -> None:
        self.rows: list[Row] = rows if rows is not None else []

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> list[float]:
        """Return one column, a value for each epoch; NaN where nothing was measured.

        Raises
        ------
        ArgumentError
            If no row has such a column; a history without rows has every column, empty.
        """
        known = self.columns
        if not isinstance(column, str) or (self.rows and column not in known):
            raise ArgumentError(f"History: expected a column among {known}, got {column!r}")
        values = (row.get(column) for row in self.rows)
        return [math.nan if value is None else value for value in values]

    @property
    def columns(self) -> list[str]:
        """The names of all columns that a row has, in the order in which they come."""
        return list(dict.fromkeys(column for row in self.rows for column in row))

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
        """Return the table: a history is often the last line of a cell."""
        return str(self)

    def __str__(self) -> str:
        header, *rows = self._cells()
        if not header:
            return self._count()
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in (header, *rows)
        )

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        header, *rows = self._cells()
        return table(header, rows, words=0) if header else text(self._count())

    def last_epoch(self) -> str:
        """Return the figures of the last epoch in words; of none, nothing.

        Examples
        --------
        >>> History([{"epoch": 1, "loss": 0.5, "accuracy": 0.75}]).last_epoch()
        'loss 0.5000, accuracy 75.00%'
        """
        header, *rows = self._cells()
        figures = zip(header, rows[-1], strict=True) if rows else ()
        shown = [(name, figure) for name, figure in figures if name not in ("epoch", "seconds")]
        return ", ".join(f"{name} {figure}" for name, figure in shown if figure != "-")

    def _count(self) -> str:
        return f"History of {len(self)} epochs" if self.rows else "History of no epochs yet"

    def _cells(self) -> list[tuple[str, ...]]:
        """Return the names of the columns that are shown, and the row of each epoch, as text.

        Columns in which nothing was measured are left out, as those of a validation set that there
        is none of.
        """
        columns = [
            column
            for column in PRINTED
            if column in self.columns and not all(map(math.isnan, self[column]))
        ]
        cells = [[column.replace("_", " "), *self._printed(column)] for column in columns]
        return list(zip(*cells, strict=True)) or [()]

    def _printed(self, column: str) -> list[str]:
        """Return the numbers of a column as text, a dash where nothing was measured."""
        values = self[column]
        return ["-" if math.isnan(value) else format(value, PRINTED[column]) for value in values]


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        for value in row.values()
    )
