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

Outputs = tuple[Array, Array | Mask]


# -- how many are dropped --------------------------------------------------------------------------


@exercise.mistake(
    "The rate was taken for the probability of being kept, throughout.",
    hint="With rate = 0.2, how many of 100 numbers should be zero?",
)
def rate_as_what_is_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask / rate, mask


@exercise.mistake(
    "The comparison is the wrong way round: what should be kept is dropped, the scale being right.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? How often is rng.random() below "
    "0.2?",
)
def comparison_the_wrong_way_round(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Half of the numbers are dropped, whatever the rate.",
    hint="Where does the rate appear in the line that draws the mask?",
)
def half_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Half of the numbers are dropped and the others doubled, whatever the rate.",
    hint="Where does the rate appear in your function?",
)
def rate_taken_for_a_half(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask * 2, mask


@exercise.mistake(
    "The mask comes from normal, not uniform, random numbers: the share that is dropped is not the "
    "rate.",
    hint="How often is a number from rng.standard_normal() below 0.2, and how often one from "
    "rng.random()?",
)
def normal_numbers_compared(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.standard_normal(x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Nothing was dropped: x was multiplied by 1 - rate, as classic dropout does when the network "
    "is used.",
    hint="This is the forward pass in training. What happens by chance in it?",
)
def as_in_use(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    rng.random()
    return x * (1 - rate), np.ones_like(x)


@exercise.mistake(
    "The mask was drawn, but y is x as it came.",
    hint="What should y be where the mask is zero?",
)
def mask_not_applied(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    return x.copy(), rng.random(x.shape) >= rate


@exercise.mistake(
    "x was multiplied by random numbers, not by a mask of zeros and ones.",
    hint="A number is dropped or kept, nothing between. What turns a random number into a yes or "
    "no?",
)
def multiplied_by_random_numbers(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.01, 1, size=x.shape)
    return x * numbers / (1 - rate), numbers


# -- the scale -------------------------------------------------------------------------------------


@exercise.convention(
    "What is kept was not scaled: that is the classic dropout, which scales when the network is "
    "used.",
    reason="Srivastava et al. (2014) multiply by 1 - rate when the network is used. Frameworks "
    "divide by 1 - rate in training instead, and so does this exercise: then a network in use "
    "needs to know nothing of dropout.",
)
def not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask, mask


@exercise.mistake(
    "What is kept was divided by the rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def divided_by_the_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / rate, mask


@exercise.mistake(
    "What is kept was multiplied by 1 - rate, not divided.",
    hint="With rate = 0.2, 80 of 100 numbers are left. Must they grow or shrink for the same sum?",
)
def multiplied_not_divided(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * (1 - rate), mask


@exercise.mistake(
    "What is kept was multiplied by the rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def multiplied_by_the_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * rate, mask


@exercise.mistake(
    "What is kept was scaled twice, by 1 / (1 - rate) in the mask and by 1 / (1 - rate) again.",
    hint="Write down y for one number that is kept. How often does 1 - rate appear?",
)
def scaled_twice(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "What is kept was divided by the root of 1 - rate.",
    hint="Is it the mean of y that should be kept, or its mean square?",
)
def divided_by_the_root(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / np.sqrt(1 - rate), mask


@exercise.mistake(
    "What is kept was multiplied by 1 + rate.",
    hint="With rate = 0.5, half is left. By what must it grow for the same sum?",
)
def multiplied_by_one_plus_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * (1 + rate), mask


@exercise.convention(
    "What is kept was divided by the share that this mask happened to keep, not by 1 - rate.",
    reason="Then the scale depends on chance, and on the other numbers of the batch; where all are "
    "dropped it divides by zero. With 1 - rate the mean of y over all masks is x exactly.",
)
def divided_by_the_share_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / mask.mean(), mask


# -- one draw for several numbers ------------------------------------------------------------------


@exercise.mistake(
    "All samples have the same mask.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_mask_for_all_samples(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.broadcast_to(rng.random(x.shape[1:]) >= rate, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Whole samples are dropped: one number was drawn for each.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def whole_samples_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    drawn = rng.random((len(x), *[1] * (x.ndim - 1))) >= rate
    mask = np.broadcast_to(drawn, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Whole channels are dropped: one number was drawn for each channel of each picture.",
    hint="That is spatial dropout. Here each number of x is dropped by itself.",
)
def whole_channels_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    drawn = rng.random((*x.shape[:2], *[1] * (x.ndim - 2))) >= rate
    mask = np.broadcast_to(drawn, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "One number was drawn for the mask along the last axis, which all others share.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_mask_along_the_last_axis(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.broadcast_to(rng.random(x.shape[-1]) >= rate, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "A single number was drawn: all of x is dropped, or nothing.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_draw_for_all(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.full(x.shape, rng.random() >= rate)
    return x * mask / (1 - rate), mask


# -- the mask and the generator --------------------------------------------------------------------


@exercise.mistake(
    "The mask says what was dropped, not what was kept.",
    hint="What will the backward pass multiply dy by?",
)
def mask_of_what_was_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * ~mask / (1 - rate), mask


@exercise.mistake(
    "The mask that is returned was drawn again: it is not the one that y was made with.",
    hint="The backward pass needs the very mask of the forward pass. How often do you draw?",
)
def another_mask_returned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, rng.random(x.shape) >= rate


@exercise.mistake(
    "The random numbers themselves were returned, not the mask that was made of them.",
    hint="What should the mask be where a number was dropped?",
)
def random_numbers_returned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.001, 0.999, size=x.shape)
    return x * (numbers >= rate) / (1 - rate), numbers


@exercise.mistake(
    "The mask and y came back in the other order.",
    hint="The order is y, mask.",
)
def mask_before_y(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return mask.astype(x.dtype), x * mask / (1 - rate)


@exercise.mistake(
    "y was returned twice, and the mask not at all.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def y_for_the_mask(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, y


@exercise.mistake(
    "rng was not used: the random numbers come from a generator of your own, or from np.random.",
    hint="A run can be repeated only if all chance comes from one seed. Which argument carries it?",
)
def rng_not_used(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.random.default_rng(1).random(x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Nothing happens at all: y is x, the mask is all ones, and rng was not used.",
    hint="This is the forward pass in training. What happens by chance in it?",
)
def nothing_done(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    return x.copy(), np.ones_like(x)


@exercise.mistake(
    "y is not zero where a number was dropped: the mean of x stands there, or something was "
    "added to all of y.",
    hint="What does a number that is dropped contribute to the sums of the next layer?",
)
def replaced_by_the_mean(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x / (1 - rate), x.mean()), mask


@exercise.mistake(
    "What was dropped is not zero but NaN.",
    hint="What does a number that is dropped contribute to the sums of the next layer?",
)
def replaced_by_nan(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x / (1 - rate), np.nan), mask


@exercise.mistake(
    "What was kept of x was returned where the mask should be.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def x_returned_for_the_mask(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), x * mask


@exercise.mistake(
    "The mask holds the random numbers themselves where y is kept.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def random_numbers_where_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.001, 0.999, size=x.shape)
    kept = numbers >= rate
    return x * kept / (1 - rate), numbers * kept


@exercise.mistake(
    "What is kept was doubled, whatever the rate; the right share is dropped.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def doubled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * 2, mask


@exercise.mistake(
    "What is kept was multiplied by the root of 1 - rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. Must they grow or shrink for the same sum?",
)
def multiplied_by_the_root(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * np.sqrt(1 - rate), mask


@exercise.mistake(
    "The comparison is the wrong way round, and what is kept was not scaled.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask, mask


@exercise.mistake(
    "The comparison is the wrong way round, and what is kept was multiplied by 1 - rate, not "
    "divided.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_multiplied(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask * (1 - rate), mask


@exercise.mistake(
    "The rate was taken for the share that is kept, and what is kept was multiplied by it, "
    "not divided.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_multiplied_by_the_rate(
    x: Array, rate: float, rng: np.random.Generator
) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask * rate, mask


@exercise.mistake(
    "Half of the numbers are dropped, whatever the rate, and what is kept was not scaled.",
    hint="Where does the rate appear in your function?",
)
def half_dropped_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask, mask


@exercise.mistake(
    "The mask comes from normal random numbers, compared with 1 - rate: the share that is "
    "dropped is not the rate.",
    hint="How often is a number from rng.standard_normal() below 0.8, and how often one from "
    "rng.random()?",
)
def normal_numbers_below_what_is_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.standard_normal(x.shape) < 1 - rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The random numbers run from -1 to 1, not from 0 to 1, so another share is dropped.",
    hint="How often is a uniform number from -1 to 1 below 0.2?",
)
def numbers_from_minus_one(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.uniform(-1, 1, size=x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The places to drop were drawn with repetition, so some came twice and fewer are dropped.",
    hint="Draw 80 of 100 places, each from all 100. How many different ones are there?",
)
def places_drawn_with_repetition(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.ones(x.shape, bool)
    mask.flat[rng.integers(0, x.size, size=round(rate * x.size))] = False
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The mask says what was dropped, and what is kept was not scaled.",
    hint="What will the backward pass multiply dy by? And by what must the numbers that are "
    "left grow?",
)
def mask_of_what_was_dropped_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * ~mask, mask


@exercise.mistake(
    "The mask is all ones, whatever was dropped.",
    hint="What will the backward pass multiply dy by?",
)
def mask_all_ones(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), np.ones_like(x)


@exercise.mistake(
    "The mask is all zeros, whatever was dropped.",
    hint="What will the backward pass multiply dy by?",
)
def mask_all_zeros(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), np.zeros_like(x)


@exercise.mistake(
    "The mask and y came back in the other order, and what is kept was not scaled.",
    hint="The order is y, mask. And by what must the numbers that are left grow?",
)
def mask_before_y_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return mask.astype(x.dtype), x * mask


@exercise.mistake(
    "What is kept was raised by the rate, not divided by 1 - rate.",
    hint="Does a sum of numbers around zero stay the same if all are raised?",
)
def shift_instead_of_scale(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x + rate, 0), mask


@exercise.mistake(
    "y has the wrong sign.",
    hint="By what is a number multiplied that is kept?",
)
def sign_turned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return -x * mask / (1 - rate), mask
