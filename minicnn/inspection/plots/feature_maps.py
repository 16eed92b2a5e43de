"""What every layer makes of a picture."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import SIGNED, TILES_IN_A_ROW, draw_tiles, largest, symmetric
from minicnn.typing import Array

MOST_BARS = 32


def plot_feature_maps(
    maps: Sequence[Array],
    *,
    names: Sequence[str],
    classes: Sequence[str] | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw a picture and what every layer makes of it, layer below layer.

    Parameters
    ----------
    maps : sequence of arrays
        For one sample: the picture, then each layer's output, (C, H, W) or (D,). Maps are drawn as
        pictures, with a colour scale for each layer; few numbers as bars, many as a strip.
    names : sequence of str
        A name for each.
    classes : sequence of str, optional
        The names of the outputs of a layer that has one for each class.
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
    if not maps or len(maps) != len(names) or any(array.ndim not in (1, 3) for array in maps):
        raise ShapeError(
            "plot_feature_maps: expected a name for each map, and maps of shape (C, H, W) or (D,); "
            f"got {len(names)} names and shapes {[array.shape for array in maps]}"
        )
    if axes is None:
        axes = _new_axes(maps)
    for ax, array, name in zip(axes, maps, names, strict=True):
        if array.ndim == 1:
            _draw_vector(ax, array, classes)
        else:
            image = draw_tiles(ax, array, _columns(array), symmetric(array))
            ax.set_anchor("W")
            bar = ax.figure.colorbar(image, ax=ax, fraction=0.02, pad=0.015)
            bar.ax.tick_params(labelsize=7)
            bar.set_label("value", fontsize=7)
        sizes = " x ".join(map(str, array.shape))
        ax.set_title(f"{name}: {sizes}", loc="left", fontsize=9)
    return list(axes)


def _columns(maps: Array) -> int:
    """Return how many maps (C, H, W) to draw in a row: if there are many, twice as many."""
    return TILES_IN_A_ROW if len(maps) <= 2 * TILES_IN_A_ROW else 2 * TILES_IN_A_ROW


def _new_axes(maps: Sequence[Array]) -> list[Axes]:
    """Return axes below one another, each as high as its rows of tiles need."""
    heights = []
    for array in maps:
        if array.ndim == 1:
            heights.append(0.6)
        else:
            C, H, W = array.shape
            rows = math.ceil(C / _columns(array))
            heights.append(rows * H / W * TILES_IN_A_ROW / _columns(array))
    _, grid = plt.subplots(
        len(maps),
        1,
        figsize=(9.0, sum(heights) + 0.4 * len(maps)),
        layout="constrained",
        height_ratios=heights,
        squeeze=False,
    )
    return list(grid[:, 0])


def _draw_vector(ax: Axes, values: Array, classes: Sequence[str] | None) -> None:
    """Draw few numbers as bars, many as a strip of colours."""
    places = range(len(values))
    if len(values) <= MOST_BARS:
        ax.bar(places, values, color="0.35")
        ax.axhline(0, color="black", linewidth=0.6)
        ax.set_xticks(places, classes if classes and len(classes) == len(values) else None)
        ax.set_ylabel("value", fontsize=7)
        ax.spines[["top", "right"]].set_visible(False)
    else:
        limit = largest(values)
        ax.imshow(values[np.newaxis], cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        ax.set_yticks([])
        ax.set_xlabel("number in the vector, coloured by its value", fontsize=7)
    ax.tick_params(labelsize=7)
