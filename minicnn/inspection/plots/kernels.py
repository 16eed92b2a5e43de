"""Kernels as small pictures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import DataError, ShapeError
from minicnn.inspection.plots.tiles import TILES_IN_A_ROW, draw_tiles, largest, tile_size
from minicnn.typing import Array


def plot_kernels(
    kernels: Array, *, limit: float | None = None, title: str = "kernels", ax: Axes | None = None
) -> Axes:
    """Draw a bank of kernels, all on one colour scale with zero in its middle.

    Parameters
    ----------
    kernels : array (F, C, KH, KW)
        With one input channel they fill rows of eight; with more, each channel has a row.
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
    _check(kernels)
    if ax is None:
        _, ax = plt.subplots(figsize=_size(kernels, banks=1), layout="constrained")
    _draw(ax, kernels, largest(kernels) if limit is None else limit, title)
    ax.figure.colorbar(ax.images[0], ax=ax, label="weight", shrink=0.9)
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
    _check(before)
    _check(after)
    if before.shape != after.shape:
        raise ShapeError(
            f"kernels before and after: expected one shape, got {before.shape} and {after.shape}"
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
    tiles = kernels.swapaxes(0, 1).reshape(C * F, KH, KW)  # (C*F, KH, KW), channel by channel
    labels = [str(f) if C == 1 else f"{f}, channel {c}" for c in range(C) for f in range(F)]
    draw_tiles(ax, tiles, _columns(kernels), (-limit, limit), labels)
    ax.set_title(title, loc="left")


def _columns(kernels: Array) -> int:
    F, C = len(kernels), kernels.shape[1]
    return min(F, TILES_IN_A_ROW) if C == 1 else F


def _size(kernels: Array, banks: int) -> tuple[float, float]:
    """Return the width and height, in inches, of a figure with one bank below the other."""
    F, C, KH, KW = kernels.shape
    width, height = tile_size(C * F, _columns(kernels), KH / KW)
    return 1.2 + width, banks * height


def _check(kernels: Array) -> None:
    if kernels.ndim != 4 or kernels.size == 0:
        raise ShapeError(f"kernels: expected shape (F, C, KH, KW), got {kernels.shape}")
    if not np.isfinite(kernels).all():
        raise DataError("kernels: expected finite weights, got NaN or infinity among them")
