"""Read the arrays of HDF5 files, in which Keras keeps its weights.

A data set in such a file need not be written to have a shape: one of a few bytes may promise any
number of zeros, or point to another file. So every promise is compared with what is stored, before
memory is taken for it. What is compressed may become a thousand times larger when it is read, and
the file does not have to say so; Keras does not compress, and it is refused here.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.errors import DataError
from minicnn.interop.contents import Contents, Owner, quoted
from minicnn.interop.libraries import library
from minicnn.saving.archive import check_sizes

KERAS = Owner("Keras", "HDF5 files with weights are those of Keras")

KERAS_WEIGHTS = "model.weights.h5"
"""The entry of a .keras file that has the weights."""


def read_hdf5(path: Path) -> Contents:
    """Return the arrays of numbers in an HDF5 file, such as Keras's .h5 or .weights.h5."""
    return _contents(path, path, path.stat().st_size)


def read_keras(path: Path) -> Contents:
    """Return the weights in a .keras file, which is a zip archive with an HDF5 file in it."""
    with zipfile.ZipFile(path) as archive:
        check_sizes(path, archive.infolist())
        content = archive.read(KERAS_WEIGHTS)
    return _contents(path, io.BytesIO(content), len(content))


def _contents(path: Path, source: Path | io.BytesIO, size: int) -> Contents:
    """Return the arrays in a file of `size` bytes; `visititems` meets each once, and no links."""
    h5py = library("h5py", str(path))
    found: dict[str, Any] = {}
    left_out: dict[str, str] = {}

    def visit(name: str | bytes, thing: Any) -> None:
        if not isinstance(thing, h5py.Dataset):
            return
        if isinstance(name, bytes):
            left_out[repr(name)] = "has a name that is not UTF-8"
        elif thing.dtype.kind in "fiub" and thing.shape is not None:
            found[name] = thing
        else:
            left_out[name] = "is empty" if thing.shape is None else f"of {thing.dtype}"

    with h5py.File(source, "r") as file:
        file.visititems(visit)
        _check_promises(path, found, size)
        tensors = {name: np.asarray(dataset[()]) for name, dataset in found.items()}
    return Contents(tensors, left_out, dict.fromkeys(tensors, KERAS))


def _check_promises(path: Path, found: dict[str, Any], size: int) -> None:
    """Raise DataError unless the file of `size` bytes holds what its data sets promise."""
    for name, dataset in found.items():
        if dataset.external or dataset.is_virtual:
            raise DataError(
                f"{path}: {quoted(name)} is kept in another file, which is not read; load the "
                "model in Keras, where both files are, and save its weights again"
            )
        settings, stored = dataset.id.get_create_plist(), dataset.id.get_storage_size()
        if filters := [settings.get_filter(n)[3] for n in range(settings.get_nfilters())]:
            raise DataError(
                f"{path}: {quoted(name)} is stored through the filter "
                f"{b', '.join(filters).decode()}, and only plain numbers are read; "
                "h5repack -f NONE old.h5 new.h5 makes them plain"
            )
        if dataset.nbytes > stored:
            raise DataError(
                f"{path}: {quoted(name)} promises an array of {dataset.dtype} and shape "
                f"{dataset.shape}, {dataset.nbytes:,} bytes, but has {stored:,}"
            )
    promised = sum(dataset.id.get_storage_size() for dataset in found.values())
    if promised > size:
        raise DataError(
            f"{path}: expected arrays of {size:,} bytes at most, the size of the file, but they "
            f"promise {promised:,}"
        )
