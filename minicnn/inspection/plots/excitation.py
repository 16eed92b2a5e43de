"""What excites units, as pictures."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import ShapeError
from minicnn.inspection.excitation import TopPatches
from minicnn.inspection.plots.tiles import TILES_IN_A_ROW, draw_pictures, fitting_columns, tile_size
from minicnn.typing import Array


def plot_top_patches(found: Sequence[TopPatches] | TopPatches, *, ax: Axes | None = None) -> Axes:
    """Draw the patches that excite units most: a row for each unit, the strongest on the left.

    Parameters
    ----------
    found : TopPatches, or a sequence of them with patches of one number and size
        What `minicnn.inspection.top_patches` returns.
    ax : Axes, optional

    Returns
    -------
    Axes
        The answer of the unit is above each patch.

    Raises
    ------
    ShapeError
        If there is nothing to draw, or the patches are not all (P, C, H, W) of one shape.
    """
    rows = [found] if isinstance(found, TopPatches) else list(found)
    shapes = {row.patches.shape for row in rows}
    if len(shapes) != 1 or len(next(iter(shapes))) != 4:
        raise ShapeError(
            "plot_top_patches: expected patches of one shape (P, C, H, W) for all units, got "
            f"{sorted(shapes)}"
        )
    P, _, H, W = rows[0].patches.shape
    if ax is None:
        width, height = tile_size(P * len(rows), P, H / W)
        _, ax = plt.subplots(figsize=(width + 1.0, height), layout="constrained")
    patches = np.concatenate([row.patches for row in rows])  # (rows * P, C, H, W)
    labels = [f"{answer:.3g}" for row in rows for answer in row.activations]
    draw_pictures(ax, patches, P, labels)
    tops = [image.get_extent() for image in ax.images[::P]]  # left, right, bottom, top
    for row, (left, _, bottom, top) in zip(rows, tops, strict=True):
        ax.text(
            left - 0.1, (bottom + top) / 2, f"unit {row.unit}", ha="right", va="center", fontsize=8
        )
    ax.set_xlim(-0.6, ax.get_xlim()[1])
    ax.set_title(f"What excites {rows[0].layer} most, and its answers", fontsize=10, wrap=True)
    return ax


def plot_maxima(
    patches: Sequence[Array], *, labels: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the images that gradient ascent made for units.

    Parameters
    ----------
    patches : sequence of arrays (C, H, W), all of one shape
        What `minicnn.inspection.maximize` returned for each.
    labels : sequence of str, optional
        One for each patch; by default their numbers.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ShapeError
        If there is nothing to draw, the patches differ in shape, or the number of labels differs.
    """
    shapes = {np.shape(patch) for patch in patches}
    labels = [str(number) for number in range(len(patches))] if labels is None else labels
    if len(shapes) != 1 or len(next(iter(shapes))) != 3 or len(labels) != len(patches):
        raise ShapeError(
            "plot_maxima: expected patches of one shape (C, H, W) and a label for each, got "
            f"{len(labels)} labels and shapes {sorted(shapes)}"
        )
    _, H, W = np.shape(patches[0])
    if ax is None:
        size = tile_size(len(patches), min(len(patches), TILES_IN_A_ROW), H / W)
        _, ax = plt.subplots(figsize=size, layout="constrained")
    columns = fitting_columns(ax, len(patches), H / W)
    draw_pictures(ax, np.stack(list(patches)), columns, labels)
    ax.set_title("images made to excite, one for each", loc="left", fontsize=10, wrap=True)
    return ax
