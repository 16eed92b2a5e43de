"""What the scripts here share: a command line, and one line instead of a traceback."""

import argparse
import json
import math
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.cbook import get_sample_data
from PIL import Image  # matplotlib brings it along

from minicnn import Checkpoint, Trainer
from minicnn.errors import MinicnnError
from minicnn.saving.atomic import atomic_write, check_writable

CHECKPOINT, COMMAND = "checkpoint", "command.json"
"""The folder within an output folder that keeps a training, and the file of its command."""


def parser(lesson: str | None, name: str, *, chance: bool = True) -> argparse.ArgumentParser:
    """Return a parser whose help is the lesson, with the options that every script has.

    If a script draws nothing at random, `chance` is False, and the help of --seed says so.
    """
    result = argparse.ArgumentParser(
        description=lesson, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    result.add_argument(
        "--seed",
        type=at_least(0),
        default=0,
        help="seed of all random numbers (default 0)"
        if chance
        else "accepted by every script; nothing is random in this one",
    )
    result.add_argument(
        "--out",
        type=folder,
        default=Path("runs") / name,
        metavar="DIR",
        help="folder to write to; files of an earlier run there are replaced (default %(default)s)",
    )
    return result


def read_command(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the command line; with --resume DIR, the one that started the run in DIR."""
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="continue the training that was interrupted in this folder, with its own options",
    )
    arguments = parser.parse_args()
    folder = arguments.resume
    if folder is None:
        return arguments
    given = {name for name, value in vars(arguments).items() if value != parser.get_default(name)}
    if given != {"resume"}:
        others = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(given - {"resume"}))
        parser.error(f"--resume uses the options of that run, and takes no {others}")
    path = folder / CHECKPOINT / COMMAND
    try:
        command = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        parser.error(f"--resume: expected the folder of a run, got {folder} ({error})")
    arguments = parser.parse_args(command)
    arguments.out, arguments.resume = folder, folder
    return arguments


def trainer_of(arguments: argparse.Namespace, begin: Callable[[], Trainer]) -> Trainer:
    """Return the trainer that was interrupted, or a new one, with its command kept for --resume."""
    folder = arguments.out / CHECKPOINT
    if arguments.resume:
        return Trainer.resume(folder)
    trainer = begin()
    check_writable("--out", folder / COMMAND)
    with atomic_write(folder / COMMAND) as file:
        file.write(json.dumps(sys.argv[1:]).encode())
    return trainer


def checkpoint(arguments: argparse.Namespace) -> Checkpoint:
    """Return the callback that saves the training in the output folder."""
    return Checkpoint(arguments.out / CHECKPOINT, replace=True)


def how_to_resume(arguments: argparse.Namespace) -> str:
    """Return the command that resumes an interrupted training."""
    return f"resume with: {Path(sys.argv[0]).name} --resume {shlex.quote(str(arguments.out))}"


def folder(text: str) -> Path:
    """Read the path of a folder, which need not exist, for the command line."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"must be a folder, but {text} is a file")
    return path


def at_least(minimum: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `minimum` up, for the command line."""

    def number(text: str) -> int:
        if not text.lstrip("-").isdecimal() or int(text) < minimum:
            raise argparse.ArgumentTypeError(
                f"must be a whole number of at least {minimum}, got {text!r}"
            )
        return int(text)

    return number


def from_zero(text: str) -> float:
    """Read a number of at least 0, for the command line."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of at least 0, got {text!r}")
    return number


def load_picture(path: Path | None, largest: int = 320) -> Image.Image:
    """Return a picture in colour, by default the portrait that matplotlib ships.

    One with more than `largest` pixels on a side is made smaller.
    """
    source = path or get_sample_data("grace_hopper.jpg", asfileobj=False)
    with Image.open(source) as file:
        picture = file.convert("RGB")
    picture.thumbnail((largest, largest))
    return picture


def run(main: Callable[[], None], *, screen: bool = False) -> None:
    """Run a script, by default without a screen; report an error in one line."""
    if not screen:
        mpl.use("Agg")  # pictures go straight to files
    try:
        main()
    except (MinicnnError, OSError) as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{Path(sys.argv[0]).name}: interrupted")
