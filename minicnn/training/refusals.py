"""What a trainer refuses before any work."""

import math
from collections.abc import Mapping
from typing import Any

from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError, DataError
from minicnn.layers import BatchNorm, Composition, Layer, Sigmoid, Softmax
from minicnn.losses import BinaryCrossEntropy, Loss, MeanSquaredError
from minicnn.sequential import Sequential
from minicnn.training.processes import Processes
from minicnn.training.state import TrainingState


def check_trainable(model: Sequential, loss: Loss) -> None:
    """Raise unless the model is built, has something to learn, and at most one softmax to skip."""
    model.check_ready()
    model.check_layers()
    if not any(parameter.trainable for parameter in model.parameters):
        raise ArgumentError(
            f"Trainer: expected a model with something to learn, got {len(model.parameters)} "
            f"parameters{', all of them frozen' if model.parameters else ''}"
        )
    if loss.includes_softmax:
        _check_scores(model.without_softmax(), loss)
    elif isinstance(loss, BinaryCrossEntropy):
        _check_scores(model, loss)


def _check_scores(network: Composition, loss: Loss) -> None:
    """Raise ArgumentError if the layers end in probabilities, where the loss makes them itself."""
    places: list[str] = []
    last: Layer = network
    while isinstance(last, Composition) and type(last).forward is Composition.forward:
        if not last.layers:
            return
        place, last = last.steps()[-1]
        places.append(place)
    if isinstance(last, Softmax | Sigmoid):
        raise ArgumentError(
            f"Trainer: expected scores for {loss!r}, which makes probabilities of them itself, but "
            f"{'.'.join(places)} {last!r} gives probabilities; leave it out"
            + (
                ", or put it last in the model itself, where it is skipped in training: two "
                "softmaxes in a row hardly learn"
                if loss.includes_softmax and isinstance(last, Softmax)
                else ""
            )
        )


def check_classes(model: Sequential, loss: Loss, train: Dataset, other: Dataset | None) -> None:
    """Raise DataError where class numbers do not mean the same in the data and in the model."""
    if train.classes is None:
        return
    if model.classes is not None and sorted(model.classes) == sorted(train.classes):
        train.check_classes("Trainer.fit: train", model.classes)  # the same in another order
    outputs = model.out_shape or ()
    if isinstance(loss, MeanSquaredError) and outputs != (len(train.classes),):
        raise DataError(
            f"Trainer.fit: class numbers of {len(train.classes)} classes stand for one-hot targets "
            f"with {loss}, but the model gives {outputs}; for targets of another kind, such as the "
            "images themselves, make the data so: Dataset(images, images)"
        )
    if other is not None:
        other.check_classes("Trainer.fit: validation", train.classes)


def check_batches(model: Sequential, samples: int, batch_size: int) -> None:
    """Raise ArgumentError if a batch, such as the last of an epoch, were too small to normalize."""
    if smallest_batch(samples, batch_size) > 1:
        return
    for place, layer in model.walk():
        if isinstance(layer, BatchNorm) and layer.trainable and layer.values_of_a_sample == 1:
            raise ArgumentError(
                f"Trainer.fit: expected batches of two samples or more for {place} {layer}, since "
                f"a single one has no variance, got {samples:,} samples in batches of "
                f"{batch_size:,}, of which the last has one"
                + ("" if samples == 1 else "; take another batch_size, or train[:-1]")
            )


def check_processes(
    model: Sequential, loss: Loss, size: int, samples: int, batch_size: int
) -> None:
    """Raise ArgumentError unless each of so many processes gets a share of every batch."""
    if size == 1:
        return
    uncut = [
        f"{place} {layer!r}"
        for place, layer in model.walk()
        if not (layer.per_sample or layer.sums_over_batch)
    ]
    uncut += [] if loss.per_sample else [repr(loss)]
    if uncut:
        raise ArgumentError(
            f"Trainer: expected a batch that {size} processes may share, but {uncut[0]} does not "
            "say that it works on a share of a batch; set per_sample = True in its class if each "
            "sample's result depends on that sample alone, or train in one process"
        )
    smallest = smallest_batch(samples, batch_size)
    if smallest < size:
        raise ArgumentError(
            f"Trainer: expected batches of {size} samples or more, one for each process, got "
            f"{samples:,} samples in batches of {batch_size:,}, of which the last has {smallest}; "
            "take another batch_size, leave out the samples of the last batch, or start fewer "
            "processes"
        )


def check_number(state: TrainingState, processes: Processes | None) -> None:
    """Raise DataError unless as many processes resume a checkpoint as wrote it."""
    size = 1 if processes is None else processes.size
    if size != state.processes:
        how = f"start it by `mpiexec -n {state.processes} python SCRIPT` (one machine will do)"
        if state.processes == 1:
            how = "resume it in one process, without mpiexec or processes=..."
        elif size == 1:
            how += " and give processes=MPIProcesses()"
        raise DataError(
            f"{state.path}: expected as many processes as trained it, {state.processes}, got "
            f"{size}; {how}"
        )


def smallest_batch(samples: int, batch_size: int) -> int:
    """Return the size of the smallest batch of an epoch, which is the last.

    Examples
    --------
    >>> smallest_batch(100, 32), smallest_batch(100, 50)
    (4, 50)
    """
    return samples % batch_size or batch_size


def check_same(
    state: TrainingState, given: Mapping[str, int | None], data: Mapping[str, Any]
) -> None:
    """Raise unless `fit` is asked for the training that was interrupted, on its data."""
    progress = state.progress
    for name, expected in (("epochs", progress.epochs), ("batch_size", progress.batch_size)):
        if given[name] not in (None, expected):
            raise ArgumentError(
                f"Trainer.fit: expected {name}={expected}, as before the interruption, or "
                f"nothing; got {given[name]}. Once that training is done, call fit again to "
                "train on"
            )
    for name, known in state.data.items():
        if data[name] != known:
            got = data[name] or {}
            differ = [part for part in known or {} if got and got[part] != known[part]]
            what = f"from which it differs in {' and '.join(differ)}, " if differ else ""
            raise DataError(
                f"Trainer.fit: expected the {name} data that the training was interrupted on, "
                f"{what}with the fingerprint {known}, got {data[name]}"
            )
    if math.ceil(data["train"]["shape"][0] / progress.batch_size) != progress.steps_per_epoch:
        raise DataError(f"{state.path}: expected epochs of as many steps as the data has batches")
