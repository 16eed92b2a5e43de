"""One call of a hand-in: what it returned, what it raised, what it wrote into."""

import copy
import functools
import inspect
import linecache
import traceback
import warnings
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from minicnn.coursework.diagnosis.fault import Fault
from minicnn.coursework.exercise import Case, Exercise, Function
from minicnn.typing import Array

MOST_SHAPES = 12
"""Local arrays whose shapes are reported where a hand-in raised an error."""

MOST_NUMBERS = 1_000_000
"""Numbers that an output may have: the cases are small, and nothing right is near that."""

LONGEST = 300
"""Characters of an exception that are reported."""


RETURN = "A hand-in returns its outputs, and ends nothing."
"""The hint for one that ends the program."""

RETURN_ALL = "Compare your return with the outputs that the text names."
"""The hint for another number of outputs."""


class Ended(BaseException):
    """What a hand-in raised (its cause), where there is no point in calling it again."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """What came of one call.

    Attributes
    ----------
    values : dict of arrays
        What is compared, by name: the outputs, or what the exercise observes of them. Empty where
        there is nothing to compare.
    fault : Fault or None
        Why there is nothing to compare: an exception, or outputs that are none.
    where : str
        The line of an exception, and the shapes of the arrays there.
    written : tuple of str
        The inputs that the call changed and should not have.
    """

    values: dict[str, Array]
    fault: Fault | None = None
    where: str = ""
    written: tuple[str, ...] = ()


def attempt(exercise: Exercise, function: Function, case: Case) -> Attempt:
    """Call a function on copies of a case's inputs, and keep all that happens."""
    inputs = copy.deepcopy(case.inputs)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = function(*inputs)
    except (KeyboardInterrupt, Ended):
        raise
    except SystemExit:
        return Attempt({}, Fault("exit_called", "it called exit(), which ends the program", RETURN))
    except BaseException as error:  # noqa: BLE001 - a hand-in may raise anything
        raised = Fault("error_raised", _described(error), is_mistake=False)
        return Attempt({}, raised, where=_place(error, function))
    written = _written(exercise, case.inputs, inputs)
    outputs, fault = _outputs(exercise, returned)
    if fault:
        return Attempt({}, fault=fault, written=written)
    if exercise.observe is None:
        return Attempt(dict(zip(exercise.outputs, outputs, strict=True)), written=written)
    try:
        with np.errstate(all="ignore"):
            seen = exercise.observe(_observed(case.inputs, inputs), outputs)
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        said = f"its outputs do not fit together: {error}"
        return Attempt({}, Fault("outputs_do_not_fit", said, is_mistake=False), written=written)
    return Attempt({name: np.asarray(value) for name, value in seen.items()}, written=written)


def _outputs(exercise: Exercise, returned: Any) -> tuple[tuple[Array, ...], Fault | None]:
    """Return the outputs as arrays, or say what is wrong with what was returned."""
    several, fault = _apart(exercise.outputs, returned)
    arrays = []
    for name, output in zip(exercise.outputs, several, strict=False):
        array, fault = _array(name, output)
        if fault:
            break
        arrays.append(array)
    return ((), fault) if fault else (tuple(arrays), None)


def _apart(names: Sequence[str], returned: Any) -> tuple[tuple[Any, ...], Fault | None]:
    """Return what was returned as one value for each output, or say why that cannot be."""
    expected = names[0] if len(names) == 1 else f"({', '.join(names)})"
    if returned is None:
        said = f"it returned None; expected {expected}"
        return (), Fault("nothing_returned", said, "Is there a return, and is it always reached?")
    if isinstance(returned, Generator):
        said = f"it is a generator, which gives nothing yet; expected {expected}"
        return (), Fault("generator_returned", said, "Return the outputs, without yield.")
    if len(names) == 1 and not _is_several(returned):
        return (returned,), None
    if not isinstance(returned, tuple | list):
        said = f"it returned one {type(returned).__name__}; expected {expected}"
        return (), Fault("outputs_missing", said, RETURN_ALL)
    if len(returned) != len(names):
        outputs = "output" if len(names) == 1 else "outputs"
        said = f"it returned {len(returned)} outputs; expected {len(names)} {outputs}, {expected}"
        few = len(returned) < len(names)
        return (), Fault("outputs_missing" if few else "too_many_outputs", said, RETURN_ALL)
    return tuple(returned), None


