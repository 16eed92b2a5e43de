"""How a network makes a map of a feature: filter, detect, condense."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from minicnn.errors import ShapeError
from minicnn.inspection.plots.cells import show_kernel
from minicnn.inspection.plots.tiles import SIGNED, largest
from minicnn.typing import Array

RATIOS = (1, 0.6, 1, 1, 1)
"""How wide the five pictures are, relative to one another."""


def plot_feature_story(
    picture: Array,
    kernel: Array,
    filtered: Array,
    detected: Array,
    condensed: Array,
    *,
    name: str = "kernel",
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the story of a feature in five pictures: a picture, a kernel, and three steps.

    The three steps share a colour scale. Few places answer fully, so it ends at half the largest
    answer.

    Parameters
    ----------
    picture : array (H, W)
        From 0, black, to 1, white.
    kernel : array (KH, KW)
    filtered : array (OH, OW)
        What the convolution makes of it: how much each place looks like the kernel.
    detected : array (OH, OW)
        What a ReLU leaves of that: the places that look like it, and not like its opposite.
    condensed : array
        What pooling leaves: that something is there, but no longer exactly where.
    name : str, default "kernel"
        What the kernel is called.
    axes : five Axes, optional

    Returns
    -------
    list of five Axes

    Raises
    ------
    ShapeError
        If one of the five does not have two axes, or there are not five Axes.
    """
    five = (picture, kernel, filtered, detected, condensed)
    if any(array.ndim != 2 for array in five):
        raise ShapeError(
            "plot_feature_story: expected five arrays with two axes, got shapes "
            f"{[array.shape for array in five]}"
        )
    if axes is None:
        ratio = picture.shape[0] / picture.shape[1]
        size = (13.5, 2.6 * ratio + 0.6)
        _, axes = plt.subplots(1, 5, figsize=size, width_ratios=RATIOS, layout="constrained")
    if len(axes) != len(five):
        raise ShapeError(f"plot_feature_story: expected five axes, got {len(axes)}")
    axes[0].imshow(picture, cmap="gray", vmin=0, vmax=1)
    axes[0].set_title(f"picture, {_size(picture)}")
    show_kernel(kernel, ax=axes[1])
    axes[1].set_title(name)
    limit = 0.5 * largest(filtered)
    steps = ("filter: convolution", "detect: ReLU", "condense: pooling")
    for ax, step, values in zip(axes[2:], steps, five[2:], strict=True):
        image = ax.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
        ax.set_title(f"{step}, {_size(values)}")
    bar = axes[4].figure.colorbar(image, ax=axes[4], shrink=0.8, extend="both")
    bar.set_label("answer, all three", fontsize=8)
    for ax in axes:
        ax.set(xticks=[], yticks=[])
        ax.title.set_fontsize(9)
    return list(axes)


def _size(array: Array) -> str:
    return " x ".join(map(str, array.shape))
