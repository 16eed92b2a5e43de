"""Which mistake of the bank gives what a hand-in gives."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.coursework.diagnosis.attempt import Attempt, attempt
from minicnn.coursework.diagnosis.comparing import same
from minicnn.coursework.diagnosis.pairs import one_inside_the_other
from minicnn.coursework.diagnosis.symptoms import (
    Compared,
    factor_between,
    symptoms,
    whole_difference,
)
from minicnn.coursework.exercise import Case, Exercise, Function, Mistake
from minicnn.typing import Array


@dataclass(frozen=True)
class Finding:
    """What is wrong with one or several outputs.

    Attributes
    ----------
    outputs : tuple of str
        Which outputs.
    mistakes : tuple of Mistake
        What explains them: one, or two that were made at once; empty where none of the bank does.
    symptoms : tuple of str
        What else can be said, one sentence each.
    """

    outputs: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    symptoms: tuple[str, ...] = ()


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

    def is_explained(self, mistake: Mistake, output: str) -> bool:
        """Return whether a mistake gives this output of the hand-in on every case that ran."""
        return all(
            self.is_same(self.of(mistake, number).values, self.got[number].values[output], output)
            for number in self.ran
        )

    def changes(self, mistake: Mistake, output: str) -> bool:
        """Return whether a mistake gives another output than the right function, on some case."""
        return any(
            output in values and not self.is_same(values, self.right[number].values[output], output)
            for number in self.ran
            if (values := self.of(mistake, number).values)
        )

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
        if same_mistake is None or one.symptoms != same_mistake.symptoms:
            found.append(one)
        else:
            position = found.index(same_mistake)
            found[position] = Finding(
                (*same_mistake.outputs, output), one.mistakes, same_mistake.symptoms
            )
    return found


def _where_it_fails(answers: Answers, outputs: Sequence[str]) -> list[Finding]:
    """Return the mistake that raises an error just where the hand-in does, if there is only one."""
    found = [
        mistake
        for mistake in answers.exercise.mistakes.values()
        if answers.failed
        and all(answers.of(mistake, number).fault for number in answers.failed)
        and all(answers.is_explained(mistake, output) for output in outputs)
    ]
    return [Finding((), (found[0],))] if len(found) == 1 else []


def _finding(answers: Answers, output: str) -> Finding:
    """Return what explains one output: a mistake, one with a factor, two at once, or a symptom."""
    bank = [m for m in answers.exercise.mistakes.values() if answers.changes(m, output)]
    alone = _explaining(answers, bank, [output])
    if alone:
        return Finding((output,), (min(alone, key=lambda m: _unlike(answers, m)),))
    rows = answers.compared(output)
    named = None
    if not whole_difference(rows):  # the plainest explanation first
        named = (
            _with_factor(answers, bank, output)
            or _two_that_add_up(answers, bank, output)
            or _one_inside_the_other(answers, bank, output)
        )
    return named or Finding((output,), (), tuple(symptoms(rows)))


def _explaining(answers: Answers, bank: Iterable[Mistake], outputs: Sequence[str]) -> list[Mistake]:
    """Return the mistakes that give these outputs, or none where it could be one or another.

    On all cases no two mistakes give the same. But a hand-in that fails on most of the cases may
    leave only one or two, on which several do. Then those count that fail where it fails.
    """
    found = [m for m in bank if all(answers.is_explained(m, output) for output in outputs)]
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


def _unlike(answers: Answers, mistake: Mistake) -> int:
    """Return how many outputs a mistake gives otherwise than the hand-in does."""
    return sum(not answers.is_explained(mistake, output) for output in answers.right[0].values)


def _with_factor(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find a mistake that the output is a plain factor of, such as one over the batch size."""
    for mistake in bank:
        made = {number: answers.of(mistake, number) for number in answers.ran}
        if any(output not in one.values for one in made.values()):
            continue
        words = factor_between(
            [
                (
                    answers.inputs(number),
                    answers.got[number].values[output],
                    made[number].values[output],
                )
                for number in answers.ran
            ],
            answers.exercise.tolerance,
        )
        if words:
            return Finding((output,), (mistake,), (f"Beside that, it is {words}.",))
    return None


def _two_that_add_up(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find two mistakes whose differences from the right output add up to the hand-in's."""
    numbers, tolerance = answers.ran, answers.exercise.tolerance
    right = [answers.right[number].values[output] for number in numbers]
    got = [answers.got[number].values[output] for number in numbers]
    made = {}
    for mistake in bank:
        values = [answers.of(mistake, number).values.get(output) for number in numbers]
        if all(
            value is not None and value.shape == one.shape and value.dtype.kind == "f"
            for value, one in zip(values, right, strict=True)
        ):
            made[mistake.name] = [value for value in values if value is not None]
    if any(one.shape != other.shape for one, other in zip(right, got, strict=True)):
        return None
    for first, second in itertools.combinations(made, 2):
        if all(
            same(one, a + b - r, tolerance)
            for one, a, b, r in zip(got, made[first], made[second], right, strict=True)
        ):
            bank_of = answers.exercise.mistakes
            return Finding((output,), (bank_of[first], bank_of[second]))
    return None


def _one_inside_the_other(answers: Answers, bank: Sequence[Mistake], output: str) -> Finding | None:
    """Find two mistakes that give the output when the first is made with the second inside it."""
    exercise, numbers = answers.exercise, answers.ran
    right = np.array([answers.is_right(n, output) for n in numbers])
    idle = np.array([[_is_idle(answers, m, n, output) for n in numbers] for m in bank])
    fits = np.array([[_fits(answers, m, n, output) for n in numbers] for m in bank])
    for first, second in itertools.permutations(range(len(bank)), 2):
        # Where one of them makes no difference, the other alone must give the output.
        possible = np.where(idle[second], np.where(idle[first], right, fits[first]), True)
        possible &= np.where(idle[first] & ~idle[second], fits[second], True)
        if not possible.all():
            continue
        function = one_inside_the_other(exercise, bank[first], bank[second])
        if function and all(
            answers.is_same(
                attempt(exercise, function, answers.cases[n]).values,
                answers.got[n].values[output],
                output,
            )
            for n in numbers
        ):
            return Finding((output,), (bank[first], bank[second]))
    return None


def _is_idle(answers: Answers, mistake: Mistake, number: int, output: str) -> bool:
    """Return whether a mistake makes no difference on a case."""
    values = answers.of(mistake, number).values
    return answers.is_same(values, answers.right[number].values[output], output)


def _fits(answers: Answers, mistake: Mistake, number: int, output: str) -> bool:
    """Return whether a mistake gives what the hand-in gives on a case."""
    values = answers.of(mistake, number).values
    return answers.is_same(values, answers.got[number].values[output], output)
