"""Plots of training, of what a model sees, answers and gets wrong: what is drawn, not pixels."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from minicnn import (
    Conv2D,
    Dense,
    Flatten,
    History,
    MaxPool,
    Prediction,
    ReLU,
    Sequential,
    Softmax,
    predict_image,
)
from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.inspection import plots
from minicnn.inspection.plots import fonts
from minicnn.metrics import confusion_matrix
from minicnn.training.history import Row
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def normal(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape)


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def names(axis: Any) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def points(ax: Axes, line: int) -> list[float]:
    """x, y, x, y ... of one of the lines."""
    return [float(number) for number in np.ravel(ax.lines[line].get_xydata())]


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


@pytest.mark.parametrize("validation", [True, False])
def test_history(validation: bool) -> None:
    left, right = plots.plot_history(history(validation=validation))
    assert len(left.lines) == len(right.lines) == 1 + validation
    assert points(left, 0) == pytest.approx([1, 1, 2, 1 / 2, 3, 1 / 3])
    assert points(right, 0) == pytest.approx([1, 100, 2, 50, 3, 100 / 3])
    if validation:
        assert points(left, 1) == pytest.approx([1, 2, 2, 1, 3, 2 / 3])
    assert left.get_xlabel() == "epoch"
    assert left.get_yscale() == right.get_yscale() == "log"
    last = "50% of the validation" if validation else "33.3% of the training"
    assert right.get_title() == f"Errors: {last} samples at the end"
    with pytest.raises(DataError, match="no epochs"):
        plots.plot_history(History())
    with pytest.raises(ShapeError, match="two axes, got 1"):
        plots.plot_history(history(validation=True), axes=[left])


def test_a_history_with_gaps() -> None:
    rows: list[Row] = [{"epoch": 1, "loss": 0.5}]
    (alone,) = plots.plot_history(History(rows))
    assert points(alone, 0) == [1, 0.5]
    left, right = plots.plot_history(History(rows), axes=plt.subplots(1, 2)[1])
    assert left.lines
    assert not right.axison
    with pytest.raises(DataError, match="neither a loss nor an accuracy"):
        plots.plot_history(History([{"epoch": 1, "seconds": 3.0}]))
    rows = [{"validation_accuracy": 0.5}, {"accuracy": 0.75}, {"accuracy": None}]
    (right,) = plots.plot_history(History(rows))
    np.testing.assert_equal(points(right, 0), [1, np.nan, 2, 25, 3, np.nan])
    np.testing.assert_equal(points(right, 1), [1, 50, 2, np.nan, 3, np.nan])
    right.figure.canvas.draw()


def test_an_axis_with_a_zero_is_not_logarithmic_and_noise_is_no_slope() -> None:
    (perfect,) = plots.plot_history(History([{"accuracy": 0.5}, {"accuracy": 1.0}]))
    assert perfect.get_yscale() == "linear"
    assert perfect.get_ylim()[0] == 0
    (guessing,) = plots.plot_history(History([{"accuracy": 0.114}, {"accuracy": 0.106}]))
    low, high = guessing.get_ylim()
    assert high / low > 4


def network(channels: int = 1, *, softmax: bool = True) -> Sequential:
    layers = [Conv2D(6, 3, padding="same"), ReLU(), MaxPool(2), Conv2D(3, 3), ReLU(), Flatten()]
    last = [Dense(3), *([Softmax()] if softmax else [])]
    model = Sequential([*layers, *last], input_shape=(channels, 8, 10), seed=0)
    model.classes = ("cat", "dog", "owl")
    return model


def test_feature_maps_on_a_slide() -> None:
    model, image = network(), np.random.default_rng(0).random((1, 8, 10))
    axes = plots.plot_feature_maps(model, image, strongest=4)
    assert [len(ax.images) for ax in axes] == [1, 4, 4, 4, 3, 3, 0]
    np.testing.assert_array_equal(axes[0].images[0].get_array(), image[0])
    assert axes[0].images[0].get_cmap().name == "gray", "the picture as it is"
    assert axes[1].get_title() == "convolution\n6 maps of\n8 x 10"
    outputs = [output[0] for output in model.activations(image[None])]
    pooled = outputs[2]
    away = pooled - np.median(pooled, axis=(1, 2), keepdims=True)
    strongest = np.argsort(-np.square(away).sum(axis=(1, 2)))[:4]
    for ax, maps in zip(axes[1:4], outputs, strict=False):
        drawn = [tile.get_array() for tile in ax.images]
        np.testing.assert_array_equal(drawn, maps[strongest])
    assert texts(axes[1]) == [f"map {number}" for number in strongest]
    limits = {tile.get_clim() for ax in axes[1:4] for tile in ax.images}
    assert limits == {(-abs(outputs[0][strongest]).max(), abs(outputs[0][strongest]).max())}
    widths = [bar.get_width() for bar in axes[-1].patches if isinstance(bar, Rectangle)]
    assert widths == pytest.approx(list(outputs[-1]))
    assert names(axes[-1].yaxis) == ["cat", "dog", "owl"]
    again = plots.plot_feature_maps(network(softmax=False), image)
    bars = [bar.get_width() for bar in again[-1].patches if isinstance(bar, Rectangle)]
    assert bars == pytest.approx(widths)


def test_all_feature_maps() -> None:
    model, image = network(3), np.random.default_rng(0).random((3, 8, 10))
    axes = plots.plot_feature_maps(model, image, strongest=None)
    assert [len(ax.images) for ax in axes] == [1, 6, 6, 6, 3, 3, 1, 1, 0]
    drawn = np.asarray(axes[0].images[0].get_array())
    np.testing.assert_allclose(drawn, image.transpose(1, 2, 0))
    assert axes[6].get_title(loc="left") == "all in one row: 18 numbers"
    (bar,) = axes[2].child_axes
    assert bar.get_ylim()[0] == 0, "ReLU has no negative numbers, and its bar none"
    assert axes[1].child_axes[0].get_ylim()[0] < 0


def test_a_slide_has_room_for_the_last_layer_of_each_stage_alone() -> None:
    blocks = [layer for _ in range(8) for layer in (Conv2D(2, 3, padding="same"), ReLU())]
    model = Sequential(blocks, input_shape=(1, 6, 6))
    axes = plots.plot_feature_maps(model, np.random.default_rng(0).random((1, 6, 6)))
    assert len(axes) == 1 + 6, "a picture, six layers, and no answer: it is no classifier"
    assert {ax.get_title().partition("\n")[0] for ax in axes[1:]} == {"ReLU"}


def test_feature_maps_of_arrays() -> None:
    maps = [normal(1, 8, 6), normal(10, 8, 6), normal(480), np.array([0.25, 0.75])]
    axes = plots.plot_feature_maps(maps, names=["in", "conv", "flat", "answer"], strongest=None)
    assert [len(ax.images) for ax in axes] == [1, 10, 1, 0]
    np.testing.assert_array_equal(axes[1].images[9].get_array(), maps[1][9])
    assert axes[1].get_title(loc="left") == "conv: 10 maps of 8 x 6"
    with pytest.raises(ShapeError, match="2 names"):
        plots.plot_feature_maps(maps, names=["in", "conv"])
    with pytest.raises(ShapeError, match=r"\(2, 3\)"):
        plots.plot_feature_maps([normal(2, 3)], names=["in"])
    with pytest.raises(ShapeError, match="expected 3 axes, for the picture, 1 layers and the"):
        plots.plot_feature_maps(maps, names=["a", "b", "c", "d"], axes=axes[:2])
    with pytest.raises(ShapeError, match=r"an image \(C, H, W\)"):
        plots.plot_feature_maps(network(), normal(8, 10))


MATRIX = np.array([[90, 2, 0], [0, 0, 7], [1, 0, 70]])


def test_the_confusion_matrix_colours_mistakes_only() -> None:
    ax = plots.plot_confusion_matrix(MATRIX, classes=["cat", "dog", "cow"])
    coloured: Array = np.ma.filled(np.ma.asarray(ax.images[0].get_array()), np.nan)
    np.testing.assert_array_equal(np.isfinite(coloured), (MATRIX > 0) & ~np.eye(3, dtype=bool))
    assert ax.images[0].get_clim() == (0, 10), "a few mistakes are no stain"
    assert sorted(texts(ax)) == ["0", "1", "2", "7", "70", "90"]
    assert ax.get_ylabel() == "true class"
    assert names(ax.xaxis) == ["cat", "dog", "cow"]
    title = "94.12% right: 160 of 170\nmost often mistaken: dog for cow (7)"
    assert ax.get_title().replace("\n", " ") == title.replace("\n", " ")
    assert plots.plot_confusion_matrix(10 * MATRIX).images[0].get_clim() == (0, 70)
    assert names(plots.plot_confusion_matrix(MATRIX).yaxis) == ["0", "1", "2"]


def test_shares_are_not_written_as_zeros() -> None:
    shares = np.array([[0.996, 0.004, 0], [0.25, 0.75, 0], [np.nan, np.nan, np.nan]])
    ax = plots.plot_confusion_matrix(shares)
    assert sorted(texts(ax)) == ["0.25", "0.75", "1.00", "<0.01"]
    assert ax.images[0].get_clim() == (0, 0.25)
    for wrong in (-MATRIX, np.full((2, 2), np.inf)):
        with pytest.raises(DataError, match="negative or infinite"):
            plots.plot_confusion_matrix(wrong)
    with pytest.raises(ShapeError, match="names for 3 classes, got 2"):
        plots.plot_confusion_matrix(MATRIX, classes=["a", "b"])
    with pytest.raises(
        ShapeError, match=r"a matrix \(K, K\) of numbers, got int64 of shape \(2, 3"
    ):
        plots.plot_confusion_matrix(MATRIX[:2])


def test_of_two_classes_the_title_is_not_cut_and_of_a_hundred_none_is_written_in_cells() -> None:
    ax = plots.plot_confusion_matrix(MATRIX[:2, :2], classes=["a long name", "a longer one"])
    ax.figure.canvas.draw()
    box, room = ax.title.get_window_extent(), ax.figure.bbox
    assert room.x0 <= box.x0
    assert box.x1 <= room.x1
    many = np.eye(100, dtype=int) * 50 + 1
    large = plots.plot_confusion_matrix(many)
    assert not large.texts
    assert len(large.get_yticks()) == 100
    figure = large.get_figure(root=True)
    assert figure is not None
    assert max(figure.get_size_inches()) < 12


def test_a_model_and_data_are_enough() -> None:
    model = network()
    images = np.random.default_rng(1).random((20, 1, 8, 10))
    data = Dataset(images, np.arange(20) % 3, ("cat", "dog", "owl"))
    probabilities = model.predict(images)
    counts = confusion_matrix(probabilities.argmax(axis=1), data.labels, 3)
    for judged in (model, network(softmax=False)):
        ax = plots.plot_confusion_matrix(judged, data)
        assert names(ax.xaxis) == ["cat", "dog", "owl"]
        assert ax.get_title().startswith(f"{np.trace(counts) / 20:.2%} right")
    axes = plots.plot_mistakes(model, data, count=3)
    by_hand = plots.plot_mistakes(images, data.labels, probabilities, classes="abc", count=3)
    for one, other in zip(axes, by_hand, strict=True):
        np.testing.assert_array_equal(one.images[0].get_array(), other.images[0].get_array())
        assert one.get_title().startswith("true: ")
    with pytest.raises(ArgumentError, match="data must be a Dataset"):
        plots.plot_confusion_matrix(model, images)  # type: ignore[call-overload]
    with pytest.raises(ArgumentError, match="data must be a Dataset"):
        plots.plot_mistakes(model, images)  # type: ignore[call-overload]
    pictures = Sequential([Conv2D(1, 3)], input_shape=(1, 8, 10))
    with pytest.raises(ShapeError, match=r"gives \(K,\).*gives \(1, 6, 8\)"):
        plots.plot_mistakes(pictures, data)


PROBABILITIES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])


@pytest.mark.parametrize("channels", [1, 3])
def test_the_surest_mistakes_come_first_and_in_their_colours(channels: int) -> None:
    images = np.random.default_rng(0).random((4, channels, 5, 5))
    labels = np.array([0, 0, 0, 1])
    axes = plots.plot_mistakes(images, labels, PROBABILITIES, classes=["cat", "dog"])
    assert [ax.get_title().split("\n") for ax in axes] == [
        ["true: cat", "guess: dog", "80.0% sure"],
        ["true: dog", "guess: cat", "70.0% sure"],
        ["true: cat", "guess: dog", "60.0% sure"],
    ]
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    assert figure.get_suptitle() == "All 3 mistakes in 4 images"
    assert len(figure.axes) == 3, "no blank row"
    shown = np.asarray(axes[0].images[0].get_array())
    expected = images[2].transpose(1, 2, 0) if channels == 3 else images[2, 0]
    np.testing.assert_allclose(shown, expected)
    assert axes[0].images[0].get_clim() == (0, 1) or channels == 3


def test_mistakes_that_cannot_be_drawn() -> None:
    images, probabilities = normal(4, 1, 5, 5), np.full((4, 2), 0.5)
    right = np.zeros(4, int)
    with pytest.raises(DataError, match=r"\(4,\).*got \(3,\)"):
        plots.plot_mistakes(images, right[:3], probabilities, classes="ab")
    with pytest.raises(ShapeError, match=r"for 3 classes"):
        plots.plot_mistakes(images, right, probabilities, classes="abc")
    with pytest.raises(ArgumentError, match="count"):
        plots.plot_mistakes(images, right, probabilities, classes="ab", count=0)
    with pytest.raises(ShapeError, match="a model and a Dataset, or images"):
        plots.plot_mistakes(images, right)  # type: ignore[call-overload]
    (perfect,) = plots.plot_mistakes(images, right, probabilities)
    assert texts(perfect) == ["no mistake among 4 images"]
    given = list(plt.subplots(1, 2)[1])
    assert plots.plot_mistakes(images, 1 - right // 2, probabilities, axes=given) == given
    given = list(plt.subplots(1, 2)[1])
    plots.plot_mistakes(images, np.array([0, 0, 0, 1]), probabilities, axes=given)
    assert given[0].images
    assert not given[1].axison


def prediction(**also: Any) -> Prediction:
    seen = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 28, 28)
    return Prediction(1, np.array([0.0001, 0.75, 0.2499]), seen, **also)


def test_a_prediction_beside_its_picture(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).random((40, 30, 3))
    remembers = prediction(picture=picture, classes=("cat", "dog", "cow"))
    given, seen, bars = plots.plot_prediction(remembers)
    np.testing.assert_allclose(np.asarray(given.images[0].get_array()), picture, atol=1e-6)
    assert given.get_title() == "the picture: 40 x 30 pixels"
    np.testing.assert_array_equal(seen.images[0].get_array(), remembers.seen[0])
    assert seen.images[0].get_clim() == (0, 1)
    widths = [bar.get_width() for bar in bars.patches if isinstance(bar, Rectangle)]
    assert widths == pytest.approx(list(remembers.probabilities))
    assert texts(bars) == ["< 0.1%", "75.0%", "25.0%"]
    assert names(bars.yaxis) == ["cat", "dog", "cow"]
    assert bars.get_title() == "its answer: dog, not sure"
    colours = [bar.get_facecolor() for bar in bars.patches]
    assert colours[0] == colours[2] != colours[1]
    for classes in (None, range(3)):
        _, numbered = plots.plot_prediction(prediction(), classes=classes)
        assert names(numbered.yaxis) == ["0", "1", "2"]
    path = tmp_path / "picture.png"
    plt.imsave(path, picture)
    again = plots.plot_prediction(prediction(), path)[0]
    np.testing.assert_allclose(np.asarray(again.images[0].get_array()), picture, atol=0.005)
    large = plots.plot_prediction(prediction(), np.ones((3000, 20)))[0]
    assert np.asarray(large.images[0].get_array()).shape == (1000, 7, 3)
    assert large.get_title() == "the picture: 3,000 x 20 pixels"


def test_predictions_that_cannot_be_drawn() -> None:
    with pytest.raises(ShapeError, match="names for 3 classes, got 2"):
        plots.plot_prediction(prediction(), classes=["cat", "dog"])
    with pytest.raises(DataError, match=r"nowhere\.png"):
        plots.plot_prediction(prediction(), "nowhere.png")
    three = list(plt.subplots(1, 3)[1])
    with pytest.raises(ShapeError, match="expected 2 axes, got 3"):
        plots.plot_prediction(prediction(), axes=three)
    assert plots.plot_prediction(prediction(), np.eye(9), axes=three) == three


def test_a_prediction_remembers_what_it_was_given() -> None:
    model = Sequential([Flatten(), Dense(10), Softmax()], input_shape=(1, 28, 28))
    model.classes = tuple("abcdefghij")
    paper = np.full((60, 50), 0.9)
    paper[20:40, 22:28] = 0.1
    made = predict_image(model, paper)
    assert made.picture is paper
    assert names(plots.plot_prediction(made)[2].yaxis) == list("abcdefghij")


def fake_fonts(monkeypatch: pytest.MonkeyPatch, characters: dict[str, str]) -> None:
    """Pretend that these fonts are installed beside DejaVu, each with some characters more."""
    entries = [
        font_manager.FontEntry(fname=f"{name}.ttf", name=name, style="normal")
        for name in ("Last Resort Fake", *characters)
    ]
    installed = font_manager.fontManager.ttflist
    real, characters = fonts._characters, characters | {"Last Resort Fake": "猫犬鸟"}
    known = {f"{name}.ttf": frozenset(more) for name, more in characters.items()}
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*installed, *entries])
    monkeypatch.setattr(fonts, "_characters", lambda path: known.get(path) or real(path))
    find = font_manager.findfont

    def findfont(wanted: font_manager.FontProperties, **options: Any) -> str:
        path = f"{wanted.get_family()[0]}.ttf"
        return path if path in known else str(find("DejaVu Sans", **options))

    monkeypatch.setattr(font_manager, "findfont", findfont)
    fonts._warn.cache_clear()


def test_a_font_is_chosen_that_has_the_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_fonts(monkeypatch, {"Poor": "猫", "Rich": "猫犬", "Noto Sans CJK": "猫犬", "Korean": "새"})
    ours = list(mpl.rcParams["font.family"])
    ax = plt.subplots()[1]
    with fonts.drawable(["猫", "dog", "犬"], ax) as drawn:
        ax.set_title(drawn[0])
    assert drawn == ["猫", "dog", "犬"]
    assert ax.title.get_fontfamily() == [*ours, "Noto Sans CJK"]
    ax = plots.plot_confusion_matrix(MATRIX, classes=["猫", "犬", "새"])
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels(), ax.title):
        assert label.get_fontfamily() == [*ours, "Noto Sans CJK", "Korean"]
    plain = plots.plot_confusion_matrix(MATRIX, classes=["cat", "dog", "owl"])
    assert plain.title.get_fontfamily() == ours


def test_names_that_no_font_has_become_numbers_and_a_warning_says_so_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_fonts(monkeypatch, {"Poor": "猫"})
    with pytest.warns(UserWarning, match="no installed font has the characters 犬 鸟; the names"):
        ax = plots.plot_confusion_matrix(MATRIX, classes=["猫", "犬", "鸟"])
    assert names(ax.yaxis) == ["猫", "class 1", "class 2"]
    again = plots.plot_confusion_matrix(MATRIX, classes=["猫", "犬", "鸟"])  # without a warning
    assert names(again.yaxis) == names(ax.yaxis)


@pytest.mark.parametrize("style", ["classic", "ggplot", "dark_background", {"font.size": 30}])
def test_style_sheets_hide_nothing(style: Any) -> None:
    with plt.style.context(style):
        ax = plots.plot_confusion_matrix(MATRIX)
        picture = plots.plot_mistakes(normal(4, 1, 5, 5), np.array([0, 0, 0, 1]), PROBABILITIES)[0]
        left = plots.plot_history(history(validation=True))[0]
    assert not any(line.get_visible() for line in ax.get_xgridlines())
    assert ax.get_facecolor() == (1, 1, 1, 1), "cells without a mistake are white"
    assert picture.images[0].get_interpolation() != "bilinear"
    assert left.title.get_fontsize() == 11
    assert max(float(text.get_fontsize()) for text in ax.texts) <= 11
