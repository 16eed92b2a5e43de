"""The kernels of any layer, with their axes in one order."""

from minicnn.errors import ShapeError
from minicnn.layers import ConvTranspose2D, Layer
from minicnn.layers.composition import Composition
from minicnn.typing import Array


def kernels_of(layer: Layer) -> Array:
    """Return the kernels of a layer for pictures, one for each of its output channels.

    Parameters
    ----------
    layer : Layer
        Built. Of a layer made of several, such as `SeparableConv2D`, the first one with kernels.

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
    >>> import numpy as np
    >>> layer = ConvTranspose2D(5, 3)
    >>> layer.build((2, 8, 8), np.random.default_rng(0))
    (5, 10, 10)
    >>> layer.weight.value.shape, kernels_of(layer).shape
    ((2, 5, 3, 3), (5, 2, 3, 3))
    """
    for step in layer.layers if isinstance(layer, Composition) else [layer]:
        for parameter in step.parameters:
            if parameter.value.ndim == 4:
                return _outputs_first(step, parameter.value)
    raise ShapeError(f"kernels_of: expected a layer with kernels (F, C, KH, KW), got {layer}")


def _outputs_first(layer: Layer, weights: Array) -> Array:
    if not isinstance(layer, ConvTranspose2D):
        return weights
    C, F, KH, KW = weights.shape  # F of each group
    groups = weights.reshape(layer.groups, C // layer.groups, F, KH, KW)
    return groups.swapaxes(1, 2).reshape(layer.groups * F, C // layer.groups, KH, KW)
