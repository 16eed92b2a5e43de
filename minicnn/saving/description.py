"""Layers, losses, optimizers and schedules as names and options, and back: no code is kept.

Everything that derives from `Described` is written down in one way,

    {"type": "Conv2D", "options": {"filters": 8, "kernel_size": 5, ...}}

and made again by calling the class of that name with these options. The classes are the library's,
and those of one's own that the reader names: a file can run no code that is not here already.
"""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from minicnn import layers, losses, optim
from minicnn.describe import NOT_KEPT, Described, construct
from minicnn.errors import ArgumentError, DataError
from minicnn.layers import Composition

LIBRARY: dict[str, type[Described]] = {
    kind.__name__: kind
    for module in (layers, losses, optim)
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, Described)
    and kind.__module__.startswith(module.__name__)
    if not inspect.isabstract(kind)
}
"""The library's classes by name."""


def describe(value: Any) -> Any:
    """Return names and options for a `Described` object, at any depth; anything else as it is.

    Raises
    ------
    ArgumentError
        If an option is not kept in the attribute of its own name, or a class of one's own has the
        name of one of the library's.

    Examples
    --------
    >>> describe(layers.Upsample(2))
    {'type': 'Upsample', 'options': {'factor': [2, 2], 'mode': 'nearest'}}
    """
    if isinstance(value, Described):
        name = type(value).__name__
        if LIBRARY.get(name, type(value)) is not type(value):
            raise ArgumentError(
                f"{value}: expected a name that no class of minicnn has, got {name!r} for a class "
                "of your own"
            )
        for option, kept in value.kept_config.items():
            if kept is NOT_KEPT:
                raise ArgumentError(
                    f"{value}: expected each option to be kept in the attribute of its own name, "
                    f"got no attribute {option!r}; write self.{option} = {option} in __init__"
                )
        return {"type": name, "options": describe(value.kept_config)}
    if isinstance(value, dict):
        return {key: describe(entry) for key, entry in value.items()}
    return [describe(entry) for entry in value] if isinstance(value, list | tuple) else value


def classes_in(value: Any) -> set[type[Described]]:
    """Return the class of a `Described` object, and those of all in its options.

    Examples
    --------
    >>> sorted(kind.__name__ for kind in classes_in(optim.SGD(optim.Warmup(optim.Cosine(0.1)))))
    ['Cosine', 'SGD', 'Warmup']
    """
    if isinstance(value, Described):
        return {type(value)} | classes_in(value.kept_config)
    if isinstance(value, dict):
        value = list(value.values())
    entries = value if isinstance(value, list | tuple) else []
    return {kind for entry in entries for kind in classes_in(entry)}


def known_classes(own: Iterable[type] = ()) -> dict[str, type[Described]]:
    """Return the classes that `rebuild` may call: the library's, and your own.

    Raises
    ------
    ArgumentError
        If one of your own has the name of one of the library's.
    """
    own = [own] if isinstance(own, type) else list(own)
    for kind in own:
        if not isinstance(kind, type):
            raise ArgumentError(
                f"expected classes of your own, got the object {kind!r}; its class is "
                f"{type(kind).__name__}"
            )
        if LIBRARY.get(kind.__name__, kind) is not kind:
            raise ArgumentError(
                f"expected classes with names that none of minicnn has, got {kind.__name__!r}"
            )
    return LIBRARY | {kind.__name__: kind for kind in own}


def rebuild(described: Any, known: Mapping[str, type[Described]]) -> Any:
    """Undo `describe`, for classes that are known.

    Raises
    ------
    DataError
        If a class is not known, or a model inside another one is to be built by itself.

    Examples
    --------
    >>> rebuild({"type": "MaxPool", "options": {"size": 2}}, known_classes())
    MaxPool(2)
    """
    if isinstance(described, list):
        return [rebuild(entry, known) for entry in described]
    if not isinstance(described, dict):
        return described
    if set(described) != {"type", "options"}:
        return {key: rebuild(entry, known) for key, entry in described.items()}
    name = described["type"]
    if name not in known:
        raise DataError(
            f"unknown class {name!r}, expected one of {', '.join(known)}; a class of your own is "
            "given as Sequential.load(path, own_layers=[...]) or Trainer.resume(path, own=[...])"
        )
    kind = known[name]
    options = rebuild(described["options"], known)
    if issubclass(kind, Composition) and "input_shape" in options:  # it would draw any weights
        raise DataError(f"expected a {name} inside another model to be built with that one")
    return construct(kind, options)
