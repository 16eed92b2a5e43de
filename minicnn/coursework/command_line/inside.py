"""What happens in the process in which one hand-in is checked; `isolated` starts it.

The process is given a folder with the task, ``task.json``. It notes there in ``notes.txt`` what it
is about, in case it does not come to an end, and leaves the result in ``answer.json``: nothing that
the hand-in prints can be taken for it.
"""

import builtins
import faulthandler
import functools
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from minicnn.coursework.command_line.blank import BLANK
from minicnn.coursework.command_line.hand_in import load, place, shorten_text
from minicnn.coursework.diagnosis.attempt import Ended
from minicnn.coursework.diagnosis.checker import check, find
from minicnn.coursework.exercise import Case, Function
from minicnn.errors import ArgumentError, DataError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

NOTE = "case: "
"""How a note on the case begins that the hand-in is called with."""

RESERVE: list[bytearray] = []
"""Memory that is given back where there is no more: without any, Python cannot say so itself."""

BLANK_MESSAGE = BLANK.split('"')[1]
"""What the error says that stands in a file which nobody has filled in."""

TO_DO = (
    "Write the body of the function instead of that line, as the text above it asks, save the file "
    "and check it again."
)
"""What to do with such a file."""


def main(folder: str) -> NoReturn:
    """Do the task that lies in a folder, leave the answer there, and end this process."""
    task = json.loads((Path(folder) / "task.json").read_text(encoding="utf-8"))
    notes = (Path(folder) / "notes.txt").open("wb", buffering=0)
    notes.write(b"begun\n")
    faulthandler.enable(notes)
    faulthandler.dump_traceback_later(task["seconds"], exit=True, file=notes)
    RESERVE.append(bytearray(16_000_000))
    _limit_memory(task["megabytes"])
    _leave_no_core()
    builtins.input = _nobody_answers
    sys.argv = [task["file"]]

    def note(what: str) -> None:
        notes.write(f"{NOTE}{what}\n".encode())

    found = answer(task["file"], task["name"], note)
    faulthandler.cancel_dump_traceback_later()
    whole = Path(folder) / f"answer.{os.getpid()}"
    whole.write_text(json.dumps(found), encoding="utf-8")
    whole.replace(Path(folder) / "answer.json")
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # the hand-in may have closed it
            stream.flush()
    os._exit(0)  # threads that the hand-in started are not waited for


def answer(file: str, name: str, note: Callable[[str], None]) -> dict[str, Any]:
    """Check the function of an exercise in a file, and return what came of it as plain values.

    Parameters
    ----------
    file : str
    name : str
        Of the exercise, and of the function.
    note : callable
        ``note(what)`` is called with the case before the hand-in is.

    Returns
    -------
    dict
        What a report says; or the reason why there is none, under ``"unusable"`` where the file
        cannot be run, ``"refused"`` where the function cannot be called, and ``"blank"`` where
        nothing is written yet.
    """
    start = time.perf_counter()
    try:
        found = _report(file, name, note)
    except DataError as error:
        return {"unusable": str(error)}
    except ArgumentError as error:
        return {"refused": f"{file}: {error}"}
    except BaseException as error:  # noqa: BLE001 - a hand-in may raise anything
        RESERVE.clear()
        cause = error.__cause__ if isinstance(error, Ended) and error.__cause__ else error
        if isinstance(cause, NotImplementedError) and str(cause) == BLANK_MESSAGE:
            return {"blank": f"{name}: not written yet{place(cause, file)}.\n\n{TO_DO}"}
        if isinstance(cause, MemoryError):
            _limit_memory(None)
        found = _failed(f"{name}: {_why_ended(cause, file)}")
    return found | {"seconds": round(time.perf_counter() - start, 3)}


def _report(file: str, name: str, note: Callable[[str], None]) -> dict[str, Any]:
    function: Any = getattr(load(file), name, None)
    if callable(function):
        function = Watched(function, find(name).cases(), note)
    report = check(name, function)
    return {
        "passed": report.passed,
        "mistake": report.mistake,
        "mistakes": list(report.mistakes),
        "convention": report.convention,
        "explained": report.is_explained,
        "text": str(report),
    }


class Watched:
    """A hand-in that notes in which case it is called, and ends its check where that has no point.

    A hand-in that fills the memory takes seconds to do so, in every case again; one that is not
    written yet is not wrong.

    Parameters
    ----------
    function : callable
    cases : sequence of Case
        In the order in which they come.
    note : callable
        ``note(what)`` is called before each call.
    """

    def __init__(
        self, function: Function, cases: Sequence[Case], note: Callable[[str], None]
    ) -> None:
        functools.update_wrapper(self, function)  # the signature, for the check
        self.__code__ = getattr(function, "__code__", None)  # the lines, for the report
        self.function, self.note = function, note
        self.names = iter([case.what for case in cases])

    def __call__(self, *inputs: Any) -> Any:
        """Call the hand-in."""
        self.note(next(self.names, "a call with the same arguments as before"))
        try:
            return self.function(*inputs)
        except MemoryError as error:
            RESERVE.clear()
            _limit_memory(None)
            raise Ended from error
        except NotImplementedError as error:
            if str(error) == BLANK_MESSAGE:
                raise Ended from error
            raise


def _failed(text: str) -> dict[str, Any]:
    """Return the answer for a hand-in of which there is no report."""
    return {"passed": False, "mistake": None, "mistakes": [], "convention": None, "text": text}


def _why_ended(error: BaseException, file: str) -> str:
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    where = place(error, file)
    what = f"it ended the check{where}" if where else "the check could not be finished"
    if isinstance(error, MemoryError):
        what = f"it asked for more memory than it may take{where}"
    return f"{what}.\n\n{shorten_text(said)}"


def _nobody_answers(*prompt: object) -> NoReturn:  # noqa: ARG001 - as input() has it
    raise EOFError("input() has nobody to answer; the arguments are all that is given")


def _limit_memory(megabytes: int | None) -> None:
    """Let this process take so much more memory than it has; None lifts the limit again."""
    if resource is None:
        return
    with suppress(OSError, ValueError):  # a system may have no such limit, or no such file
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = hard
        if megabytes is not None:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            most = pages * resource.getpagesize() + megabytes * 1_000_000
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _leave_no_core() -> None:
    """See to it that a crash leaves no picture of the memory on the disk."""
    if resource is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
