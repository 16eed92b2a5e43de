"""Plain weights: parameters by name in an .npz file, for a model that exists already."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import LONGEST_NAME, ArgumentError, DataError, shorten
from minicnn.layers.parameter import Parameter
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write

ARCHITECTURE, TRAINING = "architecture", "training"
"""Prefixes of the entries that a model file and a checkpoint have beside the weights."""

MOST_LISTED = 100
"""The most lines of a message; only a file of quite another model needs more."""


def write(path: str | Path, parameters: Mapping[str, Parameter]) -> None:
    """Write the values of parameters to one .npz file, whole or not at all."""
    values = values_of(parameters)
    with atomic_write(path) as file:
        np.savez(file, **values)


def values_of(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return the values of parameters by name.

    Raises
    ------
    ArgumentError
        If a name has a slash in it: an archive then has no place for it.
    """
    for name in parameters:
        if "/" in name or "\\" in name:
            raise ArgumentError(f"weights: expected names without a slash, got {name!r}")
    return {name: parameter.value for name, parameter in parameters.items()}


def read(path: str | Path) -> dict[str, npt.NDArray[Any]]:
    """Return what `write` wrote, or the weights in a model file, or raise DataError."""
    return without_texts(read_archive(path, "weights written by save_weights"))


def without_texts(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """Return the weights among the entries of a model file or a checkpoint."""
    return {n: a for n, a in arrays.items() if not n.startswith((ARCHITECTURE, TRAINING))}


def put(
    source: str | Path,
    values: Mapping[str, npt.NDArray[Any]],
    parameters: Mapping[str, Parameter],
) -> None:
    """Set every parameter to the value of the same name; all of them, or none.

    Raises
    ------
    DataError
        If `check` refuses them.
    """
    check(source, values, parameters)
    for name, parameter in parameters.items():
        native = values[name].dtype.newbyteorder("=")
        parameter.value = values[name].astype(native, copy=False)
        parameter.grad = np.zeros_like(parameter.value)


def check(
    source: str | Path,
    values: Mapping[str, npt.NDArray[Any]],
    parameters: Mapping[str, Parameter],
) -> None:
    """Raise unless there is a value for every parameter.

    Parameters
    ----------
    source : str or Path
        Where they come from, for the message.
    values : dict of str to array
    parameters : dict of str to Parameter

    Raises
    ------
    DataError
        If one is missing, left over, of another shape, or holds anything but finite floats of 32 or
        64 bits. The message has a line for each problem.
    """
    wanted = parameters
    problems = [
        f"missing: {name} of shape {parameter.value.shape}"
        for name, parameter in wanted.items()
        if name not in values
    ]
    problems += [
        f"left over: {_in_one_line(name)} of shape {value.shape}, which the model does not have"
        for name, value in values.items()
        if name not in wanted
    ]
    for name in wanted.keys() & values.keys():
        problem = _problem(values[name], wanted[name])
        problems += [f"{name}: {problem}"] if problem else []
    if problems:
        more = [f"and {len(problems) - MOST_LISTED:,} more"] if len(problems) > MOST_LISTED else []
        listed = "\n  ".join(sorted(problems)[:MOST_LISTED] + more)
        raise DataError(f"{source}: the weights do not fit the model:\n  {listed}")


def _in_one_line(name: str) -> str:
    """Return a name from a file without control codes and ends of lines."""
    return shorten(repr(name)[1:-1], LONGEST_NAME)


def _problem(value: npt.NDArray[Any], parameter: Parameter) -> str | None:
    """Return why a parameter cannot have this value, or None if it can."""
    if value.shape != parameter.value.shape:
        return f"expected shape {parameter.value.shape}, got {value.shape}"
    if value.dtype.kind != "f" or value.dtype.itemsize not in (4, 8):
        return f"expected float32 or float64, got {shorten(value.dtype, LONGEST_NAME)}"
    broken = value.size - np.count_nonzero(np.isfinite(value))
    if broken:
        return f"expected finite numbers, but {broken:,} of {value.size:,} are NaN or infinite"
    return None
