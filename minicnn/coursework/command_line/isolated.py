"""Check a hand-in in a process of its own, which it may block, fill, crash or end.

That keeps accidents apart from the checker. It is no protection against malice: the hand-in runs
with all rights of the user who checks it, and may read and delete that user's files.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from minicnn.coursework.command_line.hand_in import at
from minicnn.coursework.command_line.inside import NOTE

SECONDS = 10.0
"""How long a check may take by default."""

MEGABYTES = 1_000
"""How much memory a hand-in may take by default, beside what Python and NumPy have."""

START_SECONDS = 60.0
"""How much longer the process is waited for: it has to start, and stops itself after its time."""

MOST_BYTES = 4_000
"""Bytes of what a hand-in printed that are kept, of the beginning and of the end each."""

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from minicnn.coursework.command_line.inside import main; main(sys.argv[2])"
)

ENVIRONMENT = {
    "PYTHONIOENCODING": "utf-8:backslashreplace",
    "PYTHONBREAKPOINT": "0",  # nobody is there to answer a debugger
    "MPLBACKEND": "Agg",  # nor to close a window
    "OPENBLAS_NUM_THREADS": "1",  # the cases are small, and each thread takes memory
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Outcome:
    """What came of a check.

    Attributes
    ----------
    name : str
        Of the exercise.
    text : str
        The report, or why there is none.
    passed : bool
    mistake : str or None
        The name of the mistake, as in a report.
    mistakes : tuple of str
    convention : str or None
    explained : bool
        Whether the mistakes explain all that is wrong.
    seconds : float
        How long the check took, without the start of its process.
    output : str
        What the hand-in printed, at most some thousand characters of it.
    trouble : str
        Empty if the hand-in was run; ``"blank"`` if it is not written yet, ``"refused"`` if the
        function cannot be called, ``"unusable"`` if the whole file cannot be run.
    """

    name: str
    text: str
    passed: bool = False
    mistake: str | None = None
    mistakes: tuple[str, ...] = ()
    convention: str | None = None
    explained: bool = False
    seconds: float = 0.0
    output: str = ""
    trouble: str = ""


def check_alone(
    path: str | Path, name: str, *, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> Outcome:
    """Check the function of an exercise in a file, in a process of its own.

    Parameters
    ----------
    path : str or path
    name : str
        Of the exercise.
    seconds : float, default 10
        When the process is stopped.
    megabytes : int, default 1000
        How much memory the hand-in may take. Only Linux keeps it to that.

    Returns
    -------
    Outcome
    """
    with tempfile.TemporaryDirectory(prefix="minicnn-", ignore_cleanup_errors=True) as folder:
        task = {"file": str(path), "name": name, "seconds": seconds, "megabytes": megabytes}
        (Path(folder) / "task.json").write_text(json.dumps(task), encoding="utf-8")
        code, output = _run(folder, seconds + START_SECONDS)
        notes = _read(Path(folder) / "notes.txt")
        answer = _answer(Path(folder) / "answer.json")
    if answer is None:
        return without_answer(Path(path), name, code, notes, seconds, output)
    for trouble in ("blank", "refused", "unusable"):
        if trouble in answer:
            return Outcome(name, answer[trouble], trouble=trouble, output=output)
    answer["mistakes"] = tuple(answer["mistakes"])
    return Outcome(name, output=output, **answer)


def _run(folder: str, seconds: float) -> tuple[int | None, str]:
    """Run the process; return its exit code, None if it had to be stopped, and what it printed."""
    root = str(Path(__file__).resolve().parents[3])
    process = subprocess.Popen(  # noqa: S603 - a hand-in is run, that is what is asked for
        [sys.executable, "-P", "-B", "-u", "-c", PROGRAM, root, folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | ENVIRONMENT,
        start_new_session=True,  # what it starts itself can be ended with it
    )
    printed = Printed()
    reader = threading.Thread(target=printed.read, args=(process.stdout,), daemon=True)
    reader.start()
    code = None
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end(process)
        reader.join(1.0)
    return code, printed.text()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and what it started, where the system knows that."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


class Printed:
    """The beginning and the end of what a process prints; what is between is counted."""

    def __init__(self) -> None:
        self.beginning, self.end, self.left_out = b"", b"", 0

    def read(self, pipe: IO[bytes]) -> None:
        """Read a pipe until it is closed, so that the process never waits for a reader."""
        with suppress(OSError, ValueError), pipe:
            while chunk := os.read(pipe.fileno(), 65_536):
                room = MOST_BYTES - len(self.beginning)
                self.beginning += chunk[:room]
                end = self.end + chunk[room:]
                self.end = end[-MOST_BYTES:]
                self.left_out += len(end) - len(self.end)

    def text(self) -> str:
        """Return what is kept."""
        between = f"\n[{self.left_out:,} bytes are left out]\n" if self.left_out else ""
        parts = (self.beginning, between.encode(), self.end)
        return b"".join(parts).decode("utf-8", "backslashreplace").replace("\r\n", "\n")


def _answer(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return answer
    return None


def _read(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""


# -- a process that left no answer -----------------------------------------------------------------


def without_answer(
    path: Path, name: str, code: int | None, notes: str, seconds: float, output: str
) -> Outcome:
    """Say why a process left no answer, from its exit code and its notes.

    A process that stopped in the middle of the import makes the whole file unusable.
    """
    cases = [line.removeprefix(NOTE) for line in notes.splitlines() if line.startswith(NOTE)]
    if not notes:
        last = output.strip().splitlines()[-1:]
        said = ": ".join(["its process did not start", *last])
        return Outcome(name, f"{path}: {said}", trouble="unusable")
    line = last_line(notes, path)
    when = f" in the case of {cases[-1]}" if cases else " as the file was imported"
    if code is None or "\nTimeout (" in notes:
        why = f"stopped after {seconds:g} s{when}{line}"
        advice = "Is there a loop that never ends? If it is only slow, --seconds gives it more."
    else:
        why = f"it ended the whole process{when}{line}: {_exit(code)}"
        advice = _advice(code)
    if not cases:
        return Outcome(name, f"{path}: {why}", output=output, trouble="unusable")
    return Outcome(name, f"{name}: {why}.\n\n{advice}", output=output, seconds=seconds)


def _advice(code: int) -> str:
    """Return what may have ended a process with this exit code."""
    if hasattr(signal, "SIGKILL") and code == -signal.SIGKILL:
        return "Systems end a process like that if it takes too much memory."
    if code < 0 or code > 0xFFFF:  # a signal, or an exception of Windows
        return "A recursion without an end can do that, or memory that is not there."
    return "A hand-in returns its outputs, and ends nothing."


def _exit(code: int) -> str:
    """Return how a process ended: by a signal, an exception of Windows, or a number of its own."""
    if code >= 0:
        return f"exit code {code:#x}" if code > 0xFFFF else f"exit code {code}"
    with suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"


def last_line(notes: str, path: Path) -> str:
    """Return ``, at line 3 (while True:)``, where a hand-in was when Python noted all threads.

    The main thread is noted last, and the innermost call of each first.
    """
    escaped = str(path.resolve()).encode("ascii", "backslashreplace").decode()[:500]
    pattern = rf'File "{re.escape(escaped)}[^"\n]*", line (\d+)'
    for thread in reversed(re.split(r"hread 0x", notes)):
        found = re.search(pattern, thread)
        if found:
            number = int(found[1])
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            code = lines[number - 1].strip() if number <= len(lines) else ""
            return f", at{at(number, code).removeprefix(',')}"
    return ""
