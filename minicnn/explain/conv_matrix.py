"""A convolution written out as a matrix."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers.conv import Conv2D
from minicnn.typing import Array, Shape

MOST_ENTRIES = 2**27
"""The most entries of a matrix: 1 GB."""

BATCH = 256


def conv_matrix(kernel: npt.ArrayLike, in_shape: Shape, **options: Any) -> Array:
    """Return the matrix C with ``C @ x.ravel() = conv(x).ravel()``.

    Column p is the convolution of a picture that is 1 at pixel p and 0 elsewhere. Each row holds
    the weights of the kernel at the pixels that one place of it sees, and zeros elsewhere. The
    transpose of C is the matrix of the input gradient; with zero padding that is the transposed
    convolution.

    Parameters
    ----------
    kernel : array (KH, KW), or (F, C/groups, KH, KW)
    in_shape : (H, W), or (C, H, W) for a kernel with four axes
    **options
        Those of `Conv2D`: stride, padding, padding_mode, dilation, groups.

    Returns
    -------
    array (OH*OW, H*W), or (F*OH*OW, C*H*W)
        float64.

    Raises
    ------
    ShapeError
        If the kernel or the shape has another number of axes, or they do not fit together.
    DataError
        If a weight is NaN or infinite.
    ArgumentError
        If an option is out of range, or the matrix would be huge.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.1.

    Examples
    --------
    A kernel of 2 x 2 on a picture of 3 x 3:

    >>> C = conv_matrix([[1, 2], [3, 4]], (3, 3))
    >>> C.astype(int)
    array([[1, 2, 0, 3, 4, 0, 0, 0, 0],
           [0, 1, 2, 0, 3, 4, 0, 0, 0],
           [0, 0, 0, 1, 2, 0, 3, 4, 0],
           [0, 0, 0, 0, 1, 2, 0, 3, 4]])
    """
    weights = checks.numbers("conv_matrix", "kernel", kernel)
    in_shape = checks.input_shape("conv_matrix", in_shape)
    if (weights.ndim, len(in_shape)) not in ((2, 2), (4, 3)) or weights.size == 0:
        raise ShapeError(
            "conv_matrix: expected a kernel (KH, KW) with a shape (H, W), or kernels "
            f"(F, C, KH, KW) with a shape (C, H, W); got {weights.shape} with {in_shape}"
        )
    if weights.ndim == 2:
        weights, in_shape = weights[np.newaxis, np.newaxis], (1, *in_shape)
    layer = Conv2D(len(weights), weights.shape[2:], bias=False, **options)
    out_shape = layer.build(in_shape, np.random.default_rng(0))
    if layer.weight.value.shape != weights.shape:
        raise ShapeError(
            f"conv_matrix: expected kernels of shape {layer.weight.value.shape}, as deep as the "
            f"input's channels in each group, got {weights.shape} for the input shape {in_shape}"
        )
    layer.weight.value = weights
    places, pixels = math.prod(out_shape), math.prod(in_shape)
    if places * pixels > MOST_ENTRIES:
        raise ArgumentError(
            f"conv_matrix: expected a matrix of at most {MOST_ENTRIES:,} entries, got {places:,} x "
            f"{pixels:,}; a smaller picture shows the same pattern"
        )
    C = np.empty((places, pixels))
    for first in range(0, pixels, BATCH):
        unit_pictures = np.eye(min(BATCH, pixels - first), pixels, first)
        answers = layer(unit_pictures.reshape(-1, *in_shape))
        C[:, first : first + BATCH] = answers.reshape(len(answers), places).T
    return C
