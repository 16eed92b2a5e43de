"""What a report says: as text, as HTML, and as a picture."""

import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from small_exercises import (
    blur,
    blurring,
    conv,
    conv_backward,
    kernel_turned,
    mean_square,
    numbers,
    overwritten,
    report,
    scalar,
    total,
    without_bias,
)

from minicnn.coursework import check
from minicnn.coursework.diagnosis.axes import axis_letters
from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.errors import ArgumentError, NotReadyError, ShapeError
from minicnn.inspection.plots import plot_comparison
from minicnn.typing import Array

pytestmark = pytest.mark.usefixtures("no_screen")


def two_mistakes(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, Array, Array]:
    dx, _, db = overwritten(dy, x, w, stride)
    return dx, kernel_turned(dy, x, w, stride)[1], db


def one_case(function: Function, case: Case, output: str = "y") -> Exercise:
    return Exercise(function, [output], lambda: [case])


def double(x: Array) -> Array:
    """Return twice x."""
    return 2 * x


# -- text ------------------------------------------------------------------------------------------


def test_verdict_mistake_case_and_hint_stand_in_this_order() -> None:
    blocks = str(report(blurring, without_bias)).split("\n\n")
    assert blocks[0] == "blur: not right yet."
    assert blocks[1] == "The bias is missing."
    assert blocks[2].splitlines() == [
        "The smallest case that shows it: one pixel.",
        "  x (1, 1, 1, 1) = [9]",
        "  b (1,) = [0.5]",
        "  expected y (1, 1, 1, 1) = [1.5]",
        "  got      y (1, 1, 1, 1) = [1]",
    ]
    assert blocks[3] == "Hint: What is y where x is zero everywhere?"
    assert len(blocks) == 4


def test_each_output_has_its_own_mistake() -> None:
    said = report(conv, two_mistakes)
    blocks = str(said).split("\n\n")
    assert blocks[0] == "conv_backward: not right yet. dx and dw are wrong, db is right."
    assert blocks[1].startswith("dx: Where windows overlap")
    assert blocks[2].startswith("dw: The kernel was turned")
    assert blocks[-2:] == ["Hint: Who else?", "Hint: Which pixel met which weight?"]
    assert said.mistakes == ("overwritten", "kernel_turned")
    assert repr(said) == str(said)


def test_numbers_of_a_matrix_stand_below_one_another() -> None:
    lines = str(report(conv, kernel_turned)).splitlines()
    start = next(n for n, line in enumerate(lines) if "dy (1, 1, 2, 2)" in line)
    assert lines[start].endswith("= [[1 2]")
    assert lines[start + 1] == " " * lines[start].index("[1 2]") + "[3 4]]"


def test_of_a_long_array_only_the_worst_number_stands_there() -> None:
    exercise = one_case(double, Case("many", (np.arange(100.0),)))
    said = str(report(exercise, lambda x: np.where(x == 70, 0, np.where(x == 3, 5, 2 * x))))
    assert "  x: an array of (100,)" in said
    assert "  expected y[70] = 140\n  got      y[70] = 0" in said
    assert "2 of 100 numbers differ" in said


def test_lines_are_no_longer_than_a_terminal() -> None:
    exercise = one_case(double, Case("wide", (np.arange(36.0).reshape(2, 18) * 123.4,)))
    assert max(map(len, str(report(exercise, lambda x: x * 3)).splitlines())) <= 88


def test_conventions_are_no_mistakes() -> None:
    accepted = check("relu_backward", lambda dy, x: dy * (x >= 0))
    assert accepted.passed
    assert accepted.mistake is None
    assert accepted.convention == "passes_at_zero"
    assert "right, by another convention that makes no difference in training" in str(accepted)
    assert "\nWhy: At zero ReLU has a corner" in str(accepted)

    exercise = one_case(double, Case("one", (np.array([1.0, 2.0]),)))
    exercise.convention("It counts down.", reason="Others count up.")(lambda x: x - 1)
    refused = report(exercise, lambda x: x - 1)
    assert not refused.passed
    assert refused.mistake is None
    assert str(refused).startswith("double: right by another convention, but this exercise asks")


# -- HTML ------------------------------------------------------------------------------------------


