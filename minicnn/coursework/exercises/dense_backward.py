"""The gradients of a dense layer."""

import numpy as np

from minicnn.coursework.exercise import Case, Exercise
from minicnn.typing import Array

Gradients = tuple[Array, Array, Array]


def dense_backward(dy: Array, x: Array, w: Array) -> Gradients:
    """Return dL/dx, dL/dw and dL/db of y = dense_forward(x, w, b).

    A weight w[o, i] takes part in y[n, o] of every sample n, where it is multiplied by x[n, i]; an
    input x[n, i] takes part in every output of its sample, where it is multiplied by w[o, i]; a
    bias is added in every sample. What takes part in several outputs adds up their gradients.
    The loss is a mean over the batch, and dy has the 1 / N of that mean in it already.

    Parameters
    ----------
    dy : array (N, D_out)
        dL/dy.
    x : array (N, D_in)
        What went into the layer.
    w : array (D_out, D_in)
        The weights.

    Returns
    -------
    dx : array (N, D_in)
        dL/dx.
    dw : array (D_out, D_in)
        dL/dw.
    db : array (D_out,)
        dL/db.
    """
    dx = dy @ w
    dw = dy.T @ x
    db = dy.sum(axis=0)
    return dx, dw, db


def cases() -> list[Case]:
    """Return the cases, from the smallest up."""
    rng = np.random.default_rng(0)

    def case(what: str, N: int, D_in: int, D_out: int) -> Case:
        dy, x, w = (
            rng.normal(size=(N, D_out)),
            rng.normal(size=(N, D_in)),
            rng.normal(size=(D_out, D_in)),
        )
        return Case(what, (dy, x, w))

    return [
        Case(
            "one sample, two inputs, two outputs",
            (np.array([[10.0, -1.0]]), np.array([[2.0, 3.0]]), np.array([[4.0, 5.0], [6.0, 8.0]])),
        ),
        Case(
            "two samples of two inputs, one output",
            (
                np.array([[2.0], [3.0]]),
                np.array([[5.0, 1.0], [7.0, -2.0]]),
                np.array([[4.0, 6.0]]),
            ),
        ),
        case("one sample, more inputs than outputs", 1, 4, 3),
        case("two samples", 2, 3, 4),
        case("as many samples, inputs and outputs", 3, 3, 3),
        case("random numbers", 5, 7, 3),
        Case(
            "float32 in another memory order",
            (
                rng.normal(size=(3, 5)).astype(np.float32).T,
                rng.normal(size=(4, 5)).astype(np.float32).T,
                rng.normal(size=(4, 3)).astype(np.float32).T,
            ),
        ),
    ]


exercise = Exercise(dense_backward, ["dx", "dw", "db"], cases)

TWICE = (
    "The loss is a mean over the batch, so its gradient dy has been divided by N before it came "
    "here. What does a second division do?"
)


# -- dx --------------------------------------------------------------------------------------------


@exercise.mistake(
    "The weights are the wrong way round in dx: it only runs with as many inputs as outputs.",
    hint="dy is (N, D_out), w is (D_out, D_in), dx is (N, D_in). Which axes meet in the product?",
)
def dx_w_transposed(dy: Array, x: Array, w: Array) -> Gradients:
    _, dw, db = dense_backward(dy, x, w)
    return dy @ w.T, dw, db


