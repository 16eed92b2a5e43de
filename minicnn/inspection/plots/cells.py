"""A small array as a grid of coloured cells, with its numbers written in them."""

import math

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.typing import Array


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
    ax.pcolormesh(
        np.arange(KW + 1) - 0.5,  # the middle of cell (0, 0) is at (0, 0)
        np.arange(KH + 1) - 0.5,
        kernel,
        cmap=SIGNED,
        vmin=-limit,
        vmax=limit,
        edgecolors="0.7",
        linewidth=0.6,
    )
    ax.set(aspect="equal", xticks=[], yticks=[], xlim=(-0.55, KW - 0.45), ylim=(KH - 0.45, -0.55))
    ax.spines[:].set_visible(False)
    if label:
        size = _font_size(ax, kernel, digits)
        for (row, column), value in np.ndenumerate(kernel):
            ax.text(
                column,
                row,
                _number(float(value), _digits(kernel, digits)),
                ha="center",
                va="center",
                fontsize=size,
                color="white" if abs(value) > 0.6 * limit else "black",
            )
    return ax


def _digits(values: Array, digits: int | None) -> int:
    """Return how many digits to write after the decimal point."""
    if digits is not None:
        return digits
    most = max(2, 1 - math.floor(math.log10(largest(values))))
    return next((n for n in range(most) if np.allclose(values, values.round(n), atol=1e-9)), most)


def _number(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    if float(text) == 0:  # no minus in front of a zero
        text = text.removeprefix("-")
    return text.replace("-", "\N{MINUS SIGN}")


def _font_size(ax: Axes, values: Array, digits: int | None) -> float:
    """Return the size in points at which the longest number fits into its cell."""
    room, figure = ax.get_window_extent(), ax.get_figure(root=True)  # in pixels
    points = 72 / figure.dpi if figure else 1.0  # a pixel
    cell = points * min(room.width / values.shape[1], room.height / values.shape[0])
    longest = max(len(_number(float(v), _digits(values, digits))) for v in values.flat)
    return float(np.clip(1.3 * cell / max(longest, 2), 3.0, 11.0))
