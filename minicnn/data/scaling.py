"""Make a picture larger or smaller without aliasing."""

import numpy as np

from minicnn.typing import Array, Sizes


def scale_picture(picture: Array, size: Sizes) -> Array:
    """Return a picture at another size; each new pixel is a weighted mean of those around it.

    The weights form a triangle: they fall linearly to zero at a distance of one new pixel or, if
    the picture grows, of one old pixel, which is bilinear interpolation. The triangle is wide
    enough to remove detail that is too fine for the new pixels. Pillow computes it, one colour at a
    time.

    Parameters
    ----------
    picture : array (H, W) or (H, W, C)
    size : (int, int)
        The new height and width; a picture that already has this size is returned unchanged.

    Returns
    -------
    array (*size) or (*size, C)
        float32; up to rounding, its values lie between the smallest and the largest of the picture.

    References
    ----------
    Heckbert, "Filtering by repeated integration", SIGGRAPH 1986: the triangle as a prefilter.

    Examples
    --------
    >>> scale_picture(np.array([[0.0, 0.0, 7.0, 7.0]]), (1, 2))
    array([[1., 6.]], dtype=float32)
    >>> scale_picture(np.array([[0.0, 1.0]]), (2, 4))
    array([[0.  , 0.25, 0.75, 1.  ],
           [0.  , 0.25, 0.75, 1.  ]], dtype=float32)
    """
    from PIL import Image  # noqa: PLC0415 - slow to import, and only pictures need it

    if picture.shape[:2] == tuple(size):
        return picture
    H, W = size
    colours = np.moveaxis(np.atleast_3d(picture).astype(np.float32), 2, 0)  # (C, H, W)
    scaled = [
        np.asarray(Image.fromarray(colour).resize((W, H), Image.Resampling.BILINEAR))
        for colour in colours
    ]
    return np.stack(scaled, axis=2).reshape(H, W, *picture.shape[2:])
