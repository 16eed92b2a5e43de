"""Read the weights in the files of other libraries, by name."""

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, MinicnnError, shorten
from minicnn.interop.contents import Contents, listed
from minicnn.interop.hdf5_file import KERAS_WEIGHTS, read_hdf5, read_keras
from minicnn.interop.onnx_file import read_onnx
from minicnn.interop.safetensors_file import read_safetensors
from minicnn.saving.archive import read_archive
from minicnn.sorting import as_counted
from minicnn.terminal import command

KNOWN = ".npz, .safetensors, .onnx, or Keras's .h5, .weights.h5 or .keras"
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt")
BEGIN = 16
"""Bytes at the beginning of a file that say what it is."""

MOST_LISTED = 10
"""Tensors that were left out, in a message."""

CONVERT = (
    "import sys, torch, safetensors.torch as s; "
    'w = torch.load(sys.argv[1], "cpu", weights_only=True); '
    'w = next((w[k] for k in ("state_dict", "model_state_dict", "model") if k in w), w); '
    "t = {n: t.clone().contiguous() for n, t in w.items()}; "
    'open(sys.argv[2], "x").close(); s.save_file(t, sys.argv[2])'
)
"""A program that writes the tensors of a PyTorch file, its first argument, to its second, which
must not be there yet. In a checkpoint, they stand under one of three usual names."""

Reader = Callable[[Path], Contents]


def read_tensors(path: str | Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of numbers in a file by name; no code in it is run.

    The first bytes of the file say of what kind it is. The names are those in the file; in HDF5
    files they are paths, such as "block1/layers/conv2d/vars/0".

    Parameters
    ----------
    path : str or Path
        An .npz, .safetensors or .onnx file, or one of Keras: .h5, .weights.h5 or .keras. Of an ONNX
        model the initialisers are read, but neither sparse ones nor the numbers in its Constant
        nodes.

    Returns
    -------
    dict of str to array
        In the order of their names, with the numbers in them as people count: 2 before 10.
        Bfloat16, which NumPy has no type for, becomes float32. Text, complex numbers and numbers
        of other types that NumPy does not have are left out.

    Raises
    ------
    ArgumentError
        If `path` is no path.
    DataError
        If the file cannot be read, is none of these, is broken, promises more than it holds, or has
        so many parts that reading it would take very long; if there are no numbers in it, with what
        was left out; or if it is a pickle, such as PyTorch's .pt: the message then has the command
        that converts it.
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
    return read_contents(path).tensors


def read_contents(path: str | Path) -> Contents:
    """Return what `read_tensors` returns, what was left out, and whose tensors they are."""
    if not isinstance(path, str | os.PathLike):
        raise ArgumentError(f"read_tensors: path must be a str or Path, got {checks.kind_of(path)}")
    path = Path(path)
    what = "zip"
    try:
        what, reader = _kind(path)
        found, left_out, owners = reader(path)
    except MinicnnError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {shorten(error)}") from error
    # On a broken file, the libraries that read them fail in too many ways to name.
    except Exception as error:
        raise DataError(
            f"{path}: is a broken {what} file ({type(error).__name__}: {shorten(error)}); get it "
            "again"
        ) from error
    left_out |= {name: f"of {a.dtype}" for name, a in found.items() if a.dtype.kind not in "fiub"}
    tensors = {name: found[name] for name in sorted(found, key=as_counted) if name not in left_out}
    if not tensors:
        why = f"left out: {listed(left_out, MOST_LISTED)}" if left_out else "there is nothing in it"
        raise DataError(f"{path}: expected arrays of numbers, got none; {why}")
    return Contents(tensors, left_out, owners)


def _kind(path: Path) -> tuple[str, Reader]:
    """Return the kind of a file and what reads it, by its first bytes.

    An ONNX file has none that it must begin with, and is also known by the ending of its name. A
    .safetensors file begins with eight bytes, the length of its header, and "{". The same bytes
    may begin an ONNX file, but then they are no length that the file could hold.
    """
    with path.open("rb") as file:
        begin = file.read(BEGIN)
    ending = path.suffix.lower()
    if begin.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # the second, if there is nothing in it
        return _kind_of_archive(path)
    if begin.startswith(b"\x89HDF\r\n\x1a\n"):
        return "HDF5", read_hdf5
    header = int.from_bytes(begin[:8], "little")
    if begin[8:9] == b"{" and (header < path.stat().st_size or ending == ".safetensors"):
        return ".safetensors", read_safetensors
    if begin.startswith(b"\x80") or ending in PICKLES or path.name.lower() == "pytorch_model.bin":
        raise _pickle(path)
    if begin.startswith(b"\x08") or ending == ".onnx":
        return "ONNX", read_onnx
    if begin.startswith(b"\x93NUMPY"):
        raise DataError(
            f"{path}: expected {KNOWN}, got a single array without a name; "
            "numpy.savez(path, name=array) writes a file with names"
        )
    got = f"a file that begins with {begin!r}" if begin else "an empty file"
    raise DataError(f"{path}: expected {KNOWN}, got {got}")


def _kind_of_archive(path: Path) -> tuple[str, Reader]:
    """Return the kind of a zip archive and what reads it, by the names in it."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if KERAS_WEIGHTS in names:
        return ".keras", read_keras
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        raise _pickle(path)
    return ".npz", lambda path: Contents(read_archive(path, "an .npz file", slashes=True), {}, {})


def _pickle(path: Path) -> DataError:
    """Return the error for a file that runs code when it is read, and the way around it."""
    new = path.with_suffix(".safetensors")
    line = command(sys.executable, "-c", CONVERT, str(path), str(new))
    return DataError(
        f"{path}: a PyTorch file is a pickle, which may run any code when it is read, and is not "
        "read here; one that holds a whole network has to be written again, in PyTorch, by "
        "torch.save(network.state_dict(), path), and one that holds tensors by name is converted "
        f"by:\n{line}"
    )
