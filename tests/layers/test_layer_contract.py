"""What every layer promises, checked on every line of the table."""

from collections.abc import Callable

import numpy as np
import pytest
from layer_cases import CASES, Case

from minicnn import gradcheck
from minicnn.describe import construct
from minicnn.errors import NotReadyError, ShapeError
from minicnn.typing import Array

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def gradients(case: Case, x: Array, dy: Array) -> dict[str, Array]:
    """The output and all gradients of one forward and one backward pass."""
    layer = case.layer(x.dtype)
    results = {"y": layer(x, training=True), "dx": layer.backward(dy)}
    learned = {name: p for name, p in layer.named_parameters().items() if p.trainable}
    return results | {name: parameter.grad for name, parameter in learned.items()}


@every_case
def test_equals_the_plain_loops(case: Case) -> None:
    y, backward = case.oracle(case.layer(), case.x())
    dx, expected = backward(case.dy())
    found = gradients(case, case.x(), case.dy())
    assert found.keys() == {"y", "dx", *expected}
    for name, value in {"y": y, "dx": dx, **expected}.items():
        assert found[name].shape == value.shape
        np.testing.assert_allclose(found[name], value, rtol=1e-10, atol=1e-10, err_msg=name)


@every_case
def test_gradients_equal_central_differences(case: Case) -> None:
    layer = case.layer()
    report = gradcheck(layer, case.x())
    learned = [name for name, p in layer.named_parameters().items() if p.trainable]
    assert [row.name for row in report.rows] == ["x", *learned]
    assert report.passed(1e-6), f"\n{report}"
    if case.differs_in_use:
        report = gradcheck(layer, case.x(), training=False)
        assert report.passed(1e-6), f"\n{report}"


@every_case
def test_gradients_of_parameters_alone_are_the_same(case: Case) -> None:
    layer = case.layer()
    layer(case.x(), training=True)
    layer.backward(case.dy())
    learned = [parameter for parameter in layer.parameters if parameter.trainable]
    expected = [parameter.grad for parameter in learned]
    for parameter in learned:
        parameter.grad = np.full_like(parameter.grad, np.nan)
    layer.backward_parameters(case.dy())
    for parameter, gradient in zip(learned, expected, strict=True):
        np.testing.assert_array_equal(parameter.grad, gradient)


@every_case
def test_a_second_backward_overwrites_the_first(case: Case) -> None:
    layer = case.layer()
    layer(case.x(), training=True)
    first = layer.backward(case.dy()), [parameter.grad.copy() for parameter in layer.parameters]
    second = layer.backward(case.dy()), [parameter.grad for parameter in layer.parameters]
    np.testing.assert_array_equal(first[0], second[0])
    for one, other in zip(first[1], second[1], strict=True):
        np.testing.assert_array_equal(one, other)


@every_case
def test_training_and_inference_give_the_same_output(case: Case) -> None:
    layer = case.layer()
    same = np.array_equal(layer(case.x()), layer(case.x(), training=True))
    assert same is not case.differs_in_use


@every_case
def test_inputs_are_not_modified(case: Case) -> None:
    x, dy = case.x(), case.dy()
    x.setflags(write=False)
    dy.setflags(write=False)
    gradients(case, x, dy)
    np.testing.assert_array_equal(x, case.x())
    np.testing.assert_array_equal(dy, case.dy())


def batch_innermost(array: Array) -> Array:
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)


def every_second(array: Array) -> Array:
    wide = np.full([2 * size for size in array.shape], np.nan)
    wide[tuple(slice(None, None, 2) for _ in array.shape)] = array
    return wide[tuple(slice(None, None, 2) for _ in array.shape)]


def backwards(array: Array) -> Array:
    flip = tuple(slice(None, None, -1) for _ in array.shape)
    return np.ascontiguousarray(array[flip])[flip]


@every_case
@pytest.mark.parametrize("order", [np.asfortranarray, batch_innermost, every_second, backwards])
def test_memory_order_changes_nothing(case: Case, order: Callable[[Array], Array]) -> None:
    expected = gradients(case, case.x(), case.dy())
    found = gradients(case, order(case.x()), order(case.dy()))
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-12, err_msg=name)


@every_case
def test_the_batch_stays_innermost_in_memory(case: Case) -> None:
    x, dy = batch_innermost(case.x()), batch_innermost(case.dy())
    found = gradients(case, x, dy)
    for name in ("y", "dx"):
        if len(x) > 1:
            assert found[name].strides[0] == found[name].itemsize, name


@every_case
def test_a_batch_equals_its_samples_one_by_one(case: Case) -> None:
    if case.mixes_samples:
        pytest.skip("what a sample becomes depends on the batch")
    whole = gradients(case, case.x(), case.dy())
    single = [gradients(case, case.x()[n : n + 1], case.dy()[n : n + 1]) for n in range(case.batch)]
    for name, value in whole.items():
        parts = [result[name] for result in single]
        expected = np.concatenate(parts) if name in ("y", "dx") else np.sum(parts, axis=0)
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-12, err_msg=name)


@every_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_number_type_is_kept(case: Case, dtype: type) -> None:
    for name, value in gradients(case, case.x(dtype), case.dy(dtype)).items():
        assert value.dtype == dtype, name


@every_case
def test_float64_input_gives_float64_output_from_float32_weights(case: Case) -> None:
    layer = case.layer(np.float32)
    assert layer(case.x(), training=True).dtype == np.float64
    assert layer.backward(case.dy()).dtype == np.float64


@every_case
def test_wrong_inputs_are_refused_by_name(case: Case) -> None:
    layer, x = case.layer(), case.x()
    name = type(layer).__name__
    wrong = {
        "another size": np.zeros((2, *case.in_shape[:-1], case.in_shape[-1] + 1)),
        "an axis too few": x[0],
        "an axis too many": x[np.newaxis],
        "no samples": x[:0],
        "whole numbers": np.zeros(x.shape, int),
        "a list": x.tolist(),
    }
    for value in wrong.values():
        with pytest.raises(ShapeError, match=name):
            layer(value)
    layer(x, training=True)
    inner = layer.inner_layers()  # dy is for the last of them
    name = f"({name}|{inner[-1][0]} {type(inner[-1][1]).__name__})" if inner else name
    with pytest.raises(ShapeError, match=rf"^{name}[(:].*dy must have shape"):
        layer.backward(np.zeros((*case.dy().shape, 1)))


@every_case
def test_steps_taken_too_early_are_refused(case: Case) -> None:
    layer = case.make()
    with pytest.raises(NotReadyError, match=type(layer).__name__):
        layer(case.x())
    layer.build(case.in_shape, np.random.default_rng(0))
    layer(case.x())
    assert all(inner.saved is None for _, inner in layer.walk()), "inference keeps nothing"
    with pytest.raises(NotReadyError, match="training=True"):
        layer.backward(case.dy())


@every_case
def test_the_constructor_call_is_told_by_config_and_repr(case: Case) -> None:
    layer = case.layer()
    again = construct(type(layer), layer.config)
    assert repr(again) == repr(layer)
    assert again.config == layer.config
    assert again.output_shape(case.in_shape) == layer.out_shape
