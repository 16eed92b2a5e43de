"""The table of kernels as text, in lines as long as there is room for, and in a notebook."""

import math
from typing import TYPE_CHECKING

from minicnn.html_table import table
from minicnn.inspection.kinds import score_as_text
from minicnn.terminal import shortened
from minicnn.typing import Array

if TYPE_CHECKING:
    from minicnn.inspection.measure import KernelTable

HEADER = (
    *("kernel", "kind", "edge", "bar", "blob", "flat", "colour"),
    *("degrees", "cycles/pixel", "norm", "nearest", ""),
)
SHORT = {"kernel": "", "degrees": "deg", "cycles/pixel": "c/px"}
"""What columns are called where a line is short."""

NEAREST = -2
WORDS = ("kind", "nearest")


def header_of(kernels: "KernelTable") -> list[str]:
    """Return the names of the columns; kernels without three channels have no colour."""
    return [name for name in HEADER if name != "colour" or kernels.in_colour]


def rows_of(kernels: "KernelTable") -> list[list[str]]:
    """Return the numbers of each kernel as text, in the columns of the header."""
    scores = [kernels.edge, kernels.bar, kernels.blob, kernels.flat]
    if kernels.in_colour:
        scores.append(kernels.colour)
    norms = norms_as_text(kernels.norm)
    return [
        [
            str(f),
            kernels.kind[f],
            *(score_as_text(score[f]) for score in scores),
            kernels.degrees(f),
            kernels.cycles(f),
            norms[f],
            kernels.nearest[f],
            f"{kernels.similarity[f]:.2f}",
        ]
        for f in range(len(kernels))
    ]


def norms_as_text(norms: Array) -> list[str]:
    """Return norms (F,) with as many decimals for all as give the largest three digits.

    Examples
    --------
    >>> import numpy as np
    >>> norms_as_text(np.array([1.514, 0.46])), norms_as_text(np.array([0.0, 31.0]))
    (['1.51', '0.46'], ['0.0', '31.0'])
    >>> norms_as_text(np.array([3e-9, 1e-10]))
    ['3.00e-09', '1.00e-10']
    """
    largest = float(norms.max()) or 1.0
    if not 1e-3 <= largest < 1e6:
        return [f"{norm:.2e}" for norm in norms]
    decimals = max(0, 2 - math.floor(math.log10(largest)))
    return [f"{norm:.{decimals}f}" for norm in norms]


def table_lines(kernels: "KernelTable", width: int) -> list[str]:
    """Return the table in lines of `width` characters; names are cut, and never a number."""
    header, rows = header_of(kernels), rows_of(kernels)
    lines = _aligned(header, rows, "  ")
    if max(map(len, lines)) <= width:
        return lines
    return _aligned([SHORT.get(name, name) for name in header], rows, " ", width)


def _aligned(
    header: list[str], rows: list[list[str]], gap: str, width: int | None = None
) -> list[str]:
    """Return lines; words stand to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    if width is not None:
        too_much = sum(widths) + len(gap) * (len(widths) - 1) - width
        widths[NEAREST] = max(len("nearest"), widths[NEAREST] - max(too_much, 0))
    return [
        gap.join(
            shortened(cell, room).ljust(room) if name in WORDS else cell.rjust(room)
            for name, cell, room in zip(header, row, widths, strict=True)
        ).rstrip()
        for row in [header, *rows]
    ]


def table_as_html(kernels: "KernelTable") -> str:
    """Return the table for a notebook, with what it comes to below."""
    return table(header_of(kernels), rows_of(kernels), words=2, note=kernels.conclusion)
