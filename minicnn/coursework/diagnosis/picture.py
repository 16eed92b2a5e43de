"""A report as a picture: what was expected, what came, and where they differ."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from minicnn.coursework.diagnosis.axes import WORDS, axis_letters
from minicnn.coursework.diagnosis.comparing import differs, largest_difference
from minicnn.errors import ArgumentError, NotReadyError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from minicnn.coursework.diagnosis.report import Example, Report

ENOUGH = 9
"""Numbers in a picture that are enough to see a border, an overlap, a shift."""

ROOM = 24
"""Rows and columns that are drawn of an output with a wrong shape, or four times the right ones."""


def most_telling(examples: "Sequence[Example]") -> "Example":
    """Return the first example that is large enough to see something in, or the largest.

    Parameters
    ----------
    examples : sequence of Example
        Of one output, one or more, from the smallest up.
    """
    sizes = [_matrix(example.expected, ()).size for example in examples]
    number = next((n for n, size in enumerate(sizes) if size >= ENOUGH), int(np.argmax(sizes)))
    return examples[number]


def plot_report(
    report: "Report", output: str | None = None, *, axes: "Sequence[Axes] | None" = None
) -> "list[Axes]":
    """Draw one output of a report; `Report.plot` says more.

    Parameters
    ----------
    report : Report
    output : str, optional
    axes : three Axes, optional

    Returns
    -------
    list of three Axes

    Raises
    ------
    NotReadyError
        If the hand-in returned nothing that can be drawn.
    ArgumentError
        If there is no such output.
    """
    from minicnn.inspection.plots import plot_comparison  # noqa: PLC0415 - it loads matplotlib

    example = _chosen(report, output)
    shaped = example.expected.shape == example.got.shape
    index = _outer_index(example)
    letters = axis_letters(example.output, example.expected.shape, example.inputs)
    wrong = differs(example.got, example.expected, example.tolerance) if shaped else None
    drawn = plot_comparison(
        _matrix(example.expected, index),
        _got(example, index),
        wrong=None if wrong is None else _matrix(wrong, index),
        names=("expected", "got") if shaped else _with_shapes(example),
        letters=_last_two(letters) if example.got.ndim == len(letters) else ("row", "column"),
        axes=axes,
    )
    figure = drawn[0].get_figure(root=True)
    if figure is not None:  # the axes may have been removed from their figure
        _say(figure, report.headline(example.output), _where(example, index, letters))
    return drawn


def _chosen(report: "Report", output: str | None) -> "Example":
    """Return what to draw: the output that is asked for, or the first that is wrong."""
    name = report.exercise.name
    if not report.pictured:
        raise NotReadyError(
            f"{name}: expected a hand-in that returns something to draw, but it never did; "
            "print(report) says what happened"
        )
    by_name = {example.output: example for example in report.pictured}
    if output is None:
        return report.pictured[0]
    if output not in by_name:
        raise ArgumentError(
            f"{name}: expected the name of an output, {' or '.join(by_name)}, got {output!r}"
        )
    return by_name[output]


def _with_shapes(example: "Example") -> tuple[str, str]:
    """Return the titles of two outputs whose shapes differ."""
    drawn, whole = _got(example, ()).shape, _matrix(example.got, ()).shape
    part = "" if drawn == whole else f", the first {drawn[0]} x {drawn[1]}"
    return f"expected {example.expected.shape}", f"got {example.got.shape}{part}"


def _outer_index(example: "Example") -> tuple[int, ...]:
    """Return which matrix of the output to draw: the one with the largest difference."""
    if example.expected.shape != example.got.shape:
        return (0,) * max(example.expected.ndim - 2, 0)
    return largest_difference(example.got, example.expected, example.tolerance)[:-2]


def _matrix(values: npt.NDArray[Any], index: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return the last two axes of an array at an index of the others; fewer axes become a strip."""
    if values.size == 0:
        return np.empty((0, 0))
    index = (*index, *[0] * values.ndim)[: max(values.ndim - 2, 0)]
    return np.atleast_2d(values[index])


def _got(example: "Example", index: tuple[int, ...]) -> npt.NDArray[Any]:
    """Return the matrix of what the hand-in gave; if it is much too large, only its beginning."""
    H, W = _matrix(example.expected, index).shape
    return _matrix(example.got, index)[: max(ROOM, 4 * H), : max(ROOM, 4 * W)]


def _last_two(letters: tuple[str, ...]) -> tuple[str, str]:
    rows, columns = ("", "", *letters)[-2:]
    return rows, columns


def _where(example: "Example", index: tuple[int, ...], letters: tuple[str, ...]) -> str:
    """Return which case is drawn, and which part of the output."""
    said = f"{example.output} in the case of {example.case.what}"
    if not index:
        return said
    words = [
        f"{WORDS.get(letter, letter)} {number}"
        for letter, number in zip(letters, index, strict=False)
    ]
    place = f"{example.output}[{', '.join(map(str, index))}], {', '.join(words)}"
    several = any(size > 1 for size in example.expected.shape[: len(index)])
    shaped = example.expected.shape == example.got.shape
    which = ", where the difference is largest" if several and shaped and example.is_wrong else ""
    return f"{said}\n{place}{which}"


def _say(figure: "Figure", headline: str, where: str) -> None:
    """Write what is wrong above the picture, and what is seen below it."""
    width = figure.get_figwidth()
    title = textwrap.fill(headline, int(11 * width))  # characters of this size in a line
    figure.suptitle(title, fontsize=11, fontweight="bold")
    below = [textwrap.fill(line, int(14 * width)) for line in where.splitlines()]
    text: Any = figure.supxlabel("\n".join(below), fontsize=9)
    text.set_color("0.25")
