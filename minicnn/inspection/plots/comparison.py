"""Two arrays that should be equal, and where they are not."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from minicnn.errors import ShapeError
from minicnn.inspection.plots.cells import draw_cells, numbers_as_text, write_numbers
from minicnn.inspection.plots.tiles import largest
from minicnn.typing import Array, Mask, Shape

PLAIN = "gray"
"""The colour scale of the two arrays. So colour always means a difference."""

MOST_NUMBERS = 100
"""Cells of an array into which numbers are written."""

WIDEST = 12
"""Columns of an array into which numbers are written."""


def plot_comparison(
    expected: Array,
    got: Array,
    *,
    wrong: Mask | None = None,
    names: tuple[str, str] = ("expected", "got"),
    letters: tuple[str, str] = ("row", "column"),
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the array that was expected, the one that came, and their difference.

    The first two have one scale, from black for the smallest number to white for the largest. The
    difference is red where the number is too large, blue where it is too small, and blank where it
    is right. Numbers that are NaN or infinite are hatched. Arrays of different shapes are drawn
    with cells of one size, without a difference.

    Parameters
    ----------
    expected, got : array (H, W)
        The second may have another shape, or be empty.
    wrong : array (H, W) of bool, optional
        Where the two differ; by default where they are not equal.
    names : two str
        What the arrays are called.
    letters : two str
        What the rows and the columns are called; the rows of a strip need no name.
    axes : three Axes, optional
        By default side by side, or one below the other where the arrays are wide.

    Returns
    -------
    list of three Axes

    Raises
    ------
    ShapeError
        If an array does not have two axes, or nothing is expected, or there are not three Axes.

    Examples
    --------
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> import numpy as np
    >>> axes = plot_comparison(np.eye(3), np.ones((3, 3)))
    >>> [ax.get_title() for ax in axes[:2]]
    ['expected', 'got']
    """
    owner = "plot_comparison"
    if expected.ndim != 2 or got.ndim != 2 or expected.size == 0:
        raise ShapeError(
            f"{owner}: expected two arrays (H, W), the first not empty, got shapes "
            f"{expected.shape} and {got.shape}"
        )
    axes = _three_axes(expected, got) if axes is None else axes
    if len(axes) != 3:
        raise ShapeError(f"{owner}: expected three axes, got {len(axes)}")
    H, W = np.maximum(expected.shape, got.shape)
    for ax in axes:
        ax.set(xlim=(-0.55, W - 0.45), ylim=(H - 0.45, -0.55))  # cells of one size in all three
    numbered = H * W <= MOST_NUMBERS and W <= WIDEST
    limits = _limits(np.concatenate([expected.ravel(), got.ravel()]))
    for ax, name, values in zip(axes, names, (expected, got), strict=False):
        ax.set_title(name, fontsize=10)
        if values.size == 0:
            _say_instead(ax, "empty")
        else:
            cells = _draw(ax, values, limits, PLAIN, numbered=numbered)
            _name_axes(ax, values.shape, letters)
    if not numbered:
        _bar(axes[:2], cells)
    if expected.shape != got.shape:
        _say_instead(axes[2], "no difference:\nthe shapes differ")
    else:
        _draw_difference(axes[2], expected, got, wrong, numbered=numbered)
        _name_axes(axes[2], got.shape, letters)
    return list(axes)


def _three_axes(expected: Array, got: Array) -> list[Axes]:
    """Return axes of a new figure, side by side, or one below the other for wide arrays."""
    H, W = np.maximum(expected.shape, got.shape)
    if W > 3 * H:
        width = float(np.clip(0.6 * W, 4.5, 9.0))
        height = 3 * (max(width * H / W, 0.35) + 0.65)
        _, axes = plt.subplots(3, 1, figsize=(width, height + 1.3), layout="constrained")
        return list(axes)
    width = float(np.clip(0.6 * W, 2.0, 3.6))
    height = float(np.clip(width * H / W, 1.0, 8.0))
    _, axes = plt.subplots(1, 3, figsize=(3 * width + 0.9, height + 1.8), layout="constrained")
    return list(axes)


def _say_instead(ax: Axes, text: str) -> None:
    """Write a text where nothing is drawn."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=9)
    ax.set(xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def _limits(values: Array) -> tuple[float, float]:
    """Return the smallest and the largest finite number."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (low, high) if high > low else (low - 1, high + 1)


def _draw(
    ax: Axes, values: Array, limits: tuple[float, float], cmap: str, *, numbered: bool
) -> QuadMesh:
    """Draw cells, with their numbers where there are few, and hatch what is not finite."""
    cells = draw_cells(ax, values, limits, cmap=cmap)
    for row, column in np.argwhere(~np.isfinite(values)):
        _hatch(ax, row, column)
    if numbered:
        write_numbers(ax, cells, numbers_as_text(values))
    return cells


def _hatch(ax: Axes, row: int, column: int) -> None:
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(Rectangle(corner, 1, 1, fill=False, hatch="///", edgecolor="0.75", linewidth=0))


def _draw_difference(
    ax: Axes, expected: Array, got: Array, wrong: Mask | None, *, numbered: bool
) -> None:
    """Draw by how much the numbers are too large or too small, and nothing where they are right."""
    if wrong is None:
        wrong = ~((got == expected) | (np.isnan(got) & np.isnan(expected)))
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.where(wrong, got.astype(float) - expected, 0.0)
    limit = largest(difference[np.isfinite(difference)]) if wrong.any() else 1.0
    cells = draw_cells(ax, difference, (-limit, limit))
    for row, column in np.argwhere(~np.isfinite(difference)):
        _hatch(ax, row, column)
    if numbered:
        texts = numbers_as_text(difference)
        signed = np.where(difference > 0, np.char.add("+", texts), texts)
        write_numbers(ax, cells, np.where(wrong, signed, ""))
    else:
        _bar([ax], cells)
    ax.set_title(_summary(difference, wrong), fontsize=10)


def _summary(difference: Array, wrong: Mask) -> str:
    """Return how many numbers differ, and what the colours of the difference say."""
    if not wrong.any():
        return "no difference"
    colours = [
        name
        for name, there in (("red: too large", difference > 0), ("blue: too small", difference < 0))
        if there.any()
    ]
    if not np.isfinite(difference).all():
        colours.append("hatched: NaN or infinite")
    return "\n".join([f"{wrong.sum():,} of {wrong.size:,} differ", *colours])


def _name_axes(ax: Axes, shape: Shape, letters: tuple[str, str]) -> None:
    """Write the letters and the indices beside the cells."""
    ax.set_xlabel(letters[1], fontsize=9)
    ax.set_ylabel(letters[0], fontsize=9)
    for axis, size, letter in ((ax.xaxis, shape[1], letters[1]), (ax.yaxis, shape[0], letters[0])):
        ticks = MaxNLocator(8, integer=True).tick_values(0, size - 1) if size > 12 else range(size)
        axis.set_ticks([tick for tick in ticks if 0 <= tick < size] if letter else [])
    ax.tick_params(length=0, labelsize=8)


def _bar(axes: Sequence[Axes], cells: QuadMesh) -> None:
    bar = axes[0].figure.colorbar(cells, ax=list(axes), shrink=0.8, pad=0.02, aspect=15)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5))
    bar.ax.tick_params(labelsize=8)
