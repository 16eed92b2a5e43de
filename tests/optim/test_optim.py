"""SGD by hand, and the schedules."""

import copy
import math
from typing import Any

import numpy as np
import pytest

from minicnn import SGD, Constant, Cosine, OneCycle, Parameter, Schedule, StepDecay, Warmup
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.saving.description import describe, known_classes, rebuild


def steps(sgd: SGD, gradients: list[float], *, decay: bool = True) -> list[float]:
    """The values of a single weight that starts at 1."""
    weight = Parameter("weight", np.array([1.0]), decay=decay)
    values = []
    for gradient in gradients:
        weight.grad = np.array([gradient])
        sgd.step([weight])
        values.append(float(weight.value[0]))
    return values


def test_plain() -> None:
    assert steps(SGD(0.1), [1, 2]) == pytest.approx([0.9, 0.7])


def test_momentum() -> None:
    assert steps(SGD(0.1, 0.5), [1, 2]) == pytest.approx([0.9, 0.9 - 0.1 * 2.5])


def test_nesterov() -> None:
    expected = [1 - 0.1 * 1.5, 1 - 0.1 * 1.5 - 0.1 * (2 + 0.5 * 2.5)]
    assert steps(SGD(0.1, 0.5, nesterov=True), [1, 2]) == pytest.approx(expected)


def test_decay_pulls_weights_and_leaves_biases() -> None:
    assert steps(SGD(0.1, weight_decay=0.5), [0]) == pytest.approx([0.95])
    assert steps(SGD(0.1, weight_decay=0.5), [0], decay=False) == [1.0]


def test_arrays_taken_out_before_stay_as_they_were() -> None:
    weight = Parameter("weight", np.ones(3, np.float32))
    before = weight.value
    weight.grad = np.ones(3, np.float32)
    SGD(0.1, 0.9, weight_decay=0.1).step([weight])
    np.testing.assert_array_equal(before, 1)
    np.testing.assert_array_equal(weight.grad, 1)
    assert weight.value.dtype == np.float32


def test_other_parameters_are_refused() -> None:
    sgd = SGD(0.1, 0.9)
    weight, other = Parameter("weight", np.ones(3)), Parameter("weight", np.ones(3))
    sgd.step([weight])
    sgd.step({"0.weight": weight})
    with pytest.raises(ArgumentError, match=r"SGD.*new optimizer"):
        sgd.step([other])
    with pytest.raises(ArgumentError, match=r"SGD: expected the 1 .* got 2"):
        sgd.step([weight, other])


def test_float32_stays_float32() -> None:
    class Odd(Schedule):
        def __call__(self, progress: float) -> float:
            return np.float64(0.1)

    weight = Parameter("weight", np.ones(3, np.float32))
    weight.grad = np.ones(3)
    SGD(Odd(), 0.9, nesterov=True, weight_decay=0.1).step([weight])
    assert weight.value.dtype == np.float32


def test_single_parameters_may_have_a_decay_of_their_own() -> None:
    first, second = (Parameter("weight", np.array([1.0])) for _ in range(2))
    bias = Parameter("bias", np.array([1.0]), decay=False)
    everything = {"0.weight": first, "3.weight": second, "3.bias": bias}
    SGD(0.1, weight_decay=0.01, decay_of={"0.weight": 0.5}).step(everything)
    found = [float(parameter.value[0]) for parameter in everything.values()]
    assert found == pytest.approx([0.95, 0.999, 1])
    SGD(0.1, weight_decay=0.01, decay_of={"0.weight": 0, "3.bias": 0.2}).step(everything)
    assert float(first.value[0]) == pytest.approx(0.95)
    assert float(bias.value[0]) == pytest.approx(0.98)
    with pytest.raises(ArgumentError, match=r"0\.weight, 3\.weight, 3\.bias; got '1\.weight'"):
        SGD(0.1, decay_of={"1.weight": 0.5}).step(everything)
    with pytest.raises(ArgumentError, match=r"decay_of must name parameters .* got '0\.weight'"):
        SGD(0.1, decay_of={"0.weight": 0.5}).step(list(everything.values()))
    assert repr(SGD(0.1, decay_of={"0.weight": 0.5})).endswith("decay_of={'0.weight': 0.5})")
    assert repr(SGD(0.1)) == "SGD(learning_rate=0.1)"


def test_what_is_kept_between_steps_goes_on_elsewhere() -> None:
    def weight() -> dict[str, Parameter]:
        return {"0.weight": Parameter("weight", np.array([1.0, 2.0]))}

    sgd, one = SGD(0.1, 0.9), weight()
    for _ in range(2):
        one["0.weight"].grad = np.array([1.0, -2.0])
        sgd.step(one)
    sgd.progress = 0.5
    state = sgd.state()
    np.testing.assert_array_equal(state["slots"][0]["velocity"], [1.9, -3.8])
    other, again = weight(), SGD(0.1, 0.9)
    other["0.weight"].value = one["0.weight"].value
    again.restore(copy.deepcopy(state), other)
    assert again.progress == 0.5
    for optimizer, parameters in ((sgd, one), (again, other)):
        parameters["0.weight"].grad = np.array([0.5, 0.5])
        optimizer.step(parameters)
    np.testing.assert_array_equal(one["0.weight"].value, other["0.weight"].value)


