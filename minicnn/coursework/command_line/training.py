"""The subcommand ``train``: a network of one's own functions."""

import argparse
import inspect
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minicnn.coursework.command_line.blank import BLANK
from minicnn.coursework.command_line.hand_in import exercises_in, load
from minicnn.coursework.command_line.output import say
from minicnn.coursework.exercise import Function
from minicnn.coursework.network import train as network
from minicnn.errors import ArgumentError

SECONDS = "how long to train, about; checks, tests and the film come on top (default 60)"


def add_parser(subparsers: Any) -> None:
    """Add the subcommand ``train``."""
    parser = subparsers.add_parser(
        "train",
        help="train a network of your own functions on MNIST, beside the library's",
        description=network.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="files with your functions")
    add("--seconds", type=float, default=60.0, help=SECONDS)
    add("--seed", type=int, default=0, help="seed of all random numbers (default 0)")
    add("--out", type=Path, default=network.OUT, metavar="DIR", help="default %(default)s")
    add("--anyway", action="store_true", help="take functions that the check finds wrong, too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train the network."""
    network.train(
        functions_in(arguments.files),
        seconds=arguments.seconds,
        seed=arguments.seed,
        out=arguments.out,
        anyway=arguments.anyway,
    )
    return 0


def functions_in(files: Sequence[Path]) -> dict[str, Function]:
    """Return the functions that the files have for exercises, by name; blanks are left out.

    Raises
    ------
    ArgumentError
        If two files have the same function.
    DataError
        If a file cannot be read or run, or has no such function.
    """
    found: dict[str, Function] = {}
    for path in files:
        names = exercises_in(path)
        module = load(path)
        for name in names:
            function = getattr(module, name)
            if name in found:
                raise ArgumentError(f"train: {name} stands in two of the files; give one of them")
            if BLANK in _source(function):
                say(f"{name} is not written yet, so the library's is taken")
            else:
                found[name] = function
    return found


def _source(function: Function) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""
