"""The last test of checkpoints: processes that are killed for good, again and again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# It imports once, and every training is a fork of it: so thirty starts take no longer than one.
KILLS = """
import hashlib, json, os, random, signal, sys, time
from pathlib import Path
import numpy as np
from minicnn import *
from minicnn.data import Dataset

folder, kills, epochs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(0)
images = rng.random((128, 1, 12, 12), dtype=np.float32)
data = Dataset(images, rng.integers(0, 10, 128), tuple("0123456789"))


def new():
    layers = [Conv2D(8, 5, padding="same"), ReLU(), MaxPool(2), Flatten(), Dense(64), ReLU()]
    model = Sequential([*layers, Dense(10), Softmax()], input_shape=(1, 12, 12), seed=0)
    return Trainer(model, SGD(OneCycle(0.1), momentum=0.9), CrossEntropy(), workers=1)


def train(folder, *callbacks):
    trainer = Trainer.resume(folder) if (folder / "last.npz").exists() else new()
    callbacks = [EarlyStopping(epochs), *callbacks]
    trainer.fit(data, epochs, 8, data[:32], callbacks, progress=False)
    facts = [p.value.tobytes() for p in trainer.model.parameters]
    facts += [slots["velocity"].tobytes() for slots in trainer.optimizer.slots]
    facts += [repr([row | {"seconds": 0} for row in trainer.history.rows]).encode()]
    return hashlib.sha256(b"".join(facts)).hexdigest()


def position():
    return Trainer.resume(folder).steps if (folder / "last.npz").exists() else 0


chance, steps, halves, longest = random.Random(0), [0], 0, 0.06
for number in range(10 * kills):
    if number >= kills and len(set(steps)) > 10:  # a busy machine takes more kills to get on
        break
    child = os.fork()
    if not child:
        train(folder, Checkpoint(folder, every_seconds=0))
        os._exit(0)
    time.sleep(chance.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert status == signal.SIGKILL, f"it ended by itself: {status}, after {steps}"
    halves += bool(list(folder.glob(".*.part.npz")))
    steps.append(position())
    longest = 0.06 if steps[-1] > steps[-2] else longest * 1.5  # until it gets on, however slowly
killed = train(folder, Checkpoint(folder))
print(json.dumps({
    "steps": steps,
    "halves": halves,
    "files": sorted(path.name for path in folder.iterdir()),
    "killed": killed,
    "undisturbed": train(folder / "nothing here"),
}))
"""


def kill_and_go_on(folder: Path, kills: int, epochs: int) -> dict[str, object]:
    command = [sys.executable, "-c", KILLS, str(folder), str(kills), str(epochs)]
    single = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # threads do not survive a fork
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=single)
    assert result.returncode == 0, result.stderr
    facts: dict[str, object] = json.loads(result.stdout)
    return facts


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has neither fork nor SIGKILL")
def test_killed_at_thirty_moments_it_becomes_what_it_would_have_become(tmp_path: Path) -> None:
    facts = kill_and_go_on(tmp_path, kills=30, epochs=60)
    steps, halves = facts["steps"], facts["halves"]
    assert isinstance(steps, list)
    assert steps == sorted(steps), "no step was lost that was on the disk"
    assert len(set(steps)) > 10, "the training hardly got on between the kills"
    assert isinstance(halves, int)
    assert halves >= 3, "too few kills hit a file that was being written"
    assert facts["killed"] == facts["undisturbed"]
    assert facts["files"] == ["best.npz", "last.npz"], "nothing else is left after the next start"


if __name__ == "__main__":
    # the same by hand, for longer: python tests/training/test_kill.py FOLDER 1000
    folder, kills = Path(sys.argv[1]), int(sys.argv[2])
    sys.stdout.write(f"{kill_and_go_on(folder, kills, epochs=2 * kills)}\n")
