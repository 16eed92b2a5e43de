"""Many small pictures on one pair of axes and one colour scale.

Signed numbers have one meaning of colour in all plots: red above zero, blue below, white at zero.
The map (matplotlib's RdBu) can be read with any common colour blindness.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from minicnn.inspection.montage import montage
from minicnn.typing import Array

SIGNED = "RdBu_r"
TILES_IN_A_ROW = 8


def show_tiles(ax: Axes, tiles: Array, columns: int, low: float, high: float) -> AxesImage:
    """Draw tiles (M, H, W) in rows of `columns`, and return the image, for a colour bar."""
    image = ax.imshow(montage(tiles, columns), cmap=SIGNED, vmin=low, vmax=high)
    ax.set_axis_off()
    return image


def largest(values: Array) -> float:
    """Return the largest absolute value, or 1 where all are zero: a scale needs two ends."""
    return float(np.abs(values).max()) or 1.0
