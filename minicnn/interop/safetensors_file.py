"""Read and write .safetensors files: a header in JSON, then the numbers, and nothing to run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.data.image_folder import as_counted
from minicnn.errors import DataError
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


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays by name; bfloat16, which NumPy does not have, becomes float32.

    The library compares the header with the size of the file before it gives anything back. It does
    so in any order, another one each time, so they are put in that of their names, 2 before 10.
    """
    entries = library("safetensors", str(path)).deserialize(path.read_bytes())
    ordered = sorted(entries, key=lambda entry: as_counted(entry[0]))
    return {name: _array(path, name, entry) for name, entry in ordered}


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
                f"{path}: {name} has numbers of the type {array.dtype}, which the format does not "
                "have; array.astype(np.float32) makes some that it has"
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


def _array(path: Path, name: str, entry: Mapping[str, Any]) -> npt.NDArray[Any]:
    kind, content = entry["dtype"], bytearray(entry["data"])
    if kind == "BF16":  # the upper half of a float32
        numbers = (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32)
    elif kind in TYPES:
        numbers = np.frombuffer(content, TYPES[kind])
    else:
        raise DataError(f"{path}: {name} has numbers of the type {kind}, which NumPy does not have")
    return numbers.reshape(entry["shape"])
