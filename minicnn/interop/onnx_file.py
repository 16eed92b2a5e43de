"""Read the weights of an ONNX file: the initialisers of its graph.

The file is a message of Protocol Buffers: fields one after the other, each with its number and,
where it is a message again, its length. A library that reads all of it makes an object of every
field, and two bytes may be one, so that a file of a gigabyte would take seventy. Here only the
initialisers are taken out of it, and each is read by itself.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError, MinicnnError, quoted, shorten
from minicnn.interop.contents import Contents, Owner
from minicnn.interop.libraries import library

GRAPH, INITIALIZER = 7, 5
"""The numbers of the graph in a model, and of an initialiser in a graph."""

TEXT, NAME = 6, 8
"""The numbers of a text in an initialiser, one for each of its elements, and of its name."""

ONNX = Owner("ONNX", "it is an ONNX file")

MOST_ENTRIES = 100
"""The most fields of the same number in an initialiser. All of its values are in one; of those that
say where in another file they are, or what somebody noted about them, there are a few."""

VARINT, EIGHT_BYTES, MESSAGE, FOUR_BYTES = 0, 1, 2, 5
"""How a field is written."""

LAST_FIELD = 16
"""The largest number of a field in an initialiser; what has a larger one is not looked at."""


def read_onnx(path: Path) -> Contents:
    """Return the initialisers by name; nodes and sparse initialisers are not looked at.

    Numbers of the type bfloat16, which NumPy does not have, become float32.
    """
    onnx = library("onnx", str(path))
    tensors: dict[str, npt.NDArray[Any]] = {}
    left_out: dict[str, str] = {}
    for graph in _messages(memoryview(path.read_bytes()), GRAPH):
        for content in _messages(graph, INITIALIZER):
            name, entries = _entries(content)
            if name in tensors or name in left_out:
                raise DataError(f"{path}: expected one initialiser a name, got two {quoted(name)}")
            if entries[TEXT]:
                left_out[name] = "of text"
                continue
            _check_pieces(path, name, entries)
            array = _named_array(path, onnx, name, content)
            if array.dtype.isbuiltin == 1:
                tensors[name] = array
            else:  # of four bits, or eight, which have a scale somewhere else
                left_out[name] = f"of {array.dtype}"
    if not tensors and not left_out:
        raise DataError(
            f"{path}: expected an ONNX model with initialisers, got none; sparse ones, and the "
            "numbers in Constant nodes, are not read"
        )
    return Contents(tensors, left_out, dict.fromkeys(tensors, ONNX))


def _entries(initialiser: memoryview) -> tuple[str, Counter[int]]:
    """Return the name of an initialiser, and how many fields of each number it has.

    Of several names, the format takes the last.
    """
    name, entries = b"", Counter[int]()
    for number, part in _parts(initialiser):
        if number <= LAST_FIELD:
            entries[number] += 1
        if number == NAME:
            name = bytes(part)
    return name.decode(errors="replace"), entries


def _check_pieces(path: Path, name: str, entries: Counter[int]) -> None:
    """Raise DataError where an initialiser is in too many pieces."""
    if max(entries.values(), default=0) > MOST_ENTRIES:
        raise DataError(
            f"{path}: expected at most {MOST_ENTRIES} entries of a kind in an initialiser, but "
            f"{quoted(name)} has {max(entries.values()):,}"
        )


def _messages(content: memoryview, number: int) -> Iterator[memoryview]:
    """Yield the messages in a message that are its field of that number."""
    return (part for found, part in _parts(content) if found == number)


def _parts(content: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield the number and the bytes of each field of a message, without its length."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        kind, begin = key & 7, place
        if kind == VARINT:
            _, place = _varint(content, place)
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            place += 8 if kind == EIGHT_BYTES else 4
        elif kind == MESSAGE:
            length, begin = _varint(content, place)
            place = begin + length
        else:
            raise ValueError(f"a field of the kind {kind}")
        yield key >> 3, content[begin:place]
    if place > len(content):
        raise ValueError(f"the message ends {place - len(content):,} bytes too early")


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """Return a whole number of at most ten bytes, seven bits in each, and the place behind it."""
    number = 0
    for shift in range(0, 70, 7):
        byte = content[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place
    raise ValueError("a number that does not end")


def _named_array(path: Path, onnx: Any, name: str, content: memoryview) -> npt.NDArray[Any]:
    """Return one initialiser, or raise DataError with its name."""
    try:
        return _array(path, onnx, onnx.TensorProto.FromString(bytes(content)))
    except MinicnnError:
        raise
    # On a broken one, the library fails in too many ways to name.
    except Exception as error:
        raise DataError(
            f"{path}: the initialiser {quoted(name)} is broken ({type(error).__name__}: "
            f"{shorten(error)})"
        ) from error


def _array(path: Path, onnx: Any, tensor: Any) -> npt.NDArray[Any]:
    """Return one initialiser, which must lie in the file itself."""
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise DataError(
            f"{path}: {quoted(tensor.name)} is kept in another file, which is not read; "
            "onnx.save(onnx.load(path), new_path) puts everything in one"
        )
    array = np.asarray(onnx.numpy_helper.to_array(tensor))
    if array.dtype.name == "bfloat16":  # one of those that the package ml_dtypes adds
        array = array.astype(np.float32)
    return array.copy()  # what comes from raw bytes cannot be written
