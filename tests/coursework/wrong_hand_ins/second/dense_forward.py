"""More hand-ins for `dense_forward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(x: Any, w: Any, b: Any) -> Any:
    return x @ w.T + b


@right("loops")
def right_second_style(x: Any, w: Any, b: Any) -> Any:
    N, D = x.shape
    y = np.zeros((N, w.shape[0]))
    for n in range(N):
        for o in range(w.shape[0]):
            y[n, o] = b[o]
            for d in range(D):
                y[n, o] += x[n, d] * w[o, d]
    return y


@wrong("the bias is forgotten", named="bias_missing")
def bias_forgotten(x: Any, w: Any, b: Any) -> Any:
    return np.einsum("ni,oi->no", x, w)


@wrong("the weights are reshaped to (D_in, D_out) instead of transposed", named="w_reshaped")
def weights_reshaped_transposed(x: Any, w: Any, b: Any) -> Any:
    N = x.shape[0]
    x_row = x.reshape(N, -1)
    # w must be (D_in, D_out) for the product
    return x_row.dot(w.reshape(x_row.shape[1], -1)) + b


@wrong("the bias is added inside the sum, D_in times", named="bias_added_for_each_input")
def bias_added_inside_sum_d_in_times(x: Any, w: Any, b: Any) -> Any:
    out = np.zeros((len(x), len(w)))
    for i in range(len(x)):
        for j in range(len(w)):
            for k in range(x.shape[1]):
                out[i, j] += x[i, k] * w[j, k] + b[j]
    return out


@wrong("a relu is applied to the output", named="relu_added")
def relu_applied_output(A_prev: Any, W: Any, b: Any) -> Any:
    Z = np.dot(W, A_prev.T).T + b
    A = np.maximum(0, Z)
    return A


@wrong(
    "two: the weights are reshaped instead of transposed; the bias is forgotten",
    named=("bias_missing", "w_reshaped"),
)
def two_weights_reshaped_transposed(x: Any, w: Any, b: Any) -> Any:
    d_out, d_in = w.shape
    y = np.matmul(x, w.reshape(d_in, d_out))
    return y
