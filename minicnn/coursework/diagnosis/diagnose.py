"""Diagnose a whole layer of one's own, beside one of the library that does the same."""

import html
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.coursework.diagnosis.checker import report_on
from minicnn.coursework.diagnosis.report import Report
from minicnn.coursework.exercise import Case, Exercise
from minicnn.coursework.exercises import EXERCISES
from minicnn.coursework.layer_functions import LAYER_FUNCTIONS, prepared
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers import (
    BatchNorm,
    Conv2D,
    ConvTranspose2D,
    Dense,
    Layer,
    MaxPool,
    ReLU,
    Softmax,
)
from minicnn.typing import Array, Shape

NAMED: dict[type[Layer], tuple[str, ...]] = {
    Conv2D: ("conv2d_forward", "conv2d_backward"),
    ConvTranspose2D: ("conv_transpose2d_forward",),
    MaxPool: ("maxpool_forward", "maxpool_backward"),
    ReLU: ("relu_backward",),
    Dense: ("dense_forward", "dense_backward"),
    Softmax: ("softmax",),
    BatchNorm: ("batchnorm_forward", "batchnorm_backward"),
}
"""The exercises whose banks know the mistakes of a layer, by what it is like."""
SIZES = (3, 4, 6, 9, 14, 20, 33)
"""Pixels of the pictures that are tried, up to the first that the layer can take."""


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    layer, like : str
        The two layers, as they print.
    whole : Report
        The outputs and all gradients, compared with those of the other layer.
    named : tuple of Report
        The same, seen as exercises, whose banks know mistakes by name.
    faults : tuple of str
        What is wrong beside the numbers.
    """

    layer: str
    like: str
    whole: Report
    named: tuple[Report, ...]
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the layer does what the other one does."""
        return not self.faults and all(report.passed for report in (self.whole, *self.named))

    @property
    def mistakes(self) -> tuple[str, ...]:
        """The names of all mistakes that were recognised."""
        return tuple(dict.fromkeys(name for one in self._told for name in one.mistakes))

    @property
    def mistake(self) -> str | None:
        """The name of the mistake that was made, the first of several; None where none fits."""
        return self.mistakes[0] if self.mistakes else None

    def __str__(self) -> str:
        if self.passed:
            compared = ", ".join(self.whole.exercise.outputs)
            return f"{self.layer}: right. It agrees with {self.like} in {compared}."
        blocks = [f"{self.layer}: not right yet.", *self.faults]
        return "\n\n".join([*blocks, *map(str, self._told)])

    @property
    def _told(self) -> tuple[Report, ...]:
        """The reports that say what is wrong: those of exercises, where there are any."""
        return tuple(report for report in self.named if not report.passed) or (self.whole,)

    def _repr_html_(self) -> str:
        """Return the diagnosis for a notebook."""
        return f'<pre style="white-space: pre-wrap">{html.escape(str(self))}</pre>'


def diagnose(layer: Layer, like: Layer, in_shape: Shape | None = None) -> Diagnosis:
    """Compare a layer of one's own with one of the library, and say what is wrong with it.

    Both get the same parameters and go forward and backward on the same small batches: of one
    sample and of three, pictures that are not square, arrays in another memory order. The output,
    dL/dx and the gradient of each parameter are compared. Where there are exercises of what the
    other layer does, their banks name the mistake, as `check` does.

    Parameters
    ----------
    layer : Layer
        One's own, built or not. It stays as it is.
    like : Layer
        One of the library with the same options.
    in_shape : tuple of int, optional
        The shape of a sample. By default several small ones that both can take.

    Returns
    -------
    Diagnosis
        ``.passed``, ``.mistake``, and ``str(diagnosis)`` for the whole text.

    Raises
    ------
    ArgumentError
        If one of them is no layer; if they differ in an option, or in the names or shapes of their
        parameters; if the other layer draws at random.
    ShapeError
        If the other layer cannot work on such samples.

    Examples
    --------
    >>> class MyReLU(ReLU):
    ...     def backward(self, dy):
    ...         (positive,) = self.recall(dy)
    ...         return np.maximum(dy, 0)
    >>> diagnosis = diagnose(MyReLU(), like=ReLU())
    >>> diagnosis.passed, diagnosis.mistake
    (False, 'relu_of_dy')
    """
    checks.instance("diagnose", "layer", layer, Layer)
    checks.instance("diagnose", "like", like, Layer)
    _check_options(layer, like)
    known = in_shape or layer.in_shape or like.in_shape
    shapes = _shapes(like) if known is None else [checks.input_shape("diagnose", known)]
    _check_parameters(layer, like, shapes[0])
    samples = _samples(like, shapes)
    exercise = _as_exercise(like, samples)
    whole = report_on(exercise, _all_of(layer, samples[0]), exercise.cases())
    named = tuple(_named(layer, like, samples))
    return Diagnosis(repr(layer), repr(like), whole, named, _faults(layer, like, shapes))


