"""Many small pictures on one pair of axes and one colour scale.

Signed numbers have the same colours in all plots: red above zero, blue below, white at zero. The
map (matplotlib's RdBu) can be read with any common colour blindness.
"""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from minicnn.typing import Array

SIGNED = "RdBu_r"
TILES_IN_A_ROW = 8
GAP = 0.08  # between two tiles, in tiles
LABEL = 0.28  # the same, with labels


def draw_tiles(
    ax: Axes,
    tiles: Array,
    columns: int,
    limits: tuple[float, float],
    labels: Sequence[str] | None = None,
    *,
    cmap: str = SIGNED,
) -> AxesImage:
    """Draw tiles (M, H, W) in rows of `columns`, each one unit wide whatever its pixels.

    All have one colour scale, between the limits; tiles (M, H, W, 3) are in colour themselves.
    Returns an image, for a colour bar.
    """
    M, H, W = tiles.shape[:3]
    height, top_gap = H / W, LABEL if labels else GAP  # a label is above its tile
    size = _font_size(ax, columns, labels) if labels else 0.0
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        left, top = column * (1 + GAP), row * (height + top_gap)
        image = ax.imshow(
            tile,
            cmap=cmap,
            vmin=limits[0],
            vmax=limits[1],
            extent=(left, left + 1, top + height, top),
        )
        ax.add_patch(Rectangle((left, top), 1, height, fill=False, edgecolor="0.6", linewidth=0.6))
        if labels:
            ax.text(left + 0.5, top - 0.04, labels[index], ha="center", va="bottom", fontsize=size)
    rows = math.ceil(M / columns)
    ax.set_xlim(-0.02, columns * (1 + GAP) - GAP + 0.02)
    ax.set_ylim(rows * (height + top_gap) - top_gap + 0.02, 0.03 - LABEL if labels else -0.02)
    ax.set_axis_off()
    return image


def draw_pictures(
    ax: Axes, pictures: Array, columns: int, labels: Sequence[str] | None = None
) -> None:
    """Draw pictures (M, C, H, W) as tiles: in colour if C is 3, else the first channel in grey."""
    low, high = float(pictures.min()), float(pictures.max())
    if pictures.shape[1] == 3:
        tiles = (pictures.transpose(0, 2, 3, 1) - low) / ((high - low) or 1.0)  # (M, H, W, C)
    else:
        tiles = pictures[:, 0]
    draw_tiles(ax, tiles, columns, (low, high if high > low else low + 1), labels, cmap="gray")


def largest(values: Array) -> float:
    """Return the largest absolute value, or 1 where all are zero: a scale needs two ends."""
    return float(np.abs(values).max()) or 1.0


def symmetric(values: Array) -> tuple[float, float]:
    """Return the limits of a colour scale for signed values, with zero in its middle."""
    limit = largest(values)
    return -limit, limit


def fitting_columns(ax: Axes, count: int, ratio: float, group: int = 1) -> int:
    """Return in how many columns labelled tiles of height / width = `ratio` are largest on `ax`.

    A multiple of `group`, whose tiles belong side by side.
    """
    room = ax.get_window_extent()

    def largest_tile(columns: int) -> float:
        rows = math.ceil(count / columns)
        return min(room.width / (columns * (1 + GAP)), room.height / (rows * (ratio + LABEL)))

    return max(range(group, count + 1, group), key=largest_tile)


def colour_bar(ax: Axes, image: AxesImage, label: str) -> None:
    """Put a colour bar beside tiles, as high as all of them together."""
    width = 9 / _points(ax)  # 9 points, in widths of the axes
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1 + width, 0.0, width, 1.0)), label=label)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, symmetric=image.norm.vmin != 0))
    bar.ax.tick_params(labelsize=8)


def _points(ax: Axes) -> float:
    """Return the width of axes in points, 1/72 inch."""
    figure = ax.get_figure(root=True)
    return 72 * float(ax.get_window_extent().width) / (figure.dpi if figure else 72.0)


def _font_size(ax: Axes, columns: int, labels: Sequence[str]) -> float:
    """Return the size in points at which the longest label is no wider than its tile."""
    longest = max([3, *map(len, labels)])
    return min(8.0, _points(ax) / columns / (0.62 * longest))  # of a character: 0.6 of its height


def tile_size(count: int, columns: int, ratio: float) -> tuple[float, float]:
    """Return the width and height, in inches, that tiles of height / width = `ratio` need."""
    return 1.1 * max(columns, 2), 0.5 + (0.35 + 1.02 * ratio) * math.ceil(count / columns)
