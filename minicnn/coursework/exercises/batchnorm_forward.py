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
