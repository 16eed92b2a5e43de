"""The exercises, in the order of the road; one a file."""

from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import (
    batchnorm_backward,
    batchnorm_forward,
    dense_backward,
    dense_forward,
    dropout_forward,
    he_normal,
    maxpool_backward,
    maxpool_forward,
    numerical_gradient,
    relu_backward,
)

ROAD = (
    maxpool_forward,
    maxpool_backward,
    relu_backward,
    dense_forward,
    dense_backward,
    batchnorm_forward,
    batchnorm_backward,
    dropout_forward,
    he_normal,
    numerical_gradient,
)

EXERCISES: dict[str, Exercise] = {part.exercise.name: part.exercise for part in ROAD}
"""All exercises by name, in the order of the road."""
