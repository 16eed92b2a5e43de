"""Check a hand-in: run it on all cases, and say what is wrong with it."""

import difflib
import inspect
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from minicnn.coursework.diagnosis.attempt import Attempt, attempt
from minicnn.coursework.diagnosis.comparing import same
from minicnn.coursework.diagnosis.fault import Fault
from minicnn.coursework.diagnosis.picture import most_telling
from minicnn.coursework.diagnosis.recognition import Answers, Finding, findings
from minicnn.coursework.diagnosis.report import Example, Report
from minicnn.coursework.diagnosis.symptoms import only_with
from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.coursework.exercises import EXERCISES
from minicnn.errors import ArgumentError


def check(name: str, function: Function) -> Report:
    """Check a function that was written for an exercise, and say what is wrong with it.

    The function is called on small cases, and compared with the right one. If it differs, it is
    compared with every mistake in the exercise's bank: one that gives the same on all cases is the
    mistake that was made. If none does, the report says what can be said.

    Parameters
    ----------
    name : str
        Of the exercise, such as ``"conv2d_backward"``; ``python -m minicnn.coursework`` lists them.
    function : callable
        The hand-in. It is called with positional arguments, which are copies.

    Returns
    -------
    Report
        ``.passed``, ``.mistake``, and ``str(report)`` for the whole text.

    Raises
    ------
    ArgumentError
        If there is no such exercise, or the function cannot be called with its arguments.

    Examples
    --------
    >>> import numpy as np
    >>> def relu_backward(dy, x):
    ...     return dy * np.maximum(x, 0)
    >>> report = check("relu_backward", relu_backward)
    >>> report.passed, report.mistake
    (False, 'multiplied_by_the_output')
    """
    exercise = find(name)
    _check_signature(exercise, function)
    return report_on(exercise, function, exercise.cases())


def find(name: str) -> Exercise:
    """Return the exercise of this name, or raise ArgumentError with the nearest name or names."""
    if name in EXERCISES:
        return EXERCISES[name]
    sure, near = (difflib.get_close_matches(str(name), EXERCISES, 3, at) for at in (0.8, 0.4))
    near = sure or near
    meant = f"is {' or '.join(near)} meant?" if near else f"the names are {', '.join(EXERCISES)}"
    raise ArgumentError(
        f"coursework: expected the name of an exercise, got {str(name)!r:.100}; {meant}"
    )


def report_on(exercise: Exercise, function: Function, cases: Sequence[Case]) -> Report:
    """Return what there is to say of a function, after it was called on the cases.

    A hand-in that was written for one layout of the input raises an error on the other, so the
    other is left out. It is also left out where that alone shows which mistake was made.
    """
    with np.errstate(all="ignore"):  # a wrong number may be infinite, or too large to be squared
        return _on_each_layout(exercise, function, cases)


def _on_each_layout(exercise: Exercise, function: Function, cases: Sequence[Case]) -> Report:
    answers = Answers(exercise, function, cases)
    whole = _report(answers, function)
    for layout in dict.fromkeys(case.layout for case in cases):
        mine = [case for case in cases if case.layout == layout]
        if whole.passed or _is_named(whole) or len(mine) == len(cases):
            return whole
        report = _report(Answers(exercise, function, mine), function)
        ran = {cases[number].layout for number in answers.ran}
        if _is_named(report) or ran == {layout}:
            return replace(report, note=f"It was checked with inputs of shape {layout} only.")
    return whole


def _is_named(report: Report) -> bool:
    """Return whether mistakes of the bank explain all that is wrong."""
    return (
        not report.passed
        and not report.faults
        and all(finding.mistakes and not finding.fault for finding in report.findings)
    )


def _report(answers: Answers, function: Function) -> Report:
    wrong = [number for number in range(len(answers.cases)) if not _is_right(answers, number)]
    changing = _changes_from_call_to_call(answers, function, wrong)
    found = [] if changing else findings(answers)
    faults = [changing, _failure(answers, found), _writing(answers, found, changing)]
    return Report(
        answers.exercise,
        tuple(found),
        tuple(fault for fault in faults if fault),
        _example(answers, found),
        tuple(_pictured(answers, found)),
    )


