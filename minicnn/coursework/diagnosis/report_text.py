"""A report as text: verdict, mistake, the smallest case that shows it, hint."""

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from minicnn.coursework.diagnosis.comparing import differs, largest_difference

if TYPE_CHECKING:
    from minicnn.coursework.diagnosis.report import Example, Report

MOST_NUMBERS = 36
"""Numbers of an array that are shown whole."""

WIDTH = 88
"""Characters a line."""


def report_as_text(report: "Report") -> str:
    """Return the whole report in lines that a terminal holds."""
    blocks = [report.verdict, *map(_wrapped, report.explanations)]
    if report.note:
        blocks.insert(1, _wrapped(report.note))
    if report.example:
        blocks.append("\n".join(_lines(report.example)))
    blocks += [_wrapped(f"{kind}: {hint}") for hint, kind in report.hints.items()]
    return "\n\n".join(blocks)


def report_in_short(report: "Report") -> str:
    """Return the verdict, what was done and the hints, each on lines of its own; no case."""
    hints = [f"{kind}: {hint}" for hint, kind in report.hints.items()]
    return "\n".join([report.verdict, *map(_wrapped, (*report.explanations, *hints))])


def _lines(example: "Example") -> list[str]:
    """Return the inputs, and what was expected and got, as lines of text."""
    lines = [f"The smallest case that shows it: {example.case.what}."]
    for name, value in example.inputs.items():
        lines += _named(name, value)
    if (
        example.expected.shape != example.got.shape
        or max(example.expected.size, example.got.size) <= MOST_NUMBERS
    ):
        return [
            *lines,
            *_named(f"expected {example.output}", example.expected),
            *_named(f"got      {example.output}", example.got),
        ]
    wrong = differs(example.got, example.expected, example.tolerance)
    index = largest_difference(example.got, example.expected, example.tolerance)
    at = f"{example.output}[{', '.join(map(str, index))}]"
    return [
        *lines,
        f"  expected {at} = {number_as_text(example.expected[index])}",
        f"  got      {at} = {number_as_text(example.got[index])}",
        f"  {np.count_nonzero(wrong):,} of {wrong.size:,} numbers differ, this one the most",
    ]


def _wrapped(text: str) -> str:
    """Return a text in lines that a terminal holds; lines of its own are kept."""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=" " * (len(line) - len(line.lstrip())))
        for line in text.splitlines()
    )


def _named(name: str, value: Any) -> list[str]:
    """Return ``name = value`` as lines; of a large array only its shape."""
    if not isinstance(value, np.ndarray):
        return [f"  {name} = {input_as_text(value)}"]
    if value.ndim == 0:
        return [f"  {name} = {number_as_text(value)}"]
    if value.size > MOST_NUMBERS:
        return [f"  {name}: an array of {value.shape}"]
    head = f"  {name} {value.shape} = "
    numbers = np.array2string(
        np.squeeze(value) if value.size > 1 else value.reshape(-1),
        precision=4,
        suppress_small=True,
        separator=" ",
        max_line_width=WIDTH - len(head),
        formatter={"float_kind": lambda number: f"{number + 0.0:.4g}"},
    )
    return (head + numbers).replace("\n", "\n" + " " * len(head)).splitlines()


def input_as_text(value: Any) -> str:
    """Return an input that is no array, such as a stride or a function, in words."""
    if isinstance(value, np.random.Generator):
        return "a generator"
    return str(getattr(value, "__name__", value))


def number_as_text(value: Any) -> str:
    """Return a number with up to six digits."""
    return f"{float(value):.6g}"
