"""Columns: that they are the windows, and that the way back is the adjoint of the way there."""

import math
import tracemalloc
from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn.ops import im2col as im2col_module
from minicnn.ops.convolution import convolve, input_gradient, weight_gradient
from minicnn.ops.im2col import col2im, column_slabs, im2col
from minicnn.ops.window import Window
from minicnn.typing import Array, Shape

small = st.integers(1, 3)
fronts = st.sampled_from([(), (2,), (2, 3)])
limits = st.sampled_from([1, 500, 3000, 2**24])


@st.composite
def geometries(draw: st.DrawFn) -> tuple[Shape, Window]:
    """The shape of some signals, pictures or volumes (C, *sizes, N), and a window that fits in."""
    axes = draw(st.integers(1, 3))
    numbers = st.tuples(*[small] * axes)
    window = Window(draw(numbers), draw(numbers), draw(numbers))
    sizes = [span + draw(st.integers(0, 4)) for span in window.span]
    return (draw(small), *sizes, draw(small)), window


@settings(max_examples=100, deadline=None)
@given(geometries(), fronts)
def test_columns_are_the_windows(geometry: tuple[Shape, Window], front: Shape) -> None:
    (C, *sizes, N), window = geometry
    x = np.random.default_rng(0).normal(size=(*front, C, *sizes, N))
    places, kernel, axes = window.places(tuple(sizes)), window.kernel_size, range(len(sizes))
    columns = im2col(x, window)
    assert columns.shape == (*front, math.prod(kernel) * C, math.prod(places) * N)
    columns = columns.reshape(-1, *kernel, C, *places, N)
    x = x.reshape(-1, *geometry[0])
    for place in np.ndindex(*places):
        for tap in np.ndindex(*kernel):
            pixel = [place[a] * window.stride[a] + tap[a] * window.dilation[a] for a in axes]
            np.testing.assert_array_equal(columns[:, *tap, :, *place], x[:, :, *pixel])


@settings(max_examples=300, deadline=None)
@given(geometries(), fronts, st.integers(0, 2**32 - 1))
def test_the_way_back_is_the_adjoint(
    geometry: tuple[Shape, Window], front: Shape, seed: int
) -> None:
    rest, window = geometry
    rng = np.random.default_rng(seed)
    x, before = rng.normal(size=(2, *front, *rest))
    columns = im2col(x, window)
    y, back = rng.normal(size=columns.shape), before.copy()
    col2im(y, window, back)
    back -= before  # what was there is added to
    assert np.vdot(columns, y) == pytest.approx(np.vdot(x, back), rel=1e-9, abs=1e-9)


@settings(max_examples=300, deadline=None)
@given(geometries(), st.integers(1, 2), limits)
def test_slabs_hold_the_columns_of_all_places(
    geometry: tuple[Shape, Window], groups: int, limit: int
) -> None:
    (C, *sizes, N), window = geometry
    x = np.random.default_rng(0).normal(size=(groups, C, *sizes, N))
    places = window.places(tuple(sizes))
    whole = im2col(x, window)  # (G, KH*KW*C, OH*OW*N)
    whole = whole.reshape(*whole.shape[:2], places[0], -1).swapaxes(1, 2)
    found: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col_module, "SLAB_BYTES", limit)
        for rows, columns in column_slabs(x, window):
            assert columns.shape[1] == rows.stop - rows.start
            np.testing.assert_array_equal(columns, whole[:, rows])
            found += range(rows.start, rows.stop)
            assert limit > 1 or len(columns[0]) == 1
    assert found == list(range(places[0])), "every row of output once, and in order"


def test_neighbouring_rows_share_memory_unless_a_dilation_leaves_gaps() -> None:
    x = np.zeros((1, 2, 9, 8, 3))
    for dilation, shared in ((1, True), (2, False)):
        window = Window((3, 3), (1, 1), (dilation, 2))
        ((_, columns),) = column_slabs(x, window)
        first, second = columns[:, 0], columns[:, 1]
        assert np.shares_memory(first, second) == shared
        if shared:
            assert not columns.flags.writeable, "a number would stand in three columns"


def loops(x: Array, w: Array, window: Window, groups: int) -> Array:
    """The convolution by its definition."""
    F, depth, *kernel = w.shape
    y = np.zeros((F, *window.places(x.shape[1:-1]), x.shape[-1]))
    for f, *place in np.ndindex(y.shape[:-1]):
        for c, *tap in np.ndindex(depth, *kernel):
            channel = f // (F // groups) * depth + c
            pixel = [
                i * step + k * gap
                for i, k, step, gap in zip(place, tap, window.stride, window.dilation, strict=True)
            ]
            y[f, *place] += w[f, c, *tap] * x[channel, *pixel]
    return y


