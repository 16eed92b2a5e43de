"""A model as plain data: its layers by name, and where their weights stand in one row of numbers.

The page knows the layers by these names and computes what they do, in `arithmetic.js`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, within
from minicnn.layers import Composition, Layer, Parameter, Residual
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.saving.description import describe
from minicnn.typing import Array

KNOWN = frozenset(
    {
        *("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "SpatiallySeparableConv2D"),
        *("ConvTranspose2D", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"),
        *("Upsample", "Dense", "Flatten", "Softmax", "BatchNorm", "LayerNorm", "Dropout"),
        *("ReLU", "LeakyReLU", "ELU", "GELU", "Sigmoid", "Softplus", "Swish", "Tanh"),
        *("Residual", "Composition", "Sequential"),
    }
)
"""The layers that the page can compute, by name."""

HELD = ("layers", "names", "shortcut", "seed")
"""Options that stand in the description of the layers inside, or that only a training needs."""


def check_known(model: Composition) -> None:
    """Raise ArgumentError if the model has a layer that the page cannot compute.

    Those are layers of one's own, and layers for signals and volumes.
    """
    if type(model).forward is not Composition.forward:
        raise ArgumentError(
            f"write_page: expected a model that applies its layers one after the other, got a "
            f"{type(model).__name__} with a forward of its own, which the page does not know"
        )
    for place, layer in model.walk():
        name = type(layer).__name__
        if layer is not model and (layer.is_own or name not in KNOWN):
            whose = "a layer of your own" if layer.is_own else "a layer that is not for pictures"
            with within(place):
                raise ArgumentError(
                    f"{layer.called}: the page cannot compute {whose}; it knows "
                    f"{', '.join(sorted(KNOWN))}"
                )


def describe_layers(model: Composition) -> list[dict[str, Any]]:
    """Return the layers of a built model, each as a dict that can be written as JSON.

    For each: `name`; `called`, the call that makes it; `place`, what stands in front of the names
    of its parameters; `options`, those of its constructor; `input` and `output`, its shapes; and
    `parameters`, the shape of each and its `offset` in the row of all weights. Layers with a window
    have `margins`, the padding as ((above, below), (left, right)). Layers made of others have
    `inner`, these layers, and a `Residual` has `shortcut`, a list of none or one.

    Examples
    --------
    >>> from minicnn import Dense, Flatten, Sequential
    >>> model = Sequential([Flatten(), Dense(2)], input_shape=(1, 2, 2))
    >>> describe_layers(model)[1]["parameters"]
    {'weight': {'shape': [2, 4], 'offset': 0}, 'bias': {'shape': [2], 'offset': 8}}
    """
    offsets, offset = {}, 0
    for parameter in model.parameters:
        offsets[id(parameter)] = offset
        offset += parameter.value.size
    return [_described(layer, name, offsets) for name, layer in _inside(model)]


def row_of(values: Mapping[str, npt.NDArray[Any]]) -> Array:
    """Return all numbers of parameters by name, one after the other, as float32.

    Raises
    ------
    DataError
        If one is NaN, infinite, or too large for float32.
    """
    with np.errstate(over="ignore"):
        rows = {name: np.ravel(value).astype(np.float32) for name, value in values.items()}
    for name, row in rows.items():
        checks.finite("write_page", f"{name} as float32", row)
    return np.concatenate([np.zeros(0, np.float32), *rows.values()])


def every_layer(layers: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield described layers and all that is inside of them."""
    for layer in layers:
        yield layer
        yield from every_layer([*layer.get("inner", []), *layer.get("shortcut", [])])


def layers_by_place(layer: Layer, place: str = "") -> dict[str, Layer]:
    """Return all that is inside of a layer, by what stands in front of its parameters' names."""
    found: dict[str, Layer] = {}
    for name, member in layer.members():
        if isinstance(member, Layer):
            found[f"{place}{name}"] = member
            found |= layers_by_place(member, f"{place}{name}.")
    return found


def _described(layer: Layer, place: str, offsets: Mapping[int, int]) -> dict[str, Any]:
    """Return the description of one layer and of those inside."""
    options = {name: value for name, value in layer.kept_config.items() if name not in HELD}
    described = {
        "name": type(layer).__name__,
        "called": layer.called,
        "place": place,
        "options": describe(options),
        "input": list(layer.in_shape or ()),
        "output": list(layer.out_shape or ()),
        "parameters": {
            member.name: {"shape": list(member.value.shape), "offset": offsets[id(member)]}
            for _, member in layer.members()
            if isinstance(member, Parameter)
        },
    }
    if isinstance(layer, SlidingWindow):
        described["margins"] = [list(margin) for margin in layer.margins(layer.check_ready())]
    branch = layer.branch if isinstance(layer, Residual) else layer
    if isinstance(branch, Composition):
        before = place if branch is layer else f"{place}.branch"
        described["inner"] = [
            _described(inner, f"{before}.{name}", offsets) for name, inner in _inside(branch)
        ]
    if isinstance(layer, Residual):
        shortcut = [] if layer.shortcut is None else [layer.shortcut]
        described["shortcut"] = [_described(it, f"{place}.shortcut", offsets) for it in shortcut]
    return described


def _inside(composition: Composition) -> Iterator[tuple[str, Layer]]:
    """Yield the layers of a composition, each with what stands before its parameters' names."""
    names = composition.names or map(str, range(len(composition.layers)))
    yield from zip(names, composition.layers, strict=True)
