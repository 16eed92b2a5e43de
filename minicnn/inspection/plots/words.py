"""Layers and sizes in words, for titles."""

from minicnn.layers import Layer
from minicnn.typing import Shape

WORDS = {
    "AveragePool": "average pooling",
    "BatchNorm": "batch normalisation",
    "Conv2D": "convolution",
    "ConvTranspose2D": "transposed convolution",
    "Dense": "dense layer",
    "DepthwiseConv2D": "depthwise convolution",
    "Dropout": "dropout",
    "Flatten": "all in one row",
    "GlobalAveragePool": "average of each map",
    "GlobalMaxPool": "maximum of each map",
    "LayerNorm": "layer normalisation",
    "MaxPool": "max pooling",
    "Residual": "residual block",
    "SeparableConv2D": "separable convolution",
    "Sequential": "block of layers",
    "Sigmoid": "sigmoid",
    "Softmax": "softmax",
    "SpatiallySeparableConv2D": "spatially separable convolution",
    "Upsample": "enlarging",
}


def layer_in_words(layer: Layer) -> str:
    """Return what a layer does; one of your own is called by its class.

    Examples
    --------
    >>> from minicnn import Conv2D, ReLU
    >>> layer_in_words(Conv2D(8, 5)), layer_in_words(ReLU())
    ('convolution', 'ReLU')
    """
    name = type(layer).__name__
    return WORDS.get(name, name)


def shape_in_words(shape: Shape) -> str:
    """Return how many maps there are, and of which size, or how many numbers.

    Examples
    --------
    >>> shape_in_words((8, 28, 28)), shape_in_words((1, 5, 5)), shape_in_words((64,))
    ('8 maps of 28 x 28', '1 map of 5 x 5', '64 numbers')
    """
    if len(shape) == 1:
        return f"{shape[0]:,} numbers"
    count, sizes = shape[0], " x ".join(map(str, shape[1:]))
    return f"{count:,} map{'' if count == 1 else 's'} of {sizes}"
