"""Columns: their sizes, their padding, and that the way back is the adjoint of the way there."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn.im2col import Padding, Pair, col2im, im2col, output_size, same_padding

small = st.integers(1, 4)
border = st.tuples(st.integers(0, 3), st.integers(0, 3))


@st.composite
def geometries(draw: st.DrawFn) -> tuple[tuple[int, int, int, int], Pair, Pair, Padding]:
    """A batch shape, kernel, stride and four-sided padding for which there is an output."""
    kernel, stride = draw(st.tuples(small, small)), draw(st.tuples(small, small))
    padding = draw(st.tuples(border, border))
    sizes = [
        draw(st.integers(max(1, size - sum(added)), 8))
        for size, added in zip(kernel, padding, strict=True)
    ]
    return (draw(small), draw(small), sizes[0], sizes[1]), kernel, stride, padding


@settings(max_examples=300, deadline=None)
@given(geometries(), st.integers(0, 2**32 - 1))
def test_the_way_back_is_the_adjoint(
    geometry: tuple[tuple[int, int, int, int], Pair, Pair, Padding], seed: int
) -> None:
    shape, kernel, stride, padding = geometry
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    columns = im2col(x, kernel, stride, padding)
    y = rng.normal(size=columns.shape)
    back = col2im(y, shape, kernel, stride, padding)
    assert back.shape == shape
    assert np.vdot(columns, y) == pytest.approx(np.vdot(x, back), rel=1e-10, abs=1e-10)


@settings(max_examples=100, deadline=None)
@given(geometries())
def test_columns_are_the_windows(
    geometry: tuple[tuple[int, int, int, int], Pair, Pair, Padding],
) -> None:
    shape, (KH, KW), (SH, SW), padding = geometry
    N, C, H, W = shape
    x = np.random.default_rng(0).normal(size=shape)
    padded = np.pad(x, ((0, 0), (0, 0), *padding))
    OH, OW = output_size(H, KH, SH, padding[0]), output_size(W, KW, SW, padding[1])
    columns = im2col(x, (KH, KW), (SH, SW), padding).reshape(C, KH, KW, OH, OW, N)
    for n, i, j in np.ndindex(N, OH, OW):
        window = padded[n, :, i * SH : i * SH + KH, j * SW : j * SW + KW]
        np.testing.assert_array_equal(columns[:, :, :, i, j, n], window)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9))
def test_same_padding_follows_the_rule(size: int, kernel: int, stride: int) -> None:
    before, after = same_padding(size, kernel, stride)
    assert after - before in (0, 1), "the odd one goes after"
    assert output_size(size, kernel, stride, (before, after)) == math.ceil(size / stride)
    if before + after:
        assert output_size(size, kernel, stride, (before, after - 1)) < math.ceil(size / stride)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        (28, 5, 1, (2, 2)),
        (28, 4, 1, (1, 2)),
        (7, 3, 2, (1, 1)),
        (8, 3, 2, (0, 1)),
        (5, 1, 3, (0, 0)),
    ],
)
def test_same_padding_by_hand(size: int, kernel: int, stride: int, expected: Pair) -> None:
    assert same_padding(size, kernel, stride) == expected
