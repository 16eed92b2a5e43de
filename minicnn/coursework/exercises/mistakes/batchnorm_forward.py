"""The mistakes that people make in `batchnorm_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.batchnorm_forward import (
    all_but_the_channel,
    batchnorm_forward,
    exercise,
    per_channel,
)
from minicnn.typing import Array


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
    return batchnorm_forward(x, gamma, beta, 0.0)


@exercise.mistake(
    "epsilon was squared under the root.",
    hint="Is epsilon a variance or a standard deviation in the formula?",
)
def epsilon_squared(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, beta, epsilon**2)


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
    "Each sample was normalised by itself: a picture over H and W, a row over all of its numbers.",
    hint="What is a batch normalisation named after?",
)
def each_sample_alone(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(_normalised(x, epsilon, (2, 3) if x.ndim == 4 else (1,)), gamma, beta)


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
    return batchnorm_forward(x, np.ones_like(gamma), beta, epsilon)


@exercise.mistake(
    "beta is missing.",
    hint="The network may give each channel a mean that it needs. Where does it say so?",
)
def beta_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, np.zeros_like(beta), epsilon)


@exercise.mistake(
    "gamma and beta are missing: x was normalised, and not scaled and shifted.",
    hint="The network may give each channel a mean and a spread that it needs. Where?",
)
def gamma_and_beta_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, np.ones_like(gamma), np.zeros_like(beta), epsilon)


@exercise.mistake(
    "gamma and beta were exchanged.",
    hint="Which of the two is multiplied, and which added?",
)
def gamma_and_beta_exchanged(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, beta, gamma, epsilon)


@exercise.mistake(
    "beta was added before gamma was multiplied.",
    hint="A bracket may be in the wrong place. Is beta scaled in the formula?",
)
def beta_scaled_too(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, gamma * beta, epsilon)


@exercise.mistake(
    "beta was subtracted.",
    hint="What should the mean of a channel be in the end?",
)
def beta_subtracted(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, -beta, epsilon)


@exercise.mistake(
    "x was divided by gamma, not multiplied.",
    hint="What should the spread of a channel be in the end?",
)
def divided_by_gamma(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, 1 / gamma, beta, epsilon)


@exercise.mistake(
    "gamma was added, not multiplied.",
    hint="What should the spread of a channel be in the end?",
)
def gamma_added(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, np.ones_like(gamma), gamma + beta, epsilon)


@exercise.mistake(
    "The first gamma and the first beta were used for all channels.",
    hint="How many gammas are there, and how many channels?",
)
def first_gamma_and_beta_for_all(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, np.full_like(gamma, gamma[0]), np.full_like(beta, beta[0]), epsilon)


@exercise.mistake(
    "gamma and beta came before the normalisation, which takes them out again.",
    hint="Scale all numbers by 3 and normalise them: where is the 3?",
)
def scaled_before_normalising(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    return batchnorm_forward(_affine(x, gamma, beta), ones, zeros, epsilon)


@exercise.mistake(
    "x was scaled and shifted, but never normalised.",
    hint="gamma multiplies x after what was done to it?",
)
def not_normalised(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(x, gamma, beta)


@exercise.mistake(
    "Pictures were brought into rows of C numbers by reshape, without moving the channels to "
    "the end first: a column holds numbers of several channels.",
    hint="Reshape keeps the order of the numbers in memory. Which axis has to come last, "
    "before the others can be laid together?",
)
def channels_mixed_by_reshape(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[1])
    return batchnorm_forward(rows, gamma, beta, epsilon).reshape(x.shape)


@exercise.mistake(
    "The channels were moved to the end, and not back: the result is (N, H, W, C).",
    hint="y has the shape of x. Which transpose undoes yours?",
)
def channels_not_moved_back(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return np.moveaxis(batchnorm_forward(x, gamma, beta, epsilon), 1, -1)


@exercise.mistake(
    "The channels were moved to the end, and the result was brought into the shape of x by "
    "reshape, not by moving them back.",
    hint="Reshape keeps the order of the numbers in memory. Which axis has to come last, "
    "before the others can be laid together?",
)
def channels_moved_back_by_reshape(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    y = np.moveaxis(batchnorm_forward(x, gamma, beta, epsilon), 1, -1)
    return y.reshape(x.shape)


@exercise.mistake(
    "Running averages were used, which have seen this batch alone: 0.9 of 0 and 1, and 0.1 of"
    " the mean and the variance of the batch.",
    hint="This is the forward pass in training. Which mean do the numbers of the batch have, "
    "and which was subtracted?",
)
def running_averages(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - 0.1 * mean) / np.sqrt(0.9 + 0.1 * variance + epsilon), gamma, beta)


@exercise.mistake(
    "Running averages were used, which have seen this batch alone: 0.1 of 0 and 1, and 0.9 of"
    " the mean and the variance of the batch.",
    hint="This is the forward pass in training. Which mean do the numbers of the batch have, "
    "and which was subtracted?",
)
def running_averages_of_nine_tenths(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - 0.9 * mean) / np.sqrt(0.1 + 0.9 * variance + epsilon), gamma, beta)


@exercise.mistake(
    "Running averages were used, which have seen this batch alone: 0.99 of 0 and 1, and 0.01 "
    "of the mean and the variance of the batch.",
    hint="This is the forward pass in training. Which mean do the numbers of the batch have, "
    "and which was subtracted?",
)
def slow_running_averages(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - 0.01 * mean) / np.sqrt(0.99 + 0.01 * variance + epsilon), gamma, beta)


@exercise.mistake(
    "Running averages were used, which began at zero and have seen this batch alone: 0.1 of "
    "its mean and of its variance.",
    hint="This is the forward pass in training. Which mean do the numbers of the batch have, "
    "and which was subtracted?",
)
def averages_from_zero(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - 0.1 * mean) / np.sqrt(0.1 * variance + epsilon), gamma, beta)


@exercise.mistake(
    "The mean was taken for 0 and the variance for 1, as running averages begin.",
    hint="This is the forward pass in training. Whose mean and variance does it take?",
)
def statistics_of_no_batch(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return _affine(x / np.sqrt(1 + epsilon), gamma, beta)


@exercise.mistake(
    "The variance was divided by one less than the number of values, and epsilon was added "
    "outside of the root.",
    hint="What does the exercise divide by? And what does the root run over?",
)
def unbiased_and_epsilon_outside(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / (np.sqrt(variance * count / (count - 1)) + epsilon), gamma, beta)


@exercise.mistake(
    "The variance was divided by one less than the number of values, and the root is missing.",
    hint="What does the exercise divide by? And in what is a variance, if x is in metres?",
)
def unbiased_and_root_forgotten(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / (variance * count / (count - 1) + epsilon), gamma, beta)


@exercise.mistake(
    "The variance was divided by one less than the number of values, and epsilon was not used.",
    hint="What does the exercise divide by? And try epsilon = 1: how much does your output change?",
)
def unbiased_without_epsilon(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance * count / (count - 1)), gamma, beta)


@exercise.mistake(
    "x - mean was divided by the variance: the root is missing, and epsilon too.",
    hint="If x is in metres, in what is the variance? And what if it is zero?",
)
def root_forgotten_without_epsilon(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / variance, gamma, beta)


@exercise.mistake(
    "x - mean was divided by the square of the variance.",
    hint="If x is in metres, in what is the variance, and in what should the result be?",
)
def divided_by_the_variance_squared(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / (variance + epsilon) ** 2, gamma, beta)


@exercise.mistake(
    "epsilon stands under the root, and once more beside it.",
    hint="How often does epsilon stand in the formula?",
)
def epsilon_inside_and_outside(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / (np.sqrt(variance + epsilon) + epsilon), gamma, beta)


@exercise.mistake(
    "epsilon was subtracted from the variance.",
    hint="What if the variance is zero? What should epsilon keep from there?",
)
def epsilon_subtracted(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance - epsilon), gamma, beta)


@exercise.mistake(
    "epsilon was added to the normalised numbers, not to the variance.",
    hint="In NumPy a / b + c is (a / b) + c. Where should epsilon be?",
)
def epsilon_added_to_the_quotient(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance) + epsilon, gamma, beta)


@exercise.mistake(
    "epsilon was added to the variance twice.",
    hint="How often does epsilon stand in the formula?",
)
def epsilon_twice(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, beta, 2 * epsilon)


@exercise.mistake(
    "The mean was added, not subtracted.",
    hint="What should the mean of a channel be after the normalisation?",
)
def mean_added(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x + mean) / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The difference is the wrong way round: mean - x.",
    hint="Should the largest number stay the largest (if gamma is positive)?",
)
def mean_minus_x(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(-x, gamma, beta, epsilon)


@exercise.mistake(
    "Only the mean was divided by the root: a bracket is missing.",
    hint="What does Python compute first in a - b / c?",
)
def only_the_mean_divided(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine(x - mean / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "x - mean was divided by the mean distance from the mean, not by the root of the mean square.",
    hint="What is the variance, and what the deviation? In which order come mean and root?",
)
def mean_of_the_sizes(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    axes = all_but_the_channel(x)
    apart = x - x.mean(axis=axes, keepdims=True)
    distance = np.abs(apart).mean(axis=axes, keepdims=True)
    return _affine(apart / (distance + epsilon), gamma, beta)


@exercise.mistake(
    "x was stretched so that each channel runs from 0 to 1.",
    hint="That is another normalisation. What should the mean of a channel be after this one?",
)
def from_zero_to_one(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    axes = all_but_the_channel(x)
    least, most = x.min(axis=axes, keepdims=True), x.max(axis=axes, keepdims=True)
    return _affine((x - least) / (most - least + epsilon), gamma, beta)


@exercise.mistake(
    "x was stretched so that each channel runs from 0 to 1, and epsilon was not used.",
    hint="That is another normalisation. What should the mean of a channel be after this one?",
)
def from_zero_to_one_without_epsilon(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    axes = all_but_the_channel(x)
    least, most = x.min(axis=axes, keepdims=True), x.max(axis=axes, keepdims=True)
    return _affine((x - least) / (most - least), gamma, beta)


@exercise.mistake(
    "The median was subtracted, not the mean.",
    hint="What should the mean of a channel be after the normalisation?",
)
def median_subtracted(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    _, variance, _ = _statistics(x)
    apart = x - np.median(x, axis=all_but_the_channel(x), keepdims=True)
    return _affine(apart / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The variance is that of each channel, but the mean runs over N alone.",
    hint="Give mean the same axes as var.",
)
def mean_of_each_place(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    _, variance, _ = _statistics(x)
    return _affine((x - x.mean(axis=0)) / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The mean is that of each channel, but the variance runs over N alone.",
    hint="Give var the same axes as mean.",
)
def variance_of_each_place(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean = _statistics(x)[0]
    return _affine((x - mean) / np.sqrt(x.var(axis=0) + epsilon), gamma, beta)


@exercise.mistake(
    "The variance is that of each channel, but the mean is that of all channels together.",
    hint="Give mean the same axes as var.",
)
def one_mean_for_all_channels(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    _, variance, _ = _statistics(x)
    return _affine((x - x.mean()) / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The sum over N, H and W was divided by N alone in the mean; the variance is right.",
    hint="How many numbers does a channel of N pictures have?",
)
def mean_divided_by_the_batch(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, count = _statistics(x)
    return _affine((x - mean * count / len(x)) / np.sqrt(variance + epsilon), gamma, beta)


@exercise.mistake(
    "The mean and the variance are sums that were not divided by how many numbers there are.",
    hint="Twice as many samples of the same kind: should the mean and the variance double?",
)
def neither_divided(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, _, count = _statistics(x)
    apart = x - mean * count
    squares = (apart**2).sum(axis=all_but_the_channel(x), keepdims=True)
    return _affine(apart / np.sqrt(squares + epsilon), gamma, beta)


@exercise.mistake(
    "The sum of squares was divided by the number of all values of x, not by that of a channel.",
    hint="How many numbers does the variance of a channel run over?",
)
def variance_over_all_numbers(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - mean) / np.sqrt(variance / x.shape[1] + epsilon), gamma, beta)


@exercise.mistake(
    "Only the mean was subtracted: the division, gamma and beta are missing.",
    hint="What should the spread of a channel be after the normalisation?",
)
def not_scaled_and_only_centred(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return x - _statistics(x)[0]


@exercise.mistake(
    "The mean and the variance run over all numbers of a sample, channels included; gamma and"
    " beta are missing.",
    hint="That is layer normalisation. Which numbers share a mean in a batch normalisation?",
)
def each_sample_over_all_channels_not_scaled(
    x: Array, gamma: Array, beta: Array, epsilon: float
) -> Array:
    return _normalised(x, epsilon, tuple(range(1, x.ndim)))


@exercise.mistake(
    "beta was multiplied, not added.",
    hint="What should the mean of a channel be in the end?",
)
def beta_multiplied(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    axes = all_but_the_channel(x)
    return _affine(_normalised(x, epsilon, axes), gamma * beta, np.zeros_like(beta))


@exercise.mistake(
    "gamma was multiplied twice.",
    hint="How often is gamma in the formula?",
)
def gamma_squared(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma**2, beta, epsilon)


@exercise.mistake(
    "The first gamma was used for all channels; beta is right.",
    hint="How many gammas are there, and how many channels?",
)
def first_gamma_for_all(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, np.full_like(gamma, gamma[0]), beta, epsilon)


@exercise.mistake(
    "The first beta was used for all channels; gamma is right.",
    hint="How many betas are there, and how many channels?",
)
def first_beta_for_all(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return batchnorm_forward(x, gamma, np.full_like(beta, beta[0]), epsilon)


@exercise.mistake(
    "beta was normalised too: it was added before the division by the root.",
    hint="Where does the fraction of the formula end?",
)
def beta_under_the_root(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    root = np.sqrt(variance + epsilon)
    return (per_channel(gamma, x) * (x - mean) + per_channel(beta, x)) / root


@exercise.mistake(
    "y has the wrong sign.",
    hint="What should the mean of a channel be in the end?",
)
def y_of_the_wrong_sign(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return -batchnorm_forward(x, gamma, beta, epsilon)


@exercise.mistake(
    "The last channel stays zero.",
    hint="How many numbers does range(C - 1) give?",
)
def last_channel_left_out(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    y = batchnorm_forward(x, gamma, beta, epsilon)
    y[:, -1] = 0
    return y


@exercise.mistake(
    "Only the first channel was computed, the others stay zero.",
    hint="Which loop runs over the channels? Does return stand in it?",
)
def only_the_first_channel(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    y = batchnorm_forward(x, gamma, beta, epsilon)
    y[:, 1:] = 0
    return y


@exercise.mistake(
    "Only the last channel was computed, the others stay zero.",
    hint="Is the array made again for each channel?",
)
def only_the_last_channel(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    y = batchnorm_forward(x, gamma, beta, epsilon)
    y[:, :-1] = 0
    return y


@exercise.mistake(
    "epsilon was added outside of the root, and gamma is missing.",
    hint="What does the root run over? And what should the spread of a channel be in the end?",
)
def epsilon_outside_gamma_missing(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return epsilon_outside_the_root(x, np.ones_like(gamma), beta, epsilon)


@exercise.mistake(
    "epsilon was added outside of the root, and gamma and beta are missing.",
    hint="What does the root run over? And what should the spread and the mean of a channel be"
    " in the end?",
)
def epsilon_outside_not_scaled(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return epsilon_outside_the_root(x, np.ones_like(gamma), np.zeros_like(beta), epsilon)


@exercise.mistake(
    "The root is missing, and so are gamma and beta.",
    hint="In what is a variance, if x is in metres? And what should the spread and the mean of"
    " a channel be in the end?",
)
def root_forgotten_not_scaled(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    return root_forgotten(x, np.ones_like(gamma), np.zeros_like(beta), epsilon)


@exercise.mistake(
    "A running average of the mean was subtracted, which has seen this batch alone: 0.1 of "
    "its mean.",
    hint="This is the forward pass in training. Which mean do the numbers of the batch have?",
)
def running_mean_alone(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    mean, variance, _ = _statistics(x)
    return _affine((x - 0.1 * mean) / np.sqrt(variance + epsilon), gamma, beta)
