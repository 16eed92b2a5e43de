"""MaxPool: ties, borders, and options that make no sense."""

from typing import Any

import numpy as np
import pytest

from minicnn import MaxPool
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers import Layer
from minicnn.typing import Array, Shape


def built(layer: Layer, in_shape: Shape) -> Layer:
    layer.build(in_shape, np.random.default_rng(0))
    return layer


def routes(layer: MaxPool, x: Array) -> Array:
    """Where a gradient of one for every window goes."""
    y = built(layer, x.shape[1:])(x, training=True)
    return layer.backward(np.ones(y.shape))


def test_of_equal_values_the_first_wins_alone() -> None:
    dx = routes(MaxPool(2), np.zeros((1, 1, 4, 4)))
    np.testing.assert_array_equal(dx[0, 0], [[1, 0, 1, 0], [0] * 4, [1, 0, 1, 0], [0] * 4])


def test_a_tie_later_in_the_window() -> None:
    dx = routes(MaxPool(2), np.array([[[[0.0, 3.0], [3.0, 3.0]]]]))
    np.testing.assert_array_equal(dx[0, 0], [[0, 1], [0, 0]])


def test_one_pixel_may_win_several_windows() -> None:
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 1.0
    dx = routes(MaxPool(2, stride=1), x)
    np.testing.assert_array_equal(dx[0, 0], [[0, 0, 0], [0, 4, 0], [0, 0, 0]])


def test_padding_never_wins_even_among_negative_values() -> None:
    x = np.full((1, 1, 3, 3), -5.0)
    layer = built(MaxPool(3, stride=2, padding=1), (1, 3, 3))
    np.testing.assert_array_equal(layer(x), np.full((1, 1, 2, 2), -5.0))
    assert routes(MaxPool(3, stride=2, padding=1), x).sum() == 4


def test_what_no_window_reaches_gets_no_gradient() -> None:
    dx = routes(MaxPool(2), np.ones((1, 1, 3, 5)))
    assert dx.shape == (1, 1, 3, 5)
    assert not dx[0, 0, 2].any()
    assert not dx[0, 0, :, 4].any()


def test_nan_is_passed_on() -> None:
    x = np.zeros((1, 1, 2, 2))
    x[0, 0, 1, 0] = np.nan
    assert np.isnan(built(MaxPool(2), (1, 2, 2))(x)).all()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0,), "size"),
        ((2, 0), "stride"),
        ((2, 2, -1), "padding"),
        ((2, 2, 2), "padding"),
        ((3, 1, (0, 3)), "padding"),
        (("2",), "size"),
    ],
)
def test_options_out_of_range(arguments: Any, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"MaxPool: {name}"):
        MaxPool(*arguments)


def test_a_window_larger_than_the_picture() -> None:
    with pytest.raises(ShapeError, match=r"MaxPool\(4\).*4 x 4 does not fit .* 3 x 8"):
        MaxPool(4).build((1, 3, 8), np.random.default_rng(0))


def test_the_default_stride_is_the_size() -> None:
    assert MaxPool((2, 3)).stride == (2, 3)
    assert repr(MaxPool(2)) == "MaxPool(2)"
    assert repr(MaxPool((2, 3), stride=1, padding=(1, 0))) == (
        "MaxPool((2, 3), stride=1, padding=(1, 0))"
    )
