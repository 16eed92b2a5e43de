"""Random changes of pictures that leave what they show: a training sees more than there is.

A seven that is turned a little is still a seven. A network that meets each picture in a new form in
every epoch cannot learn the pictures by heart, so it has to learn what they have in common.

    train = mnist.train.augmented(Affine(turn=12, scale=0.1), Crop(2))

Pictures are changed on the fly, batch by batch, while a training goes through them. Those that a
model is evaluated on stay as they are.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.describe import NOT_KEPT, Described
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.ops.padding import batch_first, batch_last, pad
from minicnn.typing import Array, Mask, Pair, Shape, Targets

Numbers: TypeAlias = npt.NDArray[np.int64]
"""Whole numbers (N,), one for each picture."""


class Augmentation(Described, ABC):
    """A random change of pictures: ``augmentation(images, rng)`` gives new ones.

    One of your own keeps each option in the attribute of its own name, and states what it does:

        class Darken(Augmentation):
            def __init__(self, most=0.5):
                self.most = most

            def change(self, images, rng):
                shares = rng.uniform(0, self.most, (len(images), 1, 1, 1))
                return images * (1 - shares).astype(images.dtype)

    Attributes
    ----------
    moves_pixels : bool
        Whether it moves what the picture shows. Then targets that are pictures themselves would no
        longer fit.
    """

    moves_pixels: ClassVar[bool] = True

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Return the pictures, each changed by a draw of its own.

        Parameters
        ----------
        images : array (N, C, H, W)
            float32 or float64, in any memory order. They are left as they are.
        rng : numpy.random.Generator

        Returns
        -------
        array (N, C, H, W)
            A new array of the same number type.

        Raises
        ------
        ShapeError
            If the images are not such an array, or are too small for it.
        """
        if np.ndim(images) != 4:
            raise ShapeError(f"{self}: {_not_pictures(np.shape(images))}")
        checks.batch(self, "images", images, np.shape(images)[1:])
        checks.instance(self, "rng", rng, np.random.Generator)
        given = images.view()
        given.flags.writeable = False
        try:
            changed = self.change(given, rng)
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise ArgumentError(
                f"{self}: change must not write into images, which are the caller's; write into a "
                "copy, images = images.copy()"
            ) from error
        if not isinstance(changed, np.ndarray) or (
            (changed.shape, changed.dtype) != (images.shape, images.dtype)
        ):
            got = getattr(changed, "dtype", type(changed).__name__)
            raise ShapeError(
                f"{self}: change must return {images.dtype} of {images.shape}, as it was given, "
                f"got {got} of {np.shape(changed)}"
            )
        checks.finite(self, "what change returned", changed)
        return changed.copy() if np.may_share_memory(changed, images) else changed

    @abstractmethod
    def change(self, images: Array, rng: np.random.Generator) -> Array:
        """Return new pictures (N, C, H, W) of the same number type; never write into `images`."""


class Flip(Augmentation):
    """Exchange left and right in half of the pictures.

    It suits photographs. A digit in a mirror is no digit.

    References
    ----------
    Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
    networks", NIPS 2012, section 4.1.

    Examples
    --------
    >>> images = np.tile(np.arange(3.0), (4, 1, 1, 1))
    >>> Flip()(images, np.random.default_rng(0))[:, 0, 0]
    array([[0., 1., 2.],
           [2., 1., 0.],
           [2., 1., 0.],
           [2., 1., 0.]])
    """

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        """Take each picture or its mirror image."""
        flipped = rng.random((len(images), 1, 1, 1)) < 0.5
        return np.where(flipped, images[..., ::-1], images)


class Crop(Augmentation):
    """Put a border around each picture, and cut a picture of the old size out of it anywhere.

    What the picture shows moves by whole pixels, up to `padding` of them up, down, left and right.

    Parameters
    ----------
    padding : int
        The width of the border, smaller than the picture.
    fill : float, default 0
        What stands in the border.

    References
    ----------
    He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2:
    four pixels around pictures of 32 x 32.

    Examples
    --------
    >>> image = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    >>> Crop(1)(image, np.random.default_rng(4))[0, 0]
    array([[5., 6., 0.],
           [8., 9., 0.],
           [0., 0., 0.]])
    """

    def __init__(self, padding: int, fill: float = 0.0) -> None:
        owner = type(self).__name__
        self.padding = checks.whole_number(owner, "padding", padding)
        self.fill = checks.real_number(owner, "fill", fill)

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        """Draw one of the windows of each picture with its border."""
        N, _, H, W = images.shape
        P = self.padding
        _check_below(self, "padding", P + 1, images.shape)
        padded = batch_first(pad(batch_last(images), ((P, P), (P, P)), value=self.fill))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (H, W), axis=(2, 3))
        top, left = rng.integers(0, 2 * P + 1, (2, N))
        # of (N, C, 2P + 1, 2P + 1, H, W), one window of each picture: (N, C, H, W)
        cut: Array = windows[np.arange(N), :, top, left]
        return cut


