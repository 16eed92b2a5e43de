"""The model file: one .npz with the architecture as JSON and every parameter by name.

It holds numbers and text only. It is read with ``allow_pickle=False``, so opening one runs no code,
and the layers are rebuilt from their names and options, so the script that made the model is not
needed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import layers as library
from minicnn.archive import read_archive
from minicnn.errors import ArgumentError, DataError, MinicnnError
from minicnn.files import atomic_write
from minicnn.layers import Layer
from minicnn.typing import Array, Shape

FORMAT = "minicnn model, version 1"
ARCHITECTURE = "architecture"


def write(
    path: str | Path,
    layers: list[Layer],
    input_shape: Shape,
    seed: int,
    values: dict[str, Array],
) -> None:
    """Write layers and parameter values to `path`, whole or not at all.

    Raises
    ------
    ArgumentError
        If the options of a layer cannot be written down, or a layer of one's own bears the name of
        one of the library's.
    """
    for layer in layers:
        if getattr(library, type(layer).__name__, type(layer)) is not type(layer):
            raise ArgumentError(
                f"{layer}: expected a name that no layer of minicnn has, got "
                f"{type(layer).__name__!r} for a class of your own"
            )
    architecture = {
        "format": FORMAT,
        "input_shape": list(input_shape),
        "seed": seed,
        "layers": [{"type": type(layer).__name__, "options": layer.config} for layer in layers],
    }
    try:
        described = json.dumps(architecture)
    except TypeError as error:
        raise ArgumentError(
            "Sequential.save: expected layers whose options are numbers and texts, each kept "
            f"in the attribute of its own name; got {layers} ({error})"
        ) from error
    entries: dict[str, Any] = {ARCHITECTURE: np.array(described), **values}
    with atomic_write(path) as file:
        np.savez(file, **entries)


def read(
    path: str | Path, own_layers: Sequence[type[Layer]] = ()
) -> tuple[list[Layer], Shape, int, dict[str, Array]]:
    """Return the layers, not yet built, the input shape, the seed, and the parameter values.

    Raises
    ------
    DataError
        If the file is not a model file of this version, is broken, or has a layer that is neither
        the library's nor among `own_layers`.
    """
    what = "a model file written by Sequential.save"
    values = read_archive(path, what)
    try:
        architecture = json.loads(str(values.pop(ARCHITECTURE)))
        if architecture["format"] != FORMAT:
            raise DataError(f"expected {FORMAT!r}, got {architecture['format']!r}")
        known = {name: getattr(library, name) for name in library.__all__ if name != "Layer"}
        known |= {layer.__name__: layer for layer in own_layers}
        layers = [
            _rebuild(known, entry["type"], entry["options"]) for entry in architecture["layers"]
        ]
        return layers, tuple(architecture["input_shape"]), architecture["seed"], values
    except MinicnnError as error:
        raise DataError(f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        raise DataError(
            f"{path}: expected {what}, got something else or a broken one "
            f"({type(error).__name__}: {error})"
        ) from error


def _rebuild(known: dict[str, type[Layer]], name: str, options: dict[str, Any]) -> Layer:
    """Make the layer called `name`, if it is a known one."""
    if name not in known:
        raise DataError(
            f"unknown layer {name!r}, expected one of {', '.join(known)}; "
            "a layer of your own is given as Sequential.load(path, own_layers=[...])"
        )
    return known[name](**options)
