"""The exercises, in the order of the road; one a file."""

from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import (
    col2im,
    conv2d_backward,
    conv2d_forward,
    conv_transpose2d_forward,
    im2col,
    output_size,
    receptive_field,
    relu_backward,
)

ROAD = (
    output_size,
    receptive_field,
    im2col,
    col2im,
    conv2d_forward,
    conv2d_backward,
    relu_backward,
    conv_transpose2d_forward,
)

EXERCISES: dict[str, Exercise] = {part.exercise.name: part.exercise for part in ROAD}
"""All exercises by name, in the order of the road."""
