"""In from elsewhere, out to elsewhere: the files and networks of other libraries.

None of this is imported by `import minicnn`, and the libraries themselves only when they are
needed.
"""

from minicnn.interop.from_torch import from_torch
from minicnn.interop.kernels import FoundKernels, kernels_from, read_kernels
from minicnn.interop.model_tensors import load_tensors, save_safetensors
from minicnn.interop.tensors import read_tensors
from minicnn.interop.to_onnx import export_onnx
from minicnn.interop.to_torch import to_torch

__all__ = [
    "FoundKernels",
    "export_onnx",
    "from_torch",
    "kernels_from",
    "load_tensors",
    "read_kernels",
    "read_tensors",
    "save_safetensors",
    "to_torch",
]
