"""Ctrl-C in a training that is saved: the step is finished, and a message says how to resume."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from trainings import (
    BATCH_SIZE,
    EPOCHS,
    facts,
    fit,
    trainer,
)

from minicnn import (
    Callback,
    Checkpoint,
    Cosine,
    EarlyStopping,
    Trainer,
)
from minicnn.errors import Interrupted
from minicnn.training.callbacks import Training

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


class PressCtrlC(Callback):
    """Ctrl-C in the midst of a step, or twice."""

    def __init__(self, steps: int, times: int = 1) -> None:
        self.steps, self.times = steps, times

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        if trainer.steps == self.steps:
            for _ in range(self.times):
                os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("steps", [3, 5, 15])
def test_ctrl_c_ends_the_step_writes_and_says_how_to_go_on(tmp_path: Path, steps: int) -> None:
    undisturbed, who = trainer(Cosine(0.1)), trainer(Cosine(0.1))
    fit(undisturbed, EarlyStopping(9), epochs=EPOCHS, batch_size=BATCH_SIZE)
    callbacks = [Checkpoint(tmp_path), PressCtrlC(steps), EarlyStopping(9)]
    with pytest.raises(KeyboardInterrupt, match=r"step \d+ of 15; resume it with Trainer\.res"):
        fit(who, *callbacks, epochs=EPOCHS, batch_size=BATCH_SIZE)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert who.steps == steps
    again = Trainer.resume(tmp_path)
    assert again.steps == steps
    fit(again, EarlyStopping(9))
    assert facts(again) == facts(undisturbed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    who = trainer()
    with pytest.raises(
        KeyboardInterrupt, match=r"^the training was stopped in epoch 1 of 2, after \d of 10 steps"
    ):
        fit(who, Checkpoint(tmp_path), PressCtrlC(3, times=2), epochs=2, batch_size=BATCH_SIZE)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert Trainer.resume(tmp_path).steps == 0, "the checkpoint of the beginning is still whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_who_answers_to_ctrl_c_already_goes_on_doing_so(tmp_path: Path) -> None:
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append("Ctrl-C"))
    try:
        fit(trainer(), Checkpoint(tmp_path), PressCtrlC(3), epochs=2, batch_size=BATCH_SIZE)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert heard == ["Ctrl-C"]


def test_in_a_thread_there_is_no_ctrl_c(tmp_path: Path) -> None:
    who = trainer()
    thread = threading.Thread(target=lambda: fit(who, Checkpoint(tmp_path), epochs=2))
    thread.start()
    thread.join()
    assert Trainer.resume(tmp_path).steps == who.steps == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("workers", [1, 2])
def test_without_a_checkpoint_it_says_what_is_left_and_trains_on(workers: int) -> None:
    who = trainer()
    who = Trainer(who.model, who.optimizer, who.loss, workers=workers)
    with pytest.raises(Interrupted) as caught:
        fit(who, PressCtrlC(7), epochs=2, batch_size=BATCH_SIZE)
    assert who.steps in (6, 7)
    assert len(who.history) == 1
    said = f"in epoch 2 of 2, after {who.steps} of 10 steps; the model keeps"
    assert said in str(caught.value)
    assert " ".join(caught.value._render_traceback_()) == str(caught.value)
    fit(who, epochs=1, batch_size=BATCH_SIZE)
    assert who.history["epoch"] == [1, 2]
