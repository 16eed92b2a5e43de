"""The exercises, in the order of the road; one a file."""

from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import output_size, receptive_field, relu_backward

ROAD = (output_size, receptive_field, relu_backward)

EXERCISES: dict[str, Exercise] = {part.exercise.name: part.exercise for part in ROAD}
"""All exercises by name, in the order of the road."""
