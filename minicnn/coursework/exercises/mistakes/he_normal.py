"""The mistakes that people make in `he_normal`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.he_normal import _deviations, _fans, exercise
from minicnn.typing import Array


def _normal(which: str, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.normal(0, _deviations(shape)[which], size=shape)


# -- the fan-in ------------------------------------------------------------------------------------

FAN = "One output is a sum. Over how many products of an input and a weight does it run?"


@exercise.mistake(
    "The fan-out was taken: how many outputs an input goes to, instead of how many inputs an "
    "output sees.",
    hint=FAN,
)
def fan_out(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("fan_out", shape, rng)


@exercise.mistake(
    "The area of the kernel is missing in the fan-in: it is C alone.",
    hint=FAN,
)
def kernel_area_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("without the area", shape, rng)


@exercise.mistake(
    "The first axis was taken for the fan-in: that is how many outputs there are.",
    hint="Dense weights are (D_out, D_in), kernels (F, C, KH, KW). " + FAN,
)
def first_axis_as_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("first axis", shape, rng)


@exercise.mistake(
    "The last axis was taken for the fan-in: right for dense weights, but the width of a kernel.",
    hint=FAN,
)
def last_axis_as_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("last axis", shape, rng)


@exercise.mistake(
    "The channels are missing in the fan-in of a kernel: it is KH * KW alone.",
    hint=FAN,
)
def channels_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("area alone", shape, rng)


@exercise.mistake(
    "The fan-in is the number of all weights of the layer.",
    hint=FAN,
)
def all_weights_as_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("all weights", shape, rng)


@exercise.mistake(
    "The fan-in and the fan-out were added up: that is Glorot's initialisation.",
    hint="Glorot and Bengio (2010) looked at forward and backward pass. Which does this exercise "
    "look at, and what does a ReLU do to half of the numbers?",
)
def glorot(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("sum of both fans", shape, rng)


@exercise.convention(
    "The mean of fan-in and fan-out was taken for the fan-in.",
    reason="That is a compromise between forward and backward pass. He et al. (2015) show that "
    "either alone will do, and this exercise takes the fan-in.",
)
def mean_of_both_fans(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("mean of both fans", shape, rng)


# -- the spread ------------------------------------------------------------------------------------


@exercise.mistake(
    "The 2 is missing: the variance is 1 / fan-in.",
    hint="What does a ReLU do to half of the numbers, and what to the mean of their squares?",
)
def two_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("1", shape, rng)


@exercise.mistake(
    "The variance was given where the standard deviation is asked for: the root is missing.",
    hint="Is the second argument of rng.normal a variance?",
)
def variance_for_deviation(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("variance", shape, rng)


@exercise.mistake(
    "The root runs over the 2 alone, not over the fan-in.",
    hint="Where does the bracket of the root end?",
)
def root_of_two_alone(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("root of 2 alone", shape, rng)


@exercise.mistake(
    "The weights were divided by the fan-in itself: root and 2 are missing.",
    hint="Add up n independent numbers of variance 1: what is the variance of the sum? And its "
    "standard deviation?",
)
def divided_by_the_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("inverse", shape, rng)


@exercise.mistake(
    "The fraction is upside down: the weights grow with the fan-in.",
    hint="The more inputs a sum has, the larger it becomes. What must the weights do?",
)
def upside_down(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("upside down", shape, rng)


@exercise.mistake(
    "The root was taken twice.",
    hint="Is the second argument of rng.normal a variance or a standard deviation?",
)
def root_taken_twice(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("fourth root", shape, rng)


@exercise.mistake(
    "The variance is 6 / fan-in: the 6 belongs to a uniform distribution.",
    hint="What is the variance of uniform numbers from -a to a? Where does the 6 come from?",
)
def six_for_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("6", shape, rng)


@exercise.mistake(
    "The weights were not scaled: their standard deviation is 1.",
    hint="With 300 inputs of size 1, how large will an output be?",
)
def not_scaled(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("standard", shape, rng)


@exercise.mistake(
    "The standard deviation is 0.01, whatever the shape.",
    hint="With 300 inputs of size 1, how large will an output be? And ten layers further on?",
)
def constant_deviation(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("0.01", shape, rng)


@exercise.mistake(
    "The standard deviation is 0.1, whatever the shape.",
    hint="With 300 inputs of size 1, how large will an output be? And with 15?",
)
def deviation_of_a_tenth(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("0.1", shape, rng)


@exercise.mistake(
    "The number was given as the mean, so that all weights lie around it with a deviation of 1.",
    hint="The arguments of rng.normal are the mean, the standard deviation and the size.",
)
def deviation_as_mean(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.normal(np.sqrt(2 / _fans(shape)[0]), 1, size=shape)


# -- the distribution ------------------------------------------------------------------------------


@exercise.convention(
    "The weights are uniform, with the variance 2 / fan-in.",
    reason="That is He's uniform initialisation, which trains as well. This exercise asks for "
    "the normal distribution, as its name says.",
)
def uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = np.sqrt(6 / _fans(shape)[0])
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The weights are uniform up to sqrt(2 / fan-in), so that their variance is a third of it.",
    hint="Which distribution is asked for? What is the variance of uniform numbers from -a to a?",
)
def uniform_up_to_the_deviation(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = np.sqrt(2 / _fans(shape)[0])
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The weights are uniform from zero up: all of them are positive.",
    hint="rng.random gives numbers from 0 to 1. What should the mean of the weights be?",
)
def all_positive(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.random(shape) * np.sqrt(2 / _fans(shape)[0])


@exercise.convention(
    "The normal distribution was cut off at two standard deviations, and widened so that the "
    "variance is 2 / fan-in.",
    reason="Some frameworks do so, to have no large weights. The variance is what matters, and it "
    "is right.",
    accepted=True,
)
def truncated(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    d = _deviations(shape)
    return _truncated(shape, rng) * d["right"] ** 2 / d["truncated"]


@exercise.mistake(
    "The normal distribution was cut off at two standard deviations, which makes the variance "
    "smaller than 2 / fan-in.",
    hint="What happens to the variance if the largest numbers are drawn again?",
)
def truncated_and_too_small(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _truncated(shape, rng) * _deviations(shape)["right"]


def _truncated(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return standard normal numbers between -2 and 2."""
    numbers = rng.standard_normal(shape)
    while (outside := np.abs(numbers) > 2).any():
        numbers[outside] = rng.standard_normal(np.count_nonzero(outside))
    return numbers


