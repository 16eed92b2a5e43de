"""Batch normalisation."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def batchnorm_forward(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    """Return a batch that was normalised, scaled and shifted, channel by channel.

    x is either (N, C, H, W), a batch of pictures, or (N, D), a batch of D numbers each. Write it
    for both, or for one of them. A channel of pictures has one mean and one variance, over all N
    samples and all H x W places; one of D numbers has them over the N samples:

        y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

    The variance is the mean of (x - mean)^2: the sum is divided by how many numbers there are, not
    by one less. This is the forward pass in training, with the statistics of the batch; there are
    no running ones.

    Parameters
    ----------
    x : array (N, C, H, W) or (N, D)
        The batch.
    gamma, beta : array (C,) or (D,)
        The scale and the shift, for each channel its own.
    epsilon : float
        What keeps the root from zero. It is not always small here.

    Returns
    -------
    array of the shape of x
        y.
    """
    axes = all_but_the_channel(x)
    mean = x.mean(axis=axes, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=axes, keepdims=True)
    normalised = (x - mean) / np.sqrt(variance + epsilon)
    return per_channel(gamma, x) * normalised + per_channel(beta, x)


def all_but_the_channel(x: Array) -> tuple[int, ...]:
    """Return the axes that the statistics run over: all but axis 1."""
    return tuple(axis for axis in range(x.ndim) if axis != 1)


def per_channel(values: Array, x: Array) -> Array:
    """Return a number for each channel in the shape (1, C, 1, 1) or (1, D), to go with x."""
    return values.reshape(1, -1, *[1] * (x.ndim - 2))


NUMBERS = "(N, D)"
PICTURES = "(N, C, H, W)"


def batch(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Return x, gamma and beta; each channel has a mean and a spread of its own."""
    C = shape[1]
    x = rng.normal(size=shape)
    x = x * per_channel(rng.uniform(0.5, 2, size=C), x) + per_channel(rng.uniform(1, 3, size=C), x)
    gamma = rng.uniform(0.5, 2, size=C) * np.where(np.arange(C) % 2, -1, 1)
    return x, gamma, rng.uniform(1, 2, size=C)


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, shape: tuple[int, ...], epsilon: float) -> Case:
        return Case(what, (*batch(rng, shape), epsilon), PICTURES if shape[2:] else NUMBERS)

    def reordered(what: str, shape: tuple[int, ...]) -> Case:
        x, gamma, beta = (array.astype(np.float32) for array in batch(rng, shape))
        return Case(
            what, (np.asfortranarray(x), gamma, beta, 0.3), PICTURES if shape[2:] else NUMBERS
        )

    numbers = np.array([[1.0, 0.0], [3.0, 6.0], [1.0, 0.0], [3.0, 6.0]])
    by_hand = np.array([2.0, 5.0]), np.array([10.0, -1.0]), 0.44
    return [
        Case("four samples of two numbers", (numbers, *by_hand), NUMBERS),
        Case(
            "one picture of two channels",
            (np.ascontiguousarray(numbers.T).reshape(1, 2, 1, 4), *by_hand),
            PICTURES,
        ),
        case("three pictures of two channels", (3, 2, 4, 5), 0.1),
        case("more numbers than samples", (3, 5), 0.2),
        case("random numbers", (7, 4), 0.4),
        case("random pictures", (4, 3, 2, 5), 0.25),
        reordered("float32 in another memory order", (5, 3)),
        reordered("pictures of float32 in another memory order", (2, 3, 5, 4)),
    ]


exercise = Exercise(batchnorm_forward, ["y"], cases)


def _normalised(x: Array, epsilon: float, axes: tuple[int, ...]) -> Array:
    mean = x.mean(axis=axes, keepdims=True)
    variance = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon)


def _affine(normalised: Array, gamma: Array, beta: Array) -> Array:
    return per_channel(gamma, normalised) * normalised + per_channel(beta, normalised)


def _statistics(x: Array) -> tuple[Array, Array, int]:
    """Return the mean and the variance, each to go with x, and over how many numbers they run."""
    axes = all_but_the_channel(x)
    mean = x.mean(axis=axes, keepdims=True)
    return mean, x.var(axis=axes, keepdims=True), x.size // x.shape[1]


