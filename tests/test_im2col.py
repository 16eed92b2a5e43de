"""Columns: that they are the windows, and that the way back is the adjoint of the way there."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn import im2col as im2col_module
from minicnn.convolution import convolve, input_gradient, weight_gradient
from minicnn.im2col import Columns, col2im, im2col, slabs
from minicnn.typing import Shape
from minicnn.window import Window

small = st.integers(1, 3)


@st.composite
def geometries(draw: st.DrawFn) -> tuple[Shape, Window]:
    """The shape of some signals, pictures or volumes (C, *sizes, N), and a window that fits in."""
    axes = draw(st.integers(1, 3))
    numbers = st.tuples(*[small] * axes)
    window = Window(draw(numbers), draw(numbers), draw(numbers))
    sizes = [span + draw(st.integers(0, 4)) for span in window.span]
    return (draw(small), *sizes, draw(small)), window


@settings(max_examples=300, deadline=None)
@given(geometries(), st.integers(0, 2**32 - 1))
def test_the_way_back_is_the_adjoint(geometry: tuple[Shape, Window], seed: int) -> None:
    shape, window = geometry
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    columns = im2col(x, window)
    y, back = rng.normal(size=columns.shape), np.zeros(shape)
    col2im(y, window, back)
    assert np.vdot(columns, y) == pytest.approx(np.vdot(x, back), rel=1e-10, abs=1e-10)


@settings(max_examples=100, deadline=None)
@given(geometries())
def test_columns_are_the_windows(geometry: tuple[Shape, Window]) -> None:
    shape, window = geometry
    C, *sizes, N = shape
    x = np.random.default_rng(0).normal(size=shape)
    places = window.places(tuple(sizes))
    columns = im2col(x, window).reshape(C, *window.kernel_size, *places, N)
    axes = range(len(sizes))
    for place in np.ndindex(*places):
        for entry in np.ndindex(*window.kernel_size):
            pixel = [place[a] * window.stride[a] + entry[a] * window.dilation[a] for a in axes]
            np.testing.assert_array_equal(columns[:, *entry, *place], x[:, *pixel])


@pytest.mark.parametrize("groups", [1, 2])
def test_slabs_give_what_the_whole_gives(groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    window = Window((3, 2), (2, 1), (1, 2))
    x, w = rng.normal(size=(4, 12, 9, 3)), rng.normal(size=(6, 4 // groups, 3, 2))
    dy = rng.normal(size=(6, *window.places((12, 9)), 3))

    def results() -> list[np.ndarray]:
        columns = Columns(x, window, groups)
        return [
            convolve(columns, w),
            input_gradient(dy, w, x.shape, window),
            weight_gradient(columns, dy, w.shape),
        ]

    assert len(Columns(x, window, groups).slabs) == groups
    whole = results()
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 2 * 8 * (4 // groups * 6) * 7 * 3)  # two rows
    assert len(Columns(x, window, groups).slabs) == 3 * groups
    assert Columns(x, window, groups).kept is None
    for cut, one in zip(results(), whole, strict=True):
        np.testing.assert_allclose(cut, one, rtol=1e-12)
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 3 * 8 * (4 // groups * 6) * 3)  # three places
    assert len(Columns(x, window, groups).slabs) == 5 * 3 * groups
    for cut, one in zip(results(), whole, strict=True):
        np.testing.assert_allclose(cut, one, rtol=1e-12)


def test_no_slab_holds_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 20_000)
    volumes, window = np.zeros((2, 6, 20, 20, 4)), Window((3, 3, 3), (1, 1, 1), (1, 1, 1))
    assert all(block.nbytes <= 20_000 for _, block in Columns(volumes, window))
    seen = np.zeros((4, 18, 18), int)
    for slab in slabs(volumes.shape, 8, window, 1):
        seen[slab.places] += 1
    np.testing.assert_array_equal(seen, 1)


def test_a_pixel_by_pixel_window_needs_no_copy() -> None:
    x = np.zeros((3, 4, 5, 2))
    assert np.shares_memory(im2col(x, Window((1, 1), (1, 1), (1, 1))), x)
