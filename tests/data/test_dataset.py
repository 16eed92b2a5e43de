"""Dataset: what it refuses, and how it is divided."""

from typing import Any

import numpy as np
import pytest

from minicnn.data import Dataset
from minicnn.errors import ArgumentError, DataError, ShapeError

CLASSES = tuple("0123456789")


def numbered(count: int) -> Dataset:
    """Each image holds its own number, and so does its label."""
    images = np.arange(float(count)).reshape(count, 1, 1, 1)
    return Dataset(images, np.arange(count) % 10, CLASSES)


def numbers(data: Dataset) -> list[int]:
    return [int(image) for image in data.images.ravel()]


def test_a_split_is_a_shuffled_partition() -> None:
    first, rest = numbered(20).split(15, seed=1)
    assert (len(first), len(rest)) == (15, 5)
    assert sorted(numbers(first) + numbers(rest)) == list(range(20))
    assert numbers(first) != list(range(15))
    assert list(first.labels) == [number % 10 for number in numbers(first)]
    assert numbers(numbered(20).split(15, seed=1)[0]) == numbers(first)
    assert numbers(numbered(20).split(15, seed=2)[0]) != numbers(first)


@pytest.mark.parametrize("size", [0, 20, 21, 2.5])
def test_splits_that_leave_nothing(size: Any) -> None:
    with pytest.raises(ArgumentError, match=r"Dataset\.split: size"):
        numbered(20).split(size)


def test_batches_hold_every_sample_once() -> None:
    batches = list(numbered(10).batches(4))
    assert [len(labels) for _, labels in batches] == [4, 4, 2]
    assert [int(n) for images, _ in batches for n in images.ravel()] == list(range(10))


@pytest.mark.parametrize("batch_size", [0, -5, 1.5])
def test_batches_of_no_size(batch_size: Any) -> None:
    with pytest.raises(ArgumentError, match=r"Dataset\.batches: batch_size"):
        numbered(10).batches(batch_size)


def test_samples_not_batches_are_shuffled() -> None:
    rng = np.random.default_rng(0)
    epochs = []
    for _ in range(2):
        order = []
        for images, labels in numbered(30).batches(4, rng):
            order += [int(n) for n in images.ravel()]
            assert list(labels) == [int(n) % 10 for n in images.ravel()]
        assert sorted(order) == list(range(30))
        epochs.append({frozenset(order[i : i + 4]) for i in range(0, 30, 4)})
    assert not epochs[0] & epochs[1], "other samples meet in each epoch"


def test_a_slice_is_a_view() -> None:
    data = numbered(10)
    assert numbers(data[2:5]) == [2, 3, 4]
    assert np.shares_memory(data[:5].images, data.images)


IMAGES = np.zeros((3, 1, 4, 4))
LABELS = np.array([0, 1, 2])


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES[:, 0, 0, 0], LABELS, r"\(N, C, H, W\).* got \(3,\)"),
        (IMAGES.tolist(), LABELS, "got list"),
        (IMAGES[:0], LABELS[:0], "no images"),
        (IMAGES.astype(np.uint8), LABELS, "uint8.*/ 255"),
        (np.where(np.eye(4), np.nan, IMAGES), LABELS, r"images must be finite.*12 of 48"),
        (np.full(IMAGES.shape, np.inf), LABELS, "images must be finite"),
        (IMAGES, LABELS[:2], r"\(3,\).*got \(2,\)"),
        (IMAGES, LABELS[:, np.newaxis], r"\(3,\).*got \(3, 1\)"),
        (IMAGES, LABELS.astype(float), "float64"),
        (IMAGES, LABELS.tolist(), "list"),
        (IMAGES, LABELS - 1, r"0\.\.9.*-1 to 1"),
        (IMAGES, LABELS + 8, r"0\.\.9.*8 to 10"),
    ],
)
def test_data_that_no_model_could_learn_from(images: Any, labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=rf"Dataset: .*{message}"):
        Dataset(images, labels, CLASSES)


def test_vectors_signals_and_volumes_are_samples_too() -> None:
    for shape in ((3, 4), (3, 1, 4), (3, 1, 4, 4), (3, 1, 2, 4, 4)):
        assert Dataset(np.zeros(shape), LABELS, CLASSES)[1:].images.shape == (2, *shape[1:])


@pytest.mark.parametrize("shape", [(), (2,), (1, 4, 4)])
def test_targets_may_be_numbers_or_pictures(shape: tuple[int, ...]) -> None:
    targets = np.random.default_rng(0).normal(size=(3, *shape))
    data = Dataset(IMAGES, targets)
    assert data.classes is None
    np.testing.assert_array_equal(data[1:].targets, targets[1:])
    first, rest = data.split(2, seed=1)
    assert sorted(map(tuple, np.concatenate([first.targets, rest.targets]).reshape(3, -1))) == (
        sorted(map(tuple, targets.reshape(3, -1)))
    )
    np.testing.assert_array_equal([t for _, batch in data.batches(2) for t in batch], targets)
    with pytest.raises(DataError, match=r"expected class numbers \(N,\).*float64.*data\.targets"):
        _ = data.labels


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.zeros((2, 5)), r"a target for each of 3 images, got targets of shape \(2, 5\)"),
        (np.array(["a", "b", "c"]), "must be an array of numbers, got <U1"),
        ([1.0, 2.0, 3.0], "must be an array of numbers, got list"),
        (np.array([0.0, np.nan, 1.0]), "targets must be finite"),
    ],
)
def test_targets_that_are_none(targets: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"Dataset: .*{message}"):
        Dataset(IMAGES, targets)


