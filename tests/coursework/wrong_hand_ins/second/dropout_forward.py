"""More hand-ins for `dropout_forward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask, mask


@right("arrays")
def right_second_style(x: Any, rate: Any, rng: Any) -> Any:
    keep = 1.0 - rate
    mask = np.where(rng.uniform(size=x.shape) < keep, 1.0 / keep, 0.0)
    return np.multiply(x, mask), mask


@wrong(
    "what is kept is not scaled by 1 / (1 - rate) (plain, not inverted dropout)", named="not_scaled"
)
def what_kept_not_scaled_1(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    out = x * mask
    return out, mask


@wrong(
    "rate is taken for the share kept (as in cs231n) instead of the share dropped",
    named="rate_as_what_is_kept",
)
def rate_taken_share_kept_share_dropped(x: Any, p: Any, rng: Any) -> Any:
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


@wrong("multiplied with 1 - rate instead of divided by it", named="multiplied_not_divided")
def multiplied_1_rate_divided(x: Any, rate: Any, rng: Any) -> Any:
    mask = (rng.uniform(0, 1, x.shape) > rate) * (1 - rate)
    return x * mask, mask


@wrong(
    "one mask for the whole batch: the same units are dropped in every sample",
    named="one_mask_for_all_samples",
)
def one_mask_whole_batch_same_units(x: Any, rate: Any, rng: Any) -> Any:
    keep = 1 - rate
    mask = rng.binomial(1, keep, size=x.shape[1:]) / keep
    mask = np.broadcast_to(mask, x.shape).copy()
    return x * mask, mask


@wrong(
    "two: rate is taken for the share kept; what is kept is not scaled",
    named="wrong_way_round_not_scaled",
)
def two_rate_taken_share_kept_what_kept(x: Any, rate: Any, rng: Any) -> Any:
    D = rng.random(x.shape)
    D = (D < rate).astype(float)
    return x * D, D
