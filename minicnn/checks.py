"""Checks of arguments, each with one message that names the owner, the rule and what came."""

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from minicnn.describe import shortest
from minicnn.errors import ArgumentError, DataError, MinicnnError, ShapeError
from minicnn.typing import Array, Margins, Shape, Sizes

AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
"""The letters of the spatial axes of signals, pictures and volumes."""

SIDES = {
    1: "before, after",
    2: "above, below, left, right",
    3: "front, back, above, below, left, right",
}
"""What the numbers of a padding for each side mean."""


def whole_number(owner: object, name: str, value: object, minimum: int = 1) -> int:
    """Return `value` as an int, or raise ArgumentError where it is not whole or below `minimum`."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < minimum:
        raise ArgumentError(
            f"{owner}: {name} must be a whole number of at least {minimum}, got {value!r}"
        )
    return int(value)


def flag(owner: object, name: str, value: object) -> bool:
    """Return `value` if it is True or False, or raise ArgumentError."""
    if not isinstance(value, bool):
        raise ArgumentError(f"{owner}: {name} must be True or False, got {value!r}")
    return value


def choice(owner: object, name: str, value: object, choices: Iterable[str]) -> str:
    """Return `value` if it is one of the `choices`, or raise ArgumentError."""
    known = list(choices)
    if not isinstance(value, str) or value not in known:
        raise ArgumentError(f"{owner}: {name} must be one of {', '.join(known)}, got {value!r}")
    return value


def instance(owner: object, name: str, value: object, expected: type) -> None:
    """Raise ArgumentError unless `value` is of the `expected` type."""
    if not isinstance(value, expected):
        article = "an" if expected.__name__[0] in "AEIOU" else "a"
        raise ArgumentError(
            f"{owner}: {name} must be {article} {expected.__name__}, got {kind_of(value)}"
            + ("; Dataset(images, targets) makes one" if expected.__name__ == "Dataset" else "")
        )


def kind_of(value: object) -> str:
    """Return what a value is, for a message; of a class that it is one, and what to do."""
    if isinstance(value, type):
        return f"the class {value.__name__}: call it, {value.__name__}(...)"
    return type(value).__name__


def sizes(owner: object, name: str, value: object, axes: int, minimum: int = 1) -> Sizes:
    """Return one whole number for each of the spatial axes; a single one counts for all."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != axes:
            several = f" or {axes} of them" if axes > 1 else ""
            raise ArgumentError(f"{owner}: {name} must be one whole number{several}, got {value!r}")
        return tuple(whole_number(owner, name, size, minimum) for size in value)
    return (whole_number(owner, name, value, minimum),) * axes


