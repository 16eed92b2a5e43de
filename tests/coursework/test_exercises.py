"""Every exercise: its right function passes, and each mistake of its bank is named."""

import inspect

import numpy as np
import pytest
from kept_answers import answers_of_the_banks_are_kept  # noqa: F401

from minicnn.coursework import check
from minicnn.coursework.diagnosis.attempt import Attempt, attempt
from minicnn.coursework.diagnosis.comparing import same
from minicnn.coursework.exercises import EXERCISES

MISTAKES = [(name, mistake) for name, one in EXERCISES.items() for mistake in one.mistakes]
MOST_NUMBERS = 4_000
MARGIN = 20  # by how many tolerances any two mistakes differ


@pytest.mark.parametrize("name", EXERCISES)
def test_the_right_function_passes(name: str) -> None:
    report = check(name, EXERCISES[name].right)
    assert report.passed
    assert report.mistake is None
    assert str(report) == f"{name}: right."


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_each_mistake_of_the_bank_is_named(name: str, mistake: str) -> None:
    exercise = EXERCISES[name]
    made = exercise.mistakes[mistake]
    report = check(name, made.function)
    assert [m.name for finding in report.findings for m in finding.mistakes] == [mistake], report
    assert report.passed is made.accepted
    assert (report.convention if made.convention else report.mistake) == mistake
    assert made.sentence in " ".join(str(report).split())
    assert made.hint in " ".join(str(report).split())


@pytest.mark.parametrize("name", EXERCISES)
def test_no_two_mistakes_are_nearly_the_same(name: str) -> None:
    exercise = EXERCISES[name]
    tolerance = min(MARGIN * exercise.tolerance, 0.15)  # up to one that confuses nothing by itself
    cases = exercise.cases()
    made = {"right": [attempt(exercise, exercise.right, case) for case in cases]}
    for mistake, one in exercise.mistakes.items():
        given = [attempt(exercise, one.function, case) for case in cases]
        taken_for = [before for before, others in made.items() if alike(given, others, tolerance)]
        assert not taken_for, f"{mistake} could be taken for {taken_for}"
        made[mistake] = given


def alike(given: list[Attempt], others: list[Attempt], tolerance: float) -> bool:
    """Whether the others explain all outputs, on all cases in which there are any."""
    return all(
        name in other.values and same(value, other.values[name], tolerance)
        for one, other in zip(given, others, strict=True)
        for name, value in one.values.items()
    )


@pytest.mark.parametrize("name", EXERCISES)
def test_cases_are_small_and_grow(name: str) -> None:
    cases = EXERCISES[name].cases()
    sizes = [
        max((value.size for value in case.inputs if isinstance(value, np.ndarray)), default=0)
        for case in cases
    ]
    assert max(sizes) <= MOST_NUMBERS
    assert sizes[0] == min(sizes)
    assert len({case.what for case in cases}) == len(cases)


@pytest.mark.parametrize("name", EXERCISES)
def test_sentences_and_hints_are_whole(name: str) -> None:
    exercise = EXERCISES[name]
    assert exercise.text.splitlines()[0].endswith(".")
    assert len(exercise.mistakes) >= 4
    for mistake in exercise.mistakes.values():
        assert mistake.sentence.endswith(".")
        assert mistake.hint.endswith((".", "?"))
        parameters = tuple(inspect.signature(mistake.function).parameters)
        assert parameters == exercise.parameters