# -- not drawn one by one --------------------------------------------------------------------------


@exercise.mistake(
    "All outputs have the same weights: they were drawn for one of them.",
    hint="Two kernels that start alike get the same gradients. When will they differ?",
)
def one_kernel_for_all(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.broadcast_to(_normal("right", shape, rng)[:1], shape)


@exercise.mistake(
    "All weights are the same number, and rng was not used.",
    hint="Two kernels that start alike get the same gradients. When will they differ?",
)
def all_the_same(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.zeros(shape)


@exercise.mistake(
    "rng was not used: the random numbers come from a generator of your own, or from np.random.",
    hint="A run can be repeated only if all chance comes from one seed. Which argument carries it?",
)
def rng_not_used(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("right", shape, np.random.default_rng(1))


@exercise.mistake(
    "The axes are in the opposite order: (D_in, D_out), or (KW, KH, C, F).",
    hint="The weights are asked for in a shape. Which shape have yours?",
)
def axes_reversed(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("right", shape, rng).T


@exercise.mistake(
    "The weights are a matrix of (outputs, fan-in): the shape of the kernels is lost.",
    hint="The weights are asked for in a shape. Which shape have yours?",
)
def kernels_as_rows(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("right", shape, rng).reshape(shape[0], -1)


@exercise.mistake(
    "The fan-out was taken, and the 2 is missing.",
    hint=FAN,
)
def fan_out_without_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("fan_out, 1", shape, rng)


@exercise.mistake(
    "The fan-out was taken, and the root is missing.",
    hint="Is the second argument of rng.normal a variance?",
)
def fan_out_without_root(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("fan_out, variance", shape, rng)


@exercise.mistake(
    "The area of the kernel is missing in the fan-in, and so is the 2.",
    hint="What does a ReLU do to half of the numbers, and what to the mean of their squares?",
)
def kernel_area_and_two_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("without the area, 1", shape, rng)


@exercise.mistake(
    "The area of the kernel is missing in the fan-in, and so is the root.",
    hint="Is the second argument of rng.normal a variance?",
)
def kernel_area_and_root_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("without the area, variance", shape, rng)


@exercise.mistake(
    "The first axis was taken for the fan-in, and the 2 is missing.",
    hint="What does a ReLU do to half of the numbers, and what to the mean of their squares?",
)
def first_axis_without_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("first axis, 1", shape, rng)


@exercise.mistake(
    "The first axis was taken for the fan-in, and the root is missing.",
    hint="Is the second argument of rng.normal a variance?",
)
def first_axis_without_root(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("first axis, variance", shape, rng)


@exercise.mistake(
    "The last axis was taken for the fan-in, and the 2 is missing.",
    hint="What does a ReLU do to half of the numbers, and what to the mean of their squares?",
)
def last_axis_without_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("last axis, 1", shape, rng)


@exercise.mistake(
    "The last axis was taken for the fan-in, and the root is missing.",
    hint="Is the second argument of rng.normal a variance?",
)
def last_axis_without_root(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("last axis, variance", shape, rng)


@exercise.mistake(
    "The fan-in is the number of all weights of the layer, and the root is missing.",
    hint="Is the second argument of rng.normal a variance?",
)
def all_weights_without_root(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("all weights, variance", shape, rng)


@exercise.mistake(
    "The sizes of the axes were added up in the fan-in, not multiplied.",
    hint="One output is a sum over all channels and all cells of the kernel. How many products"
    " are that?",
)
def axes_added_up(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("sum of the axes", shape, rng)


@exercise.mistake(
    "The height of the kernel is missing in the fan-in: it is C * KW.",
    hint="A kernel has a height and a width. How many cells are that?",
)
def height_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("width alone", shape, rng)


@exercise.mistake(
    "The width of the kernel is missing in the fan-in: it is C * KH.",
    hint="A kernel has a height and a width. How many cells are that?",
)
def width_forgotten(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("height alone", shape, rng)


@exercise.mistake(
    "The variance is 4 / fan-in: the 2 stands outside of the root.",
    hint="Where does the root begin, and where does it end?",
)
def four_for_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("4", shape, rng)


@exercise.mistake(
    "The variance is 1 / (2 fan-in): the 2 is in the denominator.",
    hint="A ReLU makes the numbers smaller. Must the weights be larger or smaller for it?",
)
def two_below(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("half", shape, rng)


@exercise.mistake(
    "The root of 2 times the fan-in was taken: the product, not the quotient.",
    hint="The more inputs a sum has, the larger it becomes. What must the weights do?",
)
def grows_with_the_fan_in(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("grows", shape, rng)


@exercise.mistake(
    "The weights were multiplied by the root of 2; the fan-in is missing.",
    hint="With 300 inputs of size 1, how large will an output be?",
)
def only_the_root_of_two(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("root of 2", shape, rng)


@exercise.mistake(
    "The deviation is right, but was divided by the fan-in once more, or its cube taken.",
    hint="How often does the fan-in stand in the formula?",
)
def divided_by_the_fan_in_again(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("right", shape, rng) / _fans(shape)[0]


@exercise.mistake(
    "The variance was squared, where its root belongs.",
    hint="Is the standard deviation the root of the variance, or its square?",
)
def variance_squared(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("square", shape, rng)


@exercise.mistake(
    "The standard deviation is 0.05, whatever the shape.",
    hint="With 300 inputs of size 1, how large will an output be? And with 15?",
)
def deviation_of_a_twentieth(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("0.05", shape, rng)


@exercise.mistake(
    "This is Glorot's uniform initialisation: the variance is 2 by the sum of both fans.",
    hint="Which distribution is asked for? And what does a ReLU do to half of the numbers?",
)
def glorot_uniform(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = np.sqrt(6 / sum(_fans(shape)[:2]))
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The weights are uniform between plus and minus sqrt(1 / fan-in), as PyTorch's layers begin.",
    hint="Which distribution is asked for? What is the variance of uniform numbers from -a to a?",
)
def uniform_as_in_pytorch(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = np.sqrt(1 / _fans(shape)[0])
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The weights are uniform between plus and minus 2 / fan-in.",
    hint="Which distribution is asked for? What is the variance of uniform numbers from -a to a?",
)
def uniform_up_to_the_variance(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = 2 / _fans(shape)[0]
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The weights are uniform between -1/2 and 1/2, times sqrt(2 / fan-in).",
    hint="Which distribution is asked for? What is the variance of uniform numbers from -a to a?",
)
def uniform_of_width_one(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return (rng.random(shape) - 0.5) * np.sqrt(2 / _fans(shape)[0])


@exercise.mistake(
    "The weights are uniform between 0 and 1, and were not scaled.",
    hint="With 300 inputs of size 1, how large will an output be? And what should the mean of "
    "the weights be?",
)
def uniform_not_scaled(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.random(shape)


@exercise.mistake(
    "The weights are uniform between -1 and 1, and were not scaled.",
    hint="With 300 inputs of size 1, how large will an output be?",
)
def uniform_not_scaled_around_zero(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.uniform(-1, 1, size=shape)


@exercise.mistake(
    "The weights are uniform, and the fan-out was taken.",
    hint="Which distribution is asked for? And how many inputs does an output see?",
)
def uniform_of_the_fan_out(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    limit = np.sqrt(6 / _fans(shape)[1])
    return rng.uniform(-limit, limit, size=shape)


@exercise.mistake(
    "The absolute values of the numbers were taken: all weights are positive.",
    hint="What should the mean of the weights be?",
)
def sizes(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.abs(_normal("right", shape, rng))


@exercise.mistake(
    "The weights are whole numbers from -1 to 1, times sqrt(2 / fan-in).",
    hint="A normal distribution has all numbers. How many different ones have you?",
)
def whole_numbers(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.integers(-1, 2, size=shape) * np.sqrt(2 / _fans(shape)[0])


@exercise.mistake(
    "The weights are plus or minus sqrt(2 / fan-in).",
    hint="A normal distribution has all numbers. How many different ones have you?",
)
def only_signs(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.choice([-1, 1], size=shape) * np.sqrt(2 / _fans(shape)[0])


@exercise.mistake(
    "All weights are one random number.",
    hint="Two kernels that start alike get the same gradients. When will they differ?",
)
def one_number_for_all(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.full(shape, rng.normal(0, np.sqrt(2 / _fans(shape)[0])))


@exercise.mistake(
    "All inputs of an output have the same weights: they were drawn for one of them.",
    hint="Each weight is drawn by itself. How many random numbers did you draw?",
)
def one_input_for_all(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.broadcast_to(_normal("right", shape, rng)[:, :1], shape)


@exercise.mistake(
    "One number was drawn for each place of the last axis, which all others share.",
    hint="Each weight is drawn by itself. How many random numbers did you draw?",
)
def last_axis_for_all(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return np.broadcast_to(rng.normal(0, np.sqrt(2 / _fans(shape)[0]), size=shape[-1]), shape)


@exercise.mistake(
    "The weights are one flat list of numbers.",
    hint="The weights are asked for in a shape. Which shape have yours?",
)
def flat(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return _normal("right", shape, rng).ravel()
