"""What a check found, as text, as HTML in a notebook, and as a picture."""

import html
import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.coursework.comparing import differs
from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.recognition import Finding
from minicnn.typing import Array

MOST_NUMBERS = 36
"""Numbers of an array that are shown whole."""

WIDTH = 88
"""Characters a line."""


@dataclass(frozen=True)
class Example:
    """The smallest case that shows what is wrong.

    Attributes
    ----------
    case : Case
    inputs : dict
        The inputs by name.
    output : str
        The output that is wrong in it.
    expected, got : array
    tolerance : float
        The largest difference that is rounding, as a share of the largest number.
    """

    case: Case
    inputs: dict[str, Any]
    output: str
    expected: Array
    got: Array
    tolerance: float

    def lines(self) -> list[str]:
        """Return the inputs, and what was expected and got, as lines of text."""
        lines = [f"The smallest case that shows it: {self.case.what}."]
        for name, value in self.inputs.items():
            lines += _named(name, value)
        if (
            self.expected.shape != self.got.shape
            or max(self.expected.size, self.got.size) <= MOST_NUMBERS
        ):
            return [
                *lines,
                *_named(f"expected {self.output}", self.expected),
                *_named(f"got      {self.output}", self.got),
            ]
        wrong = differs(self.got, self.expected, self.tolerance)
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        at = f"{self.output}[{', '.join(map(str, index))}]"
        return [
            *lines,
            f"  expected {at} = {_number(self.expected[index])}",
            f"  got      {at} = {_number(self.got[index])}",
            f"  {np.count_nonzero(wrong):,} of {wrong.size:,} numbers differ",
        ]


@dataclass(frozen=True)
class Report:
    """What `check` found.

    Attributes
    ----------
    exercise : Exercise
    findings : tuple of Finding
        What is wrong with the outputs; empty if they are right.
    faults : tuple of str
        What else is wrong: exceptions, inputs that were written into, chance.
    example : Example or None
        The smallest case that shows what is wrong.
    note : str
        On which of two layouts alone the hand-in was checked; empty if on all cases.
    """

    exercise: Exercise
    findings: tuple[Finding, ...]
    faults: tuple[str, ...]
    example: Example | None
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the hand-in does what the exercise asks for."""
        return not self.faults and all(
            finding.mistakes and all(mistake.accepted for mistake in finding.mistakes)
            for finding in self.findings
        )

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of all mistakes that were recognised, without conventions."""
        return tuple(
            dict.fromkeys(
                mistake.name
                for finding in self.findings
                for mistake in finding.mistakes
                if not mistake.convention
            )
        )

    @property
    def mistake(self) -> str | None:
        """The name of the mistake that was made, the first of several; None where none fits."""
        return self.mistakes[0] if self.mistakes else None

    @property
    def convention(self) -> str | None:
        """The name of the other convention that the hand-in follows, or None."""
        return next(
            (
                mistake.name
                for finding in self.findings
                for mistake in finding.mistakes
                if mistake.convention
            ),
            None,
        )

    def __str__(self) -> str:
        blocks = [self._verdict(), *self._explanations()]
        if self.note:
            blocks.insert(1, _wrapped(self.note))
        if self.example:
            blocks.append("\n".join(self.example.lines()))
        hints = {m.hint: m for finding in self.findings for m in finding.mistakes}
        blocks += [
            _wrapped(f"{'Why' if m.convention else 'Hint'}: {hint}") for hint, m in hints.items()
        ]
        return "\n\n".join(blocks)

    def _verdict(self) -> str:
        name = self.exercise.name
        if not self.findings and not self.faults:
            return f"{name}: right."
        if self.passed:
            return f"{name}: right, by another convention that makes no difference here."
        if not self.faults and self.convention and not self.mistakes and self._all_explained():
            return f"{name}: right by another convention, but this exercise asks for its own."
        outputs = [output for finding in self.findings for output in finding.outputs]
        fine = [output for output in self.exercise.outputs if output not in outputs]
        if len(self.exercise.outputs) > 1 and outputs and fine and self.exercise.observe is None:
            return f"{name}: not right yet. {_verb(outputs)} wrong, {_verb(fine)} right."
        return f"{name}: not right yet."

    def _all_explained(self) -> bool:
        return all(finding.mistakes and not finding.symptoms for finding in self.findings)

    def _explanations(self) -> list[str]:
        said = [_explained(finding, self.exercise) for finding in self.findings]
        return [_wrapped(block) for block in [*said, *self.faults]]

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        colour = "#00703c" if self.passed else "#b3480b"
        first, _, rest = str(self).partition("\n\n")
        return (
            f'<div style="border-left: 4px solid {colour}; padding-left: 1em">'
            f"<p><strong>{html.escape(first)}</strong></p>"
            f'<pre style="white-space: pre-wrap">{html.escape(rest)}</pre></div>'
        )


def _explained(finding: Finding, exercise: Exercise) -> str:
    """Return one finding in words."""
    outputs = f"{_list(finding.outputs)}: " if len(exercise.outputs) > 1 else ""
    sentences = [mistake.sentence for mistake in finding.mistakes]
    if len(sentences) > 1:
        sentences.insert(0, "two mistakes at once.")
    return outputs + " ".join([*sentences, *finding.symptoms])


def _list(names: "tuple[str, ...] | list[str]") -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: "tuple[str, ...] | list[str]") -> str:
    return f"{_list(names)} {'is' if len(names) == 1 else 'are'}"


def _wrapped(text: str) -> str:
    """Return a text in lines that a terminal holds; lines of its own are kept."""
    return "\n".join(
        textwrap.fill(line, WIDTH, subsequent_indent=" " * (len(line) - len(line.lstrip())))
        for line in text.splitlines()
    )


def _named(name: str, value: Any) -> list[str]:
    """Return ``name = value`` as lines; of a large array only its shape."""
    if not isinstance(value, np.ndarray):
        return [f"  {name} = {_said(value)}"]
    if value.ndim == 0:
        return [f"  {name} = {_number(value)}"]
    if value.size > MOST_NUMBERS:
        return [f"  {name}: an array of {value.shape}"]
    numbers = np.array2string(
        np.squeeze(value) if value.size > 1 else value.reshape(-1),
        precision=4,
        suppress_small=True,
        separator=" ",
        formatter={"float_kind": lambda number: f"{number + 0.0:.4g}"},
    )
    head = f"  {name} {value.shape} = "
    return (head + numbers).replace("\n", "\n" + " " * len(head)).splitlines()


def _said(value: Any) -> str:
    """Return an input that is no array, such as a stride or a function, in words."""
    return getattr(value, "__name__", None) or (
        "a generator" if isinstance(value, np.random.Generator) else str(value)
    )


def _number(value: Any) -> str:
    return f"{float(value):.6g}"
