"""Read the arrays of HDF5 files, in which Keras keeps its weights.

A data set in such a file need not be written to have a shape: one of a few bytes may promise any
number of zeros, or point to another file. So every promise is compared with what is stored, before
memory is taken for it. What is compressed may become a thousand times larger when it is read, and
the file does not have to say so; Keras does not compress, and it is refused here.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.errors import DataError, quoted
from minicnn.interop.contents import Contents, Owner
from minicnn.interop.libraries import library
from minicnn.saving.archive import check_sizes

KERAS_MARKS = ("keras_version", "layer_names", "model_config")
"""Attributes of which Keras gives one at least to a file of its older kind."""

KERAS = "the HDF5 file is one of Keras"

KERAS_WEIGHTS = "model.weights.h5"
"""The entry of a .keras file that has the weights."""

DEEPEST = 50
"""The most names in a path."""

MOST_NAMES = 20_000
"""The most groups and arrays. Each takes half a millisecond or so; a layer has a few of them."""

LONGEST_CONFIG = 2**22
"""The most characters of a description of a model; what is read takes many times its memory."""


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
    """Return the arrays in a file of `size` bytes; what is only a link is not followed."""
    h5py = library("h5py", str(path))
    with h5py.File(source, "r") as file:
        names, left_out = _data_sets(path, h5py, file, size)
        tensors = {name: np.asarray(file[name][()]) for name in names}
        owners = _owners(file, names)
    return Contents(tensors, left_out, owners)


def _data_sets(path: Path, h5py: Any, file: Any, size: int) -> tuple[list[str], dict[str, str]]:
    """Return the names of the arrays of numbers, and what was left out; one is open at a time.

    Raises
    ------
    DataError
        If they promise more than there is.
    """
    found: list[str] = []
    left_out: dict[str, str] = {}
    promised = 0
    for name in _names(path, file):
        thing = file[name]
        if not isinstance(thing, h5py.Dataset):
            continue
        if isinstance(name, bytes):
            left_out[repr(name)] = "has a name that is not UTF-8"
        elif thing.dtype.kind in "fiub" and thing.shape is not None:
            _check_promise(path, name, thing)
            promised += thing.id.get_storage_size()
            found.append(name)
        else:
            left_out[name] = "is empty" if thing.shape is None else f"of {thing.dtype}"
    if promised > size:
        raise DataError(
            f"{path}: expected arrays of {size:,} bytes at most, the size of the file, but they "
            f"promise {promised:,}"
        )
    return found, left_out


def _names(path: Path, file: Any) -> list[str | bytes]:
    """Return the names of all that is in a file, each thing once.

    HDF5 finds each by its way from the root, so that very long ways take very long.
    """
    names: list[str | bytes] = []

    def visit(name: str | bytes) -> None:
        if str(name).count("/") >= DEEPEST:
            raise DataError(
                f"{path}: expected at most {DEEPEST} groups inside each other, got more: "
                f"{quoted(str(name))}"
            )
        if len(names) == MOST_NAMES:
            raise DataError(f"{path}: expected at most {MOST_NAMES:,} groups and arrays, got more")
        names.append(name)

    file.visit(visit)
    return names


def _check_promise(path: Path, name: str, dataset: Any) -> None:
    """Raise DataError unless the file itself holds what a data set promises."""
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


def _owners(file: Any, names: list[str]) -> dict[str, Owner]:
    """Return whose each array is: Keras's, where the file has what Keras writes into one."""
    numbered = any(re.search(r"(^|/)vars/\d+$", name) for name in names)
    if not numbered and not any(mark in file.attrs for mark in KERAS_MARKS):
        return {}
    classes = _classes(file.attrs.get("model_config", "{}"))
    return {name: Owner("Keras", KERAS, _layer(file, name, classes)) for name in names}


def _layer(file: Any, name: str, classes: Mapping[str, str]) -> str:
    """Return what the file says of the layer that an array belongs to.

    That is its class, if the file describes the model; or what it is called, if that stands beside
    its numbered arrays; else nothing.
    """
    *before, group, _ = ["", "", *name.split("/")]
    if group == "vars":
        called = file[name.rpartition("/")[0]].attrs.get("name", "")
        return f"{before[-1]} {called}" if called else ""
    return classes.get(group, "")


def _classes(config: str | bytes) -> dict[str, str]:
    """Return the class of each layer by its name, from Keras's description of a model, in JSON.

    Two models inside it may have layers of one name; of two classes, neither is known.
    """
    found: dict[str, str] = {}

    def note(part: dict[str, Any]) -> dict[str, Any]:
        options = part.get("config")
        if "class_name" in part and isinstance(options, dict) and "name" in options:
            name, kind = str(options["name"]), str(part["class_name"])
            found[name] = kind if found.get(name, kind) == kind else ""
        return part

    if len(config) <= LONGEST_CONFIG:
        json.loads(config, object_hook=note)
    return found
