"""One training in several processes: what the option --mpi adds to a script."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout

from _common import CHECKPOINT, how_to_resume, trainer_of

from minicnn import Trainer
from minicnn.errors import MinicnnError
from minicnn.training.mpi import MPIProcesses
from minicnn.training.processes import Processes


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add --mpi to a command line."""
    parser.add_argument(
        "--mpi",
        action="store_true",
        help="share each batch among the processes that mpiexec has started: mpiexec -n 2 python "
        "SCRIPT --mpi",
    )


def processes_of(arguments: argparse.Namespace) -> Processes:
    """Return the processes that train together, which is this one alone without --mpi."""
    return MPIProcesses() if arguments.mpi else Processes()


@contextmanager
def speaking_once(processes: Processes) -> Iterator[None]:
    """Let the first process alone print inside a ``with``, and all end where one does."""
    if processes.first:
        with processes.together():
            yield
        return
    try:
        with redirect_stdout(None), processes.together():
            yield
    except (MinicnnError, OSError, KeyboardInterrupt, SystemExit):  # the first says which
        sys.exit(1)


def trainer_in(
    processes: Processes, arguments: argparse.Namespace, begin: Callable[[], Trainer]
) -> Trainer:
    """Return the trainer that was interrupted, or a new one, of which the first keeps the command.

    `begin` makes it.
    """
    if arguments.resume:
        return Trainer.resume(arguments.out / CHECKPOINT, processes=processes)
    return trainer_of(arguments, begin) if processes.first else begin()


def how_all_resume(processes: Processes, arguments: argparse.Namespace) -> str:
    """Return the command that resumes an interrupted training in as many processes."""
    said, command = how_to_resume(arguments).split("\n")
    started = f"mpiexec -n {processes.size} " if arguments.mpi else ""
    return f"{said}\n{started}{command}"
