"""The mistakes that people make in `numerical_gradient`, and the other conventions."""

from collections.abc import Callable

import numpy as np

from minicnn.coursework.exercises.numerical_gradient import Number, exercise, numerical_gradient
from minicnn.typing import Array

Difference = Callable[[Number, Array, Array, float], float]


def _entry_by_entry(f: Number, x: Array, h: float, difference: Difference) -> Array:
    """Return difference(f, x, step, h) for each entry, where the step is h there and 0 else."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = difference(f, x, step, h)
    return gradient


# -- the difference --------------------------------------------------------------------------------

ONE_SIDED = (
    "For f = x^2 at 3 and h = 0.5 the slope is 6. What does your formula give? Why are both sides "
    "of x asked for?"
)


@exercise.mistake(
    "A forward difference was taken: f(x + h) - f(x), divided by h.",
    hint=ONE_SIDED,
)
def forward_difference(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + e) - f(x)) / h)


@exercise.mistake(
    "A backward difference was taken: f(x) - f(x - h), divided by h.",
    hint=ONE_SIDED,
)
def backward_difference(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x) - f(x - e)) / h)


@exercise.mistake(
    "The second value is f(x), not f(x - h), but the difference was divided by 2 h.",
    hint="From x + h, how far must you go down to come to x - h?",
)
def second_value_at_x(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + e) - f(x)) / (2 * h))


@exercise.mistake(
    "The first value is f(x), not f(x + h), but the difference was divided by 2 h.",
    hint="From x - h, how far must you go up to come to x + h?",
)
def first_value_at_x(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x) - f(x - e)) / (2 * h))


@exercise.mistake(
    "The difference was divided by h; the points are 2 h apart.",
    hint="How far is it from x - h to x + h?",
)
def two_forgotten(f: Number, x: Array, h: float) -> Array:
    return 2 * numerical_gradient(f, x, h)


@exercise.mistake(
    "The difference was divided by twice the distance of the two points.",
    hint="How far are the two points apart at which you call f?",
)
def divided_by_twice_the_distance(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) / 2


@exercise.mistake(
    "The difference was divided by 2, and then multiplied by h.",
    hint="In which order does Python compute a / 2 * h?",
)
def multiplied_by_h(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) * h**2


@exercise.mistake(
    "The difference was not divided.",
    hint="A slope is rise over run. Which is the run?",
)
def not_divided(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) * 2 * h


@exercise.mistake(
    "The difference was divided by 2, but not by h.",
    hint="A slope is rise over run. Which is the run?",
)
def divided_by_two_alone(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) * h


@exercise.mistake(
    "The difference was divided by h^2.",
    hint="A slope is rise over run. Which is the run?",
)
def divided_by_h_squared(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) * 2 / h


@exercise.mistake(
    "Only f(x - h) was divided by 2 h, not the difference.",
    hint="What does Python compute first in a - b / c?",
)
def bracket_forgotten(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: f(x + e) - f(x - e) / (2 * h))


@exercise.mistake(
    "The sign is wrong: f(x + h) was subtracted from f(x - h).",
    hint="If f grows with x, which of the two values is the larger one?",
)
def of_the_wrong_sign(f: Number, x: Array, h: float) -> Array:
    return -numerical_gradient(f, x, h)


@exercise.mistake(
    "The two values were added, not subtracted.",
    hint="What should the gradient of a constant function be?",
)
def values_added(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + e) + f(x - e)) / (2 * h))


@exercise.mistake(
    "The absolute value of the difference was taken, so that no slope is negative.",
    hint="What should the gradient be where f falls as x grows?",
)
def absolute_value(f: Number, x: Array, h: float) -> Array:
    return np.abs(numerical_gradient(f, x, h))


@exercise.mistake(
    "The second derivative was taken: f(x + h) - 2 f(x) + f(x - h), divided by h^2.",
    hint="What should the gradient of a straight line be?",
)
def second_derivative(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + e) - 2 * f(x) + f(x - e)) / h**2)


@exercise.mistake(
    "h was not used, but a small step of your own.",
    hint="Try h = 0.5 and h = 5 with f = x^3. Does your result change?",
)
def h_not_used(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x.astype(float), 1e-5)


# -- which entries move ----------------------------------------------------------------------------


@exercise.mistake(
    "All entries were moved at once: every entry of the result is the sum of the gradient.",
    hint="A partial derivative moves one entry. What happens to the others in x + h?",
)
def all_moved_at_once(f: Number, x: Array, h: float) -> Array:
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@exercise.mistake(
    "The result is one number: all entries were moved at once, or their slopes added up.",
    hint="A partial derivative moves one entry. How many of them has a gradient?",
)
def one_number(f: Number, x: Array, h: float) -> Array:
    return np.asarray((f(x + h) - f(x - h)) / (2 * h))


@exercise.mistake(
    "Whole rows were moved at once: the loop runs over the first axis alone.",
    hint="x may have several axes. Which entries does x[i] name if it has two?",
)
def rows_moved_at_once(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    for row in range(len(x)):
        step = np.zeros_like(x)
        step[row] = h
        gradient[row] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@exercise.mistake(
    "An entry that was moved stays where it was moved last, at x - h, while the next are moved.",
    hint="What does x look like when the second entry's turn comes?",
)
def left_below(f: Number, x: Array, h: float) -> Array:
    return _left(f, x.copy(), h, -1, -1)


@exercise.mistake(
    "An entry that was moved stays where it was moved last, at x + h, while the next are moved.",
    hint="What does x look like when the second entry's turn comes?",
)
def left_above(f: Number, x: Array, h: float) -> Array:
    return _left(f, x.copy(), h, 1, -1)


@exercise.mistake(
    "A forward difference was taken, and the entries that were moved stay moved.",
    hint="What does x look like when the second entry's turn comes? And why are both sides of it "
    "asked for?",
)
def forward_and_left_above(f: Number, x: Array, h: float) -> Array:
    return 2 * _left(f, x.copy(), h, 1, 0)


@exercise.mistake(
    "The value before was computed once, and the entries that were moved stay moved: the "
    "differences pile up.",
    hint="What does x look like when the second entry's turn comes?",
)
def differences_pile_up(f: Number, x: Array, h: float) -> Array:
    return np.cumsum(2 * _left(f, x.copy(), h, 1, 0).ravel()).reshape(x.shape)


def _left(f: Number, x: Array, h: float, left: int, second: int) -> Array:
    """Return differences of f at x + h and at a second place; the entry is left at a third."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old + second * h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] = old + left * h
    return gradient


