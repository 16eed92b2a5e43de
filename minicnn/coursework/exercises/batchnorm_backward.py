"""The gradients of batch normalisation."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises.batchnorm_forward import (
    NUMBERS,
    PICTURES,
    all_but_the_channel,
    batch,
    per_channel,
)
from minicnn.typing import Array

Gradients = tuple[Array, Array, Array]


def batchnorm_backward(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    """Return dL/dx, dL/dgamma and dL/dbeta of y = batchnorm_forward(x, gamma, beta, epsilon).

    x is either (N, C, H, W), a batch of pictures, or (N, D), a batch of D numbers each. Write it
    for both, or for one of them. With the mean and the variance of each channel over the batch,

        normalised = (x - mean) / sqrt(variance + epsilon)
        y = gamma * normalised + beta

    A number of x moves its output in three ways: by itself, through the mean, and through the
    variance, which all numbers of its channel have in common. The variance is divided by how many
    numbers there are. gamma and beta take part in all outputs of their channel.

    Parameters
    ----------
    dy : array of the shape of x
        dL/dy.
    x : array (N, C, H, W) or (N, D)
        What went into the normalisation.
    gamma : array (C,) or (D,)
        The scale of each channel.
    epsilon : float
        What keeps the root from zero. It is not always small here.

    Returns
    -------
    dx : array of the shape of x
        dL/dx.
    dgamma, dbeta : array (C,) or (D,)
        dL/dgamma and dL/dbeta.
    """
    axes = all_but_the_channel(x)
    count = x.size // x.shape[1]  # how many numbers a channel has

    centred = x - x.mean(axis=axes, keepdims=True)
    variance = (centred**2).mean(axis=axes, keepdims=True)
    root = np.sqrt(variance + epsilon)
    normalised = centred / root

    dgamma = (dy * normalised).sum(axis=axes)
    dbeta = dy.sum(axis=axes)

    dnormalised = dy * per_channel(gamma, x)
    dvariance = (dnormalised * centred).sum(axis=axes, keepdims=True) * -0.5 / root**3
    dmean = -dnormalised.sum(axis=axes, keepdims=True) / root
    dx = dnormalised / root + dvariance * 2 * centred / count + dmean / count
    return dx, dgamma, dbeta


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, shape: tuple[int, ...], epsilon: float) -> Case:
        x, gamma, _ = batch(rng, shape)
        dy = rng.normal(size=shape) + 0.5
        return Case(what, (dy, x, gamma, epsilon), PICTURES if shape[2:] else NUMBERS)

    def reordered(what: str, shape: tuple[int, ...]) -> Case:
        dy, x, gamma, epsilon = case(what, shape, 0.3).inputs
        dy, x = (np.asfortranarray(array.astype(np.float32)) for array in (dy, x))
        inputs = dy, x, gamma.astype(np.float32), epsilon
        return Case(what, inputs, PICTURES if shape[2:] else NUMBERS)

    def as_pictures(numbers: Array) -> Array:
        return np.ascontiguousarray(numbers.T).reshape(1, 2, 1, 4)

    numbers = np.array([[1.0, 0.0], [3.0, 6.0], [1.0, 0.0], [3.0, 6.0]])
    gradients = np.array([[2.0, 1.0], [1.0, 1.0], [-3.0, 4.0], [4.0, 0.0]])
    by_hand = np.array([2.0, 5.0]), 0.44
    return [
        Case("four samples of two numbers", (gradients, numbers, *by_hand), NUMBERS),
        Case(
            "one picture of two channels",
            (as_pictures(gradients), as_pictures(numbers), *by_hand),
            PICTURES,
        ),
        case("three pictures of two channels", (3, 2, 4, 5), 0.1),
        case("more numbers than samples", (3, 5), 0.2),
        case("random numbers", (7, 4), 0.4),
        case("random pictures", (4, 3, 2, 5), 0.25),
        reordered("float32 in another memory order", (5, 3)),
        reordered("pictures of float32 in another memory order", (2, 3, 5, 4)),
    ]


exercise = Exercise(batchnorm_backward, ["dx", "dgamma", "dbeta"], cases)
