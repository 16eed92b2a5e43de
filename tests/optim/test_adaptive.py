"""Adam and RMSprop: their formulas in plain loops, what each parameter keeps, what is refused."""

import copy
import math
from typing import Any

import numpy as np
import pytest

from minicnn import Adam, Constant, Cosine, Optimizer, Parameter, RMSprop, Warmup
from minicnn.errors import ArgumentError
from minicnn.typing import Array

STEPS = 20


def adam_by_loops(
    values: list[float],
    gradients: list[list[float]],
    rate: float,
    betas: tuple[float, float],
    epsilon: float,
    decay: float,
    *,
    decoupled: bool,
) -> list[float]:
    """Adam, a number at a time."""
    beta1, beta2 = betas
    results = []
    for i, w in enumerate(values):
        m = v = 0.0
        for t, row in enumerate(gradients, start=1):
            g = row[i]
            if decoupled:
                w -= rate * decay * w
            else:
                g += decay * w
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g * g
            w -= rate * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + epsilon)
        results.append(w)
    return results


def rmsprop_by_loops(
    values: list[float],
    gradients: list[list[float]],
    rate: float,
    smoothing: float,
    momentum: float,
    epsilon: float,
    decay: float,
) -> list[float]:
    """RMSprop, a number at a time."""
    results = []
    for i, w in enumerate(values):
        v = u = 0.0
        for row in gradients:
            g = row[i] + decay * w
            v = smoothing * v + (1 - smoothing) * g * g
            u = momentum * u + g / (math.sqrt(v) + epsilon)
            w -= rate * u
        results.append(w)
    return results


def walk(optimizer: Optimizer, values: Array, gradients: Array, **options: Any) -> Array:
    """The values after a step along each of the gradients."""
    weight = Parameter("weight", values.copy(), **options)
    for gradient in gradients:
        weight.grad = gradient
        optimizer.step([weight])
    return weight.value


def numbers(seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=5), rng.normal(size=(STEPS, 5)) * rng.lognormal(0, 2, (STEPS, 5))


@pytest.mark.parametrize("decoupled", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.8), (0.0, 0.9), (0.9, 0.0)])
def test_adam_by_loops(betas: tuple[float, float], decay: float, decoupled: bool) -> None:
    values, gradients = numbers()
    adam = Adam(0.05, *betas, epsilon=1e-3, decoupled=decoupled, weight_decay=decay)
    expected = adam_by_loops(
        values.tolist(), gradients.tolist(), 0.05, betas, 1e-3, decay, decoupled=decoupled
    )
    np.testing.assert_allclose(walk(adam, values, gradients), expected, rtol=1e-12)


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize(("smoothing", "momentum"), [(0.99, 0.0), (0.99, 0.9), (0.0, 0.5)])
def test_rmsprop_by_loops(smoothing: float, momentum: float, decay: float) -> None:
    values, gradients = numbers()
    rmsprop = RMSprop(0.01, smoothing, momentum, 1e-3, weight_decay=decay)
    expected = rmsprop_by_loops(
        values.tolist(), gradients.tolist(), 0.01, smoothing, momentum, 1e-3, decay
    )
    np.testing.assert_allclose(walk(rmsprop, values, gradients), expected, rtol=1e-12)


def test_the_first_step_of_adam_is_as_long_as_the_rate() -> None:
    gradients = np.array([[1e-3, 1.0, -1e3]])
    np.testing.assert_allclose(walk(Adam(0.1), np.zeros(3), gradients), [-0.1, -0.1, 0.1], 1e-4)


def test_decoupled_decay_follows_the_rate_and_is_not_clipped() -> None:
    values, still = np.array([2.0, -4.0]), np.zeros((2, 2))
    adam = Adam(0.5, decoupled=True, weight_decay=0.1, clip_norm=1e-6)
    np.testing.assert_allclose(walk(adam, values, still), values * 0.95**2)
    adam = Adam(Cosine(0.5), decoupled=True, weight_decay=0.1)
    adam.progress = 0.5
    np.testing.assert_allclose(walk(adam, values, still), values * 0.975**2)


@pytest.mark.parametrize("decoupled", [False, True])
def test_decays_by_name_and_none_of_biases(decoupled: bool) -> None:
    names = ["0.weight", "0.bias", "1.weight", "1.bias"]
    everything = {
        name: Parameter(name[2:], np.array([1.0]), decay=name.endswith("weight")) for name in names
    }
    own = {"1.weight": 0.5, "1.bias": 0.25}
    Adam(0.1, decoupled=decoupled, weight_decay=0.01, decay_of=own).step(everything)
    found = [float(parameter.value[0]) for parameter in everything.values()]
    # Through the gradient, any decay is a step of the same length: only its sign counts.
    expected = [0.999, 1, 0.95, 0.975] if decoupled else [0.9, 1, 0.9, 0.9]
    assert found == pytest.approx(expected, rel=1e-6)