# -- bad input -------------------------------------------------------------------------------------


def _check_options(layer: Layer, like: Layer) -> None:
    """Raise ArgumentError where both have an option of one name, with other values."""
    own, other = layer.config, like.config
    for name in own.keys() & other.keys():
        mine, theirs = _simple(own[name]), _simple(other[name])
        if type(mine) is type(theirs) and mine is not None and mine != theirs:
            raise ArgumentError(
                f"diagnose: expected the same {name} in both layers, got {mine!r} in {layer} and "
                f"{theirs!r} in {like}"
            )


def _simple(option: Any) -> Any:
    """Return (3, 3) as 3; None for what is no number, text or several numbers."""
    if isinstance(option, list | tuple):
        several = tuple(map(_simple, option))
        return several[0] if len(set(several)) == 1 else several
    return option if isinstance(option, bool | int | float | str) else None


def _check_parameters(layer: Layer, like: Layer, in_shape: Shape) -> None:
    """Raise ArgumentError unless both have the same parameters."""
    theirs = _parameter_shapes(like, in_shape)
    try:
        mine = _parameter_shapes(layer, in_shape)
    except Exception as error:
        raise ArgumentError(
            f"diagnose: {layer} cannot be built for samples {in_shape}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if mine != theirs:
        raise ArgumentError(
            f"diagnose: expected the parameters of {like} in {layer}, {_list(theirs)}; got "
            f"{_list(mine)}"
        )


def _parameter_shapes(layer: Layer, in_shape: Shape) -> dict[str, Shape]:
    named = prepared(layer, in_shape, {}).named_parameters()
    return {name: named[name].value.shape for name in sorted(named)}


def _list(shapes: Mapping[str, Shape]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape in shapes.items()) or "none"


def _faults(layer: Layer, like: Layer, shapes: list[Shape]) -> tuple[str, ...]:
    """Say for which samples the layer promises another shape."""
    for shape in shapes:
        right, got = like.output_shape(shape), layer.output_shape(shape)
        if got != right:
            return (f"output_shape gives {got} for samples {shape}; expected {right}.",)
    return ()


# -- what both are given ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Sample:
    """A batch, a gradient of its output, and parameters, by name."""

    what: str
    x: Array
    dy: Array
    values: dict[str, Array]


def _shapes(like: Layer) -> list[Shape]:
    """Return small shapes of samples that a layer can take, the smallest first."""
    for size in SIZES:
        pictures: list[Shape] = [(1, size, size), (2, size, size), (3, size + 2, size)]
        others: list[Shape] = [(size,), (2, size), (2, size, size, size)]
        for several in (pictures, *([shape] for shape in others)):
            fitting = [shape for shape in several if _takes(like, shape)]
            if fitting:
                return fitting
    raise ArgumentError(
        f"diagnose: {like}: expected a layer that takes small samples, got none that does; say "
        "which, as in diagnose(layer, like, in_shape=(3, 50, 50))"
    )


def _takes(like: Layer, shape: Shape) -> bool:
    try:
        like.output_shape(shape)
    except ShapeError:
        return False
    return True


def _samples(like: Layer, shapes: list[Shape]) -> list[_Sample]:
    """Return batches of these shapes, from the smallest up, the last in float32."""
    rng = np.random.default_rng(0)
    small, large = shapes[0], shapes[-1]
    plan = [("one sample", 1, small), ("two samples", 2, small)]
    plan += [(f"samples of {shape}", 1, shape) for shape in shapes[1:]]
    plan += [("three samples", 3, large)]
    samples = []
    for what, N, shape in plan:
        try:
            samples.append(_sample(like, what, N, shape, rng))
        except ShapeError:  # such as a single sample where a batch is normalized
            continue
    last = _sample(like, "float32 in another memory order", 4, large, rng)
    x, dy = (np.asfortranarray(array.astype(np.float32)) for array in (last.x, last.dy))
    values = {name: np.asfortranarray(v.astype(np.float32)) for name, v in last.values.items()}
    return [*samples, _Sample(last.what, x, dy, values)]


def _sample(like: Layer, what: str, N: int, shape: Shape, rng: np.random.Generator) -> _Sample:
    built = prepared(like, shape, {})
    x = _distinct((N, *shape), rng)
    values = {
        name: parameter.value.astype(np.float64)
        if parameter.role == "statistic"
        else _distinct(parameter.value.shape, rng)
        for name, parameter in built.named_parameters().items()
    }
    y = prepared(like, shape, values).forward(x, True)
    if not np.array_equal(y, prepared(like, shape, values).forward(x, True)) or _draws(built, x):
        raise ArgumentError(f"diagnose: {like} draws at random, so outputs cannot be compared")
    return _Sample(what, x, _distinct(y.shape, rng), values)


def _draws(layer: Layer, x: Array) -> bool:
    """Return whether a layer gives another output each time."""
    return not np.array_equal(layer.forward(x, True).copy(), layer.forward(x, True))


def _distinct(shape: Shape, rng: np.random.Generator) -> Array:
    """Return numbers from -1 to 1, no two the same and none of them zero."""
    count = int(np.prod(shape))
    return ((rng.permutation(count) + 0.5) / (count + 0.5) * 2 - 1).reshape(shape)


# -- the whole layer as one function ---------------------------------------------------------------


def _as_exercise(like: Layer, samples: list[_Sample]) -> Exercise:
    """Return the exercise to do what a layer does, with no bank of mistakes."""
    names = list(samples[0].values)
    built = prepared(like, samples[0].x.shape[1:], {}).named_parameters()
    outputs = ["y", "dx", *(f"gradient of {n}" for n in names if built[n].role != "statistic")]
    outputs += [n for n in names if built[n].role == "statistic"]
    right: Any = _all_of(like, samples[0])
    right.__name__ = type(like).__name__
    inputs = ["dy", "x", *(name.replace(".", "_") for name in names)]
    kind = inspect.Parameter.POSITIONAL_ONLY
    right.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in inputs])
    cases = [Case(one.what, (one.dy, one.x, *one.values.values())) for one in samples]
    return Exercise(right, [*outputs, "y in use"], lambda: cases)


