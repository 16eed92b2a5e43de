"""The model file: one .npz with the architecture as JSON and every parameter by name.

It holds numbers and text only. Opening one runs no code, and the layers are rebuilt from their
names and options, so the script that made the model is not needed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from minicnn import layers as library
from minicnn.errors import ArgumentError, DataError, MinicnnError, brief
from minicnn.layers import Layer
from minicnn.layers.parameter import Parameter
from minicnn.saving import weights
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write
from minicnn.saving.limited_generator import LimitedGenerator
from minicnn.saving.weights import ARCHITECTURE, TRAINING
from minicnn.typing import Shape

Model = TypeVar("Model", bound=Layer)

FORMAT = "minicnn model, version 2"
OLDER = "minicnn model, version 1"
"""Without the entry `parameters`: what each parameter's layer makes of it then holds."""
FLAGS = ("trainable", "decay")


@dataclass(eq=False)  # arrays are not compared as a whole
class ModelFile:
    """What a model file says.

    Attributes
    ----------
    layers : list of Layer
        Not yet built.
    input_shape : tuple of int
    seed : int
    kind : str
        The name of the model's class.
    values : dict of str to array
        The parameters by name.
    flags : dict of str to dict
        Of each parameter by name, whether it is trainable and whether it decays.
    more : dict of str to array
        What a checkpoint holds beside the model.
    """

    layers: list[Layer]
    input_shape: Shape
    seed: int
    kind: str = "Sequential"
    values: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    flags: dict[str, dict[str, bool]] = field(default_factory=dict)
    more: dict[str, npt.NDArray[Any]] = field(default_factory=dict)


def write(
    path: str | Path,
    model: ModelFile,
    parameters: Sequence[Parameter],
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write a model and its parameters to `path`, whole or not at all; `more` stands beside them.

    Raises
    ------
    ArgumentError
        If the options of a layer cannot be written down, or a layer of one's own bears the name of
        one of the library's.
    """
    architecture = {
        "format": FORMAT,
        "class": model.kind,
        "input_shape": list(model.input_shape),
        "seed": model.seed,
        "layers": [_describe(layer) for layer in model.layers],
        "parameters": {p.name: {flag: getattr(p, flag) for flag in FLAGS} for p in parameters},
    }
    try:
        described = json.dumps(architecture)
    except TypeError as error:
        raise ArgumentError(
            "Sequential.save: expected layers whose options are numbers and texts, each kept "
            f"in the attribute of its own name; got {model.layers} ({error})"
        ) from error
    entries: dict[str, Any] = {ARCHITECTURE: np.array(described), **(more or {})}
    entries |= weights.by_name(parameters)
    with atomic_write(path) as file:
        np.savez(file, **entries)


def read(path: str | Path, own_layers: Sequence[type[Layer]] = ()) -> ModelFile:
    """Read a model file, and check everything in it that needs no built layers.

    Raises
    ------
    DataError
        If the file is not a model file of a known version, is broken, or has a layer that is
        neither the library's nor among `own_layers`.
    """
    what = "a model file written by Sequential.save"
    values = read_archive(path, what)
    if ARCHITECTURE not in values:
        names = ", ".join(list(values)[:9])
        raise DataError(
            f"{path}: expected {what}, got entries {names} and no architecture; plain weights are "
            "read by the method load_weights of a model that fits them"
        )
    known = {name: getattr(library, name) for name in library.__all__ if name != "Layer"}
    known |= {layer.__name__: layer for layer in own_layers}
    try:
        architecture = json.loads(str(values.pop(ARCHITECTURE)))
        older = _check_format(architecture["format"])
        layers = [_rebuild(known, described) for described in architecture["layers"]]
        flags = {} if older else _flags(architecture["parameters"])
        shape = tuple(architecture["input_shape"])
        more = {name: values.pop(name) for name in list(values) if name.startswith(TRAINING)}
        kind = str(architecture.get("class", "Sequential"))
        return ModelFile(layers, shape, architecture["seed"], kind, values, flags, more)
    except MinicnnError as error:
        raise DataError(f"{path}: {brief(error)}") from error
    # Options of any kind reach the constructors of layers, which may break on them in any way.
    except Exception as error:
        raise DataError(
            f"{path}: expected {what}, got a broken one ({type(error).__name__}: {error})"
        ) from error


def restore(path: str | Path, file: ModelFile, kinds: Sequence[type[Model]]) -> Model:
    """Return the model that a file tells of, of that of the `kinds` whose name it has.

    Raises
    ------
    DataError
        If it has another name, the layers do not fit together, or the parameters do not fit them.
    """
    make: Callable[..., Model] | None = {kind.__name__: kind for kind in kinds}.get(file.kind)
    if make is None:
        known = " or ".join(kind.__name__ for kind in kinds)
        raise DataError(
            f"{path}: expected a model of class {known}, got one of {file.kind!r}, a class of "
            "somebody's own"
        )
    try:
        rng = LimitedGenerator(file.seed, sum(value.size for value in file.values.values()))
        model = make(file.layers, seed=file.seed)
        model.build(file.input_shape, rng)
        rng.lift()
    except MinicnnError as error:
        raise DataError(f"{path}: {brief(error)}") from error
    except Exception as error:  # as above
        raise DataError(f"{path}: the layers cannot be built: {error!r}") from error
    weights.put(path, file.values, model.parameters)
    for parameter in model.parameters:
        for flag, value in file.flags.get(parameter.name, {}).items():
            setattr(parameter, flag, value)
    return model


def _describe(value: Any) -> Any:
    """Return what JSON keeps of an option; of a layer, its name and its own options."""
    if isinstance(value, Layer):
        name = type(value).__name__
        if getattr(library, name, type(value)) is not type(value):
            raise ArgumentError(
                f"{value}: expected a name that no layer of minicnn has, got {name!r} for a class "
                "of your own"
            )
        return {"type": name, "options": {key: _describe(o) for key, o in value.config.items()}}
    return [_describe(entry) for entry in value] if isinstance(value, list | tuple) else value


def _rebuild(known: Mapping[str, type[Layer]], described: Any) -> Any:
    """Undo `_describe`, for layers that are known."""
    if isinstance(described, list):
        return [_rebuild(known, entry) for entry in described]
    if not (isinstance(described, dict) and set(described) == {"type", "options"}):
        return described
    name = described["type"]
    if name not in known:
        raise DataError(
            f"unknown layer {name!r}, expected one of {', '.join(known)}; "
            "a layer of your own is given as own_layers=[...]"
        )
    options = {key: _rebuild(known, option) for key, option in described["options"].items()}
    options.pop("input_shape", None)  # a model inside another one is built with it
    return known[name](**options)


def _check_format(found: object) -> bool:
    """Return whether the file is of the older version, or raise DataError if of neither."""
    if found not in (FORMAT, OLDER):
        raise DataError(f"expected {FORMAT!r} or an older one, got {found!r}")
    return found == OLDER


def _flags(described: dict[str, dict[str, bool]]) -> dict[str, dict[str, bool]]:
    """Return the flags of the parameters, each True or False."""
    for name, flags in described.items():
        if sorted(flags) != sorted(FLAGS) or not all(isinstance(f, bool) for f in flags.values()):
            raise DataError(f"expected True or False for each of {FLAGS} of {name!r}, got {flags}")
    return described