@pytest.mark.parametrize(
    ("slots", "message"),
    [
        ([], None),  # before the first step
        ([{"velocity": np.zeros(3)}], r"expected slots of .*\(2,\).* got .*\(3,\)"),
        ([{"velocity": np.zeros(2, int)}], "expected slots of "),
        ([{"average": np.zeros(2)}], "expected slots of .*velocity.* got .*average"),
        ([{"velocity": np.zeros(2)}] * 2, "expected slots of "),
        ([{"velocity": np.array([0.0, np.nan])}], "velocity must be finite"),
    ],
)
def test_slots_that_do_not_fit(slots: Any, message: str | None) -> None:
    sgd, parameters = SGD(0.1, 0.9), {"0.weight": Parameter("weight", np.ones(2))}
    if message is None:
        sgd.restore({"numbers": {"progress": 0.0}, "slots": slots}, parameters)
        sgd.step(parameters)
        return
    with pytest.raises(DataError, match=f"SGD: {message}"):
        sgd.restore({"numbers": {"progress": 0.0}, "slots": slots}, parameters)


def test_a_schedule_of_ones_own_that_gives_no_rate() -> None:
    class Broken(Schedule):
        def __call__(self, progress: float) -> float:
            return math.nan

    with pytest.raises(ArgumentError, match="SGD: learning_rate"):
        SGD(Broken()).step([Parameter("weight", np.ones(3))])


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": -0.1}, "learning_rate"),
        ({"learning_rate": math.nan}, "learning_rate"),
        ({"learning_rate": math.inf}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"momentum": 1}, "momentum"),
        ({"momentum": -0.1}, "momentum"),
        ({"weight_decay": -1e-3}, "weight_decay"),
        ({"decay_of": {"0.weight": -1}}, "decay_of"),
        ({"decay_of": 0.5}, "decay_of"),
        ({"nesterov": True}, "nesterov"),
        ({"nesterov": 1}, "nesterov"),
    ],
)
def test_options_out_of_range(options: Any, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"SGD: {name}"):
        SGD(**options)


def test_the_rate_follows_the_progress() -> None:
    sgd = SGD(Cosine(0.2))
    assert sgd.learning_rate == pytest.approx(0.2)
    sgd.progress = 0.5
    assert sgd.learning_rate == pytest.approx(0.1)


def test_from_a_rate_of_zero_the_first_step_moves_nothing() -> None:
    assert steps(SGD(Warmup(0.1, start=0)), [1]) == [1.0]


def test_a_schedule_in_a_schedule_is_described() -> None:
    schedule = Warmup(Warmup(Cosine(0.1), share=0.5), start=0.5)
    again = rebuild(describe(schedule), known_classes())
    assert repr(again) == repr(schedule) == "Warmup(Warmup(Cosine(0.1), share=0.5), start=0.5)"
    assert all(again(progress) == schedule(progress) for progress in np.linspace(0, 1, 30))
    assert describe(Warmup(0.1))["options"]["schedule"] == 0.1


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Constant(0.3), {0: 0.3, 1: 0.3}),
        (
            StepDecay(1.0, 0.1, (0.5, 0.75)),
            {0: 1, 0.49: 1, 0.5: 0.1, 0.74: 0.1, 0.75: 0.01, 1: 0.01},
        ),
        (Cosine(1.0, 0.2), {0: 1, 0.5: 0.6, 1: 0.2}),
        (OneCycle(1.0, 0.25, 0.1, 0.01), {0: 0.1, 0.125: 0.55, 0.25: 1, 0.625: 0.505, 1: 0.01}),
        (OneCycle(1.0, warmup=0), {0: 1, 1: 1e-4}),
        (Warmup(1.0, 0.25, 0.2), {0: 0.2, 0.125: 0.6, 0.25: 1, 0.7: 1, 1: 1}),
        (Warmup(Cosine(1.0), 0.2, 0), {0: 0, 0.1: 0.5, 0.2: 1, 0.6: 0.5, 1: 0}),
        (Warmup(OneCycle(1.0, 0.5, 0.1), 0.5), {0: 0.01, 0.5: 0.1, 0.75: 1, 1: 1e-4}),
        (Warmup(StepDecay(1.0, 0.1, (0.5,)), share=0), {0: 1, 0.49: 1, 0.5: 0.1}),
    ],
    ids=repr,
)
def test_schedules_by_hand(schedule: Schedule, expected: dict[float, float]) -> None:
    for progress, rate in expected.items():
        assert schedule(progress) == pytest.approx(rate), progress


