"""Accuracy in its forms, the confusion matrix, and how far numbers are off."""

from typing import Any

import numpy as np
import pytest

from minicnn.errors import ArgumentError, DataError, ShapeError
from minicnn.metrics import (
    accuracy,
    class_accuracies,
    confusion_matrix,
    mean_absolute_error,
    r_squared,
    top_k_accuracy,
)
from minicnn.typing import Labels


def test_accuracy() -> None:
    outputs = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    assert accuracy(outputs, np.array([1, 0, 0, 1])) == 0.5


def test_the_confusion_matrix_has_the_truth_in_rows() -> None:
    matrix = confusion_matrix(np.array([0, 2, 2, 1]), np.array([0, 1, 2, 1]), 3)
    np.testing.assert_array_equal(matrix, [[1, 0, 0], [0, 1, 1], [0, 0, 1]])
    assert matrix.sum() == 4


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int64])
def test_small_whole_numbers_do_not_overflow(kind: type) -> None:
    classes: Labels = np.array([20, 19], kind)
    matrix = confusion_matrix(classes, classes, 26)
    assert matrix[20, 20] == matrix[19, 19] == 1
    assert matrix.sum() == 2


def test_what_does_not_fit() -> None:
    with pytest.raises(ShapeError, match="accuracy"):
        accuracy(np.zeros(3), np.zeros(3, int))
    with pytest.raises(DataError, match="accuracy"):
        accuracy(np.zeros((3, 2)), np.zeros(2, int))
    for predicted, labels in (([0, 3], [0, 1]), ([0], [0, 1]), ([], [])):
        with pytest.raises(DataError, match="confusion_matrix"):
            confusion_matrix(predicted, labels, 3)


def test_accuracies_by_class_and_by_rank() -> None:
    rng = np.random.default_rng(0)
    outputs, labels = rng.random((50, 6)), rng.integers(0, 5, 50)  # of class 5 there is none
    by_class = class_accuracies(outputs, labels)
    for k in range(5):
        mine = labels == k
        assert by_class[k] == accuracy(outputs[mine], labels[mine])
    assert np.isnan(by_class[5])
    ranks = np.argsort(-outputs, axis=1)
    for k in range(1, 7):
        expected = np.mean([label in ranks[n, :k] for n, label in enumerate(labels)])
        assert top_k_accuracy(outputs, labels, k) == expected
    assert top_k_accuracy(outputs, labels, 1) == accuracy(outputs, labels)
    with pytest.raises(ArgumentError, match="k must be at most 6, the number of classes, got 7"):
        top_k_accuracy(outputs, labels, 7)


def test_how_far_numbers_are_off() -> None:
    targets = np.array([[1.0, 10.0], [2.0, 20.0], [6.0, 60.0]])
    assert mean_absolute_error(targets + 0.5, targets) == 0.5
    assert r_squared(targets, targets) == 1
    mean = np.broadcast_to(targets.mean(axis=0), targets.shape)
    assert r_squared(mean, targets) == pytest.approx(0)
    with pytest.raises(DataError, match="all the same"):
        r_squared(targets, np.ones((3, 2)))
    with pytest.raises(DataError, match=r"\(3, 2\), got \(3,\)"):
        mean_absolute_error(targets, np.zeros(3))


@pytest.mark.parametrize("metric", [accuracy, class_accuracies, top_k_accuracy])
def test_outputs_that_are_none(metric: Any) -> None:
    labels = np.array([0, 1, 2, 0])
    with pytest.raises(DataError, match=f"{metric.__name__}: outputs must be finite"):
        metric(np.full((4, 6), np.nan), labels)
    with pytest.raises(ShapeError, match=r"outputs must be an array such as model\.predict"):
        metric("outputs", labels)
    outputs = np.random.default_rng(0).random((4, 6))
    np.testing.assert_array_equal(metric(outputs.tolist(), labels), metric(outputs, labels))


def test_of_equal_outputs_the_first_counts() -> None:
    labels = np.array([0, 1, 2, 0])
    assert top_k_accuracy(np.zeros((4, 3)), labels, 1) == accuracy(np.zeros((4, 3)), labels) == 0.5
    assert top_k_accuracy(np.zeros((4, 3)), labels, 2) == 0.75
