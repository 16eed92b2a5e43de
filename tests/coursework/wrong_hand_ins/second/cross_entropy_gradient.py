"""More hand-ins for `cross_entropy_gradient`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(scores: Any, labels: Any) -> Any:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)


@right("a loop and arrays")
def right_second_style(scores: Any, labels: Any) -> Any:
    N, K = scores.shape
    g = np.zeros((N, K))
    for i in range(N):
        z = np.exp(scores[i] - np.max(scores[i]))
        for k in range(K):
            g[i, k] = (z[k] / z.sum() - (1 if k == labels[i] else 0)) / N
    return g


def softmax(z: Any) -> Any:
    z = z - np.max(z, axis=1, keepdims=True)
    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)


@wrong("not divided by the batch, although the loss is a mean", named="not_divided")
def not_divided_batch_although_loss_mean(scores: Any, labels: Any) -> Any:
    probs = softmax(scores)
    probs[range(scores.shape[0]), labels] -= 1
    return probs


@wrong("divided by N * K (all elements) instead of by N", named="divided_by_all_scores")
def divided_n_k_n(scores: Any, labels: Any) -> Any:
    y = np.eye(scores.shape[1])[labels]
    diff = softmax(scores) - y
    return diff / diff.size


@wrong("the sign is reversed: one-hot minus probabilities", named="wrong_sign")
def sign_reversed_one_hot_minus(scores: Any, labels: Any) -> Any:
    N, K = scores.shape
    onehot = np.zeros((N, K))
    onehot[np.arange(N), labels] = 1.0
    return (onehot - softmax(scores)) / N


@wrong("the softmax is missing: scores minus one-hot", named="softmax_missing")
def softmax_missing_scores_minus_one_hot(y_hat: Any, y: Any) -> Any:
    m = y.shape[0]
    grad = y_hat.copy()
    grad[np.arange(m), y] -= 1
    grad = grad / m
    return grad


@wrong(
    "indexed with [:, labels]: 1 is taken off in every row at the labels of all samples",
    named="all_labels_for_all_samples",
)
def indexed_labels_1_taken_off_every(scores: Any, labels: Any) -> Any:
    p = softmax(scores)
    p[:, labels] -= 1
    return p / scores.shape[0]


@wrong(
    "the gradient to the probabilities (-t / p), the way through the softmax is missing",
    named="gradient_for_probabilities",
)
def gradient_probabilities_way_through(scores: Any, labels: Any) -> Any:
    p = softmax(scores)
    T = np.eye(p.shape[1])[labels]
    return -(T / p) / len(T)


@wrong(
    "the softmax is normalised over the whole batch instead of each row",
    named="softmax_over_the_whole_array",
)
def softmax_normalised_over_whole_batch(scores: Any, labels: Any) -> Any:
    ex = np.exp(scores - scores.max())
    probs = ex / ex.sum()
    dscores = probs.copy()
    dscores[np.arange(len(scores)), labels] -= 1
    dscores /= len(scores)
    return dscores


@wrong(
    "multiplied once more with p * (1 - p), as for a sigmoid with squared error",
    named="softmax_differentiated_twice",
)
def multiplied_once_more_p_as_sigmoid(scores: Any, labels: Any) -> Any:
    p = softmax(scores)
    t = (np.arange(scores.shape[1])[None, :] == np.asarray(labels)[:, None]).astype(float)
    delta = (p - t) * p * (1 - p)
    return delta / len(p)


@wrong("two: the sign is reversed; not divided by the batch", named="sign_and_sum")
def two_sign_reversed_not_divided_batch(scores: Any, labels: Any) -> Any:
    N = scores.shape[0]
    p = softmax(scores)
    g = np.empty_like(p)
    for n in range(N):
        for k in range(p.shape[1]):
            g[n, k] = -p[n, k]
            if labels[n] == k:
                g[n, k] += 1
    return g


@wrong(
    "two: the softmax is taken over axis 0 (the batch); not divided by the batch",
    named=("softmax_along_the_batch", "factor"),
)
def two_softmax_taken_over_axis_0_not(scores: Any, labels: Any) -> Any:
    e = np.exp(scores - np.max(scores, axis=0))
    p = e / np.sum(e, axis=0)
    p[np.arange(len(p)), labels] -= 1
    return p
