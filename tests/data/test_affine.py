"""Affine: against plain loops, on cases whose answer is known, and what it draws."""

import math
from typing import Any

import numpy as np
import pytest

from minicnn.data import Affine
from minicnn.data.affine import affine_map, warp
from minicnn.errors import ArgumentError
from minicnn.typing import Array


def by_loops(images: Array, matrix: Array, shift: Array, fill: float) -> Array:
    """Look up each pixel of each picture by itself."""
    H, W = images.shape[2:]
    changed = np.empty(images.shape)

    def pixel(n: int, c: int, row: int, column: int) -> float:
        inside = 0 <= row < H and 0 <= column < W
        return float(images[n, c, row, column]) if inside else fill

    for n, c, row, column in np.ndindex(images.shape):
        to = np.array([row - (H - 1) / 2 - shift[0, n], column - (W - 1) / 2 - shift[1, n]])
        y, x = np.linalg.solve(matrix[:, :, n], to) + np.array([H - 1, W - 1]) / 2
        top, left = math.floor(y), math.floor(x)
        changed[n, c, row, column] = sum(
            (1 - abs(y - near_row))
            * (1 - abs(x - near_column))
            * pixel(n, c, near_row, near_column)
            for near_row in (top, top + 1)
            for near_column in (left, left + 1)
        )
    return changed


def normal(*shape: int, dtype: Any = np.float64) -> Array:
    return np.random.default_rng(0).normal(size=shape).astype(dtype)


