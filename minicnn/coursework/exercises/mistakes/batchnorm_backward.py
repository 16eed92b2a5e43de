"""The mistakes that people make in `batchnorm_backward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.batchnorm_backward import Gradients, batchnorm_backward, exercise
from minicnn.coursework.exercises.batchnorm_forward import (
    all_but_the_channel,
    per_channel,
)
from minicnn.typing import Array

PATHS = (
    "Shift one number of a channel by 0.1. The mean moves, and the variance too, and with them the "
    "outputs of all others. Which of these ways is in your dx?"
)
COUNT = "How many numbers does the mean run over, and with which factor is each of them in it?"
CHAIN = (
    "Go through the graph of the forward pass step by step, and write beside each step its own "
    "derivative."
)


class _Parts:
    """What the gradients are put together from."""

    def __init__(self, dy: Array, x: Array, gamma: Array, epsilon: float) -> None:
        self.axes = all_but_the_channel(x)
        self.count = x.size // x.shape[1]
        self.dy = dy
        self.gamma = per_channel(gamma, x)
        self.centred = x - x.mean(axis=self.axes, keepdims=True)
        self.variance = x.var(axis=self.axes, keepdims=True)
        self.root = np.sqrt(self.variance + epsilon)
        self.normalised = self.centred / self.root

    def mean(self, values: Array) -> Array:
        """Return the mean of each channel, to go with x."""
        return values.mean(axis=self.axes, keepdims=True)

    def sum(self, values: Array) -> Array:
        """Return the sum of each channel, (C,)."""
        return values.sum(axis=self.axes)

    def dx(self, through_the_mean: float = 1, through_the_variance: float = 1) -> Array:
        """Return dx, in which two of the three ways may have a wrong factor."""
        return (
            self.gamma
            / self.root
            * (
                self.dy
                - through_the_mean * self.mean(self.dy)
                - through_the_variance * self.normalised * self.mean(self.dy * self.normalised)
            )
        )

    def all(
        self, dx: Array | None = None, dgamma: Array | None = None, dbeta: Array | None = None
    ) -> Gradients:
        """Return the gradients, right where none is given."""
        return (
            self.dx() if dx is None else dx,
            self.sum(self.dy * self.normalised) if dgamma is None else dgamma,
            self.sum(self.dy) if dbeta is None else dbeta,
        )

    def with_statistics(self, normalised: Array, root: Array) -> Gradients:
        """Return the gradients by the short formula, with another root."""
        self.normalised, self.root = normalised, root
        return self.all()


# -- ways that were forgotten ----------------------------------------------------------------------


@exercise.mistake(
    "The mean and the variance were taken for constants in dx.",
    hint=PATHS,
)
def mean_and_variance_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 0))


@exercise.mistake(
    "The variance was taken for a constant in dx: the way through it is missing.",
    hint=PATHS,
)
def variance_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0))


@exercise.mistake(
    "The mean was taken for a constant in dx: the way through it is missing.",
    hint=PATHS,
)
def mean_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 1))


@exercise.mistake(
    "dx is dy * gamma: it went through the scale, but not through the normalisation.",
    hint="y = gamma * normalised + beta is one step. What comes before it?",
)
def normalisation_left_out(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dy * parts.gamma)


@exercise.mistake(
    "gamma is missing in dx.",
    hint="Double gamma: y moves twice as far when x moves. What about dx?",
)
def gamma_missing(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx / per_channel(gamma, x), dgamma, dbeta


@exercise.mistake(
    "gamma was multiplied twice in dx.",
    hint="How often is gamma in y? Is it in dnormalised already?",
)
def gamma_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx * per_channel(gamma, x), dgamma, dbeta


@exercise.mistake(
    "gamma is missing in the ways through the mean and through the variance, but not in the "
    "first way.",
    hint="All three ways begin at y. What do they pass first?",
)
def gamma_in_the_first_way_only(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    first = dy / parts.root
    return parts.all(parts.gamma * first + parts.dx() / parts.gamma - first)


@exercise.mistake(
    "The division by the root is missing in dx.",
    hint="Spread x out to twice its width: normalised stays. How much does it move with x now?",
)
def not_divided_by_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx * _Parts(dy, x, gamma, epsilon).root, dgamma, dbeta


@exercise.mistake(
    "dx was multiplied by the root, not divided.",
    hint="Spread x out to twice its width: normalised stays. How much does it move with x now?",
)
def multiplied_by_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx * _Parts(dy, x, gamma, epsilon).root ** 2, dgamma, dbeta


# -- how many numbers there are --------------------------------------------------------------------


@exercise.mistake(
    "The ways through the mean and through the variance were not divided by how many numbers "
    "they run over: sums stand where means belong.",
    hint=COUNT,
)
def sums_instead_of_means(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, parts.count))


@exercise.mistake(
    "The way through the mean was not divided by how many numbers the mean runs over.",
    hint=COUNT,
)
def mean_not_divided(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, 1))


@exercise.mistake(
    "The way through the variance was not divided by how many numbers the variance runs over.",
    hint=COUNT,
)
def variance_not_divided(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, parts.count))


@exercise.mistake(
    "In the short formula dy was not multiplied by how many numbers a channel has, before all was "
    "divided by it.",
    hint="Three terms stand in the bracket that is divided. Which of them are sums?",
)
def dy_not_multiplied(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, parts.count) / parts.count)


@exercise.mistake(
    "dx is too large by how many numbers a channel has: the division in front is missing.",
    hint="Write the terms as means. What becomes of the factor in front of dy?",
)
def not_divided_at_all(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx * (x.size // x.shape[1]), dgamma, dbeta


@exercise.mistake(
    "dx was divided by how many numbers a channel has, once too often.",
    hint="Write the terms as means. What becomes of the factor in front of dy?",
)
def divided_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx / (x.size // x.shape[1]), dgamma, dbeta


@exercise.mistake(
    "The sums over N, H and W were divided by N alone in dx.",
    hint="How many numbers does a channel of N pictures have?",
)
def divided_by_the_batch_alone(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    share = parts.count / len(x)
    return parts.all(parts.dx(share, share))


@exercise.mistake(
    "The way through the variance is half as large: the 2 of the derivative of a square is "
    "missing.",
    hint=CHAIN,
)
def two_forgotten(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0.5))


@exercise.mistake(
    "The way through the variance is twice as large: the 1/2 of the derivative of a root is "
    "missing.",
    hint=CHAIN,
)
def half_forgotten(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 2))


# -- signs and powers ------------------------------------------------------------------------------


@exercise.mistake(
    "The way through the mean was added, where it has to be subtracted.",
    hint="If all numbers of a channel grow by 1, what do the normalised ones do? Add up your dx.",
)
def mean_added(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(-1, 1))


@exercise.mistake(
    "The way through the variance was added, where it has to be subtracted.",
    hint="A larger variance makes the normalised numbers smaller. Where is that minus?",
)
def variance_added(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, -1))


@exercise.mistake(
    "The ways through the mean and through the variance were added, where they have to be "
    "subtracted.",
    hint="If all numbers of a channel grow by 1, what do the normalised ones do? Add up your dx.",
)
def both_added(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(-1, -1))


@exercise.mistake(
    "dx has the wrong sign.",
    hint="dx is the gradient itself. Who takes the step downhill?",
)
def dx_of_the_wrong_sign(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return -dx, dgamma, dbeta


@exercise.mistake(
    "The way through the variance was divided by the root twice too seldom: a power of -1/2 where "
    "-3/2 belongs, or x - mean where the normalised numbers belong.",
    hint="What is the derivative of v^(-1/2)? Which power of the root does dx have in all?",
)
def power_of_the_variance(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way * parts.root**2)


@exercise.mistake(
    "In the way through the variance the power of the root is -2, not -3.",
    hint="What is the derivative of v^(-1/2)? Which power of the root is v^(-3/2)?",
)
def power_of_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way * parts.root)


@exercise.mistake(
    "In the way through the mean the division by the root is missing.",
    hint=CHAIN,
)
def mean_not_divided_by_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(0, 1)
    return parts.all(parts.dx(0, 1) + way * parts.root)


@exercise.mistake(
    "x itself stands where x - mean belongs in the way through the variance.",
    hint="The variance is the mean of (x - mean)^2. What is its derivative?",
)
def x_not_centred(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = x / parts.root * parts.mean(dy * x / parts.root)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * way)


@exercise.mistake(
    "x itself stands where x - mean belongs, in the derivative of the variance by x.",
    hint="The variance is the mean of (x - mean)^2. What is its derivative?",
)
def x_not_centred_at_the_end(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = x / parts.root * parts.mean(dy * parts.normalised)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * way)


@exercise.mistake(
    "x itself stands where x - mean belongs, in the derivative of the output by the variance.",
    hint="Which numbers are divided by the root in the forward pass?",
)
def x_not_centred_at_the_start(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.normalised * parts.mean(dy * x / parts.root)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * way)


@exercise.mistake(
    "The sum of dy takes the place of the sum of dy * normalised in the way through the variance.",
    hint="Which of the two sums is dgamma, and which dbeta? Which belongs to the variance?",
)
def dbeta_for_dgamma(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.normalised * parts.mean(dy)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * way)


@exercise.mistake(
    "The sum in the way through the variance is not multiplied by the normalised numbers.",
    hint="By how much does the variance move with one number? Not all move it by the same.",
)
def variance_way_not_multiplied(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.mean(dy * parts.normalised)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * way)


# -- the variance and its root ---------------------------------------------------------------------


@exercise.convention(
    "The variance was divided by one less than the number of values, as with ddof=1.",
    reason="That is the unbiased estimate for a larger population. Batch normalisation divides by "
    "the number itself (Ioffe and Szegedy, 2015), so that the batch has variance 1 exactly; the "
    "unbiased one is used for the running variance at most.",
)
def unbiased_variance(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    parts.root = np.sqrt(parts.variance * parts.count / (parts.count - 1) + epsilon)
    parts.normalised = parts.centred / parts.root
    return parts.all(parts.dx(1, parts.count / (parts.count - 1)))


@exercise.mistake(
    "The variance was divided by one less than the number of values, as with ddof=1, but its "
    "gradient by the number itself.",
    hint="np.var and np.std have an option, and np.cov and others a default. What does the "
    "exercise divide by?",
)
def unbiased_in_the_forward_pass(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    root = np.sqrt(parts.variance * parts.count / (parts.count - 1) + epsilon)
    return parts.with_statistics(parts.centred / root, root)


@exercise.mistake(
    "The gradient of the variance was divided by one less than the number of values.",
    hint="The variance is a mean here. Which factor has each square in it?",
)
def unbiased_in_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, parts.count / (parts.count - 1)))


@exercise.mistake(
    "epsilon was added to the standard deviation, outside of the root.",
    hint="Look at the formula: what does the root run over?",
)
def epsilon_outside_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    root = np.sqrt(parts.variance) + epsilon
    return parts.with_statistics(parts.centred / root, root)


@exercise.mistake(
    "epsilon was added to the standard deviation, outside of the root, in the forward pass and in "
    "its derivative.",
    hint="Look at the formula: what does the root run over?",
)
def epsilon_outside_throughout(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    deviation = np.sqrt(parts.variance)
    parts.root = deviation + epsilon
    parts.normalised = parts.centred / parts.root
    return parts.all(parts.dx(1, parts.root / deviation))


@exercise.mistake(
    "epsilon was not used, or a small one of your own instead of the argument.",
    hint="Try epsilon = 1. How much does your output change?",
)
def epsilon_not_used(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    return batchnorm_backward(dy, x, gamma, 0.0)


@exercise.mistake(
    "epsilon was left out in dx, but not in the normalised numbers.",
    hint="Every power of the variance in dx comes from the root, which has epsilon in it.",
)
def epsilon_not_in_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(_Parts(dy, x, gamma, 0.0).dx())


@exercise.mistake(
    "epsilon was left out in the root in front of dx, but not in the normalised numbers.",
    hint="Every power of the variance in dx comes from the root, which has epsilon in it.",
)
def epsilon_not_in_front(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx() * parts.root / np.sqrt(parts.variance))


@exercise.mistake(
    "The root is missing: x - mean was divided by variance + epsilon.",
    hint="If x is in metres, in what is the variance, and in what should the result be?",
)
def root_forgotten(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    root = parts.variance + epsilon
    return parts.with_statistics(parts.centred / root, root)


@exercise.mistake(
    "The root is missing in dx, which is divided by variance + epsilon.",
    hint="If x is in metres, in what is dx? In what is the variance?",
)
def root_forgotten_in_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx / _Parts(dy, x, gamma, epsilon).root, dgamma, dbeta


# -- the axes --------------------------------------------------------------------------------------


def _over(
    axes: tuple[int, ...], dy: Array, x: Array, gamma: Array, epsilon: float
) -> tuple[Array, Array]:
    """Return dx and the normalised numbers, with statistics over these axes."""
    centred = x - x.mean(axis=axes, keepdims=True)
    root = np.sqrt((centred**2).mean(axis=axes, keepdims=True) + epsilon)
    normalised = centred / root
    d = dy * per_channel(gamma, x)
    dx = (
        d
        - d.mean(axis=axes, keepdims=True)
        - normalised * (d * normalised).mean(axis=axes, keepdims=True)
    ) / root
    return dx, normalised


@exercise.mistake(
    "The mean and the variance run over N alone: each place of a picture was treated by itself.",
    hint="A kernel is the same at all places of a picture, so its channel has one mean. How many "
    "means do you have?",
)
def each_place_by_itself(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, normalised = _over((0,), dy, x, gamma, epsilon)
    axes = all_but_the_channel(x)
    return dx, (dy * normalised).sum(axis=axes), dy.sum(axis=axes)


@exercise.mistake(
    "All sums run over N alone: each place of a picture was treated by itself, and has a dgamma "
    "and a dbeta of its own.",
    hint="dgamma has one number for each channel. Which axes have to go?",
)
def all_over_the_batch_alone(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, normalised = _over((0,), dy, x, gamma, epsilon)
    return dx, (dy * normalised).sum(axis=0), dy.sum(axis=0)


@exercise.mistake(
    "The mean and the variance run over H and W alone: each sample was treated by itself.",
    hint="That is instance normalisation. What is a batch normalisation named after?",
)
def each_sample_by_itself(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, normalised = _over((2, 3), dy, x, gamma, epsilon)
    axes = all_but_the_channel(x)
    return dx, (dy * normalised).sum(axis=axes), dy.sum(axis=axes)


@exercise.mistake(
    "The mean and the variance run over all numbers of a sample, channels included.",
    hint="That is layer normalisation. Which numbers share a mean in a batch normalisation?",
)
def each_sample_over_all_channels(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, normalised = _over(tuple(range(1, x.ndim)), dy, x, gamma, epsilon)
    axes = all_but_the_channel(x)
    return dx, (dy * normalised).sum(axis=axes), dy.sum(axis=axes)


@exercise.mistake(
    "All channels share one mean and one variance.",
    hint="How many means are there, if each channel has its own? Give mean the axes.",
)
def all_channels_together(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, normalised = _over(tuple(range(x.ndim)), dy, x, gamma, epsilon)
    axes = all_but_the_channel(x)
    return dx, (dy * normalised).sum(axis=axes), dy.sum(axis=axes)


# -- dgamma and dbeta ------------------------------------------------------------------------------


@exercise.mistake(
    "dgamma was computed with x, not with the normalised numbers.",
    hint="What is gamma multiplied by in the forward pass?",
)
def dgamma_with_x(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=parts.sum(dy * x))


@exercise.mistake(
    "dgamma was computed with x - mean, which is not divided by the root.",
    hint="What is gamma multiplied by in the forward pass?",
)
def dgamma_with_x_centred(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=parts.sum(dy * parts.centred))


@exercise.mistake(
    "dgamma was computed with gamma * normalised, not with the normalised numbers alone.",
    hint="What is the derivative of gamma * normalised with respect to gamma?",
)
def dgamma_times_gamma(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma * gamma, dbeta


@exercise.mistake(
    "dgamma is zero: it was never computed, or it is the sum of the normalised numbers alone.",
    hint="By the chain rule dL/dgamma is a sum of products of two factors.",
)
def dgamma_without_dy(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=parts.sum(parts.normalised))


@exercise.mistake(
    "dgamma is a product of two sums, where it should be a sum of products.",
    hint="Is (a + b)(c + d) the same as a c + b d?",
)
def dgamma_of_sums(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=parts.sum(dy) * parts.sum(x / parts.root))


@exercise.mistake(
    "dgamma is a mean, where it should be a sum.",
    hint="gamma takes part in every output of its channel. The mean of the loss is in dy already.",
)
def dgamma_a_mean(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma / (x.size // x.shape[1]), dbeta


@exercise.mistake(
    "dbeta is a mean, where it should be a sum.",
    hint="beta takes part in every output of its channel. The mean of the loss is in dy already.",
)
def dbeta_a_mean(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, dbeta / (x.size // x.shape[1])


@exercise.mistake(
    "dgamma and dbeta are means, where they should be sums.",
    hint="Both take part in every output of their channel. The mean of the loss is in dy already.",
)
def dgamma_and_dbeta_means(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    count = x.size // x.shape[1]
    return dx, dgamma / count, dbeta / count


@exercise.mistake(
    "dgamma and dbeta were divided by the batch size.",
    hint="The loss is a mean over the batch, so dy has been divided by N before it came here.",
)
def dgamma_and_dbeta_divided(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma / len(x), dbeta / len(x)


@exercise.mistake(
    "dbeta was multiplied by gamma.",
    hint="What is the derivative of gamma * normalised + beta with respect to beta?",
)
def dbeta_times_gamma(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, dbeta * gamma


@exercise.mistake(
    "dgamma and dbeta came back in the other order.",
    hint="The order is dx, dgamma, dbeta.",
)
def dgamma_and_dbeta_exchanged(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dbeta, dgamma


@exercise.mistake(
    "dgamma and dbeta were summed over N alone; a number for each place of a picture is left.",
    hint="gamma has one number for each channel. Which axes have to go?",
)
def dgamma_and_dbeta_over_the_batch_alone(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=(dy * parts.normalised).sum(axis=0), dbeta=dy.sum(axis=0))


@exercise.mistake(
    "dgamma and dbeta were not summed: they have the shape of dy.",
    hint="gamma has one number for each channel, which takes part in all of its outputs.",
)
def dgamma_and_dbeta_not_summed(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=dy * parts.normalised, dbeta=dy)


@exercise.mistake(
    "dgamma and dbeta kept the axes that they were summed over, with size 1.",
    hint="dgamma has the shape of gamma. What does keepdims do?",
)
def dgamma_and_dbeta_with_axes(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, per_channel(dgamma, x), per_channel(dbeta, x)


@exercise.mistake(
    "dgamma and dbeta are one number each, summed over the channels too.",
    hint="How many gammas are there? Give sum the axes that have to go.",
)
def dgamma_and_dbeta_one_number(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, np.asarray(dgamma.sum()), np.asarray(dbeta.sum())


@exercise.mistake(
    "dgamma and dbeta were summed along the samples' own axes, one number for each sample.",
    hint="gamma has one number for each channel. Which axis has to stay?",
)
def dgamma_and_dbeta_for_each_sample(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    axes = tuple(range(1, x.ndim))
    return parts.all(dgamma=(dy * parts.normalised).sum(axis=axes), dbeta=dy.sum(axis=axes))


@exercise.mistake(
    "gamma is missing in dx, and mean and variance were taken for constants.",
    hint="Double gamma: y moves twice as far when x moves. What about dx? And how does x move "
    "the mean and the variance?",
)
def gamma_missing_and_both_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dy / parts.root)


@exercise.mistake(
    "gamma is missing in dx, and the variance was taken for a constant.",
    hint="Double gamma: y moves twice as far when x moves. What about dx? And how does x move "
    "the variance?",
)
def gamma_missing_and_variance_constant(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0) / parts.gamma)


@exercise.mistake(
    "gamma is missing in dx, and the mean was taken for a constant.",
    hint="Double gamma: y moves twice as far when x moves. What about dx? And how does x move "
    "the mean?",
)
def gamma_missing_and_mean_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 1) / parts.gamma)


@exercise.mistake(
    "gamma is missing in dx, and sums stand where means belong in the ways through the mean "
    "and through the variance.",
    hint="What about dx if gamma is doubled? And how many numbers does the mean run over?",
)
def gamma_missing_and_sums(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, parts.count) / parts.gamma)


@exercise.mistake(
    "gamma is missing in dx, and in the short formula dy was not multiplied by how many "
    "numbers a channel has.",
    hint="What about dx if gamma is doubled? And which of the three terms in the bracket are sums?",
)
def gamma_missing_and_dy_not_multiplied(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, parts.count) / parts.count / parts.gamma)


@exercise.mistake(
    "gamma is missing in the way through the mean, not in the others.",
    hint="All three ways begin at y. What do they pass first?",
)
def gamma_missing_in_the_way_through_the_mean(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(0, 1)
    return parts.all(parts.dx(0, 1) + way / parts.gamma)


@exercise.mistake(
    "gamma is missing in the way through the variance, not in the others.",
    hint="All three ways begin at y. What do they pass first?",
)
def gamma_missing_in_the_way_through_the_variance(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way / parts.gamma)


@exercise.mistake(
    "gamma is missing in the first way, not in those through the mean and through the variance.",
    hint="All three ways begin at y. What do they pass first?",
)
def gamma_in_the_ways_alone(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    first = dy / parts.root
    return parts.all(parts.dx() - parts.gamma * first + first)


@exercise.mistake(
    "dx was divided by gamma, not multiplied.",
    hint="Double gamma: y moves twice as far when x moves. What about dx?",
)
def divided_by_gamma(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx / per_channel(gamma, x) ** 2, dgamma, dbeta


@exercise.mistake(
    "Mean and variance were taken for constants in dx, and the root is missing: it is gamma *"
    " dy / (variance + epsilon).",
    hint="How does x move the mean and the variance? And if x is in metres, in what is dx?",
)
def constant_and_root_missing(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 0) / parts.root)


@exercise.mistake(
    "The variance was taken for a constant in dx, and the root is missing.",
    hint="How does x move the variance? And if x is in metres, in what is dx?",
)
def variance_constant_and_root_missing(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0) / parts.root)


@exercise.mistake(
    "Mean and variance were taken for constants in dx, and epsilon was added outside of the root.",
    hint="How does x move the mean and the variance? And what does the root run over?",
)
def constant_and_epsilon_outside(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.gamma * dy / (np.sqrt(parts.variance) + epsilon))


@exercise.mistake(
    "The variance was taken for a constant in dx, and the division by the root is missing: it"
    " is gamma * (dy - mean of dy).",
    hint="How does x move the variance? And what if x is spread out to twice its width?",
)
def constant_and_not_divided_by_the_root(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0) * parts.root)


@exercise.mistake(
    "The variance was taken for a constant in dx, and the way through the mean is a sum, not "
    "divided.",
    hint="How does x move the variance? And how many numbers does the mean run over?",
)
def constant_and_sums(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(parts.count, 0))


@exercise.mistake(
    "The mean was taken for a constant in dx, and the way through the variance is a sum, not "
    "divided.",
    hint="How does x move the mean? And how many numbers does the variance run over?",
)
def mean_constant_and_sums(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, parts.count))


@exercise.mistake(
    "The first way is missing in dx: only those through the mean and through the variance are"
    " there.",
    hint="A number moves its own output first of all. Where is dy by itself?",
)
def first_way_missing(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx() - parts.dx(0, 0))


@exercise.mistake(
    "In the way through the variance a factor of 1/4 is too much: the 2 of the square is "
    "missing, and a 1/2 too many.",
    hint="Go through the graph of the forward pass step by step, and write beside each step "
    "its own derivative.",
)
def two_and_half_forgotten(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0.25))


@exercise.mistake(
    "The way through the variance is four times as large: the 2 of the square is there twice "
    "and the 1/2 of the root is missing.",
    hint="Go through the graph of the forward pass step by step, and write beside each step "
    "its own derivative.",
)
def two_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 4))


@exercise.mistake(
    "The way through the mean is half as large.",
    hint="Go through the graph of the forward pass step by step, and write beside each step "
    "its own derivative.",
)
def mean_way_halved(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0.5, 1))


@exercise.mistake(
    "The way through the mean is twice as large: it was counted twice.",
    hint="Go through the graph of the forward pass step by step, and write beside each step "
    "its own derivative.",
)
def mean_way_doubled(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(2, 1))


@exercise.mistake(
    "The variance was taken for a constant in dx, and the way through the mean was added, not"
    " subtracted.",
    hint="How does x move the variance? And if all numbers of a channel grow by 1, what do the"
    " normalised ones do?",
)
def mean_added_variance_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(-1, 0))


@exercise.mistake(
    "The mean was taken for a constant in dx, and the way through the variance was added, not"
    " subtracted.",
    hint="How does x move the mean? And a larger variance makes the normalised numbers smaller.",
)
def variance_added_mean_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, -1))


@exercise.mistake(
    "The way through the variance was added, not subtracted, and is twice as large.",
    hint="A larger variance makes the normalised numbers smaller. And what is the derivative "
    "of a root?",
)
def variance_added_and_half_forgotten(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, -2))


@exercise.mistake(
    "The mean was taken for a constant in dx, and the 1/2 of the derivative of a root is missing.",
    hint="How does x move the mean? And what is the derivative of a root?",
)
def half_forgotten_mean_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 2))


@exercise.mistake(
    "The mean was taken for a constant in dx, and the 2 of the derivative of a square is missing.",
    hint="How does x move the mean? And what is the derivative of a square?",
)
def two_forgotten_mean_constant(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 0.5))


@exercise.mistake(
    "In the way through the variance the power of the root is -1, as of the normalised "
    "numbers, where -3 belongs, and x - mean stands for them.",
    hint="What is the derivative of v^(-1/2)? Which power of the root does dx have in all?",
)
def power_one_of_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way * parts.root**3)


@exercise.mistake(
    "In the way through the variance the power of the root is -4, not -3.",
    hint="What is the derivative of v^(-1/2)? Which power of the root is v^(-3/2)?",
)
def power_four_of_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way / parts.root)


@exercise.mistake(
    "In the way through the variance the power of the root is -5, not -3.",
    hint="What is the derivative of v^(-1/2)? Which power of the root is v^(-3/2)?",
)
def power_five_of_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    way = parts.dx() - parts.dx(1, 0)
    return parts.all(parts.dx(1, 0) + way / parts.root**2)


@exercise.mistake(
    "dy is missing in the way through the variance: it is the normalised numbers alone.",
    hint="All three ways begin at y. What do they pass first?",
)
def variance_way_without_dy(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(1, 0) - parts.gamma / parts.root * parts.normalised)


@exercise.mistake(
    "dy itself stands where its mean belongs in the way through the mean, so that the first "
    "two ways cancel.",
    hint="The mean moves with all numbers of a channel. Over what is dy averaged?",
)
def dbeta_not_divided_by_count(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(parts.dx(0, 1) - parts.dx(0, 0))


@exercise.mistake(
    "dx is all zeros.",
    hint="Is the array of zeros, which you made first, ever written into?",
)
def dx_zero(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return 0 * dx, dgamma, dbeta


@exercise.mistake(
    "dx is dy itself.",
    hint="Which steps of the forward pass does dy have to go back through?",
)
def dx_is_dy(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    _dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dy.copy(), dgamma, dbeta


@exercise.mistake(
    "dx is twice as large.",
    hint="What is counted twice?",
)
def dx_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return 2 * dx, dgamma, dbeta


@exercise.mistake(
    "The last channel of dx stays zero.",
    hint="How many numbers does range(C - 1) give?",
)
def dx_of_the_last_channel_left_out(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    dx[:, -1] = 0
    return dx, dgamma, dbeta


@exercise.mistake(
    "The sums in dx run over the channels as well.",
    hint="Each channel has a mean and a variance of its own. Which axes do your sums run over?",
)
def sums_over_all_channels_in_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    d = dy * parts.gamma
    way = parts.normalised * (d * parts.normalised).mean()
    return parts.all((d - d.mean() - way) / parts.root)


@exercise.mistake(
    "The sums in dx run over N alone, although the statistics are those of the channels.",
    hint="How many numbers of a channel share a mean? Which axes do your sums run over?",
)
def sums_over_the_batch_alone_in_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    d = dy * parts.gamma
    way = parts.normalised * (d * parts.normalised).mean(axis=0)
    return parts.all((d - d.mean(axis=0) - way) / parts.root)


@exercise.mistake(
    "Pictures were brought into rows of C numbers by reshape, without moving the channels to "
    "the end first: a column holds numbers of several channels.",
    hint="Reshape keeps the order of the numbers in memory. Which axis has to come last, "
    "before the others can be laid together?",
)
def channels_mixed_by_reshape(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    C = x.shape[1]
    slopes, rows = (np.ascontiguousarray(array).reshape(-1, C) for array in (dy, x))
    dx, dgamma, dbeta = batchnorm_backward(slopes, rows, gamma, epsilon)
    return dx.reshape(x.shape), dgamma, dbeta


@exercise.mistake(
    "In dx the channels were moved to the end, and not back: it is (N, H, W, C).",
    hint="dx has the shape of x. Which transpose undoes yours?",
)
def dx_channels_not_moved_back(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return np.moveaxis(dx, 1, -1), dgamma, dbeta


@exercise.mistake(
    "In dx the channels were moved to the end, and it was brought into the shape of x by "
    "reshape, not by moving them back.",
    hint="Reshape keeps the order of the numbers in memory. Which transpose undoes yours?",
)
def dx_channels_moved_back_by_reshape(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return np.moveaxis(dx, 1, -1).reshape(x.shape), dgamma, dbeta


@exercise.mistake(
    "The variance was divided by one less than the number of values in the root in front of "
    "dx alone.",
    hint="What does the exercise divide by?",
)
def unbiased_in_front(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    root = np.sqrt(parts.variance * parts.count / (parts.count - 1) + epsilon)
    return parts.all(parts.dx() * parts.root / root)


@exercise.mistake(
    "epsilon was left out in the normalised numbers, and with them in dgamma, but not in the "
    "root in front.",
    hint="Which root divides x - mean in the forward pass?",
)
def epsilon_not_in_normalised(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    parts.normalised = parts.centred / np.sqrt(parts.variance)
    return parts.all()


@exercise.mistake(
    "The root is missing in the normalised numbers, and with them in dgamma, but not in front"
    " of dx.",
    hint="Which root divides x - mean in the forward pass?",
)
def root_forgotten_in_the_normalised_numbers(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    parts.normalised = parts.centred / (parts.variance + epsilon)
    return parts.all()


@exercise.mistake(
    "dgamma has the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def dgamma_of_the_wrong_sign(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, -dgamma, dbeta


@exercise.mistake(
    "dgamma is twice as large.",
    hint="What is counted twice?",
)
def dgamma_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, 2 * dgamma, dbeta


@exercise.mistake(
    "dgamma was divided by the batch size.",
    hint="The loss is a mean over the batch, so dy has been divided by N before it came here.",
)
def dgamma_divided_by_the_batch(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma / len(x), dbeta


@exercise.mistake(
    "dgamma is one number, summed over the channels too.",
    hint="How many gammas are there? Give sum the axes that have to go.",
)
def dgamma_one_number(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, np.asarray(dgamma.sum()), dbeta


@exercise.mistake(
    "dgamma kept the axes that it was summed over, with size 1.",
    hint="dgamma has the shape of gamma. What does keepdims do?",
)
def dgamma_with_axes(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, per_channel(dgamma, x), dbeta


@exercise.mistake(
    "dgamma was divided by the root once more.",
    hint="How much does y grow when gamma grows by 0.01? Is there a root in it that is not "
    "counted yet?",
)
def dgamma_divided_by_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma / _Parts(dy, x, gamma, epsilon).root.reshape(-1), dbeta


@exercise.mistake(
    "dbeta has the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def dbeta_of_the_wrong_sign(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, -dbeta


@exercise.mistake(
    "dbeta is all zeros.",
    hint="Is the array of zeros, which you made first, ever written into?",
)
def dbeta_zero(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, 0 * dbeta


@exercise.mistake(
    "dbeta is twice as large.",
    hint="What is counted twice?",
)
def dbeta_twice(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, 2 * dbeta


@exercise.mistake(
    "dbeta was divided by the batch size.",
    hint="The loss is a mean over the batch, so dy has been divided by N before it came here.",
)
def dbeta_divided_by_the_batch(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, dbeta / len(x)


@exercise.mistake(
    "dbeta is one number, summed over the channels too.",
    hint="How many betas are there? Give sum the axes that have to go.",
)
def dbeta_one_number(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, np.asarray(dbeta.sum())


@exercise.mistake(
    "dbeta kept the axes that it was summed over, with size 1.",
    hint="dbeta has the shape of beta. What does keepdims do?",
)
def dbeta_with_axes(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, per_channel(dbeta, x)


@exercise.mistake(
    "dbeta was divided by the root once more.",
    hint="How much does y grow when beta grows by 0.01? Is there a root in it that is not "
    "counted yet?",
)
def dbeta_divided_by_the_root(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, dgamma, dbeta / _Parts(dy, x, gamma, epsilon).root.reshape(-1)


@exercise.mistake(
    "dgamma was summed over N alone; a number for each place of a picture is left.",
    hint="gamma has one number for each channel. Which axes have to go?",
)
def dgamma_over_the_batch_alone(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=(dy * parts.normalised).sum(axis=0))


@exercise.mistake(
    "dgamma was not summed: it has the shape of dy.",
    hint="gamma has one number for each channel, which takes part in all of its outputs.",
)
def dgamma_not_summed(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=dy * parts.normalised)


@exercise.mistake(
    "dgamma was summed along the samples' own axes, one number for each sample.",
    hint="gamma has one number for each channel. Which axis has to stay?",
)
def dgamma_for_each_sample(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=(dy * parts.normalised).sum(axis=tuple(range(1, x.ndim))))


@exercise.mistake(
    "dbeta was summed over N alone; a number for each place of a picture is left.",
    hint="beta has one number for each channel. Which axes have to go?",
)
def dbeta_over_the_batch_alone(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dbeta=(dy).sum(axis=0))


@exercise.mistake(
    "dbeta was not summed: it has the shape of dy.",
    hint="beta has one number for each channel, which takes part in all of its outputs.",
)
def dbeta_not_summed(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dbeta=dy)


@exercise.mistake(
    "dbeta was summed along the samples' own axes, one number for each sample.",
    hint="beta has one number for each channel. Which axis has to stay?",
)
def dbeta_for_each_sample(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dbeta=(dy).sum(axis=tuple(range(1, x.ndim))))


@exercise.mistake(
    "dgamma and dbeta have the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def dgamma_and_dbeta_of_the_wrong_sign(
    dy: Array, x: Array, gamma: Array, epsilon: float
) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dx, -dgamma, -dbeta


@exercise.mistake(
    "All three gradients have the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def all_of_the_wrong_sign(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    return batchnorm_backward(-dy, x, gamma, epsilon)


@exercise.mistake(
    "All three gradients were divided by the batch size.",
    hint="The loss is a mean over the batch, so dy has been divided by N before it came here.",
)
def all_divided_by_the_batch(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    return batchnorm_backward(dy / len(x), x, gamma, epsilon)


@exercise.mistake(
    "dgamma was computed with dx, not with dy.",
    hint="Which gradient arrives at gamma * normalised, before it goes on to x?",
)
def dgamma_with_y(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, _dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return (
        dx,
        (dx * _Parts(dy, x, gamma, epsilon).normalised).sum(axis=all_but_the_channel(x)),
        dbeta,
    )


@exercise.mistake(
    "The sizes of the normalised numbers went into dgamma.",
    hint="A negative number grows more negative with gamma. Where is its sign?",
)
def dgamma_of_absolute_numbers(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    parts = _Parts(dy, x, gamma, epsilon)
    return parts.all(dgamma=parts.sum(dy * np.abs(parts.normalised)))


@exercise.mistake(
    "The gradients came back in another order: dgamma, dbeta, dx.",
    hint="The order is dx, dgamma, dbeta.",
)
def order_dgamma_dbeta_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dgamma, dbeta, dx


@exercise.mistake(
    "The gradients came back in another order: dbeta, dgamma, dx.",
    hint="The order is dx, dgamma, dbeta.",
)
def order_dbeta_dgamma_dx(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dbeta, dgamma, dx


@exercise.mistake(
    "The gradients came back in another order: dgamma, dx, dbeta.",
    hint="The order is dx, dgamma, dbeta.",
)
def order_dgamma_dx_dbeta(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    dx, dgamma, dbeta = batchnorm_backward(dy, x, gamma, epsilon)
    return dgamma, dx, dbeta
