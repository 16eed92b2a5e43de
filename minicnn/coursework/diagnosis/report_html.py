"""A report as HTML, for a notebook: the same as the text, with the wrong numbers marked.

No colour of text or page is set, and all others let what is behind shine through. So it reads in
light notebooks as in dark ones.
"""

import html
from typing import TYPE_CHECKING, Any

import numpy as np

from minicnn.coursework.diagnosis.comparing import differs, largest_difference
from minicnn.coursework.diagnosis.report_text import MOST_NUMBERS, input_as_text, number_as_text
from minicnn.html_table import group, marked_matrix
from minicnn.typing import Array, Mask

if TYPE_CHECKING:
    from minicnn.coursework.diagnosis.report import Example, Report

RIGHT, WRONG = "#2e9e5b", "#e07020"


def report_as_html(report: "Report") -> str:
    """Return the whole report as a piece of HTML with its styles in it."""
    colour = RIGHT if report.passed else WRONG
    parts = [f'<p style="font-size: 1.1em"><strong>{html.escape(report.verdict)}</strong></p>']
    parts += [
        f'<p style="white-space: pre-wrap">{html.escape(said)}</p>'
        for said in (report.note, *report.explanations)
        if said
    ]
    if report.example:
        parts += _example(report.example)
    parts += [
        f'<details><summary style="cursor: pointer">{kind}</summary><p>{html.escape(hint)}</p>'
        "</details>"
        for hint, kind in report.hints.items()
    ]
    style = f"border-left: 6px solid {colour}; padding: 0.1em 0 0.1em 1em"
    return f'<div style="{style}">{"".join(parts)}</div>'


def _example(example: "Example") -> list[str]:
    """Return the smallest case: its inputs, and below them what was expected and got."""
    return [
        f"<p>The smallest case that shows it: {html.escape(example.case.what)}.</p>",
        group(*(_value(name, value) for name, value in example.inputs.items())),
        group(*_outputs(example)),
    ]


def _outputs(example: "Example") -> list[str]:
    """Return the two outputs with the wrong numbers marked; of a large one the worst place."""
    expected, got = example.expected, example.got
    names = f"expected {example.output}", f"got {example.output}"
    if expected.shape != got.shape:
        return [_value(names[0], expected), _value(names[1], got)]
    wrong = differs(got, expected, example.tolerance)
    if expected.size <= MOST_NUMBERS:
        return [_value(names[0], expected), _value(names[1], got, wrong)]
    index = largest_difference(got, expected, example.tolerance)
    if expected[index[:-2]].size <= MOST_NUMBERS:
        index = index[:-2]  # a matrix shows more than a number
    at = f"[{', '.join(map(str, index))}]" if index else ""
    count = f"{np.count_nonzero(wrong):,} of {wrong.size:,} numbers differ, here the most"
    return [
        _value(names[0] + at, expected[index]),
        _value(names[1] + at, got[index], wrong[index]),
        f"<div>{count}</div>",
    ]


def _value(name: str, value: Any, wrong: Mask | None = None) -> str:
    """Return a value under its name; of an array that is large only its shape."""
    if not isinstance(value, np.ndarray | np.generic):
        return f"<div>{html.escape(f'{name} = {input_as_text(value)}')}</div>"
    array = np.asarray(value)
    said = html.escape(f"{name} {array.shape}" if array.ndim else name)
    if not 0 < array.size <= MOST_NUMBERS:
        return f"<div>{said}</div>"
    mask = np.zeros(array.shape, bool) if wrong is None else np.asarray(wrong)
    tables = [
        _table(np.atleast_2d(array[index]), np.atleast_2d(mask[index]), index)
        for index in np.ndindex(array.shape[:-2])
    ]
    return f"<div><div>{said}</div>{group(*tables)}</div>"


def _table(values: Array, wrong: Mask, index: tuple[int, ...]) -> str:
    """Return a matrix as a table, under its index if it is part of a larger array."""
    numbers = [[number_as_text(value) for value in row] for row in values]
    return marked_matrix(numbers, wrong, f"[{', '.join(map(str, index))}]" if any(index) else "")
