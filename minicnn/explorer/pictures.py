"""The test images of a page, as bytes, and how these become what the model takes."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.data import Dataset
from minicnn.errors import DataError, ShapeError
from minicnn.typing import Array, Shape

LARGEST = 64
"""The most rows and columns of a picture: beyond, neither the browser nor the screen keeps up."""
COLOURS = (1, 3)
"""Channels of a grey picture and of a colour picture."""


@dataclass(frozen=True)
class Scaling:
    """What the bytes 0 and 255 stand for; those in between lie on a line.

    Examples
    --------
    >>> Scaling(0.0, 1.0).to_bytes(np.array([0.0, 0.2, 1.0]))
    array([  0,  51, 255], dtype=uint8)
    """

    low: float
    high: float

    def to_bytes(self, pixels: Array) -> npt.NDArray[np.uint8]:
        """Return the nearest bytes."""
        share = (pixels.astype(np.float64) - self.low) / (self.high - self.low)
        return (share * 255).round().astype(np.uint8)


def check_picture_shape(shape: Shape) -> None:
    """Raise ShapeError unless samples are grey or colour pictures that the page can show."""
    if len(shape) != 3 or shape[0] not in COLOURS:
        raise ShapeError(
            "write_page: expected a model for grey or colour pictures, (1, H, W) or (3, H, W), "
            f"got one for samples of shape {shape}"
        )
    if max(shape[1:]) > LARGEST:
        raise ShapeError(
            f"write_page: expected a model for pictures of at most {LARGEST} x {LARGEST} pixels, "
            f"got one for {checks.times(shape[1:])}"
        )


def pictures_of(
    images: Dataset | Array | None, shape: Shape, classes: tuple[str, ...] | None, most: int
) -> tuple[list[dict[str, Any]], Scaling]:
    """Return images as the page reads them, each with its label, and their scaling.

    Parameters
    ----------
    images : Dataset, array (N, C, H, W), or None
        Floats as the model takes them. Those from 0 to 1 are bytes over 255. For others, as of a
        model that was trained on normalized pictures, the smallest and the largest value of all are
        the bytes 0 and 255.
    shape : (C, H, W)
    classes : tuple of str, or None
        The names of the labels.
    most : int
        Of more images, the first so many are taken.

    Raises
    ------
    ArgumentError, ShapeError, DataError
        If they are something else, of another shape, or not finite.
    """
    if images is None:
        return [], Scaling(0.0, 1.0)
    array = images.images if isinstance(images, Dataset) else images
    checks.batch("write_page", "images", array, shape)
    checks.finite("write_page", "images", array)
    low, high = min(0.0, float(array.min())), max(1.0, float(array.max()))
    if (low, high) != (0.0, 1.0):  # normalized
        low, high = float(array.min()), float(array.max())
    scaling = Scaling(low, high)
    labels = _labels(images, classes, most)
    pictures = [
        {"label": label, "pixels": base64.b64encode(scaling.to_bytes(image).tobytes()).decode()}
        for image, label in zip(array[:most], labels, strict=False)
    ]
    return pictures, scaling


def _labels(
    images: Dataset | Array, classes: tuple[str, ...] | None, most: int
) -> list[str | None]:
    """Return what each image shows, None where nobody has said so."""
    count = min(len(images), most)
    if not isinstance(images, Dataset) or not checks.are_class_numbers(images.targets):
        return [None] * count
    if classes is None:
        return [str(label) for label in images.labels[:count]]
    highest = int(images.labels[:count].max())
    if highest >= len(classes):
        raise DataError(
            f"write_page: images have the class number {highest}, but there are {len(classes)} "
            "classes"
        )
    return [classes[label] for label in images.labels[:count]]
