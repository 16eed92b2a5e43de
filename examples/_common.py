"""What the scripts here share: a command line, and one line instead of a traceback."""

import argparse
import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib.cbook import get_sample_data
from PIL import Image  # matplotlib brings it along

from minicnn import Callback, Checkpoint, Trainer
from minicnn.data import Dataset
from minicnn.data.pictures import picture_header
from minicnn.errors import DataError, MinicnnError
from minicnn.saving.atomic import atomic_write, check_writable
from minicnn.terminal import command, from_here
from minicnn.training.processes import Processes

KERNEL_TABLE = """\
edge, bar, blob, flat: the share of a kernel's energy that an ideal edge, bar, blob, or a constant
explains; kind: the largest of them, from 0.5 up. colour, of three channels: the share in which red,
green and blue differ. degrees: the way an edge rises, clockwise from the right. cycles/pixel: the
wave it answers to most. norm: its size; under 5 % of the largest it is dead. nearest: the hand-made
kernel most like it, and how alike the two are, from -1 to 1."""
"""What the columns of a table of kernels are."""

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
        else "without effect here: this script uses no random numbers",
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
    """Read the command line; with --resume DIR, the one that started the run in DIR.

    ``arguments.longer`` is then the number of --epochs beside --resume, or None.
    """
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="continue the training that was interrupted in this folder, with its own options; a "
        "finished one is trained longer by --resume DIR --epochs N, N epochs in all",
    )
    arguments = parser.parse_args()
    arguments.longer = None
    folder = arguments.resume
    if folder is None:
        return arguments
    if folder.name == CHECKPOINT:  # the folder within that of the run
        folder = folder.parent
    given = {name for name, value in vars(arguments).items() if value != parser.get_default(name)}
    beside = {"resume", "epochs", "mpi"}
    others = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(given - beside))
    if others:
        parser.error(f"--resume uses the options of that run, and takes no {others}")
    longer = arguments.epochs if "epochs" in given else None
    mpi = ["--mpi"] if "mpi" in given else []
    arguments = parser.parse_args([*_command_of(folder, parser), *mpi])
    arguments.out, arguments.resume, arguments.longer = folder, folder, longer
    return arguments


def _command_of(folder: Path, parser: argparse.ArgumentParser) -> list[str]:
    """Return the options that a run was started with, or end with the usage."""
    script = Path(sys.argv[0]).name
    try:
        kept = json.loads((folder / CHECKPOINT / COMMAND).read_text(encoding="utf-8"))
        of, command = kept["script"], [str(option) for option in kept["options"]]
    except (OSError, ValueError, TypeError, KeyError):
        parser.error(f"--resume: expected the folder that a run of {script} wrote, got {folder}")
    if of != script:
        parser.error(f"--resume: {folder} was written by {of}, not by {script}")
    return command


def trainer_of(
    arguments: argparse.Namespace,
    begin: Callable[[], Trainer],
    processes: Processes | None = None,
) -> Trainer:
    """Return the trainer that was interrupted, or a new one, with its command kept for --resume."""
    if arguments.resume:
        return Trainer.resume(arguments.out / CHECKPOINT, processes=processes)
    trainer = begin()
    trainer.processes.once(lambda: _keep_command(arguments.out / CHECKPOINT / COMMAND))
    return trainer


def _keep_command(path: Path) -> None:
    """Write down what the run was started with."""
    check_writable("--out", path)
    with atomic_write(path) as file:
        kept = {"script": Path(sys.argv[0]).name, "options": sys.argv[1:]}
        file.write(json.dumps(kept).encode())


def fit(
    trainer: Trainer,
    arguments: argparse.Namespace,
    train: Dataset,
    validation: Dataset | None,
    callbacks: Iterable[Callback],
    batch_size: int,
) -> None:
    """Train, or go on where the training was interrupted, and say where that is."""
    callbacks, progress = list(callbacks), trainer.progress
    if not arguments.resume:
        trainer.fit(train, arguments.epochs, batch_size, validation, callbacks)
        return
    done, of = trainer.epoch - (progress.epoch_steps > 0), progress.final_epoch
    if not progress.finished:
        place = f"step {trainer.steps:,} of {progress.final_step:,}"
        print(f"resuming at {place}, after {done} of {of} epochs", flush=True)
        if arguments.longer is not None:
            how = how_to_resume(arguments, trainer.processes.size)
            sys.exit(f"--epochs: finish this training first: {how}")
    elif arguments.longer is None:
        print(f"this training was finished, after {done} epochs; --epochs N trains it longer")
    elif arguments.longer <= done:
        sys.exit(f"--epochs: must be above the {done} that are done, got {arguments.longer}")
    trainer.fit(train, validation=validation, callbacks=callbacks)
    if arguments.longer is not None:
        trainer.fit(train, arguments.longer - done, batch_size, validation, callbacks)


def checkpoint(arguments: argparse.Namespace) -> Checkpoint:
    """Return the callback that saves the training in the output folder."""
    return Checkpoint(arguments.out / CHECKPOINT, replace=True)


def where(trainer: Trainer) -> str:
    """Say at which moment a training was interrupted."""
    between = trainer.progress.epoch_steps == 0
    return f"{'after' if between else 'in'} epoch {trainer.epoch} of {trainer.progress.final_epoch}"


def how_to_resume(arguments: argparse.Namespace, processes: int = 1) -> str:
    """Return the command that resumes an interrupted training, to be pasted."""
    words = [sys.argv[0], "--resume", str(arguments.out)]
    if processes == 1:
        return f"resume with:\n{command(sys.executable, *words)}"
    beside = shutil.which("mpiexec", path=str(Path(sys.executable).parent))
    python = from_here(sys.executable)
    return f"resume with:\n{command(beside or 'mpiexec', '-n', str(processes), python, *words)}"


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


def above_zero(text: str) -> float:
    """Read a number above 0, for the command line."""
    try:
        number = from_zero(text)
    except argparse.ArgumentTypeError:
        number = 0.0
    if number == 0:
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return number


def picture_file(text: str) -> Path:
    """Read the path of a picture, for the command line."""
    try:
        picture_header(text)
    except DataError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return Path(text)


def model_file(text: str) -> Path:
    """Read the path of a model, or of the folder of a run, for the command line."""
    path = Path(text)
    return path / "model.npz" if path.is_dir() else path


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
    except BrokenPipeError:  # whoever reads the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (MinicnnError, OSError) as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{Path(sys.argv[0]).name}: interrupted")
