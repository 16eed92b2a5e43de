"""Every exception that minicnn raises on purpose, in one small tree.

Each message names the object that complains, what it expected and what it got. The classes also
derive from the built-in exception that a Python programmer would try to catch first.
"""

import textwrap
from types import TracebackType

LONGEST_MESSAGE = 1_000
"""Characters of a message that quotes the content of a file."""

LONGEST_NAME = 80
"""Characters of a name in a message."""


class MinicnnError(Exception):
    """The root: ``except MinicnnError`` catches all that minicnn raises on purpose.

    Attributes
    ----------
    place : str
        Where in a model it was raised, such as ``"layers[2]"``; empty outside of one. It stands
        in front of the message.
    """

    place: str = ""

    def __str__(self) -> str:
        return f"{self.place} {super().__str__()}".strip()


class ArgumentError(MinicnnError, ValueError):
    """An option that makes no sense, such as a stride of zero."""


class ShapeError(MinicnnError, ValueError):
    """An array whose shape or number type does not fit where it is used."""


class DataError(MinicnnError, ValueError):
    """A file or a data set whose content cannot be used."""


class NotReadyError(MinicnnError, RuntimeError):
    """A step taken too early: a layer without a shape, a backward pass without a forward pass."""


class ProcessError(MinicnnError, RuntimeError):
    """Another of the processes that train together has failed, and says why."""


class MissingLibraryError(MinicnnError, ImportError):
    """A library that minicnn does without, except for what was just asked of it, is not there."""


class DivergenceError(MinicnnError, ArithmeticError):
    """A training loss that became NaN or infinite."""


class Interrupted(KeyboardInterrupt):
    """A training that Ctrl-C, or the stop button of a notebook, has ended; it says what is left.

    It is no `MinicnnError`, since nothing went wrong.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows of it: the sentence, without the lines of code above."""
        return textwrap.wrap(str(self), 90)


class within:  # noqa: N801 - reads as `with within("layers[2]")`
    """Say of every error inside a ``with`` in which part of a model it was raised.

    An error of minicnn gets the place in front of its message, any other a note.

    Examples
    --------
    >>> with within("layers[2]"), within("pointwise"):
    ...     raise ShapeError("Conv2D(8, 1): expected 3 channels, got 4")
    Traceback (most recent call last):
    minicnn.errors.ShapeError: layers[2].pointwise Conv2D(8, 1): expected 3 channels, got 4
    """

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Add the place to an error, and let it pass."""
        if isinstance(error, MinicnnError):
            error.place = f"{self.place}.{error.place}" if error.place else self.place
        elif isinstance(error, Exception):
            error.add_note(f"in {self.place}")


def shorten(said: object, longest: int = LONGEST_MESSAGE) -> str:
    r"""Return what an error or another thing says, cut where it quotes too much of a file.

    A file may hold codes that colour a terminal or move what is written there; they become escapes.
    Lines stay lines.

    Examples
    --------
    >>> print(shorten(ValueError("no \x1b[31m number"), longest=14))
    no \x1b[31m nu ...
    """
    words = str(said)
    plain = _without_codes(words[: longest + 1])
    return plain if len(plain) <= longest else f"{plain[:longest]} ..."


def quoted(name: object) -> str:
    r"""Return a name from a file for a message: on one line, without control codes, not too long.

    Examples
    --------
    >>> print(quoted("conv1\n"))
    'conv1\n'
    """
    return shorten(repr(name), LONGEST_NAME)


def _without_codes(words: str) -> str:
    """Return words with an escape for each character that is not shown, but for ends of lines."""
    shown = (c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in words)
    return "".join(shown)
