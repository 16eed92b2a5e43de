"""The model file: one .npz with the architecture as text and every parameter by name.

It holds numbers and text only. Opening one runs no code, and the layers are made again from their
names and options, so the script that made the model is not needed.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from minicnn.describe import construct
from minicnn.errors import ArgumentError, DataError, MinicnnError, shorten, within
from minicnn.layers import Composition, Layer, Parameter
from minicnn.saving import weights
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write
from minicnn.saving.description import LIBRARY, describe, known_classes, rebuild
from minicnn.saving.limited_generator import LimitedGenerator
from minicnn.saving.packing import pack, unpack
from minicnn.saving.weights import ARCHITECTURE
from minicnn.typing import Shape

Model = TypeVar("Model", bound=Composition)

FORMAT = "minicnn model, version 4"
WHAT = "a model file written by Sequential.save"


@dataclass(eq=False)  # arrays are not compared as a whole
class ModelFile:
    """What a model file says.

    Attributes
    ----------
    path : Path
    kind : str
        The name of the model's class.
    layers : list of Layer
        Not yet built.
    input_shape : tuple of int
    seed : int
    classes : tuple of str, or None
        What the outputs stand for.
    roles, decays : dict of str to str, and to bool
        Of each parameter by name, its role and whether it decays.
    values : dict of str to array
        The parameters by name.
    """

    path: Path
    kind: str
    layers: list[Layer]
    input_shape: Shape
    seed: int
    classes: tuple[str, ...] | None
    roles: dict[str, str]
    decays: dict[str, bool]
    values: dict[str, npt.NDArray[Any]]

    def model(self, *kinds: type[Model]) -> Model:
        """Return the model: a new one of that of the `kinds` whose name it has.

        A plain Sequential may be read as any of them.

        Raises
        ------
        DataError
            If it has another name, the layers do not fit together, or the parameters do not fit
            them.
        """
        names = {"Sequential": kinds[0]} | {kind.__name__: kind for kind in kinds}
        make: Callable[..., Model] | None = names.get(self.kind)
        if make is None:
            known = " or ".join(kind.__name__ for kind in kinds)
            raise DataError(
                f"{self.path}: expected a model of class {known}, got one of {self.kind!r}, a "
                "class of your own; load it by that class"
            )
        try:
            rng = LimitedGenerator(self.seed, sum(value.size for value in self.values.values()))
            model = make(self.layers, seed=self.seed)
            model.build(self.input_shape, rng)
            rng.lift()
        except MinicnnError as error:
            raise DataError(f"{self.path}: {shorten(error)}") from error
        except Exception as error:  # options of any kind reach the layers, which break in any way
            raise DataError(f"{self.path}: the layers cannot be built: {error!r}") from error
        parameters = model.named_parameters()
        weights.put(self.path, self.values, parameters)
        for name, parameter in parameters.items():
            parameter.role = self.roles.get(name, parameter.role)
            parameter.decay = self.decays.get(name, parameter.decay)
        model.classes = self.classes
        return model


def write(path: str | Path, model: Composition, seed: int) -> None:
    """Write a model and its parameters to `path`, whole or not at all.

    Raises
    ------
    NotReadyError, ArgumentError
        As `to_entries`.
    """
    entries = to_entries(model, seed)
    with atomic_write(path) as file:
        np.savez(file, **entries)


def read(path: str | Path, own: Sequence[type] = ()) -> ModelFile:
    """Read a model file, and check everything in it that needs no built layers.

    Raises
    ------
    DataError
        If the file is not a model file of this version, is broken, or has a layer that is neither
        the library's nor among `own`.
    """
    known_classes(own)  # whoever gave wrong ones should not think that the file is broken
    return from_entries(read_archive(path, WHAT), path, own)


def to_entries(model: Composition, seed: int) -> dict[str, Any]:
    """Return the entries of a model file by name.

    Raises
    ------
    NotReadyError
        If the model is not built.
    ArgumentError
        If the options of a layer cannot be written down, a layer of one's own has the name of one
        of the library's, or a layer has changed what the file would lose.
    """
    in_shape = model.check_ready()
    model.check_layers()
    parameters = model.named_parameters()
    architecture = {
        "format": FORMAT,
        "class": type(model).__name__,
        "input_shape": in_shape,
        "seed": seed,
        "classes": None if model.classes is None else list(model.classes),
        "layers": describe(model.layers),
        "parameters": {name: [p.role, p.decay] for name, p in parameters.items()},
    }
    try:
        entries: dict[str, Any] = pack(architecture, ARCHITECTURE)
    except ArgumentError as error:
        raise ArgumentError(
            "Sequential.save: expected layers whose options are numbers, texts, arrays and other "
            f"layers, got {model.layers} ({error})"
        ) from error
    _check_rebuildable(model, seed)
    for place, layer in model.walk():
        if layer is not model:
            with within(place):
                _check_nothing_is_lost(layer)
    return entries | weights.values_of(parameters)


def from_entries(
    arrays: Mapping[str, npt.NDArray[Any]], path: str | Path, own: Sequence[type] = ()
) -> ModelFile:
    """Undo `to_entries`; `path` says in messages where the entries come from."""
    if ARCHITECTURE not in arrays:
        raise DataError(
            f"{path}: expected {WHAT}, got entries {', '.join(list(arrays)[:9])} and no "
            "architecture; plain weights are read by the method load_weights of a model that fits "
            "them"
        )
    try:
        architecture = unpack(arrays, ARCHITECTURE)
        _check_format(architecture["format"])
        described: dict[str, list[Any]] = architecture["parameters"]
        return ModelFile(
            path=Path(path),
            kind=str(architecture["class"]),
            layers=rebuild(architecture["layers"], known_classes(own)),
            input_shape=tuple(architecture["input_shape"]),
            seed=architecture["seed"],
            classes=_names(architecture["classes"]),
            roles={name: _parameter(*kept).role for name, kept in described.items()},
            decays={name: _parameter(*kept).decay for name, kept in described.items()},
            values=weights.without_texts(arrays),
        )
    except MinicnnError as error:
        raise DataError(f"{path}: {shorten(error)}") from error
    # Options of any kind reach the constructors of layers, which may break on them in any way.
    except Exception as error:
        raise DataError(
            f"{path}: expected {WHAT}, got a broken one ({type(error).__name__}: {error})"
        ) from error


def _names(value: object) -> tuple[str, ...] | None:
    """Return the names of classes, or raise where they are something else."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise DataError("expected classes to be a list of names")
    return tuple(value)


