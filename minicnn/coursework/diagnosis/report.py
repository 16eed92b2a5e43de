"""What a check found, as text, as HTML in a notebook, and as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minicnn.coursework.diagnosis.comparing import same
from minicnn.coursework.diagnosis.fault import Fault
from minicnn.coursework.diagnosis.picture import plot_report
from minicnn.coursework.diagnosis.recognition import Finding
from minicnn.coursework.diagnosis.report_html import report_as_html
from minicnn.coursework.diagnosis.report_text import report_as_text
from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Example:
    """One output of the hand-in on one case, beside the right one.

    Attributes
    ----------
    case : Case
    inputs : dict
        The inputs by name.
    output : str
        Its name.
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

    @property
    def is_wrong(self) -> bool:
        """Whether the output is another than the right one."""
        return not same(self.got, self.expected, self.tolerance)


@dataclass(frozen=True, repr=False, eq=False)
class Report:
    """What `check` found.

    Attributes
    ----------
    exercise : Exercise
    findings : tuple of Finding
        What is wrong with the outputs; empty if they are right.
    faults : tuple of Fault
        What is wrong beside the numbers: exceptions, inputs that were written into, chance.
    example : Example or None
        The smallest case that shows what is wrong.
    pictured : tuple of Example
        The case that shows most of each output, the wrong outputs first.
    note : str
        On which of two layouts alone the hand-in was checked; empty if on all cases.

    Examples
    --------
    >>> from minicnn.coursework import check
    >>> check("relu_backward", lambda dy, x: dy)
    relu_backward: not right yet.
    <BLANKLINE>
    dy is returned as it came: nothing is held back where x is negative.
    <BLANKLINE>
    The smallest case that shows it: a positive, a zero and a negative input.
      dy (1, 3) = [3 5 7]
      x (1, 3) = [2 0 -4]
      expected dx (1, 3) = [3 0 0]
      got      dx (1, 3) = [3 5 7]
    <BLANKLINE>
    Hint: If x is -4 and grows a little, what happens to y?
    """

    exercise: Exercise
    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    example: Example | None
    pictured: tuple[Example, ...] = ()
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the hand-in does what the exercise asks for."""
        return not self.faults and all(
            finding.mistakes
            and not finding.fault
            and all(mistake.accepted for mistake in finding.mistakes)
            for finding in self.findings
        )

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of all mistakes that were recognised, without conventions.

        Those of the bank, and faults that any function may have, such as ``"whole_numbers"``.
        """
        names: list[str] = []
        for finding in self.findings:
            names += [mistake.name for mistake in finding.mistakes if not mistake.convention]
            names += [finding.fault.name] if finding.fault else []
        names += [fault.name for fault in self.faults if fault.is_mistake]
        return tuple(dict.fromkeys(names))

    @property
    def mistake(self) -> str | None:
        """The name of the mistake that was made, the first of several; None where none fits."""
        return self.mistakes[0] if self.mistakes else None

    @property
    def is_explained(self) -> bool:
        """Whether what was recognised explains all that is wrong; true of what is right.

        It is false where one of two outputs is wrong for a reason that is not known, whatever is
        said of the other, and where an exception was raised that no mistake of the bank raises.
        """
        return all(finding.is_explained for finding in self.findings) and all(
            fault.is_explained for fault in self.faults
        )

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

    @property
    def verdict(self) -> str:
        """Whether it is right, in one sentence, and which outputs are wrong."""
        name = self.exercise.name
        if not self.findings and not self.faults:
            return f"{name}: right."
        if self.passed:
            return f"{name}: right, by another convention that makes no difference in training."
        if not self.faults and self.convention and not self.mistakes and self.is_explained:
            return f"{name}: right by another convention, but this exercise asks for its own."
        outputs = [output for finding in self.findings for output in finding.outputs]
        fine = [output for output in self.exercise.outputs if output not in outputs]
        if len(self.exercise.outputs) > 1 and outputs and fine and self.exercise.observe is None:
            return f"{name}: not right yet. {_verb(outputs)} wrong, {_verb(fine)} right."
        return f"{name}: not right yet."

    @property
    def explanations(self) -> tuple[str, ...]:
        """What is wrong, one text for each finding and each fault."""
        beside = (fault.sentence for fault in self.faults)
        return (*(self._explained(finding) for finding in self.findings), *beside)

    def _explained(self, finding: Finding) -> str:
        """Return one finding in words."""
        several = len(self.exercise.outputs) > 1 and finding.outputs
        outputs = f"{_list(finding.outputs)}: " if several else ""
        sentences = [mistake.sentence for mistake in finding.mistakes]
        if len(sentences) > 1:
            sentences.insert(0, "Two mistakes at once.")
        if finding.fault:
            sentences.append(finding.fault.sentence)
        return outputs + " ".join([*sentences, *finding.symptoms])

    @property
    def hints(self) -> dict[str, str]:
        """What to think about; beside each text "Hint", or "Why" for a convention."""
        kinds: dict[str, str] = {}
        for finding in self.findings:
            for mistake in finding.mistakes:
                kinds[mistake.hint] = "Why" if mistake.convention else "Hint"
        seen = [*(finding.fault for finding in self.findings), *self.faults]
        return kinds | {fault.hint: "Hint" for fault in seen if fault and fault.hint}

    def headline(self, output: str) -> str:
        """Return in one line what is wrong with an output, or the verdict.

        Parameters
        ----------
        output : str
        """
        for finding in self.findings:
            if output in finding.outputs:
                return self._explained(finding)
        return self.faults[0].sentence.splitlines()[0] if self.faults else self.verdict

    def __repr__(self) -> str:
        """Return the whole text: a report is often the last line of a cell."""
        return str(self)

    def __str__(self) -> str:
        return report_as_text(self)

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        return report_as_html(self)

    def plot(
        self, output: str | None = None, *, axes: "Sequence[Axes] | None" = None
    ) -> "list[Axes]":
        """Draw what was expected, what the hand-in gave, and their difference.

        Parameters
        ----------
        output : str, optional
            Its name; by default the first that is wrong, or the first if all are right.
        axes : three Axes, optional

        Returns
        -------
        list of three Axes
            Of the case that shows most, which may be larger than the one in the text. Of an array
            with more than two axes the matrix is drawn in which the difference is largest.

        Raises
        ------
        NotReadyError
            If the hand-in returned nothing that can be drawn.
        ArgumentError
            If there is no such output.
        """
        return plot_report(self, output, axes=axes)


def _list(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _verb(names: Sequence[str]) -> str:
    return f"{_list(names)} {'is' if len(names) == 1 else 'are'}"
