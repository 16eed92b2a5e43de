"""In from elsewhere, out to elsewhere: the files and networks of other libraries.

None of this is imported by `import minicnn`, and the libraries themselves only when they are
needed.
"""

from minicnn.interop.kernels import FoundKernels, kernels_from, read_kernels
from minicnn.interop.tensors import read_tensors

__all__ = ["FoundKernels", "kernels_from", "read_kernels", "read_tensors"]
