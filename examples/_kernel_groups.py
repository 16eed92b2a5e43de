"""Kernels sorted for the eye: edges by their direction, colours by their hue, then all others.

A flat kernel of three channels is a colour if red, green and blue differ in at least half of its
energy, and otherwise brightness. So these two groups together are those of the kind "flat".
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from minicnn.inspection import measure_kernels
from minicnn.inspection.kinds import is_clear
from minicnn.typing import Array, Mask, Shape

GROUPS = ("edge", "colour", "brightness", "flat", "bar", "blob", "mixed", "dead")
FLAT = ("colour", "brightness")  # into which flat kernels of three channels are divided
SEVERAL = {"edge": "edges", "colour": "colours", "bar": "bars", "blob": "blobs"}
CHANNELS = ("red", "green", "blue")
WAYS = ("right", "lower right", "bottom", "lower left", "left", "upper left", "top", "upper right")
FAINT = 0.3  # of the largest weight: a channel with less than that is not named


class Bank:
    """Kernels (F, C, KH, KW), what they are called, and what each of them is."""

    def __init__(self, kernels: Array, name: str) -> None:
        self.kernels, self.name = kernels, name
        self.table = measure_kernels(kernels)

    @property
    def edges(self) -> Mask:
        """Which kernels are edges, (F,)."""
        return self.table.live & is_clear(self.table.edge)

    @property
    def coloured(self) -> Mask:
        """Of which kernels at least half of the energy is colour, also of edges, (F,)."""
        return self.table.live & is_clear(self.table.colour)

    @property
    def at_norm_1(self) -> Array:
        """The kernels, each divided by its norm, (F, C, KH, KW)."""
        norms = np.where(self.table.norm > 0, self.table.norm, 1.0)
        return self.kernels / norms[:, np.newaxis, np.newaxis, np.newaxis]

    @property
    def hues(self) -> Array:
        """The hue that each kernel of three channels answers to, from -30 to 330 degrees, (F,).

        0 is red, 60 yellow, 120 green, 180 cyan, 240 blue, 300 magenta.
        """
        red, green, blue = np.moveaxis(self.kernels.sum(axis=(2, 3)), 1, 0)
        hues = np.degrees(np.arctan2(3**0.5 * (green - blue), 2 * red - green - blue))
        turned: Array = (hues + 30) % 360 - 30
        return turned

    def rises(self, f: int) -> Array:
        """Return how much each channel of an edge rises in its direction, (C,)."""
        KH, KW = self.kernels.shape[2:]
        y, x = (
            np.mgrid[:KH, :KW] - np.array([KH - 1, KW - 1]).reshape(2, 1, 1) / 2
        )  # from the middle
        angle = np.deg2rad(self.table.orientation[f])
        sums: Array = (self.kernels[f] * (np.cos(angle) * x + np.sin(angle) * y)).sum(axis=(1, 2))
        return sums

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """The numbers of the kernels in each group that has any, in order."""
        groups: dict[str, list[int]] = {name: [] for name in GROUPS}
        for f, kind in enumerate(self.table.kind):
            if kind == "flat" and self.table.in_colour:
                kind = "colour" if self.coloured[f] else "brightness"
            groups[kind].append(f)
        groups["edge"].sort(key=lambda f: self.table.orientation[f])
        if groups["colour"]:
            groups["colour"].sort(key=self.hues.__getitem__)
        return {name: numbers for name, numbers in groups.items() if numbers}

    @property
    def counts(self) -> str:
        """How many are of which kind, such as "4 edges, 3 flat (2 colours, 1 brightness)"."""
        kinds = Counter(self.table.kind)
        said = {kind: counted(kind, kinds[kind]) for kind in GROUPS if kind in kinds}
        parts = [counted(name, len(self.groups[name])) for name in FLAT if name in self.groups]
        if parts:
            said["flat"] += f" ({', '.join(parts)})"
        return ", ".join(said.values())

    def examples(self, count: int) -> tuple[list[int], list[int]]:
        """Return at most `count` edges, in all directions, and as many flat ones, of all hues."""
        table, groups = self.table, self.groups
        edges = all_round(groups.get("edge", []), table.orientation, table.edge, count)
        if "colour" in groups:
            return edges, all_round(groups["colour"], self.hues, table.flat, count)
        flat = groups.get("flat", groups.get("brightness", []))
        return edges, sorted(flat, key=lambda f: -table.flat[f])[:count]

    def in_words(self, f: int) -> str:
        """Return what a kernel answers to, such as "light to the right" or "blue against red"."""
        if self.table.kind[f] == "edge":
            risen = _named(self.rises(f)) if self.coloured[f] else ""
            return f"{risen or 'light'} to the {WAYS[round(self.table.orientation[f] / 45) % 8]}"
        if self.table.kind[f] != "flat":
            return self.table.kind[f]
        weights = self.kernels[f].sum(axis=(1, 2))  # (C,)
        wanted, unwanted = (_named(sign * weights) for sign in (1, -1))
        if len(weights) == 3 and wanted and unwanted:
            return f"{wanted} against {unwanted}"
        if len(weights) == 3 and self.coloured[f]:
            return wanted or f"little {unwanted}"
        return "light" if weights.sum() > 0 else "dark"


def all_round(numbers: Sequence[int], angles: Array, scores: Array, count: int) -> list[int]:
    """Return for each of `count` directions the kernel that is most of an edge in it, if any is.

    An ideal edge in a direction that differs from a kernel's own by an angle a explains cos(a)^2 of
    its score. The first direction is 0 degrees. Each kernel stands for the one it is nearest to.
    """
    found = []
    for way in 360 / count * np.arange(count):
        off = (angles - way + 180) % 360 - 180
        near = [f for f in numbers if -180 / count <= off[f] < 180 / count]
        explained = scores * np.cos(np.deg2rad(off)) ** 2
        if near:
            found.append(max(near, key=explained.__getitem__))
    return found


def counted(group: str, count: int) -> str:
    """Return how many kernels of a group there are, such as "41 edges" or "2 mixed"."""
    return f"{count:,} {group if count == 1 else SEVERAL.get(group, group)}"


def size_in_words(shape: Shape) -> str:
    """Return how many kernels (F, C, KH, KW) there are, and of which size."""
    F, C, KH, KW = shape
    kernels, channels = f"kernel{'' if F == 1 else 's'}", f"channel{'' if C == 1 else 's'}"
    return f"{F:,} {kernels}, {C:,} {channels}, {KH} x {KW} pixels"


def _named(weights: Array) -> str:
    """Return the channels whose weights (3,) are above zero and not faint."""
    least = FAINT * abs(weights).max()
    return " and ".join(
        name for name, weight in zip(CHANNELS, weights, strict=False) if weight >= max(least, 1e-12)
    )
