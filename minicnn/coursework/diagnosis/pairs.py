"""Two mistakes in one output: one inside the other.

Most mistakes of the banks are written as the right function, called with something changed, or
with its result changed. If the function that they call had a mistake itself, both would be made at
once. So a pair need not be written down: it is the first mistake, with the second where the right
function stands in it.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from minicnn.coursework.exercise import Exercise, Function, Mistake


def one_inside_the_other(exercise: Exercise, outer: Mistake, inner: Mistake) -> Function | None:
    """Return a function that makes two mistakes, or None where the outer one stands for itself.

    A Python function looks up the names in it when it is called, in the namespace of its module.
    The copy that is made here has a namespace of its own, in which the name of the exercise means
    the inner mistake. The functions of the module that it calls are copied in the same way.

    Parameters
    ----------
    exercise : Exercise
    outer, inner : Mistake
        Of its bank.
    """
    function = outer.function
    if not isinstance(function, FunctionType) or not _calls(function, exercise.name):
        return None
    names: dict[str, Any] = {}
    names.update(function.__globals__)
    for name, value in function.__globals__.items():
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            names[name] = _moved(value, names)
    names[exercise.name] = inner.function
    return _moved(function, names)


def _moved(function: FunctionType, names: dict[str, Any]) -> Callable[..., Any]:
    """Return a copy of a function that looks up its names elsewhere."""
    copy = FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _calls(function: FunctionType, wanted: str) -> bool:
    """Return whether a function calls another, itself or by others of its module."""
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        for name in waiting.pop().__code__.co_names:
            if name == wanted:
                return True
            value = function.__globals__.get(name)
            if name not in seen and isinstance(value, FunctionType):
                seen.add(name)
                if value.__globals__ is function.__globals__:
                    waiting.append(value)
    return False
