"""The command line: one table of subcommands, and what becomes of their errors."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from minicnn.coursework.command_line import blank, checking, listing, training
from minicnn.coursework.command_line.output import COMMAND, complain
from minicnn.errors import MinicnnError

USAGE = 2
"""The exit code where something that was asked for cannot be done."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

SUBCOMMANDS: tuple[Callable[[Any], None], ...] = (
    listing.add_parser,
    blank.add_parser,
    checking.add_parser,
    training.add_parser,
)
"""One function a subcommand, in the file of that subcommand. A new one is added here.

``add_parser(subparsers)`` calls ``subparsers.add_parser("name", help=...)``, adds its arguments and
ends with ``parser.set_defaults(run=run)``. ``run(arguments)`` does the work and returns the exit
code: 0 if all is well, 1 if not. It writes by `say`, and raises an error of minicnn where it cannot
do what it was asked for: that becomes one line on standard error and the exit code 2.
"""


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line asks for.

    Parameters
    ----------
    words : sequence of str, optional
        What follows the name of the command; by default what this process was called with.

    Returns
    -------
    int
        The exit code: 0, or 1 if a hand-in did not pass, or 2 for what cannot be done.

    Raises
    ------
    SystemExit
        By argparse: with 2 for words that it does not understand, with 0 after ``--help``.
    """
    arguments = parser().parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except BrokenPipeError:  # the reader has seen enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MinicnnError as error:
        complain("\n".join(" ".join(line.split()) for line in str(error).splitlines()))
        return USAGE
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return USAGE
    except KeyboardInterrupt:
        complain("stopped")
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line, with all subcommands."""
    whole = argparse.ArgumentParser(
        prog=COMMAND,
        description="Exercises on convolutional networks. Without a subcommand: list them, and "
        "say how far you are.",
        allow_abbrev=False,
    )
    subparsers = whole.add_subparsers(metavar="SUBCOMMAND", title="subcommands")
    for add_parser in SUBCOMMANDS:
        add_parser(subparsers)
    whole.set_defaults(run=listing.run, folder=".")
    return whole