class Erase(Augmentation):
    """Cover a rectangle somewhere, so that a network does not rely on a single part.

    The middle of the rectangle is any pixel of the picture. What lies outside is cut off.

    Parameters
    ----------
    size : int or (int, int)
        The height and width in pixels; of two numbers, the smallest and the largest, between which
        height and width are drawn, each by itself.
    probability : float, default 0.5
        The share of the pictures that lose a rectangle.
    fill : float, default 0
        What stands in the rectangle.

    References
    ----------
    Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation", AAAI 2020, for rectangles
    of any form; DeVries and Taylor, "Improved regularization of convolutional neural networks with
    cutout", 2017, for squares that may reach over the edge.

    Examples
    --------
    >>> image = np.ones((1, 1, 4, 5))
    >>> Erase(2, probability=1)(image, np.random.default_rng(0))[0, 0]
    array([[1., 1., 1., 1., 1.],
           [1., 1., 1., 1., 1.],
           [1., 1., 0., 0., 1.],
           [1., 1., 0., 0., 1.]])
    """

    moves_pixels = False
    equal_sizes_as_one = True

    def __init__(self, size: int | Pair, probability: float = 0.5, fill: float = 0.0) -> None:
        owner = type(self).__name__
        smallest, largest = checks.sizes(owner, "size", size, 2)
        if smallest > largest:
            raise ArgumentError(f"{owner}: size must have the smaller number first, got {size!r}")
        self.size = (smallest, largest)
        self.probability = checks.real_number(owner, "probability", probability, minimum=0)
        if self.probability > 1:
            raise ArgumentError(f"{owner}: probability must be at most 1, got {probability!r}")
        self.fill = checks.real_number(owner, "fill", fill)

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        """Draw a size and a middle, and cover the pixels that are inside in both directions."""
        N, _, H, W = images.shape
        _check_below(self, "size", self.size[1], images.shape)
        heights, widths = rng.integers(*self.size, (2, N), endpoint=True)
        rows = _span(rng.integers(H, size=(N,)), heights, H)  # (N, H)
        columns = _span(rng.integers(W, size=(N,)), widths, W)  # (N, W)
        covered = rows[:, np.newaxis, :, np.newaxis] & columns[:, np.newaxis, np.newaxis]
        covered &= rng.random((N, 1, 1, 1)) < self.probability
        return np.where(covered, images.dtype.type(self.fill), images)


def check_augmentations(owner: str, steps: Any, shape: Shape, targets: Targets) -> None:
    """Raise an error unless these are augmentations that fit pictures and their targets.

    Parameters
    ----------
    owner : str
    steps : anything
        What was given for a sequence of augmentations.
    shape : tuple of int
        Of the images, (N, C, H, W).
    targets : array (N, ...)

    Raises
    ------
    ArgumentError
        If one of them is something else, or does not keep its options under their names.
    DataError
        If the images are no pictures, or the targets are pictures and would not move with them.
    """
    if not isinstance(steps, Sequence):
        raise ArgumentError(
            f"{owner}: augmentations must be a sequence, got {steps!r}; ({steps!r},) is one of one"
        )
    for step in steps:
        checks.instance(owner, "augmentations", step, Augmentation)
        for name, kept in step.config.items():
            if kept is NOT_KEPT:
                raise ArgumentError(
                    f"{step}: expected each option to be kept in the attribute of its own name, "
                    f"got no attribute {name!r}; write self.{name} = {name} in __init__"
                )
        if len(shape) != 4:
            raise DataError(f"{owner}: {step}: {_not_pictures(shape)}")
        flat = targets.ndim == 2 and targets.shape[1] == np.prod(shape[1:])
        if step.moves_pixels and (targets.ndim > 2 or flat):
            raise DataError(
                f"{owner}: {step} moves pixels, but the targets of shape {targets.shape} are "
                "pictures, which would stay as they are; use one that moves none, such as Erase"
            )


def _not_pictures(shape: Shape) -> str:
    return f"expected pictures, an array of shape (N, C, H, W), got {shape}"


def _check_below(owner: Augmentation, name: str, least: int, shape: Shape) -> None:
    """Raise ShapeError unless pictures have at least `least` pixels on each side."""
    if min(shape[2:]) < least:
        raise ShapeError(
            f"{owner}: the {name} must fit into the pictures, which needs {least} x {least} "
            f"pixels, got {shape[2]} x {shape[3]}; the shape is {shape}"
        )


def _span(middle: Numbers, length: Numbers, size: int) -> Mask:
    """Return which of `size` pixels lie in spans of these lengths, (N, size)."""
    first = (middle - length // 2)[:, np.newaxis]
    pixels = np.arange(size)
    return (first <= pixels) & (pixels < first + length[:, np.newaxis])
