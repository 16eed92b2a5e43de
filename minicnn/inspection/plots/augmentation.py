"""What augmentations make of a picture."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from minicnn import checks
from minicnn.data.augmentation import Augmentation
from minicnn.errors import ShapeError
from minicnn.inspection.plots.tiles import GAP, draw_pictures
from minicnn.typing import Array

TILE = 0.85  # inches


def plot_augmentations(
    image: Array,
    augmentations: Mapping[str, Augmentation | Sequence[Augmentation]],
    *,
    draws: int = 8,
    seed: int = 0,
    axes: Sequence[Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw a picture on the left, and on the right some draws of each augmentation of it.

    Parameters
    ----------
    image : array (C, H, W)
        In colour with three channels; otherwise the first one is drawn.
    augmentations : dict of str to Augmentation, or to a sequence of them
        A row for each, with its name; those of a sequence are applied one after the other.
    draws : int, default 8
        Pictures in a row.
    seed : int, default 0
        Of what is drawn at random, the same in every row.
    axes : two Axes, optional

    Returns
    -------
    (Axes, Axes)

    Raises
    ------
    ArgumentError
        If one of them is no augmentation.
    ShapeError
        If the image is not (C, H, W), or is too small for an augmentation, or there are none.
    """
    owner = "plot_augmentations"
    draws = checks.whole_number(owner, "draws", draws)
    if np.ndim(image) != 3 or not augmentations:
        raise ShapeError(
            f"{owner}: expected an image (C, H, W) and one augmentation or more by name, got "
            f"{np.shape(image)} and {len(augmentations)}"
        )
    rows = []
    for named in augmentations.values():
        rng, pictures = np.random.default_rng(seed), np.stack([image] * draws)  # (draws, C, H, W)
        for augmentation in [named] if isinstance(named, Augmentation) else named:
            checks.instance(owner, "augmentations", augmentation, Augmentation)
            pictures = augmentation(pictures, rng)
        rows.append(pictures)
    ratio = image.shape[1] / image.shape[2]
    if axes is None:
        height = TILE * ratio * len(rows) * (1 + GAP)
        widths = (3.2 * TILE, TILE * draws * (1 + GAP) + 0.7)
        size = (sum(widths) + 0.4, max(height, 3.2 * TILE * ratio) + 0.5)
        _, axes = plt.subplots(1, 2, figsize=size, width_ratios=widths, layout="constrained")
    left, right = axes
    draw_pictures(left, image[np.newaxis], 1)
    left.set_title("the picture", fontsize=11)
    draw_pictures(right, np.concatenate(rows), draws)
    for name, drawn in zip(augmentations, right.images[::draws], strict=True):
        _, _, bottom, top = drawn.get_extent()
        right.text(-0.12, (bottom + top) / 2, name, ha="right", va="center", fontsize=10)
    right.set_title("what a training sees of it, drawn again in every epoch", fontsize=11)
    return left, right
