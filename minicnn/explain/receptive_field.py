"""The receptive field: the part of the picture that one output place depends on.

It is followed backwards: which part of its input a place of the last layer sees, which part of its
own input the layer before needs for that, and so on (`region_seen`). So it holds for every stack:
strides, dilation, padding, pooling, upsampling, transposed convolution, global pooling.

Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
Distill 2019.
"""

from collections.abc import Sequence
from functools import singledispatch

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.layers import Composition, Layer, LayerNorm, Residual
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.global_pooling import GlobalPooling
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.layers.upsample import Upsampling
from minicnn.typing import Region, Shape, Sizes

ENDS = 500
"""Places at either end of an axis that are looked at."""


def receptive_field(model: Layer, layer: int = -1) -> Sizes:
    """Return how many rows and columns of the input one output place depends on.

    Where places differ, as behind an upsampling, the most that any of them sees. The borders that
    layers add count as pixels, as if the picture were larger.

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
    regions = all_regions(_layers("receptive_field", model, layer))
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
        Negative numbers, and those beyond the picture, lie in the first layer's padding (whatever
        that copies). ((0, -1), (0, -1)), nothing, for a place in the gaps of a transposed
        convolution, to which no pixel leads.

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
    layers = _layers("receptive_region", model, layer)
    sizes = _spatial(layers[-1].out_shape)
    where = checks.sizes("receptive_region", "place", place, len(sizes), minimum=0)
    if not all(i < size for i, size in zip(where, sizes, strict=True)):
        raise ArgumentError(
            f"receptive_region: place must lie in the output of {layers[-1]}, which has {sizes} "
            f"places, got {where}"
        )
    return _back(layers, tuple((i, i) for i in where), inside=True)


@singledispatch
def region_seen(layer: Layer, region: Region) -> Region:
    """Return the part of the input of a built layer that a part of its output depends on.

    For a layer that is not named here it is the same region, as for every layer that works number
    by number; or the whole input, if input and output have not as many axes or the layer holds
    others. For a layer of your own that looks around, register a function:
    ``@region_seen.register``.

    Parameters
    ----------
    layer : Layer
        Built.
    region : ((first row, last row), (first column, last column))
        Of the output; one pair for each of its spatial axes.

    Returns
    -------
    tuple of pairs
        The same for the input. It may reach beyond the picture, into its padding.
    """
    sizes = _spatial(layer.check_ready())
    by_number = len(region) == len(sizes) and not layer.inner_layers()
    return region if by_number else _whole(layer)


@region_seen.register
def _(layer: SlidingWindow, region: Region) -> Region:
    """Return the pixels, border included, under the window at its first and last place."""
    margins = layer.margins(layer.check_ready())
    axes = zip(region, layer.stride, layer.window.span, margins, strict=True)
    return tuple(
        (first * stride - before, last * stride - before + span - 1)
        for (first, last), stride, span, (before, _) in axes
    )


@region_seen.register
def _(layer: TransposedConvolution, region: Region) -> Region:
    """Return the pixels whose stamps reach from the first to the last place.

    The stamp of pixel i covers i*S - before to i*S - before + span - 1.
    """
    in_shape = layer.check_ready()
    margins = layer.margins(in_shape)
    axes = zip(region, layer.stride, layer.window.span, margins, in_shape[1:], strict=True)
    return tuple(
        (
            max(-((span - 1 - before - first) // step), 0),
            min((last + before) // step, size - 1),
        )
        for (first, last), step, span, (before, _), size in axes
    )


@region_seen.register
def _(layer: Upsampling, region: Region) -> Region:
    """Return the pixels that the first and the last output pixel are made of."""
    axes = zip(region, layer.factor, _spatial(layer.check_ready()), strict=True)
    if layer.mode == "nearest":
        return tuple((first // factor, last // factor) for (first, last), factor, _ in axes)
    # The centre of i lies at (2i + 1 - factor) / (2 factor): the pixel at or before the first
    # centre, and the one at or after the last.
    return tuple(
        (
            max((2 * first + 1 - factor) // (2 * factor), 0),
            min(-((factor - 1 - 2 * last) // (2 * factor)), size - 1),
        )
        for (first, last), factor, size in axes
    )


@region_seen.register(GlobalPooling)
@region_seen.register(LayerNorm)
def _(layer: Layer, region: Region) -> Region:  # noqa: ARG001 - whatever part it is
    """Return the whole picture."""
    return _whole(layer)


@region_seen.register
def _(layer: Composition, region: Region) -> Region:
    """Go back through the layers: what the last sees is what the one before must give."""
    for inner in reversed(layer.layers):
        region = region_seen(inner, region)
    return region


@region_seen.register
def _(layer: Residual, region: Region) -> Region:
    """Return what either way sees."""
    ways = [region_seen(layer.branch, region)]
    ways.append(region if layer.shortcut is None else region_seen(layer.shortcut, region))
    return tuple(
        (min(first for first, _ in axis), max(last for _, last in axis))
        for axis in zip(*ways, strict=True)
    )


def all_regions(layers: Sequence[Layer]) -> list[Region]:
    """Return the region of the input that each output place sees, the axes going in parallel.

    The axes do not depend on one another, so it is enough to go along them all at once. Of very
    many places those at both ends are taken: in between the same repeats.
    """
    sizes = _spatial(layers[-1].out_shape)
    longest = max(sizes, default=1)
    indices = [*range(min(longest, ENDS)), *range(max(longest - ENDS, ENDS), longest)]
    places = [tuple(min(i, size - 1) for size in sizes) for i in indices]
    return [_back(layers, tuple((i, i) for i in place)) for place in places]


def _back(layers: Sequence[Layer], region: Region, *, inside: bool = False) -> Region:
    """Follow a region back to the input, and leave out what lies outside on the way if asked to.

    Outside is the border that a layer adds to the output of the one before: nothing led there.
    """
    for number, layer in reversed(list(enumerate(_flat(layers)))):
        region = region_seen(layer, region)
        if any(last < first for first, last in region):  # no pixel leads here
            return tuple((0, -1) for _ in _spatial(layers[0].in_shape))
        if inside and number > 0:
            sizes = _spatial(layer.in_shape)
            region = tuple(
                (max(first, 0), min(last, size - 1))
                for (first, last), size in zip(region, sizes, strict=True)
            )
    return region


def _flat(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers with those inside of others in their places."""
    flat = []
    for layer in layers:
        flat += _flat(layer.layers) if isinstance(layer, Composition) else [layer]
    return flat


def _layers(owner: str, model: Layer, layer: int) -> list[Layer]:
    """Return the layers up to the one that is asked for."""
    checks.instance(owner, "model", model, Layer)
    model.check_ready()
    layers = model.layers if isinstance(model, Composition) else [model]
    number = checks.whole_number(owner, "layer", layer, minimum=-len(layers))
    if number >= len(layers):
        raise ArgumentError(
            f"{owner}: layer must be the number of a layer, 0 to {len(layers) - 1}, or one "
            f"counted from the end, got {layer}"
        )
    return layers[: len(layers) + layer + 1 if layer < 0 else layer + 1]


def _whole(layer: Layer) -> Region:
    return tuple((0, size - 1) for size in _spatial(layer.check_ready()))


def _spatial(shape: Shape | None) -> Sizes:
    return (shape or ())[1:]
