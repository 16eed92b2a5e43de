"""The receptive field: the part of the picture that one output place depends on.

It is followed backwards. The last layer says which part of its input a place sees, the layer before
says which part of its own input that takes, and so on (`Layer.receptive_region`). So it holds for
every stack: strides, dilation, padding, pooling, upsampling, transposed convolution, global
pooling.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
Distill 2019.
"""

from collections.abc import Sequence

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.layers import Layer
from minicnn.layers.composition import Composition
from minicnn.typing import Region, Shape, Sizes


def receptive_field(model: Layer, layer: int = -1) -> Sizes:
    """Return how many rows and columns of the input one output place depends on.

    Where places differ, as behind an upsampling, the most that any of them sees.

    Parameters
    ----------
    model : Sequential, or a single layer
        Built.
    layer : int, default -1
        The number of the layer in the model whose output is meant; by default the last.

    Returns
    -------
    tuple of int
        One number for each spatial axis of the input, border included. Behind a `Flatten` or a
        global pooling at least the whole picture that these see; () where the input has no space.

    Raises
    ------
    NotReadyError
        If the model is not built.
    ArgumentError
        If there is no such layer.

    Examples
    --------
    >>> from minicnn import Conv2D, MaxPool, ReLU, Sequential
    >>> model = Sequential([Conv2D(8, 5), ReLU(), MaxPool(2), Conv2D(16, 5)], (1, 28, 28))
    >>> receptive_field(model), receptive_field(model, layer=0)
    ((14, 14), (5, 5))
    """
    regions = all_regions(_layers(model, layer))
    return tuple(
        max(last - first + 1 for first, last in axis) for axis in zip(*regions, strict=True)
    )


def receptive_region(model: Layer, place: Sequence[int], layer: int = -1) -> Region:
    """Return the rows and columns of the input that one output place depends on.

    Parameters
    ----------
    model, layer
        As for `receptive_field`.
    place : (i, j)
        Row and column in the output of that layer; () where that has no space.

    Returns
    -------
    ((first row, last row), (first column, last column))
        Negative numbers, and those beyond the picture, lie in the padding.

    Raises
    ------
    NotReadyError
        If the model is not built.
    ArgumentError
        If there is no such layer or no such place.

    Examples
    --------
    >>> from minicnn import Conv2D, MaxPool, Sequential
    >>> model = Sequential([Conv2D(8, 3, padding=1), MaxPool(2)], (1, 28, 28))
    >>> receptive_region(model, (0, 5))
    ((-1, 2), (9, 12))
    """
    layers = _layers(model, layer)
    sizes = _spatial(layers[-1].out_shape)
    if len(place) != len(sizes) or not all(0 <= i < n for i, n in zip(place, sizes, strict=True)):
        raise ArgumentError(
            f"receptive_region: place must lie in the output of {layers[-1]}, which has {sizes} "
            f"places, got {tuple(place)}"
        )
    return _back(layers, tuple((i, i) for i in place))


def all_regions(layers: Sequence[Layer]) -> list[Region]:
    """Return the region of the input that each output place sees, the axes going in parallel.

    The axes do not depend on one another, so it is enough to go along them all at once.
    """
    sizes = _spatial(layers[-1].out_shape)
    places = [tuple(min(i, size - 1) for size in sizes) for i in range(max(sizes, default=1))]
    return [_back(layers, tuple((i, i) for i in place)) for place in places]


def _back(layers: Sequence[Layer], region: Region) -> Region:
    for layer in reversed(layers):
        region = layer.receptive_region(region)
    return region


def _layers(model: Layer, layer: int) -> list[Layer]:
    """Return the layers up to the one that is asked for."""
    checks.instance("receptive_field", "model", model, Layer)
    model.check_ready()
    layers = model.layers if isinstance(model, Composition) else [model]
    if not -len(layers) <= layer < len(layers):
        raise ArgumentError(
            f"receptive_field: layer must be the number of one of {len(layers)} layers, got {layer}"
        )
    return layers[: len(layers) + layer + 1 if layer < 0 else layer + 1]


def _spatial(shape: Shape | None) -> Sizes:
    return (shape or ())[1:]
