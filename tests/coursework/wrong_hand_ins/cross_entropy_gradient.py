"""Hand-ins of the gradient of softmax and cross-entropy, a mean over the batch."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


def _softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@right("loops over samples and classes")
def in_loops(scores: Any, labels: Any) -> Any:
    N, K = scores.shape
    grad = np.zeros_like(scores)
    for n in range(N):
        top = max(scores[n])
        exps = [np.exp(s - top) for s in scores[n]]
        total = sum(exps)
        for k in range(K):
            grad[n, k] = (exps[k] / total - (k == labels[n])) / N
    return grad


@right("by way of the logarithms of the probabilities and a one-hot matrix")
def from_log_probabilities(scores: Any, labels: Any) -> Any:
    shifted = scores - np.amax(scores, axis=-1)[:, None]
    log_p = shifted - np.log(np.exp(shifted).sum(-1))[:, None]
    one_hot = np.eye(scores.shape[1], dtype=scores.dtype)[labels]
    return (np.exp(log_p) - one_hot) / scores.shape[0]


@wrong("the division by the batch size is forgotten", named="not_divided")
def a_sum(scores: Any, labels: Any) -> Any:
    probs = _softmax(scores)
    dscores = probs.copy()
    dscores[np.arange(len(labels)), labels] -= 1
    return dscores


@wrong("the sign is reversed: truth minus prediction", named="wrong_sign")
def truth_minus_prediction(scores: Any, labels: Any) -> Any:
    Y = np.eye(scores.shape[1])[labels]
    Y_hat = _softmax(scores)
    return (Y - Y_hat) / len(Y)


@wrong(
    "the mean is taken over samples and classes, so it is divided by N * K",
    named="divided_by_all_scores",
)
def mean_over_all(scores: Any, labels: Any) -> Any:
    y = np.zeros(scores.shape)
    y[range(len(labels)), labels] = 1.0
    return (_softmax(scores) - y) / y.size


@wrong("it is divided by the number of classes, not by the batch size", named="divided_by_classes")
def divided_by_classes(scores: Any, labels: Any) -> Any:
    m = scores.shape[1]
    A = _softmax(scores)
    A[np.arange(scores.shape[0]), labels] -= 1
    return A / m


@wrong(
    "one is subtracted in whole columns, of all classes that occur in the batch",
    named="all_labels_for_all_samples",
)
def colon_for_arange(scores: Any, labels: Any) -> Any:
    num_train = scores.shape[0]
    dscores = _softmax(scores)
    dscores[:, labels] -= 1
    dscores /= num_train
    return dscores


@wrong("the softmax is forgotten: scores minus one-hot", named="softmax_missing")
def without_softmax(scores: Any, labels: Any) -> Any:
    N, K = scores.shape
    T = np.array([[float(k == label) for k in range(K)] for label in labels])
    return (scores - T) / N


@wrong(
    "it is the gradient with respect to the probabilities, not to the scores",
    named="gradient_for_probabilities",
)
def stopped_at_probabilities(scores: Any, labels: Any) -> Any:
    p = _softmax(scores)
    n = np.arange(len(labels))
    grad = np.zeros_like(p)
    grad[n, labels] = -1.0 / p[n, labels] / len(labels)
    return grad


@wrong("the softmax runs over the batch, not over the classes", named="softmax_along_the_batch")
def softmax_down_the_batch(scores: Any, labels: Any) -> Any:
    exps = np.exp(scores - np.max(scores, axis=0))
    p = exps / np.sum(exps, axis=0)
    p[np.arange(p.shape[0]), labels] -= 1
    return p / p.shape[0]


@wrong("the maximum is not subtracted, so great scores overflow to NaN", named="overflows")
def overflowing(scores: Any, labels: Any) -> Any:
    grad = np.exp(scores)
    for n in range(len(grad)):
        grad[n] /= np.sum(grad[n])
        grad[n, labels[n]] -= 1
    return grad / len(grad)


@wrong(
    "p * (1 - p) is multiplied in once more, as after a sigmoid and squared errors",
    named="softmax_differentiated_twice",
)
def sigmoid_chain(scores: Any, labels: Any) -> Any:
    a = _softmax(scores)
    y = np.eye(a.shape[1])[labels]
    delta = (a - y) * a * (1 - a)
    return delta / len(a)


@wrong(
    "only the one-hot matrix is divided by the batch size, the brackets are missing",
    named="only_the_one_divided",
)
def missing_brackets(scores: Any, labels: Any) -> Any:
    N = len(labels)
    one_hot = np.zeros_like(scores)
    one_hot[np.arange(N), labels] = 1
    return _softmax(scores) - one_hot / N


@wrong(
    "labels are counted from one, so the class before the true one is taken",
    named="labels_from_one",
)
def labels_from_one(scores: Any, labels: Any) -> Any:
    grad = _softmax(scores)
    for i, label in enumerate(labels):
        grad[i, label - 1] -= 1.0
    return grad / len(labels)


@wrong("nothing is subtracted for the true class", named="one_not_subtracted")
def only_the_softmax(scores: Any, labels: Any) -> Any:
    N = scores.shape[0]
    d = np.exp(scores - scores.max(axis=1).reshape(N, 1))
    d = d / d.sum(axis=1).reshape(N, 1)
    return d / N


@wrong("a factor of 2, as of squared errors", named="twice")
def twice(scores: Any, labels: Any) -> Any:
    predictions = _softmax(scores)
    targets = np.eye(scores.shape[1])[labels]
    return 2 * (predictions - targets) / len(labels)


@wrong(
    "the true class gets one less in every sample but the last",
    named="one_subtracted_but_in_the_last_sample",
)
def last_sample_missed(scores: Any, labels: Any) -> Any:
    N = len(labels)
    d = _softmax(scores)
    for i in range(N - 1):
        d[i][labels[i]] -= 1
    return d / N


@wrong(
    "the scores of the true classes are lowered in place, and that before the softmax",
    named=("scores_lowered", "input_written_into"),
)
def lowered_before(scores: Any, labels: Any) -> Any:
    rows = np.arange(scores.shape[0])
    scores[rows, labels] -= 1
    return _softmax(scores) / len(rows)


@wrong(
    "two: the sign is reversed and the division by the batch size is forgotten",
    named="sign_and_sum",
)
def sign_and_sum(scores: Any, labels: Any) -> Any:
    return np.eye(scores.shape[1])[labels] - _softmax(scores)


@wrong(
    "two: the softmax runs over the batch, and the division by the batch size is forgotten",
    named=("softmax_along_the_batch", "factor"),
)
def axis_and_sum(scores: Any, labels: Any) -> Any:
    e = np.exp(scores - scores.max(0))
    d = e / e.sum(0)
    d[np.arange(len(d)), labels] -= 1
    return d
