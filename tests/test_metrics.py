"""Accuracy and the confusion matrix."""

import numpy as np
import pytest

from minicnn.errors import DataError, ShapeError
from minicnn.metrics import accuracy, confusion_matrix
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