class Cells(HTMLParser):
    """Collects the cells of all tables, and checks that all tags are closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[tuple[str, bool]] = []
        self.marked = False
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.marked = "background" in (dict(attrs).get("style") or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] == "td":
            self.cells.append((data, self.marked))


def test_html_marks_the_numbers_that_differ() -> None:
    exercise = one_case(double, Case("four", (np.array([[1.0, 2.0], [3.0, 4.0]]),)))
    page = report(exercise, lambda x: np.where(x == 3, -1, 2 * x))._repr_html_()
    cells = Cells(page).cells
    assert [text for text, _ in cells] == [*"1234", *"2468", *("2", "4", "-1", "8")]
    assert [text for text, marked in cells if marked] == ["-1"]


def test_html_of_a_large_output_has_the_worst_matrix() -> None:
    inputs = numbers(2, 3, 4, 5)
    exercise = one_case(double, Case("large", (inputs,)))

    def wrong(x: Array) -> Array:
        y = 2 * x
        y[1, 2, 0, 0] += 9
        y[0, 0, 0, 0] += 1
        return y

    page = report(exercise, wrong)._repr_html_()
    assert "expected y[1, 2] (4, 5)" in page
    assert "2 of 120 numbers differ" in page
    marked = [text for text, marked in Cells(page).cells if marked]
    assert marked == [f"{2 * inputs[1, 2, 0, 0] + 9:g}"]


def test_html_is_escaped_and_sets_no_colour_of_text() -> None:
    exercise = one_case(double, Case("<b>bold</b>", (np.array([1.0, 2.0]),)))
    exercise.mistake("x < y & z.", hint="Is <i> closed?")(lambda x: x**2)

    def fails(x: Array) -> Array:
        raise ValueError("<script>alert(1)</script>")

    wrong, failed = report(exercise, lambda x: x**2)._repr_html_(), report(exercise, fails)
    Cells(wrong), Cells(failed._repr_html_())
    assert "x &lt; y &amp; z." in wrong
    assert "&lt;b&gt;bold" in wrong
    assert "<details><summary" in wrong
    assert "Is &lt;i&gt; closed?</p></details>" in wrong
    assert "<script>" not in failed._repr_html_()
    assert not re.search(r"[; \"]color:", wrong)


def test_html_says_right_in_another_colour() -> None:
    right, wrong = report(blurring, blur)._repr_html_(), report(blurring, without_bias)
    assert "blur: right." in right
    assert right.partition(";")[0] != wrong._repr_html_().partition(";")[0]


# -- picture ---------------------------------------------------------------------------------------


def drawn(ax: Axes) -> Array:
    values = ax.collections[0].get_array()
    assert values is not None
    return np.ma.filled(np.ma.asarray(values), np.nan)


def limits(ax: Axes) -> tuple[float, float]:
    low, high = ax.collections[0].get_clim()
    assert low is not None
    assert high is not None
    return low, high


def written(ax: Axes) -> list[str]:
    return [text.get_text().replace("\N{MINUS SIGN}", "-") for text in ax.texts]


def above_and_below(ax: Axes) -> tuple[str, str]:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure.get_suptitle(), figure.get_supxlabel()


def hatched(ax: Axes) -> set[tuple[float, float]]:
    """The places (row, column) of the hatched cells."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return {(patch.get_y() + 0.5, patch.get_x() + 0.5) for patch in patches}


def test_expected_got_and_difference_are_drawn() -> None:
    said = report(conv, overwritten)
    assert said.example is not None
    expected, got = said.example.expected[0, 0], said.example.got[0, 0]
    left, middle, right = said.plot()
    np.testing.assert_array_equal(drawn(left), expected)
    np.testing.assert_array_equal(drawn(middle), got)
    np.testing.assert_array_equal(drawn(right), got - expected)
    assert limits(left) == limits(middle)
    assert limits(right) == (-np.abs(got - expected).max(), np.abs(got - expected).max())
    title, below = above_and_below(left)
    assert title == "dx: Where windows overlap, dx was overwritten instead of added to."
    assert below == "dx in the case of one picture\ndx[0, 0], sample 0, channel 0"
    assert (left.get_ylabel(), left.get_xlabel()) == ("H", "W")
    assert [float(text) for text in written(left)] == list(expected.flat)
    difference = (got - expected)[got != expected]
    assert written(right) == [f"{number:+g}" for number in difference]
    assert right.get_title().startswith(f"{len(difference)} of 9 differ\n")


