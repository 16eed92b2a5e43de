"""Which function of a table a layer goes to, for the ways to PyTorch and to ONNX."""

from collections.abc import Callable, Mapping
from typing import Any

from minicnn import layers
from minicnn.errors import ArgumentError
from minicnn.layers import Composition, Layer


def function_for(
    owner: str, library: str, table: Mapping[type[Layer], Callable[..., Any]], layer: Layer
) -> Callable[..., Any]:
    """Return the function for a layer's class, or for the nearest class that it derives from.

    Parameters
    ----------
    owner, library : str
        The function that asks, and the library it asks for; the message names both.
    table : dict of Layer class to function
        Has one for `Composition`, which also serves a composition of the user's own.
    layer : Layer

    Raises
    ------
    ArgumentError
        If the class is not one of `minicnn.layers`: it may compute anything.
    """
    own = type(layer)
    if getattr(layers, own.__name__, None) is own:
        found = next((table[base] for base in own.__mro__ if base in table), None)
        if found is not None:
            return found
    elif isinstance(layer, Composition) and layer.goes_in_order:
        return table[Composition]
    raise ArgumentError(
        f"{owner}: expected layers of minicnn, got {layer.called}, a class that {library} "
        "has no operation for; build it of layers of minicnn, or give the part of the model "
        "before it, model.part(COUNT)"
    )
