"""The exercises, in the order of the road; one a file, and its mistakes in another."""

from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import (
    adam_step,
    batchnorm_backward,
    batchnorm_forward,
    col2im,
    conv2d_backward,
    conv2d_forward,
    conv_transpose2d_forward,
    cross_entropy,
    cross_entropy_gradient,
    dense_backward,
    dense_forward,
    dropout_forward,
    he_normal,
    im2col,
    maxpool_backward,
    maxpool_forward,
    mistakes,
    numerical_gradient,
    output_size,
    receptive_field,
    relu_backward,
    sgd_step,
    softmax,
)

ROAD = (
    output_size,
    receptive_field,
    im2col,
    col2im,
    conv2d_forward,
    conv2d_backward,
    maxpool_forward,
    maxpool_backward,
    relu_backward,
    dense_forward,
    dense_backward,
    softmax,
    cross_entropy,
    cross_entropy_gradient,
    numerical_gradient,
    sgd_step,
    adam_step,
    he_normal,
    batchnorm_forward,
    batchnorm_backward,
    dropout_forward,
    conv_transpose2d_forward,
)

EXERCISES: dict[str, Exercise] = {part.exercise.name: part.exercise for part in ROAD}
"""All exercises by name, in the order of the road."""

BANKS = mistakes.BANKS
"""The modules with their mistakes, which are in the exercises' banks once these are imported."""
