"""Which pixels a decision depends on, drawn beside the image."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import SIGNED, symmetric
from minicnn.typing import Array


def plot_saliency(
    image: Array, gradient: Array, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw an image, and how each pixel moves the score.

    Parameters
    ----------
    image : array (C, H, W)
    gradient : array (C, H, W)
        What `minicnn.inspection.saliency` returns for it; channels are added up.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError
        If the two differ in shape.
    """
    if image.ndim != 3 or image.shape != gradient.shape:
        raise ShapeError(
            "plot_saliency: expected an image and a gradient of one shape (C, H, W), got "
            f"{image.shape} and {gradient.shape}"
        )
    title = "saliency: brighter here,\nhigher (red) or lower (blue) score"
    return _beside(image, gradient.sum(axis=0), title, "d score / d pixel", axes)


def plot_occlusion(
    image: Array, drop: Array, *, axes: Sequence[Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw an image, and how much of the score is lost with each place covered.

    Parameters
    ----------
    image : array (C, H, W)
    drop : array (H, W)
        What `minicnn.inspection.occlusion` returns for it.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ShapeError
        If the two do not fit together.
    """
    if image.ndim != 3 or image.shape[1:] != drop.shape:
        raise ShapeError(
            "plot_occlusion: expected an image (C, H, W) and a map (H, W), got "
            f"{image.shape} and {drop.shape}"
        )
    title = "occlusion: covered here,\nlower (red) or higher (blue) score"
    return _beside(image, drop, title, "loss of score", axes)


def _beside(
    image: Array, values: Array, title: str, unit: str, axes: Sequence[Axes] | None
) -> tuple[Axes, Axes]:
    """Draw the image on the left and a signed map on the right."""
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(6.6, 3.6), layout="constrained")
    left, right = axes
    if len(image) == 3:
        span = float(np.ptp(image)) or 1.0
        left.imshow((image.transpose(1, 2, 0) - image.min()) / span)  # (H, W, C)
    else:
        left.imshow(image[0], cmap="gray")
    left.set_title("image", fontsize=9)
    low, high = symmetric(values)
    drawn = right.imshow(values, cmap=SIGNED, vmin=low, vmax=high)
    right.set_title(title, fontsize=9)
    bar = right.figure.colorbar(drawn, ax=right, shrink=0.8)
    bar.set_label(unit, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    for ax in (left, right):
        ax.set(xticks=[], yticks=[])
    return left, right
