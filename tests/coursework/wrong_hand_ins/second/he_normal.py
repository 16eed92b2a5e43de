"""More hand-ins for `he_normal`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(shape: Any, rng: Any) -> Any:
    fan_in = int(np.prod(shape[1:]))
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), size=shape)


@right("a loop and arrays")
def right_second_style(shape: Any, rng: Any) -> Any:
    fan_in = 1
    for d in shape[1:]:
        fan_in *= d
    return rng.standard_normal(shape) * (2 / fan_in) ** 0.5


@wrong("fan_out instead of fan_in (shape[0] taken for the inputs)", named="fan_out")
def fan_out_fan_in(shape: Any, rng: Any) -> Any:
    fan = shape[0] * int(np.prod(shape[2:]))
    return rng.standard_normal(shape) * np.sqrt(2 / fan)


@wrong("std sqrt(1 / fan_in) (Xavier / LeCun), the 2 is missing", named="two_forgotten")
def std_sqrt_2_missing(shape: Any, rng: Any) -> Any:
    fan_in = np.prod(shape[1:])
    return rng.normal(size=shape) / np.sqrt(fan_in)


@wrong(
    "fan_in is only the number of channels, the kernel's area is forgotten",
    named="kernel_area_forgotten",
)
def fan_in_only_number_channels_kernel(shape: Any, rng: Any) -> Any:
    n_in = shape[1]
    return rng.normal(scale=np.sqrt(2.0 / n_in), size=shape)


@wrong(
    "the variance is given where the standard deviation belongs, the root is missing",
    named="variance_for_deviation",
)
def variance_given_where_standard(shape: Any, rng: Any) -> Any:
    fan_in = np.prod(shape[1:])
    var = 2.0 / fan_in
    return rng.normal(0, var, shape)


@wrong(
    "two: uniform instead of normal numbers (convention: he_uniform); the kernel's "
    "area is forgotten in fan_in",
    named=("kernel_area_forgotten", "uniform"),
)
def two_uniform_normal_numbers_kernel(shape: Any, rng: Any) -> Any:
    fan_in = shape[1]
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, shape)
