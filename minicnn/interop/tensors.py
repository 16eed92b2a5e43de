"""Read the weights in the files of other libraries, by name."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy.typing as npt

from minicnn.errors import DataError, MinicnnError, shorten
from minicnn.interop.hdf5_file import KERAS_WEIGHTS, read_hdf5, read_keras
from minicnn.interop.onnx_file import read_onnx
from minicnn.interop.safetensors_file import read_safetensors
from minicnn.saving.archive import read_archive

KNOWN = ".npz, .safetensors, .onnx, or Keras's .h5, .weights.h5 or .keras"
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt")
BEGIN = 16
"""Bytes at the beginning of a file that say what it is."""

Reader = Callable[[Path], dict[str, npt.NDArray[Any]]]


def read_tensors(path: str | Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of numbers in a file by name; no code in it is run.

    What kind of file it is, its first bytes say. The names are those of the file; in HDF5 files
    they are paths, such as "block1/layers/conv2d/vars/0".

    Parameters
    ----------
    path : str or Path
        An .npz, .safetensors or .onnx file, or one of Keras: .h5, .weights.h5 or .keras. Of an ONNX
        model the initialisers are read. Text in a file is left out.

    Returns
    -------
    dict of str to array
        Numbers that NumPy has no type for, such as bfloat16, are float32.

    Raises
    ------
    DataError
        If the file cannot be read, is none of these, is broken, or promises more than it holds; or
        if it is a pickle, such as PyTorch's .pt: the message then has the command that converts it.
    MissingLibraryError
        If the library that reads such a file is not installed.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> path = Path(tempfile.mkdtemp()) / "weights.npz"
    >>> np.savez(path, **{"conv1/kernel": np.zeros((3, 3, 3, 64), np.float16)})
    >>> {name: array.shape for name, array in read_tensors(path).items()}
    {'conv1/kernel': (3, 3, 3, 64)}
    """
    path = Path(path)
    try:
        arrays = _reader(path)(path)
    except MinicnnError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {shorten(error)}") from error
    # On a broken file, the libraries that read them fail in too many ways to name.
    except Exception as error:
        raise DataError(
            f"{path}: expected {KNOWN}, got something else or a broken one "
            f"({type(error).__name__}: {shorten(error)})"
        ) from error
    return {name: array for name, array in arrays.items() if array.dtype.kind in "fiub"}


def _reader(path: Path) -> Reader:
    """Return what reads a file, by its first bytes; an ONNX file has none that it must begin with.

    A .safetensors file begins with eight bytes, the length of its header, and "{"; an ONNX file
    most often with its version, field 1 of a message.
    """
    with path.open("rb") as file:
        begin = file.read(BEGIN)
    if begin.startswith(b"PK\x03\x04"):
        return _reader_of_archive(path)
    if begin.startswith(b"\x89HDF\r\n\x1a\n"):
        return read_hdf5
    if path.suffix in PICKLES or path.name == "pytorch_model.bin":
        raise _pickle(path)
    if begin[8:9] == b"{":
        return read_safetensors
    if begin.startswith(b"\x80"):
        raise _pickle(path)
    if begin.startswith(b"\x08") or path.suffix == ".onnx":
        return read_onnx
    raise DataError(f"{path}: expected {KNOWN}, got a file that begins with {begin!r}")


def _reader_of_archive(path: Path) -> Reader:
    """Return what reads a zip archive, by the names in it."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if KERAS_WEIGHTS in names:
        return read_keras
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        raise _pickle(path)
    return lambda path: read_archive(path, KNOWN, slashes=True)


def _pickle(path: Path) -> DataError:
    """Return the error for a file that runs code when it is read, and the way around it."""
    convert = (
        "import torch, safetensors.torch as s; "
        f"w = torch.load({path.name!r}, 'cpu', weights_only=True); "
        "s.save_file({n: t.clone().contiguous() for n, t in w.items()}, "
        f"{path.with_suffix('.safetensors').name!r})"
    )
    return DataError(
        f"{path}: a PyTorch file is a pickle, which may run any code when it is read, and is not "
        f'read here; one of weights is converted by: python -c "{convert}"'
    )
