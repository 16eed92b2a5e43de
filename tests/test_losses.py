"""Losses and the softmax: values, gradients, and scores that would overflow."""

import re

import numpy as np
import pytest

from minicnn import BinaryCrossEntropy, CrossEntropy, Loss, MeanSquaredError, Softmax, gradcheck
from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.losses import log_softmax
from minicnn.typing import Array

LOSSES = [
    CrossEntropy(),
    MeanSquaredError(),
    CrossEntropy(label_smoothing=0.1),
    CrossEntropy(0.2, class_weights=[1.0, 2.0, 0.5, 0.0, 3.0]),
]
OF_ANY_K = LOSSES[:3]


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_gradient_equals_central_differences(loss: Loss) -> None:
    rng = np.random.default_rng(0)
    outputs, labels = rng.normal(size=(4, 5)), rng.integers(0, 5, 4)
    stated = loss.gradient(outputs, labels)
    for index in np.ndindex(outputs.shape):
        moved = outputs.copy()
        moved[index] += 1e-6
        above = loss.value(moved, labels)
        moved[index] -= 2e-6
        numerical = (above - loss.value(moved, labels)) / 2e-6
        assert stated[index] == pytest.approx(numerical, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("loss", OF_ANY_K, ids=repr)
def test_nothing_given_is_modified_and_the_type_is_kept(loss: Loss) -> None:
    outputs, labels = np.ones((2, 3), np.float32), np.array([0, 2])
    outputs.setflags(write=False)
    labels.setflags(write=False)
    assert loss.value(outputs, labels) > 0
    assert loss.gradient(outputs, labels).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_ten_thousand_stay_finite(dtype: type) -> None:
    scores: Array = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]], dtype)
    loss = CrossEntropy()
    assert loss.value(scores, np.array([1, 0])) == pytest.approx(20_000, rel=1e-4)
    assert np.isfinite(loss.gradient(scores, np.array([1, 0]))).all()
    softmax = Softmax()
    softmax.build((3,), np.random.default_rng(0))
    y = softmax(scores, training=True)
    np.testing.assert_allclose(y, np.array([[1, 0, 0], [0, 0.5, 0.5]]))
    assert np.isfinite(softmax.backward(np.ones((2, 3), dtype))).all()


def test_log_softmax_is_the_log_of_the_softmax() -> None:
    z = np.random.default_rng(0).normal(size=(3, 4))
    direct = np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(log_softmax(z), direct, rtol=1e-12)


@pytest.mark.parametrize("loss", OF_ANY_K, ids=repr)
def test_labels_that_do_not_fit(loss: Loss) -> None:
    outputs = np.zeros((2, 3))
    name = type(loss).__name__
    with pytest.raises(DataError, match=rf"{name}.*0\.\.2.*from 0 to 3"):
        loss.value(outputs, np.array([0, 3]))
    with pytest.raises(DataError, match=rf"{name}.*0\.\.2.*from -1 to 0"):
        loss.value(outputs, np.array([0, -1]))
    with pytest.raises(DataError, match=rf"{name}.*\(2,\).*got \(3,\)"):
        loss.value(outputs, np.array([0, 1, 2]))
    with pytest.raises(DataError, match=rf"{name}.*list"):
        loss.value(outputs, [0, 1])  # type: ignore[arg-type] # the point of the test
    with pytest.raises(ShapeError, match=rf"{name}.*\(N, K\).*got \(2, 3, 4\)"):
        loss.value(np.zeros((2, 3, 4)), np.array([0, 1]))
    with pytest.raises(DataError, match=r"from -1 to 0"):
        loss.check(np.array([0, -1]), outputs.shape)
    loss.check(np.array([0, 2]), outputs.shape)


def test_class_numbers_are_whole_numbers() -> None:
    with pytest.raises(DataError, match=r"CrossEntropy.*float64"):
        CrossEntropy().value(np.zeros((2, 3)), np.array([0.0, 1.0]))


def test_numbers_as_targets_have_the_shape_of_the_outputs() -> None:
    loss, outputs = MeanSquaredError(), np.zeros((2, 3))
    for targets in (np.zeros(2), np.zeros((2, 1)), np.zeros((3, 2)), np.zeros((2, 3, 1))):
        with pytest.raises(DataError, match=rf"\(2, 3\), got {re.escape(str(targets.shape))}"):
            loss.value(outputs, targets)
    with pytest.raises(DataError, match=r"\(2, 1\), got \(2,\); targets\[:, np.newaxis\] has it"):
        loss.value(np.zeros((2, 1)), np.zeros(2))
    with pytest.raises(DataError, match=r"floating-point numbers .*\(2, 3\).* got int64"):
        loss.value(outputs, np.zeros((2, 3), np.int64))