def _check_signature(exercise: Exercise, function: Function) -> None:
    """Raise ArgumentError unless the function can be called with the exercise's arguments."""
    if not callable(function):
        raise ArgumentError(f"{exercise.name}: expected a function, got {type(function).__name__}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return
    try:
        signature.bind(*exercise.parameters)
    except TypeError:
        own = getattr(function, "__name__", type(function).__name__)
        raise ArgumentError(
            f"{exercise.name}: expected a function of ({', '.join(exercise.parameters)}), "
            f"got {own}{' '.join(str(signature).split()):.200}"
        ) from None


def _is_right(answers: Answers, number: int) -> bool:
    one = answers.got[number]
    return (
        not one.fault
        and not one.written
        and all(answers.is_right(number, output) for output in answers.right[number].values)
    )


def _failure(answers: Answers, found: list[Finding]) -> Fault | None:
    """Return why the hand-in gave nothing to compare on the first case in which it did not."""
    failed = answers.failed
    if not failed:
        return None
    one = answers.got[failed[0]]
    if one.fault is None:
        return None
    condition = only_with(
        [
            (case, answers.inputs(number), number not in failed)
            for number, case in enumerate(answers.cases)
        ]
    )
    said = f"In the case of {answers.cases[failed[0]].what}: {one.fault.sentence}"
    if one.fault.is_mistake:
        said += "." if answers.ran else ". So no numbers could be compared."
    lines = [said, condition and _capital(condition), one.where]
    named = [mistake for finding in found for mistake in finding.mistakes]
    explained = any(all(answers.of(one, number).fault for number in failed) for one in named)
    return replace(
        one.fault,
        sentence="\n  ".join(filter(None, lines)),
        is_explained=explained or one.fault.is_mistake,
    )


def _writing(answers: Answers, found: list[Finding], changing: Fault | None) -> Fault | None:
    """Return which inputs were written into, and whether the outputs are right all the same."""
    written = dict.fromkeys(name for one in answers.got for name in one.written)
    if not written:
        return None
    said = f"It writes into {' and '.join(written)}, which belongs to the caller."
    if any(not finding.is_explained for finding in found):
        said += " Its outputs are wrong as well; whether that comes of it cannot be seen."
    elif not found and not answers.failed and not changing:
        said += " Its outputs are right."
    return Fault(
        "input_written_into", said, f"Work on a copy, such as {next(iter(written))}.copy()."
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _changes_from_call_to_call(
    answers: Answers, function: Function, wrong: list[int]
) -> Fault | None:
    """Call the function again on the last case, and on the first wrong one."""
    for number in {*wrong[:1], answers.ran[-1] if answers.ran else 0}:
        before = answers.got[number]
        again = attempt(answers.exercise, function, answers.cases[number])
        if not _equal(before, again, answers.exercise.tolerance):
            said = (
                "It gives another result each time it is called with the same arguments, here in "
                f"the case of {answers.cases[number].what}. So its numbers cannot be judged yet."
            )
            return Fault("result_changes", said, _why_results_change(answers.exercise))
    return None


def _why_results_change(exercise: Exercise) -> str:
    hint = (
        "Arrays of np.empty hold whatever was in memory; a global variable, or a default argument, "
        "may remember the last call"
    )
    if "rng" in exercise.parameters:
        hint += "; every random number must come from rng"
    return f"{hint}."


def _equal(one: Attempt, other: Attempt, tolerance: float) -> bool:
    """Return whether two calls gave the same, up to rounding: sums depend on memory addresses."""
    return one.values.keys() == other.values.keys() and all(
        same(one.values[name], other.values[name], tolerance) for name in one.values
    )


def _example(answers: Answers, found: list[Finding]) -> Example | None:
    """Return the smallest case that shows the first finding."""
    for number in answers.ran:
        for output in found[0].outputs if found else ():
            if not answers.is_right(number, output):
                return _beside(answers, number, output)
    return None


def _pictured(answers: Answers, found: list[Finding]) -> list[Example]:
    """Return the case that shows most of each output, the wrong outputs first."""
    wrong = [output for finding in found for output in finding.outputs]
    shown = []
    for output in dict.fromkeys([*wrong, *answers.right[0].values]):
        numbers = [n for n in answers.ran if output not in wrong or not answers.is_right(n, output)]
        if numbers:
            shown.append(most_telling([_beside(answers, number, output) for number in numbers]))
    return shown


def _beside(answers: Answers, number: int, output: str) -> Example:
    """Return an output of a case beside the right one."""
    return Example(
        answers.cases[number],
        answers.inputs(number),
        output,
        answers.right[number].values[output],
        answers.got[number].values[output],
        answers.exercise.tolerance,
    )
