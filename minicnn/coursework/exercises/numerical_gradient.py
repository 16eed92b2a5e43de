"""A gradient by small steps."""

from collections.abc import Callable

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

Number = Callable[[Array], float]


def numerical_gradient(f: Number, x: Array, h: float) -> Array:
    """Return the gradient of f at x, by central differences.

    f takes an array of the shape of x and returns one number. For each entry of x by itself, move
    that entry by h up and by h down, the others staying where they are:

        df/dx_i = (f(x + h e_i) - f(x - h e_i)) / (2 h)

    where e_i is 1 at entry i and 0 elsewhere. Take steps of h as it is given; it is not always
    small here. When the function returns, x is as it was before.

    Parameters
    ----------
    f : callable
        f(x) is a number.
    x : array of any shape
        Where the gradient is taken.
    h : float
        The step.

    Returns
    -------
    array of the shape of x
        The gradient.
    """
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        above, below = x.copy(), x.copy()
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient


def quadratic(shape: tuple[int, ...], seed: int, *, ripple: float = 0.0) -> Number:
    """Return a function in which each entry is multiplied by itself and by the others.

    A central difference of any step and any order gives the gradient of a quadratic function
    exactly. A ripple, a wave of this length on top of it, is invisible to steps of half its length.
    """
    rng = np.random.default_rng(seed)
    count = int(np.prod(shape))
    matrix = rng.uniform(-1, 1, size=(count, count)) + 2 * np.eye(count)
    slope = rng.uniform(1, 3, size=count)

    def f(x: Array) -> float:
        if np.shape(x) != shape:
            raise ValueError(f"f takes an array of shape {shape}, got {np.shape(x)}")
        flat = np.asarray(x, float).reshape(-1)
        value = float(flat @ matrix @ flat + slope @ flat)
        return (
            value + float(np.sin(2 * np.pi * flat / ripple).sum() * ripple / 10)
            if ripple
            else value
        )

    return f


def sum_of_squares(x: Array) -> float:
    """Return the sum of the squares."""
    return float(np.sum(np.square(x, dtype=float)))


def product_of_neighbours(x: Array) -> float:
    """Return x_0 x_1 + x_1 x_2 + ... of a row."""
    return float(np.sum(x[1:] * x[:-1]))


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)
    ripple = quadratic((2, 2), 1, ripple=0.5)
    return [
        Case("the sum of squares of two numbers", (sum_of_squares, np.array([1.0, 3.0]), 0.5)),
        Case(
            "products of neighbours",
            (product_of_neighbours, np.array([2.0, 5.0, 3.0, 7.0]), 0.5),
        ),
        Case("a matrix", (quadratic((2, 3), 0), rng.normal(size=(2, 3)), 0.25)),
        Case(
            "a ripple that steps of h do not see",
            (ripple, np.array([[0.3, -0.55], [0.8, 1.05]]), 0.25),
        ),
        Case("another step", (quadratic((3, 2), 2), rng.normal(size=(3, 2)), 0.125)),
        Case("three axes", (quadratic((2, 4, 3), 3), rng.normal(size=(2, 4, 3)), 0.5)),
        Case(
            "another memory order",
            (quadratic((3, 2), 4), rng.normal(size=(2, 3)).T, 0.25),
        ),
        Case(
            "float32, at zero",
            (quadratic((2, 2), 5), np.zeros((2, 2), np.float32), 0.25),
        ),
    ]


# A step of one's own, be it 1e-4 or 1e-7, is recognised whatever its own error is.
exercise = Exercise(numerical_gradient, ["gradient"], cases, tolerance=5e-4)
