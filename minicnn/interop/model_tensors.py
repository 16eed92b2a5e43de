"""The weights of a model to a file that other libraries read, and from one into a model."""

from pathlib import Path

from minicnn import checks
from minicnn.interop.safetensors_file import write_safetensors
from minicnn.interop.tensors import read_tensors
from minicnn.layers import Composition
from minicnn.saving import weights


def save_safetensors(model: Composition, path: str | Path) -> None:
    """Write the weights of a model to a .safetensors file by their names, whole or not at all.

    Raises
    ------
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
        `save_safetensors` wrote.

    Raises
    ------
    NotReadyError
        If the model is not built.
    DataError
        As `read_tensors`; if a weight is missing, left over, of another shape, or NaN or infinite.
    """
    checks.instance("load_tensors", "model", model, Composition)
    model.check_ready()
    weights.put(path, read_tensors(path), model.named_parameters())
