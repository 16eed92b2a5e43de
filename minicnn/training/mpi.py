"""Several processes by MPI, the message passing of supercomputers; it works on one machine too.

It needs the package mpi4py and an MPI library, such as mpich, which both are on the package index.
Its `mpiexec` starts the processes, on one machine or on several:

    mpiexec -n 2 python train.py
    mpiexec -hosts one,other -n 8 python train.py
"""

import atexit
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import numpy as np

from minicnn.errors import (
    ArgumentError,
    Interrupted,
    MinicnnError,
    NotReadyError,
    ProcessError,
    shorten,
)
from minicnn.ops import blas
from minicnn.terminal import pip_install, tell
from minicnn.training.processes import Processes, mark
from minicnn.typing import Array

REPORT_SECONDS = 2.0
"""After so long a process that fails alone says so."""

PATIENCE_SECONDS = 120.0
"""How long it waits for the others to fail as well, before it ends them: the first may still have a
checkpoint or a film to write."""


FOLLOWS = 0
"""The mark of an error that says no more than that another process has failed."""


class MPIProcesses(Processes):
    """All processes that one `mpiexec` started.

    Made once, at the beginning of the script, in every process. From then on an exception that
    nobody catches ends all processes, not only the one that raised it. A process that ends by
    `sys.exit` with an error ends the others only from within ``with processes.together()``. The
    cores of a machine are shared out among its processes.

    A sum is MPI's `Allreduce`. Which parts it adds first is the library's to choose, by the number
    of processes and the size of the message. MPI's standard advises, and does not demand, that it
    always chooses alike. MPICH does where MPI may be called by many threads, as mpi4py starts it by
    default: sums of 1 to 500,000 numbers over two, three and four processes had the same bits in
    every process and every run. Where only one thread may call it, MPICH changes its ways after
    some calls, so that is refused. A `Trainer` compares the weights of all processes after every
    epoch.

    Raises
    ------
    NotReadyError
        If mpi4py or the MPI library is missing, or was not started for many threads.
    ArgumentError
        If this process is the only one.

    Examples
    --------
    A whole script, started by ``mpiexec -n 2 python train.py``::

        processes = MPIProcesses()
        with processes.together():
            trainer = Trainer(model, SGD(0.1), CrossEntropy(), processes=processes)
            trainer.fit(train, epochs=3, batch_size=128)
            processes.once(lambda: model.save("model.npz"))
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
        # Messages of the sums, of failures, of leaving, and of other users of MPI are kept apart.
        self.sums, self.failures, self.leaving = world.Dup(), world.Dup(), world.Dup()
        self.rank, self.size = world.rank, world.size
        self._within = 0  # how many `together` are open
        self._reported: BaseException | None = None  # the last that this process has said
        self._failed_in_all: BaseException | None = None  # the last that all know of
        self._all_have_left = False  # whether all have left the outermost `together`
        self._is_late = False  # whether it has said that it waits for the others to leave
        blas.use_cores(cores_for_each(world, library))
        self._show_error = sys.excepthook
        sys.excepthook = self._end_all_at_error
        atexit.register(self._leave_the_script)

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
        """Let an error inside a ``with`` end all processes, unless it is raised in all of them.

        Ctrl-C ends them at once where `fit` does not wait for it. A process that leaves the
        outermost ``with`` waits for the others, two minutes at most, and then reports it.
        """
        self._within += 1
        self._all_have_left = False
        try:
            yield
        except BaseException as error:
            if isinstance(error, SystemExit) and error.code in (None, 0):
                self._leave()
            else:
                self._fail(error)
            raise
        else:
            self._leave()
        finally:
            self._within -= 1

    def _fail(self, error: BaseException) -> None:
        """Wait for the others to fail as well; if they do not, end all."""
        if _is_at_once(error):
            self._end_all("was stopped, which ends all")
        if not self._all_fail(error):
            self._end_all("failed alone, which ends all")

    def _leave(self) -> None:
        """Wait for the others at the end of the outermost ``with``, and say it if that is long."""
        try:
            if self._within > 1:
                return
            if self._all_meet(self.leaving, PATIENCE_SECONDS):
                self._all_have_left = True
                return
        except KeyboardInterrupt as error:
            self._fail(error)
        self._is_late = True
        self._say_what_waits("finished")

    def _leave_the_script(self) -> None:
        """Wait for the others at the end of the script, as MPI does, but say so if that is long."""
        try:
            if not self._all_meet(self.leaving, PATIENCE_SECONDS) and not self._is_late:
                self._say_what_waits("ended its script")
        except KeyboardInterrupt:
            self._end_all("was stopped, which ends all")

    def _say_what_waits(self, what: str) -> None:
        tell(
            f"process {self.rank} of {self.size} {what} {PATIENCE_SECONDS:.0f} seconds ago, "
            "others have not; if they wait for this one, the script takes another path there: "
            "stop all"
        )

    def _all_meet(self, where: Any, seconds: float) -> bool:
        """Return whether all processes come to this place, before so many seconds have passed."""
        meeting = where.Ibarrier()
        until = time.monotonic() + seconds
        while not meeting.Test():
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _all_fail(self, error: BaseException) -> bool:
        """Return whether the others fail as well; report the error where they do not at once.

        What several have failed with, the lowest of them says: the first when its script ends,
        another one here.
        """
        marks = np.empty(self.size, np.int64)
        meeting = self.failures.Iallgather(np.array([_mark_of(error)], np.int64), marks)
        began = time.monotonic()
        try:
            while not meeting.Test():
                waited = time.monotonic() - began
                if waited > min(REPORT_SECONDS, PATIENCE_SECONDS):
                    self._report(error)
                if waited > PATIENCE_SECONDS:
                    return False
                time.sleep(0.005)
        except KeyboardInterrupt:
            self._end_all("was stopped, which ends all")
        self._failed_in_all = error
        mine, lower = marks[self.rank], marks[: self.rank]
        if not self.first and mine != FOLLOWS and mine not in lower:
            self._report(error)
        return True

    def _report(self, error: BaseException) -> None:
        """Say once what has failed here."""
        if self._reported is error or isinstance(error, KeyboardInterrupt):
            return
        self._reported = error
        expected = isinstance(error, MinicnnError | OSError | SystemExit)
        lines = str(error) if expected else "".join(traceback.format_exception(error)).strip()
        tell(f"process {self.rank} of {self.size} has failed:\n{lines}")

    def _end_all(self, what: str) -> None:
        """End all processes, with a word if that can still be said."""
        try:
            tell(f"process {self.rank} of {self.size} {what}")
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
        finally:
            self.failures.Abort(1)

    def _end_all_at_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Report an error that nobody has caught, and end all processes, unless all have failed."""
        if _is_at_once(error):
            self._end_all("was stopped, which ends all")
        if self._all_have_left:  # they have no reason to come here
            self._show_error(kind, error, trace)
            self._end_all("has failed, which ends all")
        if error is not self._failed_in_all and not self._all_fail(error):
            self._end_all("failed alone, which ends all")
        if self.first and error is not self._reported:
            self._show_error(kind, error, trace)