def _all_of(layer: Layer, sample: _Sample) -> Callable[..., tuple[Array, ...]]:
    """Return a function that gives all that a layer computes."""
    names = list(sample.values)

    def function(dy: Array, x: Array, *values: Array) -> tuple[Array, ...]:
        built = prepared(layer, x.shape[1:], dict(zip(names, values, strict=True)))
        y = built.forward(x, True).copy()
        dx = built.backward(dy)
        named = [built.named_parameters()[name] for name in names]
        grads = [parameter.grad for parameter in named if parameter.role != "statistic"]
        statistics = [parameter.value for parameter in named if parameter.role == "statistic"]
        return (y, dx, *grads, *statistics, built.forward(x, False))

    return function


# -- the same as exercises -------------------------------------------------------------------------


def _named(layer: Layer, like: Layer, samples: list[_Sample]) -> list[Report]:
    """Return what the exercises say whose right function is what a layer does."""
    reports = []
    for name in NAMED.get(type(like), ()):
        options = _options(like, samples)
        if name in EXERCISES and options is not None:
            exercise = EXERCISES[name]
            cases = [_case(exercise, sample, options) for sample in samples]
            reports.append(report_on(exercise, partial(LAYER_FUNCTIONS[name], layer), cases))
    return reports


def _case(exercise: Exercise, sample: _Sample, options: Mapping[str, Any]) -> Case:
    """Return a case of an exercise that has the numbers of a sample."""
    weight = sample.values.get("weight")
    bias = sample.values.get("bias")
    if bias is None:
        bias = np.zeros(sample.dy.shape[1])
    has = {"x": sample.x, "scores": sample.x, "dy": sample.dy, "w": weight, "gamma": weight}
    has |= {"b": bias, "beta": bias, **options}
    return Case(sample.what, tuple(has[name] for name in exercise.parameters))


def _options(like: Layer, samples: list[_Sample]) -> dict[str, Any] | None:
    """Return the options of a layer as the exercises take them; None for one that they lack."""
    if isinstance(like, BatchNorm):
        return {"epsilon": like.epsilon}
    if not isinstance(like, Conv2D | ConvTranspose2D | MaxPool):
        return {}
    margins = {edge for s in samples for pair in like.margins(s.x.shape[1:]) for edge in pair}
    plain = like.padding_mode == "zeros" and set(like.dilation) == {1}
    if len(margins) > 1 or len(set(like.stride)) > 1 or not plain:
        return None
    options = {"stride": like.stride[0], "padding": margins.pop()}
    if isinstance(like, MaxPool):
        square = len(set(like.kernel_size)) == 1 and options["padding"] == 0
        return {**options, "size": like.kernel_size[0]} if square else None
    extra = any(like.output_padding) if isinstance(like, ConvTranspose2D) else False
    return None if extra or like.groups > 1 else options
