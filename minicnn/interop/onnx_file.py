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

from minicnn.errors import DataError
from minicnn.interop.contents import Contents, Owner, quoted
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


def read_onnx(path: Path) -> Contents:
    """Return the initialisers by name; nodes and sparse initialisers are not looked at.

    Numbers of the type bfloat16, which NumPy does not have, become float32.
    """
    onnx = library("onnx", str(path))
    tensors: dict[str, npt.NDArray[Any]] = {}
    left_out: dict[str, str] = {}
    for graph in _messages(memoryview(path.read_bytes()), GRAPH):
        for content in _messages(graph, INITIALIZER):
            name = _name(content)
            if name in tensors or name in left_out:
                raise DataError(f"{path}: expected one initialiser a name, got two {quoted(name)}")
            if _is_text(path, name, content):
                left_out[name] = "of text"
                continue
            array = _array(path, onnx, onnx.TensorProto.FromString(bytes(content)))
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


def _name(initialiser: memoryview) -> str:
    """Return the name of an initialiser; of several, the format takes the last."""
    names = [bytes(part).decode(errors="replace") for part in _messages(initialiser, NAME)]
    return names[-1] if names else ""


def _is_text(path: Path, name: str, initialiser: memoryview) -> bool:
    """Return whether an initialiser is of text; raise DataError where it is in too many pieces."""
    entries = Counter(number for number, _ in _parts(initialiser))
    if entries[TEXT]:
        return True
    if max(entries.values(), default=0) > MOST_ENTRIES:
        raise DataError(
            f"{path}: expected at most {MOST_ENTRIES} entries of a kind in an initialiser, but "
            f"{quoted(name)} has {max(entries.values()):,}"
        )
    return False


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
