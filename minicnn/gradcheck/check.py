"""The check of a layer, a model or a loss: what is moved, and what is asked."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.gradcheck.differences import compare, errors, smallest
from minicnn.gradcheck.report import GradientReport, GradientRow
from minicnn.gradcheck.rules import rule_of
from minicnn.layers import Layer, Parameter
from minicnn.layers.base import keep_for_backward, unwritable
from minicnn.layers.share import Share, working_on
from minicnn.losses import Loss
from minicnn.typing import Array, Targets

SECOND = " of a second backward"
ALONE = " of backward_parameters"
"""What follows the name of a parameter whose gradient is another one there."""

STREAM = 20_111
"""Goes with the seed, so that dy is not what the caller drew for x: of a dy that is x, a backward
that takes the one for the other would be right."""


def gradcheck(
    subject: Layer | Loss,
    x: Array,
    targets: Targets | None = None,
    seed: int = 0,
    *,
    training: bool = True,
) -> GradientReport:
    """Compare every gradient that a layer, a model or a loss states with central differences.

    All is done in float64. For a layer the loss is L = sum(dy * y) with a random dy. Every entry of
    the input and of each parameter is moved by h to both sides, so the cost is two forward passes
    an entry: use small arrays, of two samples or more.

    At a kink (a ReLU at 0, a tie in a pooling window) there is no derivative, and one that lies
    within h spoils the difference. So an entry that disagrees is tried again with a smaller h, and
    its best agreement counts. A wrong gradient disagrees with every h.

    `backward` is called twice, since it must overwrite the gradients of the parameters, not add to
    them. Frozen parameters have no gradient and are left out. A layer that draws at random is
    checked if it takes its generator from `minicnn.layers.share.current_share`, which then draws
    the same in every pass.

    Parameters
    ----------
    subject : Layer or Loss
        A layer or a `Sequential`, built or not; it is copied, and stays as it is. Or a loss.
    x : array (N, *in_shape)
        A small batch; for a loss, the outputs that it measures.
    targets : array (N, ...), optional
        What a loss compares the outputs with.
    seed : int, default 0
        Decides dy, and the weights if the layer is not built.
    training : bool, default True
        False checks what the layer does in use, where that is something else.

    Returns
    -------
    GradientReport
        `worst` is the worst entry of all, `passed()` says whether it is below 1e-6. It prints as a
        table that ends with a verdict: which gradient is wrong, and how it differs, if that is a
        plain rule such as a sign, a factor, or an axis that is reversed.

    Raises
    ------
    ArgumentError
        If `subject` is neither layer nor loss, or its `forward` gives another output each time.
    ShapeError
        If `x` does not fit, or a gradient is missing or has another shape than what it is a
        gradient of.

    References
    ----------
    Press, Teukolsky, Vetterling and Flannery, "Numerical Recipes", third edition, section 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn import Conv2D, MeanSquaredError
    >>> x = np.random.default_rng(0).normal(size=(2, 1, 6, 5))
    >>> report = gradcheck(Conv2D(3, (3, 2), stride=2), x)
    >>> [row.name for row in report.rows], report.passed()
    (['x', 'weight', 'bias'], True)
    >>> print(gradcheck(MeanSquaredError(), np.ones((2, 3)), np.zeros((2, 3))).verdict())
    passed: every gradient is right to 1e-06: outputs
    """
    seed = checks.whole_number("gradcheck", "seed", seed, minimum=0)
    rng = np.random.default_rng((seed, STREAM))
    if not isinstance(subject, Layer | Loss):
        raise ArgumentError(
            f"gradcheck: expected a layer, a model or a loss, got {checks.kind_of(subject)}"
        )
    x = checks.numbers("gradcheck", "x", x)
    if isinstance(subject, Loss):
        return _check_loss(subject, x, copy.deepcopy(targets))
    if x.ndim < 2:
        raise ShapeError(
            f"gradcheck: expected a batch x (N, *in_shape), got shape {x.shape}; x[np.newaxis] "
            "makes one of a single sample"
        )
    with working_on(chance := _SameChance()), keep_for_backward():
        return _check_layer(copy.deepcopy(subject), x, rng, training, chance)


class _SameChance(Share):
    """The whole batch, for which every pass draws the same.

    Attributes
    ----------
    asked : bool
        Whether a layer has drawn.
    """

    asked = False

    def generator(self, own: np.random.Generator) -> np.random.Generator:
        """Return a new generator with the same seed each time."""
        self.asked = True
        return np.random.default_rng(0)


def _check_layer(
    layer: Layer, x: Array, rng: np.random.Generator, training: bool, chance: _SameChance
) -> GradientReport:
    if layer.in_shape is None:
        layer.build(x.shape[1:], rng)
    for parameter in layer.parameters:
        parameter.value = parameter.value.astype(np.float64)
    y = layer(x, training).copy()
    if not np.array_equal(y, layer.forward(x, training), equal_nan=True):
        raise ArgumentError(
            f"gradcheck: {layer}: expected forward to give the same for the same x, got another "
            "output each time, which has no derivative; let a layer that draws take its generator "
            "from minicnn.layers.share.current_share().generator(self.rng)"
        )
    dy = rng.normal(size=y.shape)
    learned = {n: p for n, p in layer.named_parameters().items() if p.trainable}

    def change() -> Callable[[], float]:
        above = layer.forward(x, training).copy()  # it may be a view of x, which moves on
        return lambda: float(np.sum(dy * (above - layer.forward(x, training))))

    for parameter in learned.values():
        parameter.grad = np.zeros_like(parameter.value)
    with unwritable(layer, "backward", "dy", dy) as given:
        dx = layer.backward(given)
    first = _gradients(learned)
    largest = max(_largest(gradient) for gradient in (dx, *first.values()))
    row = partial(_row, change=change, N=len(x), largest=largest)
    rows = [row("x", x, dx)]
    rows += [row(name, learned[name].value, first[name]) for name in learned]
    for call, suffix in ((layer.backward, SECOND), (layer.backward_parameters, ALONE)):
        layer.forward(x, training)
        call(dy.copy())
        for name, gradient in _gradients(learned).items():
            if not np.array_equal(gradient, first[name], equal_nan=True):
                rows.append(row(name + suffix, learned[name].value, gradient))
    # Of another batch, what is drawn would be another.
    faults = () if chance.asked else _faults(layer, x, y, training)
    return GradientReport(tuple(rows), len(x), faults, _remarks(x, rows))


def _faults(layer: Layer, x: Array, y: Array, training: bool) -> tuple[str, ...]:
    """Return what is wrong beside the gradients."""
    if len(x) < 2 or not all(inner.per_sample for _, inner in layer.walk()):
        return ()
    half = len(x) // 2
    if np.allclose(layer.forward(x[:half], training), y[:half], rtol=1e-6, atol=1e-9):
        return ()
    fault = (
        f"{type(layer).__name__} says per_sample = True, but half of the batch gives other outputs "
        "than the whole: it looks at several samples, so threads must not share the batch"
    )
    return (fault,)


def _remarks(x: Array, rows: Sequence[GradientRow]) -> tuple[str, ...]:
    """Return what such an x cannot show."""
    if not (x == 0).any():
        return ()
    blind = ", ".join(row.name for row in rows if row.stated == row.numerical == 0)
    return (
        "x has zeros, where a kink such as that of ReLU has no derivative"
        + (f", and which show nothing of the gradient of {blind}" if blind else "")
        + ": check with random numbers",
    )


def _largest(gradient: Array) -> float:
    """Return the largest size of an entry; 0 for what is no gradient, which is refused later."""
    if not isinstance(gradient, np.ndarray) or gradient.size == 0:
        return 0.0
    return float(np.nan_to_num(abs(gradient)).max())


def _gradients(learned: Mapping[str, Parameter]) -> dict[str, Array]:
    """Return copies of the gradients as they are now."""
    return {name: np.array(parameter.grad) for name, parameter in learned.items()}


def _check_loss(loss: Loss, outputs: Array, targets: Targets | None) -> GradientReport:
    if targets is None:
        raise ArgumentError(
            f"gradcheck: {loss}: a loss needs targets: gradcheck(loss, outputs, targets)"
        )
    loss.check(targets, outputs.shape)
    value, stated = loss(outputs.copy(), copy.deepcopy(targets))

    def change() -> Callable[[], float]:
        above = loss.value(outputs, targets)
        return lambda: above - loss.value(outputs, targets)

    row = _row("outputs", outputs, stated, change, len(outputs), _largest(stated))
    twice = loss.value(np.concatenate([outputs, outputs]), np.concatenate([targets, targets]))
    fault = (
        f"value is no mean over the batch: of the same samples twice it is {twice:.6g} instead of "
        f"{value:.6g}"
    )
    is_mean = np.isclose(twice, value, rtol=1e-6, atol=1e-12)
    return GradientReport((row,), len(outputs), () if is_mean else (fault,))


def _row(
    name: str,
    values: Array,
    stated: Array,
    change: Callable[[], Callable[[], float]],
    N: int,
    largest: float,
) -> GradientRow:
    """Return the worst entry of one gradient; `values` are moved in place and put back.

    `largest` is the largest entry of all gradients.
    """
    shape = getattr(stated, "shape", None)
    if shape != values.shape:
        got = checks.kind_of(stated) if shape is None else str(shape)
        hint = "; it is transposed" if shape == values.shape[::-1] else ""
        hint = "; end backward with `return dx`" if stated is None else hint
        raise ShapeError(
            f"gradcheck: the gradient of {name} must have its shape {values.shape}, got {got}{hint}"
        )
    floor = smallest(stated, largest)
    numerical = compare(values, stated, change, floor)
    error = errors(stated, numerical, floor)
    index = np.unravel_index(int(error.argmax()), error.shape)
    place = tuple(int(i) for i in index)
    rule = rule_of(stated, numerical, N)
    if rule and not stated.any() and name not in ("x", "outputs"):
        rule += ", as if it had never been stored in grad"
    if rule and name.endswith(SECOND):
        rule += "; backward must overwrite what the call before left in grad, not add to it"
    return GradientRow(
        name, float(error[place]), place, float(stated[place]), float(numerical[place]), rule
    )