OPTIMIZERS: list[Optimizer] = [
    Adam(0.01, weight_decay=0.1),
    Adam(Warmup(Cosine(0.01)), decoupled=True, weight_decay=0.1),
    RMSprop(0.01, momentum=0.9, weight_decay=0.1),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_number_types_stay(optimizer: Optimizer, kind: Any) -> None:
    """Nothing in `update` may be of another type either, or it would take twice the time."""
    optimizer, seen = copy.deepcopy(optimizer), set()

    class Watched(np.ndarray[Any, Any]):
        def __array_finalize__(self, other: Any) -> None:
            seen.add(self.dtype)

    weight = Parameter("weight", np.ones((2, 3), kind).view(Watched))
    weight.grad = np.ones((2, 3), kind).view(Watched)
    for _ in range(3):
        optimizer.step([weight])
    assert seen == {np.dtype(kind)}
    assert all(slots[n].dtype == kind for slots in optimizer.slots for n in optimizer.slot_names)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_arrays_given_to_a_step_stay_as_they_were(optimizer: Optimizer) -> None:
    values, gradients = numbers()
    before = values.copy(), gradients.copy()
    weight = Parameter("weight", values)
    weight.grad = gradients[0]
    copy.deepcopy(optimizer).step([weight])
    np.testing.assert_array_equal(values, before[0])
    np.testing.assert_array_equal(gradients, before[1])


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_state_goes_on_elsewhere_to_the_bit(optimizer: Optimizer) -> None:
    values, gradients = numbers()
    undisturbed, first, second = (copy.deepcopy(optimizer) for _ in range(3))
    expected = walk(undisturbed, values, gradients)
    one, other = Parameter("weight", values), Parameter("weight", values)
    for gradient in gradients[:7]:
        one.grad = gradient
        first.step([one])
    other.value = one.value
    second.restore(copy.deepcopy(first.state()), {"weight": other})
    for gradient in gradients[7:]:
        other.grad = gradient
        second.step([other])
    np.testing.assert_array_equal(other.value, expected)
    for name, array in undisturbed.slots[0].items():
        np.testing.assert_array_equal(second.slots[0][name], array)


def test_a_thawed_parameter_begins_with_its_first_step() -> None:
    values, gradients = numbers()
    one, late = Parameter("a", values), Parameter("b", values, role="frozen")
    adam = Adam(0.1)
    for step, gradient in enumerate(gradients):
        late.trainable = step >= 12
        one.grad = late.grad = gradient
        adam.step([one, late])
    assert [int(slots["steps"]) for slots in adam.slots] == [STEPS, STEPS - 12]
    np.testing.assert_array_equal(late.value, walk(Adam(0.1), values, gradients[12:]))


@pytest.mark.parametrize("steps", [-1, 2**53, 2**63 - 1])
def test_numbers_of_steps_that_make_no_sense(steps: int) -> None:
    adam, weight = Adam(), Parameter("weight", np.ones(2))
    adam.step([weight])
    state = copy.deepcopy(adam.state())
    state["slots"][0]["steps"] = np.array(steps)
    with pytest.raises(ArgumentError, match="Adam: steps must be a number of at least 0"):
        Adam().restore(state, {"0.weight": weight})


def test_a_number_of_steps_in_few_bits_counts_on() -> None:
    adam, weight = Adam(), Parameter("weight", np.ones(2))
    adam.step([weight])
    state = copy.deepcopy(adam.state())
    state["slots"][0]["steps"] = np.array(127, np.int8)
    again = Adam()
    again.restore(state, {"0.weight": weight})
    again.step({"0.weight": weight})
    assert int(again.slots[0]["steps"]) == 128


@pytest.mark.parametrize(
    ("kind", "options", "name"),
    [
        (Adam, {"beta1": 1}, "beta1"),
        (Adam, {"beta1": -0.1}, "beta1"),
        (Adam, {"beta2": 1.0}, "beta2"),
        (Adam, {"beta2": math.nan}, "beta2"),
        (Adam, {"beta2": "much"}, "beta2"),
        (Adam, {"epsilon": 0}, "epsilon"),
        (Adam, {"epsilon": -1e-8}, "epsilon"),
        (Adam, {"decoupled": 1}, "decoupled"),
        (Adam, {"learning_rate": 0}, "learning_rate"),
        (Adam, {"weight_decay": -0.01}, "weight_decay"),
        (Adam, {"clip_norm": 0}, "clip_norm"),
        (RMSprop, {"smoothing": 1}, "smoothing"),
        (RMSprop, {"smoothing": -0.5}, "smoothing"),
        (RMSprop, {"momentum": 1}, "momentum"),
        (RMSprop, {"epsilon": 0}, "epsilon"),
        (RMSprop, {"epsilon": math.inf}, "epsilon"),
        (RMSprop, {"learning_rate": -1}, "learning_rate"),
    ],
)
def test_options_out_of_range(kind: type[Optimizer], options: Any, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"{kind.__name__}: {name} must be"):
        kind(**options)
    if name not in ("decoupled",):
        optimizer = kind()
        with pytest.raises(ArgumentError, match=f"{kind.__name__}: {name} must be"):
            setattr(optimizer, name, options[name])


def test_they_print_as_they_are_made() -> None:
    assert repr(Adam()) == "Adam()"
    assert repr(Adam(Constant(0.1), decoupled=True)) == "Adam(learning_rate=0.1, decoupled=True)"
    expected = "RMSprop(learning_rate=Warmup(0.1, share=0.2), momentum=0.9)"
    assert repr(RMSprop(Warmup(0.1, share=0.2), momentum=0.9)) == expected
