"""The exercises, in the order of the road; one a file."""

from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import (
    adam_step,
    cross_entropy,
    cross_entropy_gradient,
    relu_backward,
    sgd_step,
    softmax,
)

ROAD = (
    relu_backward,
    softmax,
    cross_entropy,
    cross_entropy_gradient,
    sgd_step,
    adam_step,
)

EXERCISES: dict[str, Exercise] = {part.exercise.name: part.exercise for part in ROAD}
"""All exercises by name, in the order of the road."""
