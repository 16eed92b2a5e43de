"""Hand-ins of the cross-entropy of scores and labels, a mean over the batch."""

import math
from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("a loop with the logarithm of the sum of exponentials")
def log_sum_exp(scores: Any, labels: Any) -> Any:
    loss = 0.0
    for row, label in zip(scores, labels):
        top = float(row.max())
        loss += top + math.log(sum(math.exp(s - top) for s in row)) - float(row[label])
    return loss / len(labels)


@right("log-probabilities picked by index")
def picked_log_probabilities(scores: Any, y: Any) -> Any:
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_probs[np.arange(len(y)), y].mean()


def _softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _log_softmax(z: Any) -> Any:
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


@wrong("the losses are summed, not averaged", named="sum_not_mean")
def summed(scores: Any, labels: Any) -> Any:
    log_p = _log_softmax(scores)
    return -np.sum(log_p[np.arange(scores.shape[0]), labels])


@wrong("the minus is forgotten", named="wrong_sign")
def no_minus(scores: Any, labels: Any) -> Any:
    log_p = _log_softmax(scores)
    one_hot = np.eye(scores.shape[1])[labels]
    return np.sum(one_hot * log_p) / len(labels)


@wrong("scores are taken for probabilities, the softmax is forgotten", named="softmax_missing")
def scores_as_probabilities(scores: Any, labels: Any) -> Any:
    m = len(labels)
    return -np.sum(np.log(scores[range(m), labels])) / m


@wrong("convention: the logarithm to base 2, a loss in bits", named="log_to_base_two")
def in_bits(scores: Any, labels: Any) -> Any:
    log_p = _log_softmax(scores) / np.log(2)
    return -np.mean([log_p[n, label] for n, label in enumerate(labels)])


@wrong("the exponentials overflow, since no maximum is subtracted", named="overflows")
def overflowing(scores: Any, labels: Any) -> Any:
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    correct_logprobs = -np.log(probs[range(len(labels)), labels])
    return np.sum(correct_logprobs) / len(labels)


@wrong("a small number within the logarithm puts a lid on the loss of a sure mistake")
def lid_on_the_loss(scores: Any, labels: Any) -> Any:
    probs = _softmax(scores)
    return np.mean(-np.log(probs[np.arange(len(labels)), labels] + 1e-7))


@wrong("binary cross-entropy: the other classes enter with log(1 - p)", named="other_classes_too")
def binary(scores: Any, labels: Any) -> Any:
    AL = _softmax(scores)
    Y = np.zeros(AL.shape)
    Y[np.arange(len(labels)), labels] = 1
    m = Y.shape[0]
    return -1 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))


@wrong(
    "[:, labels] takes N * N numbers, each sample with the labels of all",
    named="all_labels_for_all_samples",
)
def all_pairs(scores: Any, labels: Any) -> Any:
    log_p = _log_softmax(scores)
    return -log_p[:, labels].mean()


@wrong(
    "the mean runs over the zeros of the one-hot matrix too, so it is divided by N * K",
    named="mean_over_classes_too",
)
def mean_with_the_zeros(scores: Any, labels: Any) -> Any:
    target = np.eye(scores.shape[1])[labels]
    return -np.mean(target * _log_softmax(scores))


@wrong("it is divided by the number of classes, not by the batch size", named="divided_by_classes")
def divided_by_classes(scores: Any, labels: Any) -> Any:
    loss = 0.0
    for i in range(scores.shape[0]):
        z = scores[i] - np.max(scores[i])
        loss += -z[labels[i]] + np.log(np.sum(np.exp(z)))
    return loss / len(scores[0])


@wrong(
    "convention: the losses of the samples are returned one by one, without a mean",
    named="one_for_each_sample",
)
def one_by_one(scores: Any, labels: Any) -> Any:
    return -_log_softmax(scores)[np.arange(len(labels)), labels]


@wrong("it is divided by 2 N, as in half of the mean squared error", named="divided_by_two_n")
def divided_by_two_n(scores: Any, labels: Any) -> Any:
    n = len(labels)
    cost = -_log_softmax(scores)[np.arange(n), labels].sum()
    return cost / (2 * n)


@wrong(
    "the logarithm of the mean, where the mean of the logarithms belongs", named="log_of_the_mean"
)
def log_of_the_mean(scores: Any, labels: Any) -> Any:
    probs = _softmax(scores)
    p_correct = probs[np.arange(len(labels)), labels]
    return -np.log(p_correct.mean())


@wrong("the softmax is applied twice", named="softmax_twice")
def softmax_twice(scores: Any, labels: Any) -> Any:
    probs = _softmax(scores)
    log_p = _log_softmax(probs)
    return -log_p[np.arange(len(labels)), labels].mean()


@wrong(
    "the maximum is subtracted within the sum but not from the score of the true class",
    named="maximum_not_added_again",
)
def maximum_on_one_side(scores: Any, labels: Any) -> Any:
    loss = 0
    for x, y in zip(scores, labels):
        log_c = np.log(np.sum(np.exp(x - np.max(x))))
        loss += log_c - x[y]
    return loss / len(labels)


@wrong("the last sample is missed by the loop", named="last_sample_left_out")
def last_missed(scores: Any, labels: Any) -> Any:
    N = scores.shape[0]
    total = 0.0
    for n in range(N - 1):
        total -= _log_softmax(scores)[n, labels[n]]
    return total / N


@wrong("two: the sum is not averaged, and the minus is forgotten", named="sum_of_the_logs")
def no_minus_no_mean(scores: Any, labels: Any) -> Any:
    return _log_softmax(scores)[np.arange(len(labels)), labels].sum()


@wrong(
    "two: labels are counted from one, and the losses are summed, not averaged",
    named=("labels_from_one", "factor"),
)
def labels_from_one_and_sum(scores: Any, labels: Any) -> Any:
    loss = 0.0
    for i, label in enumerate(labels):
        loss -= np.log(_softmax(scores)[i, label - 1])
    return loss
