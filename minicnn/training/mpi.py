"""Several processes by MPI, the message passing of supercomputers; it works on one machine too.

It needs the package mpi4py and an MPI library, such as mpich, which both are on the package index.
Its `mpiexec` starts the processes, on one machine or on several:

    mpiexec -n 2 python train.py
    mpiexec -hosts one,other -n 8 python train.py
"""

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import numpy as np

from minicnn.errors import ArgumentError, NotReadyError
from minicnn.terminal import tell
from minicnn.training.processes import Processes
from minicnn.typing import Array

PATIENCE_SECONDS = 30.0
"""How long a process that fails waits for the others to fail as well, before it ends them: the
first may still have a checkpoint or a film to write."""


class MPIProcesses(Processes):
    """All processes that one `mpiexec` started.

    Made once, at the beginning of the script, in every process. From then on an exception that
    nobody catches ends all processes, not only the one that raised it. One that ends by `sys.exit`
    ends the others only from within ``with processes.together()``.

    A sum is MPI's `Allreduce`. Which parts it adds first is the library's to choose, by the number
    of processes and the size of the message. MPI's standard advises, and does not demand, that it
    always chooses alike. MPICH does: sums of 1 to 500,000 numbers over two, three and four
    processes had the same bits in every process and every run. A `Trainer` compares the weights of
    all processes after every epoch.

    Raises
    ------
    NotReadyError
        If mpi4py or the MPI library is missing, or that library is not for threads.
    ArgumentError
        If this process is the only one.

    Examples
    --------
    A whole script, started by ``mpiexec -n 2 python train.py``::

        processes = MPIProcesses()
        with processes.together():
            trainer = Trainer(model, SGD(0.1), CrossEntropy(), processes=processes)
            trainer.fit(train, epochs=3, batch_size=128)
            if processes.first:
                model.save("model.npz")
    """

    def __init__(self) -> None:
        library = _library()
        world = library.COMM_WORLD
        if world.size == 1:
            raise ArgumentError(
                "MPIProcesses: expected two processes or more, got this one alone; start them by "
                "`mpiexec -n 2 python SCRIPT`, with the mpiexec of the MPI library that mpi4py "
                "has found, or train without MPI"
            )
        # Messages of the sums, of failures, and of whoever else uses MPI here, are kept apart.
        self.sums, self.failures = world.Dup(), world.Dup()
        self.rank, self.size = world.rank, world.size
        self.neighbours = world.Split_type(library.COMM_TYPE_SHARED).size
        self._show_error = sys.excepthook
        sys.excepthook = self._end_all_at_error

    def __repr__(self) -> str:
        return f"MPIProcesses(process {self.rank} of {self.size})"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same: a copy of a trainer is in the same process."""
        return self

    def sum(self, array: Array) -> Array:
        """Return the sum of such arrays over all processes."""
        mine = np.array(array, order="C")
        total = np.empty_like(mine)
        self.sums.Allreduce(mine, total)
        return total

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let an error inside a ``with`` end all processes, unless it is raised in all of them."""
        try:
            yield
        except BaseException as error:
            if not self._all_fail():
                self._end_all(error)
            raise

    def _all_fail(self) -> bool:
        """Return whether the others fail as well, before the patience ends."""
        meeting = self.failures.Ibarrier()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if meeting.Test():
                return True
            time.sleep(0.005)
        return False

    def _end_all(self, error: BaseException) -> None:
        """End all processes, with a word."""
        lines = "".join(traceback.format_exception(error)).strip()
        tell(f"process {self.rank} of {self.size} failed alone, which ends all:\n{lines}")
        sys.stderr.flush()
        self.failures.Abort(1)

    def _end_all_at_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Report an error that nobody has caught, and end all processes, unless all have failed."""
        if self._all_fail():
            self._show_error(kind, error, trace)
        else:
            self._end_all(error)


def _library() -> Any:
    """Return mpi4py's module, which starts MPI, or raise NotReadyError."""
    try:
        from mpi4py import MPI  # noqa: PLC0415 - starts MPI
    except (ImportError, RuntimeError) as error:  # no mpi4py, or no library for it
        raise NotReadyError(
            f"MPIProcesses: expected mpi4py and an MPI library ({error}); install both by "
            "`python -m pip install mpi4py mpich`"
        ) from error
    if MPI.Query_thread() < MPI.THREAD_SERIALIZED:
        raise NotReadyError(
            "MPIProcesses: expected an MPI library that any thread may call, of which the last to "
            f"come to a sum does; {MPI.Get_library_version().strip()} lets only one do so"
        )
    return MPI
