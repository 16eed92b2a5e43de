"""Which mistake of the bank gives what a hand-in gives."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minicnn.coursework.diagnosis.attempt import Attempt, attempt
from minicnn.coursework.diagnosis.comparing import same
from minicnn.coursework.diagnosis.fault import Fault
from minicnn.coursework.diagnosis.pairs import one_inside_the_other
from minicnn.coursework.diagnosis.symptoms import (
    Compared,
    factor_as_fault,
    factor_between,
    ratio,
    symptoms,
    whole_difference,
)
from minicnn.coursework.exercise import Case, Exercise, Function, Mistake
from minicnn.typing import Array

FORGIVEN = 1
"""Cases that may speak against a pair of mistakes before the pair itself is tried."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one or several outputs.

    Attributes
    ----------
    outputs : tuple of str
        Which outputs.
    mistakes : tuple of Mistake
        Of the bank, which explain them: one, or two that were made at once; empty where none does.
    fault : Fault or None
        What explains them without a bank, such as a factor; or what comes to a mistake of it.
    symptoms : tuple of str
        What can be said where nothing explains them, one sentence each.
    """

    outputs: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    fault: Fault | None = None
    symptoms: tuple[str, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Whether it is known what was done wrong."""
        return bool(self.mistakes) or self.fault is not None


class Answers:
    """What a hand-in, the right function and every mistake of the bank give on all cases.

    Parameters
    ----------
    exercise : Exercise
    function : callable
        The hand-in.
    cases : sequence of Case
    """

    def __init__(self, exercise: Exercise, function: Function, cases: Sequence[Case]) -> None:
        self.exercise = exercise
        self.cases = list(cases)
        self.got = [attempt(exercise, function, case) for case in self.cases]
        self.right = [attempt(exercise, exercise.right, case) for case in self.cases]
        self.ran = [number for number, one in enumerate(self.got) if not one.fault]
        self.failed = [number for number, one in enumerate(self.got) if one.fault]
        self._of_mistakes: dict[tuple[str, int], Attempt] = {}
        self._agreed: dict[tuple[bool, str, int, str], bool] = {}

    def of(self, mistake: Mistake, number: int) -> Attempt:
        """Return what a mistake of the bank gives on a case; most are ruled out by the first."""
        if (mistake.name, number) not in self._of_mistakes:
            self._of_mistakes[mistake.name, number] = attempt(
                self.exercise, mistake.function, self.cases[number]
            )
        return self._of_mistakes[mistake.name, number]

    def inputs(self, number: int) -> dict[str, Any]:
        """Return the inputs of a case by name."""
        return dict(zip(self.exercise.parameters, self.cases[number].inputs, strict=True))

    def compared(self, output: str) -> list[Compared]:
        """Return one output beside the right one, on all cases in which there is one."""
        return [
            Compared(
                output,
                self.cases[number],
                self.inputs(number),
                self.right[number].values[output],
                self.got[number].values[output],
                self.exercise.tolerance,
            )
            for number in self.ran
        ]

    def is_right(self, number: int, output: str) -> bool:
        """Return whether an output is right on a case."""
        return self.is_same(self.right[number].values, self.got[number].values[output], output)

    def is_explained(self, mistake: Mistake, outputs: Sequence[str]) -> bool:
        """Return whether a mistake gives these outputs of the hand-in on every case that ran.

        The first case is enough to rule out most mistakes.
        """
        return all(self.fits(mistake, number, output) for number in self.ran for output in outputs)

    def fits(self, mistake: Mistake, number: int, output: str) -> bool:
        """Return whether a mistake gives an output of the hand-in on a case."""
        return self._agrees(self.got, mistake, number, output)

    def is_idle(self, mistake: Mistake, number: int, output: str) -> bool:
        """Return whether a mistake makes no difference to an output on a case."""
        return self._agrees(self.right, mistake, number, output)

    def _agrees(self, of: Sequence[Attempt], mistake: Mistake, number: int, output: str) -> bool:
        """Return whether a mistake gives an output of these on a case; each is compared once."""
        key = (of is self.got, mistake.name, number, output)
        if key not in self._agreed:
            values = self.of(mistake, number).values
            self._agreed[key] = self.is_same(values, of[number].values[output], output)
        return self._agreed[key]

    def is_same(self, values: Mapping[str, Array], other: Array, output: str) -> bool:
        """Return whether the values have an output that is the same as another."""
        return output in values and same(other, values[output], self.exercise.tolerance)


def findings(answers: Answers) -> list[Finding]:
    """Return what is wrong with the outputs of a hand-in, each output in one of the findings."""
    outputs = list(answers.right[0].values)
    wrong = [
        output
        for output in outputs
        if not all(answers.is_right(number, output) for number in answers.ran)
    ]
    if not wrong:
        return _where_it_fails(answers, outputs)
    whole = _explaining(answers, answers.exercise.mistakes.values(), outputs)
    if whole:
        return [Finding(tuple(wrong), (whole[0],))]
    found: list[Finding] = []
    for output in wrong:
        one = _finding(answers, output)
        same_mistake = next((f for f in found if f.mistakes and f.mistakes == one.mistakes), None)
        if same_mistake is None or one.fault != same_mistake.fault:
            found.append(one)
        else:
            position = found.index(same_mistake)
            found[position] = Finding((*same_mistake.outputs, output), one.mistakes, one.fault)
    return found


