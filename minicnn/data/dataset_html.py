"""A data set as HTML, for a notebook: how many of what, and a few pictures."""

from typing import TYPE_CHECKING

import numpy as np

from minicnn.html_table import group, picture, table, text
from minicnn.typing import Array

if TYPE_CHECKING:
    from minicnn.data.dataset import Dataset

MOST = 10
"""Pictures that are shown."""
MOST_CLASSES = 20
"""Classes whose samples are counted one by one."""
SIDE = 56
"""Pixels of the screen, roughly, of the longer side of a picture."""
GAP = 2


def dataset_as_html(data: "Dataset") -> str:
    """Return what a data set holds, the samples of each class, and the first picture of some."""
    counts = _counts(data) if data.classes is not None else ""
    shown = _strip(data) if data.images.ndim == 4 and data.images.shape[1] in (1, 3) else ""
    low, high = float(data.images.min()), float(data.images.max())
    said = f"{data!r}\n{data.images.dtype}, from {low:.4g} to {high:.4g}"
    return text(said) + group(counts, shown)


def _counts(data: "Dataset") -> str:
    """Return how many samples each class has; of very many classes the fewest and the most."""
    names = data.classes or ()
    counts = np.bincount(data.labels, minlength=len(names))
    if len(names) > MOST_CLASSES:
        return text(f"{counts.min():,} to {counts.max():,} samples of each class")
    rows = [(name, f"{count:,}") for name, count in zip(names, counts, strict=True)]
    return table(("class", "samples"), rows)


def _strip(data: "Dataset") -> str:
    """Return a picture of each class, or the first ones, side by side as a single picture."""
    firsts = range(min(MOST, len(data)))
    if data.classes is not None:
        firsts = np.unique(data.labels, return_index=True)[1][:MOST].tolist()
    pictures = data.images[list(firsts)]
    low, high = min(0.0, float(pictures.min())), max(1.0, float(pictures.max()))
    tiles = [_small((image - low) / (high - low)) for image in pictures.transpose(0, 2, 3, 1)]
    gap = np.full((len(tiles[0]), GAP, tiles[0].shape[2]), 0.5)
    strip = np.concatenate([part for tile in tiles for part in (gap, tile)][1:], axis=1)
    scale = max(1, round(SIDE / max(tiles[0].shape[:2])))
    of = "the first of each class" if data.classes is not None else "the first pictures"
    if data.classes is not None and len(data.classes) > MOST:
        of = f"the first of {len(tiles)} of {len(data.classes)} classes"
    pixels = strip[..., 0] if strip.shape[2] == 1 else strip
    return picture(pixels, of, scale=scale) + text(of)


def _small(image: Array) -> Array:
    """Return a picture (H, W, C) that is no larger than it is shown."""
    from minicnn.data.scaling import scale_picture  # noqa: PLC0415 - imports Pillow

    H, W = image.shape[:2]
    shrink = min(1.0, 2 * SIDE / max(H, W))
    return scale_picture(image, (max(1, round(H * shrink)), max(1, round(W * shrink))))
