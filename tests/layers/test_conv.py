"""Conv2D: known results, and options that make no sense."""

from typing import Any

import numpy as np
import pytest
import scipy.signal

from minicnn import (
    KERNELS,
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    ReLU,
    Sequential,
    Trainer,
    gradcheck,
)
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.layers import (
    ConvTranspose2D,
    DepthwiseConv2D,
    Layer,
    SeparableConv2D,
    SpatiallySeparableConv2D,
)


def test_a_result_worked_out_by_hand() -> None:
    layer = Conv2D(1, 3)
    layer.build((1, 5, 5), np.random.default_rng(0))
    layer.weight.value = np.arange(9.0).reshape(1, 1, 3, 3)
    y = layer(np.arange(25.0).reshape(1, 1, 5, 5))
    np.testing.assert_array_equal(y[0, 0], [[312, 348, 384], [492, 528, 564], [672, 708, 744]])


def test_columns_flow_on_without_a_copy() -> None:
    layer = Conv2D(2, 3, padding=1)
    layer.build((1, 6, 5), np.random.default_rng(0))
    y = layer(np.zeros((4, 1, 6, 5)))
    assert y.transpose(1, 2, 3, 0).flags.c_contiguous


def test_it_is_the_correlation_of_scipy() -> None:
    rng = np.random.default_rng(0)
    picture, kernel = rng.normal(size=(7, 9)), rng.normal(size=(3, 4))
    layer = Conv2D(1, (3, 4), bias=False)
    layer.build((1, 7, 9), rng)
    layer.weight.value = kernel[np.newaxis, np.newaxis]
    expected = scipy.signal.correlate2d(picture, kernel, mode="valid")
    np.testing.assert_allclose(layer(picture[np.newaxis, np.newaxis])[0, 0], expected, rtol=1e-12)


@pytest.mark.parametrize(("layer", "in_shape"), [(Conv2D(2, 3), (1, 6, 5)), (Dense(2), (5,))])
def test_only_weights_decay(layer: Conv2D | Dense, in_shape: Any) -> None:
    layer.build(in_shape, np.random.default_rng(0))
    assert layer.bias is not None
    assert layer.weight.decay
    assert not layer.bias.decay
    np.testing.assert_array_equal(layer.bias.value, 0)


@pytest.mark.parametrize(("layer", "in_shape"), [(Conv2D(100, 5), (3, 9, 9)), (Dense(90), (80,))])
def test_weights_can_start_as_glorot_uniform(layer: Any, in_shape: Any) -> None:
    layer = type(layer)(**layer.config | {"initializer": "glorot_uniform"})
    layer.build(in_shape, np.random.default_rng(0))
    fan_out, fan_in = len(layer.weight.value), layer.weight.value[0].size
    if len(in_shape) == 3:
        fan_out *= 25
    limit = (6 / (fan_in + fan_out)) ** 0.5
    assert np.abs(layer.weight.value).max() == pytest.approx(limit, rel=0.01)
    assert layer.weight.value.std() == pytest.approx(limit / 3**0.5, rel=0.03)


def test_weights_start_as_he_normal() -> None:
    layer = Conv2D(200, 5)
    layer.build((3, 28, 28), np.random.default_rng(0))
    assert layer.weight.value.std() == pytest.approx((2 / 75) ** 0.5, rel=0.03)
    assert layer.weight.value.dtype == np.float32


@pytest.mark.parametrize(
    ("arguments", "options", "name"),
    [
        ((0, 3), {}, "filters"),
        ((-1, 3), {}, "filters"),
        ((2.0, 3), {}, "filters"),
        ((True, 3), {}, "filters"),
        ((2, 0), {}, "kernel_size"),
        ((2, (3, -1)), {}, "kernel_size"),
        ((2, (3, 3, 3)), {}, "kernel_size"),
        ((2, "33"), {}, "kernel_size"),
        ((2, 3), {"stride": 0}, "stride"),
        ((2, 3), {"stride": (1, 0)}, "stride"),
        ((2, 3), {"padding": -1}, "padding"),
        ((2, 3), {"padding": "full"}, "padding"),
        ((2, 3), {"padding": 0.5}, "padding"),
        ((2, 3), {"padding": (1, 2, 3)}, "padding must be .*above, below, left, right"),
        ((2, 3), {"padding": ((1, 2), (3,))}, "padding must be .*above, below, left, right"),
        ((2, 3), {"padding": (1, 2, 3, -4)}, "padding"),
        ((2, 3), {"padding": ((1, True), (0, 0))}, "padding"),
        ((2, 3), {"padding_mode": "mirror"}, "padding_mode must be one of zeros, replicate"),
        ((2, 3), {"dilation": 0}, "dilation"),
        ((2, 3), {"dilation": (1, 2, 3)}, "dilation"),
        ((4, 3), {"groups": 3}, "groups must divide the filters, got 3 groups for 4 filters"),
        ((4, 3), {"groups": 0}, "groups"),
        ((2, 3), {"trainable": 1}, "trainable"),
        ((2, 3), {"bias": "no"}, "bias"),
        ((2, 3), {"initializer": "zeros"}, "initializer"),
    ],
)
def test_options_out_of_range(arguments: Any, options: Any, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"Conv2D: {name}"):
        Conv2D(*arguments, **options)


