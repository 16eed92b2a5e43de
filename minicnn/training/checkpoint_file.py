"""The checkpoint: a model file with all in it that a training needs to go on to the same bits.

That is the optimizer with its velocities and its place in the schedule, the position within fit and
epoch, the history, the state of every random generator, what callbacks keep, and marks by which the
data is known again.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minicnn import checks, losses
from minicnn.errors import ArgumentError, DataError, MinicnnError, brief
from minicnn.layers import Layer
from minicnn.layers.composition import Composition
from minicnn.losses import Loss
from minicnn.optim import SGD, schedules
from minicnn.optim.schedules import Schedule
from minicnn.saving import model_file
from minicnn.saving.archive import read_archive
from minicnn.saving.packing import pack, unpack
from minicnn.saving.weights import TRAINING
from minicnn.sequential import Sequential
from minicnn.training.history import History
from minicnn.training.progress import Position
from minicnn.training.state import Saved

if TYPE_CHECKING:
    from minicnn.training.trainer import Trainer

FORMAT = "minicnn checkpoint, version 1"
OPTIONS = ("momentum", "nesterov", "weight_decay", "decay_of")
MOST_WORKERS = 1_024


def write(path: str | Path, trainer: "Trainer") -> None:
    """Write a checkpoint, whole or not at all.

    Raises
    ------
    ArgumentError
        If something cannot be written down: an optimizer of one's own, options of a schedule, a
        loss or a layer that are not kept under their names, a callback's state.
    """
    model, optimizer = trainer.model, trainer.optimizer
    if type(optimizer) is not SGD:
        raise ArgumentError(f"Checkpoint: expected the optimizer SGD, got {optimizer!r}")
    state = {
        "format": FORMAT,
        "loss": _describe(trainer.loss, losses),
        "schedule": _describe(optimizer.schedule, schedules),
        "optimizer": {name: getattr(optimizer, name) for name in OPTIONS},
        "progress": optimizer.progress,
        "velocities": optimizer.velocities,
        "workers": trainer.workers,
        "position": trainer.numbers() | {"seconds": trainer.epoch_seconds()},
        "history": trainer.history.rows,
        "random": {"now": trainer.rng.bit_generator.state, "epoch": trainer.order},
        "layers": {name: rng.bit_generator.state for name, rng in _generators(model)},
        "data": trainer.data,
        "callbacks": [[type(c).__name__, c.state()] for c in trainer.callbacks],
    }
    model_file.write(path, model.described(), model.parameters, pack(state, TRAINING))


def read(path: str | Path, own: Sequence[type] = ()) -> Saved:
    """Read a checkpoint; no code from the file is run.

    Raises
    ------
    DataError
        If the file is no checkpoint of this version, is broken, or needs a class that is neither
        the library's nor among `own`.
    """
    layers = [kind for kind in own if issubclass(kind, Layer)]
    file = model_file.read(path, [Sequential, *layers])
    if TRAINING not in file.more:
        raise DataError(
            f"{path}: expected a checkpoint, got a model without a training; Sequential.load reads "
            "it"
        )
    try:
        state = unpack(file.more, TRAINING)
        _check_format(state["format"])
        kinds: list[type[Sequential]] = [Sequential]
        kinds += [kind for kind in own if issubclass(kind, Sequential)]
        model = model_file.restore(path, file, kinds)
        generators = dict(_generators(model))
        _check_same_names(list(state["layers"]), list(generators))
        for name, rng in generators.items():
            rng.bit_generator.state = state["layers"][name]
        return _saved(Path(path).resolve(), model, state, own)
    except MinicnnError as error:
        raise DataError(f"{path}: {brief(error).removeprefix(f'{path}: ')}") from error
    except Exception as error:  # a state that anybody may have written breaks in any way
        raise DataError(
            f"{path}: expected a checkpoint, got a broken one "
            f"({type(error).__name__}: {brief(error)})"
        ) from error


def check_rebuildable(trainer: "Trainer") -> None:
    """Raise ArgumentError unless a trainer can be written down, and be made anew from that.

    So it is noticed at once, and not on the day of need, if a class of one's own does not keep what
    it takes to make it.
    """
    layers = [type(layer) for layer in _layers(trainer.model)]
    own: list[type] = [
        type(trainer.model),
        *layers,
        type(trainer.optimizer.schedule),
        type(trainer.loss),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial.npz"
        write(path, trainer)
        try:
            saved = read(path, own)
        except DataError as error:
            why = str(error).removeprefix(f"{path}: ")
            raise ArgumentError(
                f"Checkpoint: expected a training that can be made anew from what is kept: {why}"
            ) from error
    pairs = (
        (saved.optimizer.schedule, trainer.optimizer.schedule),
        (saved.loss, trainer.loss),
    )
    for again, thing in pairs:
        if vars(again) != vars(thing) and repr(vars(again)) != repr(vars(thing)):
            raise ArgumentError(
                f"Checkpoint: expected {type(thing).__name__} to keep each option as it is, in the "
                f"attribute of its own name; made anew from {vars(thing)}, it has {vars(again)}"
            )


def position_in(path: str | Path) -> Position:
    """Return where the training stands that a checkpoint holds, or raise DataError."""
    arrays = read_archive(path, "a checkpoint")
    position = Position()
    try:
        position.move_to(unpack(arrays, TRAINING)["position"])
    except Exception as error:  # as above
        raise DataError(f"{path}: expected a checkpoint ({brief(error)})") from error
    return position


def _check_format(found: object) -> None:
    """Raise DataError unless the checkpoint is of this version."""
    if found != FORMAT:
        raise DataError(f"expected {FORMAT!r}, got {found!r}")


def _saved(path: Path, model: Sequential, state: Mapping[str, Any], own: Sequence[type]) -> Saved:
    """Make the parts of a training anew."""
    schedule = _rebuild(state["schedule"], Schedule, schedules, own)
    optimizer = SGD(schedule, **state["optimizer"])
    optimizer.progress = checks.real_number("SGD", "progress", state["progress"], minimum=0)
    optimizer.take_up(model.parameters, state["velocities"])
    position = Position()
    position.move_to(state["position"])
    scratch = np.random.default_rng(0).bit_generator
    for name in ("now", "epoch"):
        scratch.state = state["random"][name]
    if checks.whole_number("Trainer", "workers", state["workers"]) > MOST_WORKERS:
        raise DataError(f"expected at most {MOST_WORKERS} workers, got {state['workers']}")
    for name, kept in state["callbacks"]:
        checks.instance("a callback", "its name", name, str)
        checks.instance(name, "what it keeps", kept, dict)
    return Saved(
        path=path,
        model=model,
        optimizer=optimizer,
        loss=_rebuild(state["loss"], Loss, losses, own),
        workers=state["workers"],
        history=History.of_rows(state["history"]),
        position=position,
        random={name: state["random"][name] for name in ("now", "epoch")},
        data={name: state["data"][name] for name in ("train", "validation")},
        callbacks=state["callbacks"],
    )


def _generators(model: Sequential) -> Iterator[tuple[str, np.random.Generator]]:
    """Yield the random generators that layers keep, each by the place where it is kept."""
    for layer in _layers(model):
        for name, value in vars(layer).items():
            if isinstance(value, np.random.Generator):
                yield f"{layer.position}.{name}", value


def _layers(whole: Composition) -> Iterator[Layer]:
    """Yield the layers in a composition, and those in them."""
    for layer in whole.layers:
        yield layer
        if isinstance(layer, Composition):
            yield from _layers(layer)


def _check_same_names(found: Sequence[str], expected: Sequence[str]) -> None:
    """Raise DataError unless layers keep their generators from `build` on, as the file has them."""
    if sorted(found) != sorted(expected):
        raise DataError(
            f"expected random generators of layers at {found}, which each keeps from build on, got "
            f"{expected}"
        )


def _describe(thing: object, library: Any) -> dict[str, Any]:
    """Return the name and the options of a schedule or a loss."""
    name = type(thing).__name__
    if getattr(library, name, type(thing)) is not type(thing):
        raise ArgumentError(
            f"Checkpoint: expected a name that no class of minicnn has, got {name!r} for your own"
        )
    return {"type": name, "options": vars(thing)}


def _rebuild(described: Mapping[str, Any], kind: type, library: Any, own: Sequence[type]) -> Any:
    """Undo `_describe`, for classes that are known."""
    candidates = [*vars(library).values(), *own]
    known = {
        candidate.__name__: candidate
        for candidate in candidates
        if isinstance(candidate, type) and issubclass(candidate, kind) and candidate is not kind
    }
    if described["type"] not in known:
        raise DataError(
            f"unknown {kind.__name__.lower()} {described['type']!r}, expected one of "
            f"{', '.join(known)}; a class of your own is given as own=[...]"
        )
    return known[described["type"]](**described["options"])