@exercise.mistake(
    "The step is not set back to zero: with each entry, all entries before it move too.",
    hint="What does the step look like when the second entry's turn comes?",
)
def steps_pile_up(f: Number, x: Array, h: float) -> Array:
    return np.cumsum(numerical_gradient(f, x, h).ravel()).reshape(x.shape)


@exercise.mistake(
    "Both values of f were taken at the same point, so that the gradient is zero.",
    hint="Print x each time f is called. Did you move a copy, or one array under two names?",
)
def nothing_moved(f: Number, x: Array, h: float) -> Array:
    return np.zeros(x.shape)


@exercise.mistake(
    "With arrays in another memory order, such as a transposed one, the gradient is zero: a "
    "flattened copy was worked on.",
    hint="When is x.ravel() or x.reshape(-1) a view of x, and when a copy?",
)
def copy_in_another_memory_order(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) if x.flags.c_contiguous else np.zeros(x.shape)


# -- what is returned ------------------------------------------------------------------------------


@exercise.mistake(
    "Only the first entry has a gradient, the others stay zero.",
    hint="Does return stand inside of the loop?",
)
def only_the_first_entry(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    gradient.flat[0] = numerical_gradient(f, x, h).flat[0]
    return gradient


@exercise.mistake(
    "Only the last entry has a gradient, the others stay zero.",
    hint="Is the array of results made again for each entry?",
)
def only_the_last_entry(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    gradient.flat[-1] = numerical_gradient(f, x, h).flat[-1]
    return gradient


@exercise.mistake(
    "The gradient is a flat list of numbers, not in the shape of x.",
    hint="For w = w - rate * gradient both must have one shape.",
)
def flat(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h).ravel()


@exercise.mistake(
    "The gradient was divided by the number of entries of x.",
    hint="Does df/dx_0 change if f ignores all other entries, and there are more of those?",
)
def divided_by_the_number_of_entries(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) / x.size


@exercise.mistake(
    "A forward difference over 2 h was taken: f(x + 2 h) - f(x), divided by 2 h.",
    hint="For f = x^2 at 3 and h = 0.5 the slope is 6. What does your formula give? Where is "
    "the middle of your two points?",
)
def step_of_two_h(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + 2 * e) - f(x)) / (2 * h))


@exercise.mistake(
    "A forward difference over 2 h was taken, and divided by h: f(x + 2 h) - f(x).",
    hint="How far are the two points apart at which you call f, and where is their middle?",
)
def step_of_two_h_divided_by_h(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + 2 * e) - f(x)) / h)


@exercise.mistake(
    "f(x + h) alone was divided by h: nothing is subtracted.",
    hint="A slope is rise over run. Which two values is the rise between?",
)
def second_value_missing(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: f(x + e) / h)


