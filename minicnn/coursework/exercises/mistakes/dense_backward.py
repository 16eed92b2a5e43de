"""The mistakes that people make in `dense_backward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.dense_backward import Gradients, dense_backward, exercise
from minicnn.typing import Array

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
    dx, _, _ = dense_backward(dy[:, -1:], x, w[-1:])
    _, dw, db = dense_backward(dy, x, w)
    return dx, dw, db


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
    return dense_backward(dy / len(x), x, w)


@exercise.mistake(
    "All three gradients have the wrong sign.",
    hint="dx, dw and db are the gradients themselves. Who takes the step downhill?",
)
def all_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    return dense_backward(-dy, x, w)


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
    _, dw, db = dense_backward(dy[-1:], x[-1:], w)
    return dx, dw, db


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


@exercise.mistake(
    "dx has the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def dx_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return -dx, dw, db


@exercise.mistake(
    "dx is twice as large, as if the loss were a square.",
    hint="A 2 comes from differentiating a square. Is there one in y = x w^T + b?",
)
def dx_twice(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return 2 * dx, dw, db


@exercise.mistake(
    "dx is all zeros.",
    hint="Is the array of zeros, which you made first, ever written into?",
)
def dx_zero(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return 0 * dx, dw, db


@exercise.mistake(
    "dw has the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def dw_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, -dw, db


@exercise.mistake(
    "dw is twice as large, as if the loss were a square.",
    hint="A 2 comes from differentiating a square. Is there one in y = x w^T + b?",
)
def dw_twice(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, 2 * dw, db


@exercise.mistake(
    "dw is all zeros.",
    hint="Is the array of zeros, which you made first, ever written into?",
)
def dw_zero(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, 0 * dw, db


@exercise.mistake(
    "db has the wrong sign.",
    hint="These are the gradients themselves. Who takes the step downhill?",
)
def db_of_the_wrong_sign(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, -db


@exercise.mistake(
    "db is twice as large, as if the loss were a square.",
    hint="A 2 comes from differentiating a square. Is there one in y = x w^T + b?",
)
def db_twice(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, 2 * db


@exercise.mistake(
    "db is all zeros.",
    hint="Is the array of zeros, which you made first, ever written into?",
)
def db_zero(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, 0 * db


@exercise.mistake(
    "The first sample is left out in dw.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def dw_without_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    _, dw, _ = dense_backward(dy[1:], x[1:], w)
    return dx, dw, db


@exercise.mistake(
    "The last sample is left out in dw.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def dw_without_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, db = dense_backward(dy, x, w)
    _, dw, _ = dense_backward(dy[:-1], x[:-1], w)
    return dx, dw, db


@exercise.mistake(
    "The first sample is left out in db.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def db_without_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    _, _, db = dense_backward(dy[1:], x[1:], w)
    return dx, dw, db


@exercise.mistake(
    "The last sample is left out in db.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def db_without_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _ = dense_backward(dy, x, w)
    _, _, db = dense_backward(dy[:-1], x[:-1], w)
    return dx, dw, db


@exercise.mistake(
    "The first sample is left out in dw and in db.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def dw_and_db_without_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy, x, w)
    _, dw, db = dense_backward(dy[1:], x[1:], w)
    return dx, dw, db


@exercise.mistake(
    "The first output is left out of the sum in dx.",
    hint="x[n, i] takes part in all outputs of its sample. Which of them does your loop visit?",
)
def dx_without_the_first_output(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy[:, 1:], x, w[1:])
    _, dw, db = dense_backward(dy, x, w)
    return dx, dw, db


@exercise.mistake(
    "The last sample is left out in dw and in db.",
    hint="Every sample has a share in the gradient. Which samples does your loop visit?",
)
def dw_and_db_without_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy, x, w)
    _, dw, db = dense_backward(dy[:-1], x[:-1], w)
    return dx, dw, db


@exercise.mistake(
    "The last output is left out of the sum in dx.",
    hint="x[n, i] takes part in all outputs of its sample. Which of them does your loop visit?",
)
def dx_without_the_last_output(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy[:, :-1], x, w[:-1])
    _, dw, db = dense_backward(dy, x, w)
    return dx, dw, db


@exercise.mistake(
    "Only the first sample counts in dw and in db.",
    hint="w and b take part in every sample. Which index runs over them?",
)
def dw_and_db_of_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy, x, w)
    _, dw, db = dense_backward(dy[:1], x[:1], w)
    return dx, dw, db


@exercise.mistake(
    "All three gradients are twice as large, as if the loss were a square.",
    hint="A 2 comes from differentiating a square. Is there one in y = x w^T + b?",
)
def all_twice(dy: Array, x: Array, w: Array) -> Gradients:
    return dense_backward(2 * dy, x, w)


@exercise.mistake(
    "Only the first output counts in dx.",
    hint="x[n, i] takes part in all outputs of its sample. Which index runs over them?",
)
def dx_of_the_first_output(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _, _ = dense_backward(dy[:, :1], x, w[:1])
    _, dw, db = dense_backward(dy, x, w)
    return dx, dw, db


@exercise.mistake(
    "Only the last sample has a dx, the others stay zero.",
    hint="Is the array of dx made again for each sample?",
)
def dx_of_the_last_sample_alone(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    dx[:-1] = 0
    return dx, dw, db


@exercise.mistake(
    "Only the first sample has a dx, the others stay zero.",
    hint="Which index runs over the samples? Does return stand in the loop?",
)
def dx_of_the_first_sample_alone(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    dx[1:] = 0
    return dx, dw, db


@exercise.mistake(
    "The last sample has no dx: it stays zero.",
    hint="How many numbers does range(N - 1) give?",
)
def dx_without_the_last_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    dx[-1] = 0
    return dx, dw, db


@exercise.mistake(
    "The first sample has no dx: it stays zero.",
    hint="Which is the first index that your loop visits?",
)
def dx_without_the_first_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    dx[0] = 0
    return dx, dw, db


@exercise.mistake(
    "The samples were added up in dx, so all of them have the same.",
    hint="Does an input of one sample move the output of another?",
)
def dx_added_up_over_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return np.broadcast_to(dx.sum(axis=0), x.shape), dw, db


@exercise.mistake(
    "In dx the sum goes on from one sample to the next, without starting again at zero.",
    hint="Where in your loops is the sum set to zero?",
)
def dx_sums_run_on(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return np.cumsum(dx, axis=0), dw, db


@exercise.mistake(
    "dx was multiplied by x.",
    hint="By how much does y[n, o] grow when x[n, i] grows by 0.01? Does that depend on x?",
)
def dx_multiplied_by_x(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx * x, dw, db


@exercise.mistake(
    "dx is w itself, summed over the outputs for one sample.",
    hint="By the chain rule dL/dx is a product of two factors. One of them is w.",
)
def dx_is_w(dy: Array, x: Array, w: Array) -> Gradients:
    _dx, dw, db = dense_backward(dy, x, w)
    return w.sum(axis=0), dw, db


@exercise.mistake(
    "dx was divided by the number of inputs.",
    hint="Does L change less with one input if there are more of them?",
)
def dx_mean_over_the_inputs(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx / x.shape[1], dw, db


@exercise.mistake(
    "In dx the weights were brought into another shape by reshape where a transpose belongs, "
    "or the other way round.",
    hint="Print w.T and w.reshape(D_in, D_out) of a small w. Which weights belong to one output?",
)
def w_reshaped_in_dx(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    dx, _, _ = dense_backward(dy, x, w.T.reshape(w.shape))
    return dx, dw, db


@exercise.mistake(
    "dx was computed as (D_in, N), and brought into shape by reshape, not by a transpose.",
    hint="Print dx.T and dx.reshape(N, D_in) of a small dx. Which numbers belong to one sample?",
)
def dx_reshaped(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx.T.reshape(x.shape), dw, db


@exercise.mistake(
    "In dx, w was reshaped where it should be transposed, or not moved at all.",
    hint="Reshaping keeps the order in memory. Which number of w joins input 0 and output 1?",
)
def dx_w_reshaped(dy: Array, x: Array, w: Array) -> Gradients:
    _, dw, db = dense_backward(dy, x, w)
    return dy @ w.reshape(w.shape[::-1]).T, dw, db


@exercise.mistake(
    "dw was computed as (D_in, D_out), and brought into the shape of w by reshape, not by a "
    "transpose.",
    hint="Print dw.T and dw.reshape(D_out, D_in) of a small dw. Which numbers belong to one "
    "output?",
)
def dw_reshaped(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw.T.reshape(w.shape), db


@exercise.mistake(
    "dw was multiplied by w.",
    hint="By how much does y[n, o] grow when w[o, i] grows by 0.01? Does that depend on w?",
)
def dw_multiplied_by_w(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw * w, db


@exercise.mistake(
    "dw was divided by the number of outputs.",
    hint="Does L change less with one weight if there are more outputs?",
)
def dw_mean_over_the_outputs(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw / len(w), db


@exercise.mistake(
    "dw was computed with dx, not with x.",
    hint="By how much does y[n, o] grow when w[o, i] grows by 0.01?",
)
def dw_with_dx(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    _, dw, _ = dense_backward(dy, dx, w)
    return dx, dw, db


@exercise.mistake(
    "dw was not summed over the batch: it is (N, D_out, D_in).",
    hint="The same weight takes part in every sample. Which axis has to go?",
)
def dw_one_for_each_sample(dy: Array, x: Array, w: Array) -> Gradients:
    dx, _dw, db = dense_backward(dy, x, w)
    return dx, dy[:, :, None] * x[:, None, :], db


@exercise.mistake(
    "db was divided by the number of outputs.",
    hint="Does L change less with one bias if there are more outputs?",
)
def db_mean_over_the_outputs(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db / len(w)


@exercise.mistake(
    "Every entry of db is the mean of all of dy.",
    hint="Does a bias take part in an output that is not its own?",
)
def db_mean_of_all(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, np.full_like(db, dy.mean())


@exercise.mistake(
    "db is one number, the mean of all of dy.",
    hint="How many biases are there? Give mean the axis that has to go, if there is to be a mean.",
)
def db_mean_of_all_one_number(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _db = dense_backward(dy, x, w)
    return dx, dw, np.asarray(dy.mean())


@exercise.mistake(
    "db is the mean over the outputs, not the sum over the samples.",
    hint="There is one bias an output. Which axis of dy has to go?",
)
def db_mean_over_the_outputs_axis(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _db = dense_backward(dy, x, w)
    return dx, dw, dy.mean(axis=1)


@exercise.mistake(
    "db is the sum of dx over the batch, which has w in it.",
    hint="By how much does y[n, o] grow when b[o] grows by 0.01? Does that depend on w?",
)
def db_from_dx(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, _db = dense_backward(dy, x, w)
    return dx, dw, dx.sum(axis=0)


@exercise.mistake(
    "db is all ones: dy is missing in it.",
    hint="y grows as b does, with slope 1. What does the chain rule multiply that by?",
)
def db_of_ones(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, np.ones_like(db)


@exercise.mistake(
    "db is a mean over the batch, and has an axis too many: it is (1, D_out).",
    hint="db has the shape of b. What does keepdims do? And dy has been divided by N before.",
)
def db_as_a_row_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db[None] / len(x)


@exercise.mistake(
    "db is a mean over the batch, and has an axis too many: it is (D_out, 1).",
    hint="db has the shape of b. Which shape has the mean of dy.T over its last axis? And dy "
    "has been divided by N before.",
)
def db_as_a_column_divided_by_the_batch(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw, db[:, None] / len(x)


@exercise.mistake(
    "dw has its axes swapped, (D_in, D_out), and was divided by the batch size.",
    hint="dw has the shape of w. And the loss is a mean, so dy has been divided by N before.",
)
def dw_transposed_and_divided(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw.T / len(x), db


@exercise.mistake(
    "dw and db are means over the batch, and db keeps an axis: (1, D_out).",
    hint="The loss is a mean, so dy has been divided by N before. And db has the shape of b.",
)
def class_layout(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw / len(x), db[None] / len(x)


@exercise.mistake(
    "dw and db are means over the batch, and db keeps an axis: (D_out, 1).",
    hint="The loss is a mean, so dy has been divided by N before. And db has the shape of b.",
)
def class_layout_in_columns(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return dx, dw / len(x), db[:, None] / len(x)


@exercise.mistake(
    "dy went through a ReLU first: it is zero where it was negative, in all three gradients.",
    hint="The activation is a layer of its own. And which number says whether a ReLU was open?",
)
def relu_in_all(dy: Array, x: Array, w: Array) -> Gradients:
    return dense_backward(np.maximum(dy, 0), x, w)


@exercise.mistake(
    "dy was cut to zero where the output x w^T is negative, as if a ReLU followed the layer.",
    hint="The activation is a layer of its own, which has a gradient of its own.",
)
def relu_by_y_in_all(dy: Array, x: Array, w: Array) -> Gradients:
    return dense_backward(dy * (x @ w.T > 0), x, w)


@exercise.mistake(
    "The gradients came back in another order: db, dw, dx.",
    hint="The order is dx, dw, db.",
)
def order_db_dw_dx(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return db, dw, dx


@exercise.mistake(
    "The gradients came back in another order: db, dx, dw.",
    hint="The order is dx, dw, db.",
)
def order_db_dx_dw(dy: Array, x: Array, w: Array) -> Gradients:
    dx, dw, db = dense_backward(dy, x, w)
    return db, dx, dw
