"""Many small pictures on one pair of axes and one colour scale.

Signed numbers have one meaning of colour in all plots: red above zero, blue below, white at zero.
The map (matplotlib's RdBu) can be read with any common colour blindness.
"""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from minicnn.typing import Array

SIGNED = "RdBu_r"
TILES_IN_A_ROW = 8
GAP = 0.08  # between two tiles, in tiles


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
    height, top_gap = H / W, 0.28 if labels else GAP  # a label stands above its tile
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
            ax.text(left + 0.5, top - 0.04, labels[index], ha="center", va="bottom", fontsize=8)
    rows = math.ceil(M / columns)
    ax.set_xlim(-0.02, columns * (1 + GAP) - GAP + 0.02)
    ax.set_ylim(rows * (height + top_gap) - top_gap + 0.02, -0.25 if labels else -0.02)
    ax.set_axis_off()
    return image


def largest(values: Array) -> float:
    """Return the largest absolute value, or 1 where all are zero: a scale needs two ends."""
    return float(np.abs(values).max()) or 1.0


def symmetric(values: Array) -> tuple[float, float]:
    """Return the limits of a colour scale for signed values, with zero in its middle."""
    limit = largest(values)
    return -limit, limit


def tile_size(count: int, columns: int, ratio: float) -> tuple[float, float]:
    """Return the width and height, in inches, that tiles of height / width = `ratio` want."""
    return 1.1 * max(columns, 2), 0.5 + (0.35 + 1.02 * ratio) * math.ceil(count / columns)
