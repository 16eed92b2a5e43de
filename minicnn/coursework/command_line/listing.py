"""The subcommand ``list``: all exercises in order, and how far one is."""

import argparse
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minicnn.coursework.command_line.output import command, complain, say
from minicnn.coursework.command_line.progress import RIGHT, Standing, read_progress
from minicnn.coursework.exercises import EXERCISES
from minicnn.errors import ArgumentError, DataError

LEAST_ROOM = 30
"""Characters for a text, however narrow the terminal is."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand ``list``."""
    parser = subparsers.add_parser(
        "list",
        help="list the exercises and how far you are (the default)",
        description="List the exercises in their order, how far you are, and what comes next.",
        allow_abbrev=False,
    )
    parser.add_argument("--folder", default=".", metavar="DIR", help="where the hand-ins are")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the list."""
    folder = Path(arguments.folder)
    if folder.is_file():
        raise ArgumentError(f"list: expected a folder, but {folder} is a file")
    try:
        progress = read_progress(folder)
    except DataError as error:
        complain(f"{error}; the next check will set it aside")
        progress = {}
    standing = {name: _said(name, progress, folder) for name in EXERCISES}
    widths = max(map(len, standing)), max(map(len, standing.values()))
    lines = [_line(name, said, widths) for name, said in standing.items()]
    say(
        "The exercises, in their order:\n\n{}\n\n{}".format(
            "\n".join(lines), _next(progress, folder)
        )
    )
    return 0


def following(progress: Mapping[str, Standing], folder: Path) -> str:
    """Return the command that comes next on the road, or nothing if all exercises are passed."""
    for name in EXERCISES:
        if not progress.get(name, Standing()).passed:
            path = folder / f"{name}.py"
            if path.exists():
                return command("check", path)
            where = () if folder == Path() else ("--folder", folder)
            return command("start", name, *where)
    return ""


def _next(progress: Mapping[str, Standing], folder: Path) -> str:
    passed = sum(bool(progress.get(name, Standing()).passed) for name in EXERCISES)
    said = f"{passed} of {len(EXERCISES)} passed."
    then = following(progress, folder)
    return f"{said} What to do next:\n\n  {then}" if then else said


def _said(name: str, progress: Mapping[str, Standing], folder: Path) -> str:
    standing = progress.get(name, Standing())
    if standing.passed and standing.result != RIGHT:
        return "passed earlier"
    if not standing.tried and (folder / f"{name}.py").exists():
        return "begun"
    return standing.said()


def _line(name: str, said: str, widths: tuple[int, int]) -> str:
    """Return an exercise as a line, or as a few where the terminal is narrow."""
    begin = f"  {name:{widths[0]}}  {said:{widths[1]}}  "
    text = EXERCISES[name].text.partition("\n")[0].removeprefix("Return ")
    room = max(shutil.get_terminal_size().columns - len(begin), LEAST_ROOM)
    return begin + f"\n{' ' * len(begin)}".join(textwrap.wrap(text, room))
