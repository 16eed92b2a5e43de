"""What the command line writes: results to standard output, complaints to standard error."""

import sys
from typing import TextIO

COMMAND = "python -m minicnn.coursework"
"""How the command line is called."""


def command(*words: object) -> str:
    """Return a call of the command line, to be copied into a terminal.

    Examples
    --------
    >>> command("check", "my work/softmax.py")
    'python -m minicnn.coursework check "my work/softmax.py"'
    """
    quoted = [f'"{word}"' if " " in str(word) else str(word) for word in words]
    return " ".join([COMMAND, *quoted])


def say(text: str) -> None:
    """Write a text and the end of its line to standard output, at once."""
    _write(sys.stdout, text)


def complain(text: str) -> None:
    """Write a text and the end of its line to standard error."""
    _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    """Write what the stream can; a character that its encoding lacks becomes an escape."""
    encoding = stream.encoding or "utf-8"
    stream.write(f"{text}\n".encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
