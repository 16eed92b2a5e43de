"""The subcommand ``start``: a file with the text of an exercise and a blank to fill in."""

import argparse
import inspect
import textwrap
from pathlib import Path
from typing import Any

from minicnn.coursework.command_line.output import command, say
from minicnn.coursework.diagnosis.checker import find
from minicnn.coursework.exercise import Exercise
from minicnn.errors import ArgumentError

BLANK = 'raise NotImplementedError("write me")'
"""What stands where the student's code belongs."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand ``start``."""
    parser = subparsers.add_parser(
        "start",
        help="write NAME.py, with the text of the exercise and a blank",
        description="Write NAME.py, with the text of the exercise and a blank. A file that exists "
        "is left as it is.",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME", help="the exercise")
    parser.add_argument("--folder", default=".", metavar="DIR", help="where to write it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the file, and say what comes next."""
    path = write_blank(find(arguments.name), arguments.folder)
    say(f"{path} holds the text and a blank. When it is filled in:\n\n  {command('check', path)}")
    return 0


def write_blank(exercise: Exercise, folder: str | Path) -> Path:
    """Write the blank of an exercise to NAME.py in a folder, which is created if it is missing.

    Raises
    ------
    ArgumentError
        If there is a file of that name, which is left as it is, or the folder is none.
    """
    path = Path(folder) / f"{exercise.name}.py"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ArgumentError(f"start: expected a folder, but {folder} is a file") from None
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(blank(exercise))
    except FileExistsError:
        raise ArgumentError(
            f"start: {path} exists and was left as it is; `{command('check', path)}` checks it; to "
            "begin again, rename it, or name another --folder"
        ) from None
    return path


def blank(exercise: Exercise) -> str:
    """Return the text of a file in which only the body of the function is missing.

    Examples
    --------
    >>> def double(x):
    ...     '''Return twice x.'''
    ...     return 2 * x
    >>> lines = blank(Exercise(double, ["y"], list)).splitlines()
    >>> lines[0], lines[3], lines[-1]
    ('import numpy as np', 'def double(x):', '    raise NotImplementedError("write me")')
    """
    return (
        f"import numpy as np\n\n\ndef {exercise.name}({_parameters(exercise)}):\n"
        f"{textwrap.indent(_docstring(exercise.text), '    ', _is_filled)}\n    {BLANK}\n"
    )


def _parameters(exercise: Exercise) -> str:
    """Return the parameters with their defaults, without their types."""
    parameters = inspect.signature(exercise.right).parameters.values()
    return ", ".join(str(one.replace(annotation=one.empty)) for one in parameters)


def _docstring(text: str) -> str:
    """Return a text as a string literal in three quotes; backslashes are kept as they stand."""
    quotes = "'''" if '"""' in text else '"""'
    end = "\n" if "\n" in text or text.endswith(('"', "\\")) else ""
    return f"{'r' if chr(92) in text else ''}{quotes}{text}{end}{quotes}"


def _is_filled(line: str) -> bool:
    return bool(line.strip())