def padding(owner: object, value: Any, axes: int) -> Margins | Literal["valid", "same"]:
    """Return padding as a (before, after) pair for each axis, or as the rule that it is."""
    if isinstance(value, str) and value in ("valid", "same"):
        return "same" if value == "same" else "valid"
    try:
        shape = np.shape(value)
    except ValueError:  # rows of different lengths
        shape = (-1,)
    if isinstance(value, str) or shape not in ((), (axes,), (2 * axes,), (axes, 2)):
        each_axis = f"{axes} (one for each axis), " if axes > 1 else ""
        raise ArgumentError(
            f"{owner}: padding must be a whole number, {each_axis}one for each side "
            f'({SIDES[axes]}), "valid" or "same", got {value!r}'
        )
    sides = np.array(value, dtype=object).ravel().tolist()
    sides = [whole_number(owner, "padding", side, minimum=0) for side in sides]
    if len(sides) < 2 * axes:
        sides = [side for side in sides for _ in range(2 * axes // len(sides))]
    return tuple(zip(sides[::2], sides[1::2], strict=True))


def padding_below(owner: object, padding: Margins, size: Sizes) -> None:
    """Raise ArgumentError where a window of this size would fit into the padding alone."""
    if any(max(margin) >= window for margin, window in zip(padding, size, strict=True)):
        raise ArgumentError(
            f"{owner}: padding must be smaller than the window, or a window could see nothing "
            f"else; got padding {shortest(padding)} for size {shortest(size)}"
        )


def output_padding(owner: object, value: Sizes, stride: Sizes) -> None:
    """Raise ArgumentError unless output padding is smaller than the stride."""
    if any(extra >= step for extra, step in zip(value, stride, strict=True)):
        raise ArgumentError(
            f"{owner}: output_padding must be smaller than the stride, got output_padding "
            f"{shortest(value)} for stride {shortest(stride)}"
        )


def real_number(
    owner: object,
    name: str,
    value: object,
    *,
    above: float = -math.inf,
    minimum: float = -math.inf,
    below: float = math.inf,
    maximum: float = math.inf,
) -> float:
    """Return `value` as a float with above < value < below and minimum <= value <= maximum."""
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # a whole number beyond all floats
            number = math.nan
        if above < number < below and minimum <= number <= maximum:  # never true of NaN
            return number
    rules = [f"above {above:g}" if above > -math.inf else f"of at least {minimum:g}"]
    if below < math.inf:
        rules.append(f"below {below:g}")
    else:
        rules.append("finite" if maximum == math.inf else f"at most {maximum:g}")
    got = kind_of(value) if isinstance(value, type) else repr(value)
    raise ArgumentError(f"{owner}: {name} must be a number {' and '.join(rules)}, got {got}")


def interval(owner: object, name: str, value: object) -> tuple[float, float]:
    """Return two finite numbers (low, high), the smaller one first, or raise ArgumentError."""
    if not isinstance(value, Sequence) or len(value) != 2:
        raise ArgumentError(f"{owner}: {name} must be two numbers (low, high), got {value!r}")
    low, high = (real_number(owner, name, end) for end in value)
    if low > high:
        raise ArgumentError(f"{owner}: {name} must have the smaller number first, got {value!r}")
    return low, high


def numbers(owner: object, name: str, value: object) -> Array:
    """Return anything that NumPy reads as an array of real numbers, finite ones, as float64."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.array(None)
    if array.dtype.kind not in "fiu":
        raise ShapeError(f"{owner}: {name} must be an array of numbers, got {value!r}")
    array = array.astype(np.float64)
    finite(owner, name, array)
    return array


def called(owner: object) -> object:
    """Return what messages call an owner: a layer knows a name that is not too long."""
    return getattr(owner, "called", owner)


def input_shape(owner: object, value: object) -> Shape:
    """Return the shape of one sample as a tuple of positive ints, or raise ShapeError."""
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0:
        try:
            return tuple(whole_number(owner, "a size", size) for size in value)
        except ArgumentError:
            pass  # the message below shows the whole shape
    raise ShapeError(
        f"{called(owner)}: an input shape is a tuple of positive whole numbers without the batch "
        f"axis, such as (1, 28, 28); got {value!r}"
    )


def channels_first(owner: object, shape: Shape) -> None:
    """Raise ShapeError for the shape of a sample that can only be (H, W, C), channels last.

    Square pictures whose last axis is as short as colours are, (28, 28, 1), and any of at least 8 x
    8 pixels with three or four: (32, 24, 3).
    """
    square = len(shape) == 3 and shape[0] == shape[1] > 4 and shape[2] in (1, 3, 4)
    colours = len(shape) == 3 and min(shape[:2]) >= 8 and shape[2] in (3, 4)
    if square or colours:
        H, W, C = shape
        raise ShapeError(
            f"{owner}: samples are (C, H, W), channels first, but {shape} looks like (H, W, C), "
            f"channels last; use ({C}, {H}, {W}), and np.moveaxis(images, -1, 1) for the images"
        )


def output_shape(owner: object, value: object) -> Shape:
    """Return what a layer's `output_shape` gave, or raise ShapeError unless it is a shape."""
    if isinstance(value, tuple) and all(isinstance(size, Integral) for size in value):
        return tuple(int(size) for size in value)
    raise ShapeError(
        f"{called(owner)}: output_shape must return a tuple of whole numbers, such as (10,), got "
        f"{value!r}"
    )


def loss_value(owner: object, value: object) -> float:
    """Return what a loss's `value` gave as a float, or raise ShapeError unless it is one number."""
    if isinstance(value, Real) or (isinstance(value, np.ndarray) and value.shape == ()):
        return float(value)
    got = f"an array of {value.shape}" if isinstance(value, np.ndarray) else kind_of(value)
    hint = "; end it with .mean()" if isinstance(value, np.ndarray) else ""
    raise ShapeError(f"{owner}: value must return one real number, got {got}{hint}")


def spatial_axes(owner: object, shape: Shape, axes: int) -> None:
    """Raise ShapeError unless samples have channels and this number of spatial axes."""
    if len(shape) != 1 + axes:
        letters = ", ".join(AXES[axes])
        kinds = {1: "signals of one row", 2: "grey pictures", 3: "grey volumes"}
        hint = f"; {kinds[axes]} have one channel: (1, {letters})" if len(shape) == axes else ""
        raise ShapeError(f"{owner}: expected samples of shape (C, {letters}), got {shape}{hint}")


def divides(
    owner: object,
    name: str,
    value: int,
    what: str,
    count: int,
    error: type[MinicnnError] = ArgumentError,
) -> None:
    """Raise an error unless `count` of something can be split into `value` equal parts."""
    if count % value:
        raise error(
            f"{owner}: {name} must divide the {what}, got {value} {name} for {count} {what}"
        )


def reflection(owner: object, shape: Shape, margins: Margins) -> None:
    """Raise ShapeError where the mirror image in a border would be larger than the picture."""
    for size, (before, after) in zip(shape[1:], margins, strict=True):
        if max(before, after) >= size:
            raise ShapeError(
                f"{owner}: reflect padding must be smaller than the axis that it mirrors, got "
                f"padding of {before} before and {after} after an axis of {size} pixels; the input "
                f"shape is {shape}"
            )


def window_fits(owner: object, span: Sizes, dilation: Sizes, padded: Sizes, shape: Shape) -> None:
    """Raise ShapeError unless a window has a place in samples that, padded, have these sizes."""
    if any(pixels > size for pixels, size in zip(span, padded, strict=True)):
        gaps = f" (dilation {times(dilation)} included)" if max(dilation) > 1 else ""
        raise ShapeError(
            f"{owner}: a window of {times(span)}{gaps} does not fit into an input of "
            f"{times(padded)} (padding included); the input shape is {shape}"
        )


def times(sizes: Sizes) -> str:
    """Return sizes as messages write them, such as 3 x 4.

    Examples
    --------
    >>> times((3, 4)), times((5,))
    ('3 x 4', '5')
    """
    return " x ".join(map(str, sizes))


def batch(owner: object, name: str, x: object, sample_shape: Shape) -> None:
    """Raise ShapeError unless `x` is a float array (N, *sample_shape) with N >= 1."""
    if isinstance(x, np.ndarray) and x.shape[1:] == sample_shape and x.ndim and len(x):
        if x.dtype.kind == "f":
            return
        raise ShapeError(
            f"{called(owner)}: {name} must hold floating-point numbers, got {x.dtype}; "
            "bytes of 0 to 255 become floats by x.astype(np.float32) / 255"
        )
    expected = f"({', '.join(['N', *map(str, sample_shape)])})"
    if not isinstance(x, np.ndarray):
        raise ShapeError(
            f"{called(owner)}: {name} must be a NumPy array of shape {expected}, got "
            f"{type(x).__name__}"
        )
    raise ShapeError(
        f"{called(owner)}: {name} must have shape {expected}, got {x.shape}"
        f"{_hint(name, x, sample_shape)}"
    )


def _hint(name: str, x: np.ndarray, sample_shape: Shape) -> str:
    """Return the line that makes a batch of an array, where one does."""
    C, *sizes = sample_shape
    if x.shape == sample_shape:
        return "; that is a single one, of which image[None] makes a batch"
    if sizes and C == 1 and x.shape == tuple(sizes):
        return f"; a single grey picture becomes a batch by {name}[np.newaxis, np.newaxis]"
    if sizes and C == 1 and x.shape[1:] == tuple(sizes):
        return f"; grey pictures get their channel by {name}[:, np.newaxis]"
    if sizes and x.shape[1:] == (*sizes, C):
        return f"; that is channels last, np.moveaxis({name}, -1, 1) puts them first"
    if sizes and x.shape == (*sizes, C):
        return f"; that is channels last, np.moveaxis({name}, -1, 0)[np.newaxis] is a batch"
    return ""


def returned(owner: object, method: str, value: object, shape: Shape) -> None:
    """Raise ShapeError unless what a layer's `forward` or `backward` gave has the right shape."""
    if isinstance(value, np.ndarray) and value.shape == shape:
        if value.dtype.kind == "f":
            return
        raise ShapeError(
            f"{called(owner)}: {method} must return floating-point numbers, got {value.dtype}; "
            "astype(x.dtype) makes some"
        )
    what, rule = {
        "forward": ("y", "which output_shape promises"),
        "backward": ("dL/dx", "the shape of x"),
        "gradient": ("dL/doutputs", "the shape of the outputs"),
    }[method]
    got = str(value.shape) if isinstance(value, np.ndarray) else kind_of(value)
    hint = f"; end {method} with a return" if value is None else ""
    raise ShapeError(
        f"{called(owner)}: {method} must return {what} of {shape}, {rule}, got {got}{hint}"
    )


def finite(owner: object, name: str, x: Array) -> None:
    """Raise DataError where `x` holds NaN or infinity, naming how many and the first index."""
    # A sum is finite unless an entry is not (or it overflows), and needs no array of flags.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.sum(x)):
            return
    broken = np.argwhere(~np.isfinite(x))
    if len(broken) > 0:
        first = tuple(int(index) for index in broken[0])
        raise DataError(
            f"{owner}: {name} must be finite, but {len(broken):,} of {x.size:,} values are NaN or "
            f"infinite, the first at index {first}"
        )


def labels(owner: object, value: object, samples: int, classes: int) -> None:
    """Raise DataError unless `value` is an array of `samples` whole numbers in 0..`classes` - 1."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
        raise DataError(
            f"{owner}: labels must be a NumPy array of whole numbers, one for each sample, got "
            f"{_labels_as_given(value)}"
        )
    if value.shape != (samples,):
        hint = "; labels[:, 0] has it" if value.shape == (samples, 1) else ""
        if value.shape == (samples, classes):
            hint = "; labels.argmax(axis=1) makes class numbers of one-hot labels"
        raise DataError(
            f"{owner}: labels must have shape ({samples},), one for each image, got "
            f"{value.shape}{hint}"
        )
    if value.size == 0:
        raise DataError(f"{owner}: there are no labels, the array is empty")
    low, high = int(value.min()), int(value.max())
    if low < 0 or high >= classes:
        from_one = low == 1 and high == classes
        hint = "; counted from 1, they become class numbers by labels - 1" if from_one else ""
        if classes == 1:
            hint = "; one output is for BinaryCrossEntropy, which takes 0 and 1"
        raise DataError(
            f"{owner}: labels must lie in 0..{classes - 1}, got values from {low} to {high}{hint}"
        )


def _labels_as_given(value: object) -> str:
    """Return what was given for labels, and the line that makes class numbers of it."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__}; np.array(labels) makes one"
    if isinstance(value, np.generic):
        return f"the single number {value}; labels[i : i + 1] is an array of one"
    if not isinstance(value, np.ndarray):
        return kind_of(value)
    if value.dtype.kind in "USO":
        return (
            f"texts ({value.dtype}); classes, labels = np.unique(names, return_inverse=True) "
            "numbers them, and Dataset(images, labels, classes) keeps the names"
        )
    if value.ndim == 2 and value.shape[1] > 1:
        return (
            f"{value.dtype} of shape {value.shape}; labels.argmax(axis=1) makes class numbers of "
            "one-hot labels"
        )
    hint = ""
    if value.dtype.kind == "b" or (value.dtype.kind == "f" and (value == np.floor(value)).all()):
        hint = "; labels.astype(np.int64) makes class numbers of them"
    return f"{value.dtype}{hint}"


def are_class_numbers(targets: object) -> bool:
    """Return whether targets are an array of whole numbers, one for each sample."""
    return isinstance(targets, np.ndarray) and targets.ndim == 1 and targets.dtype.kind in "iu"


def classes(owner: object, targets: object, shape: Shape) -> None:
    """Raise ShapeError unless outputs are (N, K), DataError unless targets are N class numbers."""
    if len(shape) != 2:
        raise ShapeError(
            f"{owner}: class numbers as targets need outputs of shape (N, K), a number for each "
            f"class; got {shape}"
        )
    labels(owner, targets, *shape)


def targets(owner: object, value: object, shape: Shape) -> None:
    """Raise DataError unless targets are floats of the shape of the outputs."""
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        got = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise DataError(
            f"{owner}: targets must be an array of floating-point numbers of the outputs' shape "
            f"{shape}, or class numbers ({shape[0]},) for outputs (N, K), got {got}; whole numbers "
            "become floats by targets.astype(np.float32)"
        )
    if value.shape != shape:
        hint = "; targets[:, np.newaxis] has it" if (*value.shape, 1) == shape else ""
        raise DataError(
            f"{owner}: targets must have the outputs' shape {shape}, got {value.shape}{hint}"
        )


def outputs(owner: object, value: object) -> Array:
    """Return the outputs of a model as floats, or raise ShapeError or DataError."""
    if not isinstance(value, np.ndarray | list | tuple):
        raise ShapeError(
            f"{owner}: outputs must be an array such as model.predict(images), got {kind_of(value)}"
        )
    return numbers(owner, "outputs", value)


def kernel_bank(owner: object, value: object) -> Array:
    """Return kernels (F, C, KH, KW), at least one number and all finite, as float64, or raise.

    An array (F, KH, KW) is taken for kernels of one channel.
    """
    kernels = numbers(owner, "kernels", value)
    if kernels.ndim not in (3, 4) or kernels.size == 0:
        raise ShapeError(
            f"{owner}: expected kernels (F, C, KH, KW), or (F, KH, KW) with one channel, with at "
            f"least one number, got shape {kernels.shape}"
        )
    return kernels[:, np.newaxis] if kernels.ndim == 3 else kernels
