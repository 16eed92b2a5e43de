"""One call of a hand-in: what it returned, what it raised, what it wrote into."""

import copy
import linecache
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.typing import Array

MOST_SHAPES = 12
"""Local arrays whose shapes are reported where a hand-in raised an error."""


@dataclass(frozen=True)
class Attempt:
    """What came of one call.

    Attributes
    ----------
    values : dict of arrays
        What is compared, by name: the outputs, or what the exercise observes of them. Empty where
        there is nothing to compare.
    fault : str
        Why there is nothing to compare: an exception, or outputs that are none. Empty otherwise.
    where : str
        The line of an exception, and the shapes of the arrays there.
    written : tuple of str
        The inputs that the call changed and should not have.
    """

    values: dict[str, Array]
    fault: str = ""
    where: str = ""
    written: tuple[str, ...] = ()


def attempt(exercise: Exercise, function: Function, case: Case) -> Attempt:
    """Call a function on copies of a case's inputs, and keep all that happens."""
    inputs = copy.deepcopy(case.inputs)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = function(*inputs)
    except Exception as error:  # noqa: BLE001 - a hand-in may raise anything
        return Attempt({}, fault=_described(error), where=_place(error, function))
    except SystemExit:
        return Attempt({}, fault="it called exit(), which ends the program; return the outputs")
    written = _written(exercise, case.inputs, inputs)
    outputs, fault = _outputs(exercise, returned)
    if fault:
        return Attempt({}, fault=fault, written=written)
    if exercise.observe is None:
        return Attempt(dict(zip(exercise.outputs, outputs, strict=True)), written=written)
    try:
        with np.errstate(all="ignore"):
            seen = exercise.observe(_observed(case.inputs, inputs), outputs)
    except (ValueError, IndexError, TypeError) as error:
        return Attempt({}, fault=f"its outputs do not fit together: {error}", written=written)
    return Attempt({name: np.asarray(value) for name, value in seen.items()}, written=written)


def _outputs(exercise: Exercise, returned: Any) -> tuple[tuple[Array, ...], str]:
    """Return the outputs as arrays, or say what is wrong with what was returned."""
    names = exercise.outputs
    expected = names[0] if len(names) == 1 else f"({', '.join(names)})"
    if returned is None:
        return (), f"it returned None; expected {expected}: is there a return?"
    if len(names) == 1:
        several = returned if isinstance(returned, tuple) and len(returned) == 1 else (returned,)
    elif isinstance(returned, tuple | list):
        several = tuple(returned)
    else:
        return (), f"it returned one {type(returned).__name__}; expected {expected}"
    if len(several) != len(names):
        return (), f"it returned {len(several)} outputs; expected {len(names)}, {expected}"
    arrays = []
    for name, output in zip(names, several, strict=True):
        try:
            array = np.asarray(output)
        except ValueError:
            return (), f"{name} is ragged: its rows have different lengths; expected an array"
        if array.dtype.kind not in "fiub":
            kind = "None" if output is None else type(output).__name__
            return (), f"{name} is {kind}; expected an array of numbers"
        arrays.append(array)
    return tuple(arrays), ""


def _written(exercise: Exercise, before: Sequence[Any], after: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the arrays that differ, by more than rounding, after the call."""
    return tuple(
        name
        for name, old, new in zip(exercise.parameters, before, after, strict=True)
        if name not in exercise.may_write
        and isinstance(old, np.ndarray)
        and (old.shape != new.shape or not np.allclose(old, new, rtol=1e-6, atol=1e-9))
    )


def _observed(before: Sequence[Any], after: Sequence[Any]) -> tuple[Any, ...]:
    """Return the inputs of a case, with random generators as the call left them."""
    return tuple(
        new if isinstance(new, np.random.Generator) else old
        for old, new in zip(before, after, strict=True)
    )


def _described(error: Exception) -> str:
    """Return an exception as Python names it, in one line."""
    return " ".join("".join(traceback.format_exception_only(error)).split())


def _place(error: BaseException, function: Function) -> str:
    """Return the last line of the hand-in that an error passed, and the shapes of its arrays."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    found: tuple[FrameType, int] | None = None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == code.co_filename:
            found = step.tb_frame, step.tb_lineno
        step = step.tb_next
    if found is None:
        return ""
    frame, number = found
    line = linecache.getline(code.co_filename, number).strip()
    shapes = [
        f"{name} {value.shape}"
        for name, value in frame.f_locals.items()
        if isinstance(value, np.ndarray)
    ]
    said = f"line {number}: {line}" if line else f"line {number}"
    return said + (f"\n    shapes there: {', '.join(shapes[:MOST_SHAPES])}" if shapes else "")
