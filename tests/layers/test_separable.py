"""Convolutions in two steps: which one convolution they stand for, and what they cost."""

import numpy as np
import pytest

from minicnn import (
    Conv2D,
    DepthwiseConv2D,
    ReLU,
    SeparableConv2D,
    Sequential,
    SpatiallySeparableConv2D,
)
from minicnn.errors import ArgumentError, ShapeError
from minicnn.explain.cost import multiply_adds


def test_a_separable_convolution_is_one_convolution_with_restricted_kernels() -> None:
    rng = np.random.default_rng(0)
    layer = SeparableConv2D(4, 3, padding=1, multiplier=2)
    layer.build((3, 6, 5), rng)
    depthwise, pointwise, bias = (parameter.value for parameter in layer.parameters)
    whole = Conv2D(4, 3, padding=1)
    whole.build((3, 6, 5), rng)
    parts = pointwise.reshape(4, 3, 2, 1, 1) * depthwise.reshape(1, 3, 2, 3, 3)
    whole.weight.value, whole.bias.value = parts.sum(axis=2), bias  # type: ignore[union-attr]
    x = rng.normal(size=(2, 3, 6, 5))
    np.testing.assert_allclose(layer(x), whole(x), atol=1e-6)


def test_a_spatially_separable_convolution_is_the_outer_product() -> None:
    rng = np.random.default_rng(0)
    layer = SpatiallySeparableConv2D(1, (3, 4), 2, "same", "circular", bias=False)
    layer.build((1, 8, 9), rng)
    vertical, horizontal = (parameter.value for parameter in layer.parameters)
    whole = Conv2D(1, (3, 4), 2, "same", "circular", bias=False)
    whole.build((1, 8, 9), rng)
    whole.weight.value = vertical * horizontal  # (1, 1, 3, 1) times (1, 1, 1, 4)
    x = rng.normal(size=(2, 1, 8, 9))
    np.testing.assert_allclose(layer(x), whole(x), atol=1e-6)


def test_the_textbook_count() -> None:
    """7 x 7 x 3 to 5 x 5 x 128 with kernels of 3 x 3."""
    whole = Sequential([Conv2D(128, 3, bias=False)], (3, 7, 7))
    cheap = Sequential([SeparableConv2D(128, 3, bias=False)], (3, 7, 7))
    assert whole.out_shape == cheap.out_shape == (128, 5, 5)
    assert (multiply_adds(whole), multiply_adds(cheap)) == (86_400, 10_275)
    assert [p.value.size for p in cheap.parameters] == [27, 384]


def test_each_channel_has_kernels_of_its_own() -> None:
    layer = DepthwiseConv2D(1, multiplier=2, bias=False)
    layer.build((2, 1, 1), np.random.default_rng(0))
    layer.weight.value = np.array([1.0, 2.0, 3.0, 4.0]).reshape(4, 1, 1, 1)
    y = layer(np.array([10.0, 100.0]).reshape(1, 2, 1, 1))
    np.testing.assert_array_equal(y.ravel(), [10, 20, 300, 400])


@pytest.mark.parametrize("kind", [SeparableConv2D, SpatiallySeparableConv2D])
def test_messages_name_the_layer(kind: type[SeparableConv2D]) -> None:
    with pytest.raises(ArgumentError, match=rf"^{kind.__name__} \w+: stride must be"):
        kind(4, 3, stride=0)
    with pytest.raises(ShapeError, match=r"^(depthwise|vertical) \w+\(.*does not fit"):
        kind(4, 3).build((1, 2, 2), np.random.default_rng(0))
    with pytest.raises(ShapeError, match=r"^layers\[1\]\.(depthwise|vertical) \w+\(.*does not fit"):
        Sequential([ReLU(), kind(4, 3)], (1, 2, 2))
    with pytest.raises(ArgumentError, match="DepthwiseConv2D: multiplier"):
        DepthwiseConv2D(3, multiplier=0)


def test_frozen_steps_stay_as_they_are() -> None:
    layer = SeparableConv2D(4, 3, trainable=False)
    layer.build((2, 5, 5), np.random.default_rng(0))
    assert not any(parameter.trainable for parameter in layer.parameters)
