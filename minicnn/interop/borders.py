"""Borders of PyTorch: modules of their own, which belong to the layer behind or before them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.interop.row import Row, axes, kind, place, refused
from minicnn.interop.torch_names import BORDERS
from minicnn.typing import Margins, Sizes

PADS = tuple(f"{name}Pad{n}d" for name in (*BORDERS.values(), "Constant") for n in (1, 2, 3))
CUTTERS = tuple(f"{name}Pad{n}d" for name in ("Zero", "Constant") for n in (1, 2, 3))

VALUES = {"Conv": 0.0, "AvgPool": 0.0, "MaxPool": -np.inf}
"""What a border of constants must hold, by the module behind it, without its number of axes."""


@dataclass(frozen=True)
class Border:
    """What is put around the input of a layer."""

    margins: Margins
    mode: str = "zeros"
    value: float = 0.0

    @property
    def is_there(self) -> bool:
        """Whether it adds or cuts anything."""
        return any(map(any, self.margins))


def border_of(module: Any, number: int) -> Border:
    """Return the border that a module puts around so many axes; PyTorch has the last one first."""
    if kind(module) not in PADS or axes(module) != number:
        raise refused(module, f"expected a module that puts a border around, of {number} axes")
    flat = tuple(module.padding)
    margins = tuple(zip(flat[::2], flat[1::2], strict=True))[::-1]
    name = kind(module).partition("Pad")[0]
    if name == "Constant":
        return Border(margins, "zeros", module.value)
    return Border(margins, next(ours for ours, theirs in BORDERS.items() if theirs == name))


def take_border(row: Row) -> Border | None:
    """Take the border off the row that is next there, if the module behind it can have it."""
    while row.next_is(*PADS):
        name, module = row.take()
        border = border_of(module, axes(module) or 0)
        if border.is_there:  # a border of nothing does nothing, wherever it stands
            with place(name):
                _check_behind(row, module, border)
            return border
    return None


def _check_behind(row: Row, module: Any, border: Border) -> None:
    """Raise ArgumentError unless the next module is one that can have this border."""
    behind = kind(row.modules[0][1]) if row.modules else ""
    if min(map(min, border.margins)) < 0:
        raise refused(
            module,
            "a border that cuts has its place behind a transposed convolution of as many axes",
        )
    if behind[:-2] not in VALUES:
        raise refused(module, "expected a convolution or a pooling behind a border")
    if axes(row.modules[0][1]) != axes(module):
        raise refused(module, f"{behind} behind it works on another number of axes")
    wanted = VALUES[behind[:-2]]
    if border.mode == "zeros" and border.value != wanted:
        raise refused(
            module,
            f"{behind} behind it can have a border of {wanted:g}, this one is of {border.value:g}; "
            f"torch.nn.ConstantPad{axes(module)}d makes one of {wanted:g}",
        )


def take_cut(row: Row, number: int) -> Margins:
    """Take off the row what cuts the output of a transposed convolution, if that is next there."""
    if row.next_is(*CUTTERS) and axes(row.modules[0][1]) == number:
        margins = border_of(row.modules[0][1], number).margins
        if max(map(max, margins)) <= 0:
            row.take()
            return tuple((-before, -after) for before, after in margins)
    return ((0, 0),) * number


def each(value: Any, number: int) -> Sizes:
    """Return an option that may be one number for all axes."""
    return tuple(value) if isinstance(value, tuple | list) else (value,) * number


def both(border: Any, number: int) -> Margins:
    """Return the same border on opposite sides."""
    return tuple((size, size) for size in each(border, number))


def around(*borders: Margins) -> Margins:
    """Return several borders, one around the other."""
    sums = np.sum(borders, axis=0)
    return tuple((int(before), int(after)) for before, after in sums)