def _is_several(returned: Any) -> bool:
    """Return whether a value is a tuple of outputs, not an array written as a tuple."""
    return isinstance(returned, tuple) and (
        len(returned) == 1 or not all(np.isscalar(part) for part in returned)
    )


def _array(name: str, output: Any) -> tuple[Array, Fault | None]:
    """Return a copy of one output as a plain array, or say what is wrong with it.

    A copy, because a hand-in may return the same array from every call.
    """
    nothing = np.empty(0)
    try:
        array = np.asarray(output)
        if array.dtype.kind == "O" and array.size <= MOST_NUMBERS and not _has_none(array):
            array = array.astype(float)  # numbers are numbers, in an array of objects as well
    except (TypeError, OverflowError):
        return nothing, _no_numbers(name, type(output).__name__)
    except ValueError:
        said = f"{name} is ragged: its rows have different lengths; expected an array"
        return nothing, Fault("ragged", said)
    if array.dtype.kind not in "fiub":
        kind = "None" if output is None else type(output).__name__
        kind = f"an array of {array.dtype}" if isinstance(output, np.ndarray) else kind
        return nothing, _no_numbers(name, kind)
    if array.size > MOST_NUMBERS:
        said = f"{name} has the shape {array.shape}, which is far too large"
        return nothing, Fault("far_too_large", said)
    if np.ma.is_masked(output):
        said = f"{name} is a masked array, in which some numbers are missing"
        return nothing, Fault("masked", said, "A plain array is expected, such as .filled() gives.")
    return np.array(array), None


def _no_numbers(name: str, kind: str) -> Fault:
    return Fault("no_numbers", f"{name} is {kind}; expected an array of numbers")


def _has_none(array: Array) -> bool:
    return any(entry is None for entry in array.flat)


def _written(exercise: Exercise, before: Sequence[Any], after: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the inputs that differ, by more than rounding, after the call."""
    return tuple(
        name
        for name, old, new in zip(exercise.parameters, before, after, strict=True)
        if name not in exercise.may_write and _is_changed(old, new)
    )


def _is_changed(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray):
        return not np.array_equal(old, new) and (  # the quicker of the two comparisons first
            old.shape != new.shape
            or not np.allclose(old, new, rtol=1e-6, atol=1e-9, equal_nan=True)
        )
    return isinstance(old, list | dict) and bool(old != new)


def _observed(before: Sequence[Any], after: Sequence[Any]) -> tuple[Any, ...]:
    """Return the inputs of a case, with random generators as the call left them."""
    return tuple(
        new if isinstance(new, np.random.Generator) else old
        for old, new in zip(before, after, strict=True)
    )


def _described(error: BaseException) -> str:
    """Return an exception as Python names it, in one line that is not too long."""
    line = " ".join("".join(traceback.format_exception_only(error)).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."


def _place(error: BaseException, function: Function) -> str:
    """Return the last line of the hand-in that an error passed, and the shapes of its arrays."""
    file = _file(function)
    found: tuple[FrameType, int] | None = None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            found = step.tb_frame, step.tb_lineno
        step = step.tb_next
    if found is None:
        return ""
    frame, number = found
    line = linecache.getline(frame.f_code.co_filename, number).strip()
    shapes = [
        f"{name} {value.shape}"
        for name, value in frame.f_locals.items()
        if isinstance(value, np.ndarray)
    ]
    said = f"line {number}: {line}" if line else f"line {number}"
    return said + (f"\n    shapes there: {', '.join(shapes[:MOST_SHAPES])}" if shapes else "")


def _file(function: Any) -> str:
    """Return the file in which a function, a method, or an object that can be called is written."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function)
    code = getattr(function, "__code__", None) or getattr(function.__call__, "__code__", None)
    return code.co_filename if code else ""