# -- the variance and its root ---------------------------------------------------------------------


@exercise.convention(
    "The variance was divided by one less than the number of values, as with ddof=1.",
    reason="That is the unbiased estimate for a larger population. Batch normalisation divides by "
    "the number itself (Ioffe and Szegedy, 2015), so that the batch has variance 1 exactly; the "
    "unbiased one is used for the running variance at most.",
)
def unbiased_variance(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance * count / (count - 1) + epsilon), gamma, beta)


@exercise.mistake(
    "epsilon was added to the standard deviation, outside of the root.",
    hint="Look at the formula: what does the root run over?",
)
def epsilon_outside_the_root(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / (np.sqrt(variance) + epsilon), gamma, beta)


@exercise.mistake(
    "epsilon was not used, or a small one of your own instead of the argument.",
    hint="Try epsilon = 1. How much does your output change?",
)
def epsilon_not_used(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance), gamma, beta)


@exercise.mistake(
    "epsilon was squared under the root.",
    hint="Is epsilon a variance or a standard deviation in the formula?",
)
def epsilon_squared(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance + epsilon**2), gamma, beta)


@exercise.mistake(
    "The standard deviation, not the variance, stands under the root with epsilon.",
    hint="std is a root already. What is the root of a root?",
)
def root_of_the_deviation(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(np.sqrt(variance) + epsilon), gamma, beta)


@exercise.mistake(
    "x - mean was divided by the variance; the root is missing.",
    hint="If x is in metres, in what is the variance, and in what should the result be?",
)
def root_forgotten(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / (variance + epsilon), gamma, beta)


@exercise.mistake(
    "x - mean was multiplied by the root, not divided.",
    hint="What should the spread of a channel be after the normalisation?",
)
def multiplied_by_the_root(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) * np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The spread was left as it was: only the mean was subtracted.",
    hint="What should the spread of a channel be after the normalisation?",
)
def only_centred(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(x - _statistics(x)[0], gamma, beta)


@exercise.mistake(
    "The mean was not subtracted: x itself was divided by the root.",
    hint="What should the mean of a channel be after the normalisation?",
)
def mean_not_subtracted(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(x / np.sqrt(_statistics(x)[1] + epsilon), gamma, beta)


@exercise.mistake(
    "The variance was computed without subtracting the mean: it is the mean of x^2.",
    hint="Add 100 to all numbers. Should their variance change?",
)
def mean_of_squares_as_variance(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance + mean**2 + epsilon), gamma, beta)


@exercise.mistake(
    "The mean distance from the mean was taken for the variance: the square is missing.",
    hint="The variance is the mean of (x - mean)^2, not of |x - mean|.",
)
def mean_distance_as_variance(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean = _statistics(x)[0]
    distance = np.abs(x - mean).mean(axis=all_but_the_channel(x), keepdims=True)
    return _affine((x - mean) / np.sqrt(distance + epsilon), gamma, beta)


@exercise.mistake(
    "The variance is a sum of squares that was not divided by their number.",
    hint="Twice as many samples of the same kind: should the variance double?",
)
def variance_not_divided(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance * count + epsilon), gamma, beta)


@exercise.mistake(
    "The mean is a sum that was not divided by how many numbers there are.",
    hint="Twice as many samples of the same kind: should the mean double?",
)
def mean_not_divided(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, _, count = _statistics(x)
    centred = x - mean * count
    variance = (centred**2).mean(axis=all_but_the_channel(x), keepdims=True)
    return _affine(centred / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The sums over N, H and W were divided by N alone, in the mean and in the variance.",
    hint="How many numbers does a channel of N pictures have?",
)
def divided_by_the_batch_alone(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    axes = all_but_the_channel(x)
    centred = x - x.sum(axis=axes, keepdims=True) / len(x)
    variance = (centred**2).sum(axis=axes, keepdims=True) / len(x)
    return _affine(centred / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The sum of squares over N, H and W was divided by N alone.",
    hint="How many numbers does a channel of N pictures have?",
)
def variance_divided_by_the_batch(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance * count / len(x) + epsilon), gamma, beta)


# -- the axes of the statistics --------------------------------------------------------------------


@exercise.mistake(
    "The mean and the variance run over N alone: each place of a picture was normalised by itself.",
    hint="A kernel is the same at all places of a picture, so its channel has one mean. How many "
    "means do you have?",
)
def each_place_by_itself(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, (0,)), gamma, beta)


@exercise.mistake(
    "The mean and the variance run over H and W alone: each sample was normalised by itself.",
    hint="That is instance normalisation. What is a batch normalisation named after?",
)
def each_sample_by_itself(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, (2, 3)), gamma, beta)


