"""What can be said of a wrong output that no mistake of the bank explains.

Each function looks at one output on all cases, and returns what it sees. A fault explains the whole
difference; a sentence says only where it is, or how it looks.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minicnn.coursework.diagnosis.axes import WORDS, axis_letters
from minicnn.coursework.diagnosis.comparing import differs, same
from minicnn.coursework.diagnosis.fault import Fault
from minicnn.coursework.exercise import Case
from minicnn.typing import Array, Shape

WRONG_SIGN = "of the wrong sign"
"""The words for a factor of -1."""

DIGITS = 6
"""Digits behind the point to which numbers may have been rounded, at most."""


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
    """Return what can be said of an output that nothing explains; at least one sentence."""
    looks = (_not_finite, _wrong_shape, _only_some_cases, _only_some_places)
    said = [sentence for look in looks if (sentence := look(rows))]
    return said or ["No simple rule explains the difference."]


def whole_difference(rows: Sequence[Compared]) -> Fault | None:
    """Return what makes the right output of a wrong one on every case, or None.

    Its axes may be in another order, its numbers in another shape, all may be multiplied by one
    factor, have one number added, be rounded, or have lost their fractions; or some are NaN, and
    all others are right.
    """
    looks = (
        _axes,
        _right_numbers_in_another_shape,
        _factor,
        _shifted,
        _whole_numbers,
        _rounded,
        _not_finite_in_places,
    )
    return next(filter(None, (look(rows) for look in looks)), None)


def factor_as_fault(words: str, begin: str = "It is") -> Fault:
    """Return the fault that a factor is, in the words of `factor_between`.

    Examples
    --------
    >>> factor_as_fault("divided by the batch size N").sentence
    'It is divided by the batch size N.'
    """
    name = "wrong_sign" if words == WRONG_SIGN else "factor"
    return Fault(name, f"{begin} {words}.")


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
        (WRONG_SIGN, constant(-1.0)),
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


def _not_finite_in_places(rows: Sequence[Compared]) -> Fault | None:
    """Look whether all numbers are right but those that are NaN or infinite."""
    said = _not_finite(rows)
    finite = [np.isfinite(row.got) for row in rows]
    if said and all(row.shaped for row in rows):
        places = zip(rows, finite, strict=True)
        others = [differs(r.got, r.right, r.tolerance)[place] for r, place in places]
        if any(len(one) for one in others) and not any(one.any() for one in others):
            hint = "Which operation has no result there: a division by zero, a log of zero?"
            return Fault("not_finite", f"{said} All other numbers are right.", hint)
    return None


def _whole_numbers(rows: Sequence[Compared]) -> Fault | None:
    """Look for an array of integers, which cuts off the fractions of what is put into it."""
    wrong = _wrong(rows)
    if any(row.got.dtype.kind not in "iu" or row.right.dtype.kind != "f" for row in wrong):
        return None
    cut = [row.shaped and same(row.got, np.trunc(row.right), 1e-9) for row in wrong]
    if not any(cut):
        return None
    said = "Its array holds whole numbers, so fractions are cut off."
    if not all(cut):
        said += " Whether its numbers are right beside that is seen when it is of floats."
    hint = "Which type has an array that you make of whole numbers, or of zeros with dtype=int?"
    return Fault("whole_numbers", said, hint)


def _rounded(rows: Sequence[Compared]) -> Fault | None:
    """Look for the right numbers, rounded to a few digits behind the point.

    Most must be larger than the last digit: zeros are not small numbers that were rounded.
    """
    sizes = np.concatenate([np.abs(row.right).ravel() for row in rows])
    for digits in range(DIGITS + 1):
        unit = 10.0**-digits
        if (sizes > unit).mean() > 0.5 and all(
            row.shaped and _is_rounded(row.got, row.right, unit) for row in rows
        ):
            said = f"Its numbers are rounded to {digits} digits behind the point."
            if digits == 0:
                said = "Its numbers are rounded to whole numbers."
            return Fault("rounded", said, "Who needs fewer digits can round what is printed.")
    return None


def _is_rounded(got: Array, right: Array, unit: float) -> bool:
    """Return whether each number is the multiple of a unit that is nearest to the right one."""
    if right.dtype.kind != "f" or not (np.isfinite(right).all() and np.isfinite(got).all()):
        return False
    got = got.astype(float)
    error = 1e-6 * unit + 1e-7 * np.abs(right)  # of float32
    off = np.abs(got - np.round(got / unit) * unit)
    return bool((off <= error).all() and (np.abs(got - right) <= unit / 2 + error).all())


def _axes(rows: Sequence[Compared]) -> Fault | None:
    """Try all orders of the axes, and all axes backwards."""
    axes = _wrong(rows)[0].right.ndim
    if not 1 <= axes <= 4 or any(row.got.ndim != axes or row.right.ndim != axes for row in rows):
        return None
    for order in list(itertools.permutations(range(axes)))[1:]:
        if all(same(row.got.transpose(order), row.right, row.tolerance) for row in rows):
            moved = ", ".join(map(str, order))
            return Fault(
                "axes_in_another_order",
                f"Its axes are in another order: .transpose({moved}) gives what is expected.",
            )
    for count in range(1, axes + 1):
        for backwards in itertools.combinations(range(axes), count):
            if all(same(np.flip(row.got, backwards), row.right, row.tolerance) for row in rows):
                named = " and ".join(map(str, backwards))
                which = "axis" if count == 1 else "axes"
                said = f"It is reversed along {which} {named}: the numbers are right, backwards."
                return Fault("reversed", said)
    return None


def _right_numbers_in_another_shape(rows: Sequence[Compared]) -> Fault | None:
    wrong = _wrong(rows)
    row = wrong[0]
    if any(row.shaped for row in wrong):
        return None
    if all(
        row.got.size == row.right.size
        and same(row.got.reshape(row.right.shape), row.right, row.tolerance)
        for row in rows
    ):
        said = f"Its numbers are right, its shape is not: {row.got.shape}, not {row.right.shape}."
        return Fault("another_shape", said)
    return None


def _wrong_shape(rows: Sequence[Compared]) -> str:
    for row in _wrong(rows):
        if not row.shaped:
            return (
                f"Its shape is {row.got.shape}, not {row.right.shape}, in the case of "
                f"{row.case.what}."
            )
    return ""


def _factor(rows: Sequence[Compared]) -> Fault | None:
    words = factor_between([(row.inputs, row.got, row.right) for row in rows], rows[0].tolerance)
    return factor_as_fault(words) if words else None


def _shifted(rows: Sequence[Compared]) -> Fault | None:
    """Look for one number that was added everywhere."""
    shifts = []
    for row in _wrong(rows):
        if not row.shaped or row.right.size < 2 or not np.isfinite(row.got).all():
            return None
        shift = row.got.astype(float) - row.right  # two arrays of truth values have no difference
        if not same(shift, np.full_like(shift, shift.mean()), row.tolerance):
            return None
        shifts.append(float(shift.mean()))
    if shifts and np.ptp(shifts) <= 1e-3 * max(map(abs, shifts)):
        return Fault("shifted", f"The same number, {shifts[0]:.4g}, is added to every entry.")
    return None


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
