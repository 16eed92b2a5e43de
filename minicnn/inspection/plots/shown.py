"""Which kernels of a bank are drawn, and what stands above each: the same in all pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.inspection.kinds import CLEAR, score_as_text
from minicnn.inspection.layer_kernels import bank_of
from minicnn.inspection.measure import KernelTable, measure_kernels
from minicnn.layers import Layer
from minicnn.typing import Array, Mask

EDGE_SCORE = "edge score: the share of a kernel that one ideal edge explains, from 0 to 1"
EDGE_NOTE = f"{EDGE_SCORE}; {CLEAR} or more is an edge"
"""What the numbers above kernels are: every picture that has such numbers says it once."""


@dataclass(frozen=True, eq=False)  # arrays are not compared as a whole
class Shown:
    """Kernels to draw: those of a bank, or some of them, in their order.

    Attributes
    ----------
    kernels : array (S, C, KH, KW)
    numbers : tuple of S int
        Which kernels of the bank these are.
    table : KernelTable
        Of all F kernels of the bank.
    name : str
        What a title calls the layer; empty for an array.
    asked_for : bool
        Whether somebody asked for these, and not for the strongest.
    """

    kernels: Array
    numbers: tuple[int, ...]
    table: KernelTable
    name: str
    asked_for: bool = False

    @classmethod
    def of(cls, owner: str, source: Layer | npt.ArrayLike, layer: int | None = None) -> Self:
        """Return all kernels of a model, a layer or an array."""
        bank, name = bank_of(owner, source, layer)
        return cls(bank, tuple(range(len(bank))), measure_kernels(bank), name)

    def only(self, numbers: tuple[int, ...]) -> Self:
        """Return some of the kernels of a whole bank."""
        return replace(self, kernels=self.kernels[list(numbers)], numbers=numbers)

    def choose(self, owner: str, numbers: Sequence[int] | None, most: int) -> Self:
        """Return the kernels that were asked for of a whole bank, or the strongest.

        Raises
        ------
        ArgumentError
            If a number is none of a kernel, or there are none.
        """
        if numbers is None:
            return self.only(strongest(self.table.norm, most))
        F = len(self.table)
        asked = tuple(checks.whole_number(owner, "numbers", f, minimum=0) for f in numbers)
        if not asked or max(asked) >= F:
            raise ArgumentError(
                f"{owner}: numbers must be those of kernels, 0 to {F - 1}, got {list(asked)}"
            )
        return replace(self.only(asked), asked_for=True)

    @property
    def live(self) -> Mask:
        """Which of those that are drawn are not dead, (S,)."""
        return self.table.live[list(self.numbers)]

    @property
    def labels(self) -> list[str]:
        """What stands above each."""
        edge, live = self.table.edge, self.table.live
        return [kernel_label(f, edge[f], live=bool(live[f])) for f in self.numbers]

    @property
    def counted(self) -> str:
        """How many there are of what, such as "8 kernels of layer 0 (Conv2D)"."""
        F = len(self.table)
        return f"{F:,} kernel{'' if F == 1 else 's'}" + (f" of {self.name}" if self.name else "")

    @property
    def chosen(self) -> str:
        """What is drawn, if not all."""
        few, all_ = len(self.numbers), len(self.table)
        which = f"{few:,}" if self.asked_for else f"the {few:,} strongest"
        return f"drawn: {which} of {all_:,}" if few < all_ else ""


def strongest(strengths: Array, most: int) -> tuple[int, ...]:
    """Return the indices of the largest numbers, at most so many, in increasing order.

    Examples
    --------
    >>> strongest(np.array([0.1, 3.0, 2.0]), 2)
    (1, 2)
    """
    return tuple(np.sort(np.argsort(-strengths, kind="stable")[:most]).tolist())


def kernel_label(number: int, edge: float, *, live: bool) -> str:
    """Return what stands above a kernel.

    Examples
    --------
    >>> kernel_label(3, 0.891, live=True), kernel_label(2, 0.86, live=False)
    ('3: edge 0.89', '2: dead')
    """
    return f"{number}: edge {score_as_text(edge)}" if live else f"{number}: dead"


def how_many_edges(table: KernelTable, name: str = "") -> str:
    """Return a sentence that says how many kernels are edges, for a title.

    Examples
    --------
    >>> from minicnn.filters import KERNELS
    >>> bank = np.stack([KERNELS["sobel_x"], KERNELS["laplacian"]])
    >>> how_many_edges(measure_kernels(bank), "layer 0 (Conv2D)")
    '1 of 2 kernels of layer 0 (Conv2D) is an edge'
    """
    F, edges = len(table), table.kind.count("edge")
    whose = f" of {name}" if name else ""
    dead = f", {table.dead:,} dead" if table.dead else ""
    if F == 1:
        return f"the kernel{whose}: {table.kind[0]}"
    if edges == F:
        return f"all {F:,} kernels{whose} are edges"
    are = "is an edge" if edges < 2 else "are edges"
    return f"{edges or 'none':{',' if edges else ''}} of {F:,} kernels{whose} {are}{dead}"
