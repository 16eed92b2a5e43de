"""The model file: one .npz with the architecture as JSON and every parameter by name.

It holds numbers and text only. It is read with ``allow_pickle=False``, so opening one runs no code,
and the layers are rebuilt from their names and options, so the script that made the model is not
needed.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import layers as library
from minicnn.errors import ArgumentError, DataError, MinicnnError
from minicnn.files import atomic_write
from minicnn.layers import Layer
from minicnn.typing import Array, Shape

FORMAT = "minicnn model, version 1"
ARCHITECTURE = "architecture"


def write(
    path: str | Path, layers: list[Layer], input_shape: Shape, values: dict[str, Array]
) -> None:
    """Write layers and parameter values to `path`, whole or not at all.

    Raises
    ------
    ArgumentError
        If a layer is not one of the library's: nobody could rebuild it from its name.
    """
    for layer in layers:
        if getattr(library, type(layer).__name__, None) is not type(layer):
            raise ArgumentError(
                f"{layer}: only the layers of minicnn.layers can be saved, got {type(layer)!r}"
            )
    architecture = {
        "format": FORMAT,
        "input_shape": list(input_shape),
        "layers": [{"type": type(layer).__name__, "options": layer.config} for layer in layers],
    }
    entries: dict[str, Any] = {ARCHITECTURE: np.array(json.dumps(architecture)), **values}
    with atomic_write(path) as file:
        np.savez(file, **entries)


def read(path: str | Path) -> tuple[list[Layer], Shape, dict[str, Array]]:
    """Return the layers, not yet built, the input shape, and the parameter values by name.

    Raises
    ------
    DataError
        If the file is not a model file of this version, or is broken.
    """
    try:
        with np.load(path, allow_pickle=False) as entries:
            values = {name: entries[name] for name in entries.files}
        architecture = json.loads(str(values.pop(ARCHITECTURE)))
        if architecture["format"] != FORMAT:
            raise DataError(f"{path}: expected {FORMAT!r}, got {architecture['format']!r}")
        layers = [
            _rebuild(path, entry["type"], entry["options"]) for entry in architecture["layers"]
        ]
        return layers, tuple(architecture["input_shape"]), values
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, MinicnnError):
            raise
        raise DataError(
            f"{path}: expected a model file written by Sequential.save, got something else or a "
            f"broken one ({type(error).__name__}: {error})"
        ) from error


def _rebuild(path: str | Path, name: str, options: dict[str, Any]) -> Layer:
    """Make the layer called `name`, if the library has one."""
    if name not in library.__all__ or name == "Layer":
        known = ", ".join(known for known in library.__all__ if known != "Layer")
        raise DataError(f"{path}: unknown layer {name!r}; this version of minicnn knows {known}")
    layer: Layer = getattr(library, name)(**options)
    return layer
