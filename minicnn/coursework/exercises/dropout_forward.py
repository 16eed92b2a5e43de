"""Dropout, as in training."""

from typing import Any

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array, Mask


def dropout_forward(x: Array, rate: float, rng: np.random.Generator) -> tuple[Array, Mask]:
    """Return x with some numbers dropped, and the mask that says which were kept.

    Each number by itself is dropped, that is set to zero, with the probability rate. What is kept
    is divided by 1 - rate, so that the mean of y over all masks is x, and nothing has to be scaled
    when the network is used. All chance comes from rng; how you draw from it is up to you.

    Parameters
    ----------
    x : array of any shape
        The inputs.
    rate : float
        The probability that a number is dropped, from 0 up to below 1.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Returns
    -------
    y : array of the shape of x
        The outputs.
    mask : array of the shape of x
        Zero (or False) where a number was dropped. Where it was kept, either 1 (or True) or
        1 / (1 - rate), as you like.
    """
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask


SEED = 7


def cases() -> list[Case]:
    """Return the cases. They are large enough for chance to even out."""
    rng = np.random.default_rng(0)

    def case(what: str, shape: tuple[int, ...], rate: float) -> Case:
        x = rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)
        return Case(what, (x, rate, np.random.default_rng(SEED)))

    x, rate, generator = case("", (8, 5, 6, 10), 0.3).inputs
    return [
        case("a quarter dropped", (30, 60), 0.25),
        case("most dropped", (40, 60), 0.8),
        case("pictures", (6, 5, 8, 10), 0.4),
        Case(
            "float32 in another memory order",
            (np.asfortranarray(x.astype(np.float32)), rate, generator),
        ),
    ]


# -- what is seen of a random output ---------------------------------------------------------------

DROPPED = "the share that is dropped"
FACTOR = "the factor of what is kept"
CHANCE = "whether that factor depends on chance"
SHARED = "the axes along which numbers are dropped together"
AGREES = "the share of places where y and the mask agree"
KEPT = "the mask where y is kept"
REPLACED = "what stands in y where the mask is zero"
DRAWN = "whether rng was used"

DEVIATIONS = 5
"""How many standard deviations chance may move a share."""


def observe(inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> dict[str, Any]:
    """Return what is compared: numbers in which chance no longer shows."""
    x, rate, rng = inputs
    y, mask = (np.asarray(output, float) for output in outputs)
    if y.shape != x.shape:
        raise ValueError(f"y has the shape {y.shape}, x has {x.shape}")
    mask = np.broadcast_to(mask, x.shape)
    kept = y != 0
    shared = _shared_axes(kept)
    factor, by_chance = _factor(x, y, kept, rate)
    if kept.all() and factor == 1 / (1 - rate):
        shared = np.ones(x.ndim)  # one draw, which kept everything
    draws = x.size / np.prod([n for n, one in zip(x.shape, shared, strict=True) if one])
    return {
        DROPPED: _near(1 - kept.mean(), (rate, 1 - rate, 0.5), draws),
        FACTOR: factor,
        CHANCE: float(by_chance),
        SHARED: shared,
        AGREES: _near(
            ((mask != 0) == kept).mean(),
            (1.0, 0.0, rate, 1 - rate, rate**2 + (1 - rate) ** 2),
            draws,
        ),
        KEPT: _mask_where_kept(mask[kept], x[kept], y[kept], rate),
        REPLACED: _replaced(y[mask == 0]),
        DRAWN: float(_was_used(rng)),
    }


def _near(share: float, candidates: tuple[float, ...], draws: float) -> float:
    """Return the candidate that chance explains the share with, or the share, rounded.

    The first candidate is the right one, which comes before all others.
    """

    def is_near(one: float) -> bool:
        chance = DEVIATIONS * np.sqrt(one * (1 - one) / draws)
        return bool(abs(share - one) <= chance + 1e-9)

    nearest = min(candidates, key=lambda one: abs(one - share))
    found = next((one for one in (candidates[0], nearest) if is_near(one)), None)
    return round(float(share), 1) if found is None else found


def _shared_axes(kept: Mask) -> Array:
    """Return 1 for each axis along which the mask repeats, 0 for the others."""
    if kept.all():
        return np.zeros(kept.ndim)
    return np.array([float((kept == kept.take([0], axis=axis)).all()) for axis in range(kept.ndim)])


def _factor(x: Array, y: Array, kept: Mask, rate: float) -> tuple[float, bool]:
    """Return y / x where y is kept, NaN if it is no one number, and whether chance is in it."""
    right = 1 / (1 - rate)
    if not kept.any():
        return right, False
    ratios = y[kept] / x[kept]
    factor = float(np.median(ratios))
    if np.abs(ratios - factor).max() > 1e-3 * abs(factor):
        return float("nan"), False
    if np.isclose(factor, right, rtol=1e-4):
        return right, False
    if np.isclose(factor * kept.mean(), 1, rtol=1e-4):
        return right, True
    return round(factor, 4), False


def _mask_where_kept(mask: Array, x: Array, y: Array, rate: float) -> float:
    """Return 1 for a mask of truth values or factors; 2 or 3 for x or y; NaN for other numbers."""
    for one, number in ((x, 2.0), (y, 3.0)):
        if mask.size and np.ptp(np.abs(one)) > 0 and np.allclose(mask, one, rtol=1e-4):
            return number
    if np.allclose(y, x * mask, rtol=1e-4):  # whatever the factor is, it is said elsewhere
        return 1.0
    mask = mask[mask != 0]
    if not mask.size or any(np.allclose(mask, one, rtol=1e-4) for one in (1, 1 / (1 - rate))):
        return 1.0
    return round(float(mask[0]), 4) if np.allclose(mask, mask[0], rtol=1e-4) else float("nan")


def _replaced(dropped: Array) -> float:
    """Return 0 for zeros, NaN for what is no number, 1 for one number, 2 for several."""
    if not dropped.any():
        return 0.0
    if not np.isfinite(dropped).all():
        return float("nan")
    return 1.0 if np.ptp(dropped) <= 1e-6 else 2.0


def _was_used(rng: np.random.Generator) -> bool:
    """Return whether numbers were drawn from a generator of the cases."""
    new = np.random.default_rng(SEED).bit_generator
    spawned = getattr(rng.bit_generator.seed_seq, "n_children_spawned", 0)
    return bool(spawned) or str(rng.bit_generator.state) != str(new.state)


exercise = Exercise(dropout_forward, ["y", "mask"], cases, observe=observe)