def test_the_worst_matrix_of_many_is_drawn() -> None:
    exercise = one_case(double, Case("large", (numbers(2, 3, 4, 5),)))

    def wrong(x: Array) -> Array:
        y = 2 * x
        y[0, 0] += 1
        y[1, 2, 3, 3] -= 9
        return y

    *_, right = report(exercise, wrong).plot()
    expected = np.zeros((4, 5))
    expected[3, 3] = -9
    np.testing.assert_array_equal(drawn(right), expected)
    assert right.get_title() == "1 of 20 differ\nblue: too small"
    assert above_and_below(right)[1].endswith(
        "y[1, 2], sample 1, channel 2, where the difference is largest"
    )


def test_the_picture_may_show_a_larger_case_than_the_text() -> None:
    said = report(blurring, without_bias)
    assert said.example is not None
    assert said.example.expected.size == 1
    left, *_ = said.plot()
    assert drawn(left).shape == (4, 5)
    assert "in the case of a small picture" in above_and_below(left)[1]


def test_an_output_can_be_chosen() -> None:
    said = report(conv, two_mistakes)
    left, *_ = said.plot("dw")
    assert above_and_below(left)[0].startswith("dw: The kernel was turned")
    assert (left.get_ylabel(), left.get_xlabel()) == ("KH", "KW")
    left, _, right = said.plot("db")
    assert not drawn(right).any()
    assert right.get_title() == "no difference"
    with pytest.raises(ArgumentError, match="expected the name of an output, dx or dw or db"):
        said.plot("dz")


def test_rounding_is_no_difference() -> None:
    def rounded(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, ...]:
        dx, dw, db = overwritten(dy, x, w, stride)
        return dx * (1 + 1e-7), dw, db

    said = report(conv, rounded)
    assert said.mistake == "overwritten"
    *_, right = said.plot()
    assert np.count_nonzero(drawn(right)) == len(written(right)) < 9


def test_strips_and_single_numbers() -> None:
    left, *_ = report(scalar, total).plot()
    assert drawn(left).shape == (1, 1)
    assert left.get_xlabel() == left.get_ylabel() == ""
    assert len(left.get_xticks()) == 0

    def mean(dy: Array, x: Array, w: Array, stride: int) -> tuple[Array, ...]:
        dx, dw, db = conv_backward(dy, x, w, stride)
        return dx, dw, db / len(x)

    top, middle, bottom = report(conv, mean).plot()
    assert drawn(top).shape == (1, 4)
    assert (top.get_ylabel(), top.get_xlabel()) == ("", "F")
    tops = [ax.get_position().y0 for ax in (top, middle, bottom)]
    assert tops == sorted(tops, reverse=True), "wide strips stand below one another"
    assert list(top.get_xticks()) == [0, 1, 2, 3]


def test_of_many_cells_a_bar_gives_the_numbers() -> None:
    exercise = one_case(double, Case("large", (numbers(1, 1, 20, 30),)))
    axes = report(exercise, lambda x: np.roll(x, 1, axis=3)).plot()
    figure = axes[0].get_figure(root=True)
    assert figure is not None
    assert not any(ax.texts for ax in axes)
    assert len(figure.axes) == 3 + 2, "one bar for expected and got, one for the difference"
    assert drawn(axes[0]).shape == (20, 30)


def test_different_shapes_are_drawn_at_one_size() -> None:
    def without_border(x: Array, b: Array) -> Array:
        return blur(x, b)[:, :, 1:, :-1]

    left, middle, right = report(blurring, without_border).plot()
    assert left.get_title() == "expected (1, 1, 4, 5)"
    assert middle.get_title() == "got (1, 1, 3, 4)"
    assert (left.get_xlim(), left.get_ylim()) == (middle.get_xlim(), middle.get_ylim())
    assert drawn(middle).shape == (3, 4)
    assert not right.collections
    assert written(right) == ["no difference:\nthe shapes differ"]


@pytest.mark.parametrize(
    ("wrong", "title"),
    [
        (lambda x: np.ones((1, 900, 700)), "got (1, 900, 700), the first 24 x 24"),
        (lambda x: (2 * x).ravel(), "got (20,)"),
        (lambda x: x[:, :0], "got (1, 0, 4, 5)"),
        (lambda x: 3.0, "got ()"),
        (lambda x: np.zeros((3, 1, 1, 1, 1, 1)), "got (3, 1, 1, 1, 1, 1)"),
    ],
)
def test_every_wrong_shape_can_be_drawn(wrong: Function, title: str) -> None:
    exercise = one_case(double, Case("one", (numbers(1, 1, 4, 5),)))
    said = report(exercise, wrong)
    _, middle, right = said.plot()
    assert middle.get_title() == title
    assert "no difference" in written(right)[0]
    middle.figure.canvas.draw()
    Cells(said._repr_html_())