@exercise.mistake(
    "dx went through the gradient of a ReLU: it is zero where x is not positive.",
    hint="The activation is a layer of its own, which has a gradient of its own.",
)
def dx_through_a_relu(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx * (x > 0), dw, db


@exercise.mistake(
    "dx was divided by the batch size.",
    hint=TWICE,
)
def dx_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx / len(x), dw, db


@exercise.mistake(
    "dx was computed with dw, not with w.",
    hint="By how much does y[n, o] grow when x[n, i] grows by 0.01?",
)
def dx_with_dw(dy: Array, x: Array, w: Array) -> Gradients:
    _, dw, db = dense_backward(dy, x, w)
    return dy @ dw, dw, db


@exercise.mistake(
    "dy is missing in dx: every sample has the sum of the weights of each input.",
    hint="By the chain rule dL/dx is a product of two factors. One of them is w.",
)
def dx_without_dy(dy: Array, x: Array, w: Array) -> Gradients:
    _, dw, db = dense_backward(dy, x, w)
    return np.ones_like(dy) @ w, dw, db


@exercise.mistake(
    "Only the last output counts in dx: each one replaces the one before.",
    hint="x[n, i] takes part in all outputs of its sample. Which operator adds to what is there?",
)
def dx_of_the_last_output(dy: Array, x: Array, w: Array) -> Gradients:
    _, dw, db = dense_backward(dy, x, w)
    return dy[:, -1:] * w[-1], dw, db


@exercise.mistake(
    "The outputs were averaged in dx, not added up.",
    hint="x[n, i] takes part in all outputs of its sample. Does L change less if there are more?",
)
def dx_mean_over_the_outputs(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx / len(w), dw, db


@exercise.mistake(
    "dx has its axes swapped: it is (D_in, N).",
    hint="dx has the shape of x. What does the transpose of a product do to the order?",
)
def dx_transposed(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx.T, dw, db


# -- dw --------------------------------------------------------------------------------------------


@exercise.mistake(
    "dw has its axes swapped: it is (D_in, D_out).",
    hint="dw has the shape of w, or the two could not be subtracted. Which factor comes first?",
)
def dw_transposed(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw.T, db


@exercise.mistake(
    "The batch was divided by in dw, a second time.",
    hint=TWICE,
)
def dw_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw / len(x), db


@exercise.mistake(
    "Only the last sample counts in dw: each one replaces the one before.",
    hint="w[o, i] takes part in every sample. Which operator adds to what is there?",
)
def dw_of_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, np.outer(dy[-1], x[-1]), db


@exercise.mistake(
    "Only the first sample counts in dw.",
    hint="w[o, i] takes part in every sample. Which index runs over them?",
)
def dw_of_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, np.outer(dy[0], x[0]), db


@exercise.mistake(
    "dy and x were added up over the batch first, and multiplied then.",
    hint="Is (a + b)(c + d) the same as a c + b d? Multiply sample by sample.",
)
def dw_of_sums(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, np.outer(dy.sum(axis=0), x.sum(axis=0)), db


@exercise.mistake(
    "dy and x were averaged over the batch first, and multiplied then.",
    hint="Is (a + b)(c + d) the same as a c + b d? Multiply sample by sample.",
)
def dw_of_means(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, np.outer(dy.mean(axis=0), x.mean(axis=0)), db


@exercise.mistake(
    "dy is missing in dw: every output has the sum of the inputs.",
    hint="By the chain rule dL/dw is a product of two factors. One of them is x.",
)
def dw_without_dy(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, np.ones_like(dy).T @ x, db


@exercise.mistake(
    "x is missing in dw: every input has the sum of dy.",
    hint="By how much does y[n, o] grow when w[o, i] grows by 0.01? It depends on x[n, i].",
)
def dw_without_x(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    return dx, dy.T @ np.ones_like(x), db


@exercise.mistake(
    "The weights were added to dw, as for a weight decay.",
    hint="Weight decay is the optimizer's affair. Which part of dw comes from the loss?",
)
def dw_with_decay(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw + w, db


# -- db --------------------------------------------------------------------------------------------


@exercise.mistake(
    "db is the mean of dy over the batch: the batch was divided by a second time.",
    hint=TWICE,
)
def db_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db / len(x)


@exercise.mistake(
    "db was summed over the outputs, not over the samples.",
    hint="There is one bias an output. Which axis of dy has to go?",
)
def db_over_the_outputs(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, dy.sum(axis=1)


@exercise.mistake(
    "db is one number, the sum of all of dy.",
    hint="How many biases are there? Give sum the axis that has to go.",
)
def db_one_number(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, np.asarray(dy.sum())


@exercise.mistake(
    "Every entry of db is the sum of all of dy.",
    hint="Does a bias take part in an output that is not its own?",
)
def db_sum_of_all(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, np.full_like(db, dy.sum())


@exercise.mistake(
    "db is dy itself: it was not summed over the batch.",
    hint="How many biases are there? The same bias is added in every sample.",
)
def db_not_summed(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, dy


@exercise.mistake(
    "db has an axis too many: it is (1, D_out).",
    hint="db has the shape of b. What does keepdims do?",
)
def db_as_a_row(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db[None]


@exercise.mistake(
    "db has an axis too many: it is (D_out, 1).",
    hint="db has the shape of b. Which shape has the sum of dy.T over its last axis?",
)
def db_as_a_column(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db[:, None]


@exercise.mistake(
    "Only the last sample counts in db: each one replaces the one before.",
    hint="The same bias is added in every sample. Which operator adds to what is there?",
)
def db_of_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, dy[-1]


@exercise.mistake(
    "Only the first sample counts in db.",
    hint="The same bias is added in every sample. Which index runs over them?",
)
def db_of_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, dy[0]


@exercise.mistake(
    "db is the number of samples: dy is missing in it.",
    hint="y grows as b does, with slope 1. What does the chain rule multiply that by?",
)
def db_without_dy(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, np.full_like(db, len(x))


@exercise.mistake(
    "db is the sum of dw over the inputs, which has x in it.",
    hint="By how much does y[n, o] grow when b[o] grows by 0.01? Does that depend on x?",
)
def db_from_dw(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    return dx, dw, dw.sum(axis=1)


# -- several at once -------------------------------------------------------------------------------


@exercise.mistake(
    "The batch was divided by a second time, in dw and in db.",
    hint=TWICE,
)
def dw_and_db_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw / len(x), db / len(x)


@exercise.mistake(
    "The batch was divided by a second time, in all three gradients.",
    hint=TWICE,
)
def all_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx / len(x), dw / len(x), db / len(x)


@exercise.mistake(
    "All three gradients have the wrong sign.",
    hint="dx, dw and db are the gradients themselves. Who takes the step downhill?",
)
def all_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return -dx, -dw, -db


@exercise.mistake(
    "dw and db have the wrong sign.",
    hint="dw and db are the gradients themselves. Who takes the step downhill?",
)
def dw_and_db_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, -dw, -db


@exercise.mistake(
    "Only the last sample counts in dw and in db: each one replaces the one before.",
    hint="w and b take part in every sample. Which operator adds to what is there?",
)
def dw_and_db_of_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy, x, w)
    return dx, np.outer(dy[-1], x[-1]), dy[-1]


@exercise.mistake(
    "The gradients came back in another order: dw, db, dx.",
    hint="The order is dx, dw, db.",
)
def order_dw_db_dx(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dw, db, dx


@exercise.mistake(
    "The gradients came back in another order: dw, dx, db.",
    hint="The order is dx, dw, db.",
)
def order_dw_dx_db(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dw, dx, db


@exercise.mistake(
    "The gradients came back in another order: dx, db, dw.",
    hint="The order is dx, dw, db.",
)
def order_dx_db_dw(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, db, dw
