"""The subcommand ``check``: each hand-in of a file in a process of its own."""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minicnn.coursework.command_line.hand_in import exercises_in
from minicnn.coursework.command_line.isolated import MEGABYTES, SECONDS, Outcome, check_alone
from minicnn.coursework.command_line.listing import following
from minicnn.coursework.command_line.output import complain, say
from minicnn.coursework.command_line.progress import FILE, RIGHT, keep_progress, read_progress
from minicnn.errors import MinicnnError

MOST_SECONDS = 86_400.0
"""The longest limit: a day."""

MOST_LINES = 10
"""Lines of what a hand-in printed that are shown, of the beginning and of the end each."""

MOST_CHARACTERS = 200
"""Characters of such a line."""


def add_parser(subparsers: Any) -> None:
    """Add the subcommand ``check``."""
    parser = subparsers.add_parser(
        "check",
        help="check the hand-ins of a file",
        description="Check the functions of a file that are named like exercises. Each is run in "
        "a process of its own, with your rights: that keeps accidents away, not malice.",
        epilog="Exit code: 0 if all passed, 1 if some did not, 2 if something cannot be checked.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", help="a Python file")
    parser.add_argument("names", metavar="NAME", nargs="*", default=[], help="only these exercises")
    parser.add_argument(
        "--json", action="store_true", help="write one JSON document; keep no progress"
    )
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=SECONDS,
        help="the limit for each (default: %(default)g)",
    )
    parser.add_argument(
        "--memory",
        type=_megabytes,
        default=MEGABYTES,
        metavar="MB",
        help="memory for each, on Linux (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check, write what came of it, and keep the progress."""
    outcomes: list[Outcome] = []
    try:
        for name in exercises_in(arguments.file, arguments.names):
            outcome = check_alone(
                arguments.file, name, seconds=arguments.seconds, megabytes=arguments.memory
            )
            outcomes.append(outcome)
            if outcome.trouble in ("refused", "unusable"):
                complain(" ".join(outcome.text.split()))
            if not arguments.json:
                _show(outcome)
            if outcome.trouble == "unusable":
                break
    except MinicnnError as error:
        if arguments.json:
            say(document(arguments.file, outcomes, str(error)))
        raise
    if arguments.json:
        say(document(arguments.file, outcomes))
    else:
        _keep(Path(arguments.file), outcomes)
    return exit_code(outcomes)


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 if all passed, 1 if some did not, 2 if some could not be checked."""
    if any(outcome.trouble in ("refused", "unusable") for outcome in outcomes):
        return 2
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def document(file: str, outcomes: Sequence[Outcome], error: str = "") -> str:
    """Return what was found as JSON, for graders.

    Examples
    --------
    >>> outcome = Outcome("relu_backward", "relu_backward: right.", passed=True, seconds=0.01)
    >>> json.loads(document("mine.py", [outcome]))["exercises"]["relu_backward"]["passed"]
    True
    """
    refused = [one.text for one in outcomes if one.trouble in ("refused", "unusable")]
    exercises = {
        one.name: {
            "passed": one.passed,
            "mistake": one.mistake,
            "mistakes": list(one.mistakes),
            "convention": one.convention,
            "explained": one.explained,
            "text": one.text,
            "seconds": one.seconds,
        }
        for one in outcomes
    }
    whole = {"file": file, "error": error or "\n".join(refused) or None, "exercises": exercises}
    return json.dumps(whole, indent=2)


def _show(outcome: Outcome) -> None:
    """Write a report, and what the hand-in printed below it."""
    if outcome.trouble not in ("refused", "unusable"):
        say(f"{outcome.text}\n")
    if outcome.output.strip():
        lines = "\n".join(f"  | {line}" for line in shortened(outcome.output))
        say(f"It printed:\n{lines}\n")


def shortened(output: str) -> list[str]:
    """Return the first and the last lines of what a hand-in printed, fit for a terminal."""
    lines = output.rstrip().expandtabs().splitlines()
    if len(lines) > 2 * MOST_LINES + 1:
        between = f"[{len(lines) - 2 * MOST_LINES} lines are left out]"
        lines = [*lines[:MOST_LINES], between, *lines[-MOST_LINES:]]
    return [
        "".join(c if c.isprintable() else "?" for c in line[:MOST_CHARACTERS])
        + (" ..." if len(line) > MOST_CHARACTERS else "")
        for line in lines
    ]


def _keep(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Keep the progress, and say what comes next where all has passed."""
    results = {
        one.name: RIGHT if one.passed else one.mistake or one.convention or "not right"
        for one in outcomes
        if not one.trouble
    }
    if not results:
        return
    try:
        said = keep_progress(path.parent, results, path.name)
    except (MinicnnError, OSError) as error:
        complain(f"the progress was not kept in {path.parent / FILE}: {error}")
        return
    if said:
        complain(said)
    then = following(read_progress(path.parent), path.parent)
    if then and all(one.passed for one in outcomes):
        say(f"The first that is not passed yet:\n\n  {then}")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"expected a number of seconds above 0, at most {MOST_SECONDS:,.0f}, got {text!r}"
        )
    return value


def _megabytes(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**40:
        raise argparse.ArgumentTypeError(f"expected a whole number of megabytes, got {text!r}")
    return int(text)
