"""Padding: the four modes, and that gradients go back to the pixels that were copied."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn.ops.padding import PADDING_MODES, batch_first, pad, unpad
from minicnn.typing import Margins

NUMPY = {"zeros": "constant", "replicate": "edge", "reflect": "reflect", "circular": "wrap"}


@st.composite
def borders(draw: st.DrawFn) -> tuple[tuple[int, ...], Margins, str]:
    """The shape of a batch of signals, pictures or volumes, margins, and a mode."""
    mode = draw(st.sampled_from(PADDING_MODES))
    sizes = [draw(st.integers(1, 5)) for _ in range(draw(st.integers(1, 3)))]
    margins = []
    for size in sizes:
        most = size - 1 if mode == "reflect" else 2 * size + 1
        margins.append((draw(st.integers(0, most)), draw(st.integers(0, most))))
    return (draw(st.integers(1, 3)), 2, *sizes), tuple(margins), mode


@settings(max_examples=300, deadline=None)
@given(borders())
def test_it_is_the_padding_of_numpy(border: tuple[tuple[int, ...], Margins, str]) -> None:
    shape, margins, mode = border
    x = np.random.default_rng(0).normal(size=shape)
    expected = np.pad(x, ((0, 0), (0, 0), *margins), mode=NUMPY[mode])  # type: ignore[call-overload]
    np.testing.assert_array_equal(batch_first(pad(x, margins, mode)), expected)


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
