"""Hand-ins of a dense layer, forward: weights are (D_out, D_in)."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("loops over samples, outputs and inputs")
def in_loops(x: Any, w: Any, b: Any) -> Any:
    out = np.zeros((x.shape[0], w.shape[0]), dtype=x.dtype)
    for n in range(x.shape[0]):
        for o in range(w.shape[0]):
            s = b[o]
            for i in range(x.shape[1]):
                s = s + w[o, i] * x[n, i]
            out[n, o] = s
    return out


@right("einsum")
def with_einsum(x: Any, w: Any, b: Any) -> Any:
    return np.einsum("ni,oi->no", x, w) + b[None, :]


@right("the batch as columns, and transposed back")
def batch_as_columns(X: Any, W: Any, b: Any) -> Any:
    A_prev = X.T
    Z = np.dot(W, A_prev) + b.reshape(-1, 1)
    return Z.T


@wrong("the bias is forgotten", named="bias_missing")
def no_bias(x: Any, w: Any, b: Any) -> Any:
    out = x.dot(w.T)
    return out


@wrong(
    "convention: the result has the batch as columns, with shape (D_out, N)",
    named="output_transposed",
)
def columns(A_prev: Any, W: Any, b: Any) -> Any:
    Z = W @ A_prev.T + b.reshape(-1, 1)
    return Z


@wrong(
    "the product is assigned where it should be added, so only the last input counts",
    named="only_the_last_input",
)
def assigned(x: Any, w: Any, b: Any) -> Any:
    N, D = x.shape
    y = np.zeros((N, len(w)))
    for n in range(N):
        for o in range(len(w)):
            for i in range(D):
                y[n, o] = x[n, i] * w[o, i]
            y[n, o] += b[o]
    return y


@wrong(
    "the bias is added within the inner loop, once for each input",
    named="bias_added_for_each_input",
)
def bias_for_each_input(x: Any, w: Any, b: Any) -> Any:
    y = np.zeros((len(x), len(w)))
    for n, sample in enumerate(x):
        for o, weights in enumerate(w):
            for xi, wi in zip(sample, weights):
                y[n, o] += xi * wi + b[o]
    return y


@wrong("the last input is left out by the loop", named="last_input_left_out")
def one_input_short(x: Any, w: Any, b: Any) -> Any:
    D_in = x.shape[1]
    y = np.tile(b, (x.shape[0], 1)).astype(float)
    for i in range(D_in - 1):
        y += np.outer(x[:, i], w[:, i])
    return y


@wrong(
    "the weights are reshaped to (D_in, D_out) where they should be transposed", named="w_reshaped"
)
def reshaped(x: Any, w: Any, b: Any) -> Any:
    D_out, D_in = w.shape
    return x @ w.reshape(D_in, D_out) + b


@wrong("a relu is applied to the result", named="relu_added")
def with_relu(x: Any, w: Any, b: Any) -> Any:
    return np.maximum(0, np.dot(x, w.T) + b)


@wrong(
    "the weights are taken as (D_in, D_out), which fails where they are not square",
    named="w_not_transposed",
)
def inputs_first(x: Any, w: Any, b: Any) -> Any:
    return np.dot(x, w) + b


@wrong("the results are put into an array of integers", named="whole_numbers")
def integers(x: Any, w: Any, b: Any) -> Any:
    y = np.array([[0] * len(w)] * len(x))
    for n in range(len(x)):
        for o in range(len(w)):
            y[n, o] = np.dot(w[o], x[n]) + b[o]
    return y


@wrong(
    "two: the bias is subtracted, and the last sample is left at zero",
    named=("bias_subtracted", "last_sample_left_out"),
)
def minus_bias(x: Any, w: Any, b: Any) -> Any:
    N = x.shape[0]
    y = np.zeros((N, w.shape[0]))
    for n in range(N - 1):
        y[n] = w @ x[n] - b
    return y