@exercise.mistake(
    "The mean and the variance run over all numbers of a sample, channels included.",
    hint="That is layer normalisation. Which numbers share a mean in a batch normalisation?",
)
def each_sample_over_all_channels(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, tuple(range(1, x.ndim))), gamma, beta)


@exercise.mistake(
    "The mean and the variance run over the channels.",
    hint="Each channel has a mean of its own. Which axis may not go?",
)
def over_the_channels(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, (1,)), gamma, beta)


@exercise.mistake(
    "All channels share one mean and one variance.",
    hint="How many means are there, if each channel has its own? Give mean the axes.",
)
def all_channels_together(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, tuple(range(x.ndim))), gamma, beta)


@exercise.mistake(
    "The mean and the variance run over N, C and H, as if the last axis were the channels.",
    hint="The arrays are (N, C, H, W). Which axis stays?",
)
def last_axis_as_the_channels(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, (0, 1, 2)), gamma, beta)


@exercise.mistake(
    "The mean is that of each channel, but the variance is that of all channels together.",
    hint="Give var the same axes as mean.",
)
def one_variance_for_all_channels(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine((x - _statistics(x)[0]) / np.sqrt(x.var() + epsilon), gamma, beta)


# -- gamma and beta --------------------------------------------------------------------------------


@exercise.mistake(
    "gamma is missing.",
    hint="The network may give each channel a spread that it needs. Where does it say so?",
)
def gamma_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), np.ones_like(gamma), beta)


@exercise.mistake(
    "beta is missing.",
    hint="The network may give each channel a mean that it needs. Where does it say so?",
)
def beta_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), gamma, np.zeros_like(beta))


@exercise.mistake(
    "gamma and beta are missing: x was normalised, and not scaled and shifted.",
    hint="The network may give each channel a mean and a spread that it needs. Where?",
)
def gamma_and_beta_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _normalised(x, epsilon, all_but_the_channel(x))


@exercise.mistake(
    "gamma and beta were exchanged.",
    hint="Which of the two is multiplied, and which added?",
)
def gamma_and_beta_exchanged(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), beta, gamma)


@exercise.mistake(
    "beta was added before gamma was multiplied.",
    hint="A bracket may be in the wrong place. Is beta scaled in the formula?",
)
def beta_scaled_too(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), gamma, gamma * beta)


@exercise.mistake(
    "beta was subtracted.",
    hint="What should the mean of a channel be in the end?",
)
def beta_subtracted(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), gamma, -beta)


@exercise.mistake(
    "x was divided by gamma, not multiplied.",
    hint="What should the spread of a channel be in the end?",
)
def divided_by_gamma(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, all_but_the_channel(x)), 1 / gamma, beta)


@exercise.mistake(
    "gamma was added, not multiplied.",
    hint="What should the spread of a channel be in the end?",
)
def gamma_added(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    normalised = _normalised(x, epsilon, all_but_the_channel(x))
    return _affine(normalised, np.ones_like(gamma), gamma + beta)


@exercise.mistake(
    "The first gamma and the first beta were used for all channels.",
    hint="How many gammas are there, and how many channels?",
)
def first_gamma_and_beta_for_all(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    normalised = _normalised(x, epsilon, all_but_the_channel(x))
    return gamma[0] * normalised + beta[0]


@exercise.mistake(
    "gamma and beta came before the normalisation, which takes them out again.",
    hint="Scale all numbers by 3 and normalise them: where is the 3?",
)
def scaled_before_normalising(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _normalised(_affine(x, gamma, beta), epsilon, all_but_the_channel(x))


@exercise.mistake(
    "x was scaled and shifted, but never normalised.",
    hint="gamma multiplies x after what was done to it?",
)
def not_normalised(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(x, gamma, beta)