@pytest.mark.parametrize(
    "shape", [(3, 1, 7, 7), (2, 3, 6, 9), (1, 2, 9, 4), (4, 1, 1, 5), (2, 1, 5, 1), (1, 1, 1, 1)]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("fill", [0.0, -2.5])
def test_plain_loops_agree(shape: tuple[int, ...], dtype: Any, fill: float) -> None:
    N, rng = shape[0], np.random.default_rng(1)
    images = normal(*shape, dtype=dtype)
    before = images.copy()
    matrix = affine_map(
        rng.uniform(-180, 180, N), rng.uniform(0.4, 1.8, N), rng.uniform(-40, 40, N)
    )
    shift = rng.uniform(-4, 4, (2, N))
    expected = by_loops(images, matrix, shift, fill)
    for ordered in (images, np.asfortranarray(images), np.repeat(images, 2, axis=2)[:, :, ::2]):
        changed = warp(ordered, matrix, shift, fill)
        assert changed.dtype == dtype
        np.testing.assert_allclose(changed, expected, atol=1e-12 if dtype == np.float64 else 2e-5)
    np.testing.assert_array_equal(images, before)


def one(turn: float = 0.0, scale: float = 1.0, shear: float = 0.0, count: int = 2) -> Array:
    ones = np.ones(count)
    return affine_map(turn * ones, scale * ones, shear * ones)


NOWHERE = np.zeros((2, 2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_changes_nothing_to_the_bit(dtype: Any) -> None:
    images = normal(2, 3, 6, 9, dtype=dtype)
    np.testing.assert_array_equal(warp(images, one(), NOWHERE), images)
    np.testing.assert_array_equal(Affine()(images, np.random.default_rng(0)), images)


@pytest.mark.parametrize("size", [5, 6])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_quarter_turn_is_that_of_numpy(size: int, quarters: int) -> None:
    images = normal(2, 2, size, size)
    turned = warp(images, one(90 * quarters), NOWHERE)
    np.testing.assert_allclose(turned, np.rot90(images, quarters, axes=(2, 3)), atol=1e-12)


@pytest.mark.parametrize(("down", "right"), [(0, 2), (3, 0), (-1, 2), (-9, 9)])
def test_a_shift_by_whole_pixels_moves_them(down: int, right: int) -> None:
    images = normal(2, 2, 5, 7, dtype=np.float32)
    shift = np.array([[down, 0], [right, 0]], float)
    moved = warp(images, one(), shift, fill=3.0)
    wide = np.full((2, 25, 27), 3.0)
    wide[:, 10:15, 10:17] = images[0]
    np.testing.assert_array_equal(moved[0], wide[:, 10 - down :, 10 - right :][:, :5, :7])
    np.testing.assert_array_equal(moved[1], images[1])


def test_half_a_pixel_is_the_mean_of_two() -> None:
    image = np.array([1.0, 3.0, 7.0]).reshape(1, 1, 1, 3)
    moved = warp(image, one(count=1), np.array([[0.0], [0.5]]))
    assert moved.ravel().tolist() == [0.5, 2.0, 5.0]


def test_twice_as_large_about_the_middle() -> None:
    image = np.arange(25.0).reshape(1, 1, 5, 5)
    large = warp(image, one(scale=2, count=1), np.zeros((2, 1)))
    rows = np.array([1, 1.5, 2, 2.5, 3])
    np.testing.assert_array_equal(large[0, 0], 5 * rows[:, np.newaxis] + rows)
    small = warp(image, one(scale=0.5, count=1), np.zeros((2, 1)))[0, 0]
    np.testing.assert_array_equal(small[1:-1, 1:-1], image[0, 0, ::2, ::2])
    assert not small[[0, -1]].any()


def test_a_shear_of_45_degrees_makes_a_diagonal_of_a_column() -> None:
    column = np.zeros((1, 1, 5, 5))
    column[..., 2] = 1
    slanted = warp(column, one(shear=45, count=1), np.zeros((2, 1)))
    np.testing.assert_allclose(slanted[0, 0], np.eye(5)[::-1], atol=1e-12)


def test_one_map_after_the_other() -> None:
    """Scaled, then slanted, then turned."""
    at_once = one(turn=20, scale=1.5, shear=10, count=1)[..., 0]
    turn, scale, shear = one(turn=20), one(scale=1.5), one(shear=10)
    one_by_one = turn[..., 0] @ shear[..., 0] @ scale[..., 0]
    np.testing.assert_allclose(at_once, one_by_one, atol=1e-12)


def test_what_is_drawn_fills_its_range() -> None:
    drawn = Affine(turn=12, shift=2, scale=0.1, shear=8).draw(20_000, np.random.default_rng(0))
    for values, most in zip(drawn, (12, 2, 2, 0.1, 8), strict=True):
        assert -most <= values.min() < -0.999 * most
        assert 0.999 * most < values.max() <= most
        quarters = np.histogram(values, 4, (-most, most))[0]
        assert quarters.min() > 4_700, "all parts of the range alike"
    assert np.abs(np.corrcoef(drawn) - np.eye(5)).max() < 0.03, "each by itself"
    assert not Affine(shear=8).draw(9, np.random.default_rng(0))[:4].any()


def test_what_is_drawn_is_what_is_done() -> None:
    images = normal(6, 1, 9, 8)
    augmentation = Affine(turn=30, shift=3, scale=0.3, shear=20, fill=1.5)
    turn, down, right, scale, shear = augmentation.draw(6, np.random.default_rng(7))
    matrix = affine_map(turn, 1 + scale, shear)
    expected = by_loops(images, matrix, np.stack([down, right]), 1.5)
    changed = augmentation(images, np.random.default_rng(7))
    np.testing.assert_allclose(changed, expected, atol=1e-12)


def test_the_batch_is_innermost_in_memory() -> None:
    """The order in which the layers work."""
    changed = Affine(turn=5)(normal(4, 2, 6, 7), np.random.default_rng(0))
    assert changed.transpose(1, 2, 3, 0).flags.c_contiguous


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"turn": -1}, "turn must be a number of at least 0"),
        ({"turn": "12"}, "turn must be a number"),
        ({"shift": -0.5}, "shift must be a number of at least 0"),
        ({"shift": np.inf}, "shift must be a number"),
        ({"scale": 1}, "scale must be a number of at least 0 and below 1, got 1"),
        ({"shear": 90}, "shear must be a number of at least 0 and below 90"),
        ({"fill": np.nan}, "fill must be a number"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=f"^Affine: {message}"):
        Affine(**options)
