"""More hand-ins for `softmax`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(scores: Any) -> Any:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@right("a loop and arrays")
def right_second_style(scores: Any) -> Any:
    out = np.zeros(scores.shape)
    for i, row in enumerate(scores):
        row = row - np.max(row)
        out[i] = np.exp(row) / sum(np.exp(row))
    return out


@wrong("the maximum is not subtracted: overflow, NaN for large scores", named="overflows")
def maximum_not_subtracted_overflow_nan(scores: Any) -> Any:
    exps = np.exp(scores)
    return exps / np.sum(exps, axis=1, keepdims=True)


@wrong("normalised over the whole batch instead of each row", named="over_the_whole_array")
def normalised_over_whole_batch_each_row(x: Any) -> Any:
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum()


@wrong("normalised over axis 0 (the batch) instead of over the classes", named="along_the_batch")
def normalised_over_axis_0_over_classes(x: Any) -> Any:
    e_x = np.exp(x - np.max(x, axis=0))
    return e_x / e_x.sum(axis=0)


@wrong("the logarithm of the softmax is returned", named="log_of_softmax")
def logarithm_softmax_returned(scores: Any) -> Any:
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@wrong(
    "two: normalised over axis 0 (classes in rows, as at Coursera); the maximum is not subtracted",
    named="overflows_along_the_batch",
)
def two_normalised_over_axis_0_maximum(Z: Any) -> Any:
    t = np.exp(Z)
    return t / np.sum(t, axis=0, keepdims=True)
