"""Read the weights of an ONNX file: the initialisers of its graph."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn.errors import DataError
from minicnn.interop.libraries import library


def read_onnx(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the initialisers by name; the nodes are not looked at.

    Numbers that NumPy has no type for, such as bfloat16, become float32.
    """
    onnx = library("onnx", str(path))
    model = onnx.load_model_from_string(path.read_bytes())
    tensors = model.graph.initializer
    if not tensors:
        raise DataError(f"{path}: expected an ONNX model with initialisers, got none")
    return {tensor.name: _array(path, onnx, tensor) for tensor in tensors if not _is_text(tensor)}


def _is_text(tensor: Any) -> bool:
    return bool(tensor.string_data)


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
