"""What the pictures of the examples say, looked at in the data that they plot."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from minicnn.filters import KERNELS
from minicnn.inspection import measure_kernels
from minicnn.typing import Array

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> ModuleType:
    monkeypatch.syspath_prepend(EXAMPLES)
    return importlib.import_module(request.param)


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", [name], indirect=True)


def ticks(ax: Axes, axis: str) -> list[tuple[float, float]]:
    """Return where each tick stands and what is written there, within the limits of the axes."""
    low, high = sorted(ax.get_xlim() if axis == "x" else ax.get_ylim())
    of = ax.xaxis if axis == "x" else ax.yaxis
    labels = of.get_major_formatter().format_ticks(of.get_majorticklocs().tolist())
    places = zip(of.get_majorticklocs(), labels, strict=True)
    return [(at, float(text)) for at, text in places if low <= at <= high]


@of("handmade_or_learned")
@pytest.mark.parametrize("spread", [0.0005, 0.001, 0.0017, 0.004, 0.02])
def test_ticks_stand_where_they_say(example: ModuleType, spread: float) -> None:
    _, ax = plt.subplots()
    accuracies = {kind: [0.984, 0.984 + spread] for kind in example.COLOURS}
    example.draw_accuracies(ax, accuracies)
    shown = ticks(ax, "x")
    assert len(shown) >= 2
    assert all(at == pytest.approx(text, abs=1e-9) for at, text in shown)


@of("handmade_or_learned")
def test_only_hand_made_kernels_have_names(example: ModuleType) -> None:
    figure = plt.figure().subfigures(1, 1, squeeze=False)[0, 0]
    kernels = {kind: np.full((8, 1, 3, 3), 1.0) for kind in example.COLOURS}
    example.draw_kernels(figure, kernels)
    names = [ax.get_title() for ax in figure.axes]
    assert [name.replace("\n", "_") for name in names if name] == example.BANK


@of("why_decay_makes_edges")
def test_decays_stand_on_a_log_axis_with_zero_before_them(example: ModuleType) -> None:
    _, axes = plt.subplots(1, 2)
    decays = [0.0, 0.001, 0.01, 0.1]
    scores = np.arange(8.0).reshape(4, 2) / 10
    example.draw_curves(list(axes), decays, scores, scores)
    places = axes[0].get_xticks()
    assert np.diff(places[1:]) == pytest.approx(1)
    assert places[0] < axes[0].lines[-1].get_xdata()[0] < places[1], "the axis is cut between them"
    means = [line for line in axes[0].lines if line.get_linestyle() == "-"]
    assert [len(line.get_xdata()) for line in means] == [1, 3]
    assert means[1].get_ydata() == pytest.approx(scores[1:].mean(axis=1))
    assert all(at == pytest.approx(text, abs=1e-9) for at, text in ticks(axes[1], "y"))


@of("convolution_variants")
def test_bars_go_from_the_standard_cost(example: ModuleType) -> None:
    _, ax = plt.subplots()
    example.draw_costs(ax, "parameters", [100, 50, 400])
    bars = ax.patches
    ends = [tuple(bar.get_extents().transformed(ax.transData.inverted()).intervalx) for bar in bars]
    assert np.array(ends) == pytest.approx(np.array([(1, 1), (0.5, 1), (1, 4)]))
    times = "\N{MULTIPLICATION SIGN}"
    assert [text.get_text() for text in ax.texts] == [
        f"{cost}{times})" for cost in ("100 (1", "50 (0.5", "400 (4")
    ]


@of("kernels_on_shapes")
def test_all_cells_have_one_size_and_stand_below_one_another(example: ModuleType) -> None:
    figure = example.draw(example.pictures())
    figure.draw_without_rendering()
    corners = np.array([ax.transData.transform([[0, 0], [1, 1]]) for ax in figure.axes])
    sizes = abs(np.diff(corners, axis=1))[:, 0]
    assert sizes == pytest.approx(np.full_like(sizes, sizes[0, 0]), rel=1e-3)
    lefts = corners[:, 0, 0]
    assert lefts[:3] == pytest.approx(lefts[4:7], abs=0.5), "kernels above their answers"


@of("kernels_on_shapes")
def test_what_is_said_of_the_answers_is_so(example: ModuleType) -> None:
    shapes = example.pictures()
    for name, picture in shapes.items():
        for found, kernel in zip(example.FOUND[name], example.KERNELS.values(), strict=True):
            y = example.answers(picture, kernel)
            OH, OW = y.shape
            before, after = picture[:OH, :OW], picture[-OH:, -OW:]
            assert {
                "silent": not y.any(),
                "one line": y.any(axis=0).sum() == 1 == y.all(axis=0).sum(),
                "everywhere": (abs(y) == 1).all(),
                "everywhere, twice as strong": (abs(y) == 2).all(),
                "both sides of strokes": ((y == before - after) & (before * after == 0)).all(),
                r"positive on \, negative on /": (np.diag(y) == 2).all()
                and (np.diag(y[:, ::-1]) == -2).all(),
            }[found], f"{found} on the {name}"
    drawn = [ax.get_title(loc="left") for ax in example.draw(shapes).axes]
    assert drawn[:3] == [f"kernel: {name}" for name in example.KERNELS]
    rows = [[f"picture: {name}", *example.FOUND[name]] for name in shapes]
    assert drawn[3:] == [title for row in rows for title in row]


def filled(ax: Axes, colour: str) -> set[int]:
    """Return the places along one axis of the boxes that have a colour."""
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return {
        round(box.get_x() + box.get_width() / 2)
        for box in boxes
        if box.get_facecolor() == to_rgba(colour)
    }


@of("padding_stride_dilation")
def test_pixels_that_are_copied_or_not_seen_are_filled(example: ModuleType) -> None:
    expected = {
        "stride 2": ({7}, set(), set()),
        "stride 3": ({2, 5}, set(), set()),
        "dilation 2": (set(), set(), set()),
        "replicate": (set(), {-2, -1, 0}, {5, 6, 7}),
        "reflect": (set(), {-2, -1, 1, 2}, {3, 4, 6, 7}),
        "circular": (set(), {-2, -1, 4, 5}, {0, 1, 6, 7}),
    }
    cases = [case for group in example.ALONG_ONE_AXIS.values() for case in group]
    for name, places in expected.items():
        _, ax = plt.subplots()
        (case,) = (case for case in cases if name in case[0])
        example.draw_axis(ax, 0, case)
        colours = (example.UNSEEN, *example.COPIED)
        assert tuple(filled(ax, colour) for colour in colours) == places, name


@of("padding_stride_dilation")
def test_the_frames_are_around_the_pixels_of_an_output(example: ModuleType) -> None:
    for case, beyond in zip(example.IN_THE_PLANE, (1, 1, 2, 1), strict=True):
        title, _, options = case
        _, ax = plt.subplots()
        example.draw_plane(ax, case)
        frames: dict[str, list[tuple[int, int, int]]] = {example.FIRST: [], example.NEXT: []}
        for patch in ax.patches:
            if patch.get_linewidth() > 2 and isinstance(patch, Rectangle):
                corner = round(patch.get_x() + 0.5), round(patch.get_y() + 0.5)
                frames[to_hex(patch.get_edgecolor()).upper()].append(
                    (*corner, round(patch.get_width()))
                )
        (_, *first), (_, *following) = frames.values()  # the output itself is framed before
        gap, top = options.get("dilation", 1), -options.get("padding", 0)
        places = [(0, 0, 3)] if gap == 1 else [(i, j, 1) for i in (0, 2, 4) for j in (0, 2, 4)]
        assert first == [(top + i, top + j, wide) for i, j, wide in places], title
        assert following == [(i + beyond, j + beyond, wide) for i, j, wide in first], title


@of("depth")
def test_runs_that_diverge_are_marked_where_they_leave(example: ModuleType) -> None:
    def course(steps: int, loss: float, *, diverged: bool = False) -> object:
        return example.Course([loss] * steps, [0.1] * steps, [1.0] * 20, diverged)

    _, ax = plt.subplots()
    runs = [course(3, 9.0, diverged=True), course(30, 2.3), course(5, 9.0, diverged=True)]
    example.draw_losses(ax, 20, runs, 0.1)
    (crosses,) = (line for line in ax.lines if line.get_marker() == "x")
    assert np.asarray(crosses.get_xydata()).tolist() == [[3, example.HIGHEST], [5, example.HIGHEST]]
    said = [text.get_text() for text in ax.texts]
    assert said == ["2 of 3 runs diverge", "20 layers: 2.30 (the rest)"]
    assert example.summary(runs[:1]) == "none is left"
    assert example.summary(runs[1:2]) == "2.30"


@of("optimizers")
def test_no_optimizer_hides_another_and_each_is_named_at_an_end(example: ModuleType) -> None:
    losses = (0.5, 0.3, 0.2, 0.4, 2.3)
    runs = {
        name: {
            rate: [example.Course(None, [loss] * 4)]
            for rate, loss in zip(kind.rates, losses, strict=True)
        }
        for name, kind in example.KINDS.items()
    }
    _, ax = plt.subplots()
    example.draw_rates(ax, runs)
    curves = {
        line.get_color(): np.asarray(line.get_xydata())
        for line in ax.lines
        if len(np.asarray(line.get_xydata())) == 5 and line.get_linestyle() != "None"
    }
    assert len(curves) == 5
    places = np.concatenate(list(curves.values()))[:, 0]
    assert np.diff(np.log(np.sort(places))).min() > 0.05
    names = [text for text in ax.texts if isinstance(text, Annotation)]
    assert [name.get_text() for name in names] == list(example.KINDS)
    for name in names:
        assert name.xy in [tuple(curves[name.get_color()][end]) for end in (0, -1)]


@of("optimizers")
@pytest.mark.parametrize(
    ("worst", "title"),
    [(0.6, "The learning rate matters more than the optimizer:\neach"), (0.3, "Five optimizers")],
)
def test_the_rate_is_said_to_matter_more_only_where_it_does(
    example: ModuleType, worst: float, title: str
) -> None:
    best = dict(zip(example.KINDS, (0.2, 0.2, 0.2, 0.2, 0.4), strict=True))
    runs = {
        name: {rate: [example.Course(None, [loss])] for rate, loss in ((0.1, best[name]), (1, x))}
        for name, x in zip(example.KINDS, (worst,) * 4 + (2.3,), strict=True)
    }
    assert example.title(runs).startswith(title)
    assert "losses 2.0 times apart, rates 1 times apart" in example.title(runs)


@of("kernel_bank")
def test_answers_around_zero_have_their_own_contrast(example: ModuleType) -> None:
    picture = (255 * np.random.default_rng(0).random((40, 40))).astype(np.uint8)
    for name in ("laplacian", "outline", "sobel_x"):
        scale, offset = example.scale_and_offset(picture, KERNELS[name])
        answer = example.ours(picture, KERNELS[name], scale, offset)
        assert 0.01 < np.isin(answer, (0, 255)).mean() < 0.05
        assert (example.pillows(picture, KERNELS[name], scale, offset) == answer)[1:-1, 1:-1].all()
    flat = np.full((8, 8), 90, np.uint8)
    assert (
        example.ours(flat, KERNELS["outline"], *example.scale_and_offset(flat, KERNELS["outline"]))
        == 128
    ).all()


SOBEL = KERNELS["sobel_x"].values
EVEN = np.ones((3, 3)) / 3


def steered(degrees: float) -> Array:
    a = np.deg2rad(degrees)
    edge: Array = np.cos(a) * SOBEL + np.sin(a) * SOBEL.T
    return edge


def in_channels(kernel: Array, red: float, green: float, blue: float) -> Array:
    return np.array([red, green, blue])[:, None, None] * kernel


def of_every_kind() -> Array:
    """Two grey edges, three colours, a brightness, a coloured edge and a dead one, (8, 3, 3, 3)."""
    return np.stack(
        [
            in_channels(steered(90), 1, 1, 1),
            in_channels(EVEN, 0, 1, -1),  # 1: between green and yellow
            in_channels(steered(-10), 2, 2, 2),
            in_channels(EVEN, -1, 0, 1),  # 3: blue
            in_channels(EVEN, 1, 1, 1),
            in_channels(steered(170), 2, -1, 0),  # 5: a coloured edge
            in_channels(EVEN, 2, -1, -1),  # 6: red
            in_channels(EVEN, 1e-6, 0, 0),
        ]
    )


@of("_kernel_groups")
def test_kernels_are_grouped_edges_by_direction_and_colours_by_hue(example: ModuleType) -> None:
    bank = example.Bank(of_every_kind(), "mine")
    assert bank.groups == {"edge": [2, 0, 5], "colour": [6, 1, 3], "brightness": [4], "dead": [7]}
    assert bank.hues[[6, 1, 3]] == pytest.approx([0, 90, 210])
    assert bank.examples(4) == ([2, 0, 5], [6, 1, 3])
    assert bank.examples(1) == ([2], [6])
    assert [bank.in_words(f) for f in (0, 1, 2, 3, 4, 5, 6)] == [
        *("light to the bottom", "green against blue", "light to the right", "blue against red"),
        *("light", "red to the left", "red against green and blue"),
    ]
    grey = example.Bank(np.stack([EVEN, -EVEN, SOBEL])[:, None], "mine")
    assert grey.groups == {"edge": [2], "flat": [0, 1]}
    assert bank.counts == "3 edges, 4 flat (3 colours, 1 brightness), 1 dead"
    assert grey.counts == "1 edge, 2 flat"
    assert grey.examples(2) == ([2], [0, 1])
    assert (grey.in_words(0), grey.in_words(1)) == ("light", "dark")
    even = example.Bank(np.stack([[EVEN] * 3, [SOBEL] * 3]), "mine")
    assert even.groups == {"edge": [1], "brightness": [0]}
    assert even.examples(2) == ([1], [0])
    none = np.zeros_like(EVEN)
    single = example.Bank(np.stack([[EVEN, none, none], [none, -EVEN, none]]), "mine")
    assert [single.in_words(f) for f in (0, 1)] == ["red", "little green"]
    norms = np.linalg.norm(bank.at_norm_1.reshape(8, -1), axis=1)
    assert norms == pytest.approx(np.ones(8))


@of("_kernel_groups")
def test_of_each_direction_the_kernel_that_it_explains_best(example: ModuleType) -> None:
    angles, scores = np.array([5.0, 40.0, 80.0, 179.0, -175.0]), np.array([0.6, 0.9, 1, 0.9, 0.8])
    # 40 degrees off, cos(a)^2 is 0.59: 0.53 of 0.9 is less than 0.6.
    assert example.all_round(range(5), angles, scores, 4) == [0, 2, 3]
    assert example.all_round([1, 4], angles, scores, 4) == [1, 4]
    assert example.all_round([], angles, scores, 4) == []


@of("_kernel_pictures")
def test_each_kernel_is_a_dot_and_each_quarter_is_counted(example: ModuleType) -> None:
    bank = example.Bank(of_every_kind(), "mine")
    (ax,) = example.draw_colours(bank).axes
    dots = np.concatenate([np.asarray(dots.get_offsets()) for dots in ax.collections])
    table = measure_kernels(of_every_kind())
    edges, colours = table.edge >= 0.5, table.colour >= 0.5
    quarters = [colours & ~edges, edges & colours, edges & ~colours, ~edges & ~colours]
    order = [f for quarter in quarters for f in np.flatnonzero(quarter) if f != 7]  # no dead ones
    assert dots == pytest.approx(np.stack([table.edge, table.colour], axis=1)[order])
    assert [text.get_text() for text in ax.texts] == [
        *("3: mostly colour, no edge", "1: mostly colour, an edge"),
        *("2: mostly brightness, an edge", "1: mostly brightness, no edge"),
    ]
    ax.figure.draw_without_rendering()
    for box in (text.get_window_extent().padded(4) for text in ax.texts):
        (_, bottom), (_, top) = ax.transData.transform([(0, 0), (1, 1)])
        assert box.y0 > top or box.y1 < bottom, "words stand where no share can lie"
        assert box.x1 < ax.bbox.x1
    assert ax.get_title(loc="left").startswith("1 of 3 edges is in colour\nmine: 8 kernels")
    without = example.Bank(of_every_kind()[[0, 1, 2, 3, 4, 6]], "mine")
    assert (
        example.finding(without) == "The edges have almost no colour, and the colours have no edges"
    )
    assert example.finding(example.Bank(of_every_kind()[[0, 2]], "")) == (
        "The edges have almost no colour"
    )
    assert example.finding(example.Bank(of_every_kind()[[1, 3]], "")) == "No kernel is an edge"
    assert example.finding(example.Bank(of_every_kind()[[7]] * 0, "")) == "All kernels are dead"


@of("_kernel_pictures")
def test_colours_are_spoken_of_where_the_kernels_of_that_group_are(example: ModuleType) -> None:
    noise = np.array([[1.0, -2, 1], [1, 2, -2], [-2, 1, 0]])  # no edge, nothing even
    in_colour = in_channels(noise, 2, -1, -1)
    bank = example.Bank(np.stack([in_channels(SOBEL, 1, 1, 1), in_colour]), "mine")
    assert bank.table.colour[1] == pytest.approx(1)
    assert bank.counts == "1 edge, 1 mixed"
    assert example.finding(bank) == "The edges have almost no colour"
    headings = [example.heading(bank, name, drawn) for name, drawn in bank.groups.items()]
    assert headings == ["1 edge", "1 mixed"]
    every = example.Bank(of_every_kind(), "mine")
    headings = [example.heading(every, name, drawn) for name, drawn in every.groups.items()]
    assert headings[1:3] == ["flat: 3 colours, by hue", "flat: 1 brightness"]


@of("_kernel_pictures")
def test_kernels_stand_in_blocks_that_do_not_overlap(
    example: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "MOST", 20)
    many = np.concatenate([of_every_kind()] * 3)
    for kernels in (of_every_kind(), many[:3], np.zeros((2, 3, 5, 3)), many):
        bank = example.Bank(kernels, "mine")
        (ax,) = example.draw_kernels(bank).axes
        boxes = [image.get_extent() for image in ax.images]  # left, right, bottom, top
        assert len(boxes) == min(len(kernels), 20)
        for a, (left, right, bottom, top) in enumerate(boxes):
            for left2, right2, bottom2, top2 in boxes[:a]:
                assert right < left2 or right2 < left or bottom < top2 or bottom2 < top
        ax.figure.draw_without_rendering()
        texts = [text.get_window_extent() for text in ax.texts]
        for a, box in enumerate(texts):
            assert not any(box.overlaps(other) for other in texts[:a])
    assert "drawn: the 20 strongest of 24" in ax.get_title(loc="left")


def drawn(figure: Figure) -> list[Array]:
    return [np.asarray(image.get_array()) for ax in figure.axes for image in ax.images]


@of("_kernel_pictures")
def test_every_picture_of_a_bank_without_edges_names_the_file(example: ModuleType) -> None:
    noise = np.random.default_rng(0).normal(size=(4, 1, 7, 7))
    for kernels, said in (
        (noise, "The waves let through by the strongest kernels\nmine"),
        (np.zeros((4, 3, 5, 5)), "All kernels are dead\nmine"),
        (in_channels(np.ones((1, 1)), 2, -1, -1)[None], "Kernels of one pixel let all waves"),
        (of_every_kind()[[0, 1]], "Two spots for an edge, one for a colour\nmine"),
        (of_every_kind()[[0, 4]], "Two spots for an edge, one for a flat kernel\nmine"),
    ):
        bank = example.Bank(kernels, "mine")
        assert example.draw_spectra(bank).get_title(loc="left").startswith(said)
    for kernels in (noise, np.zeros((4, 3, 5, 5))):
        title = example.draw_orientations(example.Bank(kernels, "mine")).get_title()
        assert title.startswith("mine:\nnone of 4 kernels is an edge")


@of("_kernel_answers")
@pytest.mark.parametrize(("channels", "known"), [(1, False), (3, False), (3, True)])
def test_all_answers_are_on_one_scale(example: ModuleType, channels: int, known: bool) -> None:
    photograph = np.random.default_rng(0).random((12, 10, 3))
    kernels = of_every_kind()[:7, :channels] * np.arange(1, 8)[:, None, None, None]
    bank = example.Bank(kernels, "mine")
    mean = np.array([0.4, 0.5, 0.6]) if known else None
    figure = example.draw_answers(bank, photograph, mean)
    first, *others = drawn(figure)
    picture = photograph if channels == 3 else photograph.mean(axis=2)
    np.testing.assert_array_equal(first, picture)
    edges, flat = bank.examples(6)
    centred = picture - (picture.mean(axis=(0, 1)) if mean is None else mean)
    around = np.pad(centred.reshape(12, 10, channels), ((1, 1), (1, 1), (0, 0)))  # zeros
    for f, answer in zip(edges + flat, others[1::2], strict=True):
        kernel = kernels[f] / np.linalg.norm(kernels[f])
        for i, j in ((0, 0), (5, 7), (11, 9)):
            window = around[i : i + 3, j : j + 3].transpose(2, 0, 1)  # (C, 3, 3)
            assert answer[i, j] == pytest.approx((window * kernel).sum(), abs=1e-12)
    limits = {ax.images[0].get_clim() for ax in figure.axes[2::2]}
    assert len(limits) == 1
    (limit,) = limits
    said = figure.texts[0].get_text()
    whose = "the mean of VGG16's photographs" if known else "its own mean"
    assert f"from 0 to 1 less {whose}\n" in said
    assert f"white: {limit[1]:g} and more" in said
    assert said.startswith(
        f"Edge kernels find outlines, {'colour' if channels == 3 else 'flat'} kernels find areas\n"
    )
    assert all(ax.title.get_fontsize() >= 10 for ax in figure.axes)


@of("_kernel_answers")
@pytest.mark.parametrize("count", [1, 6])
def test_the_page_is_as_wide_as_its_kernels_need_and_nothing_overlaps(
    example: ModuleType, count: int
) -> None:
    kernels = np.stack([in_channels(steered(60 * place), 1, 1, 1) for place in range(count)])
    name = "a name of a tensor that is as long as names may be, of a file.npz"
    photograph = np.random.default_rng(0).random((12, 10, 3))
    figure = example.draw_answers(example.Bank(kernels, name), photograph, None)
    figure.draw_without_rendering()
    right, top = figure.bbox.max
    (said,) = figure.texts
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    assert len(boxes) == 1 + 2 * count
    for a, box in enumerate([*boxes, said.get_window_extent()]):
        assert 0 <= box.x0 < box.x1 <= right
        assert 0 <= box.y0 < box.y1 <= top
        assert not any(box.padded(-2).overlaps(other) for other in boxes[:a])
    assert right <= 800 * count


@of("_kernel_answers")
def test_strong_colours_do_not_make_edges_grey(example: ModuleType) -> None:
    rng = np.random.default_rng(0)
    weak, strong = rng.normal(size=(50, 50)), 20 * rng.normal(size=(50, 50))
    limit = example.limit_of([[weak], [strong]])
    assert 0.01 < (abs(weak) > limit).mean() < 0.06, "2 %, and a limit of one digit"
    assert example.limit_of([[0 * weak], [strong]]) == example.limit_of([[strong]])
    assert example.limit_of([[0 * weak]]) == 1


@of("_kernel_scores")
def test_scores_are_counted_beside_random_weights_of_the_same_size(example: ModuleType) -> None:
    bank = example.Bank(of_every_kind(), "mine")
    rows = example.scores_of(bank, example.BLUE, 0)
    assert [row.size for row in rows] == [
        "8 kernels, 3 channels, 3 x 3 pixels",
        "1,000 kernels, 3 channels, 3 x 3 pixels",
    ]
    assert rows[0].said == "3 of 7 are edges", "a dead one does not count"
    ax = example.draw_scores(rows)
    heights = np.array([bar.get_height() for bar in ax.patches]).reshape(2, -1)
    assert heights.sum(axis=1) == pytest.approx(heights.sum(axis=1)[0]), "shares, of both rows"
    assert heights[0] / heights[0].sum() == pytest.approx(
        np.histogram(bank.table.edge[:7].clip(0, 1), np.linspace(0, 1, 21))[0] / 7
    )
    assert [text.get_text() for text in ax.texts[:2]] == [
        row.said.replace(" are", "\nare") for row in rows
    ]
    assert "far more often than random ones" in ax.get_title(loc="left")
    random = example.Bank(np.random.default_rng(1).normal(size=(20, 3, 3, 3)), "mine")
    same = example.draw_scores(example.scores_of(random, example.BLUE, 0))
    assert same.get_title(loc="left") == "How often trained and random kernels are edges"
    dead = example.scores_of(example.Bank(np.zeros((4, 1, 3, 3)), "mine"), example.BLUE, 0)
    assert dead[0].said == "all are dead"
