"""Read the arrays of HDF5 files, in which Keras keeps its weights.

A data set in such a file need not be written to have a shape: one of a few bytes may promise any
number of zeros, point to another file, or be compressed. So every promise is compared with what is
stored, before memory is taken for it.
"""

import io
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.interop.libraries import library
from minicnn.saving.archive import MOST_INFLATED, check_sizes

KERAS_WEIGHTS = "model.weights.h5"
"""The entry of a .keras file that has the weights."""


def read_hdf5(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of numbers in an HDF5 file, such as Keras's .h5 or .weights.h5."""
    return _arrays(path, path, path.stat().st_size)


def read_keras(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the weights in a .keras file, which is a zip archive with an HDF5 file in it."""
    with zipfile.ZipFile(path) as archive:
        check_sizes(path, archive.infolist())
        content = archive.read(KERAS_WEIGHTS)
    return _arrays(path, io.BytesIO(content), len(content))


def _arrays(path: Path, source: Path | io.BytesIO, size: int) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays in a file of `size` bytes; `visititems` meets each once, and no links."""
    h5py = library("h5py", str(path))
    found: dict[str, Any] = {}

    def visit(name: str, thing: Any) -> None:
        if isinstance(thing, h5py.Dataset) and thing.dtype.kind in "fiub" and thing.shape:
            found[name] = thing

    with h5py.File(source, "r") as file:
        file.visititems(visit)
        _check_promises(path, found, size)
        return {name: np.asarray(dataset[()]) for name, dataset in found.items()}


def _check_promises(path: Path, found: dict[str, Any], size: int) -> None:
    """Raise DataError unless the file of `size` bytes holds what its data sets promise."""
    stored = inflated = 0
    for name, dataset in found.items():
        if dataset.external or dataset.is_virtual:
            raise DataError(f"{path}: {name} is kept in another file, which is not read")
        if dataset.id.get_create_plist().get_nfilters():
            chunk = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
            inflated += max(dataset.nbytes, chunk)
        elif dataset.nbytes > dataset.id.get_storage_size():
            raise DataError(
                f"{path}: {name} promises an array of {dataset.dtype} and shape {dataset.shape}, "
                f"{dataset.nbytes:,} bytes, but has {dataset.id.get_storage_size():,}"
            )
        else:
            stored += dataset.nbytes
    if stored > size or inflated > MOST_INFLATED:
        raise DataError(
            f"{path}: expected arrays of {size:,} bytes at most, the size of the file, and "
            f"compressed ones of {MOST_INFLATED:,}, but they promise {stored:,} and {inflated:,}"
        )
