"""Read and write .safetensors files: a header in JSON, then the numbers, and nothing to run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError, quoted
from minicnn.interop.contents import Contents, Owner
from minicnn.interop.layouts import owner_by_name
from minicnn.interop.libraries import library
from minicnn.saving.atomic import atomic_write

TYPES = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "U32": "<u4",
    "I32": "<i4",
    "U64": "<u8",
    "I64": "<i8",
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
}
"""What NumPy calls the types of the format."""

LIBRARIES = {"pt": "PyTorch", "tf": "TensorFlow", "flax": "Flax", "mlx": "MLX"}
"""What the format calls the libraries that may have written a file."""

LONGEST_HEADER = 2**22
"""The most bytes of a header, which takes up to 45 times its size in memory. It has about 100 bytes
a tensor, so that there is room for some ten thousand of them."""


def read_safetensors(path: Path) -> Contents:
    """Return the arrays by name; bfloat16, which NumPy does not have, becomes float32.

    Numbers of other types that NumPy does not have are left out. The library compares the header
    with the size of the file before it gives anything back.
    """
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    if LONGEST_HEADER < length <= len(content):
        raise DataError(
            f"{path}: expected a header of {LONGEST_HEADER:,} bytes at most, got one of {length:,}"
        )
    entries = library("safetensors", str(path)).deserialize(content)
    known = {name: entry for name, entry in entries if entry["dtype"] in (*TYPES, "BF16")}
    left_out = {name: f"of {entry['dtype']}" for name, entry in entries if name not in known}
    tensors = {name: _array(entry) for name, entry in known.items()}
    header = json.loads(content[8 : 8 + length])
    said = (header.get("__metadata__") or {}).get("format")
    return Contents(tensors, left_out, {name: _owner(name, said) for name in tensors})


def _owner(name: str, said: object) -> Owner:
    """Return the library whose order of axes a tensor follows.

    Many files say so in their header. In one that does not, the name has to.
    """
    if said in LIBRARIES:
        return Owner(LIBRARIES[said], "the header of the file says so")
    return owner_by_name(name)


def write_safetensors(path: str | Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays by name to one file, whole or not at all.

    Raises
    ------
    DataError
        If one holds numbers of a type that the format does not have.
    MissingLibraryError
        If the library safetensors is not installed.
    """
    save = library("safetensors.numpy", "write_safetensors").save
    known = {np.dtype(kind) for kind in TYPES.values()}
    for name, array in arrays.items():
        if array.dtype.newbyteorder("<") not in known:
            raise DataError(
                f"{path}: {quoted(name)} has numbers of the type {array.dtype}, which the format "
                "does not have; array.astype(np.float32) makes some that it has"
            )
    # The format has rows of numbers, the first byte the lowest.
    content = save(
        {
            name: np.asarray(array, array.dtype.newbyteorder("<"), order="C")
            for name, array in arrays.items()
        }
    )
    with atomic_write(path) as file:
        file.write(content)


def _array(entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    kind, content = entry["dtype"], bytearray(entry["data"])
    if kind == "BF16":  # the upper half of a float32
        numbers = (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32)
    else:
        numbers = np.frombuffer(content, TYPES[kind])
    return numbers.reshape(entry["shape"])