def _mark_of(error: BaseException) -> int:
    """Return a number for what has failed, the same in all processes where the same has."""
    if isinstance(error, ProcessError):
        return FOLLOWS
    return -1 if isinstance(error, Interrupted) else 1 + mark(error)


def _is_at_once(error: BaseException) -> bool:
    """Return whether this is Ctrl-C where no step is to be waited for."""
    return isinstance(error, KeyboardInterrupt) and not isinstance(error, Interrupted)


def cores_for_each(world: Any, library: Any) -> int:
    """Return how many cores each process has for itself, the same number in all.

    Those that may run on the same cores of a machine share them.
    """
    mine = blas.bound_to()
    neighbours = world.Split_type(library.COMM_TYPE_SHARED)
    sharing = sum(not mine.isdisjoint(cores) for cores in neighbours.allgather(mine))
    return int(world.allreduce(max(len(mine) // sharing, 1), library.MIN))


def _library() -> Any:
    """Return mpi4py's module, which starts MPI, or raise NotReadyError."""
    try:
        from mpi4py import MPI  # noqa: PLC0415 - starts MPI
    except (ImportError, RuntimeError) as error:  # no mpi4py, or no library for it
        reason = " ".join(shorten(error).split())
        raise NotReadyError(
            f"MPIProcesses: expected mpi4py and an MPI library ({reason}); install both by "
            f"`{pip_install('mpi4py', 'mpich')}`"
        ) from error
    if MPI.Query_thread() < MPI.THREAD_MULTIPLE:
        version = " ".join(MPI.Get_library_version().split())
        raise NotReadyError(
            "MPIProcesses: expected an MPI library that was started for many threads "
            f"(THREAD_MULTIPLE), got {version[:60]} started for fewer; leave "
            "mpi4py.rc.thread_level as it is, or use another library, such as mpich"
        )
    return MPI
