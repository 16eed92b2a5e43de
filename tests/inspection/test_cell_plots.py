"""Boards of cells: the numbers written in them, their colours, and a pixel taken apart."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minicnn import Conv2D, explain_pixel
from minicnn.errors import DataError, ShapeError
from minicnn.inspection import plots
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def written(ax: Axes) -> list[str]:
    return [text.get_text().replace("\N{MINUS SIGN}", "-") for text in ax.texts]


def drawn(ax: Axes) -> Array:
    values = ax.collections[0].get_array()
    assert values is not None
    return np.asarray(values)


def test_every_value_stands_in_its_cell() -> None:
    kernel = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0]])
    ax = plots.show_kernel(kernel)
    np.testing.assert_array_equal(drawn(ax).reshape(kernel.shape), kernel)
    assert written(ax) == ["-1", "0", "1", "-2", "0", "2"]
    assert [text.get_position() for text in ax.texts[:4]] == [(0, 0), (1, 0), (2, 0), (0, 1)]
    assert ax.collections[0].get_clim() == (-2, 2)
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "row 0 is above"


@pytest.mark.parametrize(
    ("values", "digits", "expected"),
    [
        ([[0.5, 1.0]], None, ["0.5", "1.0"]),
        ([[1 / 9, -1e-12]], None, ["0.11", "0.00"]),
        ([[1 / 9, 2.0]], 3, ["0.111", "2.000"]),
        ([[7.0]], None, ["7"]),
    ],
)
def test_as_many_digits_as_are_needed(
    values: list[list[float]], digits: int | None, expected: list[str]
) -> None:
    assert written(plots.show_kernel(np.array(values), digits=digits)) == expected


def test_text_is_light_on_dark_cells() -> None:
    ax = plots.show_kernel(np.array([[-1.0, 0.1, 0.5, 1.0]]))
    assert [text.get_color() for text in ax.texts] == ["white", "black", "black", "white"]
    assert not plots.show_kernel(np.eye(2), label=False).texts
    assert plots.show_kernel(np.eye(2), limit=5.0).collections[0].get_clim() == (-5, 5)
    assert plots.show_kernel(np.zeros((2, 2))).collections[0].get_clim() == (-1, 1)


def test_what_is_no_kernel_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(KH, KW\), got shape \(2, 2, 2\)"):
        plots.show_kernel(np.zeros((2, 2, 2)))
    with pytest.raises(DataError, match="NaN or infinite"):
        plots.show_kernel(np.array([[np.nan]]))


def test_a_pixel_taken_apart() -> None:
    rng = np.random.default_rng(0)
    layer = Conv2D(2, (2, 3), padding="same")
    layer.build((2, 4, 4), rng)
    x = rng.normal(size=(1, 2, 4, 4))
    parts = explain_pixel(layer, x, n=0, f=1, i=3, j=0)
    axes = plots.plot_explanation(parts)
    assert len(axes) == 8
    for channel in range(2):
        row = axes[4 * channel + 1 : 4 * channel + 4]
        for ax, values in zip(row, (parts.pixels, parts.weights, parts.products), strict=True):
            np.testing.assert_allclose(drawn(ax).reshape(2, 3), values[channel])
    picture, pixels, other = axes[0], axes[1], axes[5]
    assert picture.get_title() == "channel 0"
    np.testing.assert_array_equal(picture.images[0].get_array(), x[0, 0])
    (window,) = picture.patches
    assert isinstance(window, Rectangle)
    assert (*window.get_xy(), window.get_width(), window.get_height()) == (-1.5, 2.5, 3, 2)
    assert pixels.get_title() == "pixels"
    assert [tick.get_text() for tick in pixels.get_xticklabels(minor=True)] == ["-1", "0", "1"]
    assert [tick.get_text() for tick in pixels.get_yticklabels(minor=True)] == ["3", "4"]
    hatched = [patch for patch in other.patches if isinstance(patch, Rectangle)]
    assert len(hatched) == np.count_nonzero(~parts.inside) == 4
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    assert f"{abs(layer(x)[0, 1, 3, 0]):.4g}" in figure.get_supxlabel().partition("= answer")[2]
    assert figure.get_suptitle().startswith(
        "One answer of filter 1, at row 3, column 0: the sum of"
    )
    with pytest.raises(ShapeError, match=r"axes of shape \(2, 4\), got \(1, 3\)"):
        plots.plot_explanation(parts, axes=plt.subplots(1, 3, squeeze=False)[1])


def test_pixels_without_a_negative_one_are_grey_and_few_channels_stand_for_many() -> None:
    rng = np.random.default_rng(0)
    layer = Conv2D(1, 3)
    layer.build((9, 40, 40), rng)
    x = rng.random((1, 9, 40, 40))
    parts = explain_pixel(layer, x, n=0, f=0, i=7, j=9)
    axes = plots.plot_explanation(parts, channels=2)
    sums = abs(parts.products.sum(axis=(1, 2)))
    strongest = sorted(np.argsort(-sums)[:2])
    assert [ax.get_title() for ax in axes[::4]] == [f"channel {channel}" for channel in strongest]
    assert axes[0].images[0].get_cmap().name == axes[1].collections[0].get_cmap().name == "gray"
    assert (
        axes[2].collections[0].get_cmap().name == axes[3].collections[0].get_cmap().name != "gray"
    )
    assert len(axes[0].lines) == 1, "a circle shows where the small window is"
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    assert "those of 7 more channels" in figure.get_supxlabel()