@exercise.mistake(
    "f(x + h) alone was divided by 2 h: nothing is subtracted.",
    hint="A slope is rise over run. Which two values is the rise between?",
)
def second_value_missing_two_h(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: f(x + e) / (2 * h))


@exercise.mistake(
    "A forward difference was taken, f(x + h) - f(x), and not divided.",
    hint="A slope is rise over run. Which is the run? And why are both sides of x asked for?",
)
def forward_not_divided(f: Number, x: Array, h: float) -> Array:
    return forward_difference(f, x, h) * h


@exercise.mistake(
    "A backward difference was taken, f(x) - f(x - h), and not divided.",
    hint="A slope is rise over run. Which is the run? And why are both sides of x asked for?",
)
def backward_not_divided(f: Number, x: Array, h: float) -> Array:
    return backward_difference(f, x, h) * h


@exercise.mistake(
    "A forward difference was taken, f(x + h) - f(x), and multiplied by h.",
    hint="A slope is rise over run. Which is the run? And why are both sides of x asked for?",
)
def forward_multiplied_by_h(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x + e) - f(x)) * h)


@exercise.mistake(
    "A forward difference was taken, of the wrong sign: f(x) - f(x + h), divided by h.",
    hint="If f grows with x, which of the two values is the larger one? And why are both sides"
    " of x asked for?",
)
def forward_of_the_wrong_sign(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x) - f(x + e)) / h)


@exercise.mistake(
    "A backward difference was taken, of the wrong sign: f(x - h) - f(x), divided by h.",
    hint="If f grows with x, which of the two values is the larger one? And why are both sides"
    " of x asked for?",
)
def backward_of_the_wrong_sign(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x - e) - f(x)) / h)


@exercise.mistake(
    "Only f(x) was divided by h, not the forward difference.",
    hint="What does Python compute first in a - b / c? And why are both sides of x asked for?",
)
def forward_bracket_forgotten(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: f(x + e) - f(x) / h)


@exercise.mistake(
    "The step was multiplied by the entry itself: x (1 + h) and x (1 - h), as if h were a share.",
    hint="How far does an entry move that is 0? And how far should it?",
)
def relative_step(f: Number, x: Array, h: float) -> Array:
    return _entry_by_entry(f, x, h, lambda f, x, e, h: (f(x * (1 + e)) - f(x * (1 - e))) / (2 * h))


@exercise.mistake(
    "The points are a small step of your own apart, but the difference was divided by 2 h.",
    hint="How far are the two points apart at which you call f?",
)
def own_step_divided_by_h(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x.astype(float), 1e-5) * 1e-5 / h


@exercise.mistake(
    "The difference was divided by 2 h^2.",
    hint="A slope is rise over run. Which is the run?",
)
def divided_by_two_h_squared(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) / h


@exercise.mistake(
    "The difference was divided by (2 h)^2.",
    hint="A slope is rise over run. Which is the run?",
)
def divided_by_the_square_of_two_h(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) / (2 * h)


@exercise.mistake(
    "A forward difference was taken, and all entries were moved at once.",
    hint="A partial derivative moves one entry. What happens to the others in x + h?",
)
def forward_all_moved_at_once(f: Number, x: Array, h: float) -> Array:
    return np.full(x.shape, (f(x + h) - f(x)) / h)


@exercise.mistake(
    "The result is one number: a forward difference in which all entries were moved at once.",
    hint="A partial derivative moves one entry. How many of them has a gradient?",
)
def forward_one_number(f: Number, x: Array, h: float) -> Array:
    return np.asarray((f(x + h) - f(x)) / h)


