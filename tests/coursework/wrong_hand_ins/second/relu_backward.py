"""More hand-ins for `relu_backward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(dy: Any, x: Any) -> Any:
    return dy * (x > 0)


@right("arrays")
def right_second_style(dy: Any, x: Any) -> Any:
    dx = np.array(dy, copy=True)
    dx[x <= 0] = 0
    return dx


@wrong("the gradient at exactly 0 is let through (x >= 0)", named="passes_at_zero")
def gradient_at_exactly_0_let_through(dy: Any, x: Any) -> Any:
    grad = np.ones_like(x)
    grad[x < 0] = 0
    return grad * dy


@wrong("the sign of dy decides instead of the sign of x", named="relu_of_dy")
def sign_dy_decides_sign_x(dy: Any, x: Any) -> Any:
    dx = dy.copy()
    dx[dx <= 0] = 0
    return dx


@wrong(
    "multiplied with the output relu(x) instead of its derivative", named="multiplied_by_the_output"
)
def multiplied_output_relu_derivative(dy: Any, x: Any) -> Any:
    return np.maximum(x, 0) * dy


@wrong(
    "the derivative of the leaky relu (slope 0.01 for negative x)", named="slope_of_a_leaky_relu"
)
def derivative_leaky_relu(dZ: Any, Z: Any) -> Any:
    return dZ * np.where(Z > 0, 1, 0.01)


@wrong(
    "two: the derivative is not multiplied with dy; it is 1 at x = 0",
    named=("without_dy", "passes_at_zero"),
)
def two_derivative_not_multiplied_dy_1(dy: Any, x: Any) -> Any:
    # derivative of relu
    return np.where(x >= 0, 1.0, 0.0)
