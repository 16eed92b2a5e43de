"""What both libraries have under different names or round differently, for both ways."""

import numpy as np

from minicnn import layers
from minicnn.typing import Sizes

BORDERS = {
    "zeros": "Zero",
    "replicate": "Replication",
    "reflect": "Reflection",
    "circular": "Circular",
}
"""What the name of PyTorch's module for a border begins with, by what we call the border; behind it
come "Pad" and the number of axes. "Constant" is one more kind."""

ACTIVATIONS: dict[str, type[layers.Layer]] = {
    "ReLU": layers.ReLU,
    "Sigmoid": layers.Sigmoid,
    "Tanh": layers.Tanh,
    "SiLU": layers.Swish,
}
"""The activations without an option, by the name of PyTorch's module."""

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
"""What PyTorch calls linear interpolation, by the number of axes."""


def same_pixels(factors: Sizes, sizes: Sizes) -> bool:
    """Return whether PyTorch enlarges a picture of these sizes in the mode nearest as we do.

    Output pixel i is a copy of pixel i // factor here. PyTorch multiplies i by 1 / factor, both in
    float32, and leaves out the fraction. That may be one pixel less: 41 * (1 / 41) is below 1.

    Examples
    --------
    >>> same_pixels((40,), (1000,)), same_pixels((41,), (7,))
    (True, False)
    """
    for factor, size in zip(factors, sizes, strict=True):
        outputs = np.arange(factor * size)
        theirs = outputs.astype(np.float32) * (np.float32(1) / np.float32(factor))
        if (np.floor(theirs) != outputs // factor).any():
            return False
    return True
