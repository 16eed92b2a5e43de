"""The kernels of a model, a layer or an array, with their axes in one order."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.layers import ConvTranspose2D, Layer
from minicnn.layers.composition import Composition
from minicnn.sequential import Sequential
from minicnn.typing import Array


class Bank(NamedTuple):
    """Kernels, and whose they are.

    Attributes
    ----------
    kernels : array (F, C, KH, KW)
        One for each output channel; float64.
    name : str
        What a title calls their layer, such as "layer 0 (Conv2D)"; empty for an array.
    """

    kernels: Array
    name: str


def bank_of(owner: str, source: Layer | npt.ArrayLike, layer: int | None = None) -> Bank:
    """Return the kernels of a model, a layer or an array, checked, and the name of their layer.

    Parameters
    ----------
    owner : str
        The function that asks, for messages.
    source : Sequential, Layer, or array (F, C, KH, KW) or (F, KH, KW)
        Models and layers must be built.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.

    Raises
    ------
    ArgumentError
        If a layer is asked for that is not in the model, or of something else than a model.
    ShapeError
        If there are no kernels, or they are not (F, C, KH, KW) with at least one number.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> from minicnn import Conv2D, Flatten, ReLU
    >>> model = Sequential([ReLU(), Conv2D(2, 3), Flatten()], input_shape=(1, 8, 8))
    >>> bank = bank_of("example", model)
    >>> bank.kernels.shape, bank.name
    ((2, 1, 3, 3), 'layer 1 (Conv2D)')
    """
    if isinstance(source, Sequential):
        index = _first_with_kernels(owner, source) if layer is None else layer
        checks.whole_number(owner, "layer", index, minimum=0)
        if index >= len(source.layers):
            raise ArgumentError(
                f"{owner}: layer must be the number of a layer, 0 to {len(source.layers) - 1}, got "
                f"{index}"
            )
        bank = _kernels(owner, source.layers[index])
        return Bank(checks.kernel_bank(owner, bank), layer_name(source.layers[index], index))
    if layer is not None:
        raise ArgumentError(
            f"{owner}: layer={layer} needs a model (Sequential), got {checks.kind_of(source)}"
        )
    if isinstance(source, Layer):
        return Bank(checks.kernel_bank(owner, _kernels(owner, source)), layer_name(source))
    if isinstance(source, type) or not _is_numbers(source):
        raise ShapeError(
            f"{owner}: expected a model, a layer, or an array of kernels (F, C, KH, KW), got "
            f"{checks.kind_of(source)}"
        )
    return Bank(checks.kernel_bank(owner, source), "")


def kernels_of(source: Layer, layer: int | None = None) -> Array:
    """Return the kernels of a layer for pictures, one for each of its output channels.

    Parameters
    ----------
    source : Layer or Sequential
        Built. Of a layer made of several, such as `SeparableConv2D`, the first one with kernels.
    layer : int, optional
        The index of the layer in a model; by default the first that has kernels.

    Returns
    -------
    array (F, C/groups, KH, KW)
        Not a copy, if the layer keeps them in this order. A `ConvTranspose2D` does not: its weights
        are (C, F/groups, KH, KW).

    Raises
    ------
    ShapeError
        If the layer has no kernels.

    Examples
    --------
    >>> layer = ConvTranspose2D(5, 3)
    >>> layer.build((2, 8, 8), np.random.default_rng(0))
    (5, 10, 10)
    >>> layer.weight.value.shape, kernels_of(layer).shape
    ((2, 5, 3, 3), (5, 2, 3, 3))
    """
    if isinstance(source, Sequential) and layer is not None:
        bank_of("kernels_of", source, layer)  # refuses what is no layer
        return _kernels("kernels_of", source.layers[layer])
    return _kernels("kernels_of", source)


def layer_name(layer: Layer, index: int | None = None) -> str:
    """Return what a title calls a layer, in words.

    Examples
    --------
    >>> layer_name(ConvTranspose2D(5, 3), 2)
    'layer 2 (ConvTranspose2D)'
    """
    kind = type(layer).__name__
    return kind if index is None else f"layer {index} ({kind})"


def _first_with_kernels(owner: str, model: Sequential) -> int:
    for index, layer in enumerate(model.layers):
        if _find(layer) is not None:
            return index
    raise _no_kernels(owner, model)


def _kernels(owner: str, layer: Layer) -> Array:
    kernels = _find(layer)
    if kernels is None:
        raise _no_kernels(owner, layer)
    return kernels


def _find(layer: Layer) -> Array | None:
    """Return the first kernels in a layer, or in those that it is made of."""
    if isinstance(layer, Composition):
        return next((found for part in layer.layers if (found := _find(part)) is not None), None)
    for parameter in layer.parameters:
        if parameter.value.ndim == 4:
            return outputs_first(layer, parameter.value)
    return None


def _no_kernels(owner: str, layer: Layer) -> Exception:
    if layer.in_shape is None:
        return NotReadyError(
            f"{owner}: {layer} has no weights yet; a model has some from its input_shape on, a "
            "layer after layer.build(in_shape, rng)"
        )
    return ShapeError(
        f"{owner}: expected a layer with kernels (F, C, KH, KW), such as a Conv2D, got {layer}"
    )


def outputs_first(layer: Layer, weights: Array) -> Array:
    """Return weights of a layer with four axes as kernels, one for each of its output channels."""
    if not isinstance(layer, ConvTranspose2D):
        return weights
    C, F, KH, KW = weights.shape  # F of each group
    groups = weights.reshape(layer.groups, C // layer.groups, F, KH, KW)
    return groups.swapaxes(1, 2).reshape(layer.groups * F, C // layer.groups, KH, KW)


def _is_numbers(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "fiu"
    except ValueError:  # rows of different lengths
        return False
