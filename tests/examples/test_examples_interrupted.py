"""Examples that are interrupted, and go on."""

import argparse
import importlib
import json
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from test_examples import ROOT, run_here
from trainings import data, trainer

from minicnn import CrossEntropy, Sequential, Trainer
from minicnn.data import load_mnist
from minicnn.inspection import Recording


def interrupt(script: str, out: Path, *arguments: object) -> str:
    """Press Ctrl-C a moment after a script began to train; return what it then says."""
    command = [sys.executable, str(ROOT / "examples" / script), "--out", str(out)]
    command += map(str, arguments)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        while not (out / "checkpoint" / "last.npz").exists():
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    return str(said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_an_interrupted_training_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, out = ("--limit", 6_400, "--epochs", 1), tmp_path / "interrupted"
    said = interrupt("train_mnist.py", out, *options)
    assert "interrupted in epoch 1 of 1; resume with:\n" in said
    assert shlex.split(said.splitlines()[-1])[1:] == [
        str(ROOT / "examples" / "train_mnist.py"),
        "--resume",
        str(out),
    ]
    assert Sequential.load(out / "model.npz").out_shape == (10,)
    monkeypatch.setattr("test_examples.save_figure", lambda *_, **options: "a picture")
    finished = run_here("train_mnist.py", "--resume", out)
    assert finished.returncode == 0, finished.stderr
    assert re.search(r"resuming at step \d+ of 50, after 0 of 1 epochs", finished.stdout)
    monkeypatch.syspath_prepend(ROOT / "examples")
    recipe = importlib.import_module("_recipe")
    undisturbed = Trainer(recipe.build_model(0), recipe.build_optimizer(), CrossEntropy())
    train, validation = load_mnist().train.split(55_000, seed=0)
    augmented = train[:6_400].augmented(recipe.AUGMENTATION)
    undisturbed.fit(
        augmented, 1, recipe.BATCH_SIZE, validation, [recipe.MeanZero()], progress=False
    )
    weights = Sequential.load(out / "model.npz").parameters
    for parameter, same in zip(weights, undisturbed.model.parameters, strict=True):
        np.testing.assert_array_equal(parameter.value, same.value)
    rows = json.loads((out / "history.json").read_text())
    assert [row["loss"] for row in rows] == undisturbed.history["loss"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_an_interrupted_film_goes_on(tmp_path: Path) -> None:
    options = ("--limit", 6_400, "--epochs", 1, "--frames", 4, "--formats", "html")
    said = interrupt("watch_kernels.py", tmp_path, *options)
    assert said.rstrip().endswith(f"watch_kernels.py --resume {tmp_path}")
    assert not (tmp_path / "kernels.html").exists()
    finished = run_here("watch_kernels.py", "--resume", tmp_path)
    assert finished.returncode == 0, finished.stderr
    assert Recording.load(tmp_path / "film.npz").steps.tolist() == [0, 6, 22, 50]
    assert (tmp_path / "kernels.html").exists()


def test_what_cannot_be_resumed(tmp_path: Path) -> None:
    cases = [
        (["--resume", tmp_path], "expected the folder that a run of train_mnist.py wrote, got"),
        (["--resume", tmp_path / "nowhere"], "expected the folder that a run of"),
        (["--resume", tmp_path, "--seed", 3, "--batch-size", 8], "takes no --batch-size, --seed"),
    ]
    for arguments, message in cases:
        result = run_here("train_mnist.py", *arguments)
        assert result.returncode == 2
        assert message in result.stderr
    (tmp_path / "checkpoint").mkdir()
    command = tmp_path / "checkpoint" / "command.json"
    command.write_text('{"script": "watch_kernels.py", "options": []}')
    result = run_here("train_mnist.py", "--resume", tmp_path)
    assert result.returncode == 2
    assert "was written by watch_kernels.py, not by train_mnist.py" in result.stderr
    command.write_text('{"script": "train_mnist.py", "options": []}')
    result = run_here("train_mnist.py", "--resume", tmp_path)
    assert result.returncode == 1
    assert "last.npz: cannot be read" in result.stderr
    assert "Traceback" not in result.stderr
    result = run_here("train_mnist.py", "--resume", tmp_path, "--mpi")
    assert result.returncode == 1
    assert "MPIProcesses: expected " in result.stderr, "--mpi is known beside --resume"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("seconds", [0.3, 0.8])
@pytest.mark.parametrize("script", ["quickstart.py", "kernel_bank.py"])
def test_ctrl_c_is_one_line_at_any_moment(tmp_path: Path, script: str, seconds: float) -> None:
    command = [sys.executable, str(ROOT / "examples" / script), "--out", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    *_, last = said.splitlines()
    assert last.endswith(f"{script}: interrupted")


def test_a_finished_training_is_trained_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(ROOT / "examples")
    common = importlib.import_module("_common")
    monkeypatch.setattr(sys, "argv", ["train_mnist.py"])

    def fit(longer: int | None, resume: Path | None = tmp_path) -> Trainer:
        arguments = argparse.Namespace(out=tmp_path, resume=resume, longer=longer, epochs=2)
        found: Trainer = common.trainer_of(arguments, trainer)
        keep = common.checkpoint(arguments)
        common.fit(found, arguments, data(40), data(11, 1), [keep], 9)
        return found

    fit(None, resume=None)
    assert fit(None).epoch == 2
    assert "this training was finished, after 2 epochs; --epochs N" in capsys.readouterr().out
    for epochs in (1, 2):
        with pytest.raises(SystemExit, match=f"must be above the 2 that are done, got {epochs}"):
            fit(epochs)
    longer = fit(5)
    assert longer.history["epoch"] == [1, 2, 3, 4, 5]
    assert "2 epochs were trained before, and 3 more make 5" in capsys.readouterr().err
    assert Trainer.resume(tmp_path / "checkpoint").epoch == 5
