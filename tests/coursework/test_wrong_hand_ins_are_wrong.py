"""The wrong hand-ins are wrong, and the right ones agree with each other."""

import copy
import warnings
from collections import Counter
from typing import Any

import numpy as np
import pytest
from chance import TRAITS
from wrong_hand_ins import RIGHT, WRONG, Function, HandIn

Arguments = tuple[Any, ...]
R = np.random.default_rng(11).standard_normal
LABELS = np.array([2, 0, 2, 1])
TIES = np.random.default_rng(12).integers(0, 3, (2, 2, 5, 7)).astype(float)


def bent(x: Any) -> float:
    """A function whose slope at a number depends on all of the others."""
    return float(np.sum(x**3) + np.sum(np.cos(np.arange(x.size)) * x.ravel()) * np.sum(x))


# Arguments for each exercise: non-square pictures, stride and padding, rows no window covers.
INPUTS: dict[str, list[Arguments]] = {
    "output_size": [(28, 5, 2, 2, 1), (8, 3, 2, 1, 1), (16, 3, 3, 1, 2), (13, 4, 1, 0, 3)],
    "receptive_field": [([3, 3], [1, 1]), ([5, 3, 2], [2, 1, 2]), ([7, 2, 3, 3], [2, 2, 1, 3])],
    "im2col": [(R((2, 3, 5, 4)), 3, 1, 0), (R((2, 3, 6, 5)), 3, 2, 1), (R((3, 2, 7, 4)), 2, 3, 0)],
    "col2im": [
        (R((2 * 3 * 2, 3 * 9)), (2, 3, 5, 4), 3, 1, 0),
        (R((2 * 3 * 3, 3 * 9)), (2, 3, 6, 5), 3, 2, 1),
        (R((3 * 2 * 1, 2 * 4)), (3, 2, 7, 4), 2, 3, 0),
    ],
    "conv2d_forward": [
        (R((2, 3, 5, 4)), R((4, 3, 3, 3)), R(4), 1, 0),
        (R((2, 3, 6, 5)), R((4, 3, 3, 3)), R(4), 2, 1),
        (R((3, 2, 7, 4)), R((3, 2, 2, 3)), R(3), 3, 1),
    ],
    "conv2d_backward": [
        (R((2, 4, 3, 2)), R((2, 3, 5, 4)), R((4, 3, 3, 3)), 1, 0),
        (R((2, 4, 3, 3)), R((2, 3, 6, 5)), R((4, 3, 3, 3)), 2, 1),
        (R((3, 3, 3, 2)), R((3, 2, 7, 4)), R((3, 2, 2, 3)), 3, 1),
    ],
    "maxpool_forward": [
        (R((2, 3, 6, 4)), 2, 2),
        (R((2, 3, 7, 5)), 3, 2),
        (R((1, 2, 8, 6)) - 4, 2, 3),
        (R((1, 2, 7, 5)), 2, 2),
    ],
    "maxpool_backward": [
        (R((2, 3, 3, 2)), R((2, 3, 6, 4)), 2, 2),
        (R((2, 2, 4, 6)), TIES, 2, 1),
        (R((2, 2, 2, 3)), TIES, 3, 2),
        (R((1, 2, 3, 2)), R((1, 2, 8, 6)) - 4, 2, 3),
    ],
    "relu_backward": [
        (R((2, 6)), R((2, 6))),
        (R((2, 2, 5, 7)), TIES - 1),
        (np.abs(R((3, 4))), 3 * R((3, 4))),
    ],
    "conv_transpose2d_forward": [
        (R((2, 3, 5, 4)), R((3, 4, 3, 3)), R(4), 1, 0),
        (R((2, 3, 4, 3)), R((3, 2, 3, 3)), R(2), 2, 1),
        (R((1, 2, 3, 4)), R((2, 3, 2, 3)), R(3), 3, 0),
    ],
    "dense_forward": [(R((4, 3)), R((5, 3)), R(5)), (R((3, 3)), R((3, 3)), R(3))],
    "dense_backward": [(R((4, 5)), R((4, 3)), R((5, 3))), (R((3, 3)), R((3, 3)), R((3, 3)))],
    "softmax": [(R((4, 3)),), (R((3, 4)) + np.array([[0], [2000], [0]]),)],
    "cross_entropy": [(R((4, 3)), LABELS), (1500 * R((4, 5)), LABELS)],
    "cross_entropy_gradient": [(R((4, 3)), LABELS), (1500 * R((4, 5)), LABELS)],
    "sgd_step": [(R((2, 3)), R((2, 3)), R((2, 3)), 0.1, 0.9)],
    "adam_step": [
        (R((2, 3)), R((2, 3)), np.zeros((2, 3)), np.zeros((2, 3)), 1, 0.1, 0.9, 0.99, 1e-3),
        (R((2, 3)), R((2, 3)), R((2, 3)), np.abs(R((2, 3))), 7, 0.1, 0.9, 0.99, 1e-3),
    ],
    "batchnorm_forward": [
        (R((5, 3)) + 2, R(3), R(3), 0.01),
        (R((3, 2, 2, 3)) + 2, R(2), R(2), 0.01),
    ],
    "batchnorm_backward": [
        (R((5, 3)), R((5, 3)) + 2, R(3), 0.01),
        (R((3, 2, 2, 3)), R((3, 2, 2, 3)) + 2, R(2), 0.01),
    ],
    "dropout_forward": [(R((40, 6, 5)), 0.3, np.random.default_rng(13))],
    "he_normal": [((40, 3, 5, 4), np.random.default_rng(14))],
    "numerical_gradient": [(bent, R((2, 3)), 0.01), (bent, R(4), 0.01)],
}


