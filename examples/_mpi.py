"""One training in several processes: what the option --mpi adds to a script."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TypeVar

from minicnn.errors import ArgumentError, MinicnnError
from minicnn.training.mpi import MPIProcesses
from minicnn.training.processes import Processes

T = TypeVar("T")
STARTED = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE")
"""Where the mpiexec of MPICH, and that of Open MPI, write how many processes they have started."""


def add_option(parser: argparse.ArgumentParser) -> None:
    """Add --mpi to a command line."""
    parser.add_argument(
        "--mpi",
        action="store_true",
        help="share each batch among the processes that mpiexec has started: "
        ".venv/bin/mpiexec -n 2 .venv/bin/python SCRIPT --mpi",
    )


def processes_of(arguments: argparse.Namespace) -> Processes:
    """Return the processes that train together, which is this one alone without --mpi.

    Raises
    ------
    ArgumentError
        If mpiexec has started several without --mpi, or one alone with it.
    """
    if not arguments.mpi:
        started = max(int(os.environ.get(name, "1")) for name in STARTED)
        if started > 1:
            raise ArgumentError(
                f"expected --mpi, since mpiexec has started {started} processes; without it each "
                "would train by itself, and write the same files"
            )
        return Processes()
    try:
        return MPIProcesses()
    except ArgumentError:
        if arguments.resume and "--mpi" not in sys.argv:
            return Processes()  # whoever reads the checkpoint says how many there were
        raise


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


def loaded(processes: Processes, load: Callable[[], T]) -> T:
    """Load data; if it has to be downloaded, the first does so before the others look for it."""
    found: list[T] = []
    processes.once(lambda: found.append(load()))
    return found[0] if found else load()
