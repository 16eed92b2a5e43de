"""What the pictures of the examples say, looked at in the data that they plot."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from minicnn.filters import KERNELS

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
