"""Kernels as small pictures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy.typing as npt
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import (
    TILES_IN_A_ROW,
    colour_bar,
    draw_tiles,
    fitting_columns,
    largest,
    tile_size,
)
from minicnn.typing import Array


def plot_kernels(
    kernels: npt.ArrayLike,
    *,
    limit: float | None = None,
    title: str = "kernels",
    ax: Axes | None = None,
) -> Axes:
    """Draw a bank of kernels, all on one colour scale with zero in its middle.

    Parameters
    ----------
    kernels : array (F, C, KH, KW), or (F, KH, KW) with one channel
        The channels of a kernel are side by side.
    limit : float, optional
        The weight at the ends of the colour scale; by default the largest absolute weight. Use the
        same limit for banks that are compared.
    title : str, default "kernels"
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If the kernels are not (F, C, KH, KW).
    DataError
        If a weight is NaN or infinite.
    ArgumentError
        If the limit is not above 0.
    """
    kernels = checks.kernel_bank("plot_kernels", kernels)
    if limit is not None:
        limit = checks.real_number("plot_kernels", "limit", limit, above=0)
    if ax is None:
        _, ax = plt.subplots(figsize=_size(kernels, banks=1), layout="constrained")
    _draw(ax, kernels, largest(kernels) if limit is None else limit, title)
    colour_bar(ax, ax.images[0], "weight")
    return ax


def plot_kernels_before_and_after(
    before: npt.ArrayLike, after: npt.ArrayLike, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw a bank of kernels before and after training, on one colour scale.

    Parameters
    ----------
    before, after : array (F, C, KH, KW)
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError
        If the kernels are not (F, C, KH, KW), or the two banks differ in shape.
    DataError
        If a weight is NaN or infinite.
    """
    owner = "plot_kernels_before_and_after"
    before, after = checks.kernel_bank(owner, before), checks.kernel_bank(owner, after)
    if before.shape != after.shape:
        raise ShapeError(
            f"{owner}: expected two banks of one shape, got {before.shape} and {after.shape}"
        )
    if axes is None:
        _, axes = plt.subplots(2, 1, figsize=_size(before, banks=2), layout="constrained")
    upper, lower = axes
    limit = max(largest(before), largest(after))
    _draw(upper, before, limit, "before training")
    _draw(lower, after, limit, "after training")
    upper.figure.colorbar(upper.images[0], ax=[upper, lower], label="weight", shrink=0.9)
    return upper, lower


def _draw(ax: Axes, kernels: Array, limit: float, title: str) -> None:
    F, C, KH, KW = kernels.shape
    columns = fitting_columns(ax, C * F, KH / KW, group=C)
    labels = [str(f) if C == 1 else f"{f}/{c}" for f in range(F) for c in range(C)]
    draw_tiles(ax, kernels.reshape(F * C, KH, KW), columns, (-limit, limit), labels)
    ax.set_title(title if C == 1 else f"{title}: kernel/channel", loc="left")


def _size(kernels: Array, banks: int) -> tuple[float, float]:
    """Return the width and height, in inches, of a figure with one bank below the other."""
    F, C, KH, KW = kernels.shape
    columns = C * max(1, TILES_IN_A_ROW // C)
    width, height = tile_size(F * C, min(F * C, columns), KH / KW)
    return 1.0 + width, banks * height
