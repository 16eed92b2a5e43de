"""Hand-ins of inverted dropout; the rate is the share that is dropped."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("a mask that is scaled already")
def scaled_mask(x: Any, rate: Any, rng: Any) -> Any:
    p = 1 - rate
    mask = (rng.random(x.shape) < p) / p
    mask = mask.astype(x.dtype)
    return x * mask, mask


@right("a boolean mask")
def boolean_mask(x: Any, rate: Any, rng: Any) -> Any:
    kept = rng.random(size=x.shape) >= rate
    return np.where(kept, x / (1.0 - rate), 0.0), kept


@right("a binomial mask of 0 and 1")
def binomial_mask(A: Any, rate: Any, rng: Any) -> Any:
    keep_prob = 1 - rate
    D = rng.binomial(1, keep_prob, size=A.shape)
    A = np.multiply(A, D)
    A = A / keep_prob
    return A, D


@right("a loop over the numbers")
def number_by_number(x: Any, rate: Any, rng: Any) -> Any:
    y, mask = np.zeros_like(x), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        if rng.uniform() > rate:
            mask[i] = 1
            y[i] = x[i] / (1 - rate)
    return y, mask


@wrong("what is kept is not scaled", named="not_scaled")
def not_scaled(x: Any, rate: Any, rng: Any) -> Any:
    mask = rng.random(x.shape) > rate
    return x * mask, mask


@wrong("convention: the rate is taken for the share that is kept", named="rate_as_what_is_kept")
def rate_is_kept(A: Any, keep_prob: Any, rng: Any) -> Any:
    D = rng.random(A.shape) < keep_prob
    A = A * D / keep_prob
    return A, D


@wrong(
    "the right share is dropped, but it is divided by the rate and not by 1 - rate",
    named="divided_by_the_rate",
)
def divided_by_rate(x: Any, rate: Any, rng: Any) -> Any:
    mask = rng.random(x.shape) > rate
    return x * mask / rate, mask


@wrong("it is multiplied by 1 - rate where it should be divided", named="multiplied_not_divided")
def multiplied(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape) > rate).astype(float)
    return x * mask * (1 - rate), mask


@wrong(
    "the share that should be dropped is kept: the comparison is the wrong way round",
    named="comparison_the_wrong_way_round",
)
def wrong_way_round(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape) < rate) / (1 - rate)
    return x * mask, mask


@wrong("the random numbers are global ones, rng is not looked at", named="rng_not_used")
def global_numbers(x: Any, rate: Any, rng: Any) -> Any:
    p = 1 - rate
    mask = (np.random.rand(*x.shape) < p) / p
    out = x * mask
    return out, mask


@wrong(
    "the generator is made again with a seed of its own, so each call drops the same",
    named="rng_not_used",
)
def own_seed(x: Any, rate: Any, rng: Any) -> Any:
    rng = np.random.default_rng(42)
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), mask


@wrong("all samples share one mask", named="one_mask_for_all_samples")
def one_mask_for_all(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape[1:]) >= rate) / (1 - rate)
    mask = np.broadcast_to(mask, x.shape)
    return x * mask, mask


@wrong(
    "the random numbers are normal, not uniform, so another share is dropped",
    named="normal_numbers_compared",
)
def normal_numbers(x: Any, rate: Any, rng: Any) -> Any:
    mask = rng.standard_normal(x.shape) > rate
    return x * mask / (1 - rate), mask


@wrong(
    "the mask that is returned is not the one that was used, but drawn again",
    named="another_mask_returned",
)
def drawn_again(x: Any, rate: Any, rng: Any) -> Any:
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    mask = rng.random(x.shape) >= rate
    return y, mask


@wrong(
    "the numbers are dropped in place: what was given is written into", named="input_written_into"
)
def in_place(x: Any, rate: Any, rng: Any) -> Any:
    mask = rng.random(x.shape) >= rate
    x[~mask] = 0
    x /= 1 - rate
    return x, mask


@wrong(
    "two: what is kept is not scaled; the mask marks what was dropped",
    named="mask_of_what_was_dropped_not_scaled",
)
def mask_of_the_dropped(x: Any, rate: Any, rng: Any) -> Any:
    dropped = rng.random(x.shape) < rate
    y = x.copy()
    y[dropped] = 0
    return y, dropped


@wrong("nothing but y is returned", named="outputs_missing")
def no_mask(x: Any, rate: Any, rng: Any) -> Any:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate)