@pytest.mark.parametrize("shape", [(2, 3), (2, 1, 4, 3)])
def test_the_distance_to_targets_of_any_shape(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    loss, outputs, targets = MeanSquaredError(), rng.normal(size=shape), rng.normal(size=shape)
    assert loss.value(outputs, targets) == pytest.approx(((outputs - targets) ** 2).mean())
    expected = 2 * (outputs - targets) / outputs.size
    np.testing.assert_allclose(loss.gradient(outputs, targets), expected, rtol=1e-12)
    assert loss.gradient(outputs.astype(np.float32), targets).dtype == np.float32
    assert np.isnan(loss.accuracy(outputs, targets))


def test_class_numbers_stand_for_one_hot_targets() -> None:
    loss, outputs = MeanSquaredError(), np.random.default_rng(0).normal(size=(4, 3))
    labels = np.array([0, 2, 1, 2])
    one_hot = np.eye(3)[labels]
    assert loss.value(outputs, labels) == pytest.approx(loss.value(outputs, one_hot))
    np.testing.assert_allclose(loss.gradient(outputs, labels), loss.gradient(outputs, one_hot))


def by_definition(z: Array, label: int, smoothing: float, weights: list[float]) -> float:
    """The smoothed, weighted cross-entropy of one sample, in plain loops."""
    total = sum(np.exp(score) for score in z)
    loss = 0.0
    for k, score in enumerate(z):
        target = (1 - smoothing) * (k == label) + smoothing / len(z)
        loss -= weights[k] * target * np.log(np.exp(score) / total)
    return loss


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("weights", [[1.0] * 4, [0.5, 3.0, 0.0, 1.0]])
def test_smoothing_and_weights_are_those_of_the_formula(
    smoothing: float, weights: list[float]
) -> None:
    rng = np.random.default_rng(0)
    z, labels = rng.normal(size=(6, 4)), np.array([0, 1, 2, 3, 1, 1])
    loss = CrossEntropy(smoothing, weights)
    expected = [by_definition(*pair, smoothing, weights) for pair in zip(z, labels, strict=True)]
    assert loss.value(z, labels) == pytest.approx(np.mean(expected), rel=1e-12)
    assert gradcheck(loss, z, labels).passed()


def test_binary_cross_entropy_is_that_of_the_formula() -> None:
    rng = np.random.default_rng(0)
    z, t = rng.normal(size=(5, 3)), rng.random((5, 3))
    p = 1 / (1 + np.exp(-z))
    expected = -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()
    loss = BinaryCrossEntropy()
    assert loss.value(z, t) == pytest.approx(expected, rel=1e-12)
    assert gradcheck(loss, z, t).passed()
    yes_or_no = np.array([0, 1, 1, 0, 1])
    one = loss.value(z[:, :1], yes_or_no)
    assert one == loss.value(z[:, :1], yes_or_no[:, np.newaxis].astype(float))
    assert gradcheck(loss, z[:, :1], yes_or_no).passed()


def test_scores_of_any_size_stay_finite_in_binary_cross_entropy() -> None:
    z, t = np.array([[1e4, -1e4]], np.float32), np.array([[0.0, 1.0]], np.float32)
    assert BinaryCrossEntropy().value(z, t) == pytest.approx(1e4)
    with np.errstate(all="raise"):
        np.testing.assert_allclose(BinaryCrossEntropy().gradient(z, t), [[0.5, -0.5]])
    assert BinaryCrossEntropy().gradient(z, t).dtype == np.float32


def test_accuracy_of_answers_that_are_yes_or_no() -> None:
    loss = BinaryCrossEntropy()
    assert loss.accuracy(np.array([[2.0], [-1.0], [3.0]]), np.array([1, 0, 0])) == 2 / 3
    several = np.array([[2.0, -1.0], [3.0, 4.0]])
    assert loss.accuracy(several, np.array([[1.0, 1.0], [1.0, 1.0]])) == 3 / 4


@pytest.mark.parametrize(
    ("outputs", "targets", "message"),
    [
        ((3, 1), np.array([0, 1, 2]), r"lie in 0\.\.1, got values from 0 to 2"),
        ((3, 2), np.array([0, 1, 1]), r"class numbers need one score, .* there are \(2,\)"),
        ((3, 2), np.ones((3, 2), np.int64), r"become floats by targets\.astype"),
        ((3, 2), np.full((3, 2), -1.0), "between 0, for no, and 1, for yes, got values from -1"),
        ((3, 2), np.zeros((3, 1)), r"shape \(3, 2\), got \(3, 1\)"),
    ],
)
def test_targets_that_are_no_answers(
    outputs: tuple[int, ...], targets: Array, message: str
) -> None:
    with pytest.raises(DataError, match=rf"BinaryCrossEntropy\(\): .*{message}"):
        BinaryCrossEntropy().value(np.zeros(outputs), targets)


def test_options_of_cross_entropy_out_of_range() -> None:
    for smoothing in (-0.1, 1.0, np.nan):
        with pytest.raises(ArgumentError, match="label_smoothing"):
            CrossEntropy(smoothing)
    for weights in ([1.0, -1.0], [np.inf]):
        with pytest.raises((ArgumentError, DataError), match="class_weights"):
            CrossEntropy(class_weights=weights)
    with pytest.raises(ShapeError, match=r"a weight for each of 3 classes, got 2"):
        CrossEntropy(class_weights=[1, 2]).value(np.zeros((1, 3)), np.array([0]))
    assert repr(CrossEntropy(0.1, (1, 2))) == (
        "CrossEntropy(label_smoothing=0.1, class_weights=(1.0, 2.0))"
    )