def test_the_labels_are_the_targets_of_a_classification() -> None:
    assert Dataset(IMAGES, LABELS, CLASSES).labels is LABELS
    assert Dataset(IMAGES, LABELS).labels is LABELS


SIX = np.zeros((6, 1, 4, 4), np.float32)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 0, 1, 0, 1], r"a list; np\.array\(labels\) makes one"),
        (np.eye(3)[[0, 1, 2, 0, 1, 2]], r"labels\.argmax\(axis=1\) makes class numbers of one-hot"),
        (np.eye(3, dtype=int)[[0, 1, 2, 0, 1, 2]], r"labels\.argmax\(axis=1\)"),
        (np.array(["cat", "dog", "owl"] * 2), r"np\.unique\(names, return_inverse=True\)"),
        (np.array(["cat", None] * 3, object), r"np\.unique\(names, return_inverse=True\)"),
        (
            np.array([0.0, 1, 2, 0, 1, 2]),
            r"float64; labels\.astype\(np\.int64\) makes class",
        ),
        (np.array([True, False] * 3), r"bool; labels\.astype\(np\.int64\)"),
        (np.array([0.5, 1, 2, 0, 1, 2]), r"got float64$"),
        (
            np.array([1, 2, 3, 1, 2, 3]),
            r"0\.\.2, got values from 1 to 3; .* by labels - 1",
        ),
        (np.array([[0], [1], [2]] * 2), r"got \(6, 1\); labels\[:, 0\] has it"),
        (np.int64(3), r"the single number 3; labels\[i : i \+ 1\] is an array of one"),
        ({"a": 1}, "got dict"),
    ],
)
def test_labels_of_other_kinds_come_with_the_line_that_helps(labels: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"^Dataset: .*{message}"):
        Dataset(SIX, labels, ("cat", "dog", "owl"))


def test_names_are_numbered_by_unique() -> None:
    names, labels = np.unique(np.array(["owl", "cat", "dog"] * 2), return_inverse=True)
    data = Dataset(SIX, labels, names)  # type: ignore[arg-type] # anything will do
    assert data.classes == ("cat", "dog", "owl")
    assert data.labels.tolist() == [2, 0, 1] * 2
    assert Dataset(SIX, labels, range(3)).classes == ("0", "1", "2")  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"targets must be an array of numbers.*np\.unique"):
        Dataset(SIX, np.array(["owl", "cat", "dog"] * 2))


def test_one_sample_some_samples_and_no_unpacking() -> None:
    data = Dataset(np.arange(96.0).reshape(6, 1, 4, 4), np.arange(6) % 3, ("a", "b", "c"))
    image, label = data[4]
    assert (image[0, 0, 0], label) == (64.0, 1)
    assert data[-1][1] == 2
    assert data[np.int64(1)][1] == 1  # type: ignore[call-overload] # which mypy takes for no int
    assert data[np.array([5, 0])].labels.tolist() == [2, 0]
    assert data[data.labels == 1].labels.tolist() == [1, 1]
    assert data.classes == data[data.labels == 1].classes
    with pytest.raises(ArgumentError, match=r"in zip\(data\.images, data\.targets\)"):
        for _ in data:
            pass
    with pytest.raises(ArgumentError, match=r"as two arrays, .*data\.images, data\.targets"):
        _, _ = data


def test_channels_last_is_named_where_it_can_be_told() -> None:
    for shape in ((28, 28, 1), (32, 24, 3), (12, 10, 4)):
        with pytest.raises(ShapeError, match=r"channels last; use"):
            Dataset(np.zeros((2, *shape)), np.zeros((2, 1)))
    for shape in ((3, 32, 24), (16, 7, 3), (12, 10, 1), (4, 4, 3)):
        Dataset(np.zeros((2, *shape)), np.zeros((2, 1)))


def test_indices_that_are_none() -> None:
    data = numbered(5)
    wrong: list[Any] = [True, None, "a", (0, 0), 1.5]
    for index in wrong:
        with pytest.raises(ArgumentError, match="expected the number of a sample"):
            data[index]
    with pytest.raises(ArgumentError, match=r"rng must be a Generator, got int"):
        data.batches(2, 0)  # type: ignore[arg-type] # the point of the test
    with pytest.raises(DataError, match="different names of classes, got a, a"):
        Dataset(np.zeros((2, 1, 1, 1)), np.array([0, 1]), ("a", "a"))
