"""Hand-ins as students write them: a module for each exercise, which bears its name.

``@wrong`` and ``@right`` put a function on the list of its kind; importing this package reads all
modules. Each wrong one is a slip in code that is otherwise right, or two slips; the sentence says
which. They were written without a look at the mistakes that the checker knows. What it should name
them was added afterwards.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple

Function = Callable[..., Any]


class HandIn(NamedTuple):
    """A function that was handed in for an exercise."""

    exercise: str
    function: Function
    sentence: str  # what is wrong with it, or, of a right one, how it is written
    named: tuple[str, ...] = ()  # what is wrong, as a report names it; empty if it passes

    @property
    def name(self) -> str:
        author = "-second" if ".second." in self.function.__module__ else ""
        return f"{self.exercise}{author}-{self.function.__name__}"


WRONG: list[HandIn] = []
RIGHT: list[HandIn] = []


def wrong(sentence: str, named: str | tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Put the function below on the list of the wrong ones.

    Parameters
    ----------
    sentence : str
        What is wrong.
    named : str or tuple of str, optional
        What the checker should name: mistakes of the bank, and faults such as an input that was
        written into. Left out for one that passes, since its exercise lets it.
    """
    return _onto(WRONG, sentence, (named,) if isinstance(named, str) else named)


def right(sentence: str) -> Callable[[Function], Function]:
    """Put the function below on the list of the right ones."""
    return _onto(RIGHT, sentence, ())


def _onto(
    hand_ins: list[HandIn], sentence: str, named: tuple[str, ...]
) -> Callable[[Function], Function]:
    def put(function: Function) -> Function:
        exercise = function.__module__.rpartition(".")[2]
        hand_ins.append(HandIn(exercise, function, sentence, named))
        return function

    return put


for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(_module.name)
