"""What every layer makes of a picture."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import SIGNED, TILES_IN_A_ROW, largest, show_tiles
from minicnn.typing import Array

MOST_BARS = 32


def plot_feature_maps(
    maps: Sequence[Array], *, names: Sequence[str], axes: Sequence[Axes] | None = None
) -> list[Axes]:
    """Draw what every layer makes of one picture, layer below layer.

    Parameters
    ----------
    maps : sequence of arrays
        For one sample: the picture and then each layer's output, (C, H, W) or (D,). Maps are drawn
        as pictures, each layer on a colour scale of its own; few numbers as bars, many as a strip.
    names : sequence of str
        A name for each.
    axes : sequence of Axes, optional
        One for each.

    Returns
    -------
    list of Axes

    Raises
    ------
    ShapeError
        If there are not as many names as maps, or one of the maps has another number of axes.
    """
    if len(maps) != len(names) or any(array.ndim not in (1, 3) for array in maps):
        raise ShapeError(
            "plot_feature_maps: expected a name for each map, and maps of shape (C, H, W) or (D,); "
            f"got {len(names)} names and shapes {[array.shape for array in maps]}"
        )
    if axes is None:
        heights = [
            math.ceil(len(array) / TILES_IN_A_ROW) if array.ndim > 1 else 0.7 for array in maps
        ]
        size = (10.0, 1.05 * sum(heights) + 0.35 * len(maps))
        _, grid = plt.subplots(
            len(maps), 1, figsize=size, layout="constrained", height_ratios=heights, squeeze=False
        )
        axes = list(grid[:, 0])
    for ax, array, name in zip(axes, maps, names, strict=True):
        if array.ndim == 1:
            _show_vector(ax, array)
        else:
            limit = largest(array)
            columns = TILES_IN_A_ROW
            image = show_tiles(ax, array, columns, -limit, limit)
            ax.set_anchor("W")
            ax.figure.colorbar(image, ax=ax, fraction=0.02, pad=0.01)
        sizes = " x ".join(map(str, array.shape))
        ax.set_title(f"{name}: {sizes}", loc="left", fontsize=9)
    return list(axes)


def _show_vector(ax: Axes, values: Array) -> None:
    if len(values) <= MOST_BARS:
        ax.bar(range(len(values)), values, color="0.35")
        ax.axhline(0, color="black", linewidth=0.6)
        ax.set_xticks(range(len(values)))
        ax.tick_params(labelsize=7)
        ax.spines[["top", "right"]].set_visible(False)
    else:
        limit = largest(values)
        ax.imshow(values[np.newaxis], cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        ax.set_yticks([])
        ax.tick_params(labelsize=7)
