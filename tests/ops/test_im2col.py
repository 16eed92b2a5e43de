"""Columns: that they are the windows, and that the way back is the adjoint of the way there."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from minicnn.ops import convolution as convolution_module
from minicnn.ops import im2col as im2col_module
from minicnn.ops.convolution import convolve, input_gradient, weight_gradient
from minicnn.ops.im2col import im2col, row_col2im, row_im2col, slabs, stack
from minicnn.ops.window import Window
from minicnn.typing import Shape

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
@given(geometries(), st.integers(1, 2), st.integers(0, 2**32 - 1))
def test_the_way_back_is_the_adjoint(
    geometry: tuple[Shape, Window], groups: int, seed: int
) -> None:
    rest, window = geometry
    shape = (groups, *rest)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape)
    columns = row_im2col(x, window)
    y, back = rng.normal(size=columns.shape), np.zeros(shape)
    row_col2im(y, window, back)
    assert np.vdot(columns, y) == pytest.approx(np.vdot(x, back), rel=1e-10, abs=1e-10)


@settings(max_examples=100, deadline=None)
@given(geometries(), st.integers(1, 2))
def test_columns_are_the_windows(geometry: tuple[Shape, Window], groups: int) -> None:
    (C, *sizes, N), window = geometry
    x = np.random.default_rng(0).normal(size=(groups, C, *sizes, N))
    OH, *places = window.places(tuple(sizes))
    KH, *kernel = window.kernel_size
    columns = im2col(x, window).reshape(groups, OH, KH, C, *kernel, *places, N)
    axes = range(len(sizes))
    for row, *place in np.ndindex(OH, *places):
        for k, *entry in np.ndindex(KH, *kernel):
            at, by = (row, *place), (k, *entry)
            pixel = [at[a] * window.stride[a] + by[a] * window.dilation[a] for a in axes]
            np.testing.assert_array_equal(columns[:, row, k, :, *entry, *place], x[:, :, *pixel])


@settings(max_examples=300, deadline=None)
@given(geometries(), st.integers(1, 2), st.sampled_from([1, 500, 2**24]), st.data())
def test_both_gradients_are_adjoints_in_slabs_of_any_size(
    geometry: tuple[Shape, Window], groups: int, limit: int, data: st.DataObject
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
        end = data.draw(st.integers(1, x.shape[1]))
        rows = slice(data.draw(st.integers(0, end - 1)), end)
        some = input_gradient(dy, w, x.shape, window, groups, rows)
    assert np.vdot(y, dy) == pytest.approx(np.vdot(x, dx), rel=1e-9, abs=1e-9)
    assert np.vdot(y, dy) == pytest.approx(np.vdot(w, dw), rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(some[:, rows], dx[:, rows], rtol=1e-12, atol=1e-12)


def test_rows_that_no_kernel_reaches_get_no_gradient() -> None:
    window = Window((2,), (4,), (1,))
    dy, w = np.ones((1, 2, 1)), np.ones((1, 1, 2))
    dx = input_gradient(dy, w, (1, 6, 1), window, rows=slice(0, 5))
    np.testing.assert_array_equal(dx[0, :5, 0], [1, 1, 0, 0, 1])


def test_a_stack_is_a_view_and_gathers_what_it_cannot_show() -> None:
    rows = np.arange(24.0).reshape(1, 6, 2, 2)
    assert np.shares_memory(stack(rows, count=2, kernel=3, stride=2), rows)
    dilated = stack(rows, count=2, kernel=3, dilation=2)
    np.testing.assert_array_equal(dilated[0, 1], rows[0, [1, 3, 5]].reshape(6, 2))


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
    cuts = []

    def counted(*arguments: Any) -> list[Any]:
        boxes = list(slabs(*arguments))
        cuts.append(len(boxes))
        return boxes

    def results() -> list[np.ndarray]:
        cuts.clear()
        return [
            convolve(x, w, window, groups),
            input_gradient(dy, w, x.shape, window, groups),
            weight_gradient(x, dy, window, groups),
        ]

    monkeypatch.setattr(convolution_module, "slabs", counted)
    whole = results()
    assert set(cuts) == {1}
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", limit)
    pieces = results()
    assert min(cuts) > 1
    for cut, one in zip(pieces, whole, strict=True):
        np.testing.assert_allclose(cut, one, rtol=1e-12, atol=1e-12)


def test_no_slab_holds_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 20_000)
    counts, bytes_each = (4, 18, 18), 2 * 27 * 4 * 8
    seen = np.zeros(counts, int)
    for box in slabs(counts, bytes_each):
        seen[box] += 1
        assert seen[box].size * bytes_each <= 20_000
    np.testing.assert_array_equal(seen, 1)


def test_columns_of_a_large_picture_stay_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 2**20)
    window = Window((11, 11), (1, 1), (1, 1))
    x, w = np.zeros((1, 200, 200, 4), np.float32), np.zeros((2, 1, 11, 11), np.float32)
    dy = np.zeros((2, 190, 190, 4), np.float32)

    def peak(work: Callable[[], np.ndarray]) -> int:
        tracemalloc.start()
        result = work()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - result.nbytes

    # The columns of all places at once would take 6 MB, and 70 MB without stacking.
    assert peak(lambda: convolve(x, w, window)) < 2**21
    assert peak(lambda: weight_gradient(x, dy, window)) < 2**21
    assert peak(lambda: input_gradient(dy, w, x.shape, window)) < 2**21 + dy.nbytes * 1.1


def test_products_of_a_signal_stay_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(im2col_module, "SLAB_BYTES", 2**20)
    x, dy = np.zeros((32, 1008, 2), np.float32), np.zeros((64, 1000, 2), np.float32)
    tracemalloc.start()
    weight_gradient(x, dy, Window((9,), (1,), (1,)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # A product as large as the weights for every place at once would take 74 MB.
    assert most < 2**21


def test_a_pixel_by_pixel_window_needs_no_copy() -> None:
    x = np.zeros((1, 3, 4, 5, 2))
    assert np.shares_memory(row_im2col(x, Window((1, 1), (1, 1), (1, 1))), x)
