"""He's initialisation."""

from typing import Any

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array


def he_normal(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return random weights to start with, as large as a layer before a ReLU needs them.

    An output is a sum of fan-in products of an input and a weight. For the sum to be as large as
    the inputs are, the weights must be the smaller the more of them there are; and since a ReLU
    sets half of the inputs to zero, their variance is 2 / fan-in (He et al., 2015). They are drawn
    from a normal distribution of mean 0, each by itself, all from rng.

    The fan-in is how many inputs one output sees: D_in for dense weights (D_out, D_in), and
    C * KH * KW for kernels (F, C, KH, KW).

    Parameters
    ----------
    shape : tuple of int
        (D_out, D_in), or (F, C, KH, KW).
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    array of this shape
        The weights.
    """
    fan_in = np.prod(shape[1:])
    return rng.normal(0, np.sqrt(2 / fan_in), size=shape)


SEED = 7


def cases() -> list[Case]:
    """Return the cases. They are large enough for chance to even out."""

    def case(what: str, shape: tuple[int, ...]) -> Case:
        return Case(what, (shape, np.random.default_rng(SEED)))

    return [
        case("a dense layer of more inputs than outputs", (36, 100)),
        case("a dense layer of many outputs", (250, 14)),
        case("many kernels of three channels", (40, 3, 5, 6)),
        case("few kernels of many channels", (14, 40, 2, 3)),
    ]


# -- what is seen of random weights ----------------------------------------------------------------

VARIANCE = "the variance, in units of 2 / fan-in"
MEAN = "the mean, in standard deviations"
LARGEST = "the largest number, in standard deviations"
DIFFERENT = "the share of numbers that are different"
SHAPE = "the shape"
DRAWN = "whether rng was used"

DEVIATIONS = 5
"""How many of its own standard deviations chance may move an estimate."""


def _fans(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the fan-in, the fan-out, and the area of a kernel."""
    area = int(np.prod(shape[2:]))
    return shape[1] * area, shape[0] * area, area


def _deviations(shape: tuple[int, ...]) -> dict[str, float]:
    """Return the standard deviations that the right weights have, and wrong ones."""
    fan_in, fan_out, area = _fans(shape)
    total = int(np.prod(shape))
    truncated = 0.87962566103423978  # of a standard normal distribution cut off at -2 and 2
    return {
        "right": np.sqrt(2 / fan_in),
        "fan_out": np.sqrt(2 / fan_out),
        "fan_out, 1": np.sqrt(1 / fan_out),
        "fan_out, variance": 2 / fan_out,
        "without the area, 1": np.sqrt(1 / shape[1]),
        "without the area, variance": 2 / shape[1],
        "first axis, 1": np.sqrt(1 / shape[0]),
        "first axis, variance": 2 / shape[0],
        "last axis, 1": np.sqrt(1 / shape[-1]),
        "last axis, variance": 2 / shape[-1],
        "all weights, variance": 2 / total,
        "sum of the axes": np.sqrt(2 / sum(shape[1:])),
        "width alone": np.sqrt(2 / (shape[1] * shape[-1])) if area > 1 else np.sqrt(2 / fan_in),
        "height alone": np.sqrt(2 / (shape[1] * shape[2])) if area > 1 else np.sqrt(2 / fan_in),
        "4": np.sqrt(4 / fan_in),
        "half": np.sqrt(1 / fan_in / 2),
        "square": (2 / fan_in) ** 2,
        "root of 2": np.sqrt(2),
        "grows": np.sqrt(2 * fan_in),
        "without the area": np.sqrt(2 / shape[1]),
        "first axis": np.sqrt(2 / shape[0]),
        "last axis": np.sqrt(2 / shape[-1]),
        "area alone": np.sqrt(2 / area) if area > 1 else np.sqrt(2 / fan_in),
        "all weights": np.sqrt(2 / total),
        "1": np.sqrt(1 / fan_in),
        "variance": 2 / fan_in,
        "inverse": 1 / fan_in,
        "root of 2 alone": np.sqrt(2) / fan_in,
        "sum of both fans": np.sqrt(2 / (fan_in + fan_out)),
        "mean of both fans": np.sqrt(4 / (fan_in + fan_out)),
        "6": np.sqrt(6 / fan_in),
        "uniform": np.sqrt(2 / fan_in / 3),
        "uniform from 0": np.sqrt(2 / fan_in / 12),
        "fourth root": (2 / fan_in) ** 0.25,
        "upside down": np.sqrt(fan_in / 2),
        "0.01": 0.01,
        "0.05": 0.05,
        "0.1": 0.1,
        "standard": 1.0,
        "truncated": truncated * np.sqrt(2 / fan_in),
    }


def observe(inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> dict[str, Any]:
    """Return what is compared: numbers in which chance no longer shows."""
    shape, rng = inputs
    weights = np.asarray(outputs[0], float)
    if not weights.size:
        raise ValueError("the array is empty")
    deviation, count = float(weights.std()), len(np.unique(weights))
    different = count > 0.9 * weights.size
    seen = {
        SHAPE: np.array(weights.shape, float),
        DIFFERENT: 1.0 if different else count / weights.size,
        DRAWN: float(_was_used(rng)),
    }
    if deviation < 1e-12:
        return seen | {VARIANCE: 0.0, MEAN: 0.0, LARGEST: 0.0}
    mean = float(weights.mean()) / deviation
    right = float(_deviations(shape)["right"])
    variance = (deviation / right) ** 2
    chance = DEVIATIONS / np.sqrt(count)
    largest = float(np.abs(weights - weights.mean()).max()) / deviation
    return seen | {
        VARIANCE: 1.0 if abs(variance - 1) <= chance * np.sqrt(2) else variance,
        MEAN: _near(mean, (0.0, np.sqrt(3), HALF_NORMAL, right), chance),
        LARGEST: next((number for number, limit in LIMITS if largest < limit), round(largest, 1)),
    }


LIMITS = ((1.0, 1.5), (1.7, 1.95), (2.3, 2.55), (4.0, 6.0))
"""Of coin tosses, uniform numbers, truncated normal and normal numbers: their largest number, in
standard deviations, and the limit below which it is."""


HALF_NORMAL = 1.3236
"""The mean of the sizes of normal numbers, in standard deviations of these sizes."""


def _near(mean: float, candidates: tuple[float, ...], chance: float) -> float:
    """Return the candidate that chance explains the mean with, or the mean, rounded."""
    nearest = min(candidates, key=lambda one: abs(one - mean))
    return nearest if abs(mean - nearest) <= chance else round(mean, 1)


def _was_used(rng: np.random.Generator) -> bool:
    """Return whether numbers were drawn from a generator of the cases."""
    new = np.random.default_rng(SEED).bit_generator
    spawned = getattr(rng.bit_generator.seed_seq, "n_children_spawned", 0)
    return bool(spawned) or str(rng.bit_generator.state) != str(new.state)


# Two estimates of one variance differ by about 3 %; those of two mistakes by a fifth at least.
exercise = Exercise(he_normal, ["w"], cases, observe=observe, tolerance=0.13)
