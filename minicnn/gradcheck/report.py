"""What `gradcheck` found, as a table that ends with a verdict."""

from dataclasses import dataclass

from minicnn.html_table import table

TOLERANCE = 1e-6
"""The relative error that rounding alone stays below in float64."""


HEADER = ("gradient of", "error", "stated", "numerical", "at index")


@dataclass(frozen=True)
class GradientRow:
    """The worst entry of one gradient.

    Attributes
    ----------
    name : str
        ``"x"`` for the input, ``"outputs"`` for that of a loss, else the parameter's name. What
        follows it says which call the gradient is of, if not of the first one.
    error : float
        |stated - numerical|, relative to the larger of the two, or to a thousandth of the largest
        entry of this gradient where both are smaller than that.
    index : tuple of int
        Where in the array.
    stated, numerical : float
        What `backward` or `gradient` said, and what the differences say.
    rule : str or None
        How the whole gradient differs from the right one, where a plain rule says it.
    """

    name: str
    error: float
    index: tuple[int, ...]
    stated: float
    numerical: float
    rule: str | None = None


@dataclass(frozen=True, repr=False)
class GradientReport:
    """What `gradcheck` found: the worst entry of each gradient; prints as a table.

    Attributes
    ----------
    rows : tuple of GradientRow
    samples : int
        The size of the batch.
    faults : tuple of str
        What else is wrong, beside gradients.
    remarks : tuple of str
        What this check cannot show.
    """

    rows: tuple[GradientRow, ...]
    samples: int
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def worst(self) -> GradientRow:
        """The worst of all."""
        return max(self.rows, key=lambda row: row.error)

    def passed(self, tolerance: float = TOLERANCE) -> bool:
        """Whether every entry is within `tolerance`, and nothing else is wrong."""
        return self.worst.error < tolerance and not self.faults

    def verdict(self, tolerance: float = TOLERANCE) -> str:
        """Say in words whether every gradient is right, and otherwise what is wrong with which."""
        wrong = [row for row in self.rows if not row.error < tolerance]
        lines = [f"wrong: the gradient of {row.name}: {row.rule or _entry(row)}" for row in wrong]
        lines += [f"wrong: {fault}" for fault in self.faults]
        if not lines:
            names = ", ".join(row.name for row in self.rows)
            lines.append(f"passed: every gradient is right to {tolerance:g}: {names}")
        if self.samples == 1:
            lines.append(
                "a batch of one cannot show a division by the batch: check with two samples or more"
            )
        return "\n".join([*lines, *self.remarks])

    def __repr__(self) -> str:
        """Return the whole text: a report is often the last line of a cell."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        rows = [
            (
                row.name,
                f"{row.error:.1e}",
                f"{row.stated:.6g}",
                f"{row.numerical:.6g}",
                str(row.index),
            )
            for row in self.rows
        ]
        return table(HEADER, rows, note=self.verdict())

    def __str__(self) -> str:
        width = max(12, *(len(row.name) for row in self.rows))
        of, error, stated, numerical, index = HEADER
        lines = [f"{of:<{width}}  {error:>8}  {stated:>13}  {numerical:>13}  {index}"]
        lines += [
            f"{row.name:<{width}}  {row.error:8.1e}  {row.stated:13.6g}  {row.numerical:13.6g}  "
            f"{row.index}"
            for row in self.rows
        ]
        return "\n".join([*lines, self.verdict()])


def _entry(row: GradientRow) -> str:
    return (
        f"no plain rule explains it; its worst entry is {row.index}, {row.stated:.6g} instead of "
        f"{row.numerical:.6g}"
    )
