"""The weights of a model to a file that other libraries read, and from one into a model."""

from collections.abc import Container
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import DataError
from minicnn.interop.contents import listed
from minicnn.interop.safetensors_file import write_safetensors
from minicnn.interop.tensors import read_contents
from minicnn.layers import Composition
from minicnn.saving import weights


def save_safetensors(model: Composition, path: str | Path) -> None:
    """Write the weights of a model to a .safetensors file by their names, whole or not at all.

    Parameters
    ----------
    model : Sequential or Composition
        Built.
    path : str or Path
        Such as "model.safetensors".

    Raises
    ------
    ArgumentError
        If `model` is no composition of layers.
    NotReadyError
        If the model is not built.
    MissingLibraryError
        If the library safetensors is not installed.
    """
    checks.instance("save_safetensors", "model", model, Composition)
    model.check_ready()
    named = model.named_parameters()
    write_safetensors(path, {name: parameter.value for name, parameter in named.items()})


def load_tensors(model: Composition, path: str | Path) -> None:
    """Put the weights of a file into a model that has the same names; all of them, or none.

    Parameters
    ----------
    model : Sequential or Composition
        Built.
    path : str or Path
        A file that `read_tensors` reads and that holds the model's names, such as one that
        `save_safetensors` wrote, or one of what ``to_torch(model).state_dict()`` gives. PyTorch's
        names of the statistics of `BatchNorm` are known: its running_var is our running_variance,
        and its num_batches_tracked, which changes no output, is passed over. Floats of 16 bits
        become float32.

    Raises
    ------
    ArgumentError
        If `model` is no composition of layers.
    NotReadyError
        If the model is not built.
    DataError
        As `read_tensors`; if a weight is missing, left over, of another shape or type, or NaN or
        infinite.
    """
    checks.instance("load_tensors", "model", model, Composition)
    model.check_ready()
    wanted = model.named_parameters()
    found, left_out, _ = read_contents(path)
    if unread := {name: left_out[name] for name in wanted if name in left_out}:
        raise DataError(
            f"{path}: expected weights that are floating-point numbers, got "
            f"{listed(unread, weights.MOST_LISTED)}"
        )
    missing = wanted.keys() - found.keys()
    ours = {name: _our_name(name, missing) for name in found}
    values = {
        called: _at_least_float32(found[name])
        for name, called in ours.items()
        if called is not None
    }
    weights.put(path, values, wanted)


def _at_least_float32(value: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return floats of 16 bits as float32, in whichever byte order they are."""
    return value.astype(np.float32) if value.dtype.kind == "f" and value.itemsize == 2 else value


def _our_name(name: str, missing: Container[str]) -> str | None:
    """Return what the model calls a tensor of PyTorch's name, or None if it has no use for it."""
    place, dot, last = name.rpartition(".")
    statistic = f"{place}{dot}running_variance"
    if statistic not in missing:
        return name
    return {"running_var": statistic, "num_batches_tracked": None}.get(last, name)
