"""Exercises to try the checker on, smaller than the real ones: sums over windows, in loops."""

import numpy as np

from minicnn.coursework.diagnosis.checker import report_on
from minicnn.coursework.diagnosis.report import Report
from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.typing import Array


def report(exercise: Exercise, function: Function) -> Report:
    return report_on(exercise, function, exercise.cases())


def add_mistake(exercise: Exercise, name: str, function: Function) -> None:
    """Put a function without a name of its own into a bank."""

    def made(*inputs: object) -> object:
        return function(*inputs)

    made.__name__ = name
    exercise.mistake(f"This is {name}.", hint="Which one?")(made)


def numbers(*shape: int) -> Array:
    return np.random.default_rng(sum(shape)).integers(-4, 5, shape).astype(float)


def windows(dy: Array, stride: int) -> list[tuple[int, int, slice, slice]]:
    """The places of the windows of two by two, and their rows and columns in x."""
    return [
        (i, j, slice(i * stride, i * stride + 2), slice(j * stride, j * stride + 2))
        for i in range(dy.shape[2])
        for j in range(dy.shape[3])
    ]


def conv_backward(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    """Return the gradients of a convolution with kernels of two by two."""
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i, j, rows, columns in windows(dy, stride):
        for n in range(len(x)):
            for f in range(len(w)):
                dx[n, :, rows, columns] += dy[n, f, i, j] * w[f]
                dw[f] += dy[n, f, i, j] * x[n, :, rows, columns]
    return dx, dw, dy.sum(axis=(0, 2, 3))


def overwritten(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    """The same, but of overlapping windows the last one counts."""
    _, dw, db = conv_backward(dy, x, w, stride)
    dx = np.zeros_like(x)
    for i, j, rows, columns in windows(dy, stride):
        dx[:, :, rows, columns] = np.einsum("nf,fchw->nchw", dy[:, :, i, j], w)
    return dx, dw, db


def kernel_turned(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    dx, dw, db = conv_backward(dy, x, w, stride)
    return dx, dw[:, :, ::-1, ::-1], db


def conv_cases() -> list[Case]:
    dy, w = np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.array([[[[1.0, -1.0], [2.0, 0.0]]]])
    return [
        Case("one picture", (dy, numbers(1, 1, 3, 3), w, 1)),
        Case("a stride of 2", (numbers(1, 1, 2, 3), numbers(1, 1, 4, 6), numbers(1, 1, 2, 2), 2)),
        Case(
            "two samples, three channels, four filters",
            (numbers(2, 4, 3, 4), numbers(2, 3, 4, 5), numbers(4, 3, 2, 2), 1),
        ),
        Case(
            "three samples and a stride of 2",
            (numbers(3, 2, 2, 3), numbers(3, 2, 4, 6), numbers(2, 2, 2, 2), 2),
        ),
    ]


conv = Exercise(conv_backward, ["dx", "dw", "db"], conv_cases)
conv.mistake("Where windows overlap, dx was overwritten instead of added to.", hint="Who else?")(
    overwritten
)
conv.mistake("The kernel was turned by 180 degrees in dw.", hint="Which pixel met which weight?")(
    kernel_turned
)


def blur(x: Array, b: Array) -> Array:
    """Return the mean over three by three pixels, with a border of zeros, and add a bias."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    H, W = x.shape[2:]
    total = np.zeros(x.shape)
    for i in range(3):
        for j in range(3):
            total += padded[:, :, i : i + H, j : j + W]
    return total / 9 + b[:, np.newaxis, np.newaxis]


def blur_cases() -> list[Case]:
    return [
        Case("one pixel", (np.array([[[[9.0]]]]), np.array([0.5]))),
        Case("a small picture", (numbers(1, 1, 4, 5), np.array([0.5]))),
        Case("two samples of three channels", (numbers(2, 3, 7, 8), np.array([1.0, -2.0, 3.0]))),
    ]


blurring = Exercise(blur, ["y"], blur_cases)


@blurring.mistake("The bias is missing.", hint="What is y where x is zero everywhere?")
def without_bias(x: Array, b: Array) -> Array:
    return blur(x, np.zeros_like(b))


def mean_square(x: Array) -> float:
    """Return the mean of the squares."""
    return float(np.mean(np.square(x)))


scalar = Exercise(
    mean_square, ["loss"], lambda: [Case("three", (numbers(3),)), Case("seven", (numbers(7),))]
)


@scalar.mistake("The squares were added up, not averaged.", hint="How many are there?")
def total(x: Array) -> float:
    return float(np.sum(np.square(x)))
