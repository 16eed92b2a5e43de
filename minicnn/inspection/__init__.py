"""Looking into a model: what its kernels are, how they came to be, and pictures of them.

This is the only part of minicnn that needs matplotlib.
"""

from minicnn.inspection.attribution import occlusion, saliency
from minicnn.inspection.excitation import Maximum, TopPatches, maximize, top_patches
from minicnn.inspection.film import Film, Live, Recording, write_film
from minicnn.inspection.layer_kernels import kernels_of
from minicnn.inspection.measure import KernelTable, measure_kernels
from minicnn.inspection.nearest import nearest_kernels

__all__ = [
    "Film",
    "KernelTable",
    "Live",
    "Maximum",
    "Recording",
    "TopPatches",
    "kernels_of",
    "maximize",
    "measure_kernels",
    "nearest_kernels",
    "occlusion",
    "saliency",
    "top_patches",
    "write_film",
]
