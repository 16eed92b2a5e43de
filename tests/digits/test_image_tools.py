"""What finding a digit takes: scaling, windows, connected pieces, a threshold."""

import numpy as np
import pytest
from scipy import ndimage

from minicnn.data.scaling import scale_picture
from minicnn.digits.components import connected_components
from minicnn.digits.otsu import otsu_threshold
from minicnn.digits.window_filters import maximum_filter, mean_filter


@pytest.mark.parametrize(
    ("before", "after"), [((7, 5), (3, 2)), ((3, 4), (8, 9)), ((6, 6), (6, 2)), ((5, 1), (2, 3))]
)
def test_scaling_weighs_by_a_triangle(before: tuple[int, int], after: tuple[int, int]) -> None:
    """Pixel by pixel: as wide as a new pixel is in old ones, or as an old one where it grows."""
    picture = np.random.default_rng(0).random((*before, 2), dtype=np.float32)
    expected = picture.astype(np.float64)
    for axis, (old, new) in enumerate(zip(before, after, strict=True)):
        step = old / new
        rows = []
        for place in range(new):
            distance = abs((place + 0.5) * step - 0.5 - np.arange(old)) / max(step, 1)
            weight = np.maximum(1 - distance, 0)
            rows.append(np.tensordot(weight / weight.sum(), expected, (0, axis)))
        expected = np.stack(rows, axis=axis)
    np.testing.assert_allclose(scale_picture(picture, after), expected, atol=1e-6)
    plane = scale_picture(picture[..., 0], after)
    np.testing.assert_allclose(plane, expected[..., 0], atol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.6, 0.95, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (30, 41)])
def test_pieces_are_numbered_as_by_scipy(shape: tuple[int, int], share: float) -> None:
    mask = np.random.default_rng(0).random(shape) < share
    expected, _ = ndimage.label(mask, np.ones((3, 3)))
    np.testing.assert_array_equal(connected_components(mask), expected)


def test_a_piece_may_wind() -> None:
    mask = np.zeros((41, 41), bool)
    mask[::2] = True
    mask[1::4, -1] = mask[3::4, 0] = True  # to and fro, 21 times
    assert connected_components(mask).max() == 1
    mask[20, 20] = False
    assert connected_components(mask).max() == 2


@pytest.mark.parametrize("reach", [0, 1, 4, 30])
def test_windows_stop_at_the_rim(reach: int) -> None:
    picture = np.random.default_rng(0).random((11, 17))
    for i, j in [(0, 0), (5, 8), (10, 3), (2, 16)]:
        rows = slice(max(0, i - reach), i + reach + 1)
        window = picture[rows, max(0, j - reach) : j + reach + 1]
        assert maximum_filter(picture, reach)[i, j] == window.max()
        assert mean_filter(picture, reach)[i, j] == pytest.approx(window.mean())


def test_otsu_parts_where_the_variance_between_is_largest() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.2, 0.05, 900), rng.normal(0.7, 0.1, 300)])

    def between(threshold: float) -> float:
        low, high = values[values < threshold], values[values >= threshold]
        return float(len(low) * len(high) * (low.mean() - high.mean()) ** 2)

    found = otsu_threshold(values)
    assert 0.3 < found < 0.55
    best = max(between(threshold) for threshold in np.linspace(0.1, 0.9, 200))
    assert between(found) >= 0.999 * best
    assert np.isfinite(otsu_threshold(np.full(5, 0.3)))  # of one value: any will do
