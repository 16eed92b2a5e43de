"""Turn, shift, scale and slant pictures, each by a draw of its own."""

import numpy as np

from minicnn import checks
from minicnn.data.augmentation import Augmentation
from minicnn.ops.padding import batch_first, batch_last, pad
from minicnn.typing import Array, Pair

BORDER = ((1, 2), (1, 2))
"""Pixels around a picture that are looked up: one before it, and one after it with a neighbour."""


class Affine(Augmentation):
    """Turn, shift, scale and slant each picture at random, by one affine map.

    Each amount is drawn uniformly between minus and plus what is given. The picture is first
    scaled, then slanted, then turned, all about its middle, and then shifted. What comes from
    outside of it is `fill`.

    Parameters
    ----------
    turn : float, default 0
        The most degrees by which it is turned, either way; with 180 any direction may come out.
    shift : float, default 0
        The most pixels by which it is moved, up or down and left or right, each by itself; parts
        of a pixel are drawn too.
    scale : float, default 0
        The most by which it grows or shrinks, as a share: with 0.1 it gets 0.9 to 1.1 times as
        large. Below 1.
    shear : float, default 0
        The most degrees by which upright lines are slanted, as in handwriting; below 90.
    fill : float, default 0
        What stands outside of the picture.

    References
    ----------
    Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to
    visual document analysis", ICDAR 2003.

    Examples
    --------
    >>> images = np.random.default_rng(0).random((64, 1, 28, 28), dtype=np.float32)
    >>> changed = Affine(turn=12, shift=2, scale=0.1, shear=8)(images, np.random.default_rng(1))
    >>> changed.shape, changed.dtype
    ((64, 1, 28, 28), dtype('float32'))
    """

    def __init__(
        self,
        turn: float = 0.0,
        shift: float = 0.0,
        scale: float = 0.0,
        shear: float = 0.0,
        fill: float = 0.0,
    ) -> None:
        owner = type(self).__name__
        self.turn = checks.real_number(owner, "turn", turn, minimum=0)
        self.shift = checks.real_number(owner, "shift", shift, minimum=0)
        self.scale = checks.real_number(owner, "scale", scale, minimum=0, below=1)
        self.shear = checks.real_number(owner, "shear", shear, minimum=0, below=90)
        self.fill = checks.real_number(owner, "fill", fill)

    def change(self, images: Array, rng: np.random.Generator) -> Array:
        """Draw a map for each picture, and look up what it brings to each pixel."""
        turn, down, right, scale, shear = self.draw(len(images), rng)
        return warp(images, affine_map(turn, 1 + scale, shear), np.stack([down, right]), self.fill)

    def draw(self, N: int, rng: np.random.Generator) -> Array:
        """Return turn, shift down, shift to the right, growth and shear of N pictures, (5, N)."""
        most = np.array([self.turn, self.shift, self.shift, self.scale, self.shear])
        return most[:, np.newaxis] * rng.uniform(-1, 1, (5, N))


def affine_map(turn: Array, scale: Array, shear: Array) -> Array:
    """Return where a pixel goes that is so far down and to the right of the middle.

        scale by s:    (y, x) -> (s y, s x)
        shear by b:    (y, x) -> (y, x - y tan b)                        what is above goes right
        turn by a:     (y, x) -> (y cos a - x sin a, y sin a + x cos a)  anticlockwise

    one after the other are one matrix: turn @ shear @ scale.

    Parameters
    ----------
    turn, shear : array (N,)
        In degrees.
    scale : array (N,)

    Returns
    -------
    array (2, 2, N)

    Examples
    --------
    >>> affine_map(np.array([90.0, 0.0]), np.ones(2), np.array([0.0, 45.0]))[..., 1].round(12)
    array([[ 1., -0.],
           [-1.,  1.]])
    """
    a, slope = np.deg2rad(turn), np.tan(np.deg2rad(shear))
    sin, cos = np.sin(a), np.cos(a)
    matrix: Array = scale * np.array([[cos + slope * sin, -sin], [sin - slope * cos, cos]])
    return matrix


def warp(images: Array, matrix: Array, shift: Array, fill: float = 0.0) -> Array:
    """Move what each picture shows from p to ``matrix @ p + shift``; p counts from the middle.

    Each pixel q of the result looks up the picture at p = inverse of matrix @ (q - shift). That is
    between four pixels, of which it takes the mean, weighted by how near they are: bilinear
    interpolation.

    Parameters
    ----------
    images : array (N, C, H, W)
    matrix : array (2, 2, N)
        One for each picture, of down and right.
    shift : array (2, N)
        In pixels, down and to the right.
    fill : float, default 0
        What is found outside of a picture.

    Returns
    -------
    array (N, C, H, W)
        The batch is innermost in memory, as the layers like it.
    """
    N, _, H, W = images.shape
    wide = pad(batch_last(images), BORDER, value=fill)  # (C, H + 3, W + 3, N)
    flat = wide.reshape(len(wide), -1)
    below, beside = (W + 3) * N, N  # how far apart neighbours lie in it
    number = np.result_type(images.dtype, np.float32)
    row, column = _looked_up(matrix, shift, (H, W), number)  # (H, W, N) each
    top, left = row.astype(np.int64), column.astype(np.int64)  # rounded down: none is negative
    row -= top
    column -= left
    corner = top * below + left * beside + np.arange(N)

    def between(one: Array, other: Array, share: Array) -> Array:
        return one + share * (other - one)

    upper, lower = (
        between(flat.take(index, axis=1), flat.take(index + beside, axis=1), column)
        for index in (corner, corner + below)
    )
    return batch_first(between(upper, lower, row).astype(images.dtype, copy=False))


def _looked_up(
    matrix: Array, shift: Array, size: Pair, number: np.dtype[np.floating]
) -> tuple[Array, Array]:
    """Return in which row and column of the wide picture each pixel is looked up, (H, W, N) each.

    Where that is far outside, it is a place in the border.
    """
    (a, b), (c, d) = matrix
    inverse = np.array([[d, -b], [-c, a]]) / (a * d - b * c)
    middle = (np.array(size) - 1) / 2
    down, right = (
        np.arange(size[axis])[:, np.newaxis] - middle[axis] - shift[axis] for axis in (0, 1)
    )  # (H, N) and (W, N)

    def places(axis: int) -> Array:
        by_row = inverse[axis, 0] * down + (middle[axis] + 1)  # 1 for the border
        by_column = inverse[axis, 1] * right
        place: Array = by_row.astype(number)[:, np.newaxis] + by_column.astype(number)  # (H, W, N)
        return np.clip(place, 0, size[axis] + 1, out=place)

    return places(0), places(1)