def _check_format(found: object) -> None:
    """Raise DataError unless the file is of this version."""
    if found != FORMAT:
        raise DataError(f"expected {FORMAT!r}, got {found!r}")


def _parameter(role: str, decay: bool) -> Parameter:
    """Return a parameter with this role and decay, or raise where they make no sense."""
    if not isinstance(decay, bool):
        raise DataError(f"expected True or False for the decay of a parameter, got {decay!r}")
    return Parameter("of a file", np.zeros(0), role=role, decay=decay)


def _check_rebuildable(model: Composition, seed: int) -> None:
    """Raise ArgumentError unless the layers can be made again from their options."""
    own = [type(layer) for _, layer in model.walk() if type(layer).__name__ not in LIBRARY]
    try:
        again = type(model)(rebuild(describe(model.layers), known_classes(own)), seed=seed)  # type: ignore[call-arg]
    except Exception as error:  # a constructor breaks in any way
        raise ArgumentError(
            f"{type(model).__name__}.save: expected layers that can be made again from their "
            f"options, and a model from its layers and seed; got {shorten(error)}"
        ) from error
    if _steps(again) != _steps(model):
        raise ArgumentError(
            f"{type(model).__name__}.save: expected compositions of the layers that their "
            f"constructors make, got {model!r}; a Sequential keeps layers that were put in"
        )


def _steps(layer: Layer) -> Any:
    """Return the classes of the layers of a composition, at any depth."""
    if not isinstance(layer, Composition):
        return type(layer)
    return type(layer), [_steps(inner) for inner in layer.layers]


def _check_nothing_is_lost(layer: Layer) -> None:
    """Raise ArgumentError if a layer has changed numbers that are no parameters since `build`.

    Such as a running mean that is kept as a plain array. They are compared with those of the same
    layer when it is just built. Numbers drawn at random differ between two builds, and are skipped.
    """
    state = dict(_plain_numbers(layer))
    if not state or layer.in_shape is None or type(layer).__name__ in LIBRARY:
        return
    fresh, other = (_as_built(layer, list(state), seed) for seed in (0, 1))
    for name, value in state.items():
        if name in fresh and _same(fresh[name], other.get(name)) and not _same(fresh[name], value):
            raise ArgumentError(
                f"{layer}: its attribute {name} has changed since it was built, and a file keeps "
                f'parameters alone, so it would be lost; keep it as Parameter("{name}", ..., '
                'role="statistic") and change its value'
            )


def _plain_numbers(layer: Layer) -> Iterator[tuple[str, Any]]:
    """Yield the attributes of a layer that are numbers or arrays of them, options left out."""
    for name, value in vars(layer).items():
        is_number = isinstance(value, int | float | np.number | np.ndarray)
        own = not name.startswith("_") and name not in layer.config
        if own and is_number and np.asarray(value).dtype.kind in "fiu":
            yield name, value


def _as_built(layer: Layer, names: Sequence[str], seed: int) -> dict[str, Any]:
    """Return the same numbers of such a layer that was just made and built."""
    fresh = copy.copy(layer)
    made = vars(construct(type(layer), layer.config))
    for name in names:
        delattr(fresh, name)
        vars(fresh).update({name: made[name]} if name in made else {})
    fresh.create_parameters(layer.check_ready(), np.random.default_rng(seed))
    return dict(_plain_numbers(fresh))


def _same(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and bool(np.all(one == other))
