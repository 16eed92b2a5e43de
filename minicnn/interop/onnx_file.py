"""Read the weights of an ONNX file: the initialisers of its graph.

The file is a message of Protocol Buffers: fields one after the other, each with its number and,
where it is a message again, its length. A library that reads all of it makes an object of every
field, and two bytes may be one, so that a file of a gigabyte would take seventy. Here only the
initialisers are taken out of it, and each is read by itself.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.interop.libraries import library

GRAPH, INITIALIZER = 7, 5
"""The numbers of the graph in a model, and of an initialiser in a graph."""

VARINT, EIGHT_BYTES, MESSAGE, FOUR_BYTES = 0, 1, 2, 5
"""How a field is written."""


def read_onnx(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the initialisers by name; the nodes are not looked at.

    Numbers that NumPy has no type for, such as bfloat16, become float32.
    """
    onnx = library("onnx", str(path))
    found = {}
    for graph in _messages(memoryview(path.read_bytes()), GRAPH):
        for content in _messages(graph, INITIALIZER):
            tensor = onnx.TensorProto.FromString(bytes(content))
            if not tensor.string_data:
                found[tensor.name] = _array(path, onnx, tensor)
    if not found:
        raise DataError(f"{path}: expected an ONNX model with initialisers, got none")
    return found


def _messages(content: memoryview, number: int) -> Iterator[memoryview]:
    """Yield the messages in a message that are its field of that number."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        kind = key & 7
        if kind == VARINT:
            _, place = _varint(content, place)
        elif kind in (EIGHT_BYTES, FOUR_BYTES):
            place += 8 if kind == EIGHT_BYTES else 4
        elif kind == MESSAGE:
            length, place = _varint(content, place)
            if key >> 3 == number:
                yield content[place : place + length]
            place += length
        else:
            raise ValueError(f"a field of the kind {kind}")
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
            f"{path}: {tensor.name} is kept in another file, which is not read; "
            "onnx.save(onnx.load(path), new_path) puts everything in one"
        )
    array = np.asarray(onnx.numpy_helper.to_array(tensor))
    if array.dtype.isbuiltin != 1:  # one of those that the package ml_dtypes adds
        array = array.astype(np.float32)
    return array.copy()  # what comes from raw bytes cannot be written