@pytest.mark.parametrize(
    ("padding", "text"),
    [
        (0, "Conv2D(2, 3)"),
        ((0, 0, 0, 0), "Conv2D(2, 3)"),
        ((1, 1), "Conv2D(2, 3, padding=1)"),
        ([[1, 1], [2, 2]], "Conv2D(2, 3, padding=(1, 2))"),
        ((1, 2, 0, 0), "Conv2D(2, 3, padding=((1, 2), (0, 0)))"),
        (np.array([1, 2]), "Conv2D(2, 3, padding=(1, 2))"),
    ],
)
def test_padding_is_written_in_its_shortest_form(padding: Any, text: str) -> None:
    assert repr(Conv2D(2, 3, padding=padding)) == text


def frozen_model(layer: Conv2D) -> Sequential:
    return Sequential([layer, ReLU(), Flatten(), Dense(3)], (1, 6, 6), seed=0)


@pytest.mark.parametrize(
    "layer", [Conv2D.from_kernels([[[0, 1], [-1, 0]]]), Conv2D(2, 3, trainable=False)], ids=repr
)
def test_a_frozen_layer_stays_as_it_is(layer: Conv2D) -> None:
    model = frozen_model(layer)
    before = [parameter.value.copy() for parameter in model.parameters]
    trainer = Trainer(model, SGD(0.1, momentum=0.9, weight_decay=0.1), CrossEntropy())
    rng = np.random.default_rng(0)
    for _ in range(3):
        trainer.train_step(rng.random((8, 1, 6, 6), dtype=np.float32), rng.integers(0, 3, 8))
    for (name, parameter), value in zip(model.named_parameters().items(), before, strict=True):
        assert np.array_equal(parameter.value, value) == (not parameter.trainable)
        assert parameter.trainable == name.startswith("3.")
    np.testing.assert_array_equal(layer.weight.grad, 0)


def test_a_frozen_layer_still_passes_gradients_on() -> None:
    layer = Conv2D(2, 3, trainable=False)
    report = gradcheck(layer, np.random.default_rng(0).normal(size=(2, 1, 5, 4)))
    assert [row.name for row in report.rows] == ["x"]
    assert report.passed()


def test_freezing_and_thawing_after_the_model_is_built() -> None:
    layer = Conv2D(2, 3)
    model = frozen_model(layer)
    trainer = Trainer(model, SGD(0.1), CrossEntropy())
    images, labels = np.ones((4, 1, 6, 6), np.float32), np.zeros(4, int)
    for trainable in (True, False, True):
        layer.trainable = trainable
        before = layer.weight.value
        trainer.train_step(images, labels)
        assert np.array_equal(before, layer.weight.value) != trainable
        assert repr(layer) == ("Conv2D(2, 3)" if trainable else "Conv2D(2, 3, trainable=False)")
    for parameter in layer.parameters:
        parameter.trainable = False
    assert not layer.trainable
    with pytest.raises(ArgumentError, match="trainable must be True or False"):
        layer.trainable = 1  # type: ignore[assignment] # the point of the test


def test_a_layer_is_thawed_between_forward_and_backward() -> None:
    layer = Conv2D(2, 3, trainable=False)
    layer.build((1, 6, 6), np.random.default_rng(0))
    y = layer(np.ones((1, 1, 6, 6)), training=True)
    layer.backward(np.ones_like(y))
    assert not layer.weight.grad.any()
    layer.trainable = True
    layer.backward(np.ones_like(y))
    np.testing.assert_array_equal(layer.weight.grad, 16)


def test_there_must_be_something_to_learn() -> None:
    model = Sequential([Conv2D.from_kernels([[[1, -1]]]), Flatten()], (1, 6, 6))
    with pytest.raises(ArgumentError, match=r"something to learn, got 1 parameters, all .* frozen"):
        Trainer(model, SGD(0.1), CrossEntropy())


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize("initializer", ["glorot_uniform", "lecun_normal"])
def test_a_start_keeps_the_variance_of_a_signal(groups: int, initializer: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 64, 16, 16))
    layers: list[Layer] = [
        Conv2D(64, 3, padding="same", groups=groups, initializer=initializer),
        ConvTranspose2D(64, 3, padding="same", groups=groups, initializer=initializer),
        ConvTranspose2D(64, 4, 2, "same", groups=groups, initializer=initializer),
        DepthwiseConv2D(5, padding="same", initializer=initializer),
        SeparableConv2D(64, 5, padding="same", initializer=initializer),
        SpatiallySeparableConv2D(64, 5, padding="same", groups=groups, initializer=initializer),
    ]
    for layer in layers:
        layer.build(x.shape[1:], rng)
        inside = layer(x)[:, :, 4:-4, 4:-4]
        assert inside.var() == pytest.approx(1.0, rel=0.3), layer


