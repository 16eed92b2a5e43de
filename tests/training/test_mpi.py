"""Processes that mpiexec starts: the bits of two workers, and an end of one is the end of all."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.ops import blas
from minicnn.training import checkpoint_file

MPIEXEC = shutil.which("mpiexec", path=str(Path(sys.executable).parent)) or shutil.which("mpiexec")
SCRIPT = """
import contextlib, copy, hashlib, json, os, signal, sys, threading, time
import numpy as np
from minicnn import *
from minicnn.data import Affine, Dataset
from minicnn.layers import BatchNorm, Dropout
from minicnn.ops import blas
from minicnn.training import mpi
from minicnn.training.processes import Processes

how, folder, workers, several = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "mpi"
if how not in ("Ctrl-C", "resume"):  # where all fail alike, one of them waits for the disk
    mpi.PATIENCE_SECONDS = 0.5
processes = mpi.MPIProcesses() if several else Processes()
rng = np.random.default_rng(0)
images = rng.random((512, 1, 12, 12), dtype=np.float32)
data = Dataset(images, rng.integers(0, 10, 512), tuple("0123456789"))


class Stumble(Callback):
    def on_fit_begin(self, trainer):
        if how == "cannot begin" and processes.rank == 1:
            raise ValueError("no place to begin")

    def on_step_end(self, trainer, loss, accuracy):
        if trainer.steps == 11 and processes.rank == 1:
            if how == "Ctrl-C":
                os.kill(os.getpid(), signal.SIGINT)
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "error":
                raise ValueError("in one of them")


def new():
    layers = [Conv2D(4, 5), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dropout(0.2), Dense(10)]
    model = Sequential([*layers, Softmax()], (1, 12, 12), seed=0)
    optimizer = SGD(OneCycle(0.05), momentum=0.9)
    return Trainer(model, optimizer, CrossEntropy(), 5, workers=workers, processes=processes)


def stopped_at_the_very_end(trainer):
    compare, calls = trainer._agreement.on_weights, []

    def compared(*given):
        compare(*given)
        calls.append(None)
        if len(calls) == 5 and processes.rank == 1:  # after four epochs, and at the end
            os.kill(os.getpid(), signal.SIGINT)

    trainer._agreement.on_weights = compared


def train():
    trainer = Trainer.resume(folder, processes=processes) if how == "resume" else new()
    if how == "stopped late":
        stopped_at_the_very_end(trainer)
    kept = [] if folder == "none" else [Checkpoint(folder, every_seconds=0)]
    callbacks = [Stumble(), AverageWeights(0.9), EarlyStopping(9), *kept]
    train = data.augmented(Affine(turn=8, shift=1))
    trainer.fit(train, 4, 128, data[:55], callbacks)
    weights = np.concatenate([parameter.value.ravel() for parameter in trainer.model.parameters])
    mark = hashlib.sha256(weights.tobytes()).hexdigest()
    marks = processes.gather(np.array([float(int(mark[:12], 16))]))
    if processes.first:
        rows = [{**row, "seconds": 0} for row in trainer.history.rows]
        print(json.dumps({"weights": weights.tolist(), "rows": rows, "marks": marks.tolist()}))


if how in ("leave early", "exit with 0"):
    with processes.together():
        if processes.first:
            time.sleep(2)
        if how == "exit with 0":
            sys.exit(0)
    sys.exit(0)
if how == "end early":
    if processes.first:
        time.sleep(2)
    sys.exit(0)
if how == "fail and stop":
    mpi.PATIENCE_SECONDS = 1000
    with processes.together():
        if processes.first:
            time.sleep(1000)
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        raise ValueError("in one of them")
if how == "fail without output":
    mpi.PATIENCE_SECONDS = 1000
    with processes.together(), contextlib.redirect_stdout(None):
        if processes.first:
            time.sleep(1000)
        os.kill(os.getpid(), signal.SIGINT)
if how == "fail in two places":
    if processes.first:
        raise ValueError("outside")
    with processes.together():
        raise ValueError("inside")
