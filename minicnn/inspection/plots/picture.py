"""A picture as it is: in its colours, or in grey with white for the largest number."""

from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from minicnn.typing import Array


def show_picture(ax: Axes, image: Array, limits: tuple[float, float] | None = None) -> AxesImage:
    """Draw an image (C, H, W): in colour if C is 3, else its first channel in grey.

    The limits are the numbers of black and white; by default those of the image itself.
    """
    low, high = brightness(image) if limits is None else limits
    if len(image) == 3:
        drawn = ax.imshow(((image.transpose(1, 2, 0) - low) / (high - low)).clip(0, 1))  # (H, W, C)
    else:
        drawn = ax.imshow(image[0], cmap="gray", vmin=low, vmax=high)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="0.6", linewidth=0.6)
    return drawn


def brightness(images: Array) -> tuple[float, float]:
    """Return the numbers of black and white: 0 and 1, or the least and largest where some lie out.

    Examples
    --------
    >>> import numpy as np
    >>> brightness(np.array([0.2, 0.7])), brightness(np.array([-1.5, 2.0]))
    ((0.0, 1.0), (-1.5, 2.0))
    """
    low, high = float(images.min()), float(images.max())
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high if high > low else low + 1)
