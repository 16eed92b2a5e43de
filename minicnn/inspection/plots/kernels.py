"""Kernels as small pictures."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import DataError, ShapeError
from minicnn.inspection.montage import corner
from minicnn.inspection.plots.tiles import TILES_IN_A_ROW, largest, show_tiles
from minicnn.typing import Array


def plot_kernels(
    kernels: Array, *, limit: float | None = None, title: str = "kernels", ax: Axes | None = None
) -> Axes:
    """Draw a bank of kernels, all on one colour scale with zero in its middle.

    Parameters
    ----------
    kernels : array (F, C, KH, KW)
        With one input channel they fill rows of eight; with more, each channel has its row.
    limit : float, optional
        The weight at the ends of the colour scale; by default the largest weight there is. Give
        banks that are compared the same.
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
    """
    _check_kernels("plot_kernels", kernels)
    F, C, KH, KW = kernels.shape
    columns = min(F, TILES_IN_A_ROW) if C == 1 else F
    tiles = kernels.swapaxes(0, 1).reshape(C * F, KH, KW)  # (C*F, KH, KW), channel by channel
    if ax is None:
        rows = math.ceil(C * F / columns)
        size = (1.5 + 1.1 * columns, 1.0 + 1.25 * rows)
        _, ax = plt.subplots(figsize=size, layout="constrained")
    limit = largest(kernels) if limit is None else limit
    image = show_tiles(ax, tiles, columns, -limit, limit)
    for index in range(C * F):
        top, left = corner(index, columns, (KH, KW))
        name = str(index) if C == 1 else f"{index % F}, channel {index // F}"
        ax.text(left + (KW - 1) / 2, top - 0.6, name, ha="center", va="bottom", fontsize=7)
    ax.set_title(title, pad=14)
    ax.figure.colorbar(image, ax=ax, label="weight", shrink=0.9)
    return ax


def plot_kernels_before_and_after(
    before: Array, after: Array, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw a bank of kernels as it began and as it was learned, on one colour scale.

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
    _check_kernels("plot_kernels_before_and_after", before)
    _check_kernels("plot_kernels_before_and_after", after)
    if before.shape != after.shape:
        raise ShapeError(
            f"plot_kernels_before_and_after: expected banks of one shape, got {before.shape} and "
            f"{after.shape}"
        )
    if axes is None:
        F, C = before.shape[:2]
        columns = min(F, TILES_IN_A_ROW) if C == 1 else F
        rows = math.ceil(C * F / columns)
        size = (1.5 + 1.1 * columns, 2 * (0.8 + 1.25 * rows))
        _, axes = plt.subplots(2, 1, figsize=size, layout="constrained")
    limit = max(largest(before), largest(after))
    upper, lower = axes
    plot_kernels(before, limit=limit, title="before training", ax=upper)
    plot_kernels(after, limit=limit, title="after training", ax=lower)
    return upper, lower


def _check_kernels(owner: str, kernels: Array) -> None:
    if kernels.ndim != 4 or kernels.size == 0:
        raise ShapeError(f"{owner}: expected kernels (F, C, KH, KW), got {kernels.shape}")
    if not np.isfinite(kernels).all():
        raise DataError(f"{owner}: expected finite weights, got NaN or infinity among them")
