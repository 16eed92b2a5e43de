"""More hand-ins for `dense_backward`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(dy: Any, x: Any, w: Any) -> Any:
    return dy @ w, dy.T @ x, dy.sum(axis=0)


@right("a loop and arrays")
def right_second_style(dy: Any, x: Any, w: Any) -> Any:
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[0])
    for g, row, out in zip(dy, x, dx):
        dw += np.outer(g, row)
        db += g
        out[:] = (w * g[:, None]).sum(axis=0)
    return dx, dw, db


@wrong("dw and db are divided by the batch once more (1/m)", named="dw_and_db_divided_by_the_batch")
def dw_db_divided_batch_once_more(dZ: Any, A_prev: Any, W: Any) -> Any:
    m = A_prev.shape[0]
    dW = 1.0 / m * np.dot(dZ.T, A_prev)
    db = 1.0 / m * np.sum(dZ, axis=0)
    dA_prev = np.dot(dZ, W)
    return dA_prev, dW, db


@wrong("db: the mean over the batch instead of the sum", named="db_divided_by_the_batch")
def db_mean_over_batch_sum(dy: Any, x: Any, w: Any) -> Any:
    dx = np.einsum("no,oi->ni", dy, w)
    dw = np.einsum("no,ni->oi", dy, x)
    db = np.mean(dy, 0)
    return dx, dw, db


@wrong("dw has the shape (D_in, D_out), it is transposed", named="dw_transposed")
def dw_has_shape_transposed(dout: Any, x: Any, w: Any) -> Any:
    dx = dout.dot(w)
    dw = x.T.dot(dout)
    db = dout.sum(axis=0)
    return dx, dw, db


@wrong("dw: x.T @ dy is reshaped to the shape of w instead of transposed", named="dw_reshaped")
def dw_x_t_dy_reshaped_shape_w(dy: Any, x: Any, w: Any) -> Any:
    dx = np.matmul(dy, w)
    dw = np.matmul(x.T, dy).reshape(w.shape)
    db = dy.sum(axis=0)
    return dx, dw, db


@wrong(
    "dx: = instead of += in the loop, only the last output unit counts",
    named="dx_of_the_last_output",
)
def dx_loop_only_last_output_unit_counts(dy: Any, x: Any, w: Any) -> Any:
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(w.shape[0])
    for n in range(len(x)):
        for o in range(len(w)):
            for i in range(x.shape[1]):
                dx[n, i] = dy[n, o] * w[o, i]
                dw[o, i] += dy[n, o] * x[n, i]
            db[o] += dy[n, o]
    return dx, dw, db


@wrong(
    "db: summed over all axes (batch and units), the same number for every unit",
    named="db_sum_of_all",
)
def db_summed_over_all_axes_same_number(dy: Any, x: Any, w: Any) -> Any:
    D_out, D_in = w.shape
    dx = dy @ w
    dw = sum(dy[n].reshape(D_out, 1) * x[n].reshape(1, D_in) for n in range(len(dy)))
    db = np.full(D_out, np.sum(dy))
    return dx, dw, db


@wrong(
    "dw and db are not summed over the batch, only the last sample counts",
    named="dw_and_db_of_the_last_sample",
)
def dw_db_not_summed_over_batch_only(dy: Any, x: Any, w: Any) -> Any:
    N = dy.shape[0]
    for n in range(N):
        dw = np.outer(dy[n], x[n])
        db = dy[n].copy()
    dx = dy @ w
    return dx, dw, db


@wrong(
    "two: dx is divided by the batch; db is the mean over the batch instead of the sum",
    named=("dx_divided_by_the_batch", "db_divided_by_the_batch"),
)
def two_dx_divided_batch_db_mean_over(dy: Any, x: Any, w: Any) -> Any:
    n = dy.shape[0]
    dx = dy @ w / n
    dw = dy.T @ x
    db = np.ones(n) @ dy / n
    return dx, dw, db


@wrong(
    "two: dx is made with w reshaped instead of transposed; db is the mean over the batch",
    named=("dx_w_reshaped", "db_divided_by_the_batch"),
)
def two_dx_made_w_reshaped_transposed(dy: Any, x: Any, w: Any) -> Any:
    d_out, d_in = w.shape
    dx = (w.reshape(d_in, d_out) @ dy.T).T
    dw = dy.T @ x
    db = dy.mean(axis=0)
    return dx, dw, db
