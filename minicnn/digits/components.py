"""The connected pieces of a black and white picture."""

import numpy as np
import numpy.typing as npt

from minicnn.typing import Mask

NEIGHBOURS = ((0, 1), (1, -1), (1, 0), (1, 1))  # and the same pairs, seen from the other


def connected_components(mask: Mask) -> npt.NDArray[np.intp]:
    """Return the number of the piece that each pixel of a mask belongs to.

    Pixels that touch at an edge or a corner belong to one piece. At first each pixel is a piece of
    its own. In every round, pieces that touch take the smaller of their two numbers; then each
    pixel takes the number of the pixel that its own number refers to, which halves the distance to
    the smallest number of the piece. The rounds end when nothing changes.

    Parameters
    ----------
    mask : array (H, W) of bool

    Returns
    -------
    array (H, W) of int
        0 outside the mask, and 1, 2, ... for the pieces, in the order of their first pixels.

    References
    ----------
    Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm", Journal of Algorithms 3(1),
    1982.

    Examples
    --------
    >>> connected_components(np.array([[1, 0, 0, 1], [0, 1, 0, 1]], bool))
    array([[1, 0, 0, 2],
           [0, 1, 0, 2]])
    """
    one, other = _touching(mask)
    piece = np.arange(mask.size)
    while True:
        smaller = np.minimum(piece[one], piece[other])
        before = piece.copy()
        # The number of a piece is one of its pixels, whose own number decides for the piece.
        np.minimum.at(piece, before[one], smaller)
        np.minimum.at(piece, before[other], smaller)
        piece = piece[piece]
        if (piece == before).all():
            break
    numbers = np.zeros(mask.size, np.intp)
    inside = mask.ravel()
    numbers[inside] = np.unique(piece[inside], return_inverse=True)[1] + 1
    return numbers.reshape(mask.shape)


def _touching(mask: Mask) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of neighbouring pixels in the mask, as their places in mask.ravel()."""
    H, W = mask.shape
    places = np.arange(mask.size).reshape(H, W)
    pairs = []
    for down, right in NEIGHBOURS:
        here = slice(0, H - down), slice(max(0, -right), W - max(0, right))
        there = slice(down, H), slice(max(0, right), W + min(0, right))
        both = mask[here] & mask[there]
        pairs.append((places[here][both], places[there][both]))
    ones, others = zip(*pairs, strict=True)
    return np.concatenate(ones), np.concatenate(others)
