"""Padding: the four modes, and that gradients go back to the pixels that were copied."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from window_oracles import source

from minicnn.ops.padding import PADDING_MODES, batch_first, batch_last, pad, unpad
from minicnn.typing import Margins


@st.composite
def borders(draw: st.DrawFn) -> tuple[tuple[int, ...], Margins, str]:
    """The shape of signals, pictures or volumes (C, *sizes, N), margins, and a mode."""
    mode = draw(st.sampled_from(list(PADDING_MODES)))
    sizes = [draw(st.integers(1, 5)) for _ in range(draw(st.integers(1, 3)))]
    margins = []
    for size in sizes:
        most = size - 1 if mode == "reflect" else 2 * size + 1
        margins.append((draw(st.integers(0, most)), draw(st.integers(0, most))))
    return (2, *sizes, draw(st.integers(1, 3))), tuple(margins), mode


@settings(max_examples=300, deadline=None)
@given(borders())
def test_every_pixel_is_the_one_that_it_is_a_copy_of(
    border: tuple[tuple[int, ...], Margins, str],
) -> None:
    (C, *sizes, N), margins, mode = border
    x = np.random.default_rng(0).normal(size=(C, *sizes, N))
    padded = pad(x, margins, mode)
    wide = [before + size + after for size, (before, after) in zip(sizes, margins, strict=True)]
    expected = np.zeros((C, *wide, N))
    for place in np.ndindex(*wide):
        axes = zip(place, sizes, margins, strict=True)
        pixel = [source(i - before, size, mode) for i, size, (before, _) in axes]
        if None not in pixel:
            expected[:, *place] = x[:, *pixel]
    np.testing.assert_array_equal(padded, expected)


def test_the_batch_stays_innermost_in_memory() -> None:
    x = batch_last(np.zeros((5, 2, 4, 3)))
    for mode in PADDING_MODES:
        padded = pad(np.ascontiguousarray(x), ((1, 1), (0, 2)), mode)
        assert padded.flags.c_contiguous, mode
        back = unpad(padded, ((1, 1), (0, 2)), mode)
        assert back.strides[-1] == back.itemsize, mode
    assert np.shares_memory(batch_first(x), x)


@settings(max_examples=300, deadline=None)
@given(borders(), st.integers(0, 2**32 - 1))
def test_the_way_back_is_the_adjoint(
    border: tuple[tuple[int, ...], Margins, str], seed: int
) -> None:
    shape, margins, mode = border
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    padded = pad(x, margins, mode)
    y = rng.normal(size=padded.shape)
    before = y.copy()
    back = unpad(y, margins, mode)
    assert back.shape == shape
    assert np.vdot(padded, y) == pytest.approx(np.vdot(x, back), rel=1e-10, abs=1e-10)
    np.testing.assert_array_equal(y, before, err_msg="the gradient that came in was written to")


def test_the_border_may_hold_any_value() -> None:
    padded = pad(np.ones((1, 1, 1, 1)), ((1, 0), (0, 1)), value=-np.inf)
    np.testing.assert_array_equal(padded[0, :, :, 0], [[-np.inf, -np.inf], [1, -np.inf]])
