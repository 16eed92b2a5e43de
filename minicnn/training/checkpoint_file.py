"""The checkpoint: a model file with all in it that a training needs to go on to the same bits.

That is the optimizer with its slots and its place in the schedule, the loss, the progress, the
history, the state of every random generator, the states of the callbacks, and fingerprints of the
data.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError, MinicnnError, shorten
from minicnn.losses import Loss
from minicnn.optim import Optimizer
from minicnn.saving import model_file
from minicnn.saving.archive import read_archive
from minicnn.saving.atomic import atomic_write
from minicnn.saving.description import classes_in, describe, known_classes, rebuild
from minicnn.saving.packing import pack, unpack
from minicnn.saving.weights import TRAINING
from minicnn.sequential import Sequential
from minicnn.training.history import History
from minicnn.training.own_parts import drawn, generators_of
from minicnn.training.progress import Progress
from minicnn.training.state import TrainingState

FORMAT = "minicnn checkpoint, version 3"
FINGERPRINT = ["augmentations", "images", "shape", "targets"]
MOST_WORKERS = 1_024
MOST_PROCESSES = 2**20


def write(path: str | Path, state: TrainingState) -> None:
    """Write a checkpoint, whole or not at all.

    Raises
    ------
    ArgumentError
        If something cannot be written down: options of an optimizer, a schedule, a loss or a layer
        that are not kept under their names, or the state of a callback.
    """
    entries = _to_entries(state)
    with atomic_write(path) as file:
        np.savez(file, **entries)


def read(path: str | Path, own: Sequence[type] = ()) -> TrainingState:
    """Read a checkpoint; no code from the file is run.

    Parameters
    ----------
    path : str or Path
    own : sequence of classes
        Layers, optimizers, schedules and losses of your own.

    Raises
    ------
    DataError
        If the file is no checkpoint of this version, is broken, or needs a class that is neither
        the library's nor among `own`.
    """
    return _from_entries(read_archive(path, model_file.WHAT), path, own)


def check_rebuildable(state: TrainingState) -> None:
    """Raise ArgumentError unless a training can be written down, and restored from that.

    So a class that cannot be restored is noticed at the start, not at the resume.
    """
    entries = {name: np.asarray(entry) for name, entry in _to_entries(state).items()}
    own = [*classes_in([state.model, state.optimizer, state.loss])]
    try:
        restored = _from_entries(entries, "Checkpoint", own)
    except DataError as error:
        raise ArgumentError(f"{error} (on restoring the training that is to be kept)") from error
    for again, thing in (
        (restored.optimizer, state.optimizer),
        (restored.loss, state.loss),
    ):
        found, expected = pack(describe(again), "option"), pack(describe(thing), "option")
        if not all(np.array_equal(found[name], expected[name]) for name in expected):
            raise ArgumentError(
                f"Checkpoint: expected {thing} to keep each option as it is, in the attribute of "
                f"its own name; made from its options again, it is {again}"
            )


def read_progress(path: str | Path) -> Progress:
    """Return how far the training got that a checkpoint holds, or raise DataError."""
    arrays = read_archive(path, "a checkpoint")
    try:
        return Progress.from_dict(unpack(arrays, TRAINING)["progress"])
    except Exception as error:  # a state that anybody may have written breaks in any way
        raise DataError(f"{path}: expected a checkpoint ({shorten(error)})") from error


def _to_entries(state: TrainingState) -> dict[str, Any]:
    """Return the entries of a checkpoint by name."""
    training = {
        "format": FORMAT,
        "optimizer": describe(state.optimizer),
        "optimizer_state": state.optimizer.state(),
        "loss": describe(state.loss),
        "seed": state.seed,
        "workers": state.workers,
        "processes": state.processes,
        "progress": state.progress.as_dict(),
        "history": state.history,
        "random": state.random,
        "layers": drawn(state.model),
        "data": state.data,
        "callbacks": state.callbacks,
    }
    return model_file.to_entries(state.model, state.model.seed) | pack(training, TRAINING)


def _from_entries(
    arrays: Mapping[str, npt.NDArray[Any]], path: str | Path, own: Sequence[type]
) -> TrainingState:
    """Undo `_to_entries`; `path` says in messages where the entries come from."""
    file = model_file.from_entries(arrays, path, [Sequential, *own])
    if TRAINING not in arrays:
        raise DataError(
            f"{path}: expected a checkpoint, got a model without a training; Sequential.load reads "
            "it"
        )
    kinds: list[type[Sequential]] = [Sequential]
    kinds += [kind for kind in own if issubclass(kind, Sequential)]
    model = file.model(*kinds)
    try:
        return _restored(unpack(arrays, TRAINING), model, Path(path).resolve(), own)
    except MinicnnError as error:
        raise DataError(f"{path}: {shorten(error)}") from error
    except Exception as error:  # a state that anybody may have written breaks in any way
        raise DataError(
            f"{path}: expected a checkpoint, got a broken one "
            f"({type(error).__name__}: {shorten(error)})"
        ) from error


def _restored(
    state: Mapping[str, Any], model: Sequential, path: Path, own: Sequence[type]
) -> TrainingState:
    """Make the parts of a training again."""
    if state["format"] != FORMAT:
        raise DataError(f"expected {FORMAT!r}, got {state['format']!r}")
    known = known_classes(own)
    optimizer, loss = rebuild(state["optimizer"], known), rebuild(state["loss"], known)
    checks.instance("checkpoint", "optimizer", optimizer, Optimizer)
    checks.instance("checkpoint", "loss", loss, Loss)
    optimizer.restore(state["optimizer_state"], model.named_parameters())
    _restore_generators(model, state["layers"])
    scratch = np.random.default_rng(0).bit_generator
    for name in ("now", "epoch"):
        scratch.state = state["random"][name]
    if checks.whole_number("Trainer", "workers", state["workers"]) > MOST_WORKERS:
        raise DataError(f"expected at most {MOST_WORKERS} workers, got {state['workers']}")
    if checks.whole_number("Trainer", "processes", state["processes"]) > MOST_PROCESSES:
        raise DataError(f"expected at most {MOST_PROCESSES} processes, got {state['processes']}")
    for name, kept in state["callbacks"]:
        checks.instance("checkpoint", "the name of a callback", name, str)
        checks.instance("checkpoint", f"the state of {name}", kept, dict)
    return TrainingState(
        model=model,
        optimizer=optimizer,
        loss=loss,
        seed=checks.whole_number("Trainer", "seed", state["seed"], minimum=0),
        workers=state["workers"],
        processes=state["processes"],
        progress=Progress.from_dict(state["progress"]),
        history=History.of_rows(state["history"]).rows,
        random={name: state["random"][name] for name in ("now", "epoch")},
        data=_fingerprints(state["data"]),
        callbacks=state["callbacks"],
        path=path,
    )


def _fingerprints(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fingerprints of the data, where there is a sound one for each of its parts."""
    train, validation = data["train"], data["validation"]
    for found in (train, *([] if validation is None else [validation])):
        if not isinstance(found, dict) or sorted(found) != FINGERPRINT:
            raise DataError(f"expected a fingerprint of the data, got {found!r}")
    return {"train": train, "validation": validation}


def _restore_generators(model: Sequential, states: Mapping[str, Any]) -> None:
    """Restore the random generators of layers, each of which a layer keeps from `build` on."""
    generators = generators_of(model)
    if sorted(states) != sorted(generators):
        raise DataError(
            f"expected random generators of layers at {list(generators)}, which each keeps from "
            f"build on, got {list(states)}"
        )
    for name, rng in generators.items():
        rng.bit_generator.state = states[name]