@exercise.mistake(
    "A forward difference was taken, and whole rows were moved at once.",
    hint="x may have several axes. Which entries does your step move?",
)
def forward_rows_moved_at_once(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    for row in range(len(x)):
        step = np.zeros_like(x)
        step[row] = h
        gradient[row] = (f(x + step) - f(x)) / h
    return gradient


@exercise.mistake(
    "Whole columns were moved at once: the loop runs over the last axis alone.",
    hint="x may have several axes. Which entries does your step move?",
)
def columns_moved_at_once(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    for column in range(x.shape[-1]):
        step = np.zeros_like(x)
        step[..., column] = h
        gradient[..., column] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@exercise.mistake(
    "Of a matrix only the first column has a gradient, the others stay zero.",
    hint="x may have several axes. Which entries does your step move?",
)
def last_axis_left_out(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    first = (..., 0) if x.ndim > 1 else ...
    gradient[first] = numerical_gradient(f, x, h)[first]
    return gradient


@exercise.mistake(
    "Of a matrix only the first row has a gradient, the others stay zero.",
    hint="x may have several axes. Which entries does your step move?",
)
def first_row_alone(f: Number, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    first = 0 if x.ndim > 1 else ...
    gradient[first] = numerical_gradient(f, x, h)[first]
    return gradient


@exercise.mistake(
    "The last entry has no gradient: it stays zero.",
    hint="How many numbers does range(x.size - 1) give?",
)
def last_entry_left_out(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    gradient.flat[-1] = 0
    return gradient


@exercise.mistake(
    "The first entry has no gradient: it stays zero.",
    hint="Which is the first index that your loop visits?",
)
def first_entry_left_out(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    gradient.flat[0] = 0
    return gradient


@exercise.mistake(
    "Every entry has the slope of the last one.",
    hint="Into which place is a slope written?",
)
def last_slope_everywhere(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    return np.full_like(gradient, gradient.flat[-1])


@exercise.mistake(
    "The slope of the last entry alone was returned, one number.",
    hint="In which place is a slope kept when the next one comes?",
)
def last_slope_alone(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    return np.asarray(gradient.flat[-1])


@exercise.mistake(
    "The slope of the first entry alone was returned, one number.",
    hint="Does return stand inside of the loop?",
)
def first_slope_alone(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    return np.asarray(gradient.flat[0])


@exercise.mistake(
    "Every entry has the mean of all slopes.",
    hint="A partial derivative is that of one entry. Into which place is it written?",
)
def mean_of_the_slopes(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    return np.full_like(gradient, gradient.mean())


@exercise.mistake(
    "The slopes are right, but in the wrong places: they were put in column by column.",
    hint="In which order does reshape read and write a matrix, and in which does your loop?",
)
def order_of_the_entries_mixed(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h).ravel(order="F").reshape(x.shape)


@exercise.mistake(
    "The gradient has its axes swapped.",
    hint="For w = w - rate * gradient both must have one shape.",
)
def transposed(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h).T


@exercise.mistake(
    "A forward difference was taken, and the gradient is a flat list of numbers.",
    hint="For w = w - rate * gradient both must have one shape. And why are both sides of x "
    "asked for?",
)
def flat_and_forward(f: Number, x: Array, h: float) -> Array:
    return forward_difference(f, x, h).ravel()


@exercise.mistake(
    "The gradient was divided by its length, so that only its direction is left.",
    hint="How fast f grows is in the length of the gradient. What does the formula divide by?",
)
def of_size_one(f: Number, x: Array, h: float) -> Array:
    gradient = numerical_gradient(f, x, h)
    return gradient / np.sqrt((gradient**2).sum())


@exercise.mistake(
    "The slopes were multiplied by f(x).",
    hint="What does the formula multiply the difference by?",
)
def value_multiplied(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h) * f(x)


@exercise.mistake(
    "x less the gradient was returned: a step of gradient descent.",
    hint="The gradient is asked for. Who takes the step?",
)
def step_taken(f: Number, x: Array, h: float) -> Array:
    return x - numerical_gradient(f, x, h)


@exercise.mistake(
    "The slopes were rounded to whole numbers.",
    hint="Of which type is the array in which they are collected?",
)
def cut_to_whole_numbers(f: Number, x: Array, h: float) -> Array:
    return np.round(numerical_gradient(f, x, h))


@exercise.mistake(
    "h was not used, but a step of 0.1 of your own.",
    hint="Try h = 0.5 and h = 5 with f = x^3. Does your result change?",
)
def own_step_of_a_tenth(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x.astype(float), 0.1)


def _in_memory_order(f: Number, x: Array, h: float, gradient: Callable[..., Array]) -> Array:
    """Return a gradient that visits a transposed array column by column, as np.nditer does."""
    if x.flags.c_contiguous:
        return gradient(f, x, h)
    return gradient(lambda columns: f(columns.T), np.ascontiguousarray(x.T), h).T


@exercise.mistake(
    "An entry that was moved stays where it was moved last, at x - h, while the next are "
    "moved, in the order in which they lie in memory.",
    hint="What does x look like when the second entry's turn comes?",
)
def left_below_in_memory_order(f: Number, x: Array, h: float) -> Array:
    return _in_memory_order(f, x, h, left_below)


@exercise.mistake(
    "An entry that was moved stays where it was moved last, at x + h, while the next are "
    "moved, in the order in which they lie in memory.",
    hint="What does x look like when the second entry's turn comes?",
)
def left_above_in_memory_order(f: Number, x: Array, h: float) -> Array:
    return _in_memory_order(f, x, h, left_above)


@exercise.mistake(
    "The steps are h / 2, to both sides, and the difference was divided by h.",
    hint="The points are x + h and x - h. How far are yours from x?",
)
def half_steps(f: Number, x: Array, h: float) -> Array:
    return numerical_gradient(f, x, h / 2)
