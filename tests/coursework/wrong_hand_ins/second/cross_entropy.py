"""More hand-ins for `cross_entropy`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(scores: Any, labels: Any) -> Any:
    s = scores - scores.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(labels)), labels].mean()


@right("a loop and arrays")
def right_second_style(scores: Any, labels: Any) -> Any:
    total = 0.0
    for row, y in zip(scores, labels):
        m = max(row)
        total += m + np.log(sum(np.exp(v - m) for v in row)) - row[y]
    return total / len(scores)


def _softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("the sum over the batch instead of the mean", named="sum_not_mean")
def sum_over_batch_mean(scores: Any, labels: Any) -> Any:
    p = _softmax(scores)
    loss = 0
    for i in range(scores.shape[0]):
        loss -= np.log(p[i, labels[i]])
    return loss


@wrong(
    "the scores are taken for probabilities, the softmax is missing", named="scores_cut_off_at_one"
)
def scores_taken_probabilities_softmax(y_pred: Any, y_true: Any) -> Any:
    y_pred = np.clip(y_pred, 1e-12, 1.0 - 1e-12)
    n = y_pred.shape[0]
    return -np.sum(np.log(y_pred[np.arange(n), y_true])) / n


@wrong(
    "np.mean over the one-hot matrix divides by N * K instead of by N",
    named="mean_over_classes_too",
)
def np_mean_over_one_hot_matrix_divides(scores: Any, labels: Any) -> Any:
    p = _softmax(scores)
    one_hot = np.eye(scores.shape[1])[labels]
    return -np.mean(one_hot * np.log(p))


@wrong(
    "indexed with [:, labels]: every sample with the labels of all samples",
    named="all_labels_for_all_samples",
)
def indexed_labels_every_sample_labels(scores: Any, labels: Any) -> Any:
    logp = np.log(_softmax(scores))
    return -np.mean(logp[:, labels])


@wrong(
    "the binary cross entropy: the wrong classes are counted too with log(1 - p)",
    named="other_classes_too",
)
def binary_cross_entropy_wrong_classes(scores: Any, labels: Any) -> Any:
    p = _softmax(scores)
    Y = np.zeros_like(p)
    Y[np.arange(len(labels)), labels] = 1
    m = len(labels)
    cost = np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p)) / m
    return -cost


@wrong(
    "two: the minus is missing; the sum over the batch instead of the mean", named="sum_of_the_logs"
)
def two_minus_missing_sum_over_batch(scores: Any, labels: Any) -> Any:
    s = scores - np.max(scores, axis=1)[:, None]
    logp = s - np.log(np.sum(np.exp(s), axis=1))[:, None]
    return np.take_along_axis(logp, labels[:, None], axis=1).sum()