@settings(max_examples=300, deadline=None)
@given(geometries(), st.integers(1, 2), limits)
def test_both_gradients_are_adjoints_in_slabs_of_any_size(
    geometry: tuple[Shape, Window], groups: int, limit: int
) -> None:
    (C, *sizes), window = geometry
    rng = np.random.default_rng(0)
    x = rng.normal(size=(groups * C, *sizes))
    w = rng.normal(size=(groups * 2, C, *window.kernel_size))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col_module, "SLAB_BYTES", limit)
        y = convolve(x, w, window, groups)
        dy = rng.normal(size=y.shape)
        dx = input_gradient(dy, w, x.shape, window, groups)
        dw = weight_gradient(x, dy, window, groups)
    np.testing.assert_allclose(y, loops(x, w, window, groups), rtol=1e-9, atol=1e-9)
    assert np.vdot(y, dy) == pytest.approx(np.vdot(x, dx), rel=1e-9, abs=1e-9)
    assert np.vdot(y, dy) == pytest.approx(np.vdot(w, dw), rel=1e-9, abs=1e-9)


@given(geometries(), limits, st.integers(0, 3), st.integers(0, 3))
def test_a_border_that_is_cut_off_stays_zero(
    geometry: tuple[Shape, Window], limit: int, above: int, below: int
) -> None:
    (C, H, *sizes), window = geometry
    rng = np.random.default_rng(0)
    w = rng.normal(size=(2, C, *window.kernel_size))
    places = window.places((H, *sizes[:-1]))
    dy = rng.normal(size=(2, *places, sizes[-1]))
    whole = input_gradient(dy, w, (C, H, *sizes), window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col_module, "SLAB_BYTES", limit)
        inside = input_gradient(dy, w, (C, H, *sizes), window, border=(above, below))
    whole[:, :above] = 0
    whole[:, max(H - below, 0) :] = 0
    np.testing.assert_allclose(inside, whole, rtol=1e-12, atol=1e-12)


def test_pixels_that_no_kernel_reaches_get_no_gradient() -> None:
    window = Window((2,), (4,), (1,))
    dx = input_gradient(np.ones((1, 2, 1)), np.ones((1, 1, 2)), (1, 8, 1), window)
    np.testing.assert_array_equal(dx[0, :, 0], [1, 1, 0, 0, 1, 1, 0, 0])


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("limit", [1, 3000, 10_000])
def test_slabs_give_what_the_whole_gives(
    groups: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    window = Window((3, 2), (2, 1), (1, 2))
    x = rng.normal(size=(4, 12, 9, 3))
    w = rng.normal(size=(6, 4 // groups, 3, 2))
    dy = rng.normal(size=(6, *window.places((12, 9)), 3))

    def results() -> list[Array]:
        return [
            convolve(x, w, window, groups),
            input_gradient(dy, w, x.shape, window, groups),
            weight_gradient(x, dy, window, groups),
        ]

    def cuts() -> int:
        return len(list(column_slabs(x[np.newaxis], window)))

    whole = results()
    assert cuts() == 1
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", limit)
    assert cuts() > 1
    for cut, one in zip(results(), whole, strict=True):
        np.testing.assert_allclose(cut, one, rtol=1e-12, atol=1e-12)


def peak(work: Callable[[], Array]) -> int:
    """The most bytes that some work takes at a time, beside its result."""
    tracemalloc.start()
    result = work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - result.nbytes


def test_columns_of_a_large_picture_stay_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 2**20)
    window = Window((11, 11), (1, 1), (1, 1))
    x, w = np.zeros((1, 200, 200, 4), np.float32), np.zeros((2, 1, 11, 11), np.float32)
    dy = np.zeros((2, 190, 190, 4), np.float32)
    # The columns of all places at once would take 6 MB, and 70 MB without stacking. While a slab
    # is made, the one before is still there; each has ten rows more than it was cut for.
    assert peak(lambda: convolve(x, w, window)) < 3 * 2**20
    assert peak(lambda: weight_gradient(x, dy, window)) < 3 * 2**20
    assert peak(lambda: input_gradient(dy, w, x.shape, window)) < 2**21 + dy.nbytes * 1.1


def test_products_of_a_signal_stay_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 2**20)
    x, dy = np.zeros((32, 1008, 2), np.float32), np.zeros((64, 1000, 2), np.float32)
    # A product as large as the weights for every place at once would take 74 MB.
    assert peak(lambda: weight_gradient(x, dy, Window((9,), (1,), (1,)))) < 2**21