if how == "fail alike":
    with processes.together():
        raise ValueError("in all of them")
if how == "facts":
    assert copy.deepcopy(processes) is processes
    cores = processes.gather(np.array([blas.cores()])).ravel().tolist()
    with processes.together():
        if processes.first:
            with processes.together():  # an inner one, which the others need not leave
                print(json.dumps(cores))
    sys.exit(0)
if how == "stopped early" and processes.rank == 1:
    os.kill(os.getpid(), signal.SIGINT)
if how == "exit early" and processes.rank == 1:
    with processes.together():
        sys.exit("leaving before the training")
if how == "raise early" and processes.rank == 1:
    raise ValueError("before the training")
train()
if how == "raise late" and processes.first:
    mpi.PATIENCE_SECONDS = 1000
    raise ValueError("after the training")
"""

pytestmark = pytest.mark.skipif(
    MPIEXEC is None or importlib.util.find_spec("mpi4py") is None,
    reason='needs MPI: pip install -e ".[mpi]"',
)


def run(how: str, folder: Path | str, workers: int, count: int = 0, mode: str = "mpi") -> Any:
    """Run the script, in so many processes, or by itself."""
    started = [str(MPIEXEC), "-n", str(count)] if count else []
    script = [sys.executable, "-W", "error", "-c", SCRIPT, how, str(folder), str(workers), mode]
    command = [*started, *script]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def facts(result: Any) -> dict[str, Any]:
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    assert len({mark for (mark,) in found["marks"]}) == 1, "all processes have the same weights"
    return found


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    result = run("undisturbed", "none", 1, 2)
    assert result.stderr.count("epoch 4/4") == 1, "one of them shows the progress"
    return facts(result)


def assert_close(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    np.testing.assert_allclose(ours["weights"], theirs["weights"], rtol=1e-6, atol=1e-6)
    for one, other in zip(ours["rows"], theirs["rows"], strict=True):
        np.testing.assert_allclose(list(one.values()), list(other.values()), rtol=1e-6)


@pytest.mark.parametrize(("count", "workers"), [(2, 1), (2, 2)])
def test_processes_of_some_workers_are_as_many_workers(
    count: int, workers: int, undisturbed: dict[str, Any]
) -> None:
    """Batches of 128 give each of four workers 32 samples; those of two processes meet for sums."""
    again = (count, workers) == (2, 1)
    ours = undisturbed if again else facts(run("undisturbed", "none", workers, count))
    assert len(ours["marks"]) == count
    assert_close(ours, facts(run("undisturbed", "none", count * workers, mode="alone")))


@pytest.mark.parametrize("how", ["kill", "Ctrl-C", "error"])
def test_the_end_of_one_ends_all_and_two_go_on_from_there_to_the_same_bits(
    how: str, tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    ended = run(how, tmp_path, 1, 2)
    words = ended.stdout + ended.stderr
    assert ended.returncode != 0
    expected = {
        "kill": "KILLED BY SIGNAL|signal 9",
        "Ctrl-C": "the training is in .*last.npz, at step 11 of 16; resume it",
        "error": "(?s)process 1 of 2 has failed:.*ValueError: in one of them\n",
    }
    assert re.search(expected[how], words), words
    assert checkpoint_file.read_progress(tmp_path / "last.npz").steps in (10, 11)
    assert "failed alone" not in words
    if how != "error":
        assert words.count("Traceback") == (how == "Ctrl-C"), "the first says it for all"
        assert facts(run("resume", tmp_path, 1, 2)) == undisturbed


@pytest.mark.parametrize("how", ["exit early", "raise early"])
def test_who_leaves_before_the_training_ends_all(how: str) -> None:
    ended = run(how, "none", 1, 2)
    assert ended.returncode != 0
    assert "process 1 of 2 failed alone, which ends all" in ended.stderr
    assert "before the training" in ended.stderr


def test_who_fails_after_all_have_left_waits_for_nobody() -> None:
    ended = run("raise late", "none", 1, 2)
    assert ended.returncode != 0
    assert "ValueError: after the training\nprocess 0 of 2 has failed, which ends" in ended.stderr


@pytest.mark.parametrize("how", ["fail and stop", "fail without output"])
def test_nothing_keeps_ctrl_c_from_ending_all(how: str) -> None:
    ended = run(how, "none", 1, 2)
    assert ended.returncode != 0
    assert ended.stderr.count("process 1 of 2 was stopped, which ends all") == 1
    assert "AttributeError" not in ended.stderr


def test_errors_within_and_without_meet_and_each_is_said() -> None:
    ended = run("fail in two places", "none", 1, 2)
    assert ended.returncode != 0
    assert ended.stderr.count("ValueError: outside") == 1
    assert ended.stderr.count("ValueError: inside") == 1


def test_cores_are_shared_out_and_an_inner_with_waits_for_nobody() -> None:
    ended = run("facts", "none", 1, 2)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert json.loads(ended.stdout) == [max(len(blas.bound_to()) // 2, 1)] * 2


def test_what_all_have_failed_with_is_said_once() -> None:
    ended = run("fail alike", "none", 1, 3)
    assert ended.returncode != 0
    assert ended.stderr.count("ValueError: in all of them") == 1


@pytest.mark.parametrize("when", ["stopped early", "stopped late"])
def test_ctrl_c_outside_of_fit_or_at_its_very_end_ends_all_at_once(when: str) -> None:
    ended = run(when, "none", 1, 2)
    assert ended.returncode != 0
    assert "process 1 of 2 was stopped, which ends all" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_the_first_knows_only_of_is_reported_once_by_who_has_failed() -> None:
    ended = run("cannot begin", "none", 1, 2)
    assert ended.returncode != 0
    assert ended.stderr.count("ValueError: no place to begin") == 1
    assert "process 1 of 2 has failed:" in ended.stderr
    assert "ProcessError: Trainer.fit: another process has failed, and says why" in ended.stderr


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("leave early", "finished"),
        ("exit with 0", "finished"),
        ("end early", "ended its script"),
    ],
)
def test_who_leaves_long_before_the_others_says_so(how: str, said: str) -> None:
    ended = run(how, "none", 1, 2)
    assert ended.returncode == 0
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"process 1 of 2 {said} 0 seconds ago, others have not; if they wait")


def test_a_library_started_for_one_thread_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPI4PY_RC_THREAD_LEVEL", "serialized")
    ended = run("undisturbed", "none", 1)
    assert "MPIProcesses: expected an MPI library that was started for many threads" in ended.stderr


TRAIN = str(Path(__file__).parents[2] / "examples" / "train_mnist.py")


def test_the_example_without_mpiexec_is_refused_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, TRAIN, "--mpi", "--out", str(tmp_path / "run")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("train_mnist.py: MPIProcesses: expected two processes or more, got this")
    assert "`mpiexec -n 2 python SCRIPT`" in line
    assert not (tmp_path / "run").exists()


def test_the_example_in_two_processes_needs_the_option(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "run")]
    command = [str(MPIEXEC), "-n", "2", sys.executable, TRAIN, *out]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 1
    assert "train_mnist.py: expected --mpi, since mpiexec has started 2 processes" in ended.stderr
    assert not (tmp_path / "run").exists()


def test_of_the_example_the_first_process_speaks_for_all(tmp_path: Path) -> None:
    options = ["--mpi", "--limit", "129", "--out", str(tmp_path / "run")]  # 128 and 1
    command = [str(MPIEXEC), "-n", "2", sys.executable, TRAIN, *options]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 1
    assert ended.stdout.count("training on 129 images") == 1
    (line,) = ended.stderr.splitlines()
    assert "batches of 2 samples or more, one for each process, got 129 samples in" in line
    kept = json.loads((tmp_path / "run" / "checkpoint" / "command.json").read_text())
    assert kept == {"script": "train_mnist.py", "options": options}
