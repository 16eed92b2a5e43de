"""Right hand-ins in many styles are never refused: batch normalisation, dropout, He's weights."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from kept_answers import answers_of_the_banks_are_kept  # noqa: F401

from minicnn.coursework import check
from minicnn.coursework.diagnosis.checker import report_on
from minicnn.coursework.exercises import EXERCISES
from minicnn.typing import Array

RIGHT: list[tuple[str, Callable[..., Any]]] = []
BOTH = ("batchnorm_forward", "batchnorm_backward")
Generator = np.random.Generator
Gradients = tuple[Array, Array, Array]


def right(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        RIGHT.append((name, function))
        return function

    return keep


# -- batch normalisation ---------------------------------------------------------------------------


@right("batchnorm_forward")
def numbers_vectorised(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + epsilon) + beta


@right("batchnorm_forward")
def numbers_in_loops(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    N, D = x.shape
    y = np.zeros((N, D))
    for d in range(D):
        mean = sum(x[n, d] for n in range(N)) / N
        variance = sum((x[n, d] - mean) ** 2 for n in range(N)) / N
        for n in range(N):
            y[n, d] = gamma[d] * (x[n, d] - mean) / math.sqrt(variance + epsilon) + beta[d]
    return y


@right("batchnorm_forward")
def pictures_vectorised(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    variance = x.var(axis=(0, 2, 3), keepdims=True)
    normalised = (x - mean) * (variance + epsilon) ** -0.5
    return gamma[None, :, None, None] * normalised + beta[None, :, None, None]


@right("batchnorm_forward")
def pictures_in_loops(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    y = np.zeros_like(x)
    for c in range(x.shape[1]):
        channel = x[:, c, :, :]
        y[:, c] = gamma[c] * (channel - channel.mean()) / np.sqrt(channel.var() + epsilon) + beta[c]
    return y


@right("batchnorm_forward")
def pictures_as_rows(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    y = numbers_vectorised(rows, gamma, beta, epsilon)
    return y.reshape(N, H, W, C).transpose(0, 3, 1, 2)


@right("batchnorm_forward")
def both_in_float32(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
    rows = np.moveaxis(x, 1, 0).reshape(x.shape[1], -1).astype(np.float32)
    mean = np.einsum("cm->c", rows) / rows.shape[1]
    variance = np.einsum("cm,cm->c", rows, rows) / rows.shape[1] - mean**2
    scale = gamma / np.sqrt(variance + epsilon)
    rows = rows * scale[:, None] + (beta - scale * mean)[:, None]
    return np.moveaxis(rows.reshape(x.shape[1], len(x), *x.shape[2:]), 0, 1)


@right("batchnorm_backward")
def numbers_step_by_step(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    N, D = x.shape
    centred = x - 1 / N * np.sum(x, axis=0)
    variance = 1 / N * np.sum(centred**2, axis=0)
    deviation = np.sqrt(variance + epsilon)
    inverse = 1 / deviation
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(dy * centred * inverse, axis=0)
    dnormalised = dy * gamma
    dinverse = np.sum(dnormalised * centred, axis=0)
    dcentred = dnormalised * inverse
    dvariance = 0.5 / deviation * (-1 / deviation**2 * dinverse)
    dcentred = dcentred + 2 * centred * (1 / N * np.ones((N, D)) * dvariance)
    dmean = -np.sum(dcentred, axis=0)
    return dcentred + 1 / N * np.ones((N, D)) * dmean, dgamma, dbeta


@right("batchnorm_backward")
def numbers_in_short(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    N = len(x)
    root = np.sqrt(x.var(0) + epsilon)
    normalised = (x - x.mean(0)) / root
    dgamma, dbeta = (dy * normalised).sum(0), dy.sum(0)
    return gamma / root / N * (N * dy - dbeta - normalised * dgamma), dgamma, dbeta


@right("batchnorm_backward")
def pictures_in_short(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    N, C, H, W = x.shape
    count, axes = N * H * W, (0, 2, 3)
    root = np.sqrt(x.var(axes).reshape(1, C, 1, 1) + epsilon)
    normalised = (x - x.mean(axes).reshape(1, C, 1, 1)) / root
    dgamma = np.einsum("nchw,nchw->c", dy, normalised)
    dbeta = np.einsum("nchw->c", dy)
    mean = dbeta.reshape(1, C, 1, 1) / count
    slope = dgamma.reshape(1, C, 1, 1) / count
    return gamma.reshape(1, C, 1, 1) * (dy - mean - normalised * slope) / root, dgamma, dbeta


@right("batchnorm_backward")
def channels_by_matrix(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    """The derivative of all outputs of a channel by all inputs, as a matrix."""
    dx, dgamma, dbeta = np.zeros(x.shape), [], []
    for c in range(x.shape[1]):
        values, gradient = x[:, c].ravel(), dy[:, c].ravel()
        count = len(values)
        centred = values - values.mean()
        root = np.sqrt(centred @ centred / count + epsilon)
        matrix = (np.eye(count) - 1 / count) / root - np.outer(centred, centred) / count / root**3
        dx[:, c] = (gamma[c] * gradient @ matrix).reshape(dx[:, c].shape)
        dgamma.append(gradient @ centred / root)
        dbeta.append(gradient.sum())
    return dx, np.array(dgamma), np.array(dbeta)


@right("batchnorm_backward")
def pictures_in_float32(dy: Array, x: Array, gamma: Array, epsilon: float) -> Gradients:
    N, C, H, W = x.shape
    dy, x = dy.astype(np.float32), x.astype(np.float32)
    rows, slopes = (a.transpose(0, 2, 3, 1).reshape(-1, C) for a in (x, dy))
    dx, dgamma, dbeta = numbers_step_by_step(slopes, rows, gamma.astype(np.float32), epsilon)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


# -- dropout ---------------------------------------------------------------------------------------


@right("dropout_forward")
def below(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    mask = (rng.random(x.shape) < 1 - rate) / (1 - rate)
    return x * mask, mask


@right("dropout_forward")
def binomial(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    mask = rng.binomial(1, 1 - rate, size=x.shape)
    return x * mask / (1 - rate), mask


@right("dropout_forward")
def choice(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    mask = rng.choice([0, 1], size=x.shape, p=[rate, 1 - rate])
    return np.where(mask, x / (1 - rate), 0), mask.astype(bool)


@right("dropout_forward")
def one_by_one(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    y, mask = np.zeros(x.shape), np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        if rng.uniform() > rate:
            mask[index] = 1
            y[index] = x[index] / (1 - rate)
    return y, mask


@right("dropout_forward")
def exactly_that_many(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    mask: Array = np.ones(x.size, np.float32)
    mask[rng.permutation(x.size)[: round(rate * x.size)]] = 0
    mask = mask.reshape(x.shape)
    return (x * mask / (1 - rate)).astype(np.float32), mask


@right("dropout_forward")
def overwritten(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
    y = x.copy()
    dropped = rng.uniform(0, 1, size=x.shape) < rate
    y[dropped] = 0
    y /= 1 - rate
    return y, ~dropped


# -- He's weights ----------------------------------------------------------------------------------


@right("he_normal")
def standard_normal(shape: tuple[int, ...], rng: Generator) -> Any:
    return rng.standard_normal(shape) * np.sqrt(2.0 / (np.prod(shape) / shape[0]))


@right("he_normal")
def case_by_case(shape: tuple[int, ...], rng: Generator) -> Any:
    if len(shape) == 4:
        _, C, KH, KW = shape
        return rng.normal(loc=0.0, scale=math.sqrt(2 / (C * KH * KW)), size=shape)
    return rng.normal(loc=0.0, scale=math.sqrt(2 / shape[1]), size=shape)


@right("he_normal")
def float32_weights(shape: tuple[int, ...], rng: Generator) -> Any:
    fan_in = math.prod(shape[1:])
    return rng.standard_normal(shape, dtype=np.float32) / np.float32((fan_in / 2) ** 0.5)


@right("he_normal")
def number_by_number(shape: tuple[int, ...], rng: Generator) -> Any:
    w = np.empty(shape)
    for index in np.ndindex(*shape):
        w[index] = rng.normal() * math.sqrt(2 / (w.size // len(w)))
    return w


@right("he_normal")
def box_and_muller(shape: tuple[int, ...], rng: Generator) -> Any:
    radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
    return radius * np.cos(2 * np.pi * rng.random(shape)) * np.sqrt(2 / math.prod(shape[1:]))


@pytest.mark.parametrize(("name", "function"), RIGHT)
def test_right_hand_ins_pass(name: str, function: Callable[..., Any]) -> None:
    report = check(name, function)
    assert report.passed, report
    assert report.mistake is None
    assert report.convention is None


@pytest.mark.parametrize("name", ["dropout_forward", "he_normal"])
def test_other_random_numbers_pass_too(name: str) -> None:
    """What is right stays right, whatever chance brings."""
    exercise = EXERCISES[name]
    for seed in range(20):

        def shifted(*arguments: Any, seed: int = seed) -> Any:
            arguments[-1].random(1 + seed)
            return exercise.right(*arguments)

        assert check(name, shifted).passed


# -- two layouts -----------------------------------------------------------------------------------


def test_a_hand_in_for_one_layout_is_checked_on_that() -> None:
    assert "(N, D) only" in str(check("batchnorm_forward", numbers_vectorised))
    assert "(N, C, H, W) only" in str(check("batchnorm_forward", pictures_vectorised))
    assert not check("batchnorm_forward", both_in_float32).note


SAME_IN_ONE_LAYOUT = {
    2: {
        "each_sample_alone": "each_sample_over_all_channels",
        "over_the_channels": "each_sample_over_all_channels",
        "dgamma_and_dbeta_divided": "dgamma_and_dbeta_means",
        "dgamma_divided_by_the_batch": "dgamma_a_mean",
        "dbeta_divided_by_the_batch": "dbeta_a_mean",
    },
    4: {"each_sample_alone": "each_sample_by_itself"},
}
"""Mistakes that are another one where an exercise has arrays of so many axes alone."""


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("axes", [2, 4])
def test_mistakes_are_named_in_either_layout_alone(name: str, axes: int) -> None:
    exercise = EXERCISES[name]
    place = exercise.parameters.index("x")
    mine = [case for case in exercise.cases() if case.inputs[place].ndim == axes]
    for mistake, made in exercise.mistakes.items():
        report = report_on(exercise, made.function, mine)
        if not report.findings:
            continue  # it makes no difference in this layout, or raises an error
        mistake = SAME_IN_ONE_LAYOUT[axes].get(mistake, mistake)
        assert [m.name for one in report.findings for m in one.mistakes] == [mistake], report


def test_wrong_in_pictures_alone_does_not_pass_for_numbers() -> None:
    def wrong_axes(x: Array, gamma: Array, beta: Array, epsilon: float) -> Any:
        if x.ndim == 2:
            return numbers_vectorised(x, gamma, beta, epsilon)
        y = pictures_vectorised(x, gamma, beta, epsilon)
        return y + x.mean(axis=3, keepdims=True)

    assert not check("batchnorm_forward", wrong_axes).passed


# -- chance ----------------------------------------------------------------------------------------


def test_the_generator_that_was_given_must_be_used() -> None:
    own = np.random.default_rng(1)  # the same numbers in every run of the tests

    def of_its_own(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
        mask = own.random(x.shape) >= rate
        return x * mask / (1 - rate), mask

    assert check("dropout_forward", of_its_own).mistake == "rng_not_used"
    report = check("he_normal", lambda shape, rng: case_by_case(shape, own))
    assert report.mistake == "rng_not_used"
    report = check("he_normal", lambda shape, rng: 0.01 * own.normal(size=shape))
    assert set(report.mistakes) == {"constant_deviation", "rng_not_used"}


def test_two_mistakes_of_dropout_are_both_named() -> None:
    def two(x: Array, rate: float, rng: Generator) -> tuple[Array, Any]:
        mask = rng.random(x.shape[1:]) < rate
        return x * mask / rate, np.broadcast_to(mask, x.shape)

    assert "one_mask_for_all_samples" in check("dropout_forward", two).mistakes
