"""What is the same of all right functions that draw random numbers, each in its own way."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


def traits_of_dropout(function: Function, arguments: tuple[Any, ...]) -> list[bool]:
    """Whether y, mask, their share and their source are those of inverted dropout."""
    x, rate, rng = copy.deepcopy(arguments)
    y, mask = function(x, rate, rng)
    again = [
        function(x.copy(), rate, generator)[0] for generator in (rng, copy.deepcopy(arguments[-1]))
    ]
    kept = np.asarray(mask) != 0
    return [
        np.array_equal(x, arguments[0]),
        y.shape == kept.shape == x.shape,
        np.allclose(y, arguments[0] * kept / (1 - rate)),
        abs(kept.mean() - (1 - rate)) < 0.05,
        len(np.unique(kept, axis=0)) == len(x),
        *_follows(rng_goes_on=again[0], rng_begins_anew=again[1], first=y),
    ]


def traits_of_he(function: Function, arguments: tuple[Any, ...]) -> list[bool]:
    """Whether the weights are normal, of the right width, and drawn from the generator."""
    shape, rng = copy.deepcopy(arguments)
    w = function(shape, rng)
    again = [function(shape, generator) for generator in (rng, copy.deepcopy(arguments[-1]))]
    z = w / np.sqrt(2 / np.prod(shape[1:]))
    return [
        w.shape == shape,
        abs(z.mean()) < 0.1,
        abs(z.std() - 1) < 0.05,
        abs((np.abs(z) > 2).mean() - 0.0455) < 0.015,
        *_follows(rng_goes_on=again[0], rng_begins_anew=again[1], first=w),
    ]


def _follows(rng_goes_on: Any, rng_begins_anew: Any, first: Any) -> tuple[bool, bool]:
    """Another result from a generator that went on, the same from one that stands where it did."""
    return not np.array_equal(rng_goes_on, first), np.array_equal(rng_begins_anew, first)


TRAITS: dict[str, Callable[[Function, tuple[Any, ...]], list[Any]]] = {
    "dropout_forward": traits_of_dropout,
    "he_normal": traits_of_he,
}
