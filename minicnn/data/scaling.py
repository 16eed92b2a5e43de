"""Making a picture larger or smaller without aliasing."""

import numpy as np

from minicnn.typing import Array, Sizes


def scale_picture(picture: Array, size: Sizes) -> Array:
    """Return a picture at another size, each new pixel a weighted mean of those around its place.

    The weights fall linearly from the place to one new pixel away, or to one old pixel where the
    picture grows, which is bilinear interpolation: a triangle that is wide enough to let no detail
    through that the new pixels are too coarse for. Rows and columns are scaled one after the other,
    each by a matrix product.

    Parameters
    ----------
    picture : array (H, W) or (H, W, C)
    size : (int, int)
        The new height and width; a picture that has this size already is given back as it is.

    Returns
    -------
    array (*size) or (*size, C)
        Of the picture's number type; its values lie, up to rounding, between the least and the
        greatest of the picture.

    References
    ----------
    Heckbert, "Filtering by repeated integration", SIGGRAPH 1986: the triangle as a prefilter.

    Examples
    --------
    >>> scale_picture(np.array([[0.0, 0.0, 7.0, 7.0]]), (1, 2))
    array([[1., 6.]])
    >>> scale_picture(np.array([[0.0, 1.0]]), (2, 4))
    array([[0.  , 0.25, 0.75, 1.  ],
           [0.  , 0.25, 0.75, 1.  ]])
    """
    if picture.shape[:2] == tuple(size):
        return picture
    for axis, length in enumerate(size):
        weights = _weights(picture.shape[axis], length).astype(picture.dtype)
        picture = np.moveaxis(np.tensordot(weights, picture, (1, axis)), 0, axis)
    return picture


def _weights(before: int, after: int) -> Array:
    """Return the matrix (after, before) whose rows say of what each new pixel is the mean."""
    step = before / after  # a new pixel in old ones
    places = (np.arange(after) + 0.5) * step - 0.5
    distance = np.abs(places[:, np.newaxis] - np.arange(before)) / max(step, 1.0)
    weights: Array = np.maximum(0.0, 1.0 - distance)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights
