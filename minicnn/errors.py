"""Every exception that minicnn raises on purpose, in one small tree.

Each message names the object that complains, what it expected and what it got. The classes also
derive from the built-in exception that a Python programmer would try to catch first.
"""

LONGEST = 1_000
"""Signs of a message of which the content of a file is a part."""


class MinicnnError(Exception):
    """The root: ``except MinicnnError`` catches all that minicnn raises on purpose."""


class ArgumentError(MinicnnError, ValueError):
    """An option that makes no sense, such as a stride of zero."""


class ShapeError(MinicnnError, ValueError):
    """An array whose shape or number type does not fit where it is used."""


class DataError(MinicnnError, ValueError):
    """A file or a data set whose content cannot be used."""


class NotReadyError(MinicnnError, RuntimeError):
    """A step taken too early: a layer without a shape, a backward pass without a forward pass."""


class DivergenceError(MinicnnError, ArithmeticError):
    """A training loss that became NaN or infinite."""


def brief(error: Exception) -> str:
    """Return the message of an error, which may quote all of a long file, cut to some lines."""
    message = str(error)
    return message if len(message) <= LONGEST else f"{message[:LONGEST]} ..."
