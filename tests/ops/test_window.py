"""The arithmetic of windows."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from minicnn.ops.window import Window
from minicnn.typing import Pair

small = st.integers(1, 5)


@given(st.integers(1, 30), small, small, small)
def test_places_are_those_where_the_window_lies_inside(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    window = Window((kernel,), (stride,), (dilation,))
    last = dilation * (kernel - 1)
    inside = [start for start in range(0, size, stride) if start + last < size]
    assert max(window.places((size,))[0], 0) == len(inside)
    for tap, (pixels,) in enumerate(window.taps((len(inside),))):
        assert np.arange(size)[pixels].tolist() == [start + tap * dilation for start in inside]


@given(st.integers(1, 30), small, small, small)
def test_reach_is_the_least_size_with_so_many_places(
    places: int, kernel: int, stride: int, dilation: int
) -> None:
    window = Window((kernel,), (stride,), (dilation,))
    (reach,) = window.reach((places,))
    assert window.places((reach,)) == (places,)
    assert window.places((reach - 1,)) == (places - 1,)
    assert window.places((reach + stride - 1,)) == (places,)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9))
def test_same_padding_follows_the_rule(size: int, kernel: int, stride: int) -> None:
    window = Window((kernel,), (stride,), (1,))
    ((before, after),) = window.same_padding((size,))
    assert after - before in (0, 1), "the odd one goes after"
    assert window.places((size + before + after,)) == (math.ceil(size / stride),)
    if before + after:
        assert window.places((size + before + after - 1,))[0] < math.ceil(size / stride)


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
    assert Window((kernel,), (stride,), (1,)).same_padding((size,)) == (expected,)
