"""The mistakes that people make in `cross_entropy`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.cross_entropy import cross_entropy, exercise
from minicnn.coursework.exercises.softmax import softmax
from minicnn.typing import Array, Labels


def of_true_classes(array: Array, labels: Labels) -> Array:
    """Return of each row (N, K) the number at the true class, (N,)."""
    return array[np.arange(len(labels)), labels]


def one_hot(labels: Labels, classes: int) -> Array:
    """Return one at the true class and zero elsewhere, (N, K)."""
    return np.eye(classes)[labels]


@exercise.mistake(
    "The losses of the samples are added up, not averaged.",
    hint="A batch twice as large should not be twice as wrong. What is missing?",
)
def sum_not_mean(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) * len(scores)


@exercise.mistake(
    "The batch is divided by twice.",
    hint="np.mean divides by N already.",
)
def divided_twice(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) / len(scores)


@exercise.mistake(
    "The mean runs over samples and classes: it is divided by N * K.",
    hint="np.mean over an array (N, K) divides by all of its numbers. How many of them are losses "
    "of a sample?",
)
def mean_over_classes_too(scores: Array, labels: Labels) -> float:
    loss: float = cross_entropy(scores, labels) / scores.shape[1]
    return loss


@exercise.mistake(
    "The sum is divided by the number of classes, not by the number of samples.",
    hint="Which axis of the scores is the batch?",
)
def divided_by_classes(scores: Array, labels: Labels) -> float:
    loss: float = cross_entropy(scores, labels) * len(scores) / scores.shape[1]
    return loss


@exercise.mistake(
    "The mean was not taken: there is a loss for each sample, where one number is asked for.",
    hint="A gradient is that of one number. How do N losses become one?",
)
def one_for_each_sample(scores: Array, labels: Labels) -> Array:
    loss: Array = -np.log(of_true_classes(softmax(scores), labels))
    return loss


@exercise.mistake(
    "The sign is wrong: the loss is negative.",
    hint="The log of a probability is below zero. A loss should shrink towards zero as p nears 1.",
)
def wrong_sign(scores: Array, labels: Labels) -> float:
    return -cross_entropy(scores, labels)


@exercise.mistake(
    "The logarithm is to base 2.",
    hint="Of the natural logarithm the derivative is 1 / p. Which function of NumPy is it?",
)
def log_to_base_two(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) / float(np.log(2))


@exercise.mistake(
    "The logarithm is to base 10.",
    hint="Of the natural logarithm the derivative is 1 / p. Which function of NumPy is it?",
)
def log_to_base_ten(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) / float(np.log(10))


@exercise.mistake(
    "The softmax is missing: the log was taken of the scores.",
    hint="Scores can be negative, and a negative number has no log. What makes them probabilities?",
)
def softmax_missing(scores: Array, labels: Labels) -> float:
    return float(-np.log(of_true_classes(scores, labels)).mean())


@exercise.mistake(
    "The softmax is missing: the scores were cut off at 1, and the log was taken of them.",
    hint="Cutting off does not make a probability of a score. What does?",
)
def scores_cut_off_at_one(scores: Array, labels: Labels) -> float:
    return float(-np.log(np.minimum(of_true_classes(scores, labels), 1)).mean())


@exercise.mistake(
    "The scores went through a sigmoid, not through the softmax.",
    hint="The sigmoid answers yes or no for one class. What do the probabilities of a sample add "
    "up to?",
)
def sigmoid_for_softmax(scores: Array, labels: Labels) -> float:
    return float(np.log(1 + np.exp(-of_true_classes(scores, labels))).mean())


@exercise.mistake(
    "The exponentials were not divided by their sum before the log was taken.",
    hint="What makes exp(s - m) a probability?",
)
def not_divided_by_the_sum(scores: Array, labels: Labels) -> float:
    return float((scores.max(axis=1) - of_true_classes(scores, labels)).mean())


@exercise.mistake(
    "Softmax and log are missing: the score of the true class was returned, with a minus.",
    hint="Add 5 to all scores of a sample: its probabilities stay. Does your loss?",
)
def only_the_score(scores: Array, labels: Labels) -> float:
    return float(-of_true_classes(scores, labels).mean())


@exercise.mistake(
    "The log is missing: the probability of the true class was averaged, with a minus.",
    hint="For p = 1 the loss should be 0, and for p near 0 very large.",
)
def without_log(scores: Array, labels: Labels) -> float:
    return float(-of_true_classes(softmax(scores), labels).mean())


@exercise.mistake(
    "The log is missing: 1 - p of the true class was averaged.",
    hint="A class that was held to be impossible should cost more than 1. Which function of p "
    "grows without bound towards p = 0?",
)
def one_minus_p(scores: Array, labels: Labels) -> float:
    return float(1 - of_true_classes(softmax(scores), labels).mean())


@exercise.mistake(
    "The log was taken of 1 - p, not of p.",
    hint="If the true class gets p = 1, the loss should be 0. What is yours?",
)
def log_of_one_minus_p(scores: Array, labels: Labels) -> float:
    return float(-np.log(1 - of_true_classes(softmax(scores), labels)).mean())


@exercise.mistake(
    "The mean was taken before the log: this is the log of the mean probability.",
    hint="Each sample has a loss of its own. In which order come log and mean?",
)
def log_of_the_mean(scores: Array, labels: Labels) -> float:
    return float(-np.log(of_true_classes(softmax(scores), labels).mean()))


@exercise.mistake(
    "exp is taken of the scores as they are: near 1000 it overflows, and the loss is NaN.",
    hint="softmax does not change if the same number is subtracted from all scores of a row. Which "
    "number makes the largest exponent 0?",
)
def overflows(scores: Array, labels: Labels) -> float:
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    return float(-np.log(of_true_classes(p, labels)).mean())


@exercise.mistake(
    "The log of the sum of exp is taken of the scores as they are: near 1000 it is infinite.",
    hint="Subtract the maximum inside exp. What must be added outside of the log for it?",
)
def log_of_infinity(scores: Array, labels: Labels) -> float:
    total = np.log(np.exp(scores).sum(axis=1))
    return float((total - of_true_classes(scores, labels)).mean())


@exercise.mistake(
    "The maximum that was subtracted inside exp was not added again outside of the log.",
    hint="log(sum of exp(s - m)) = log(sum of exp(s)) - m. Where does m go?",
)
def maximum_not_added_again(scores: Array, labels: Labels) -> float:
    total = np.log(np.exp(scores - scores.max(axis=1, keepdims=True)).sum(axis=1))
    return float((total - of_true_classes(scores, labels)).mean())


@exercise.mistake(
    "The softmax was taken twice.",
    hint="Scores go in, not probabilities. How often do you call softmax?",
)
def softmax_twice(scores: Array, labels: Labels) -> float:
    return cross_entropy(softmax(scores), labels)


@exercise.mistake(
    "The softmax runs along the batch (axis 0), so the classes of a sample do not add up to one.",
    hint="The probabilities of one sample add up to one. Is a sample a row or a column?",
)
def softmax_along_the_batch(scores: Array, labels: Labels) -> float:
    return float(-np.log(of_true_classes(softmax(scores.T).T, labels)).mean())


@exercise.mistake(
    "In the softmax the maximum of each column was subtracted, so within one row each score lost "
    "another number.",
    hint="A shift cancels only if all scores of a row get the same. Along which axis is the "
    "maximum?",
)
def max_of_each_column(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores - scores.max(axis=0), labels)


@exercise.mistake(
    "The softmax runs over the whole array: all samples together add up to one.",
    hint="What does np.sum add up if it is given no axis? And what should add up to one?",
)
def softmax_over_the_whole_array(scores: Array, labels: Labels) -> float:
    p = softmax(scores.reshape(1, -1)).reshape(scores.shape)
    return float(-np.log(of_true_classes(p, labels)).mean())


@exercise.mistake(
    "p[:, labels] takes the columns of all labels for every sample, N * N numbers, and the mean "
    "runs over all of them.",
    hint="Print the shape of p[:, labels]. How do you pair sample n with label n?",
)
def all_labels_for_all_samples(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)[:, labels]).mean())


@exercise.mistake(
    "p[:, labels] takes the columns of all labels for every sample, N * N numbers, and their sum "
    "is divided by N.",
    hint="Print the shape of p[:, labels]. How do you pair sample n with label n?",
)
def sum_of_all_labels_for_all_samples(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)[:, labels]).sum() / len(scores))


@exercise.mistake(
    "The labels were used as rows: p[labels] takes whole samples.",
    hint="Print the shape of p[labels]. On which axis are the classes?",
)
def labels_as_rows(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)[labels]).mean())


@exercise.mistake(
    "Rows and columns are swapped: p[label, n] was taken, not p[n, label].",
    hint="Which axis of p are the samples, and which the classes?",
)
def rows_and_columns_swapped(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)[labels, np.arange(len(labels))]).mean())


@exercise.mistake(
    "The labels are multiplied with log p, as if they were one at the true class and zero "
    "elsewhere; they are class numbers.",
    hint="A label of 3 means column 3, not three times as much. How do you look up a column?",
)
def labels_taken_for_one_hot(scores: Array, labels: Labels) -> float:
    return float(-(labels * np.log(softmax(scores))).sum() / len(scores))


@exercise.mistake(
    "Every row of log p is multiplied by its class number, as if that were a weight.",
    hint="A label of 3 means column 3, not three times as much. How do you look up a column?",
)
def class_numbers_as_weights(scores: Array, labels: Labels) -> float:
    return float(-(labels[:, None] * np.log(softmax(scores))).sum() / len(scores))


@exercise.mistake(
    "The labels are taken to count from one.",
    hint="The first class is number 0, as the first column is.",
)
def labels_from_one(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels - 1)


@exercise.mistake(
    "The labels are not used: each sample has the loss of its likeliest class.",
    hint="A network that is sure of the wrong class should have a large loss. Who says what is "
    "right?",
)
def likeliest_class(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, scores.argmax(axis=1))


@exercise.mistake(
    "The labels are not used: this is the entropy of the probabilities, sum of -p log p.",
    hint="In the cross-entropy the weight of log p is the truth, one at the true class.",
)
def entropy(scores: Array, labels: Labels) -> float:
    p = softmax(scores)
    return float(-(p * np.log(p)).sum() / len(scores))


@exercise.mistake(
    "All classes are added up: log p of every class, not only of the true one.",
    hint="How probable the other classes are is in p of the true one already. Which term is left "
    "of sum over k of t[k] log p[k]?",
)
def all_classes(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)).sum() / len(scores))


@exercise.mistake(
    "The other classes are counted too, with log(1 - p): that is the loss of yes or no for each "
    "class.",
    hint="How probable the other classes are is in p of the true one already. Which term is left "
    "of sum over k of t[k] log p[k]?",
)
def other_classes_too(scores: Array, labels: Labels) -> float:
    p, t = softmax(scores), one_hot(labels, scores.shape[1])
    return float(-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum() / len(scores))


@exercise.mistake(
    "Only the last sample counts: its loss replaces the sum so far, and is divided by N.",
    hint="Is it = or += within the loop?",
)
def last_sample_only(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores[-1:], labels[-1:]) / len(scores)


@exercise.mistake(
    "Only the first sample counts, divided by N.",
    hint="Does the return stand inside the loop?",
)
def first_sample_only(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores[:1], labels[:1]) / len(scores)


@exercise.mistake(
    "This is the mean squared distance between the probabilities and one at the true class.",
    hint="That is a loss too, but another one. Where is the log?",
)
def mean_squared_error(scores: Array, labels: Labels) -> float:
    return float(np.square(softmax(scores) - one_hot(labels, scores.shape[1])).mean())


@exercise.mistake(
    "The sum is divided by 2 N, as in half of the mean squared error.",
    hint="The 2 is there to cancel that of a square. Is there a square?",
)
def divided_by_two_n(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) / 2


@exercise.mistake(
    "The loss is twice as large.",
    hint="How often does each sample go into the sum, and by how much is that divided?",
)
def twice(scores: Array, labels: Labels) -> float:
    return 2 * cross_entropy(scores, labels)


@exercise.mistake(
    "The sum is divided by N - 1.",
    hint="That is for a variance. How many losses are there?",
)
def divided_by_n_minus_one(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, labels) * len(scores) / max(len(scores) - 1, 1)


@exercise.mistake(
    "The last sample is left out; the sum is divided by N.",
    hint="Every sample has a loss. Which of them does your loop visit?",
)
def last_sample_left_out(scores: Array, labels: Labels) -> float:
    losses = -np.log(of_true_classes(softmax(scores), labels))
    return float(losses[:-1].sum() / len(losses))


@exercise.mistake(
    "The first sample is left out; the sum is divided by N.",
    hint="Every sample has a loss. Which of them does your loop visit?",
)
def first_sample_left_out(scores: Array, labels: Labels) -> float:
    losses = -np.log(of_true_classes(softmax(scores), labels))
    return float(losses[1:].sum() / len(losses))


@exercise.mistake(
    "Only the last sample counts: its loss was returned.",
    hint="Is it = or += within the loop?",
)
def last_loss_only(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores[-1:], labels[-1:])


@exercise.mistake(
    "Only the first sample counts: its loss was returned.",
    hint="Does the return stand inside the loop?",
)
def first_loss_only(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores[:1], labels[:1])


@exercise.mistake(
    "The largest loss was returned, not the mean.",
    hint="One bad sample should not decide alone. How do N losses become one?",
)
def largest_loss(scores: Array, labels: Labels) -> float:
    losses = -np.log(of_true_classes(softmax(scores), labels))
    return float(losses.max())


@exercise.mistake(
    "The median of the losses was returned, not the mean.",
    hint="Does the median have a gradient for all samples? How do N losses become one?",
)
def median_loss(scores: Array, labels: Labels) -> float:
    losses = -np.log(of_true_classes(softmax(scores), labels))
    return float(np.median(losses))


@exercise.mistake(
    "0.1 was added inside of the log, which puts a lid on the loss.",
    hint="What should the loss be for p = 0.001? Which number is added to p, and why?",
)
def lid_on_the_loss(scores: Array, labels: Labels) -> float:
    return float(-np.log(of_true_classes(softmax(scores), labels) + 0.1).mean())


@exercise.mistake(
    "The log was taken of 1 + p, not of p.",
    hint="If the true class gets p = 1, the loss should be 0. What is yours?",
)
def log_of_one_plus_p(scores: Array, labels: Labels) -> float:
    return float(-np.log1p(of_true_classes(softmax(scores), labels)).mean())


@exercise.mistake(
    "log p of the true class was multiplied by p once more.",
    hint="In the cross-entropy the weight of log p is the truth, one at the true class.",
)
def p_log_p_of_true_classes(scores: Array, labels: Labels) -> float:
    p = of_true_classes(softmax(scores), labels)
    return float(-(p * np.log(p)).mean())


@exercise.mistake(
    "The mean of 1 / p was taken; the log is missing.",
    hint="For p = 1 the loss should be 0. Which function of p is 0 there?",
)
def one_over_p(scores: Array, labels: Labels) -> float:
    return float((1 / of_true_classes(softmax(scores), labels)).mean())


@exercise.mistake(
    "log p was squared.",
    hint="The minus makes the loss positive. What does the square do?",
)
def log_squared(scores: Array, labels: Labels) -> float:
    losses = -np.log(of_true_classes(softmax(scores), labels))
    return float((losses**2).mean())


@exercise.mistake(
    "exp of the loss was returned: that is the perplexity.",
    hint="For p = 1 the loss should be 0. What is yours?",
)
def exp_of_the_loss(scores: Array, labels: Labels) -> float:
    return float(np.exp(cross_entropy(scores, labels)))


@exercise.mistake(
    "The class after the true one was taken.",
    hint="The first class is number 0, as the first column is.",
)
def labels_one_too_high(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, (labels + 1) % scores.shape[1])


@exercise.mistake(
    "The labels are not used: each sample has the loss of the first class.",
    hint="Who says what is right?",
)
def first_class_always(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, 0 * labels)


@exercise.mistake(
    "The labels are not used: each sample has the loss of the last class.",
    hint="Who says what is right?",
)
def last_class_always(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, 0 * labels + scores.shape[1] - 1)


@exercise.mistake(
    "The label of the first sample was taken for all.",
    hint="Each row has a true class. Is the index of the row fixed?",
)
def label_of_the_first_sample(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores, np.full_like(labels, labels[0]))


@exercise.mistake(
    "The scores of the first sample were taken for all.",
    hint="Each sample has scores of its own. Is the index of the row fixed?",
)
def row_of_the_first_sample(scores: Array, labels: Labels) -> float:
    return cross_entropy(np.repeat(scores[:1], len(scores), axis=0), labels)


@exercise.mistake(
    "log p was averaged over all classes, not taken at the true one.",
    hint="How probable the other classes are is in p of the true one already. Which term is "
    "left of sum over k of t[k] log p[k]?",
)
def all_classes_averaged(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)).mean())


@exercise.mistake(
    "log(1 - p) was taken of the other classes, and the true one does not count.",
    hint="If the true class gets p = 0, the loss should be infinite. What is yours?",
)
def other_classes_only(scores: Array, labels: Labels) -> float:
    p, t = softmax(scores), one_hot(labels, scores.shape[1])
    return float(-((1 - t) * np.log(1 - p)).sum() / len(scores))


@exercise.mistake(
    "log p was taken of all classes but the true one.",
    hint="Which term is left of sum over k of t[k] log p[k]?",
)
def wrong_classes(scores: Array, labels: Labels) -> float:
    t = one_hot(labels, scores.shape[1])
    return float(-((1 - t) * np.log(softmax(scores))).sum() / len(scores))


@exercise.mistake(
    "The other classes are counted too, with log(1 - p), and the mean runs over all N * K numbers.",
    hint="How probable the other classes are is in p of the true one already. And how many "
    "losses are there?",
)
def other_classes_too_averaged(scores: Array, labels: Labels) -> float:
    p, t = softmax(scores), one_hot(labels, scores.shape[1])
    return float(-(t * np.log(p) + (1 - t) * np.log(1 - p)).mean())


@exercise.mistake(
    "This is the squared distance between the probabilities and one at the true class, "
    "averaged over the samples.",
    hint="That is a loss too, but another one. Where is the log?",
)
def squared_error(scores: Array, labels: Labels) -> float:
    return float(np.square(softmax(scores) - one_hot(labels, scores.shape[1])).sum() / len(scores))


@exercise.mistake(
    "This is half of the squared distance between the probabilities and one at the true class.",
    hint="That is a loss too, but another one. Where is the log?",
)
def half_the_squared_error(scores: Array, labels: Labels) -> float:
    return float(
        np.square(softmax(scores) - one_hot(labels, scores.shape[1])).sum() / len(scores) / 2
    )


@exercise.mistake(
    "This is the mean squared distance between the scores and one at the true class.",
    hint="That is a loss too, but another one. Where are softmax and log?",
)
def squared_error_of_the_scores(scores: Array, labels: Labels) -> float:
    return float(np.square(scores - one_hot(labels, scores.shape[1])).mean())


@exercise.mistake(
    "This is the mean distance between the probabilities and one at the true class.",
    hint="That is a loss too, but another one. Where is the log?",
)
def mean_absolute_error(scores: Array, labels: Labels) -> float:
    return float(np.abs(softmax(scores) - one_hot(labels, scores.shape[1])).mean())


@exercise.mistake(
    "This is the hinge loss of a support vector machine.",
    hint="That is a loss too, but another one. Where are softmax and log?",
)
def hinge(scores: Array, labels: Labels) -> float:
    margins = np.maximum(0, scores - of_true_classes(scores, labels)[:, None] + 1)
    return float((margins.sum(axis=1) - 1).mean())


@exercise.mistake(
    "The share of samples that are classified right was returned.",
    hint="That number has no slope. What does the formula say?",
)
def share_of_right_ones(scores: Array, labels: Labels) -> float:
    return float((scores.argmax(axis=1) == labels).mean())


@exercise.mistake(
    "The share of samples that are classified wrong was returned.",
    hint="That number has no slope. What does the formula say?",
)
def share_of_wrong_ones(scores: Array, labels: Labels) -> float:
    return float((scores.argmax(axis=1) != labels).mean())


@exercise.mistake(
    "p[:, labels] takes the columns of all labels for every sample, and their sum went into "
    "the log.",
    hint="Print the shape of p[:, labels]. How do you pair sample n with label n? And which "
    "comes first, log or sum?",
)
def columns_added_before_the_log(scores: Array, labels: Labels) -> float:
    return float(-np.log(softmax(scores)[:, labels].sum() / len(scores)))


@exercise.mistake(
    "The probabilities were added up before the log was taken.",
    hint="Each sample has a loss of its own. In which order come log and sum?",
)
def sum_before_the_log(scores: Array, labels: Labels) -> float:
    return float(-np.log(of_true_classes(softmax(scores), labels).sum()))


@exercise.mistake(
    "The product of the probabilities was returned; the log is missing.",
    hint="The log of a product is a sum. Of what is the mean asked for?",
)
def likelihood(scores: Array, labels: Labels) -> float:
    return float(of_true_classes(softmax(scores), labels).prod())


@exercise.mistake(
    "The logs were added up: the minus is missing, and the division by N.",
    hint="The log of a probability is below zero. And a batch twice as large should not be "
    "twice as wrong.",
)
def sum_of_the_logs(scores: Array, labels: Labels) -> float:
    return float(np.log(of_true_classes(softmax(scores), labels)).sum())


@exercise.mistake(
    "The scores were divided by their sum, without exp, before the log was taken.",
    hint="A score may be negative. Which function makes it positive?",
)
def softmax_without_exp(scores: Array, labels: Labels) -> float:
    p = scores / scores.sum(axis=1, keepdims=True)
    return float(-np.log(of_true_classes(p, labels)).mean())


@exercise.mistake(
    "The softmax was taken of the scores with a minus.",
    hint="Which score should be the likeliest class: the largest or the smallest?",
)
def exp_of_minus(scores: Array, labels: Labels) -> float:
    return cross_entropy(-scores, labels)


@exercise.mistake(
    "Powers of 2 were taken in the softmax, not of e.",
    hint="exp and log must go together. Which base has the log?",
)
def softmax_in_base_two(scores: Array, labels: Labels) -> float:
    return cross_entropy(scores * np.log(2), labels)


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the softmax runs "
    "along the batch (axis 0).",
    hint="Which number makes the largest exponent 0? And is a sample a row or a column?",
)
def overflows_along_the_batch(scores: Array, labels: Labels) -> float:
    e = np.exp(scores)
    return float(-np.log(of_true_classes(e / e.sum(axis=0), labels)).mean())


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the softmax runs "
    "over the whole array.",
    hint="Which number makes the largest exponent 0? And what does np.sum add up if it is "
    "given no axis?",
)
def overflows_over_the_whole_array(scores: Array, labels: Labels) -> float:
    e = np.exp(scores)
    return float(-np.log(of_true_classes(e / e.sum(), labels)).mean())


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the losses are "
    "added up, not averaged.",
    hint="Which number makes the largest exponent 0? And a batch twice as large should not be "
    "twice as wrong.",
)
def overflowing_sum(scores: Array, labels: Labels) -> float:
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    return float(-np.log(of_true_classes(p, labels)).sum())


@exercise.mistake(
    "In the softmax the sum lost its axis: each number is divided by the sum of another row, "
    "and that fails where there are not as many rows as classes.",
    hint="A sum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it?",
)
def softmax_without_keepdims(scores: Array, labels: Labels) -> float:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return float(-np.log(of_true_classes(e / e.sum(axis=1), labels)).mean())