@pytest.mark.parametrize(
    "make",
    [
        lambda: Constant(0),
        lambda: StepDecay(0.1, factor=-1),
        lambda: StepDecay(0.1, at=(-0.5,)),
        lambda: StepDecay(0.1, at=(1.5,)),
        lambda: SGD(10**400),
        lambda: Cosine(0.1, final=-1),
        lambda: OneCycle(0.1, warmup=1),
        lambda: OneCycle(math.nan),
        lambda: Warmup(0),
        lambda: Warmup("fast"),  # type: ignore[arg-type] # the point of the test
        lambda: Warmup(Cosine),  # type: ignore[arg-type] # a class
        lambda: Warmup(0.1, share=1),
        lambda: Warmup(0.1, share=-0.1),
        lambda: Warmup(0.1, start=1),
        lambda: Warmup(0.1, start=-0.1),
        lambda: Warmup(Warmup(0.1, start=0)),  # a climb to nothing
    ],
)
def test_schedules_out_of_range(make: Any) -> None:
    with pytest.raises(ArgumentError, match="must be a number"):
        make()


def test_the_rate_may_be_set() -> None:
    sgd = SGD(OneCycle(0.2))
    sgd.progress = 0.3
    assert sgd.learning_rate == pytest.approx(0.2)
    sgd.learning_rate *= 0.5
    sgd.progress = 0.9
    assert sgd.learning_rate == pytest.approx(0.1), "it stays"
    assert repr(sgd) == "SGD(learning_rate=0.1)"
    sgd.learning_rate = Cosine(0.4)
    assert sgd.learning_rate == Cosine(0.4)(0.9)
    for wrong in (0, -1.0, math.nan, "fast"):
        with pytest.raises(ArgumentError, match="SGD: learning_rate must be"):
            sgd.learning_rate = wrong  # type: ignore[assignment] # the point of the test
    assert sgd.learning_rate == Cosine(0.4)(0.9)


def test_a_gradient_that_is_too_long_is_shortened() -> None:
    one, other = (Parameter(name, np.zeros(1)) for name in "ab")
    one.grad, other.grad = np.array([3.0]), np.array([-4.0])
    frozen = Parameter("c", np.zeros(1), role="frozen")
    frozen.grad = np.array([1e9])
    SGD(1.0, clip_norm=1.0).step([one, other, frozen])
    np.testing.assert_allclose([one.value[0], other.value[0]], [-0.6, 0.8])
    one.grad, other.grad = np.array([0.3]), np.array([-0.4])
    SGD(1.0, clip_norm=1.0).step([one, other, frozen])
    np.testing.assert_allclose([one.value[0], other.value[0]], [-0.9, 1.2])
    for wrong in (0.0, -1.0, math.inf):
        with pytest.raises(ArgumentError, match="SGD: clip_norm must be"):
            SGD(clip_norm=wrong)


def test_a_gradient_of_another_shape_is_named() -> None:
    weight = Parameter("weight", np.zeros((2, 3)))
    weight.grad = np.zeros((3, 2))
    with pytest.raises(ShapeError, match=r"gradient of 0.weight .*\(2, 3\), got \(3, 2\)"):
        SGD().step({"0.weight": weight})


@pytest.mark.parametrize(
    ("name", "value"),
    [("clip_norm", -1), ("clip_norm", 0), ("momentum", 2), ("momentum", -5), ("weight_decay", -5)],
)
def test_numbers_stay_in_their_range_whenever_they_are_set(name: str, value: float) -> None:
    sgd = SGD(0.1, momentum=0.9)
    with pytest.raises(ArgumentError, match=f"SGD: {name} must be a number"):
        setattr(sgd, name, value)
    assert repr(sgd) == "SGD(learning_rate=0.1, momentum=0.9)"
    sgd.clip_norm, sgd.momentum = 1, 0.5
    sgd.clip_norm = None
    assert repr(sgd) == "SGD(learning_rate=0.1, momentum=0.5)"


def test_a_parameter_keeps_its_shape() -> None:
    weight = Parameter("weight", np.zeros((2, 3)))
    wrong: list[Any] = [np.zeros((3, 2)), np.zeros((2, 3), int), [[0.0] * 3] * 2, 1.0]
    for value in wrong:
        with pytest.raises(ShapeError, match=r"'weight': expected .* of shape \(2, 3\)"):
            weight.value = value
    weight.value = np.ones((2, 3), np.float32)


def test_a_gradient_of_any_length_is_shortened() -> None:
    """Its squares would overflow in float32, and no step would be taken."""
    weight = Parameter("weight", np.zeros(2, np.float32))
    weight.grad = np.array([3e25, -4e25], np.float32)
    SGD(1.0, clip_norm=1.0).step([weight])
    np.testing.assert_allclose(weight.value, [-0.6, 0.8], rtol=1e-6)
