"""What an exercise is: the right function, cases to compare on, and the mistakes people make.

A wrong hand-in can be recognised, because a mistake is itself a small function: if the hand-in
gives what that function gives, on every case, then that is the mistake. So each exercise has a bank
of them, and a mistake is a few lines of code beside a sentence on what was done and a hint.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Function: TypeAlias = Callable[..., Any]

TOLERANCE = 1e-4
"""The largest difference that is rounding, as a share of the largest number of an output."""


@dataclass(frozen=True, eq=False)
class Case:
    """One set of inputs on which a hand-in is compared with the right function.

    Attributes
    ----------
    what : str
        What it is about, in words that follow "the case": ``"a stride of 2"``.
    inputs : tuple
        The arguments, in the order of the signature. Every call gets a copy.
    layout : str, optional
        Where an exercise takes its input in two layouts, which of them this is: ``"(N, D)"``. A
        hand-in for one layout alone is checked on the cases of that layout.
    """

    what: str
    inputs: tuple[Any, ...]
    layout: str = ""


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make, as a function that makes it.

    Attributes
    ----------
    name : str
        Such as ``"dw_turned"``.
    sentence : str
        What was done.
    hint : str
        What to think about; for a convention, why this exercise takes the other one.
    function : callable
        It gives what a hand-in with this mistake gives.
    convention : bool
        Whether it is no mistake at all but another convention, which others follow.
    accepted : bool
        Whether a hand-in that follows this convention passes, because it makes no difference to
        what is built on it.
    """

    name: str
    sentence: str
    hint: str
    function: Function
    convention: bool = False
    accepted: bool = False


class Exercise:
    """A function to write: what it must do, how it is checked, and what is often done wrong.

    Parameters
    ----------
    right : callable
        The right function. Its name is the exercise's, its docstring the text, and its parameters
        are the signature.
    outputs : sequence of str
        What it returns, by name, in order.
    cases : callable
        ``cases()`` gives the cases, from the smallest up, a list of `Case`.
    observe : callable, optional
        ``observe(inputs, outputs)`` gives what is compared, where the outputs themselves cannot be,
        since they are drawn at random: a dict of numbers or arrays by name. The inputs are those of
        the case; only a random generator is as the call left it.
    tolerance : float, default 1e-4
        The largest difference that counts as none, as a share of the largest number of an output.
    may_write : sequence of str
        The inputs that a hand-in may change, by name.

    Examples
    --------
    An exercise with one mistake in its bank:

    >>> def double(x):
    ...     '''Return twice x.'''
    ...     return 2 * x
    >>> exercise = Exercise(double, ["y"], lambda: [Case("one number", (3.0,))])
    >>> @exercise.mistake("x was squared.", hint="What is twice one?")
    ... def squared(x):
    ...     return x**2
    >>> exercise
    double(x) -> y
    >>> list(exercise.mistakes)
    ['squared']
    """

    def __init__(
        self,
        right: Function,
        outputs: Sequence[str],
        cases: Callable[[], list[Case]],
        *,
        observe: Callable[[tuple[Any, ...], tuple[Any, ...]], dict[str, Any]] | None = None,
        tolerance: float = TOLERANCE,
        may_write: Sequence[str] = (),
    ) -> None:
        self.right = right
        self.name = right.__name__
        self.text = inspect.getdoc(right) or ""
        self.parameters = tuple(inspect.signature(right).parameters)
        self.outputs = tuple(outputs)
        self.cases = cases
        self.observe = observe
        self.tolerance = tolerance
        self.may_write = tuple(may_write)
        self.mistakes: dict[str, Mistake] = {}

    def __repr__(self) -> str:
        returned = ", ".join(self.outputs)
        if len(self.outputs) > 1:
            returned = f"({returned})"
        return f"{self.name}({', '.join(self.parameters)}) -> {returned}"

    def mistake(self, sentence: str, *, hint: str) -> Callable[[Function], Function]:
        """Put the function that follows into the bank, under its own name.

        Parameters
        ----------
        sentence : str
            What was done, in one sentence.
        hint : str
            What to think about. It leads to the answer, and does not give it away.
        """
        return self._keep(sentence, hint)

    def convention(
        self, sentence: str, *, reason: str, accepted: bool = False
    ) -> Callable[[Function], Function]:
        """Put a function into the bank that is right by another convention.

        Parameters
        ----------
        sentence : str
            What the other convention is.
        reason : str
            Why this exercise takes its own.
        accepted : bool, default False
            Whether it passes all the same, because nothing that is built on it could tell.
        """
        return self._keep(sentence, reason, convention=True, accepted=accepted)

    def _keep(self, sentence: str, hint: str, **kind: bool) -> Callable[[Function], Function]:
        def keep(function: Function) -> Function:
            name = function.__name__
            self.mistakes[name] = Mistake(name, sentence, hint, function, **kind)
            return function

        return keep