@pytest.mark.parametrize("channels", [3, 48])
def test_he_starts_with_twice_the_variance_whatever_the_channels(channels: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, channels, 16, 16))
    layers: list[Layer] = [
        Conv2D(96, 3),
        ConvTranspose2D(96, 4, 2),
        SeparableConv2D(96, 3),
        SpatiallySeparableConv2D(96, 3),
    ]
    for layer in layers:
        layer.build(x.shape[1:], rng)
        inside = layer(x)[:, :, 4:-4, 4:-4]
        assert inside.var() == pytest.approx(2.0, rel=0.5), layer


def test_kernels_may_learn_on_from_where_they_were_set() -> None:
    layer = Conv2D.from_kernels(np.ones((2, 1, 3, 3)), trainable=True, bias=True, padding="same")
    model = frozen_model(layer)
    np.testing.assert_array_equal(layer.weight.value, 1.0)
    assert layer.weight.value.dtype == np.float32
    trainer = Trainer(model, SGD(0.1), CrossEntropy())
    trainer.train_step(np.ones((4, 1, 6, 6), np.float32), np.zeros(4, int))
    assert not np.array_equal(layer.weight.value, np.ones((2, 1, 3, 3)))


@pytest.mark.parametrize(
    ("kernels", "error", "message"),
    [
        (np.ones((3, 3)), ShapeError, r"got shape \(3, 3\)"),
        (np.ones((0, 3, 3)), ShapeError, r"got shape \(0, 3, 3\)"),
        ([[[1, 2], [3]]], ShapeError, "must be an array"),
        (np.full((1, 3, 3), np.nan), DataError, "kernels must be finite"),
        ([[["1"]]], ShapeError, "must be an array of numbers"),
        ("sobel_x", ShapeError, "must be an array of numbers"),
    ],
)
def test_kernels_that_are_none(kernels: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=f"Conv2D.from_kernels: .*{message}"):
        Conv2D.from_kernels(kernels)


def test_options_that_kernels_settle() -> None:
    with pytest.raises(ArgumentError, match="settle filters and kernel_size"):
        Conv2D.from_kernels([[[1, 2]]], filters=1, kernel_size=3)


def test_kernels_of_the_bank_are_arrays() -> None:
    layer = Conv2D.from_kernels([KERNELS["sobel_x"], KERNELS["sobel_y"]])
    layer.build((1, 3, 3), np.random.default_rng(0))
    np.testing.assert_array_equal(layer.weight.value[0, 0], layer.weight.value[1, 0].T)


def test_an_unknown_keyword_is_not_swallowed() -> None:
    with pytest.raises(TypeError, match="kernel"):
        Conv2D(2, 3, kernel=5)  # type: ignore[call-arg] # the point of the test


@pytest.mark.parametrize(
    ("options", "in_shape", "message"),
    [
        ({}, (1, 4, 9), r"5 x 5 does not fit .* 4 x 9"),
        ({"padding": (0, 1)}, (1, 9, 2), r"5 x 5 does not fit .* 9 x 4"),
        ({"dilation": 3}, (1, 12, 20), r"13 x 13 \(dilation 3 x 3 included\) .* 12 x 20"),
        (
            {"groups": 2},
            (3, 9, 9),
            "groups must divide the input channels, got 2 groups for 3 input",
        ),
        (
            {"padding_mode": "reflect", "padding": ((0, 0), (3, 9))},
            (1, 9, 9),
            "reflect padding must be smaller .* got padding of 3 before and 9 after .* 9 pixels",
        ),
        ({"padding_mode": "reflect", "padding": "same"}, (1, 2, 9), "2 before and 2 after"),
        ({}, (28, 28), r"\(C, H, W\), got \(28, 28\)"),
        ({}, (0, 28, 28), r"positive"),
        ({}, (1, 28.5, 28), r"positive"),
        ({}, (), r"positive"),
        ({}, 28, r"positive"),
    ],
)
def test_shapes_that_do_not_fit(options: Any, in_shape: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=rf"Conv2D\(.*{message}"):
        Conv2D(2, 5, **options).build(in_shape, np.random.default_rng(0))