def _where_it_fails(answers: Answers, outputs: Sequence[str]) -> list[Finding]:
    """Return the mistake that raises an error just where the hand-in does, if there is only one."""
    found = [
        mistake
        for mistake in answers.exercise.mistakes.values()
        if answers.failed
        and all(answers.of(mistake, number).fault for number in answers.failed)
        and answers.is_explained(mistake, outputs)
    ]
    return [Finding((), (found[0],))] if len(found) == 1 else []


def _finding(answers: Answers, output: str) -> Finding:
    """Return what explains one output: a mistake, a fault, both, two mistakes; or its symptoms."""
    bank = list(answers.exercise.mistakes.values())
    alone = _explaining(answers, bank, [output])
    if alone:
        return Finding((output,), (min(alone, key=lambda mistake: _unlike(answers, mistake)),))
    rows = answers.compared(output)
    fault = whole_difference(rows)
    if fault:
        return Finding((output,), (), fault)
    return (
        _with_factor(answers, bank, output)
        or _two_that_add_up(answers, bank, output)
        or _one_inside_the_other(answers, bank, output)
        or Finding((output,), (), symptoms=tuple(symptoms(rows)))
    )


def _explaining(answers: Answers, bank: Iterable[Mistake], outputs: Sequence[str]) -> list[Mistake]:
    """Return the mistakes that give these outputs, or none where it could be one or another.

    On all cases no two mistakes give the same. But a hand-in that fails on most of the cases may
    leave only one or two, on which several do. Then those count that fail where it fails.
    """
    found = [mistake for mistake in bank if answers.is_explained(mistake, outputs)]
    if len(found) < 2 or not answers.failed:
        return found
    found = [m for m in found if all(answers.of(m, n).fault for n in answers.failed)] or found
    first = {number: answers.of(found[0], number).values for number in answers.failed}
    agree = all(
        output in first[number]
        and answers.is_same(answers.of(mistake, number).values, first[number][output], output)
        for mistake in found[1:]
        for number in answers.failed
        for output in outputs
    )
    return found if agree or len(found) == 1 else []


def _unlike(answers: Answers, mistake: Mistake) -> tuple[int, int]:
    """Return how many outputs a mistake gives otherwise than the hand-in, and than is right."""
    outputs = list(answers.right[0].values)
    return (
        sum(not answers.is_explained(mistake, [output]) for output in outputs),
        sum(not answers.is_idle(mistake, n, output) for output in outputs for n in answers.ran),
    )


def _wrong_first(answers: Answers, output: str) -> list[int]:
    """Return the cases that ran, those first in which an output is wrong: they rule out most."""
    return sorted(answers.ran, key=lambda number: answers.is_right(number, output))


def _with_factor(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find a mistake that the output is a plain factor of, such as one over the batch size."""
    numbers = _wrong_first(answers, output)
    tolerance = answers.exercise.tolerance
    for mistake in bank:
        rows = []
        for number in numbers:
            got, made = answers.got[number].values[output], answers.of(mistake, number).values
            if output not in made or ratio(got, made[output], tolerance) is None:
                break
            rows.append((answers.inputs(number), got, made[output]))
        words = factor_between(rows, tolerance) if len(rows) == len(numbers) else ""
        if words:
            return Finding((output,), (mistake,), factor_as_fault(words, "Beside that, it is"))
    return None


def _two_that_add_up(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find two mistakes whose differences from the right output add up to the hand-in's."""

    def possible(first: Mistake, second: Mistake, number: int) -> bool:
        right, got = (one[number].values[output] for one in (answers.right, answers.got))
        a, b = (answers.of(one, number).values.get(output) for one in (first, second))
        if a is None or b is None or not a.shape == b.shape == right.shape == got.shape:
            return False
        return same(got, a.astype(float) + b - right, answers.exercise.tolerance)

    pairs = list(itertools.combinations(bank, 2))
    for number in _wrong_first(answers, output):
        pairs = [pair for pair in pairs if possible(*pair, number)]
    return Finding((output,), pairs[0]) if pairs else None


def _one_inside_the_other(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find two mistakes that give the output when the first is made with the second inside it.

    Where one of them makes no difference, the other alone should give the output. That rules out
    most pairs, and is forgiven once: on numbers that are rounded, such as sizes, it may not hold.
    """

    def speaks_against(first: Mistake, second: Mistake, number: int) -> bool:
        if answers.is_idle(first, number, output):
            return not answers.fits(second, number, output)
        return answers.is_idle(second, number, output) and not answers.fits(first, number, output)

    numbers = _wrong_first(answers, output)
    against = dict.fromkeys(itertools.permutations(bank, 2), 0)
    for number in numbers:
        counts = ((pair, count + speaks_against(*pair, number)) for pair, count in against.items())
        against = {pair: count for pair, count in counts if count <= FORGIVEN}
    for pair in sorted(against, key=lambda pair: against[pair]):
        function = one_inside_the_other(answers.exercise, *pair)
        if function and _gives(answers, function, numbers, output):
            return Finding((output,), pair)
    return None


def _gives(answers: Answers, function: Function, numbers: Sequence[int], output: str) -> bool:
    """Return whether a function gives an output of the hand-in on all of these cases."""
    return all(
        answers.is_same(
            attempt(answers.exercise, function, answers.cases[number]).values,
            answers.got[number].values[output],
            output,
        )
        for number in numbers
    )