def test_numbers_that_are_not_finite_are_hatched() -> None:
    def broken(x: Array) -> Array:
        y = 2 * x
        y[0, 0, 0, 1], y[0, 0, 3, 4], y[0, 0, 2, 2] = np.nan, np.inf, 77
        return y

    inputs = numbers(1, 1, 4, 5)
    left, middle, right = report(one_case(double, Case("one", (inputs,))), broken).plot()
    assert hatched(left) == set()
    assert hatched(middle) == hatched(right) == {(0, 1), (3, 4)}
    assert limits(left) == limits(middle) == (2 * inputs.min(), 77)
    assert [text for text in written(right) if not text[-1].isdigit()] == ["nan", "+inf"]
    assert {text.get_color() for text in right.texts[:1]} == {"black"}
    assert "hatched: NaN or infinite" in right.get_title()


def test_what_passed_is_drawn_and_what_failed_is_not() -> None:
    left, middle, right = report(blurring, blur).plot()
    assert above_and_below(left)[0] == "blur: right."
    np.testing.assert_array_equal(drawn(left), drawn(middle))
    assert right.get_title() == "no difference"

    def fails(x: Array) -> float:
        raise ValueError("no")

    with pytest.raises(NotReadyError, match=r"mean_square: expected a hand-in that returns"):
        report(scalar, fails).plot()

    def writes(x: Array) -> float:
        x *= x
        return float(x.mean())

    assert mean_square(np.array([1.0, 3.0])) == writes(np.array([1.0, 3.0])) == 5
    left, *_ = report(scalar, writes).plot()
    assert above_and_below(left)[0].startswith("It writes into x")


def test_axes_can_be_given() -> None:
    _, mine = plt.subplots(1, 3)
    assert report(conv, overwritten).plot(axes=mine) == list(mine)
    with pytest.raises(ShapeError, match="expected three axes, got 2"):
        report(conv, overwritten).plot(axes=mine[:2])


def test_a_comparison_by_itself() -> None:
    left, _, right = plot_comparison(np.eye(2), np.array([[1.0, np.nan], [0.5, 1.0]]))
    assert left.get_ylabel() == "row"
    assert written(right) == ["nan", "+0.5"]
    *_, right = plot_comparison(np.array([[np.nan]]), np.array([[np.nan]]))
    assert right.get_title() == "no difference"
    with pytest.raises(ShapeError, match=r"got shapes \(3,\) and \(3, 3\)"):
        plot_comparison(np.ones(3), np.ones((3, 3)))
    *_, right = plot_comparison(np.array([[1.0]]), np.array([[3e9]]))
    assert written(right) == ["+3e+09"]


X, W2 = np.zeros((2, 3, 4, 5)), np.zeros((6, 7))


@pytest.mark.parametrize(
    ("output", "shape", "inputs", "letters"),
    [
        ("dx", (2, 3, 4, 5), {}, "N C H W"),
        ("y", (2, 4, 3, 3), {"x": X, "w": np.zeros((4, 3, 2, 2))}, "N F OH OW"),
        ("y", (2, 3, 2, 2), {"x": X}, "N C OH OW"),
        ("y", (2, 3, 4, 5), {"x": X}, "N C H W"),
        ("dw", (6, 7), {"w": W2}, "D_out D_in"),
        ("db", (6,), {"w": W2}, "D_out"),
        ("db", (6,), {"w": np.zeros((6, 1, 2, 2))}, "F"),
        ("mask", (2, 3, 4, 5), {"x": X}, "N C H W"),
        ("velocity", (6, 7), {"w": W2}, "D_out D_in"),
        ("probabilities", (2, 9), {"scores": np.zeros((2, 9))}, "N K"),
    ],
)
def test_letters_of_axes(
    output: str, shape: tuple[int, ...], inputs: dict[str, Array], letters: str
) -> None:
    assert axis_letters(output, shape, inputs) == tuple(letters.split())
