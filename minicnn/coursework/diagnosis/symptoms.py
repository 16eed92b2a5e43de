"""What can be said of a wrong output that no mistake of the bank explains.

Each function looks at one output on all cases, and returns what it sees, or an empty string.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.coursework.diagnosis.axes import WORDS, axis_letters
from minicnn.coursework.diagnosis.comparing import differs, same
from minicnn.coursework.exercise import Case
from minicnn.typing import Array, Shape


@dataclass(frozen=True, eq=False)
class Compared:
    """One output of a hand-in on one case.

    Attributes
    ----------
    output : str
        Its name.
    case : Case
    inputs : dict
        The inputs by name.
    right, got : array
    tolerance : float
    """

    output: str
    case: Case
    inputs: dict[str, Any]
    right: Array
    got: Array
    tolerance: float

    @property
    def agrees(self) -> bool:
        """Whether the output is right."""
        return same(self.got, self.right, self.tolerance)

    @property
    def shaped(self) -> bool:
        """Whether the output has the right shape."""
        return self.got.shape == self.right.shape


def symptoms(rows: Sequence[Compared]) -> list[str]:
    """Return what can be said of one output, the most telling first; at least one sentence."""
    looks: list[Callable[[Sequence[Compared]], str]] = [
        _not_finite,
        _whole_numbers,
        whole_difference,
    ]
    if not whole_difference(rows):
        looks += [_wrong_shape, _only_some_cases, _only_some_places]
    said = [sentence for look in looks if (sentence := look(rows))]
    return said or ["No simple rule explains the difference."]


def whole_difference(rows: Sequence[Compared]) -> str:
    """Return what makes the right output of a wrong one on every case, or an empty string.

    Its axes may be in another order, its numbers in another shape, all may be multiplied by one
    factor, have one number added, or have lost their fractions.
    """
    looks = (_axes, _right_numbers_in_another_shape, _factor, _shifted, _whole_numbers)
    return next(filter(None, (look(rows) for look in looks)), "")


# -- the sizes that a wrong factor may be ----------------------------------------------------------


def sizes_of(inputs: dict[str, Any]) -> dict[str, float]:
    """Return the sizes that the inputs have, by the letters of their axes.

    Parameters
    ----------
    inputs : dict
        By name: pictures x (N, C, H, W), kernels w (F, C, KH, KW), and so on.
    """
    shapes = _shapes(inputs)
    sizes = _sizes_of_batch(shapes) | _sizes_of_weights(shapes.get("w", ()))
    if isinstance(inputs.get("size"), int) and "x" in inputs:
        sizes["the number of cells in a window"] = inputs["size"] ** 2
    for name in ("learning_rate", "momentum", "h", "stride"):
        if isinstance(inputs.get(name), int | float):
            sizes[f"the {name.replace('_', ' ')}"] = float(inputs[name])
    return sizes


def _sizes_of_batch(shapes: dict[str, Shape]) -> dict[str, float]:
    sizes: dict[str, float] = {}
    x, dy, scores = (shapes.get(name, ()) for name in ("x", "dy", "scores"))
    for shape in (x, dy, scores):
        if shape:
            sizes["the batch size N"] = shape[0]
    if len(dy) == 4 and dy != x:
        sizes |= {"OH * OW": dy[2] * dy[3], "N * OH * OW": dy[0] * dy[2] * dy[3]}
    if len(x) == 4:
        sizes |= {"H * W": x[2] * x[3], "N * H * W": x[0] * x[2] * x[3]}
    if len(scores) == 2:
        sizes["the number of classes K"] = scores[1]
    return sizes


def _sizes_of_weights(shape: Shape) -> dict[str, float]:
    if len(shape) == 4:
        F, C, KH, KW = shape
        return {"F": F, "C": C, "KH * KW": KH * KW, "C * KH * KW": C * KH * KW}
    return dict(zip(("D_out", "D_in"), shape, strict=True)) if len(shape) == 2 else {}


def _shapes(inputs: dict[str, Any]) -> dict[str, Shape]:
    """Return the shapes of the arrays by name; that of x may be given as ``x_shape``."""
    shapes = {name: value.shape for name, value in inputs.items() if isinstance(value, np.ndarray)}
    if isinstance(inputs.get("x_shape"), tuple):
        shapes["x"] = inputs["x_shape"]
    return shapes


def factor_between(rows: Sequence[tuple[dict[str, Any], Array, Array]], tolerance: float) -> str:
    """Return by which plain factor one array is another on all cases, in words, or nothing.

    Parameters
    ----------
    rows : sequence of (inputs, array, array)
        ``array[1]`` is compared with a factor times ``array[2]``, case by case.
    tolerance : float
    """
    seen = []
    for inputs, got, base in rows:
        if got.shape != base.shape:
            return ""
        factor = ratio(got, base, tolerance)
        if factor is None:
            return ""
        if not math.isnan(factor):
            seen.append((sizes_of(inputs), factor))
    if not seen or all(math.isclose(factor, 1, rel_tol=1e-3) for _, factor in seen):
        return ""
    for words, number in _plain_factors(seen[0][0]):
        if all(
            (value := number(sizes)) is not None and math.isclose(factor, value, rel_tol=1e-3)
            for sizes, factor in seen
        ):
            return words
    first = seen[0][1]
    if len(seen) > 1 and all(math.isclose(factor, first, rel_tol=1e-3) for _, factor in seen):
        return f"multiplied by {first:.4g}"
    return ""


def ratio(got: Array, base: Array, tolerance: float) -> float | None:
    """Return c where got is c times base; NaN where base is zero; None where there is no such c."""
    if got.shape != base.shape or not (np.isfinite(got).all() and np.isfinite(base).all()):
        return None
    square = float(np.sum(np.square(base, dtype=float)))
    if square == 0.0:
        return math.nan if same(got, base, tolerance) else None
    factor = float(np.sum(got.astype(float) * base)) / square
    return factor if factor and same(got, factor * base, tolerance) else None


def _plain_factors(
    sizes: dict[str, float],
) -> list[tuple[str, Callable[[dict[str, float]], float | None]]]:
    """Return the factors that are looked for, in words and as functions of the sizes."""

    def constant(value: float) -> Callable[[dict[str, float]], float | None]:
        return lambda _: value

    def size(name: str, power: int) -> Callable[[dict[str, float]], float | None]:
        return lambda sizes: sizes[name] ** power if sizes.get(name) else None

    factors = [
        ("of the wrong sign", constant(-1.0)),
        ("twice as large", constant(2.0)),
        ("half as large", constant(0.5)),
    ]
    for name in sizes:
        factors += [
            (f"multiplied by {name}", size(name, 1)),
            (f"divided by {name}", size(name, -1)),
        ]
    return factors


# -- what is looked for ----------------------------------------------------------------------------


def _wrong(rows: Sequence[Compared]) -> list[Compared]:
    return [row for row in rows if not row.agrees]


def _not_finite(rows: Sequence[Compared]) -> str:
    for row in _wrong(rows):
        if not np.isfinite(row.got).all() and np.isfinite(row.right).all():
            kind = "NaN" if np.isnan(row.got).any() else "infinite"
            return f"It has {kind} numbers in the case of {row.case.what}."
    return ""


def _whole_numbers(rows: Sequence[Compared]) -> str:
    wrong = _wrong(rows)
    if all(row.got.dtype.kind in "iub" for row in wrong) and any(
        row.right.dtype.kind == "f" and row.shaped and same(row.got, np.trunc(row.right), 1e-9)
        for row in wrong
    ):
        return "Its array holds whole numbers, so fractions are cut off: make it of floats."
    return ""


def _axes(rows: Sequence[Compared]) -> str:
    """Try all orders of the axes, and all axes backwards."""
    axes = _wrong(rows)[0].right.ndim
    if not 1 <= axes <= 4 or any(row.got.ndim != axes or row.right.ndim != axes for row in rows):
        return ""
    for order in list(itertools.permutations(range(axes)))[1:]:
        if all(same(row.got.transpose(order), row.right, row.tolerance) for row in rows):
            moved = ", ".join(map(str, order))
            return f"Its axes are in another order: .transpose({moved}) gives what is expected."
    for count in range(1, axes + 1):
        for backwards in itertools.combinations(range(axes), count):
            if all(same(np.flip(row.got, backwards), row.right, row.tolerance) for row in rows):
                named = " and ".join(map(str, backwards))
                which = "axis" if count == 1 else "axes"
                return f"It is reversed along {which} {named}: the numbers are right, backwards."
    return ""


def _right_numbers_in_another_shape(rows: Sequence[Compared]) -> str:
    wrong = _wrong(rows)
    row = wrong[0]
    if any(row.shaped for row in wrong):
        return ""
    if all(
        row.got.size == row.right.size
        and same(row.got.reshape(row.right.shape), row.right, row.tolerance)
        for row in rows
    ):
        return f"Its numbers are right, its shape is not: {row.got.shape}, not {row.right.shape}."
    return ""


def _wrong_shape(rows: Sequence[Compared]) -> str:
    for row in _wrong(rows):
        if not row.shaped:
            return (
                f"Its shape is {row.got.shape}, not {row.right.shape}, in the case of "
                f"{row.case.what}."
            )
    return ""


def _factor(rows: Sequence[Compared]) -> str:
    words = factor_between([(row.inputs, row.got, row.right) for row in rows], rows[0].tolerance)
    return f"It is {words}." if words else ""


def _shifted(rows: Sequence[Compared]) -> str:
    """Look for one number that was added everywhere."""
    shifts = []
    for row in _wrong(rows):
        if not row.shaped or row.right.size < 2 or not np.isfinite(row.got).all():
            return ""
        shift = row.got.astype(float) - row.right  # two arrays of truth values have no difference
        if not same(shift, np.full_like(shift, shift.mean()), row.tolerance):
            return ""
        shifts.append(float(shift.mean()))
    if shifts and np.ptp(shifts) <= 1e-3 * max(map(abs, shifts)):
        return f"The same number, {shifts[0]:.4g}, is added to every entry."
    return ""


def _only_some_cases(rows: Sequence[Compared]) -> str:
    return only_with([(row.case, row.inputs, row.agrees) for row in rows])


def only_with(rows: Sequence[tuple[Case, dict[str, Any], bool]]) -> str:
    """Return what exactly the wrong cases have, in a sentence, or nothing.

    Parameters
    ----------
    rows : sequence of (case, inputs, right)
    """
    wrong = [_properties(case, inputs) for case, inputs, right in rows if not right]
    right = [_properties(case, inputs) for case, inputs, right in rows if right]
    if not wrong or not right:
        return ""
    common = [
        name
        for name in wrong[0]
        if all(name in names for names in wrong) and not any(name in names for names in right)
    ]
    return f"It is wrong only with {common[0]}." if common else ""


def _properties(case: Case, inputs: dict[str, Any]) -> list[str]:
    """Return what is special about a case, the most telling first."""
    arrays = [value for value in inputs.values() if isinstance(value, np.ndarray)]
    shapes = _shapes(inputs)
    x, w = shapes.get("x", shapes.get("scores", ())), shapes.get("w", ())
    special = {
        "a stride above 1": _above(inputs.get("stride"), 1),
        "padding": _above(inputs.get("padding"), 0),
        "dilation": _above(inputs.get("dilation"), 1),
        "more than one sample": len(x) > 1 and x[0] > 1,
        "more than one channel": len(x) == 4 and x[1] > 1,
        "more than one filter": len(w) == 4 and w[0] > 1,
        "pictures that are not square": len(x) == 4 and x[2] != x[3],
        "kernels that are not square": len(w) == 4 and w[2] != w[3],
        "float32": any(array.dtype == np.float32 for array in arrays),
        "arrays in another memory order": not all(array.flags.c_contiguous for array in arrays),
    }
    return [*(name for name, holds in special.items() if holds), f"{case.what}"]


def _above(value: Any, limit: int) -> bool:
    return isinstance(value, int | float) and value > limit


def _only_some_places(rows: Sequence[Compared]) -> str:
    """Look whether the first sample or filter, or the inner part of every picture, is right."""
    wrong = _wrong(rows)
    if not all(row.shaped for row in wrong):
        return ""
    letters = axis_letters(wrong[0].output, wrong[0].right.shape, wrong[0].inputs)
    masks = [differs(row.got, row.right, row.tolerance) for row in wrong]
    several = [mask for mask in masks if mask.ndim > 1 and len(mask) > 1]
    if several and len(several) == len(masks) and not any(mask[0].any() for mask in several):
        what = WORDS.get(letters[0], f"entry of {letters[0]}")
        return f"It is right in the first {what} and wrong beyond it."
    pictures = [mask for mask in masks if mask.ndim == 4 and min(mask.shape[2:]) > 2]
    if pictures and not any(mask[:, :, 1:-1, 1:-1].any() for mask in pictures):
        what = "kernels" if letters[-1] == "KW" else "pictures"
        return f"It is wrong only at the border of the {what}."
    return ""
