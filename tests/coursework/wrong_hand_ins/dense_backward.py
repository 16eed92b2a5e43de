"""Hand-ins of the gradients of a dense layer, `y = x @ w.T + b`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("loops over samples, outputs and inputs")
def in_loops(dy: Any, x: Any, w: Any) -> Any:
    N, D_in = x.shape
    D_out = w.shape[0]
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.zeros(D_out, dtype=w.dtype)
    for n in range(N):
        for o in range(D_out):
            db[o] += dy[n, o]
            for i in range(D_in):
                dx[n, i] += dy[n, o] * w[o, i]
                dw[o, i] += dy[n, o] * x[n, i]
    return dx, dw, db


@right("a sum of outer products, one for each sample")
def outer_products(dy: Any, x: Any, w: Any) -> Any:
    dW = sum(np.outer(g, row) for g, row in zip(dy, x))
    dX = np.stack([w.T.dot(g) for g in dy])
    return dX, dW, sum(dy)


@wrong("db is not summed over the batch", named="db_not_summed")
def db_as_it_came(dout: Any, x: Any, w: Any) -> Any:
    dx = dout.dot(w)
    dw = dout.T.dot(x)
    db = dout
    return dx, dw, db


@wrong(
    "convention: dw and db are means over the batch, as where dZ is not divided by m yet",
    named="dw_and_db_divided_by_the_batch",
)
def class_notebook(dZ: Any, A_prev: Any, W: Any) -> Any:
    m = A_prev.shape[0]
    dW = 1 / m * np.dot(dZ.T, A_prev)
    db = 1 / m * np.sum(dZ, axis=0)
    dA_prev = np.dot(dZ, W)
    return dA_prev, dW, db


@wrong("convention: db keeps the axis of the batch, with shape (1, D_out)", named="db_as_a_row")
def db_is_a_row(dZ: Any, A_prev: Any, W: Any) -> Any:
    dW = dZ.T @ A_prev
    db = np.sum(dZ, axis=0, keepdims=True)
    dA_prev = dZ @ W
    return dA_prev, dW, db


@wrong("convention: dw is laid out as (D_in, D_out)", named="dw_transposed")
def inputs_first(dout: Any, x: Any, w: Any) -> Any:
    x_rows = x.reshape(x.shape[0], -1)
    dx = np.dot(dout, w).reshape(x.shape)
    dw = np.dot(x_rows.T, dout)
    db = dout.sum(axis=0)
    return dx, dw, db


@wrong(
    "dw is brought into the shape of w by reshape where it should be transposed",
    named="dw_reshaped",
)
def reshaped_until_it_fits(dout: Any, x: Any, w: Any) -> Any:
    dx = dout @ w
    dw = (x.T @ dout).reshape(w.shape)
    db = np.sum(dout, axis=0)
    return dx, dw, db


@wrong(
    "dw is overwritten by each sample, so only the last one counts", named="dw_of_the_last_sample"
)
def assigned_in_the_loop(dy: Any, x: Any, w: Any) -> Any:
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(w.shape[0])
    for n in range(x.shape[0]):
        dx[n] = w.T @ dy[n]
        db += dy[n]
        for o in range(w.shape[0]):
            dw[o, :] = dy[n, o] * x[n]
    return dx, dw, db


@wrong(
    "dx is overwritten by each output, so only the last output counts",
    named="dx_of_the_last_output",
)
def dx_assigned(dy: Any, x: Any, w: Any) -> Any:
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(w[:, 0])
    for n, sample in enumerate(x):
        for o in range(len(w)):
            dx[n] = w[o] * dy[n, o]
            dw[o] += sample * dy[n, o]
            db[o] += dy[n, o]
    return dx, dw, db


@wrong("db is summed over the outputs as well, to a single number", named="db_one_number")
def db_without_an_axis(dy: Any, x: Any, w: Any) -> Any:
    dx = np.einsum("no,oi->ni", dy, w)
    dw = np.einsum("no,ni->oi", dy, x)
    db = np.sum(dy)
    return dx, dw, db


@wrong("db is summed over the outputs, not over the batch", named="db_over_the_outputs")
def db_along_the_other_axis(dy: Any, x: Any, w: Any) -> Any:
    return np.matmul(dy, w), np.matmul(dy.T, x), np.sum(dy, axis=1)


@wrong(
    "the gradient is divided by the batch size, though the loss has done that",
    named="all_divided_by_the_batch",
)
def divided_again(dy: Any, x: Any, w: Any) -> Any:
    batch_size = dy.shape[0]
    delta = dy / batch_size
    return delta @ w, delta.T @ x, delta.sum(0)


@wrong(
    "dx is cut to zero where x is not positive: the derivative of a relu that is not there",
    named="dx_through_a_relu",
)
def with_a_relu(dout: Any, x: Any, W: Any) -> Any:
    dW = dout.T.dot(x)
    db = np.sum(dout, axis=0)
    dx = dout.dot(W)
    dx[x <= 0] = 0
    return dx, dW, db


@wrong(
    "the loop over the batch begins with the second sample, for dw and db",
    named="dw_and_db_without_the_first_sample",
)
def samples_counted_from_one(dy: Any, x: Any, w: Any) -> Any:
    N = len(x)
    dx = dy @ w
    dw = 0 * w
    db = 0 * w[:, 0]
    for n in range(1, N):
        dw += dy[n][:, None] * x[n][None, :]
        db += dy[n]
    return dx, dw, db


@wrong(
    "two: db is the mean over the batch; dx and dw are returned in the other's place",
    named=("order_dw_dx_db", "db_divided_by_the_batch"),
)
def mean_and_order(dy: Any, x: Any, w: Any) -> Any:
    dw = dy.T @ x
    db = dy.mean(axis=0)
    dx = dy @ w
    return dw, dx, db


@wrong(
    "two: dw is the mean over the batch; db is not summed",
    named=("dw_divided_by_the_batch", "db_not_summed"),
)
def mean_and_no_sum(dy: Any, x: Any, w: Any) -> Any:
    dw = np.mean([np.outer(dy[n], x[n]) for n in range(len(dy))], axis=0)
    db = dy.copy()
    return np.dot(dy, w), dw, db


@wrong(
    "db is collected in an array of integers, which cuts off the fractions", named="whole_numbers"
)
def db_in_integers(dy: Any, x: Any, w: Any) -> Any:
    D_out = w.shape[0]
    db = np.zeros(D_out, dtype=int)
    for j in range(D_out):
        db[j] = dy[:, j].sum()
    return dy.dot(w), dy.T.dot(x), db
