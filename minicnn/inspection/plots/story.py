"""How a network makes a map of a feature: filter, detect, condense."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from minicnn.errors import ShapeError
from minicnn.inspection.plots.cells import show_kernel
from minicnn.inspection.plots.picture import show_picture
from minicnn.inspection.plots.style import in_own_style
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.typing import Array

RATIOS = (1.35, 0.6, 1, 1, 1)
"""How wide the five columns are, relative to one another."""

HEADS = ("kernel", "filter: convolution", "detect: ReLU", "condense: pooling")


@in_own_style
def plot_feature_story(
    picture: Array,
    kernels: Sequence[Array] | Array,
    filtered: Array,
    detected: Array,
    condensed: Array,
    *,
    names: Sequence[str] | None = None,
    axes: Sequence[Axes] | npt.NDArray[np.object_] | None = None,
) -> list[Axes]:
    """Draw the story of features: a picture, and for each a kernel and three steps in a row.

    The three steps of a row share a colour scale.

    Parameters
    ----------
    picture : array (H, W)
        From 0, black, to 1, white. It is drawn once, on the left.
    kernels : F arrays (KH, KW)
    filtered : array (F, OH, OW)
        What the convolution makes of it: how much each place looks like the kernel.
    detected : array (F, OH, OW)
        What a ReLU leaves of that: the places that look like it, and not like its opposite.
    condensed : array (F, ...)
        What pooling leaves: that something is there, but no longer exactly where.
    names : F names, optional
        What the kernels are called; by default their numbers.
    axes : 1 + 4 F Axes, optional
        For the picture, then row by row.

    Returns
    -------
    list of 1 + 4 F Axes

    Raises
    ------
    ShapeError
        If there are not F of each, or an array has another number of axes, or there are more or
        fewer Axes.
    """
    F = len(kernels)
    names = [f"kernel {f}" for f in range(F)] if names is None else list(names)
    steps = (filtered, detected, condensed)
    fits = picture.ndim == 2 and all(np.ndim(kernel) == 2 for kernel in kernels)
    if not fits or any(it.ndim != 3 or len(it) != F for it in steps) or len(names) != F or F == 0:
        raise ShapeError(
            "plot_feature_story: expected a picture (H, W), F kernels (KH, KW), F names, and maps "
            f"(F, OH, OW) of the three steps, got {picture.shape}, {F} kernels, {len(names)} names "
            f"and {[it.shape for it in steps]}"
        )
    axes = _new_axes(picture, F) if axes is None else list(axes)
    if len(axes) != 1 + 4 * F:
        raise ShapeError(f"plot_feature_story: expected {1 + 4 * F} axes, got {len(axes)}")
    show_picture(axes[0], picture[np.newaxis])
    axes[0].set_title(f"picture, {_size(picture)}", fontsize=11)
    for f, (kernel, name) in enumerate(zip(kernels, names, strict=True)):
        row = axes[1 + 4 * f : 5 + 4 * f]
        _draw_row(row, kernel, [it[f] for it in steps])
        row[0].set_xlabel(name, fontsize=10)
    for ax, head, values in zip(axes[1:5], HEADS, (np.asarray(kernels[0]), *steps), strict=True):
        ax.set_title(f"{head}, {_size(values)}", fontsize=11)
    return axes


def _draw_row(axes: Sequence[Axes], kernel: Array, steps: Sequence[Array]) -> None:
    """Draw a kernel and the three steps on one colour scale, and its bar."""
    show_kernel(kernel, ax=axes[0])
    limit = largest(steps[0])
    for ax, values in zip(axes[1:], steps, strict=True):
        image = ax.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(color="0.6", linewidth=0.6)
    bar = axes[3].figure.colorbar(image, ax=axes[3], shrink=0.8)
    bar.set_label("answer", fontsize=9)
    bar.ax.yaxis.set_major_locator(MaxNLocator(5, symmetric=True))
    bar.ax.tick_params(labelsize=8)


def _new_axes(picture: Array, rows: int) -> list[Axes]:
    """Return axes of a new figure: one on the left as high as all rows, then four in each row."""
    ratio = float(np.clip(picture.shape[0] / picture.shape[1], 0.6, 1.5))
    size = (13.5, rows * (2.4 * ratio + 0.15) + 0.4)
    figure = plt.figure(figsize=size, layout="constrained")
    grid = figure.add_gridspec(rows, len(RATIOS), width_ratios=RATIOS)
    left = figure.add_subplot(grid[:, 0])
    return [left, *(figure.add_subplot(grid[row, i]) for row in range(rows) for i in range(1, 5))]


def _size(array: Array) -> str:
    return " x ".join(map(str, array.shape[-2:]))