def outputs(function: Function, arguments: Arguments) -> list[Any]:
    """Two calls, and what they left of their arguments: of a right function twice the same."""
    given = copy.deepcopy(arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first = copy.deepcopy(function(*given))
        second = function(*copy.deepcopy(arguments))
    return [*as_tuple(first), *as_tuple(second), *(one for one in given if not callable(one))]


def as_tuple(result: Any) -> Arguments:
    return result if isinstance(result, tuple) else (result,)


def same(one: Any, other: Any) -> bool:
    """Whether two outputs are one, in kind, shape and numbers."""
    if one is None or other is None:
        return one is other
    one, other = np.asarray(one), np.asarray(other)
    return (
        one.dtype.kind == other.dtype.kind
        and one.shape == other.shape
        and np.allclose(one, other, rtol=1e-6, atol=1e-9)
    )


def agrees(hand_in: HandIn, arguments: Arguments) -> bool:
    """Whether a hand-in gives what the first right one for its exercise gives."""
    model = next(one for one in RIGHT if one.exercise == hand_in.exercise)
    observe = TRAITS.get(hand_in.exercise, outputs)
    expected = observe(model.function, arguments)
    try:
        got = observe(hand_in.function, arguments)
    except Exception:  # noqa: BLE001 - students' code raises anything
        return False
    return len(got) == len(expected) and all(map(same, got, expected))


@pytest.mark.parametrize("hand_in", RIGHT, ids=lambda one: one.name)
def test_a_right_hand_in_agrees_with_the_others(hand_in: HandIn) -> None:
    assert all(agrees(hand_in, arguments) for arguments in INPUTS[hand_in.exercise])


@pytest.mark.parametrize("hand_in", WRONG, ids=lambda one: one.name)
def test_a_wrong_hand_in_differs_somewhere(hand_in: HandIn) -> None:
    assert not all(agrees(hand_in, arguments) for arguments in INPUTS[hand_in.exercise])


def test_each_exercise_has_right_and_wrong_ones_with_names_of_their_own() -> None:
    assert {one.exercise for one in WRONG} == {one.exercise for one in RIGHT} <= set(INPUTS)
    assert Counter(one.name for one in WRONG + RIGHT).most_common(1)[0][1] == 1
