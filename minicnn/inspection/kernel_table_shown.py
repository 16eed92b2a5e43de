"""The table of kernels where a line is short, and in a notebook."""

from typing import TYPE_CHECKING

from minicnn.html_table import table
from minicnn.terminal import shortened

if TYPE_CHECKING:
    from minicnn.inspection.measure import KernelTable

HEADER = (
    *("kernel", "kind", "edge", "bar", "blob", "DC"),
    *("degrees", "cycles/pixel", "norm", "nearest", ""),
)
NARROW = ("", "kind", "edge", "bar", "blob", "DC", "deg", "c/px", "norm", "nearest", "")
"""The columns, and how they are called where a line is short."""

NEAREST = HEADER.index("nearest")
WORDS = (HEADER.index("kind"), NEAREST)


def rows_of(kernels: "KernelTable") -> list[tuple[str, ...]]:
    """Return the numbers of each kernel as text, in the columns of the header."""
    return [
        (
            str(f),
            kernels.kind[f],
            *(
                f"{score[f]:.2f}"
                for score in (kernels.edge, kernels.bar, kernels.blob, kernels.dc_share)
            ),
            kernels.degrees(f),
            kernels.cycles(f),
            f"{kernels.norm[f]:.3g}",
            kernels.nearest[f],
            f"{kernels.similarity[f]:.2f}",
        )
        for f in range(len(kernels))
    ]


def narrow_lines(kernels: "KernelTable", width: int) -> list[str]:
    """Return the table in lines of `width` characters; names are cut, and never a number."""
    rows = [NARROW, *rows_of(kernels)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    too_much = sum(widths) + len(widths) - 1 - width
    widths[NEAREST] = max(len("nearest"), widths[NEAREST] - max(too_much, 0))
    return [_line(row, widths) for row in rows]


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """Return a row; words stand to the left, numbers to the right."""
    cells = (
        shortened(cell, width).ljust(width) if column in WORDS else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return " ".join(cells).rstrip()


def table_as_html(kernels: "KernelTable") -> str:
    """Return the table for a notebook, with what it comes to below."""
    return table(HEADER, rows_of(kernels), words=2, note=kernels.conclusion)
