"""Hand-ins of He's initial weights, by the number of inputs."""

import math
from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("a standard normal, scaled")
def scaled_standard_normal(shape: Any, rng: Any) -> Any:
    fan_in = int(np.prod(shape[1:]))
    return rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)


@right("the standard deviation is handed to the generator")
def deviation_handed_over(shape: Any, rng: Any) -> Any:
    fan_in = 1
    for n in shape[1:]:
        fan_in *= n
    return rng.normal(loc=0, scale=(2 / fan_in) ** 0.5, size=shape)


@wrong("the fan is that of the outputs", named="first_axis_as_fan_in")
def fan_out(shape: Any, rng: Any) -> Any:
    n_out = shape[0]
    return rng.normal(0, np.sqrt(2 / n_out), shape)


@wrong(
    "convention: LeCun's variance, 1 / fan_in, without the 2 that makes up for the relu",
    named="two_forgotten",
)
def without_the_two(shape: Any, rng: Any) -> Any:
    fan_in = math.prod(shape[1:])
    return rng.standard_normal(shape) / np.sqrt(fan_in)


@wrong("the root covers the 2 only", named="root_of_two_alone")
def root_of_two_only(shape: Any, rng: Any) -> Any:
    fan_in = math.prod(shape[1:])
    return rng.standard_normal(shape) * np.sqrt(2) / fan_in


@wrong(
    "the variance is handed over as the standard deviation, the root is forgotten",
    named="variance_for_deviation",
)
def variance_as_deviation(shape: Any, rng: Any) -> Any:
    fan_in = np.prod(shape[1:])
    return rng.normal(0.0, 2.0 / fan_in, size=shape)


@wrong(
    "of filters, the height and width of the kernel are not counted", named="kernel_area_forgotten"
)
def kernel_not_counted(shape: Any, rng: Any) -> Any:
    in_channels = shape[1]
    return rng.standard_normal(shape) * np.sqrt(2.0 / in_channels)


@wrong(
    "of filters, the width of the kernel alone is counted, as the last number of the shape",
    named="last_axis_as_fan_in",
)
def last_number(shape: Any, rng: Any) -> Any:
    return np.sqrt(2 / shape[-1]) * rng.normal(size=shape)


@wrong("all numbers of the shape are counted, the outputs too", named="all_weights_as_fan_in")
def all_numbers(shape: Any, rng: Any) -> Any:
    std = np.sqrt(2.0 / np.prod(shape))
    return std * rng.standard_normal(size=shape)


@wrong("convention: Glorot's variance, 2 / (fan_in + fan_out)", named="glorot")
def glorot(shape: Any, rng: Any) -> Any:
    window = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * window, shape[0] * window
    return rng.normal(0, math.sqrt(2 / (fan_in + fan_out)), shape)


@wrong(
    "convention: He's uniform weights, between plus and minus the root of 6 / fan_in",
    named="uniform",
)
def he_uniform(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / np.prod(shape[1:]))
    return rng.uniform(-limit, limit, size=shape)


@wrong(
    "the random numbers are uniform between 0 and 1, so no weight is negative", named="all_positive"
)
def uniform_from_zero(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(2 / np.prod(shape[1:]))


@wrong("the random numbers are global ones, rng is not looked at", named="rng_not_used")
def global_numbers(shape: Any, rng: Any) -> Any:
    fan_in = np.prod(shape[1:])
    return np.random.randn(*shape) * np.sqrt(2.0 / fan_in)


@wrong(
    "the generator is made again with a seed of its own, so each call gives the same",
    named="rng_not_used",
)
def own_seed(shape: Any, rng: Any) -> Any:
    rng = np.random.default_rng(0)
    return rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)


@wrong(
    "two: the fan is that of the outputs, and the root is forgotten",
    named="first_axis_without_root",
)
def fan_out_without_root(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * (2 / shape[0])
