"""The mistakes that people make in `relu_backward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.relu_backward import exercise, relu_backward
from minicnn.typing import Array


@exercise.mistake(
    "dy went through a ReLU, instead of being let through where x is positive.",
    hint="Which number opens the gate: the gradient that comes back, or what went in?",
)
def relu_of_dy(dy: Array, x: Array) -> Array:
    return np.maximum(dy, 0)


@exercise.mistake(
    "dy was multiplied by the output of the ReLU, not by its slope.",
    hint="y = max(x, 0) is a function of x. How much does y change when x = 5 becomes 5.01?",
)
def multiplied_by_the_output(dy: Array, x: Array) -> Array:
    return dy * np.maximum(x, 0)


@exercise.mistake(
    "The slope itself was returned, 0 or 1; dy is missing.",
    hint="By the chain rule dL/dx is a product of two factors. One of them is the slope.",
)
def without_dy(dy: Array, x: Array) -> Array:
    return relu_backward(np.ones_like(dy), x)


@exercise.mistake(
    "dy is returned as it came: nothing is held back where x is negative.",
    hint="If x is -4 and grows a little, what happens to y?",
)
def all_let_through(dy: Array, x: Array) -> Array:
    return dy


@exercise.mistake(
    "The mask is the wrong way round: dy passes where x is negative.",
    hint="Draw y = max(x, 0). On which side does it have a slope?",
)
def mask_inverted(dy: Array, x: Array) -> Array:
    return dy * (x <= 0)


@exercise.mistake(
    "dy passes where dy is positive as well as x; a negative gradient is held back.",
    hint="The sign of dy says whether y should grow or shrink. Both must be able to pass.",
)
def only_positive_gradients(dy: Array, x: Array) -> Array:
    return relu_backward(np.maximum(dy, 0), x)


@exercise.mistake(
    "The sign of x was used as the slope: the gradient is turned round where x is negative.",
    hint="What is the slope of max(x, 0) left of zero?",
)
def sign_as_slope(dy: Array, x: Array) -> Array:
    return dy * np.sign(x)


@exercise.convention(
    "At exactly zero the gradient is let through.",
    reason="At zero ReLU has a corner, where every slope from 0 to 1 is a subgradient. Most "
    "frameworks take 0, this library too, so a gradient can be compared with theirs.",
    accepted=True,
)
def passes_at_zero(dy: Array, x: Array) -> Array:
    return dy * (x >= 0)


@exercise.convention(
    "At exactly zero half of the gradient is let through.",
    reason="Half is a subgradient too. Most frameworks take 0, this library too, so a gradient can "
    "be compared with theirs.",
    accepted=True,
)
def half_at_zero(dy: Array, x: Array) -> Array:
    return dy * np.heaviside(x, 0.5)


@exercise.mistake(
    "Below zero a small slope was used, that of a leaky ReLU.",
    hint="How much does max(x, 0) change when x = -4 becomes -3.99?",
)
def slope_of_a_leaky_relu(dy: Array, x: Array) -> Array:
    return np.where(x > 0, dy, 0.01 * dy)


@exercise.mistake(
    "Below zero a slope of 0.1 was used, as in a leaky ReLU.",
    hint="How much does max(x, 0) change when x = -4 becomes -3.99?",
)
def slope_of_a_tenth(dy: Array, x: Array) -> Array:
    return np.where(x > 0, dy, 0.1 * dy)


@exercise.mistake(
    "The gradient was summed over the batch.",
    hint="Each sample has inputs of its own. dx must have the shape of x.",
)
def summed_over_the_batch(dy: Array, x: Array) -> Array:
    return relu_backward(dy, x).sum(axis=0)


@exercise.mistake(
    "The gradient was summed over everything, to a single number.",
    hint="How many numbers went into the ReLU? Each has a gradient of its own.",
)
def summed_to_one_number(dy: Array, x: Array) -> Array:
    return np.asarray(relu_backward(dy, x).sum())


@exercise.mistake(
    "The gradient was divided by the batch size.",
    hint="Where does the mean over the batch stand: in the loss, or in a ReLU?",
)
def divided_by_the_batch(dy: Array, x: Array) -> Array:
    return relu_backward(dy, x) / len(x)


@exercise.mistake(
    "The sign is wrong.",
    hint="dx is the gradient itself. Who takes the step downhill?",
)
def of_the_wrong_sign(dy: Array, x: Array) -> Array:
    return -relu_backward(dy, x)


@exercise.mistake(
    "dy was multiplied by x.",
    hint="y = max(x, 0) is a function of x. How much does y change when x = 5 becomes 5.01?",
)
def multiplied_by_x(dy: Array, x: Array) -> Array:
    return dy * x


@exercise.mistake(
    "The forward pass was computed, max(x, 0); dy is missing.",
    hint="What does the exercise ask for: y, or how the loss changes with x?",
)
def forward_pass(dy: Array, x: Array) -> Array:
    return np.maximum(x, 0)


@exercise.mistake(
    "The mask was taken of dy: x passes where dy is positive.",
    hint="dy and x have changed places. Which of them is let through, and which opens the gate?",
)
def dy_and_x_exchanged(dy: Array, x: Array) -> Array:
    return relu_backward(x, dy)


@exercise.mistake(
    "The gradient passes where x is above 1, not above 0.",
    hint="Where exactly does max(x, 0) bend?",
)
def passes_above_one(dy: Array, x: Array) -> Array:
    return relu_backward(dy, x - 1)


@exercise.mistake(
    "dy passes where x or dy is positive: one of the two is enough.",
    hint="Which number opens the gate: the gradient that comes back, or what went in?",
)
def passes_where_either_is_positive(dy: Array, x: Array) -> Array:
    return dy * ((x > 0) | (dy > 0))


@exercise.mistake(
    "The gradient passes where x is not zero, on both sides.",
    hint="What is the slope of max(x, 0) left of zero?",
)
def passes_on_both_sides(dy: Array, x: Array) -> Array:
    return dy * (x != 0)


@exercise.mistake(
    "The mask is the wrong way round, and zero does not pass either.",
    hint="Draw y = max(x, 0). On which side does it have a slope?",
)
def mask_inverted_without_zero(dy: Array, x: Array) -> Array:
    return dy * (x < 0)


@exercise.mistake(
    "Where x is not positive the gradient is 1, not 0.",
    hint="If x is -4 and grows a little, what happens to the loss?",
)
def one_below_zero(dy: Array, x: Array) -> Array:
    return np.where(x > 0, dy, 1)


@exercise.mistake(
    "Where x is not positive, x itself was written instead of 0.",
    hint="If x is -4 and grows a little, what happens to the loss?",
)
def x_below_zero(dy: Array, x: Array) -> Array:
    return np.where(x > 0, dy, x)


@exercise.mistake(
    "The slope was added to dy, not multiplied with it.",
    hint="What does the chain rule do with two slopes?",
)
def slope_added(dy: Array, x: Array) -> Array:
    return dy + (x > 0)
