"""A kernel applied to a picture."""

from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import DataError, ShapeError, within
from minicnn.filters.bank import KERNELS, Kernel
from minicnn.filters.intensity import rescale_intensity
from minicnn.layers.conv import Conv2D
from minicnn.ops.padding import PADDING_MODES
from minicnn.typing import Array


def apply_kernel(
    image: npt.NDArray[Any],
    kernel: npt.ArrayLike | Kernel | str,
    padding: str = "replicate",
    rescale: bool = False,
) -> npt.NDArray[Any]:
    """Apply a kernel to a picture, by the convolution of the layers.

    Parameters
    ----------
    image : array (H, W), (H, W, 3) or (H, W, 4)
        Grey, colour, or colour with an alpha channel, which is passed on unchanged (and left out of
        a grey result). Floats of any range, or uint8.
    kernel : array (KH, KW) or (C, KH, KW), Kernel, or its name in `KERNELS`
        With two axes it is applied to each colour separately. With three it has a slice for each
        colour, and the answers add up to one grey picture. Its middle (for an even size, the entry
        before the middle) lies on the pixel that is computed.
    padding : "replicate", "zeros", "reflect", "circular" or "valid", default "replicate"
        What surrounds the picture, see `minicnn.ops.padding.PADDING_MODES`. With "valid" nothing
        does, and the result is smaller.
    rescale : bool, default False
        Whether to stretch the result linearly to the full range, 0 to 1 or 0 to 255, so that
        negative answers can be seen.

    Returns
    -------
    array
        Of the dtype of the picture. Floats are returned as computed, including negative ones; uint8
        is rounded, halves up, and clipped to 0..255.

    Raises
    ------
    ArgumentError
        If the padding or the name of the kernel is unknown.
    ShapeError
        If the picture or the kernel has another shape, the kernel is not as deep as the picture, or
        it does not fit into the padded picture.
    DataError
        If the picture is neither float nor uint8, or holds NaN or infinity.

    Examples
    --------
    >>> step = np.array([[0.0, 0.0, 1.0, 1.0]] * 3)
    >>> apply_kernel(step, "sobel_x")
    array([[0., 4., 4., 0.],
           [0., 4., 4., 0.],
           [0., 4., 4., 0.]])
    """
    owner = "apply_kernel"
    checks.choice(owner, "padding", padding, (*PADDING_MODES, "valid"))
    checks.flag(owner, "rescale", rescale)
    weights = _weights(kernel)
    colours, alpha = _colours(image)
    if weights.ndim == 2:
        x, depth = colours[:, np.newaxis], 1  # every colour a sample of its own
    else:
        x, depth = colours[np.newaxis], len(colours)
    if weights.ndim == 3 and len(weights) != depth:
        raise ShapeError(
            f"{owner}: a kernel (C, KH, KW) must be as deep as the picture, got {len(weights)} "
            f"channels in a kernel {weights.shape} for {depth} in a picture {image.shape}"
        )
    weights = weights.reshape(1, depth, *weights.shape[-2:]).astype(x.dtype)
    size = weights.shape[2:]
    if padding == "valid":
        layer = Conv2D(1, size, padding="valid", bias=False)
    else:
        layer = Conv2D(1, size, padding="same", padding_mode=padding, bias=False)
    with within(owner):
        layer.build(x.shape[1:], np.random.default_rng(0))
    layer.weight.value = weights
    y = layer(x)[:, 0]  # (colours, OH, OW), or (1, OH, OW) for a kernel with depth
    full = 255.0 if image.dtype == np.uint8 else 1.0
    if rescale:
        y = rescale_intensity(y, out_range=(0.0, full))
    if image.dtype == np.uint8:
        y = np.floor(y + 0.5).clip(0, 255)
    result = y[0] if image.ndim == 2 or len(y) == 1 else np.moveaxis(y, 0, -1)
    if alpha is not None and result.ndim == 3:
        above, left = ((side - 1) // 2 * (padding == "valid") for side in size)
        OH, OW = y.shape[1:]
        result = np.dstack([result, alpha[above : above + OH, left : left + OW]])
    return result.astype(image.dtype)


def _weights(kernel: npt.ArrayLike | Kernel | str) -> Array:
    """Return the kernel as an array of float64 with two or three axes."""
    if isinstance(kernel, str):
        kernel = KERNELS[checks.choice("apply_kernel", "kernel", kernel, KERNELS)]
    weights = checks.numbers("apply_kernel", "kernel", kernel)
    if weights.ndim not in (2, 3) or weights.size == 0:
        raise ShapeError(
            f"apply_kernel: expected a kernel (KH, KW) or (C, KH, KW), got shape {weights.shape}"
        )
    return weights


def _colours(image: npt.NDArray[Any]) -> tuple[Array, npt.NDArray[Any] | None]:
    """Return a picture as floats (C, H, W), its colours first, and its alpha channel."""
    if not isinstance(image, np.ndarray):
        raise DataError(
            f"apply_kernel: expected a picture as an array, got {type(image).__name__}; "
            "np.asarray(picture) makes one"
        )
    if image.dtype not in (np.uint8, np.float32, np.float64):
        raise DataError(
            f"apply_kernel: expected a picture of float32, float64 or uint8, got {image.dtype}; "
            "image.astype(float) makes floats"
        )
    if image.size == 0 or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))):
        raise ShapeError(
            "apply_kernel: expected a picture (H, W), (H, W, 3) or (H, W, 4), got shape "
            f"{image.shape}; one with its channels first becomes one by np.moveaxis(image, 0, -1), "
            "or by image[0] if grey"
        )
    values: Array = image.astype(np.result_type(image.dtype, np.float32))
    checks.finite("apply_kernel", "image", values)
    if image.ndim == 2:
        return values[np.newaxis], None
    colours = np.moveaxis(values[:, :, :3], -1, 0)  # (3, H, W)
    return colours, image[:, :, 3] if image.shape[2] == 4 else None
