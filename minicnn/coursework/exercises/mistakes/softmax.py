"""The mistakes that people make in `softmax`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.softmax import exercise, softmax
from minicnn.typing import Array


@exercise.mistake(
    "exp is taken of the scores as they are: it overflows near 1000, and infinity divided by "
    "infinity is not a number.",
    hint="softmax does not change if the same number is subtracted from all scores of a row. Which "
    "number makes the largest exponent 0?",
)
def overflows(scores: Array) -> Array:
    e = np.exp(scores)
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The sum runs along the batch (axis 0): the columns add up to one, not the rows.",
    hint="The probabilities of one sample add up to one. Is a sample a row or a column?",
)
def along_the_batch(scores: Array) -> Array:
    return softmax(scores.T).T


@exercise.mistake(
    "The sum runs over the whole array: all samples together add up to one.",
    hint="What does np.sum add up if it is given no axis? And what should add up to one?",
)
def over_the_whole_array(scores: Array) -> Array:
    e = np.exp(scores - scores.max())
    p: Array = e / e.sum()
    return p


@exercise.mistake(
    "The sum runs over the whole array, although each row was shifted by a maximum of its own.",
    hint="What does np.sum add up if it is given no axis? And what should add up to one?",
)
def sum_over_the_whole_array(scores: Array) -> Array:
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e.sum()
    return p


@exercise.mistake(
    "Each row is right, but divided by the number of samples: all samples together add up to one.",
    hint="The samples do not know of each other. What should one row add up to?",
)
def divided_by_n(scores: Array) -> Array:
    return softmax(scores) / len(scores)


@exercise.mistake(
    "Only exp was taken; nothing is divided by the sum.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def only_exp(scores: Array) -> Array:
    e: Array = np.exp(scores)
    return e


@exercise.mistake(
    "The exponentials are not divided by their sum: the largest of each row is 1.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def not_divided(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e


@exercise.mistake(
    "The exponentials are not divided by their sum: the largest of the whole array is 1.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def not_divided_one_maximum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max())
    return e


@exercise.mistake(
    "The exponentials are divided by their mean, so that a row adds up to the number of classes.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def divided_by_the_mean(scores: Array) -> Array:
    p: Array = softmax(scores) * scores.shape[1]
    return p


@exercise.mistake(
    "The maximum was subtracted in the numerator, but not in the denominator.",
    hint="A shift cancels only if it stands on top and below.",
)
def shifted_on_top_only(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / np.exp(scores).sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The maximum of the whole array was subtracted in the numerator, but not in the denominator.",
    hint="A shift cancels only if it stands on top and below.",
)
def one_maximum_on_top_only(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max())
    p: Array = e / np.exp(scores).sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The number of the likeliest class was returned, one for each row.",
    hint="A probability is asked for each class. What is the shape of the result?",
)
def class_numbers(scores: Array) -> Array:
    numbers: Array = scores.argmax(axis=1).astype(scores.dtype)
    return numbers


@exercise.mistake(
    "The scores are divided by their sum; exp is missing.",
    hint="A score of -3 would become a negative probability. Which function makes it positive?",
)
def without_exp(scores: Array) -> Array:
    p: Array = scores / scores.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The exponentials are divided by the sum of the scores, not by their own sum.",
    hint="For the row to add up to one, the denominator is the sum of what stands on top.",
)
def divided_by_the_scores(scores: Array) -> Array:
    e: Array = np.exp(scores)
    p: Array = e / scores.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The sum lost its axis: each number is divided by the sum of another row, and that fails "
    "where there are not as many rows as classes.",
    hint="A sum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it, and which option keeps the axis?",
)
def sum_without_keepdims(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e.sum(axis=1)
    return p


@exercise.mistake(
    "The sum lost its axis: each number is divided by the sum of another row, and that fails "
    "where there are not as many rows as classes. One maximum was subtracted from all rows.",
    hint="A sum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it, and which option keeps the axis?",
)
def sum_without_keepdims_one_maximum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max())
    p: Array = e / e.sum(axis=1)
    return p


@exercise.mistake(
    "The maximum lost its axis: from each score the maximum of another row is subtracted, and that "
    "fails where there are not as many rows as classes.",
    hint="A maximum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it, and which option keeps the axis?",
)
def max_without_keepdims(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1))
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The maximum and the sum lost their axis: they are those of other rows, and that fails where "
    "there are not as many rows as classes.",
    hint="A sum over axis 1 of (N, K) has shape (N,). Against which axis of (N, K) does NumPy "
    "lay it, and which option keeps the axis?",
)
def both_without_keepdims(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1))
    p: Array = e / e.sum(axis=1)
    return p


@exercise.mistake(
    "The maximum of each column was subtracted: within a row each score lost a different number.",
    hint="A shift cancels only if all scores of a row get the same. Along which axis is the "
    "maximum?",
)
def max_of_each_column(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=0, keepdims=True))
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The scores were divided by their maximum; it must be subtracted.",
    hint="exp(a - b) = exp(a) / exp(b), and exp(b) cancels. Does anything cancel in exp(a / b)?",
)
def divided_by_the_maximum(scores: Array) -> Array:
    return softmax(scores / scores.max(axis=1, keepdims=True))


@exercise.mistake(
    "The scores were divided by the maximum of the whole array; it must be subtracted.",
    hint="exp(a - b) = exp(a) / exp(b), and exp(b) cancels. Does anything cancel in exp(a / b)?",
)
def divided_by_the_maximum_of_all(scores: Array) -> Array:
    return softmax(scores / scores.max())


@exercise.mistake(
    "The maximum was subtracted after exp, not before.",
    hint="The overflow happens inside exp. Where must the number be made smaller?",
)
def max_subtracted_after_exp(scores: Array) -> Array:
    e: Array = np.exp(scores) - scores.max(axis=1, keepdims=True)
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The exponent has the wrong sign: the smallest score gets the largest probability.",
    hint="Which score should be the likeliest class: the largest or the smallest?",
)
def wrong_sign(scores: Array) -> Array:
    return softmax(-scores)


@exercise.mistake(
    "The log of the softmax was returned.",
    hint="Probabilities lie between 0 and 1. Are yours negative?",
)
def log_of_softmax(scores: Array) -> Array:
    p: Array = np.log(softmax(scores))
    return p


@exercise.mistake(
    "Each score went through a sigmoid by itself; the rows do not add up to one.",
    hint="The sigmoid answers yes or no for each class alone. How do the classes share one "
    "certainty?",
)
def sigmoid(scores: Array) -> Array:
    p: Array = 1 / (1 + np.exp(-scores))
    return p


@exercise.mistake(
    "The softmax was taken twice.",
    hint="The probabilities are what comes out. What happens if they go in again?",
)
def taken_twice(scores: Array) -> Array:
    return softmax(softmax(scores))


@exercise.mistake(
    "The largest score gets 1 and all others 0: that is a hard maximum.",
    hint="A soft maximum tells a close race from a clear one, and has a slope. Where is exp?",
)
def hard_maximum(scores: Array) -> Array:
    p = np.zeros_like(scores)
    p[np.arange(len(scores)), scores.argmax(axis=1)] = 1
    return p


@exercise.mistake(
    "Powers of 2 were taken, not of e.",
    hint="Which base has the derivative that the exercises on gradients rely on?",
)
def base_two(scores: Array) -> Array:
    return softmax(scores * np.log(2))


@exercise.mistake(
    "The first class is left out of the sum.",
    hint="For the row to add up to one, the denominator is the sum of what stands on top. "
    "Which classes does your sum have?",
)
def first_class_not_in_the_sum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e[:, 1:].sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The last class is left out of the sum.",
    hint="For the row to add up to one, the denominator is the sum of what stands on top. "
    "Which classes does your sum have?",
)
def last_class_not_in_the_sum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e[:, :-1].sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "Each exponential is divided by the sum of all others, without its own.",
    hint="For the row to add up to one, the denominator is the sum of what stands on top. "
    "Which classes does your sum have?",
)
def own_class_not_in_the_sum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / (e.sum(axis=1, keepdims=True) - e)
    return p


@exercise.mistake(
    "1 was added to the sum.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def one_added_to_the_sum(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / (e.sum(axis=1, keepdims=True) + 1)
    return p


@exercise.mistake(
    "The sum goes on from one row to the next, without starting again at zero.",
    hint="Where in your loops is the sum set to zero?",
)
def sum_runs_on(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / np.cumsum(e.sum(axis=1, keepdims=True), axis=0)
    return p


@exercise.mistake(
    "Each exponential is divided by the sum up to itself, which has not seen those after it.",
    hint="Is the sum complete when you divide? The two need a loop each.",
)
def sum_grows_within_the_row(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / np.cumsum(e, axis=1)
    return p


@exercise.mistake(
    "All rows are divided by the sum of the first.",
    hint="Each row has a sum of its own. Which index runs over them?",
)
def sum_of_the_first_row(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e[0].sum()
    return p


@exercise.mistake(
    "All rows are divided by the sum of the last.",
    hint="Each row has a sum of its own. In which loop is the division?",
)
def sum_of_the_last_row(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e[-1].sum()
    return p


@exercise.mistake(
    "Each row was divided by its length, the root of the sum of squares, not by its sum.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def divided_by_the_length(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / np.sqrt((e**2).sum(axis=1, keepdims=True))
    return p


@exercise.mistake(
    "Each row is right, but divided by the number of classes.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def divided_by_k(scores: Array) -> Array:
    return softmax(scores) / scores.shape[1]


@exercise.mistake(
    "The scores were divided by the root of the number of classes, as in attention.",
    hint="Does the formula multiply the scores by anything?",
)
def divided_by_the_root_of_k(scores: Array) -> Array:
    return softmax(scores / np.sqrt(scores.shape[1]))


@exercise.mistake(
    "The scores were divided by the number of classes.",
    hint="Does the formula multiply the scores by anything?",
)
def scores_divided_by_k(scores: Array) -> Array:
    return softmax(scores / scores.shape[1])


@exercise.mistake(
    "The scores were divided by 2: a temperature that the exercise does not have.",
    hint="Does the formula multiply the scores by anything?",
)
def scores_halved(scores: Array) -> Array:
    return softmax(scores / 2)


@exercise.mistake(
    "The scores were multiplied by 2: a temperature that the exercise does not have.",
    hint="Does the formula multiply the scores by anything?",
)
def scores_doubled(scores: Array) -> Array:
    return softmax(scores * 2)


@exercise.mistake(
    "Powers of 10 were taken, not of e.",
    hint="Which base has the derivative that the exercises on gradients rely on?",
)
def powers_of_ten(scores: Array) -> Array:
    return softmax(scores * np.log(10))


@exercise.mistake(
    "The scores of each row were normalised first: less their mean, over their deviation.",
    hint="Adding to a row changes nothing. Does dividing it?",
)
def normalised_before(scores: Array) -> Array:
    return softmax(scores / scores.std(axis=1, keepdims=True))


@exercise.mistake(
    "The scores of each row were divided by their length first.",
    hint="Adding to a row changes nothing. Does dividing it?",
)
def scores_of_length_one(scores: Array) -> Array:
    return softmax(scores / np.sqrt((scores**2).sum(axis=1, keepdims=True)))


@exercise.mistake(
    "The scores were divided by their sum, and exp was taken then.",
    hint="In the formula, is the quotient inside exp, or exp inside the quotient?",
)
def divided_by_their_sum_before(scores: Array) -> Array:
    p: Array = np.exp(scores / scores.sum(axis=1, keepdims=True))
    return p


@exercise.mistake(
    "The shifted scores are divided by their sum; exp is missing.",
    hint="Two scores that are alike give half each. What do yours give?",
)
def shifted_without_exp(scores: Array) -> Array:
    shifted = scores - scores.max(axis=1, keepdims=True)
    p: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "Only the maximum was subtracted.",
    hint="A probability is positive. What comes after the shift?",
)
def only_shifted(scores: Array) -> Array:
    return scores - scores.max(axis=1, keepdims=True)


@exercise.mistake(
    "The scores were stretched so that the smallest of a row is 0 and the largest 1.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def from_zero_to_one(scores: Array) -> Array:
    least, most = scores.min(axis=1, keepdims=True), scores.max(axis=1, keepdims=True)
    p: Array = (scores - least) / (most - least)
    return p


@exercise.mistake(
    "The scores were squared; exp is missing.",
    hint="A score of -3 would be likelier than one of 2. Which function grows with the score?",
)
def squares_for_exp(scores: Array) -> Array:
    p: Array = scores**2 / (scores**2).sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The absolute values of the scores were divided by their sum; exp is missing.",
    hint="A score of -3 would be likelier than one of 2. Which function grows with the score?",
)
def sizes_for_exp(scores: Array) -> Array:
    p: Array = np.abs(scores) / np.abs(scores).sum(axis=1, keepdims=True)
    return p


@exercise.mistake(
    "The softmax was taken of the absolute values of the scores.",
    hint="A score of -3 would be likelier than one of 2. Which should be?",
)
def sizes_of_the_scores(scores: Array) -> Array:
    return softmax(np.abs(scores))


@exercise.mistake(
    "Negative scores were set to zero first.",
    hint="Scores are what a layer gives, negative ones too. What does the formula do with them?",
)
def relu_before(scores: Array) -> Array:
    return softmax(np.maximum(scores, 0))


@exercise.mistake(
    "Large scores were cut off before exp, so that they all look alike: the shift is missing.",
    hint="softmax does not change if the same number is subtracted from all scores of a row. "
    "Which number makes the largest exponent 0, and keeps the differences?",
)
def scores_clipped(scores: Array) -> Array:
    return softmax(np.clip(scores, -500, 500))


@exercise.mistake(
    "1 - p was returned.",
    hint="Which score should be the likeliest class: the largest or the smallest?",
)
def one_minus_p(scores: Array) -> Array:
    return 1 - softmax(scores)


@exercise.mistake(
    "p (1 - p) was returned, the slope of the softmax.",
    hint="The values are asked for. What should a row add up to?",
)
def slope_returned(scores: Array) -> Array:
    p = softmax(scores)
    return p * (1 - p)


@exercise.mistake(
    "The probabilities were squared.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def squares_of_p(scores: Array) -> Array:
    return softmax(scores) ** 2


@exercise.mistake(
    "The result has its axes swapped: it is (K, N).",
    hint="A sample is a row of scores. What should it be in the result?",
)
def transposed(scores: Array) -> Array:
    return softmax(scores).T


@exercise.mistake(
    "The classes are in the opposite order.",
    hint="Which score belongs to the first class?",
)
def reversed_classes(scores: Array) -> Array:
    return softmax(scores)[:, ::-1]


@exercise.mistake(
    "The result is one flat list of numbers.",
    hint="A sample is a row of scores. What should it be in the result?",
)
def flat(scores: Array) -> Array:
    return softmax(scores).ravel()


@exercise.mistake(
    "Only the first row was computed, the others stay zero.",
    hint="Which loop runs over the rows? Does return stand in it?",
)
def only_the_first_row(scores: Array) -> Array:
    p = softmax(scores)
    p[1:] = 0
    return p


@exercise.mistake(
    "Only the last row was computed, the others stay zero.",
    hint="Is the array made again for each row?",
)
def only_the_last_row(scores: Array) -> Array:
    p = softmax(scores)
    p[:-1] = 0
    return p


@exercise.mistake(
    "The last row stays zero.",
    hint="How many numbers does range(N - 1) give?",
)
def last_row_left_out(scores: Array) -> Array:
    p = softmax(scores)
    p[-1] = 0
    return p


@exercise.mistake(
    "The first row stays zero.",
    hint="Which is the first index that your loop visits?",
)
def first_row_left_out(scores: Array) -> Array:
    p = softmax(scores)
    p[0] = 0
    return p


@exercise.mistake(
    "The probabilities of the first sample alone were returned.",
    hint="scores has a row for each sample. What should the result have?",
)
def first_row_returned(scores: Array) -> Array:
    p: Array = softmax(scores)[0]
    return p


@exercise.mistake(
    "The probability of the likeliest class was returned, one for each row.",
    hint="A probability is asked for each class. What is the shape of the result?",
)
def likeliest_probability(scores: Array) -> Array:
    p: Array = softmax(scores).max(axis=1)
    return p


@exercise.mistake(
    "The log of the sum of exp was returned, one number for each row.",
    hint="A probability is asked for each class. What is the log of the sum needed for?",
)
def log_of_the_sum(scores: Array) -> Array:
    most = scores.max(axis=1)
    p: Array = np.log(np.exp(scores - most[:, None]).sum(axis=1)) + most
    return p


@exercise.mistake(
    "The sum of the exponentials was returned, one number for each row.",
    hint="A probability is asked for each class. What is divided by the sum?",
)
def sum_returned(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e.sum(axis=1)
    return p


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the sum runs "
    "along the batch (axis 0).",
    hint="Which number makes the largest exponent 0? And is a sample a row or a column?",
)
def overflows_along_the_batch(scores: Array) -> Array:
    e = np.exp(scores)
    p: Array = e / e.sum(axis=0)
    return p


@exercise.mistake(
    "exp is taken of the scores as they are, which overflows near 1000; and the sum runs over"
    " the whole array.",
    hint="Which number makes the largest exponent 0? And what does np.sum add up if it is "
    "given no axis?",
)
def overflows_over_the_whole_array(scores: Array) -> Array:
    e = np.exp(scores)
    p: Array = e / e.sum()
    return p


@exercise.mistake(
    "The maximum is that of each row, but the sum runs along the batch (axis 0).",
    hint="The probabilities of one sample add up to one. Along which axis do you add?",
)
def max_by_row_sum_by_column(scores: Array) -> Array:
    e: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    p: Array = e / e.sum(axis=0)
    return p


@exercise.mistake(
    "The sum runs along the batch (axis 0), after rows had the minimum of their own subtracted.",
    hint="The probabilities of one sample add up to one. And which number makes the largest "
    "exponent 0?",
)
def one_max_sum_by_column(scores: Array) -> Array:
    e = np.exp(scores - scores.min(axis=1, keepdims=True))
    p: Array = e / e.sum(axis=0)
    return p


@exercise.mistake(
    "The probabilities were multiplied by 100.",
    hint="What should the numbers of a row add up to, and what do yours?",
)
def p_as_percent(scores: Array) -> Array:
    return 100 * softmax(scores)


@exercise.mistake(
    "The probabilities were rounded to two digits.",
    hint="The log of a probability that was rounded to 0 is infinite. What is the rounding for?",
)
def rounded(scores: Array) -> Array:
    return np.round(softmax(scores), 2)
