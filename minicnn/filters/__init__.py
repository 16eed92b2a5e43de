"""Hand-made kernels, and how to apply one to a picture."""

from minicnn.filters.apply import apply_kernel
from minicnn.filters.bank import KERNELS, Kernel, box_blur, gaussian_blur
from minicnn.filters.intensity import rescale_intensity

__all__ = [
    "KERNELS",
    "Kernel",
    "apply_kernel",
    "box_blur",
    "gaussian_blur",
    "rescale_intensity",
]
