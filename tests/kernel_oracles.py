"""Edges, bars and blobs found by force: every template at every angle, in plain loops."""

import math
from collections.abc import Callable
from itertools import product

import numpy as np

from minicnn.typing import Array

Profile = Callable[[float, float, float], float]


def edge(u: float, v: float, sigma: float) -> float:
    """Rises along u."""
    return u * math.exp(-(u * u + v * v) / (2 * sigma**2))


def bar(u: float, v: float, sigma: float) -> float:
    """Dark along the line u = 0, bright on both sides."""
    return (u * u / sigma**2 - 1) * math.exp(-(u * u + v * v) / (2 * sigma**2))


def blob(u: float, v: float, sigma: float) -> float:
    """Dark in the middle, bright around."""
    return ((u * u + v * v) / sigma**2 - 2) * math.exp(-(u * u + v * v) / (2 * sigma**2))


def sigmas(KH: int, KW: int, narrowest: float = 0.45) -> list[float]:
    found = [narrowest]
    while found[-1] * math.sqrt(2) <= max(KH, KW) / 2:
        found.append(found[-1] * math.sqrt(2))
    return found


def turned(
    profile: Profile, KH: int, KW: int, degrees: float, sigma: float, *, centred: bool
) -> list[float]:
    """The profile, turned by an angle, read off at the middle of every cell; of length 1."""
    a, values = math.radians(degrees), []
    for row, column in product(range(KH), range(KW)):
        x, y = column - (KW - 1) / 2, row - (KH - 1) / 2
        u, v = x * math.cos(a) + y * math.sin(a), y * math.cos(a) - x * math.sin(a)
        values.append(profile(u, v, sigma))
    if centred:
        mean = sum(values) / len(values)
        values = [value - mean for value in values]
    length = math.sqrt(sum(value**2 for value in values))
    return [value / length for value in values]


def best_fit(
    kernel: Array, profile: Profile, widths: list[float], angles: list[float], *, centred: bool
) -> tuple[float, float]:
    """The largest share of the energy of a kernel (C, KH, KW) that a template has, and its angle.

    The angle is the one along which the strongest channel rises.
    """
    C, KH, KW = kernel.shape
    energy = sum(float(weight) ** 2 for weight in kernel.flat)
    best, at = -1.0, math.nan
    for sigma, angle in product(widths, angles):
        template = turned(profile, KH, KW, angle, sigma, centred=centred)
        dots = [
            sum(float(w) * t for w, t in zip(kernel[c].flat, template, strict=True))
            for c in range(C)
        ]
        share = sum(dot**2 for dot in dots) / energy
        if share > best and max(dots, key=abs) >= 0:
            best, at = share, angle
    return best, at


def random_kernels(count: int, *shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(count, *shape))
