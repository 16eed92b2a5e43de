"""Small functions that answer a student's questions about convolutions.

How large is the output? What does an output pixel see? Which matrix is this convolution? Is this
kernel a column times a row? Which products make this number?
"""

from minicnn.explain.conv_matrix import conv_matrix
from minicnn.explain.pixel import PixelExplanation, explain_pixel
from minicnn.explain.receptive_field import receptive_field, receptive_region
from minicnn.explain.separation import Separation, separate
from minicnn.explain.sizes import conv_input_size, conv_output_size

__all__ = [
    "PixelExplanation",
    "Separation",
    "conv_input_size",
    "conv_matrix",
    "conv_output_size",
    "explain_pixel",
    "receptive_field",
    "receptive_region",
    "separate",
]
