"""The mistakes that people make in `cross_entropy_gradient`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.cross_entropy_gradient import cross_entropy_gradient, exercise
from minicnn.coursework.exercises.mistakes.cross_entropy import one_hot
from minicnn.coursework.exercises.softmax import softmax
from minicnn.typing import Array, Labels


def _truth(scores: Array, labels: Labels) -> Array:
    """Return one at the true class and zero elsewhere, (N, K)."""
    return one_hot(labels, scores.shape[1])


@exercise.mistake(
    "1/N is missing: this is the gradient of the sum over the batch, not of the mean.",
    hint="The loss is a mean over N samples. What does that do to its derivative?",
)
def not_divided(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels) * len(scores)


@exercise.mistake(
    "The batch is divided by twice.",
    hint="How often is there a 1/N in the loss?",
)
def divided_twice(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels) / len(scores)


@exercise.mistake(
    "It is divided by the number of classes, not by the number of samples.",
    hint="The loss is a mean over what? Which axis of the scores is that?",
)
def divided_by_classes(scores: Array, labels: Labels) -> Array:
    dscores: Array = cross_entropy_gradient(scores, labels) * len(scores) / scores.shape[1]
    return dscores


@exercise.mistake(
    "It is divided by N * K, the number of all scores.",
    hint="The loss is a mean over the samples. Does it average over the classes too?",
)
def divided_by_all_scores(scores: Array, labels: Labels) -> Array:
    dscores: Array = cross_entropy_gradient(scores, labels) / scores.shape[1]
    return dscores


@exercise.mistake(
    "The sign is wrong: the gradient points downhill.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its derivative?",
)
def wrong_sign(scores: Array, labels: Labels) -> Array:
    return -cross_entropy_gradient(scores, labels)


@exercise.mistake(
    "The one at the true class was not subtracted: these are the probabilities, over N.",
    hint="Where all scores of a row grow alike, the loss stays. What must a row add up to?",
)
def one_not_subtracted(scores: Array, labels: Labels) -> Array:
    return softmax(scores) / len(scores)


@exercise.mistake(
    "One was subtracted from all classes, not only from the true one.",
    hint="Where all scores of a row grow alike, the loss stays. What must a row add up to?",
)
def one_subtracted_everywhere(scores: Array, labels: Labels) -> Array:
    return (softmax(scores) - 1) / len(scores)


@exercise.mistake(
    "One was added at the true class; it must be subtracted.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its derivative?",
)
def one_added(scores: Array, labels: Labels) -> Array:
    return (softmax(scores) + _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "-1 was written at the true class, over the probability that was there.",
    hint="Is it = or -= ? What is left of p at the true class?",
)
def minus_one_written(scores: Array, labels: Labels) -> Array:
    t = _truth(scores, labels)
    return (softmax(scores) * (1 - t) - t) / len(scores)


@exercise.mistake(
    "The sign is wrong at the true class only: 1 - p stands there.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its derivative?",
)
def wrong_sign_at_the_true_class(scores: Array, labels: Labels) -> Array:
    return np.abs(softmax(scores) - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "Only the one at the true class is there; the probabilities are missing.",
    hint="The scores stand in the denominator of the softmax too. What comes from there?",
)
def probabilities_missing(scores: Array, labels: Labels) -> Array:
    return -_truth(scores, labels) / len(scores)


@exercise.mistake(
    "The labels were used as rows: one is subtracted from whole samples.",
    hint="Print the shape of p[labels]. On which axis are the classes?",
)
def labels_as_rows(scores: Array, labels: Labels) -> Array:
    p = softmax(scores)
    p[labels] -= 1
    return p / len(scores)


@exercise.mistake(
    "p[:, labels] -= 1 subtracts one in the columns of all labels, in every sample.",
    hint="Print the shape of p[:, labels]. How do you pair sample n with label n?",
)
def all_labels_for_all_samples(scores: Array, labels: Labels) -> Array:
    p = softmax(scores)
    p[:, labels] -= 1
    return p / len(scores)


@exercise.mistake(
    "The probabilities are divided by N, but the one at the true class is not.",
    hint="In which order do you subtract and divide? Both terms belong to the mean.",
)
def one_not_divided(scores: Array, labels: Labels) -> Array:
    return softmax(scores) / len(scores) - _truth(scores, labels)


@exercise.mistake(
    "The one at the true class is divided by N, but the probabilities are not.",
    hint="Both terms belong to the mean. Is there a bracket around the difference?",
)
def only_the_one_divided(scores: Array, labels: Labels) -> Array:
    return softmax(scores) - _truth(scores, labels) / len(scores)


@exercise.mistake(
    "Only the numbers at the true class are divided by N, those of the other classes are not.",
    hint="Every score, not only that of the true class, has a derivative of the mean.",
)
def only_true_classes_divided(scores: Array, labels: Labels) -> Array:
    dscores, t = cross_entropy_gradient(scores, labels), _truth(scores, labels)
    return dscores * (t + (1 - t) * len(scores))


@exercise.mistake(
    "Only the score of the true class gets a gradient; the others are zero.",
    hint="The other scores stand in the denominator of the softmax. What happens to the loss if "
    "one of them grows?",
)
def only_true_classes(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels) * _truth(scores, labels)


@exercise.mistake(
    "This is the gradient for the probabilities, -1/p at the true class: it was not taken through "
    "the softmax.",
    hint="The exercise asks for dL/dscores. By the chain rule, what comes after dL/dp?",
)
def gradient_for_probabilities(scores: Array, labels: Labels) -> Array:
    return -_truth(scores, labels) / softmax(scores) / len(scores)


@exercise.mistake(
    "The softmax is missing: one was subtracted from the scores.",
    hint="In p - t, what is p?",
)
def softmax_missing(scores: Array, labels: Labels) -> Array:
    return (scores - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "The scores went through a sigmoid, not through the softmax.",
    hint="The loss contains softmax(scores). What do the probabilities of a row add up to?",
)
def sigmoid_for_softmax(scores: Array, labels: Labels) -> Array:
    p: Array = 1 / (1 + np.exp(-scores))
    return (p - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "exp is taken of the scores as they are: near 1000 it overflows, and the gradient is NaN.",
    hint="softmax does not change if the same number is subtracted from all scores of a row. Which "
    "number makes the largest exponent 0?",
)
def overflows(scores: Array, labels: Labels) -> Array:
    e = np.exp(scores)
    dscores: Array = (e / e.sum(axis=1, keepdims=True) - _truth(scores, labels)) / len(scores)
    return dscores


@exercise.mistake(
    "The softmax was taken twice.",
    hint="Scores go in, not probabilities. How often do you call softmax?",
)
def softmax_twice(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(softmax(scores), labels)


@exercise.mistake(
    "The softmax runs along the batch (axis 0), so the classes of a sample do not add up to one.",
    hint="The probabilities of one sample add up to one. Is a sample a row or a column?",
)
def softmax_along_the_batch(scores: Array, labels: Labels) -> Array:
    return (softmax(scores.T).T - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "In the softmax the maximum of each column was subtracted, so within one row each score lost "
    "another number.",
    hint="A shift cancels only if all scores of a row get the same. Along which axis is the "
    "maximum?",
)
def max_of_each_column(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores - scores.max(axis=0), labels)


@exercise.mistake(
    "In the softmax the exponentials were not divided by their sum.",
    hint="What do the probabilities of a row add up to, and what do yours?",
)
def not_divided_by_the_sum(scores: Array, labels: Labels) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (e - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "exp(scores) stands where the softmax should.",
    hint="What do the probabilities of a row add up to, and what do yours?",
)
def only_exp(scores: Array, labels: Labels) -> Array:
    e: Array = np.exp(scores)
    return (e - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "The softmax runs over the whole array: all samples together add up to one.",
    hint="What does np.sum add up if it is given no axis? And what should add up to one?",
)
def softmax_over_the_whole_array(scores: Array, labels: Labels) -> Array:
    p = softmax(scores.reshape(1, -1)).reshape(scores.shape)
    return (p - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "The slope of the softmax, p (1 - p), is multiplied on top; p - t contains it already.",
    hint="p - t is the derivative by the scores, not by p. Through what has it gone?",
)
def softmax_differentiated_twice(scores: Array, labels: Labels) -> Array:
    p = softmax(scores)
    return cross_entropy_gradient(scores, labels) * p * (1 - p)


@exercise.mistake(
    "p (1 - p) was returned, the slope of the softmax by itself; the labels are missing.",
    hint="The chain rule has two factors: the slope of the loss and that of the softmax.",
)
def slope_of_the_softmax(scores: Array, labels: Labels) -> Array:
    p = softmax(scores)
    return p * (1 - p) / len(scores)


@exercise.mistake(
    "This is the derivative of p at the true class; that of the log, -1/p, is missing.",
    hint="The loss is not -p but -log p. By the chain rule, what comes before dp/dscores?",
)
def derivative_of_p(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    of_true = (p * t).sum(axis=1, keepdims=True)
    dscores: Array = of_true * (t - p) / len(scores)
    return dscores


@exercise.mistake(
    "These are the terms of the loss itself, -log p at the true class, not their derivatives.",
    hint="The value says how wrong a sample is. How does it change with each score?",
)
def terms_of_the_loss(scores: Array, labels: Labels) -> Array:
    dscores: Array = -_truth(scores, labels) * np.log(softmax(scores)) / len(scores)
    return dscores


@exercise.mistake(
    "The logarithms of the probabilities stand where the probabilities should.",
    hint="The derivative of a log-sum-exp is a quotient. Is there a log left in it?",
)
def log_left_in(scores: Array, labels: Labels) -> Array:
    return (np.log(softmax(scores)) - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "The class numbers were subtracted, the same from a whole row, not one at the true class.",
    hint="A label of 3 means column 3, not three times as much. How do you look up a column?",
)
def class_numbers_subtracted(scores: Array, labels: Labels) -> Array:
    return (softmax(scores) - labels[:, None]) / len(scores)


@exercise.mistake(
    "The labels were subtracted as if they were one at the true class and zero elsewhere; that "
    "fails where there are not as many samples as classes.",
    hint="A label of 3 means column 3, not three times as much. How do you look up a column?",
)
def labels_taken_for_one_hot(scores: Array, labels: Labels) -> Array:
    return (softmax(scores) - labels) / len(scores)


@exercise.mistake(
    "The labels are taken to count from one.",
    hint="The first class is number 0, as the first column is.",
)
def labels_from_one(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels - 1)


@exercise.mistake(
    "The labels are not used: one is subtracted at the likeliest class.",
    hint="A network that is sure of the wrong class should get a large gradient. Who says what is "
    "right?",
)
def likeliest_class(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, scores.argmax(axis=1))


@exercise.mistake(
    "The batch was averaged away: one row is left, where there is one for every sample.",
    hint="The gradient of a number by an array has the shape of the array.",
)
def averaged_over_the_batch(scores: Array, labels: Labels) -> Array:
    dscores: Array = cross_entropy_gradient(scores, labels).sum(axis=0)
    return dscores


@exercise.mistake(
    "Only the last sample got a gradient.",
    hint="Is the array made again within the loop?",
)
def last_sample_only(scores: Array, labels: Labels) -> Array:
    dscores = cross_entropy_gradient(scores, labels)
    dscores[:-1] = 0
    return dscores


@exercise.mistake(
    "Only the first sample got a gradient.",
    hint="Does the return stand inside the loop?",
)
def first_sample_only(scores: Array, labels: Labels) -> Array:
    dscores = cross_entropy_gradient(scores, labels)
    dscores[1:] = 0
    return dscores


@exercise.mistake(
    "One was subtracted in the first sample only.",
    hint="Each row has a true class. Is the index of the row fixed?",
)
def one_subtracted_in_the_first_sample(scores: Array, labels: Labels) -> Array:
    t = _truth(scores, labels)
    t[1:] = 0
    return (softmax(scores) - t) / len(scores)


@exercise.mistake(
    "The gradient is twice as large, as if the loss were a square.",
    hint="A 2 comes from differentiating a square. Is there one in the loss?",
)
def twice(scores: Array, labels: Labels) -> Array:
    return 2 * cross_entropy_gradient(scores, labels)


@exercise.mistake(
    "This is the gradient of the squared distance between probabilities and truth, taken through "
    "the softmax.",
    hint="That is another loss. What is the derivative of -log p?",
)
def of_the_squared_error(scores: Array, labels: Labels) -> Array:
    p = softmax(scores)
    dp = 2 * (p - _truth(scores, labels)) / len(scores)
    dscores: Array = p * (dp - (dp * p).sum(axis=1, keepdims=True))
    return dscores


@exercise.mistake(
    "The gradient is half as large.",
    hint="The 1/2 is there to cancel the 2 of a square. Is there a square in the loss?",
)
def half(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels) / 2


@exercise.mistake(
    "It is divided by N - 1.",
    hint="That is for a variance. How many losses are there?",
)
def divided_by_n_minus_one(scores: Array, labels: Labels) -> Array:
    N = len(scores)
    return cross_entropy_gradient(scores, labels) * N / max(N - 1, 1)


@exercise.mistake(
    "One was subtracted in every sample but the last.",
    hint="Each row has a true class. How many numbers does range(N - 1) give?",
)
def one_subtracted_but_in_the_last_sample(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    t[-1] = 0
    return (p - t) / len(scores)


@exercise.mistake(
    "One was subtracted in every sample but the first.",
    hint="Each row has a true class. Which is the first index that your loop visits?",
)
def one_subtracted_but_in_the_first_sample(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    t[0] = 0
    return (p - t) / len(scores)


@exercise.mistake(
    "One was subtracted in the last sample only.",
    hint="Each row has a true class. Which index runs over them?",
)
def one_subtracted_in_the_last_sample(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    t[:-1] = 0
    return (p - t) / len(scores)


@exercise.mistake(
    "The last sample has no gradient: it stays zero.",
    hint="How many numbers does range(N - 1) give?",
)
def last_sample_left_out(scores: Array, labels: Labels) -> Array:
    dscores = cross_entropy_gradient(scores, labels)
    dscores[-1] = 0
    return dscores


@exercise.mistake(
    "The first sample has no gradient: it stays zero.",
    hint="Which is the first index that your loop visits?",
)
def first_sample_left_out(scores: Array, labels: Labels) -> Array:
    dscores = cross_entropy_gradient(scores, labels)
    dscores[0] = 0
    return dscores


@exercise.mistake(
    "One was subtracted from the scores of the true classes, before the softmax, not from the"
    " probabilities.",
    hint="In p - t, what is p? In which order come softmax and minus?",
)
def scores_lowered(scores: Array, labels: Labels) -> Array:
    return softmax(scores - _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "One was subtracted from the scores of the true classes, before the softmax, and 1/N is "
    "missing.",
    hint="In p - t, what is p? And the loss is a mean over N samples.",
)
def scores_lowered_not_divided(scores: Array, labels: Labels) -> Array:
    return softmax(scores - _truth(scores, labels))


@exercise.mistake(
    "One was added to the scores of the true classes, before the softmax.",
    hint="In p - t, what is p? In which order come softmax and minus?",
)
def scores_raised(scores: Array, labels: Labels) -> Array:
    return softmax(scores + _truth(scores, labels)) / len(scores)


@exercise.mistake(
    "p - t was multiplied by p once more.",
    hint="p - t is the derivative by the scores, not by p. Through what has it gone?",
)
def multiplied_by_p(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return (p - t) * p / len(scores)


@exercise.mistake(
    "t - p was multiplied by p once more, and has the wrong sign.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its "
    "derivative? And through what has p - t gone already?",
)
def multiplied_by_p_wrong_sign(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return (t - p) * p / len(scores)


@exercise.mistake(
    "Each row was multiplied by the loss of its sample.",
    hint="The derivative says how the loss changes. Does the loss itself stand in it?",
)
def multiplied_by_the_loss(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    losses = -np.log((p * t).sum(axis=1, keepdims=True))
    dscores: Array = (p - t) * losses / len(scores)
    return dscores


@exercise.mistake(
    "p - t was squared.",
    hint="A gradient has a sign, which says where to go. Has yours?",
)
def squared_difference(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return (p - t) ** 2 / len(scores)


@exercise.mistake(
    "One was subtracted at the class after the true one.",
    hint="The first class is number 0, as the first column is.",
)
def labels_one_too_high(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, (labels + 1) % scores.shape[1])


@exercise.mistake(
    "The labels are not used: one is subtracted at the first class.",
    hint="Who says what is right?",
)
def first_class_always(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, 0 * labels)


@exercise.mistake(
    "The label of the first sample was taken for all.",
    hint="Each row has a true class. Is the index of the label fixed?",
)
def label_of_the_first_sample(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, np.full_like(labels, labels[0]))


@exercise.mistake(
    "Rows and columns are swapped: one was subtracted at p[label, n], not at p[n, label].",
    hint="Which axis of p are the samples, and which the classes?",
)
def rows_and_columns_swapped(scores: Array, labels: Labels) -> Array:
    dscores = softmax(scores)
    dscores[labels, np.arange(len(labels))] -= 1
    return dscores / len(scores)


@exercise.mistake(
    "The gradient has its axes swapped: it is (K, N).",
    hint="The gradient of a number by an array has the shape of the array.",
)
def transposed(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels).T


@exercise.mistake(
    "The gradient is one flat list of numbers.",
    hint="The gradient of a number by an array has the shape of the array.",
)
def flat(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels).ravel()


@exercise.mistake(
    "The batch was averaged away, and its axis kept: the gradient is (1, K).",
    hint="The gradient of a number by an array has the shape of the array.",
)
def averaged_to_one_row(scores: Array, labels: Labels) -> Array:
    dscores: Array = cross_entropy_gradient(scores, labels).sum(axis=0, keepdims=True)
    return dscores


@exercise.mistake(
    "The classes were added up: there is one number for each sample, and it is zero.",
    hint="The gradient of a number by an array has the shape of the array.",
)
def classes_added_up(scores: Array, labels: Labels) -> Array:
    dscores: Array = cross_entropy_gradient(scores, labels).sum(axis=1)
    return dscores


@exercise.mistake(
    "This is the gradient of yes or no for each class by the probabilities: -t / p + (1 - t) "
    "/ (1 - p).",
    hint="How probable the other classes are is in p of the true one already. And the gradient"
    " by the scores is asked for.",
)
def of_yes_or_no(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return (-t / p + (1 - t) / (1 - p)) / len(scores)


@exercise.mistake(
    "1 / K was subtracted from all classes, not one from the true one.",
    hint="Where all scores of a row grow alike, the loss stays. Which class does the label name?",
)
def one_over_k_subtracted(scores: Array, labels: Labels) -> Array:
    return (softmax(scores) - 1 / scores.shape[1]) / len(scores)


@exercise.mistake(
    "The probability of the true class was subtracted from the whole row.",
    hint="In p - t, what is t?",
)
def p_of_the_true_class_subtracted(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    of_true = (p * t).sum(axis=1, keepdims=True)
    dscores: Array = (p - of_true) / len(scores)
    return dscores


@exercise.mistake(
    "The probability of the true class was subtracted there, which leaves 0.",
    hint="In p - t, what is t?",
)
def minus_p_at_the_true_class(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return p * (1 - t) / len(scores)


@exercise.mistake(
    "The sign is wrong, and 1/N is missing: truth minus prediction.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its "
    "derivative? And what does a mean over N samples do to it?",
)
def sign_and_sum(scores: Array, labels: Labels) -> Array:
    return -cross_entropy_gradient(scores, labels) * len(scores)


@exercise.mistake(
    "The sign is wrong, and it is divided by the number of classes, not by the number of samples.",
    hint="If the score of the true class grows, the loss shrinks. Which sign has its "
    "derivative? And which axis of the scores is the batch?",
)
def divided_by_classes_wrong_sign(scores: Array, labels: Labels) -> Array:
    dscores: Array = -cross_entropy_gradient(scores, labels) * len(scores) / scores.shape[1]
    return dscores


@exercise.mistake(
    "This is 2 (p - t) p (1 - p) / N: the gradient of squared errors, through a sigmoid.",
    hint="That is another loss. What is the derivative of -log p?",
)
def of_the_squared_error_without_softmax(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return 2 * (p - t) * p * (1 - p) / len(scores)


@exercise.mistake(
    "-t / N was returned, times the probabilities: what goes through the softmax is only its "
    "diagonal, p (1 - p).",
    hint="The score of one class moves the probabilities of all.",
)
def gradient_for_log_probabilities(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    return -t * (1 - p) * p / len(scores)


@exercise.mistake(
    "p of the true class stands in its row for all classes, less the truth.",
    hint="In p - t, each class has a p of its own.",
)
def p_of_the_true_class_for_all(scores: Array, labels: Labels) -> Array:
    p, t = softmax(scores), _truth(scores, labels)
    of_true = (p * t).sum(axis=1, keepdims=True)
    dscores: Array = (of_true - t) / len(scores)
    return dscores


@exercise.mistake(
    "The gradient is that of a loss with the log to base 2.",
    hint="Of the natural logarithm the derivative is 1 / p. Which log is in the loss?",
)
def loss_in_base_two(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(scores, labels) / np.log(2)


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the softmax runs "
    "along the batch (axis 0).",
    hint="Which number makes the largest exponent 0? And is a sample a row or a column?",
)
def overflows_along_the_batch(scores: Array, labels: Labels) -> Array:
    e = np.exp(scores)
    dscores: Array = (e / e.sum(axis=0) - _truth(scores, labels)) / len(scores)
    return dscores


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the softmax runs "
    "over the whole array.",
    hint="Which number makes the largest exponent 0? And what does np.sum add up if it is "
    "given no axis?",
)
def overflows_over_the_whole_array(scores: Array, labels: Labels) -> Array:
    e = np.exp(scores)
    dscores: Array = (e / e.sum() - _truth(scores, labels)) / len(scores)
    return dscores


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and 1/N is missing.",
    hint="Which number makes the largest exponent 0? And what does a mean over N samples do to"
    " its derivative?",
)
def overflowing_sum(scores: Array, labels: Labels) -> Array:
    e = np.exp(scores)
    dscores: Array = e / e.sum(axis=1, keepdims=True) - _truth(scores, labels)
    return dscores


@exercise.mistake(
    "In the softmax the sum lost its axis: each number is divided by the sum of another row, "
    "and that fails where there are not as many rows as classes.",
    hint="A sum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it?",
)
def softmax_without_keepdims(scores: Array, labels: Labels) -> Array:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    dscores: Array = (e / e.sum(axis=1) - _truth(scores, labels)) / len(scores)
    return dscores


@exercise.mistake(
    "The scores were divided by their sum, without exp.",
    hint="In p - t, what is p?",
)
def softmax_without_exp(scores: Array, labels: Labels) -> Array:
    p = scores / scores.sum(axis=1, keepdims=True)
    dscores: Array = (p - _truth(scores, labels)) / len(scores)
    return dscores


@exercise.mistake(
    "The softmax was taken of the scores with a minus.",
    hint="Which score should be the likeliest class: the largest or the smallest?",
)
def softmax_of_minus(scores: Array, labels: Labels) -> Array:
    return cross_entropy_gradient(-scores, labels)
