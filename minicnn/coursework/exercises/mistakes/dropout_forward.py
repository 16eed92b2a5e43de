"""The mistakes that people make in `dropout_forward`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.dropout_forward import exercise
from minicnn.typing import Array, Mask

Outputs = tuple[Array, Array | Mask]


# -- how many are dropped --------------------------------------------------------------------------


@exercise.mistake(
    "The rate was taken for the probability of being kept, throughout.",
    hint="With rate = 0.2, how many of 100 numbers should be zero?",
)
def rate_as_what_is_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask / rate, mask


@exercise.mistake(
    "The comparison is the wrong way round: what should be kept is dropped, the scale being right.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? How often is rng.random() below "
    "0.2?",
)
def comparison_the_wrong_way_round(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Half of the numbers are dropped, whatever the rate.",
    hint="Where does the rate appear in the line that draws the mask?",
)
def half_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Half of the numbers are dropped and the others doubled, whatever the rate.",
    hint="Where does the rate appear in your function?",
)
def rate_taken_for_a_half(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask * 2, mask


@exercise.mistake(
    "The mask comes from normal, not uniform, random numbers: the share that is dropped is not the "
    "rate.",
    hint="How often is a number from rng.standard_normal() below 0.2, and how often one from "
    "rng.random()?",
)
def normal_numbers_compared(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.standard_normal(x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Nothing was dropped: x was multiplied by 1 - rate, as classic dropout does when the network "
    "is used.",
    hint="This is the forward pass in training. What happens by chance in it?",
)
def as_in_use(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    rng.random()
    return x * (1 - rate), np.ones_like(x)


@exercise.mistake(
    "The mask was drawn, but y is x as it came.",
    hint="What should y be where the mask is zero?",
)
def mask_not_applied(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    return x.copy(), rng.random(x.shape) >= rate


@exercise.mistake(
    "x was multiplied by random numbers, not by a mask of zeros and ones.",
    hint="A number is dropped or kept, nothing between. What turns a random number into a yes or "
    "no?",
)
def multiplied_by_random_numbers(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.01, 1, size=x.shape)
    return x * numbers / (1 - rate), numbers


# -- the scale -------------------------------------------------------------------------------------


@exercise.convention(
    "What is kept was not scaled: that is the classic dropout, which scales when the network is "
    "used.",
    reason="Srivastava et al. (2014) multiply by 1 - rate when the network is used. Frameworks "
    "divide by 1 - rate in training instead, and so does this exercise: then a network in use "
    "needs to know nothing of dropout.",
)
def not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask, mask


@exercise.mistake(
    "What is kept was divided by the rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def divided_by_the_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / rate, mask


@exercise.mistake(
    "What is kept was multiplied by 1 - rate, not divided.",
    hint="With rate = 0.2, 80 of 100 numbers are left. Must they grow or shrink for the same sum?",
)
def multiplied_not_divided(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * (1 - rate), mask


@exercise.mistake(
    "What is kept was multiplied by the rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def multiplied_by_the_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * rate, mask


@exercise.mistake(
    "What is kept was scaled twice, by 1 / (1 - rate) in the mask and by 1 / (1 - rate) again.",
    hint="Write down y for one number that is kept. How often does 1 - rate appear?",
)
def scaled_twice(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "What is kept was divided by the root of 1 - rate.",
    hint="Is it the mean of y that should be kept, or its mean square?",
)
def divided_by_the_root(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / np.sqrt(1 - rate), mask


@exercise.mistake(
    "What is kept was multiplied by 1 + rate.",
    hint="With rate = 0.5, half is left. By what must it grow for the same sum?",
)
def multiplied_by_one_plus_rate(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * (1 + rate), mask


@exercise.convention(
    "What is kept was divided by the share that this mask happened to keep, not by 1 - rate.",
    reason="Then the scale depends on chance, and on the other numbers of the batch; where all are "
    "dropped it divides by zero. With 1 - rate the mean of y over all masks is x exactly.",
)
def divided_by_the_share_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / mask.mean(), mask


# -- one draw for several numbers ------------------------------------------------------------------


@exercise.mistake(
    "All samples have the same mask.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_mask_for_all_samples(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.broadcast_to(rng.random(x.shape[1:]) >= rate, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Whole samples are dropped: one number was drawn for each.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def whole_samples_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    drawn = rng.random((len(x), *[1] * (x.ndim - 1))) >= rate
    mask = np.broadcast_to(drawn, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Whole channels are dropped: one number was drawn for each channel of each picture.",
    hint="That is spatial dropout. Here each number of x is dropped by itself.",
)
def whole_channels_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    drawn = rng.random((*x.shape[:2], *[1] * (x.ndim - 2))) >= rate
    mask = np.broadcast_to(drawn, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "One number was drawn for the mask along the last axis, which all others share.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_mask_along_the_last_axis(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.broadcast_to(rng.random(x.shape[-1]) >= rate, x.shape)
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "A single number was drawn: all of x is dropped, or nothing.",
    hint="How many random numbers did you draw, and how many numbers has x?",
)
def one_draw_for_all(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.full(x.shape, rng.random() >= rate)
    return x * mask / (1 - rate), mask


# -- the mask and the generator --------------------------------------------------------------------


@exercise.mistake(
    "The mask says what was dropped, not what was kept.",
    hint="What will the backward pass multiply dy by?",
)
def mask_of_what_was_dropped(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * ~mask / (1 - rate), mask


@exercise.mistake(
    "The mask that is returned was drawn again: it is not the one that y was made with.",
    hint="The backward pass needs the very mask of the forward pass. How often do you draw?",
)
def another_mask_returned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, rng.random(x.shape) >= rate


@exercise.mistake(
    "The random numbers themselves were returned, not the mask that was made of them.",
    hint="What should the mask be where a number was dropped?",
)
def random_numbers_returned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.001, 0.999, size=x.shape)
    return x * (numbers >= rate) / (1 - rate), numbers


@exercise.mistake(
    "The mask and y came back in the other order.",
    hint="The order is y, mask.",
)
def mask_before_y(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return mask.astype(x.dtype), x * mask / (1 - rate)


@exercise.mistake(
    "y was returned twice, and the mask not at all.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def y_for_the_mask(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    y = x * (rng.random(x.shape) >= rate) / (1 - rate)
    return y, y


@exercise.mistake(
    "rng was not used: the random numbers come from a generator of your own, or from np.random.",
    hint="A run can be repeated only if all chance comes from one seed. Which argument carries it?",
)
def rng_not_used(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.random.default_rng(1).random(x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "Nothing happens at all: y is x, the mask is all ones, and rng was not used.",
    hint="This is the forward pass in training. What happens by chance in it?",
)
def nothing_done(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    return x.copy(), np.ones_like(x)


@exercise.mistake(
    "y is not zero where a number was dropped: the mean of x stands there, or something was "
    "added to all of y.",
    hint="What does a number that is dropped contribute to the sums of the next layer?",
)
def replaced_by_the_mean(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x / (1 - rate), x.mean()), mask


@exercise.mistake(
    "What was dropped is not zero but NaN.",
    hint="What does a number that is dropped contribute to the sums of the next layer?",
)
def replaced_by_nan(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x / (1 - rate), np.nan), mask


@exercise.mistake(
    "What was kept of x was returned where the mask should be.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def x_returned_for_the_mask(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), x * mask


@exercise.mistake(
    "The mask holds the random numbers themselves where y is kept.",
    hint="The second output says where y was kept: zeros and ones, or zeros and 1 / (1 - rate).",
)
def random_numbers_where_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    numbers = rng.uniform(0.001, 0.999, size=x.shape)
    kept = numbers >= rate
    return x * kept / (1 - rate), numbers * kept


@exercise.mistake(
    "What is kept was doubled, whatever the rate; the right share is dropped.",
    hint="With rate = 0.2, 80 of 100 numbers are left. By what must they grow for the same sum?",
)
def doubled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * 2, mask


@exercise.mistake(
    "What is kept was multiplied by the root of 1 - rate.",
    hint="With rate = 0.2, 80 of 100 numbers are left. Must they grow or shrink for the same sum?",
)
def multiplied_by_the_root(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask * np.sqrt(1 - rate), mask


@exercise.mistake(
    "The comparison is the wrong way round, and what is kept was not scaled.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask, mask


@exercise.mistake(
    "The comparison is the wrong way round, and what is kept was multiplied by 1 - rate, not "
    "divided.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_multiplied(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask * (1 - rate), mask


@exercise.mistake(
    "The rate was taken for the share that is kept, and what is kept was multiplied by it, "
    "not divided.",
    hint="With rate = 0.2, how many of 100 numbers should be zero? And by what must the others"
    " grow?",
)
def wrong_way_round_multiplied_by_the_rate(
    x: Array, rate: float, rng: np.random.Generator
) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * mask * rate, mask


@exercise.mistake(
    "Half of the numbers are dropped, whatever the rate, and what is kept was not scaled.",
    hint="Where does the rate appear in your function?",
)
def half_dropped_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) > 0.5
    return x * mask, mask


@exercise.mistake(
    "The mask comes from normal random numbers, compared with 1 - rate: the share that is "
    "dropped is not the rate.",
    hint="How often is a number from rng.standard_normal() below 0.8, and how often one from "
    "rng.random()?",
)
def normal_numbers_below_what_is_kept(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.standard_normal(x.shape) < 1 - rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The random numbers run from -1 to 1, not from 0 to 1, so another share is dropped.",
    hint="How often is a uniform number from -1 to 1 below 0.2?",
)
def numbers_from_minus_one(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.uniform(-1, 1, size=x.shape) >= rate
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The places to drop were drawn with repetition, so some came twice and fewer are dropped.",
    hint="Draw 80 of 100 places, each from all 100. How many different ones are there?",
)
def places_drawn_with_repetition(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = np.ones(x.shape, bool)
    mask.flat[rng.integers(0, x.size, size=round(rate * x.size))] = False
    return x * mask / (1 - rate), mask


@exercise.mistake(
    "The mask says what was dropped, and what is kept was not scaled.",
    hint="What will the backward pass multiply dy by? And by what must the numbers that are "
    "left grow?",
)
def mask_of_what_was_dropped_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) < rate
    return x * ~mask, mask


@exercise.mistake(
    "The mask is all ones, whatever was dropped.",
    hint="What will the backward pass multiply dy by?",
)
def mask_all_ones(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), np.ones_like(x)


@exercise.mistake(
    "The mask is all zeros, whatever was dropped.",
    hint="What will the backward pass multiply dy by?",
)
def mask_all_zeros(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return x * mask / (1 - rate), np.zeros_like(x)


@exercise.mistake(
    "The mask and y came back in the other order, and what is kept was not scaled.",
    hint="The order is y, mask. And by what must the numbers that are left grow?",
)
def mask_before_y_not_scaled(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return mask.astype(x.dtype), x * mask


@exercise.mistake(
    "What is kept was raised by the rate, not divided by 1 - rate.",
    hint="Does a sum of numbers around zero stay the same if all are raised?",
)
def shift_instead_of_scale(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return np.where(mask, x + rate, 0), mask


@exercise.mistake(
    "y has the wrong sign.",
    hint="By what is a number multiplied that is kept?",
)
def sign_turned(x: Array, rate: float, rng: np.random.Generator) -> Outputs:
    mask = rng.random(x.shape) >= rate
    return -x * mask / (1 - rate), mask
