"""Nested dicts and lists as one JSON text, and the arrays in them beside it, by name."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import ArgumentError, DataError

ARRAY = "$array"
"""The only key of the dict that replaces an array; its value is the name of the array."""


def pack(value: Any, name: str) -> dict[str, npt.NDArray[Any]]:
    """Return arrays from which `unpack` restores `value`: the text, and the arrays in it.

    Parameters
    ----------
    value : dict, list, str, number, bool, None or array
        Nested in any way; the keys of a dict are strings. A tuple becomes a list.
    name : str
        The name of the text; the names of the arrays begin with it.

    Raises
    ------
    ArgumentError
        If `value` contains anything else.

    Examples
    --------
    >>> packed = pack({"rate": 0.1, "frames": [np.zeros(3)]}, "film")
    >>> list(packed)
    ['film', 'film.0']
    >>> unpack(packed, "film")
    {'rate': 0.1, 'frames': [array([0., 0., 0.])]}
    """
    arrays: dict[str, npt.NDArray[Any]] = {}
    try:
        text = json.dumps(_lift(value, name, arrays))
    except TypeError as error:
        raise ArgumentError(
            f"{name}: expected numbers, texts, arrays, and lists and dicts of them; got {error}"
        ) from error
    return {name: np.array(text), **arrays}


def unpack(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Any:
    """Return the value that was packed under that name.

    Raises
    ------
    DataError
        If the text or an array that it names is missing, or the text is not JSON.
    """
    try:
        return _lower(json.loads(str(arrays[name])), arrays)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"{name} is missing or broken ({type(error).__name__}: {error})") from error


def _lift(value: Any, name: str, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    """Replace the arrays in `value` by their names, and collect them in `arrays`."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"an array of {value.dtype}")
        key = f"{name}.{len(arrays)}"
        arrays[key] = value
        return {ARRAY: key}
    if isinstance(value, dict):
        return {_text(key): _lift(inner, name, arrays) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_lift(inner, name, arrays) for inner in value]
    return value.item() if isinstance(value, np.generic) else value


def _text(key: object) -> str:
    """Return a key that is a string; JSON would silently turn any other into one."""
    if not isinstance(key, str) or key == ARRAY:
        raise TypeError(f"the key {key!r}, which is no text or stands for an array")
    return key


def _lower(value: Any, arrays: Mapping[str, npt.NDArray[Any]]) -> Any:
    """Replace the names in `value` by their arrays."""
    if isinstance(value, dict):
        if list(value) == [ARRAY]:
            return arrays[value[ARRAY]]
        return {key: _lower(inner, arrays) for key, inner in value.items()}
    return [_lower(inner, arrays) for inner in value] if isinstance(value, list) else value
