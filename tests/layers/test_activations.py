"""Activations far from zero, at their kinks, and with options that make no sense."""

import math
from typing import Any

import numpy as np
import pytest

from minicnn.errors import ArgumentError
from minicnn.layers import (
    ELU,
    GELU,
    LeakyReLU,
    Parameter,
    ReLU,
    Sigmoid,
    Softplus,
    Swish,
    Tanh,
)
from minicnn.layers.activation import Activation
from minicnn.layers.normal_distribution import cumulative, density
from minicnn.typing import Array

EVERY = [ReLU(), LeakyReLU(), ELU(2.0), GELU(), Sigmoid(), Tanh(), Softplus(), Swish()]


def built(layer: Activation, x: Array) -> Activation:
    layer.build(x.shape[1:], np.random.default_rng(0))
    return layer


def slope(layer: Activation, x: Array) -> Array:
    """The derivative at each number."""
    built(layer, x)(x, training=True)
    return layer.backward(np.ones_like(x))


# The straight lines that each follows far below zero and far above it: (slope, offset).
FAR: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "ReLU": ((0, 0), (1, 0)),
    "LeakyReLU": ((0.01, 0), (1, 0)),
    "ELU": ((0, -2), (1, 0)),
    "GELU": ((0, 0), (1, 0)),
    "Sigmoid": ((0, 0), (0, 1)),
    "Tanh": ((0, -1), (0, 1)),
    "Softplus": ((0, 0), (1, 0)),
    "Swish": ((0, 0), (1, 0)),
}


@pytest.mark.parametrize("layer", EVERY, ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [1e3, 1e4, 1e30])
def test_far_from_zero_nothing_overflows(layer: Activation, dtype: Any, far: float) -> None:
    x = np.array([[-far, far]], dtype)
    with np.errstate(all="raise"):
        y, dx = built(layer, x)(x), slope(layer, x)
    slopes, offsets = np.array(FAR[type(layer).__name__]).T
    np.testing.assert_allclose(y[0], slopes * x[0] + offsets, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(dx[0], slopes, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("layer", EVERY, ids=repr)
def test_float32_loses_a_few_last_bits(layer: Activation) -> None:
    x = np.linspace(-40, 40, 4001, dtype=np.float32)[np.newaxis]
    exact = x.astype(np.float64)
    for rounded, right in (
        (built(layer, x)(x), layer(exact)),
        (slope(layer, x), slope(layer, exact)),
    ):
        assert rounded.dtype == np.float32
        np.testing.assert_allclose(rounded, right, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize("layer", EVERY, ids=repr)
def test_nan_is_passed_on(layer: Activation) -> None:
    assert np.isnan(built(layer, np.ones((1, 1)))(np.array([[math.nan]]))).all()


def test_the_slope_at_a_kink_is_that_below() -> None:
    zero = np.zeros((1, 1))
    assert slope(ReLU(), zero) == 0
    assert slope(LeakyReLU(0.2), zero) == 0.2
    assert slope(ELU(0.5), zero) == 0.5


def test_a_small_probability_has_all_its_digits() -> None:
    """Not zero, as 1 - 1 would be: softplus and the probabilities are positive."""
    x = np.array([[-30.0, -20.0]])
    for y in (built(Sigmoid(), x)(x), built(Softplus(), x)(x)):
        np.testing.assert_allclose(y, np.exp(x), rtol=1e-8)
    x32 = x.astype(np.float32)
    for y in (built(Sigmoid(), x32)(x32), built(Softplus(), x32)(x32), slope(Softplus(), x32)):
        np.testing.assert_allclose(y, np.exp(x), rtol=1e-6)


def test_the_normal_distribution_against_the_standard_library() -> None:
    x = np.linspace(-36, 36, 7201)
    right = [math.erfc(-v / math.sqrt(2)) / 2 for v in x]
    np.testing.assert_allclose(cumulative(x), right, rtol=2e-11, atol=0)
    np.testing.assert_allclose(cumulative(x), right, rtol=0, atol=2e-13)
    right = [math.exp(-v * v / 2) / math.sqrt(2 * math.pi) for v in x]
    np.testing.assert_allclose(density(x), right, rtol=1e-13)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (LeakyReLU, "slope", -0.1),
        (LeakyReLU, "slope", 1.0),
        (LeakyReLU, "slope", math.nan),
        (LeakyReLU, "slope", "0.1"),
        (LeakyReLU, "slope", True),
        (ELU, "alpha", 0.0),
        (ELU, "alpha", -1.0),
        (ELU, "alpha", math.inf),
        (ELU, "alpha", None),
    ],
)
def test_options_out_of_range(kind: Any, name: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=f"^{kind.__name__}: {name} must be a number"):
        kind(value)


def test_they_have_nothing_to_learn_and_may_be_shared_among_threads() -> None:
    for layer in EVERY:
        assert layer.per_sample, layer
        assert not any(isinstance(member, Parameter) for _, member in layer.members())
        assert layer.output_shape((3, 4)) == (3, 4)
