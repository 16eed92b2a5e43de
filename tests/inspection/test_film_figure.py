"""The figure that a film is made of: what it shows of a moment."""

import math
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from films import recording

from minicnn.inspection import Recording, measure_kernels
from minicnn.inspection.film.figure import FilmFigure
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def test_a_frame_shows_the_kernels_of_its_moment_on_the_scale_of_all() -> None:
    reel = recording()
    view = FilmFigure(reel)
    limit = np.quantile(np.abs(reel.kernels), 0.99)
    for moment in (0, 3, 5):
        view.draw(reel, moment)
        for image, kernel in zip(view.images, reel.kernels[moment], strict=True):
            np.testing.assert_array_equal(image.get_array(), kernel[0])
            assert image.get_clim() == (-limit, limit)
        labels = [text.get_text() for text in view.board.texts]
        assert labels == [f"{f}: edge {score:.2f}" for f, score in enumerate(reel.edge[moment])]
        median = reel.median_edge[moment]
        assert view.heading.get_text() == (
            f"step {reel.steps[moment]} of 100: median edge score {median:.2f}"
        )
        for ax, values in zip(
            view.curves, (reel.median_edge, reel.accuracy, reel.loss), strict=True
        ):
            curve, dot = ax.lines[-3], ax.lines[-2]
            np.testing.assert_array_equal(curve.get_ydata(), values)
            np.testing.assert_array_equal(dot.get_xydata(), [[reel.steps[moment], values[moment]]])


def test_the_line_in_a_kernel_lies_along_its_edge() -> None:
    x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    bank: Array = np.stack([x, x.T, x + x.T, np.ones((3, 3)), 0 * x])[:, None]
    table, once = measure_kernels(bank), np.zeros(1)
    reel = Recording(
        "edges",
        1,
        np.array([0]),
        bank[None],
        once,
        once,
        table.edge[None],
        table.orientation[None],
        table.live[None],
    )
    view = FilmFigure(reel)
    view.draw(reel, 0)
    ends = [np.array(tick.get_xydata()) for (tick,) in view.ticks]
    down, right, diagonal, none, dead = (end[1] - end[0] for end in ends)
    assert down == pytest.approx([0, 0.9], abs=0.01)  # an edge to the right stands upright
    assert right == pytest.approx([-0.9, 0], abs=0.01)
    assert diagonal == pytest.approx([-0.63, 0.63], abs=0.02)
    assert np.isnan(none).all()
    assert np.isnan(dead).all()
    assert [text.get_text() for text in view.board.texts][-2:] == ["3: edge 0.00", "4: dead"]
    assert [text.get_fontweight() for text in view.board.texts] == ["bold"] * 3 + ["normal"] * 2
    said = " ".join(text.get_text() for text in view.figure.texts)
    assert "Bold: 0.5 or more, an edge." in said


def test_the_line_stays_in_a_flat_kernel() -> None:
    reel = replace(recording((3, 1, 1, 9), moments=2), orientation=np.zeros((2, 3)))
    view = FilmFigure(reel)
    view.draw(reel, 1)
    for image, (tick,) in zip(view.images, view.ticks, strict=True):
        _, _, bottom, top = image.get_extent()
        ys = np.asarray(tick.get_ydata())
        assert (ys >= top).all()
        assert (ys <= bottom).all()


def test_a_long_title_is_cut_and_no_formula() -> None:
    reel = replace(recording((40, 4, 3, 3), moments=2), title="$x^" + 90 * "y")
    said = [text.get_text() for text in FilmFigure(reel).figure.texts]
    assert said[1].startswith("$x^y")
    assert said[1].endswith("y..., the first 32 of 40 kernels of 3 x 3, 3 of 4 channels")
    assert len(said[1]) == 78


@pytest.mark.parametrize("loss", [[math.nan, 2.3], [2.3, 2.2], [3.0, 1e-3], [math.nan, math.nan]])
def test_the_axis_of_the_loss_has_few_round_numbers(loss: list[float]) -> None:
    reel = replace(recording(moments=2), loss=np.array(loss))
    view = FilmFigure(reel)
    view.draw(reel, 1)
    low, high = view.curves[2].get_ylim()
    ticks = view.curves[2].get_yticks()
    assert 1 <= len(ticks) <= 5
    assert low <= min(ticks) < max(ticks) <= high or len(ticks) == 1


@pytest.mark.parametrize(
    "shape", [(1, 1, 3, 3), (3, 3, 11, 11), (16, 1, 5, 5), (32, 3, 3, 7), (40, 16, 7, 3)]
)
def test_kernels_of_every_number_and_size_have_a_place(shape: tuple[int, ...]) -> None:
    reel = recording(shape, moments=2)
    view = FilmFigure(reel)
    view.draw(reel, 1)
    assert len(view.images) == min(shape[0], 32)
    channels = min(shape[1], 3)
    np.testing.assert_array_equal(
        view.images[-1].get_array(), np.hstack(list(reel.kernels[1, len(view.images) - 1, :3]))
    )
    boxes = [image.get_extent() for image in view.images]  # left, right, bottom, top
    for a, (left, right, bottom, top) in enumerate(boxes):
        assert right - left == pytest.approx(channels)
        for left2, right2, bottom2, top2 in boxes[:a]:
            assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
    said = [text.get_text() for text in view.figure.texts]
    assert any("the first 32 of 40 kernels" in text for text in said) == (shape[0] == 40)
    assert any(", 3 of 16 channels" in text for text in said) == (shape[1] == 16)


def test_what_the_backend_of_a_notebook_switches_on_stays_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise no later cell shows its picture."""
    with mpl.rc_context({"interactive": False}):
        loaded: Any = {"interactive": True}
        monkeypatch.setattr(plt, "draw_if_interactive", lambda: mpl.rcParams.update(loaded))
        FilmFigure(recording())
        assert mpl.is_interactive()
