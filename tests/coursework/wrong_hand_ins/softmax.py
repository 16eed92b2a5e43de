"""Hand-ins of the softmax of each row of scores."""

import math
from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("loops, with the exponential of the standard library")
def in_loops(scores: Any) -> Any:
    probs = np.zeros_like(scores)
    for i, row in enumerate(scores):
        top = row.max()
        exps = [math.exp(s - top) for s in row]
        for j, e in enumerate(exps):
            probs[i, j] = e / sum(exps)
    return probs


@right("the exponential of the log-probabilities, the batch as columns")
def classes_down(scores: Any) -> Any:
    Z = scores.T
    Z = Z - Z.max(axis=0)
    return np.exp(Z - np.log(np.exp(Z).sum(axis=0))).T


@wrong("the maximum is not subtracted, so great scores overflow to NaN", named="overflows")
def overflowing(scores: Any) -> Any:
    exps = np.exp(scores)
    return exps / np.sum(exps, axis=1, keepdims=True)


@wrong("it is normalised over the batch, not over the classes", named="along_the_batch")
def over_the_batch(scores: Any) -> Any:
    e_x = np.exp(scores - np.max(scores, axis=0))
    return e_x / e_x.sum(axis=0)


@wrong(
    "the whole table sums to one, not each row: the sum lacks its axis",
    named="over_the_whole_array",
)
def sum_of_everything(scores: Any) -> Any:
    e_x = np.exp(scores - np.max(scores))
    return e_x / np.sum(e_x)


@wrong("one maximum is subtracted for the entire batch, so a row far below it is 0 / 0")
def one_maximum(scores: Any) -> Any:
    e_x = np.exp(scores - np.max(scores))
    return e_x / np.sum(e_x, axis=1, keepdims=True)


@wrong(
    "the maximum of each class over the batch is subtracted, which does not cancel",
    named="max_of_each_column",
)
def maximum_of_each_column(scores: Any) -> Any:
    shifted = scores - scores.max(axis=0)
    exps = np.exp(shifted)
    return exps / exps.sum(axis=1, keepdims=True)


@wrong(
    "the difference from the maximum has the wrong sign, so the least likely class wins",
    named="wrong_sign",
)
def maximum_minus_score(scores: Any) -> Any:
    out = []
    for row in scores:
        exps = np.exp(np.max(row) - row)
        out.append(exps / exps.sum())
    return np.array(out)


@wrong("the logarithms are returned, the exponential is forgotten", named="log_of_softmax")
def log_softmax(scores: Any) -> Any:
    z = scores - scores.max(axis=-1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))


@wrong("it is divided by the greatest exponential, not by their sum", named="not_divided")
def divided_by_the_greatest(scores: Any) -> Any:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.max(axis=1, keepdims=True)


@wrong("each score goes through a sigmoid by itself", named="sigmoid")
def sigmoids(z: Any) -> Any:
    s = 1 / (1 + np.exp(-z))
    return s


@wrong("the scores are divided by their sum, without an exponential", named="without_exp")
def no_exponential(scores: Any) -> Any:
    N = scores.shape[0]
    sums = np.sum(scores, axis=1).reshape(N, 1)
    return scores / sums


@wrong("the sum is not begun again in each row", named="sum_runs_on")
def sum_runs_on(scores: Any) -> Any:
    N, K = scores.shape
    probs = np.zeros((N, K))
    total = 0.0
    for n in range(N):
        biggest = np.max(scores[n])
        for k in range(K):
            probs[n, k] = np.exp(scores[n, k] - biggest)
            total += probs[n, k]
        for k in range(K):
            probs[n, k] /= total
    return probs


@wrong("the sum leaves out the first class", named="first_class_not_in_the_sum")
def sum_from_the_second(scores: Any) -> Any:
    N, K = scores.shape
    probs = np.zeros((N, K))
    for n in range(N):
        e = np.exp(scores[n] - np.max(scores[n]))
        total = 0.0
        for k in range(1, K):
            total += e[k]
        probs[n] = e / total
    return probs


@wrong(
    "the scores are divided by the root of their number, as in attention",
    named="divided_by_the_root_of_k",
)
def scaled(scores: Any) -> Any:
    d_k = scores.shape[-1]
    z = scores / np.sqrt(d_k)
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@wrong("the probabilities are rounded to four digits", named="rounded")
def rounded(scores: Any) -> Any:
    e = np.exp(scores - np.max(scores, axis=1)[:, np.newaxis])
    return np.round(e / np.sum(e, axis=1)[:, np.newaxis], 4)


@wrong(
    "the maximum is subtracted in place: what was given is written into", named="input_written_into"
)
def shifted_in_place(scores: Any) -> Any:
    scores -= np.max(scores, axis=1, keepdims=True)
    return np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)


@wrong("nothing is returned", named="nothing_returned")
def no_return(scores: Any) -> Any:
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    probs = e / np.sum(e, axis=1, keepdims=True)  # noqa: F841


@wrong(
    "two: no maximum is subtracted, and it is normalised over the batch",
    named="overflows_along_the_batch",
)
def overflowing_over_the_batch(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x), axis=0)
