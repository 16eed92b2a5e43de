"""A small array as a grid of coloured cells, with its numbers written in them."""

import math

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.typing import Array

MOST_LINES = 40
"""Cells in a row between which lines are drawn; more would hide the cells."""


LARGE = 1e6
"""From here on numbers are written with an exponent."""


@in_own_style
def show_kernel(
    kernel: npt.ArrayLike,
    label: bool = True,
    digits: int | None = None,
    *,
    limit: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a kernel, or any small array, with the value in each cell.

    Red is above zero, blue below; the text is light on dark cells and dark on light ones.

    Parameters
    ----------
    kernel : array (KH, KW)
    label : bool, default True
        Whether to write the values.
    digits : int, optional
        Digits after the decimal point; by default as many as the values need, up to two, or up to
        two significant digits of the largest.
    limit : float, optional
        The value at the ends of the colour scale; by default the largest absolute value.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the kernel does not have two axes, or is empty.
    DataError
        If a value is NaN or infinite.
    """
    owner = "show_kernel"
    kernel = checks.numbers(owner, "kernel", kernel)
    if kernel.ndim != 2 or kernel.size == 0:
        raise ShapeError(f"{owner}: expected an array (KH, KW), got shape {kernel.shape}")
    if digits is not None:
        checks.whole_number(owner, "digits", digits, minimum=0)
    if limit is not None:
        checks.real_number(owner, "limit", limit, above=0)
    KH, KW = kernel.shape
    if ax is None:
        _, ax = plt.subplots(figsize=(0.7 * KW + 0.4, 0.7 * KH + 0.4), layout="constrained")
    limit = largest(kernel) if limit is None else limit
    cells = draw_cells(ax, kernel, (-limit, limit))
    ax.set(xlim=(-0.55, KW - 0.45), ylim=(KH - 0.45, -0.55))
    if label:
        write_numbers(ax, cells, numbers_as_text(kernel, digits))
    return ax


def draw_cells(
    ax: Axes, values: Array, limits: tuple[float, float], *, cmap: str = SIGNED
) -> QuadMesh:
    """Draw an array (H, W) as cells on a colour scale, the middle of cell (0, 0) at (0, 0)."""
    H, W = values.shape
    cells = ax.pcolormesh(
        np.arange(W + 1) - 0.5,
        np.arange(H + 1) - 0.5,
        np.ma.masked_invalid(values),
        cmap=cmap,
        vmin=limits[0],
        vmax=limits[1],
        shading="flat",
        edgecolors="0.7",
        linewidth=0.6 if max(H, W) <= MOST_LINES else 0.0,
    )
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.grid(visible=False, which="both")  # which a style sheet may draw through the numbers
    ax.spines[:].set_visible(False)
    return cells


def write_numbers(ax: Axes, cells: QuadMesh, texts: npt.NDArray[np.str_]) -> None:
    """Write a text (H, W) into each cell, light on dark cells and dark on light ones.

    All have the size at which the longest fits, in a cell as large as the limits of the axes make
    it.
    """
    colours = cells.to_rgba(np.ma.asarray(cells.get_array())).reshape(*texts.shape, 4)
    size = _font_size(ax, max(map(len, texts.flat)))
    for (row, column), text in np.ndenumerate(texts):
        if text:
            red, green, blue, opaque = colours[row, column]  # what is not finite has no colour
            dark = opaque and 0.3 * red + 0.59 * green + 0.11 * blue < 0.45
            colour = "white" if dark else "black"
            ax.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def numbers_as_text(values: Array, digits: int | None = None) -> npt.NDArray[np.str_]:
    """Return numbers as texts with as many digits after the point as they need, up to two."""
    digits = _digits(values[np.isfinite(values)], digits)
    return np.array([_number(float(value), digits) for value in values.flat]).reshape(values.shape)


def _digits(values: Array, digits: int | None) -> int:
    """Return how many digits to write after the decimal point."""
    if digits is not None:
        return digits
    if values.size == 0:
        return 0
    most = max(2, 1 - math.floor(math.log10(largest(values))))
    return next((n for n in range(most) if np.allclose(values, values.round(n), atol=1e-9)), most)


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}" if abs(value) < LARGE else f"{value:.3g}"
    if float(text) == 0:  # no minus in front of a zero
        text = text.removeprefix("-")
    return text.replace("-", "\N{MINUS SIGN}")


def _font_size(ax: Axes, longest: int) -> float:
    """Return the size in points at which so many characters fit into a cell."""
    room, figure = ax.get_window_extent(), ax.get_figure(root=True)  # in pixels
    points = 72 / figure.dpi if figure else 1.0  # a pixel
    columns, rows = np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())
    cell = points * min(room.width / columns, room.height / rows)
    return float(np.clip(1.3 * cell / max(longest, 2), 3.0, 11.0))
