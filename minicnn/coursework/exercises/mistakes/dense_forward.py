"""The mistakes that people make in `dense_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.dense_forward import dense_forward, exercise
from minicnn.typing import Array

# -- the bias --------------------------------------------------------------------------------------


@exercise.mistake(
    "The bias is missing.",
    hint="What should the outputs be if all inputs are zero?",
)
def bias_missing(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, 0 * b)


@exercise.mistake(
    "The bias was subtracted.",
    hint="What should the outputs be if all inputs are zero?",
)
def bias_subtracted(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, -b)


@exercise.mistake(
    "The bias was added once for each input, not once for each output.",
    hint="Does the bias stand inside the sum over the inputs, or beside it?",
)
def bias_added_for_each_input(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, x.shape[1] * b)


@exercise.mistake(
    "The bias was multiplied, not added.",
    hint="What should the outputs be if all inputs are zero?",
)
def bias_multiplied(x: Array, w: Array, b: Array) -> Array:
    return (x @ w.T) * b


@exercise.mistake(
    "The bias was added down a column: it goes with the samples, not with the outputs.",
    hint="Both an output and a bias belong to a row of w. Which axis of y is that?",
)
def bias_added_along_the_samples(x: Array, w: Array, b: Array) -> Array:
    return x @ w.T + b[:, None]


@exercise.mistake(
    "The first bias was added to all outputs.",
    hint="How many biases are there, and how many outputs?",
)
def first_bias_for_all(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, np.full_like(b, b[0]))


@exercise.mistake(
    "The sum of all biases was added to every output.",
    hint="How many biases are there, and how many outputs?",
)
def sum_of_the_biases_added(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, np.full_like(b, b.sum()))


@exercise.mistake(
    "The bias was added to the first sample only.",
    hint="Each sample of the batch goes through the same layer.",
)
def bias_for_the_first_sample(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, 0 * b)
    y[0] += b
    return y


# -- the product -----------------------------------------------------------------------------------


@exercise.mistake(
    "The weights are the wrong way round: w[i, o] was taken where w[o, i] was meant. It only "
    "runs with as many inputs as outputs.",
    hint="w is (D_out, D_in) and x is (N, D_in). Which axes must meet in the product?",
)
def w_not_transposed(x: Array, w: Array, b: Array) -> Array:
    return x @ w + b


@exercise.mistake(
    "The output has its axes swapped: it is (D_out, N).",
    hint="A sample is a row of x. What should it be in y?",
)
def output_transposed(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b).T


@exercise.mistake(
    "The product itself is missing: every sample gets the bias alone.",
    hint="Is a sum overwritten by the bias?",
)
def only_the_bias(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(0 * x, w, b)


@exercise.mistake(
    "Only the last input counts: each product replaces the one before.",
    hint="A sum over the inputs: which operator adds to what is there?",
)
def only_the_last_input(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x[:, -1:], w[:, -1:], b)


@exercise.mistake(
    "The last input is left out of the sum.",
    hint="How many numbers does range(D_in - 1) give?",
)
def last_input_left_out(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x[:, :-1], w[:, :-1], b)


@exercise.mistake(
    "The first input is left out of the sum.",
    hint="Which is the first index that your loop visits?",
)
def first_input_left_out(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x[:, 1:], w[:, 1:], b)


@exercise.mistake(
    "The sum over the inputs goes on from one output to the next, without starting again at zero.",
    hint="Where in your loops is the sum set to zero?",
)
def sum_goes_on(x: Array, w: Array, b: Array) -> Array:
    return np.cumsum(dense_forward(x, w, b), axis=1)


@exercise.mistake(
    "The mean over the inputs was taken, not the sum.",
    hint="What does the formula say before x[n, i]: is there a division?",
)
def mean_over_the_inputs(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x / x.shape[1], w, b)


@exercise.mistake(
    "The output was divided by the batch size.",
    hint="Does what a layer says of one sample depend on how many others there are?",
)
def divided_by_the_batch(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b) / len(x)


@exercise.mistake(
    "The samples were added up, so all of them have the same output.",
    hint="Does one sample of a batch look at another?",
)
def samples_added_up(x: Array, w: Array, b: Array) -> Array:
    return np.broadcast_to(dense_forward(x.sum(axis=0)[None], w, b), (len(x), len(w)))


@exercise.mistake(
    "Only the first sample has outputs, the others stay zero.",
    hint="Which loop, or which colon in an index, runs over the batch? Does return stand in it?",
)
def only_the_first_sample(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[1:] = 0
    return y


@exercise.mistake(
    "The bias counts as a part of the inputs: x + b went into the product.",
    hint="The bias belongs to an output. How many inputs are there, and how many biases?",
)
def bias_added_to_the_inputs(x: Array, w: Array, b: Array) -> Array:
    return (x + b) @ w.T


# -- more than the layer ---------------------------------------------------------------------------


@exercise.mistake(
    "The output went through a ReLU as well.",
    hint="The activation is a layer of its own. Can a dense layer return a negative number?",
)
def relu_added(x: Array, w: Array, b: Array) -> Array:
    return np.maximum(dense_forward(x, w, b), 0)


@exercise.mistake(
    "The output went through a sigmoid as well.",
    hint="The activation is a layer of its own. Can a dense layer return a number above 1?",
)
def sigmoid_added(x: Array, w: Array, b: Array) -> Array:
    y: Array = 1 / (1 + np.exp(-dense_forward(x, w, b)))
    return y


@exercise.mistake(
    "The output went through a softmax as well.",
    hint="The softmax is an exercise of its own. What do the outputs of a dense layer add up to?",
)
def softmax_added(x: Array, w: Array, b: Array) -> Array:
    scores = np.exp(dense_forward(x, w, b))
    y: Array = scores / scores.sum(axis=1, keepdims=True)
    return y


@exercise.mistake(
    "The bias was added twice.",
    hint="What should the outputs be if all inputs are zero?",
)
def bias_added_twice(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, 2 * b)


@exercise.mistake(
    "The bias was divided by the batch size.",
    hint="Does what a layer says of one sample depend on how many others there are?",
)
def bias_divided_by_the_batch(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b / len(x))


@exercise.mistake(
    "The bias was added to the last sample only.",
    hint="Does the line that adds the bias stand in the loop over the samples?",
)
def bias_for_the_last_sample(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, 0 * b)
    y[-1] += b
    return y


@exercise.mistake(
    "The bias of an output was added to each weight before the product.",
    hint="Multiply out (w + b) x. What is b multiplied by?",
)
def bias_added_to_each_product(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w + b[:, None], 0 * b)


@exercise.mistake(
    "The biases are in the opposite order.",
    hint="Which bias belongs to the first row of w?",
)
def bias_reversed(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b[::-1])


@exercise.mistake(
    "The product has the wrong sign; the bias has not.",
    hint="What does the formula say before the sum?",
)
def product_of_the_wrong_sign(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(-x, w, b)


@exercise.mistake(
    "The whole output has the wrong sign.",
    hint="What does the formula say before the sum?",
)
def all_of_the_wrong_sign(x: Array, w: Array, b: Array) -> Array:
    return -dense_forward(x, w, b)


@exercise.mistake(
    "The weights were brought into the shape (D_in, D_out) by reshape, which is not the "
    "transpose: it reads the same numbers in the same order, in rows of another length.",
    hint="Print w.T and w.reshape(D_in, D_out) of a small w. Which weights belong to one output?",
)
def w_reshaped(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w.reshape(w.shape[1], len(w)).T, b)


@exercise.mistake(
    "The inputs were brought into the shape (D_in, N) by reshape, which is not the transpose.",
    hint="Print x.T and x.reshape(D_in, N) of a small x. Which numbers belong to one sample?",
)
def x_reshaped(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x.reshape(x.shape[1], len(x)).T, w, b)


@exercise.mistake(
    "The output was computed as (D_out, N), and brought into shape by reshape, not by a transpose.",
    hint="Print y.T and y.reshape(N, D_out) of a small y. Which numbers belong to one sample?",
)
def output_reshaped(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b).T.reshape(len(x), len(w))


@exercise.mistake(
    "Only the first input counts.",
    hint="Does a return, or a line that should follow the loop, stand in the loop over the inputs?",
)
def only_the_first_input(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x[:, :1], w[:, :1], b)


@exercise.mistake(
    "The largest product was taken, not the sum of all.",
    hint="What does the formula do with the products of one output?",
)
def largest_product(x: Array, w: Array, b: Array) -> Array:
    products = x[:, None, :] * w
    y: Array = products.max(axis=2) + b
    return y


@exercise.mistake(
    "The inputs were multiplied with the weights one by one, and not summed.",
    hint="A dense output sees all inputs. What is the shape of your product, and what should "
    "it be?",
)
def product_by_product(x: Array, w: Array, b: Array) -> Array:
    return x[:, None, :] * w + b[:, None]


@exercise.mistake(
    "The last sample has no outputs: it stays zero.",
    hint="Each sample of the batch goes through the same layer. Which samples does your loop "
    "visit?",
)
def last_sample_left_out(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[-1] = 0
    return y


@exercise.mistake(
    "The first sample has no outputs: it stays zero.",
    hint="Each sample of the batch goes through the same layer. Which samples does your loop "
    "visit?",
)
def first_sample_left_out(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[0] = 0
    return y


@exercise.mistake(
    "Only the last sample has outputs, the others stay zero.",
    hint="Is the array of outputs made again for each sample?",
)
def only_the_last_sample(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[:-1] = 0
    return y


@exercise.mistake(
    "All samples have the outputs of the last one.",
    hint="Which loop, or which index, runs over the batch?",
)
def last_sample_for_all(x: Array, w: Array, b: Array) -> Array:
    return np.broadcast_to(dense_forward(x, w, b)[-1:], (len(x), len(w)))


@exercise.mistake(
    "All samples have the outputs of the first one.",
    hint="Which loop, or which index, runs over the batch?",
)
def first_sample_for_all(x: Array, w: Array, b: Array) -> Array:
    return np.broadcast_to(dense_forward(x, w, b)[:1], (len(x), len(w)))


@exercise.mistake(
    "The outputs of the first sample alone were returned, without the axis of the batch.",
    hint="x has a row for each sample. What should y have?",
)
def one_sample_returned(x: Array, w: Array, b: Array) -> Array:
    y: Array = dense_forward(x, w, b)[0]
    return y


@exercise.mistake(
    "The outputs of the last sample alone were returned, without the axis of the batch.",
    hint="x has a row for each sample. What should y have?",
)
def last_sample_returned(x: Array, w: Array, b: Array) -> Array:
    y: Array = dense_forward(x, w, b)[-1]
    return y


@exercise.mistake(
    "The samples were averaged, so all of them have the same output.",
    hint="Does one sample of a batch look at another?",
)
def samples_averaged(x: Array, w: Array, b: Array) -> Array:
    return np.broadcast_to(dense_forward(x.mean(axis=0)[None], w, b), (len(x), len(w)))


@exercise.mistake(
    "The sum goes on from one sample to the next, without starting again at zero.",
    hint="Where in your loops is the sum set to zero?",
)
def sums_run_on_over_the_samples(x: Array, w: Array, b: Array) -> Array:
    return np.cumsum(dense_forward(x, w, b), axis=0)


@exercise.mistake(
    "The last output stays zero.",
    hint="How many numbers does range(D_out - 1) give?",
)
def last_output_left_out(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[:, -1] = 0
    return y


@exercise.mistake(
    "The first output stays zero.",
    hint="Which is the first index that your loop visits?",
)
def first_output_left_out(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[:, 0] = 0
    return y


@exercise.mistake(
    "Only the first output was computed, the others stay zero.",
    hint="Which loop runs over the outputs? Does return stand in it?",
)
def only_the_first_output(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[:, 1:] = 0
    return y


@exercise.mistake(
    "Only the last output was computed, the others stay zero.",
    hint="Is the array of outputs made again for each of them?",
)
def only_the_last_output(x: Array, w: Array, b: Array) -> Array:
    y = dense_forward(x, w, b)
    y[:, :-1] = 0
    return y


@exercise.mistake(
    "The outputs of a sample were added up: there is one number for each sample.",
    hint="There is one output for each row of w. Which axis did you sum over?",
)
def outputs_added_up(x: Array, w: Array, b: Array) -> Array:
    y: Array = dense_forward(x, w, b).sum(axis=1)
    return y


@exercise.mistake(
    "The outputs are in the opposite order.",
    hint="Which row of w belongs to the first output?",
)
def outputs_reversed(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b)[:, ::-1]


@exercise.mistake(
    "The output is one flat list of numbers.",
    hint="A sample is a row of x. What should it be in y?",
)
def flat(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, b).ravel()


@exercise.mistake(
    "The output went through a tanh as well.",
    hint="The activation is a layer of its own. Can a dense layer return a number above 1?",
)
def tanh_added(x: Array, w: Array, b: Array) -> Array:
    return np.tanh(dense_forward(x, w, b))


@exercise.mistake(
    "The inputs were normalised before the product: less their mean, over their deviation.",
    hint="What does the formula multiply the weights by?",
)
def x_scaled_before(x: Array, w: Array, b: Array) -> Array:
    apart = x - x.mean(axis=0)
    return dense_forward(apart / (x.std(axis=0) + 1e-8), w, b)


@exercise.mistake(
    "The bias is missing, and the output went through a ReLU.",
    hint="What should the outputs be if all inputs are zero? And can a dense layer return a "
    "negative number?",
)
def bias_missing_and_relu_added(x: Array, w: Array, b: Array) -> Array:
    return np.maximum(dense_forward(x, w, 0 * b), 0)


@exercise.mistake(
    "The bias is missing, and the output has its axes swapped: it is (D_out, N).",
    hint="What should the outputs be if all inputs are zero? And what is a sample in x?",
)
def bias_missing_and_transposed(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w, 0 * b).T


@exercise.mistake(
    "The weights were squared.",
    hint="If a weight is negative, which way does a larger input move the output?",
)
def weights_squared(x: Array, w: Array, b: Array) -> Array:
    return dense_forward(x, w**2, b)
