"""Plots of kernels and of what excites them: what is drawn, not which pixels."""

import io
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from minicnn import Dense, Flatten, Sequential, Softmax
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.inspection import Maximum, Recording, TopPatches, measure_kernels, occlusion, plots
from minicnn.inspection.plots.shown import EDGE_NOTE
from minicnn.inspection.plots.tiles import coloured
from minicnn.inspection.plots.training import VALIDATION
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape)


def pictures(ax: Axes) -> list[Array]:
    return [np.asarray(image.get_array()) for image in ax.images]


def labels(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def steered(*degrees: float) -> Array:
    """Edges that rise in these directions, (F, 1, 3, 3)."""
    x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return np.array([[np.cos(a) * x + np.sin(a) * x.T] for a in np.deg2rad(degrees)])


@pytest.mark.parametrize("shape", [(1, 1, 3, 3), (8, 1, 5, 5), (16, 3, 11, 11), (32, 1, 3, 5)])
def test_spectra(shape: tuple[int, int, int, int]) -> None:
    kernels = normal(*shape)
    ax = plots.plot_kernel_spectrum(kernels)
    edge, norm = (getattr(measure_kernels(kernels), name) for name in ("edge", "norm"))
    few = np.sort(np.argsort(-norm)[:12])
    first, *others, _ = labels(ax)
    assert others[:6] == ["\N{MINUS SIGN}0.5"] * 2 + ["0"] * 2 + ["0.5"] * 2, "at the first alone"
    assert [first, *others[6:]] == [f"{f}: edge {edge[f]:.2f}" for f in few]
    most = max(drawn.max() for drawn in pictures(ax)[1::2])
    for beside, image, kernel in zip(ax.images[::2], ax.images[1::2], kernels[few], strict=True):
        drawn = np.asarray(image.get_array())
        limit, tile = abs(kernels[few]).max(), np.asarray(beside.get_array())
        if shape[1] == 3:
            np.testing.assert_array_equal(tile, coloured(kernel.transpose(1, 2, 0), limit))
        else:
            assert any(np.array_equal(tile, channel) for channel in kernel)
        assert beside.get_clim() == (-limit, limit)
        assert image.get_clim() == (0, most), "all on one scale"
        assert drawn.shape == (64, 64)
        # The sum over all frequencies is 64 * 64 times the energy; the middle is the constant.
        assert (drawn**2).sum() == pytest.approx((kernel**2).sum() * 64**2)
        constant = np.sqrt((kernel.sum(axis=(1, 2)) ** 2).sum())
        assert drawn[32, 32] == pytest.approx(constant)
    assert f"the {shape[0]} kernel" in ax.get_title(loc="left")


def test_every_picture_with_edge_scores_says_once_what_they_are() -> None:
    kernels = steered(0, 90)
    upper, lower = plots.plot_kernels_before_and_after(normal(2, 1, 3, 3), kernels)
    assert not any(label.startswith("edge score") for label in labels(upper))
    edge = patches(kernel=kernels[0])
    made = Maximum(0, "layer 0 (Conv2D)", normal(1, 4, 4), kernels[0])
    for ax in (
        lower,
        plots.plot_kernels(kernels),
        plots.plot_kernel_spectrum(kernels),
        plots.plot_orientations(kernels),
        plots.plot_top_patches(edge),
        plots.plot_maxima(made),
    ):
        said = " ".join(labels(ax)).replace("\n", " ")
        assert said.count(EDGE_NOTE) == said.count("edge score") == 1
    assert "0.5 or more is an edge" in EDGE_NOTE
    for ax in (plots.plot_top_patches(patches()), plots.plot_maxima(made, labels=["seven"])):
        assert not any("edge score" in label for label in labels(ax))


@pytest.mark.parametrize(
    ("channels", "even"),
    [
        (1, "an even picture;"),
        (2, "an even picture whose channels are weighed as the kernel's;"),
        (3, "an even picture in the kernel's own colours;"),
    ],
)
def test_the_middle_of_a_spectrum_is_the_picture_that_the_kernel_suits(
    channels: int, even: str
) -> None:
    weights = np.array([2.0, -1, -1])[:channels]  # of three, red against cyan: nothing of grey
    ax = plots.plot_kernel_spectrum(np.ones((1, channels, 3, 3)) * weights[:, None, None])
    suited = weights / np.linalg.norm(weights)
    assert pictures(ax)[1][32, 32] == pytest.approx(9 * weights @ suited)
    said = " ".join(ax.get_title(loc="left").split())
    assert f"down middle: {even} rim: waves of 2 pixels" in said


def test_the_spots_of_an_edge_lie_across_it() -> None:
    ax = plots.plot_kernel_spectrum(steered(0, 90))
    right, down = pictures(ax)[1::2]
    assert set(map(tuple, np.argwhere(right > 0.999 * right.max()).tolist())) == {
        (32, 16),
        (32, 48),
    }
    np.testing.assert_allclose(down, right.T, atol=1e-12)
    np.testing.assert_allclose(right.max(), 8)  # a wave of 4 pixels: 4 rows of 1 - -1
    zeros = plots.plot_kernel_spectrum(np.zeros((1, 1, 3, 3)))
    assert labels(zeros)[0] == "0: dead"
    assert not pictures(zeros)[1].any()
    with pytest.raises(ShapeError, match=r"plot_kernel_spectrum.*\(F, C, KH, KW\)"):
        plots.plot_kernel_spectrum(np.zeros((3, 3)))
    with pytest.raises(DataError, match="finite"):
        plots.plot_kernel_spectrum(np.full((1, 1, 3, 3), np.nan))


@pytest.mark.parametrize("plot", [plots.plot_kernels, plots.plot_kernel_spectrum])
def test_kernels_can_be_asked_for_by_their_numbers(plot: Any) -> None:
    kernels = normal(5, 1, 3, 3)
    ax = plot(kernels, numbers=[3, 0])
    step = 1 if plot is plots.plot_kernels else 2
    np.testing.assert_array_equal(pictures(ax)[::step], kernels[[3, 0], 0])
    scores = measure_kernels(kernels).edge
    assert {f"{f}: edge {scores[f]:.2f}" for f in (3, 0)} < set(labels(ax))
    assert "drawn: 2 of 5" in ax.get_title(loc="left")
    assert "drawn" not in plot(kernels, numbers=[4, 3, 2, 1, 0]).get_title(loc="left")
    assert plot(kernels, numbers=[1], title="mine").get_title(loc="left").startswith("mine")
    for wrong in ([], [5], [0, 9]):
        with pytest.raises(ArgumentError, match=r"numbers must be those of kernels, 0 to 4, got"):
            plot(kernels, numbers=wrong)
    with pytest.raises(ArgumentError, match="numbers must be a whole number"):
        plot(kernels, numbers=[-1])


def test_kernels_of_three_channels_are_in_colour_in_every_picture() -> None:
    kernels = np.concatenate([steered(0), steered(90)]) * np.array([1.0, 0.9, 0.8])[:, None, None]
    limit = abs(kernels).max()
    expected = coloured(kernels.transpose(0, 2, 3, 1), limit)
    spectra, round_a_circle = plots.plot_kernel_spectrum(kernels), plots.plot_orientations(kernels)
    rows = plots.plot_top_patches([patches(channels=3, kernel=kernel) for kernel in kernels])
    for drawn in (pictures(spectra)[::2], pictures(round_a_circle), pictures(rows)[::4]):
        np.testing.assert_array_equal(drawn, expected)
    for ax in (spectra, round_a_circle):
        assert f"from \N{MINUS SIGN}{limit:.2g} (dark) to {limit:.2g}" in labels(ax)[-1]
    assert "around them the kernels, which rise from dark to light" in round_a_circle.get_title()
    red_against_cyan = plots.plot_orientations(kernels * np.array([2, -1, -1])[:, None, None])
    assert "in which the strongest of red, green and blue rises" in red_against_cyan.get_title()
    grey = plots.plot_orientations(kernels[:, :2])
    assert "of each its strongest channel, which rise from blue to red" in grey.get_title()
    assert "(blue) to 2 (red)" in labels(grey)[-1]


def almost_an_edge() -> Array:
    """A kernel (1, 1, 3, 3) with an edge score of 0.4991."""
    x = np.array([[-1.0, 0, 1]] * 3) / 6**0.5
    share = 0.4991 / measure_kernels(x[None]).edge[0]
    kernel: Array = np.sqrt(share) * x + np.sqrt(1 - share) / 3
    return kernel[None, None]


def test_what_is_almost_an_edge_is_not_shown_as_one() -> None:
    kernel = almost_an_edge()
    assert measure_kernels(kernel).edge[0] == pytest.approx(0.4991)
    recording = Recording(
        *("layers[0]", 1, np.array([0, 1]), np.stack([kernel] * 2), np.zeros(2), np.zeros(2)),
        *(np.full((2, 1), 0.4991), np.zeros((2, 1)), np.ones((2, 1), bool)),
    )
    for ax in (
        plots.plot_kernels(kernel),
        plots.plot_kernel_spectrum(kernel),
        plots.plot_top_patches(patches(kernel=kernel[0])),
        plots.plot_maxima(Maximum(0, "layer 0", normal(1, 4, 4), kernel[0])),
        plots.plot_score_history(recording),
    ):
        said = " ".join([*labels(ax), ax.get_title(loc="left")])
        assert "0.49" in said
        assert "0.50" not in said


def rim(ax: Axes) -> list[int]:
    """How many pixels at the upper, lower, left and right rim of a figure are not white."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    file = io.BytesIO()
    figure.savefig(file, dpi=100)
    plt.close(figure)
    file.seek(0)
    white = (plt.imread(file) == 1).all(axis=2)
    return [int((~side).sum()) for side in (white[0], white[-1], white[:, 0], white[:, -1])]


def test_nothing_is_cut_off_at_the_rim() -> None:
    edges, one = steered(*range(0, 360, 40)), normal(1, 1, 3, 3)
    rows = [patches(kernel=kernel, unit=f) for f, kernel in enumerate(edges[:4])]
    made = [Maximum(f, "layer 0", normal(1, 4, 5), kernel) for f, kernel in enumerate(edges)]
    for ax in (
        plots.plot_kernels(normal(64, 3, 3, 3), most=64),
        plots.plot_kernels(one, title="a title that is long enough to need another line " * 4),
        plots.plot_kernels_before_and_after(normal(20, 1, 9, 2), normal(20, 1, 9, 2))[0],
        plots.plot_kernel_spectrum(one),
        plots.plot_orientations(edges),
        plots.plot_top_patches(rows),
        plots.plot_maxima(made),
    ):
        assert rim(ax) == [0, 0, 0, 0]


def directions(ax: Axes) -> list[float]:
    """Where each kernel is round the circle, in degrees."""
    boxes = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    return [float(np.degrees(np.arctan2(b + t, le + r))) for le, r, b, t in boxes]


def test_edges_stand_round_a_circle_in_their_directions() -> None:
    kernels = np.concatenate([steered(0, 45, 90, -91), np.ones((1, 1, 3, 3))])
    table = measure_kernels(kernels)
    ax = plots.plot_orientations(kernels)
    assert directions(ax) == pytest.approx([0, 45, 90, -91], abs=1e-6)
    for image, kernel in zip(ax.images, kernels[:4], strict=True):
        np.testing.assert_array_equal(image.get_array(), kernel[0])
    assert len({image.get_clim() for image in ax.images}) == 1
    ends = [np.array(line.get_xydata()) for line in ax.lines]
    long = [end[1] for end in ends if (end[0] == 0).all()]
    np.testing.assert_allclose(np.hypot(*np.transpose(long)), table.edge[:4])
    assert "4 of 5 kernels are edges" in ax.get_title()
    assert "own title" in plots.plot_orientations(kernels, title="own title").get_title()
    assert {f"{f}: edge {table.edge[f]:.2f}" for f in range(4)} < set(labels(ax))
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "down is down"


def test_edges_of_one_direction_stand_beside_each_other() -> None:
    ax = plots.plot_orientations(steered(*[30] * 5, *range(40, 60)))
    assert len(ax.images) == 16
    assert {"0", "1", "2"} < set(labels(ax)), "no room for scores"
    assert "around them the 16 with the largest edge scores" in ax.get_title()
    lines = [line for line in ax.lines if line.get_color() == VALIDATION]
    dots = [patch for patch in ax.patches if patch.get_facecolor() == to_rgba(VALIDATION)]
    assert (len(lines), len(dots)) == (25, 16), "a dot where a kernel is drawn"
    boxes = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    for a, (left, right, bottom, top) in enumerate(boxes):
        for left2, right2, bottom2, top2 in boxes[:a]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top


def test_the_longest_lines_of_many_have_kernels() -> None:
    rng = np.random.default_rng(0)
    kernels = steered(*range(0, 360, 15)) + rng.normal(scale=0.5, size=(24, 1, 3, 3))
    kernels *= rng.uniform(0.5, 2, size=(24, 1, 1, 1))  # the strongest are not the best edges
    edge = measure_kernels(kernels).edge
    ax = plots.plot_orientations(kernels)
    around = {int(label) for label in labels(ax) if label.isdigit()}
    assert around == set(np.argsort(-edge)[:16].tolist())
    assert around != set(np.argsort(-measure_kernels(kernels).norm)[:16].tolist())


@pytest.mark.parametrize("first", [0, 20])
def test_only_directions_are_written_among_the_lines(first: int) -> None:
    ax = plots.plot_orientations(steered(*range(first, 360, 30)))
    among = [text.get_text() for text in ax.texts if np.hypot(*text.get_position()) < 1.15]
    assert [said.split()[0] for said in among] == ["right", "down", "left", "up"]
    assert "the inner circle is a score of 0.5, the outer one of 1" in ax.get_title()


def test_where_no_kernel_is_an_edge_it_is_said() -> None:
    empty = plots.plot_orientations(np.zeros((2, 1, 3, 3)))
    assert not empty.lines
    assert not empty.images
    assert labels(empty) == ["only edges have a direction to draw"]
    assert empty.get_title() == "none of 2 kernels is an edge, 2 dead"


def test_the_history_of_scores_leaves_out_the_dead() -> None:
    kernels = np.stack([normal(3, 1, 5, 5, seed=seed) for seed in range(4)])
    kernels[2:, 1] = 0
    tables = [measure_kernels(bank) for bank in kernels]
    recording = Recording(
        "layers[0]",
        30,
        np.array([0, 10, 20, 30]),
        kernels,
        np.zeros(4),
        np.zeros(4),
        np.array([table.edge for table in tables]),
        np.array([table.orientation for table in tables]),
        np.array([table.live for table in tables]),
    )
    ax = plots.plot_score_history(recording)
    medians = [table.median_edge for table in tables]
    assert np.asarray(ax.lines[-1].get_ydata()).tolist() == pytest.approx(medians)
    np.testing.assert_array_equal(ax.lines[-1].get_xdata(), [0, 10, 20, 30])
    whole = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    for step, table in zip((0, 10, 20, 30), tables, strict=True):
        there = whole[whole[:, 0] == step, 1]
        live = table.edge[table.live]
        assert (there.min(), there.max()) == pytest.approx((live.min(), live.max()))
    assert labels(ax)[1] == f"median {medians[-1]:.2f}"
    assert f"from {medians[0]:.2f} to {medians[-1]:.2f}" in ax.get_title(loc="left")


@pytest.mark.parametrize("size", [(3, 9), (14, 2.5), (6, 6)])
@pytest.mark.parametrize("shape", [(16, 3, 5, 5), (7, 1, 3, 3), (2, 5, 11, 11)])
def test_tiles_are_as_large_as_the_axes_allow(
    size: tuple[float, float], shape: tuple[int, int, int, int]
) -> None:
    ax = plt.subplots(figsize=size)[1]
    plots.plot_kernels(normal(*shape), ax=ax)
    F, C = shape[:2]
    tiles = F if C == 3 else F * C  # three channels are one picture, in colour
    group = tiles // F
    boxes = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    rows = len({top for _, _, _, top in boxes})
    across = -(-F // rows)
    assert len({left for left, *_ in boxes}) <= across
    assert {round(right - left, 6) for left, right, *_ in boxes} == {group}
    ax.figure.canvas.draw()
    texts = [text.get_window_extent() for text in ax.texts]
    for a, box in enumerate(texts):
        assert not any(box.overlaps(other) for other in texts[:a])


def patches(
    count: int = 3, channels: int = 1, unit: int = 4, kernel: Array | None = None
) -> TopPatches:
    return TopPatches(
        unit,
        "layer 0 (Conv2D)",
        np.random.default_rng(0).random((count, channels, 5, 4)),
        np.linspace(2, 1, count),
        np.arange(count),
        np.zeros((count, 2), int),
        kernel,
        live=kernel is None or bool(kernel.any()),
    )


def test_top_patches_stand_in_rows_behind_their_kernels() -> None:
    edge = steered(0)[0]
    first, second = patches(kernel=edge), patches(unit=5, kernel=0 * edge)
    ax = plots.plot_top_patches([first, second])
    kernel, *drawn, dead = pictures(ax)
    np.testing.assert_array_equal(kernel, edge[0])
    for image, patch in zip(drawn, first.patches, strict=True):
        np.testing.assert_array_equal(image, patch[0])
    assert not dead.any()
    assert labels(ax)[:-1] == [
        *("4: edge 1.00", "2.0", "1.5", "1.0"),
        *("5: dead", "dead: answers to nothing"),
    ]
    assert "layer 0 (Conv2D)" in ax.get_title(loc="left")
    assert len({image.get_clim() for image in ax.images[1:4]}) == 1
    (low, high), boxes = ax.get_xlim(), [image.get_extent() for image in ax.images]
    assert all(low <= left < right <= high for left, right, _, _ in boxes)
    plain = plots.plot_top_patches([patches(unit=unit) for unit in range(20)])
    assert len(plain.images) == 36
    assert "the first 12 of 20" in plain.get_title(loc="left")
    assert labels(plain)[0] == "unit 0"
    colour = plots.plot_top_patches(patches(channels=3))
    assert pictures(colour)[0].shape == (5, 4, 3)
    with pytest.raises(ShapeError, match="one shape"):
        plots.plot_top_patches([first, patches(count=2)])
    with pytest.raises(ShapeError, match=r"got \[\]"):
        plots.plot_top_patches([])


def test_maxima_say_of_what_and_cross_out_the_dead() -> None:
    made = [
        Maximum(f, "layer 0 (Conv2D)", normal(1, 5, 5, seed=f), kernel, live=f != 1)
        for f, kernel in enumerate(steered(*range(10)))
    ]
    ax = plots.plot_maxima(made)
    for image, one in zip(pictures(ax), made, strict=True):
        np.testing.assert_array_equal(image, one.patch[0])
    assert labels(ax)[:2] == ["0: edge 1.00", "1: dead"]
    assert len(ax.lines) == 2, "a cross"
    assert "each kernel most: layer 0 (Conv2D)" in ax.get_title(loc="left")
    named = plots.plot_maxima(made[:2], labels=["cat", "dog"])
    assert labels(named) == ["cat", "dog"]
    assert "each class" in named.get_title(loc="left")
    with pytest.raises(ShapeError, match="3 labels"):
        plots.plot_maxima(made[:2], labels="abc")
    with pytest.raises(ShapeError, match="one shape"):
        plots.plot_maxima([made[0], Maximum(0, "layer 0", normal(1, 4, 4))])


def test_maps_stand_beside_their_image_with_zero_in_the_middle() -> None:
    image, gradient = normal(1, 6, 5), normal(1, 6, 5, seed=1)
    left, right = plots.plot_saliency(image, gradient)
    np.testing.assert_array_equal(pictures(left)[0], image[0])
    np.testing.assert_array_equal(pictures(right)[0], gradient[0])
    limit = abs(gradient).max()
    assert right.images[0].get_clim() == (-limit, limit)
    colour = normal(3, 6, 5)
    left, right = plots.plot_saliency(colour, colour)
    assert pictures(left)[0].shape == (6, 5, 3)
    np.testing.assert_allclose(pictures(right)[0], colour.sum(axis=0))
    _, right = plots.plot_occlusion(image, gradient[0])
    np.testing.assert_array_equal(pictures(right)[0], gradient[0])
    axes = plt.subplots(1, 2)[1]
    assert plots.plot_occlusion(image, gradient[0], axes=axes) == tuple(axes)
    with pytest.raises(ShapeError, match="plot_saliency"):
        plots.plot_saliency(image, gradient[0])
    with pytest.raises(ShapeError, match="plot_occlusion"):
        plots.plot_occlusion(image, gradient)


def test_the_story_of_features_has_one_picture() -> None:
    picture, kernels, filtered = normal(8, 6), normal(2, 3, 2), normal(2, 6, 5)
    steps = filtered, np.maximum(filtered, 0), normal(2, 3, 2)
    axes = plots.plot_feature_story(picture, kernels, *steps, names=["edge", "bar"])
    assert [ax.get_title() for ax in axes] == [
        "picture, 8 x 6",
        "kernel, 3 x 2",
        "filter: convolution, 6 x 5",
        "detect: ReLU, 6 x 5",
        "condense: pooling, 3 x 2",
        *[""] * 4,
    ]
    np.testing.assert_array_equal(pictures(axes[0])[0], picture)
    for f, name in enumerate(["edge", "bar"]):
        kernel, *row = axes[1 + 4 * f : 5 + 4 * f]
        assert kernel.get_xlabel() == name
        limit = abs(filtered[f]).max()
        for ax, values in zip(row, steps, strict=True):
            np.testing.assert_array_equal(pictures(ax)[0], values[f])
            assert ax.images[0].get_clim() == (-limit, limit)
    with pytest.raises(ShapeError, match=r"got \(1, 8, 6\), 2 kernels, 2 names"):
        plots.plot_feature_story(picture[None], kernels, *steps)
    two = plt.subplots(1, 2)[1]
    with pytest.raises(ShapeError, match="expected 9 axes, got 2"):
        plots.plot_feature_story(picture, kernels, *steps, axes=two)


CLASSES = ("cat", "dog", "owl")


def test_which_class_a_map_is_of_and_what_its_colours_say() -> None:
    model = Sequential([Flatten(), Dense(3), Softmax()], input_shape=(1, 6, 5), seed=1)
    model.classes = CLASSES
    image = abs(normal(1, 6, 5))
    predicted = CLASSES[int(model.predict(image[None])[0].argmax())]
    _, right = plots.plot_saliency(model, image)
    assert right.get_title() == f"which pixels move the score of {predicted}"
    assert labels(right) == ["red: brighter here raises it", "blue: brighter here lowers it"]
    for label in (2, "owl"):
        _, right = plots.plot_saliency(model, image[None], label=label)
        assert right.get_title() == "which pixels move the score of owl"
        weights = model.named_parameters()["1.weight"].value[2].reshape(6, 5)
        np.testing.assert_allclose(pictures(right)[0], weights, rtol=1e-6)
    _, right = plots.plot_occlusion(model, image, label="dog", size=1)
    assert right.get_title() == "which places the score of dog depends on"
    assert labels(right) == ["red: covered here, it falls", "blue: covered here, it rises"]
    np.testing.assert_allclose(pictures(right)[0], occlusion(model, image, 1, size=1))
    _, right = plots.plot_saliency(image, image, label=1, classes=CLASSES)
    assert right.get_title() == "which pixels move the score of dog"
    assert plots.plot_saliency(image, image)[1].get_title() == "which pixels move the score"
    with pytest.raises(ArgumentError, match=r"label must lie in 0\.\.2, got 3"):
        plots.plot_saliency(model, image, label=3)
    with pytest.raises(ArgumentError, match="label must be one of cat, dog, owl, got 'cow'"):
        plots.plot_occlusion(model, image, label="cow")
    with pytest.raises(ShapeError, match=r"an image \(C, H, W\).*got \(6, 5\)"):
        plots.plot_saliency(model, image[0])
    with pytest.raises(ShapeError, match="expected names for 3 classes, got 2"):
        plots.plot_saliency(model, image, classes=["cat", "dog"])
