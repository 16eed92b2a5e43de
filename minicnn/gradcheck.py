"""Is a stated gradient right? Ask the function itself, by moving each number a little.

    dL/dw  is nearly  (L(w + h) - L(w - h)) / 2h

A training curve cannot tell: a network with wrong gradients often still learns.
"""

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.layers import Layer
from minicnn.typing import Array

STEPS = (1e-5, 1e-6, 1e-7)
"""Values of h, to be tried in this order; `gradcheck` says why there are several."""


@dataclass(frozen=True)
class GradientError:
    """The worst entry of one gradient.

    Attributes
    ----------
    name : str
        ``"x"`` for the input, else the parameter's name.
    error : float
        |stated - numerical|, relative to the larger of the two, or to a thousandth of the largest
        entry of this gradient where both are smaller than that.
    index : tuple of int
        Where in the array.
    stated, numerical : float
        What `backward` said, and what the differences say.
    """

    name: str
    error: float
    index: tuple[int, ...]
    stated: float
    numerical: float


@dataclass(frozen=True)
class GradientReport:
    """What `gradcheck` found: the worst entry of the input's gradient and of each parameter's."""

    rows: tuple[GradientError, ...]

    @property
    def worst(self) -> GradientError:
        """The worst of all."""
        return max(self.rows, key=lambda row: row.error)

    def passed(self, tolerance: float = 1e-6) -> bool:
        """Whether every entry is within `tolerance`."""
        return self.worst.error < tolerance

    def __str__(self) -> str:
        width = max(12, *(len(row.name) for row in self.rows))
        lines = [
            f"{'gradient of':<{width}}  {'error':>8}  {'stated':>13}  {'numerical':>13}  at index"
        ]
        lines += [
            f"{row.name:<{width}}  {row.error:8.1e}  {row.stated:13.6g}  {row.numerical:13.6g}  "
            f"{row.index}"
            for row in self.rows
        ]
        return "\n".join(lines)


def gradcheck(layer: Layer, x: Array, seed: int = 0) -> GradientReport:
    """Compare every gradient that a layer or a model states with central differences, in float64.

    The loss is L = sum(dy * y) with a random dy. Every entry of the input and of each parameter is
    moved by h to both sides, so the cost is two forward passes an entry: use small arrays.

    At a kink (a ReLU at 0, a tie in a pooling window) there is no derivative, and one that lies
    within h spoils the difference. So an entry that disagrees is tried again with a smaller h, and
    its best agreement counts. A wrong gradient disagrees with every h.

    Frozen parameters have no gradient and are left out.

    The layer must give the same output for the same input: one that draws random numbers in every
    forward pass cannot be checked so.

    Parameters
    ----------
    layer : Layer
        A layer or a `Sequential`, built or not; it is copied, and stays as it is.
    x : array (N, *in_shape)
        A small batch.
    seed : int, default 0
        Decides dy, and the weights if the layer is not built.

    Returns
    -------
    GradientReport
        `worst` is the worst entry of all, `passed()` says whether it is below 1e-6; prints as a
        table.

    Raises
    ------
    ShapeError
        If `x` does not fit the layer, or a gradient has another shape than what it is a gradient
        of.

    References
    ----------
    Press, Teukolsky, Vetterling and Flannery, "Numerical Recipes", third edition, section 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn import Conv2D
    >>> x = np.random.default_rng(0).normal(size=(2, 1, 6, 5))
    >>> report = gradcheck(Conv2D(3, (3, 2), stride=2), x)
    >>> [row.name for row in report.rows], report.passed()
    (['x', 'weight', 'bias'], True)
    """
    rng = np.random.default_rng(checks.whole_number("gradcheck", "seed", seed, minimum=0))
    x = np.array(x, dtype=np.float64)
    layer = copy.deepcopy(layer)
    if layer.in_shape is None:
        layer.build(x.shape[1:], rng)
    for parameter in layer.parameters:
        parameter.value = parameter.value.astype(np.float64)
    y = layer(x, training=True)
    dy = rng.normal(size=y.shape)
    dx = layer.backward(dy.copy())
    learned = {n: p for n, p in layer.named_parameters().items() if p.trainable}
    stated = {name: parameter.grad for name, parameter in learned.items()}
    layer.backward_parameters(dy.copy())  # what a training calls of the first layer that learns
    alone = {
        f"{name} of backward_parameters": parameter.grad
        for name, parameter in learned.items()
        if not np.array_equal(parameter.grad, stated[name])
    }

    def forward() -> Array:
        return layer.forward(x, training=True)

    rows = [_compare("x", x, dx, forward, dy)]
    for name, gradient in (stated | alone).items():
        value = learned[name.removesuffix(" of backward_parameters")].value
        rows.append(_compare(name, value, gradient, forward, dy))
    return GradientReport(tuple(rows))


def _compare(
    name: str, values: Array, stated: Array, forward: Callable[[], Array], dy: Array
) -> GradientError:
    """Return the worst entry of one gradient; `values` are moved in place and put back."""
    if stated.shape != values.shape:
        raise ShapeError(
            f"gradcheck: the gradient of {name} must have its shape {values.shape}, "
            f"got {stated.shape}"
        )
    floor = max(1e-3 * float(np.abs(stated).max()), 1e-8)
    worst = GradientError(name, -1.0, (), 0.0, 0.0)
    for index in np.ndindex(values.shape):
        gradient = float(stated[index])
        errors = []
        for numerical in _differences(values, index, forward, dy):
            scale = max(abs(gradient), abs(numerical), floor)
            errors.append((abs(gradient - numerical) / scale, numerical))
            if errors[-1][0] < 1e-7:
                break
        error, numerical = min(errors)
        if np.isnan(error):
            error = math.inf
        if error > worst.error:
            worst = GradientError(name, error, index, gradient, numerical)
    return worst


def _differences(
    values: Array, index: tuple[int, ...], forward: Callable[[], Array], dy: Array
) -> Iterator[float]:
    """Yield (L(w + h) - L(w - h)) / 2h for each h of `STEPS`, where w is ``values[index]``.

    The outputs are subtracted before they are summed: those that w does not reach then cancel
    exactly.
    """
    middle = values[index]
    # The outputs are copied, since a layer may return a view of its input, which moves on.
    for h in STEPS:
        values[index] = middle + h
        above = forward().copy()
        values[index] = middle - h
        below = forward().copy()
        values[index] = middle
        yield float(np.sum(dy * (above - below)) / (2 * h))
