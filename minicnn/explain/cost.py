"""What a layer costs: the multiplications, each with its addition, that one sample takes."""

import math
from functools import singledispatch

from minicnn.layers import BatchNorm, Dense, GlobalAveragePool, Layer, LayerNorm
from minicnn.layers.conv import Convolution
from minicnn.layers.conv_transpose import TransposedConvolution
from minicnn.layers.pooling import AveragePooling
from minicnn.layers.upsample import Upsampling


@singledispatch
def multiply_adds(layer: Layer) -> int:
    """Return how many multiply-adds a built layer, or model, takes for one sample in `forward`.

    Layers that are not named here, such as activations, count nothing. For a layer of your own,
    register a function: ``@multiply_adds.register``.

    Examples
    --------
    >>> from minicnn import Conv2D, Sequential
    >>> multiply_adds(Sequential([Conv2D(8, 5, padding="same")], input_shape=(1, 28, 28)))
    156800
    """
    return sum(multiply_adds(inner) for _, inner in layer.inner_layers())


@multiply_adds.register
def _(layer: Convolution) -> int:
    """F * OH * OW outputs, each of C/groups * KH * KW products."""
    return layer.weight.value.size * math.prod(_sizes(layer.out_shape))


@multiply_adds.register
def _(layer: TransposedConvolution) -> int:
    """C * H * W inputs, each of F/groups * KH * KW products."""
    return layer.weight.value.size * math.prod(_sizes(layer.in_shape))


@multiply_adds.register
def _(layer: Dense) -> int:
    """D_out * D_in."""
    return layer.weight.value.size


@multiply_adds.register
def _(layer: AveragePooling) -> int:
    """KH * KW additions for each output."""
    return math.prod(layer.out_shape or (0,)) * math.prod(layer.size)


@multiply_adds.register
def _(layer: GlobalAveragePool) -> int:
    """One addition for each pixel."""
    return math.prod(layer.in_shape or (0,))


@multiply_adds.register
def _(layer: BatchNorm) -> int:
    """One for each number, by its channel's factor and offset: in use, the rest is known."""
    return math.prod(layer.in_shape or (0,))


@multiply_adds.register
def _(layer: LayerNorm) -> int:
    """Three for each number: one in the mean, one in the variance, one to scale and shift it."""
    return 3 * math.prod(layer.in_shape or (0,))


@multiply_adds.register
def _(layer: Upsampling) -> int:
    """None for copies; if linear, two for each number of every step, an axis at a time."""
    if layer.mode == "nearest":
        return 0
    sizes, total = list(layer.check_ready()), 0
    for axis, factor in enumerate(layer.factor, start=1):
        sizes[axis] *= factor
        total += 2 * math.prod(sizes)
    return total


def _sizes(shape: tuple[int, ...] | None) -> tuple[int, ...]:
    return (shape or (0, 0))[1:]
