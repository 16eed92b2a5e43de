"""The moments of a training, as the page shows them: the whole model at each, and edge scores."""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.explorer.network import every_layer, layers_by_place, row_of
from minicnn.inspection.film import Film, Recording
from minicnn.inspection.layer_kernels import outputs_first
from minicnn.inspection.measure import edge_scores
from minicnn.layers import Composition
from minicnn.saving import weights
from minicnn.typing import Array


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Moment:
    """A model at one moment of its training.

    Attributes
    ----------
    step : int
        The number of steps before it.
    loss, accuracy : float or None
        Means over the training batches since the moment before it in the film; None where there are
        none.
    values : dict of str to array
        All parameters by name.
    """

    step: int
    loss: float | None
    accuracy: float | None
    values: dict[str, Array]


def moments_of(
    model: Composition, film: Film | Recording | str | Path | None, most: int | None
) -> list[Moment]:
    """Return the moments of a film that kept whole models, oldest first; the last is `model`.

    Without a film there are none. Where the film ends with other weights, since the model was
    averaged or trained on, the model itself comes after its last moment.

    Parameters
    ----------
    model : Sequential
        Built.
    film : Film, Recording, or the path of a recording
    most : int or None
        Of more moments so many are taken, from the first to the last.

    Raises
    ------
    ArgumentError
        If the film is something else, or kept no models.
    DataError
        If it is the film of another model: a parameter is missing, left over or of another shape.
    """
    if film is None:
        return []
    recording = _recording(film)
    parameters = model.named_parameters()
    values = weights.values_of(parameters)
    when = {int(step): index for index, step in enumerate(recording.steps)}
    moments = []
    for index, step in enumerate(recording.model_steps.tolist()):
        then = {name: kept[index] for name, kept in recording.models.items()}
        weights.check("write_page: film", then, parameters)
        means = (recording.loss, recording.accuracy) if step in when else ()
        loss, accuracy = (_or_none(mean[when[step]]) for mean in means) if means else (None, None)
        moments.append(Moment(step, loss, accuracy, then))
    last = moments[-1]
    same = all(np.array_equal(last.values[name], value) for name, value in values.items())
    end = [] if same else [Moment(last.step, None, None, values)]
    return some(moments + end, most)


def some(moments: list[Moment], most: int | None) -> list[Moment]:
    """Return so many of the moments at most, the last among them."""
    if most is None or len(moments) <= most:
        return moments
    chosen = np.linspace(len(moments) - 1, 0, most).round().astype(int)
    return [moments[index] for index in sorted(chosen)]


def written(moment: Moment, *, short: bool, is_model: bool) -> dict[str, Any]:
    """Return a moment as the page reads it; the weights of the model itself stand elsewhere."""
    described: dict[str, Any] = {
        "step": moment.step,
        "loss": moment.loss,
        "accuracy": moment.accuracy,
        "weights": None,
    }
    if is_model:
        return described
    if not short:
        return described | {"dtype": "float32", "weights": encoded(row_of(moment.values))}
    parts = [[int(value.size), float(abs(value).max())] for value in moment.values.values()]
    return described | {"dtype": "fixed12", "parts": parts, "weights": in_12_bits(moment.values)}


def encoded(row: Array, *, half: bool = False) -> str:
    """Return numbers in base64, each of 4 bytes or 2, little end first."""
    numbers = row.astype("<f2" if half else "<f4")
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def in_12_bits(values: Mapping[str, Array]) -> str:
    """Return parameters in base64, each number as one of the levels 0 to 4094, two in three bytes.

    Level 2047 is zero, and the levels 0 and 4094 are the largest number of the same parameter, with
    either sign. So the error is at most a 4094th of that.
    """
    levels = [
        (value / (abs(value).max() or 1) * 2047).round() + 2047
        for value in (kept.astype(np.float64).ravel() for kept in values.values())
    ]
    row = np.concatenate(levels).astype(np.uint16)
    first, second = np.pad(row, (0, row.size % 2)).reshape(-1, 2).T
    threes = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=1)
    return base64.b64encode(threes.astype(np.uint8).tobytes()).decode("ascii")


def add_edges(
    model: Composition, layers: list[dict[str, Any]], banks: list[dict[str, Array]]
) -> None:
    """Add to each described convolution the `edge` scores of its kernels, a row for each moment.

    A kernel of one pixel has none.

    Parameters
    ----------
    model : Sequential
    layers : list of dict
        As `describe_layers` gives them.
    banks : list of dict of str to array
        All parameters at each moment.
    """
    owners = layers_by_place(model)
    for layer in every_layer(layers):
        shape = layer["parameters"].get("weight", {"shape": []})["shape"]
        if len(shape) == 4 and shape[2:] != [1, 1]:
            name, owner = f"{layer['place']}.weight", owners[layer["place"]]
            scores = [edge_scores(outputs_first(owner, values[name])) for values in banks]
            layer["edge"] = [row.round(3).tolist() for row in scores]


def _recording(film: Film | Recording | str | Path) -> Recording:
    """Return what a film has recorded, or raise where it has no whole models."""
    if isinstance(film, str | Path):
        film = Recording.load(film)
    if isinstance(film, Film):
        film = film.recording
    checks.instance("write_page", "film", film, Recording)
    if not len(film.model_steps):
        raise ArgumentError(
            "write_page: film must have kept the whole model at some moments, got one of kernels "
            "alone; Film(..., models=20) keeps it"
        )
    return film


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
