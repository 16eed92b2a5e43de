"""Plots: what is drawn, not which pixels."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from minicnn import Conv2D, Flatten, History, ReLU, Sequential
from minicnn.data import Affine, Augmentation, Crop, Erase, Flip
from minicnn.errors import ArgumentError, DataError, NotReadyError, ShapeError
from minicnn.inspection import measure_kernels, plots
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def normal(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def history(*, validation: bool) -> History:
    return History(
        [
            {
                "epoch": epoch,
                "loss": 1 / epoch,
                "accuracy": 1 - 1 / epoch,
                "validation_loss": 2 / epoch if validation else None,
                "validation_accuracy": 0.5 if validation else None,
            }
            for epoch in (1, 2, 3)
        ]
    )


@pytest.mark.parametrize(
    "shape", [(1, 1, 3, 3), (3, 1, 11, 11), (8, 1, 5, 5), (32, 1, 3, 7), (4, 3, 5, 5)]
)
def test_kernels_are_all_drawn_on_one_symmetric_scale(shape: Any) -> None:
    kernels = normal(*shape)
    ax = plots.plot_kernels(kernels, colour=False)
    limit = np.abs(kernels).max()
    assert [image.get_clim() for image in ax.images] == [(-limit, limit)] * shape[0]
    for image, kernel in zip(ax.images, kernels, strict=True):
        np.testing.assert_array_equal(image.get_array(), np.hstack(list(kernel)))
    edge = measure_kernels(kernels).edge
    assert [text.get_text() for text in ax.texts[:-1]] == [
        f"{f}: edge {score:.2f}" for f, score in enumerate(edge)
    ]


def test_kernels_of_three_channels_are_drawn_in_colour() -> None:
    kernels = normal(4, 3, 5, 5)
    limit, ax = np.abs(kernels).max(), plots.plot_kernels(kernels)
    for image, kernel in zip(ax.images, kernels, strict=True):
        drawn = np.asarray(image.get_array())
        np.testing.assert_allclose((2 * drawn - 1) * limit, kernel.transpose(1, 2, 0))
    assert "grey is zero" in ax.get_title(loc="left")
    before, after = plots.plot_kernels_before_and_after(kernels, 2 * kernels)
    np.testing.assert_allclose(
        np.asarray(before.images[0].get_array()) - 0.5,
        (np.asarray(after.images[0].get_array()) - 0.5) / 2,
    )
    with pytest.raises(ShapeError, match="colour needs kernels of three channels, got 1"):
        plots.plot_kernels(kernels[:, :1], colour=True)


def test_a_dead_kernel_is_drawn_as_dead() -> None:
    kernels = normal(3, 1, 3, 3)
    kernels[1] *= 0.01
    ax = plots.plot_kernels(kernels)
    assert ax.texts[1].get_text() == "1: dead"
    assert len(ax.lines) == 2, "a cross"
    left, right, bottom, top = ax.images[1].get_extent()
    assert np.asarray(ax.lines[0].get_xydata()).tolist() == [[left, top], [right, bottom]]
    assert ax.get_title(loc="left").endswith("1 dead")


@pytest.mark.parametrize("shape", [(64, 32, 3, 3), (2048, 1, 3, 3), (40, 48, 5, 5)])
def test_of_many_kernels_the_strongest_are_drawn_on_one_screen(shape: Any) -> None:
    kernels = normal(*shape)
    ax = plots.plot_kernels(kernels)
    shown = [int(text.get_text().split(":")[0]) for text in ax.texts[:-1]]
    norms = np.linalg.norm(kernels.reshape(len(kernels), -1), axis=1)
    assert set(shown) == set(np.argsort(-norms)[: len(shown)].tolist())
    assert f"the {len(shown)} strongest of {shape[0]:,}" in ax.get_title(loc="left")
    figure = ax.get_figure(root=True)
    assert figure
    width, height = map(float, figure.get_size_inches())
    assert (width <= 10.5, height <= 6.6) == (True, True)
    more = plots.plot_kernels(kernels, most=40)
    assert len(more.images) == 40
    if shape[1] == 48:
        channels = np.argsort(-(kernels[shown] ** 2).sum(axis=(0, 2, 3)))[:32]
        np.testing.assert_array_equal(
            ax.images[0].get_array(), np.hstack(list(kernels[shown[0], np.sort(channels)]))
        )
        assert "32 strongest of 48 channels" in ax.get_title(loc="left")


@pytest.mark.parametrize("shape", [(64, 40, 3, 3), (24, 16, 5, 3), (64, 8, 3, 3)])
def test_more_kernels_of_many_channels_make_a_higher_figure_not_smaller_tiles(shape: Any) -> None:
    ax = plots.plot_kernels(normal(*shape), most=64)
    assert len(ax.images) == shape[0]
    figure = ax.get_figure(root=True)
    assert figure is not None
    left, right, bottom, top = ax.images[0].get_extent()
    corners = ax.transData.transform([(left, bottom), (right, top)])
    width, height = abs(np.diff(corners, axis=0)[0]) / figure.dpi  # inches
    assert width / min(shape[1], 32) >= 0.2
    label = ax.texts[0].get_window_extent().height / figure.dpi
    assert height > 1.5 * label


def test_a_model_a_layer_or_an_array_may_be_drawn() -> None:
    first, second = Conv2D(4, 3), Conv2D(2, 3)
    model = Sequential([first, ReLU(), second, Flatten()], input_shape=(1, 8, 8))
    calls: list[Any] = [plots.plot_kernels, plots.plot_kernel_spectrum, plots.plot_orientations]
    for call in calls:
        images = [
            [np.asarray(image.get_array()) for image in call(source).images]
            for source in (model, first, first.weight.value)
        ]
        for other in images[1:]:
            for one, same in zip(images[0], other, strict=True):
                np.testing.assert_array_equal(one, same)
        with pytest.raises(ShapeError, match=f"{call.__name__}: expected a layer with kernels"):
            call(model, layer=1)
        with pytest.raises(ShapeError, match="expected a model, a layer, or an array"):
            call(Conv2D)
        with pytest.raises(NotReadyError, match="has no weights yet"):
            call(Conv2D(2, 3))
        with pytest.raises(ArgumentError, match="layer must be the number of a layer, 0 to 3"):
            call(model, layer=4)
        with pytest.raises(ArgumentError, match="layer=0 needs a model"):
            call(first.weight.value, layer=0)
    assert "layer 0 (Conv2D)" in plots.plot_kernels(model).get_title(loc="left")
    assert "layer 2 (Conv2D)" in plots.plot_kernels(model, layer=2).get_title(loc="left")
    np.testing.assert_array_equal(measure_kernels(model).edge, measure_kernels(first).edge)
    np.testing.assert_array_equal(measure_kernels(model, 2).edge, measure_kernels(second).edge)
    upper, lower = plots.plot_kernels_before_and_after(0.1 * first.weight.value, model)
    assert all("layer 0 (Conv2D)" in ax.get_title(loc="left") for ax in (upper, lower))


@pytest.mark.parametrize("style", ["classic", "ggplot", "dark_background", "large letters"])
def test_no_style_blurs_kernels_or_draws_over_numbers(style: str) -> None:
    large = {"font.size": 30, "axes.grid": True, "image.interpolation": "bilinear"}
    kernels, sheet = normal(8, 1, 5, 5), large if style == "large letters" else style
    plain = plots.plot_kernels(kernels)
    with plt.style.context(sheet):
        drawn = plots.plot_kernels(kernels)
        cells = plots.show_kernel(kernels[0, 0])
        given = plots.show_kernel(kernels[0, 0], ax=plt.subplots()[1])
    for image in drawn.images:
        assert image.get_interpolation() == "nearest"
        assert image.origin == "upper"
    for one, other in zip(plain.texts, drawn.texts, strict=True):
        assert one.get_fontsize() == pytest.approx(other.get_fontsize(), rel=0.05)
    assert not drawn.axison
    for ax in (cells, given):
        ax.figure.canvas.draw()
        assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
        assert len(ax.texts) == 25
        assert max(float(text.get_fontsize()) for text in ax.texts) <= 11
    np.testing.assert_array_equal(
        np.asarray(drawn.images[0].get_extent()), np.asarray(plain.images[0].get_extent())
    )
    with plt.style.context(sheet):
        axes = plots.plot_kernel_spectrum(kernels)
        axes.figure.canvas.draw()
        boxes = [text.get_window_extent() for text in axes.texts]
        for a, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[:a])


def test_tiles_do_not_overlap_and_lie_within_view() -> None:
    ax = plots.plot_kernels(normal(11, 1, 5, 3))
    boxes = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    (left, right), (low, high) = ax.get_xlim(), sorted(ax.get_ylim())
    for a, (l1, r1, b1, t1) in enumerate(boxes):
        assert left <= l1 < r1 <= right
        assert low <= t1 < b1 <= high
        for l2, r2, b2, t2 in boxes[:a]:
            assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1


def test_kernels_that_are_compared_share_their_scale() -> None:
    before, after = normal(8, 1, 5, 5), 3 * normal(8, 1, 5, 5)
    upper, lower = plots.plot_kernels_before_and_after(before, after)
    assert upper.images[0].get_clim() == lower.images[0].get_clim()
    np.testing.assert_array_equal(upper.images[0].get_array(), before[0, 0])
    np.testing.assert_array_equal(lower.images[7].get_array(), after[7, 0])
    assert upper.get_title(loc="left").startswith("before training: ")
    assert lower.get_title(loc="left").startswith("after training: ")


def test_kernels_that_cannot_be_drawn() -> None:
    zeros = plots.plot_kernels(np.zeros((2, 1, 3, 3)))
    assert zeros.images[0].get_clim() == (-1, 1)
    with pytest.raises(ShapeError, match=r"\(F, C, KH, KW\).*got shape \(3, 3\)"):
        plots.plot_kernels(np.zeros((3, 3)))
    with pytest.raises(ShapeError, match="got"):
        plots.plot_kernels(np.zeros((0, 1, 3, 3)))
    with pytest.raises(DataError, match="finite"):
        plots.plot_kernels(np.full((1, 1, 3, 3), np.nan))
    with pytest.raises(ShapeError, match="one shape"):
        plots.plot_kernels_before_and_after(np.zeros((2, 1, 3, 3)), np.zeros((3, 1, 3, 3)))


def test_axes_that_are_given_are_drawn_on() -> None:
    _, (one, other) = plt.subplots(1, 2)
    figures = plt.get_fignums()
    assert plots.plot_kernels(normal(2, 1, 3, 3), ax=one) is one
    assert plots.plot_confusion_matrix(np.eye(2, dtype=int), classes="ab", ax=other) is other
    assert plots.plot_history(history(validation=True), axes=[one, other]) == [one, other]
    assert plt.get_fignums() == figures


def test_saving(tmp_path: Path) -> None:
    path = plots.save_figure(plots.plot_kernels(normal(1, 1, 3, 3)), tmp_path / "deep" / "k.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert not plt.get_fignums(), "the figure is closed"
    with pytest.raises(ArgumentError, match=r"k\.bmpp: expected an ending among .*png"):
        plots.save_figure(plots.plot_kernels(normal(1, 1, 3, 3)), tmp_path / "k.bmpp")
    assert [path.name for path in tmp_path.iterdir()] == ["deep"]


def test_whatever_a_plot_returns_is_saved(tmp_path: Path) -> None:
    figure, grid = plt.subplots(2, 1, squeeze=False)
    half = figure.add_subfigure(figure.add_gridspec(1, 2)[0, 0]).add_axes((0, 0, 1, 1))
    drawn: list[Any] = [tuple(grid[0]), list(grid[1]), grid, half, figure]
    for number, axes in enumerate([plots.plot_history(history(validation=True)), *drawn]):
        path = plots.save_figure(axes, tmp_path / f"{number}.png", dpi=10)
        assert path.read_bytes().startswith(b"\x89PNG")
    assert not plt.get_fignums()
    for wrong in (history(validation=True), (), [figure], "axes", None):
        with pytest.raises(ArgumentError, match="save_figure: expected axes that a plot was drawn"):
            plots.save_figure(wrong, tmp_path / "wrong.png")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="one figure, got those of several"):
        plots.save_figure([half, plt.subplots()[1]], tmp_path / "wrong.png")
    half.remove()
    with pytest.raises(ArgumentError, match="on no figure"):
        plots.save_figure(half, tmp_path / "wrong.png")
    assert not (tmp_path / "wrong.png").exists()


STEPS: dict[str, Augmentation | list[Augmentation]] = {
    "turn": Affine(turn=20),
    "both": [Flip(), Crop(2)],
    "erase": Erase(3, probability=1),
}


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_augmentations_are_drawn_a_row_each_beside_the_picture(channels: int) -> None:
    image = np.random.default_rng(0).random((channels, 9, 7), dtype=np.float32)
    left, right = plots.plot_augmentations(image, STEPS, draws=5, seed=3)
    if channels == 3:
        in_colour = image.transpose(1, 2, 0)
        expected = (in_colour - image.min()) / np.ptp(image)
    else:
        expected = image[0]
    np.testing.assert_allclose(np.asarray(left.images[0].get_array()), expected, atol=1e-6)
    assert [text.get_text() for text in right.texts] == list(STEPS)
    assert len(right.images) == 15
    if channels < 3:
        rng, copies = np.random.default_rng(3), np.stack([image] * 5)
        for picture, drawn in zip(
            Crop(2)(Flip()(copies, rng), rng), right.images[5:10], strict=True
        ):
            np.testing.assert_array_equal(drawn.get_array(), picture[0])
    rows = {round(drawn.get_extent()[2], 6) for drawn in right.images[5:10]}
    assert len(rows) == 1, "the draws of one augmentation lie side by side"
    right.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in right.texts]
    room = right.figure.bbox
    assert all(room.x0 <= box.x0 and box.x1 <= room.x1 for box in boxes)
    assert not boxes[0].overlaps(boxes[1])
    assert min(box.x0 for box in boxes) > left.get_window_extent().x1


def test_augmentations_that_cannot_be_drawn() -> None:
    image = np.zeros((1, 9, 9))
    with pytest.raises(ShapeError, match=r"an image \(C, H, W\).* got \(9, 9\) and 1"):
        plots.plot_augmentations(image[0], {"flip": Flip()})
    with pytest.raises(ShapeError, match=r"one augmentation or more by name.* and 0"):
        plots.plot_augmentations(image, {})
    wrong: Any = {"flip": [Flip]}
    with pytest.raises(ArgumentError, match="must be an Augmentation, got the class Flip"):
        plots.plot_augmentations(image, wrong)
    with pytest.raises(ArgumentError, match="draws must be a whole number"):
        plots.plot_augmentations(image, STEPS, draws=0)
