"""The functions that explain, each against another way to the same answer."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.explain import (
    conv_input_size,
    conv_matrix,
    conv_output_size,
    explain_pixel,
    separate,
)
from minicnn.filters import KERNELS, gaussian_blur
from minicnn.layers import (
    Conv2D,
    DepthwiseConv2D,
    ReLU,
)

small = st.integers(1, 4)


@given(st.integers(1, 30), small, small, st.tuples(st.integers(0, 3), st.integers(0, 3)), small)
def test_output_size_and_its_inverse(
    size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int
) -> None:
    options = (kernel, stride, padding, dilation)
    span = dilation * (kernel - 1) + 1
    places = len(range(0, size + sum(padding) - span + 1, stride))
    if places == 0:
        with pytest.raises(ShapeError, match=f"span of {span} .* would be empty"):
            conv_output_size(size, *options)
        return
    assert conv_output_size(size, *options) == places
    sizes = []
    for extra in range(stride):
        try:
            sizes.append(conv_input_size(places, *options, output_padding=extra))
        except ShapeError:  # smaller than a picture can be
            sizes.append(0)
    assert size in sizes
    assert all(conv_output_size(n, *options) == places for n in sizes if n > 0)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_sizes_with_same_padding(stride: int) -> None:
    for size in range(1, 12):
        places = conv_output_size(size, 4, stride, "same")
        assert places == Conv2D(1, 4, stride, "same").output_shape((1, size, size))[1]
        inverse = [conv_input_size(places, 4, stride, "same", 1, n) for n in range(stride)]
        assert size in inverse


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 3), "size"),
        ((5, 0), "kernel_size"),
        ((5, 3, 0), "stride"),
        ((5, 3, 1, -1), "padding"),
        ((5, 3, 1, "full"), "padding"),
        ((5, 3, 1, 0, 0), "dilation"),
        (("5", 3), "size"),
    ],
)
def test_sizes_refuse_nonsense(arguments: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        conv_output_size(*arguments)
    with pytest.raises(ArgumentError, match="output_padding must be smaller than the stride"):
        conv_input_size(5, 3, stride=2, output_padding=2)
    with pytest.raises(ShapeError, match=r"cover 3 pixels.* 2 \+ 2"):
        conv_input_size(1, 3, padding=2)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": (2, 1), "padding": 1},
        {"padding": "same", "padding_mode": "reflect"},
        {"padding": (0, 1, 2, 0), "padding_mode": "circular", "dilation": 2},
        {"groups": 2},
    ],
)
def test_the_matrix_is_the_convolution(options: Any) -> None:
    rng = np.random.default_rng(0)
    kernels, x = (
        rng.normal(size=(4, 4 // options.get("groups", 1), 2, 3)),
        rng.normal(size=(4, 5, 6)),
    )
    layer = Conv2D(4, (2, 3), bias=False, **options)
    layer.build(x.shape, rng)
    layer.weight.value = kernels
    C = conv_matrix(kernels, x.shape, **options)
    np.testing.assert_allclose(C @ x.ravel(), layer(x[np.newaxis]).ravel(), atol=1e-12)
    dy = rng.normal(size=(1, *layer.output_shape(x.shape)))
    layer(x[np.newaxis], training=True)
    np.testing.assert_allclose(C.T @ dy.ravel(), layer.backward(dy).ravel(), atol=1e-12)


def test_a_matrix_of_more_pixels_than_go_in_at_once() -> None:
    kernel, x = np.arange(4.0).reshape(2, 2), np.random.default_rng(0).normal(size=(17, 19))
    layer = Conv2D.from_kernels(kernel[np.newaxis])
    layer.build((1, 17, 19), np.random.default_rng(0))
    expected = layer(x[np.newaxis, np.newaxis]).ravel()
    np.testing.assert_allclose(conv_matrix(kernel, x.shape) @ x.ravel(), expected, atol=1e-12)


def test_the_matrix_refuses_what_does_not_fit() -> None:
    with pytest.raises(ShapeError, match=r"\(3, 3\) with \(1, 4, 4\)"):
        conv_matrix(np.ones((3, 3)), (1, 4, 4))
    with pytest.raises(ShapeError, match="does not fit"):
        conv_matrix(np.ones((3, 3)), (2, 4))
    with pytest.raises(ShapeError, match=r"expected kernels of shape \(1, 3, 3, 3\)"):
        conv_matrix(np.ones((1, 2, 3, 3)), (3, 4, 4))
    with pytest.raises(ArgumentError, match="stride"):
        conv_matrix(np.ones((3, 3)), (4, 4), stride=0)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_products_of_vectors_are_separable(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kernel = np.outer(rng.normal(size=rows), rng.normal(size=columns))
    result = separate(kernel)
    assert result.separable
    np.testing.assert_allclose(result.approximation, kernel, rtol=1e-9, atol=1e-12)
    assert abs(result.vertical).min() == pytest.approx(1.0)


def test_the_approximation_is_the_best() -> None:
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(4, 5))
    result = separate(kernel)
    assert (result.separable, result.rank) == (False, 4)
    error = np.linalg.norm(kernel - result.approximation) / np.linalg.norm(kernel)
    assert result.error == pytest.approx(error, rel=1e-9)
    for _ in range(200):
        other = np.outer(
            result.vertical + 0.1 * rng.normal(size=4), result.horizontal + 0.1 * rng.normal(size=5)
        )
        assert np.linalg.norm(kernel - other) >= np.linalg.norm(kernel - result.approximation)


def test_which_of_the_bank_are_separable() -> None:
    ranks = {name: separate(kernel.values).rank for name, kernel in KERNELS.items()}
    assert {name for name, rank in ranks.items() if rank > 1} == {
        "sharpen",
        "edge_enhance",
        "laplacian",
        "outline",
        "emboss",
    }
    assert "not separable, rank 2" in str(separate(KERNELS["laplacian"].values))


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_separate_of_any_scale(scale: float) -> None:
    result = separate(scale * np.array([[1.0, 1.0], [1.0, -1.0]]))
    assert result.rank == 2
    assert result.error == pytest.approx(2**-0.5)


def test_a_loose_tolerance_bends_the_verdict_only() -> None:
    kernel = gaussian_blur(5) + 0.01 * np.eye(5)
    strict, loose = separate(kernel), separate(kernel, tolerance=0.5)
    assert (strict.separable, loose.separable) == (False, True)
    np.testing.assert_array_equal(strict.approximation, loose.approximation)
    assert strict.error == loose.error > 0.01


def test_kernels_of_the_bank_and_what_is_no_kernel() -> None:
    assert separate(KERNELS["sobel_x"]).separable
    assert conv_matrix(KERNELS["sobel_x"], (4, 4)).shape == (4, 16)
    nonsense: list[Any] = ["sobel_x", [[1, 2], [3]], [[1j]], None]
    for bad in nonsense:
        for function in (separate, lambda kernel: conv_matrix(kernel, (4, 4))):
            with pytest.raises(ShapeError, match="kernel must be an array of numbers"):
                function(bad)
    with pytest.raises(ArgumentError, match=r"at most .* got 158,404 x 160,000"):
        conv_matrix(np.ones((3, 3)), (400, 400))


def test_separate_of_zero_and_of_nonsense() -> None:
    nothing = separate(np.zeros((2, 3)))
    assert (nothing.separable, nothing.rank, nothing.error) == (True, 0, 0.0)
    np.testing.assert_array_equal(nothing.approximation, np.zeros((2, 3)))
    with pytest.raises(ShapeError, match=r"\(KH, KW\), got shape \(3,\)"):
        separate([1, 2, 3])
    with pytest.raises(DataError, match="finite"):
        separate([[1.0, np.nan]])


@pytest.mark.parametrize(
    "layer",
    [
        Conv2D(4, (3, 2), (2, 1), 1, "reflect", (1, 2), 2),
        Conv2D(2, 3, padding="same", bias=False),
        DepthwiseConv2D(2, padding="same", padding_mode="circular", multiplier=2),
    ],
    ids=repr,
)
def test_the_parts_of_a_pixel_add_up(layer: Conv2D) -> None:
    rng = np.random.default_rng(0)
    layer.build((4, 6, 5), rng)
    if layer.bias is not None:
        layer.bias.value = rng.normal(size=layer.bias.value.shape)
    x = rng.normal(size=(2, 4, 6, 5))
    y = layer(x)
    for n, f, i, j in np.ndindex(y.shape):
        parts = explain_pixel(layer, x, n, f, i, j)
        assert parts.value == pytest.approx(y[n, f, i, j], rel=1e-9, abs=1e-9)
        assert parts.products.sum() + parts.bias == pytest.approx(parts.value)
        for kh, row in enumerate(parts.rows):
            for kw, column in enumerate(parts.columns):
                inside = 0 <= row < 6 and 0 <= column < 5
                assert parts.inside[kh, kw] == inside
                if inside:
                    np.testing.assert_array_equal(
                        parts.pixels[:, kh, kw], x[n, list(parts.channels), row, column]
                    )


def test_a_pixel_as_a_table() -> None:
    layer = Conv2D.from_kernels([[[1, 2], [3, 4]]], padding=1, bias=True)
    layer.build((1, 2, 2), np.random.default_rng(0))
    lines = str(explain_pixel(layer, np.ones((1, 1, 2, 2)), 0, 0, 0, 1)).splitlines()
    assert [line.split()[:6] for line in lines[2:4]] == [
        ["0", "-1", "0", "0", "1", "0"],
        ["0", "-1", "1", "0", "2", "0"],
    ]
    assert lines[2].endswith("(padding)")
    assert not lines[4].endswith("(padding)")
    assert [line.split()[-1] for line in lines[-3:]] == ["7", "0", "7"]


def test_pixels_that_are_not_there() -> None:
    layer = Conv2D(2, 3)
    with pytest.raises(NotReadyError):
        explain_pixel(layer, np.ones((1, 1, 5, 5)), 0, 0, 0, 0)
    layer.build((1, 5, 5), np.random.default_rng(0))
    with pytest.raises(ArgumentError, match=r"j must be below 3, got 3.* \(1, 2, 3, 3\)"):
        explain_pixel(layer, np.ones((1, 1, 5, 5)), 0, 0, 0, 3)
    with pytest.raises(ArgumentError, match="i must be a whole number"):
        explain_pixel(layer, np.ones((1, 1, 5, 5)), 0, 0, -1, 0)
    with pytest.raises(ArgumentError, match="expected a Conv2D or DepthwiseConv2D, got ReLU"):
        explain_pixel(ReLU(), np.ones((1, 1, 5, 5)), 0, 0, 0, 0)
