"""The mistakes that people make in `adam_step`, and the other conventions."""

import numpy as np

from minicnn.coursework.exercises.adam_step import Three, adam_step, exercise
from minicnn.typing import Array


def _means(dw: Array, m: Array, v: Array, beta1: float, beta2: float) -> tuple[Array, Array]:
    """Return the two means after a step."""
    return beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2


def _moved(w: Array, m_hat: Array, v_hat: Array, learning_rate: float, epsilon: float) -> Array:
    """Return the weights after a step, for means that are corrected."""
    new: Array = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
    return new


def _stepped(w: Array, m: Array, v: Array, t: int, *numbers: float) -> Array:
    """Return the weights after a step, for means that are not corrected yet."""
    learning_rate, beta1, beta2, epsilon = numbers
    return _moved(w, m / (1 - beta1**t), v / (1 - beta2**t), learning_rate, epsilon)


def _with_means(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    new_m: Array | None = None,
    new_v: Array | None = None,
) -> Three:
    """Return a step after which the means are these: that of old means which lead there."""
    if new_m is not None:
        m = (new_m - (1 - beta1) * dw) / beta1
    if new_v is not None:
        v = (new_v - (1 - beta2) * dw**2) / beta2
    return adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)


def _corrected(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    by_m: float,
    by_v: float,
) -> Three:
    """Return a step for which m and v are divided by these, instead of by 1 - beta^t.

    What the root of v is multiplied by goes into the learning rate and into epsilon.
    """
    larger = float(np.sqrt((1 - beta2**t) / by_v))
    rate = learning_rate * (1 - beta1**t) / by_m / larger
    return adam_step(w, dw, m, v, t, rate, beta1, beta2, epsilon / larger)


@exercise.convention(
    "Epsilon is added to the root of v before its correction, as in Keras and TensorFlow.",
    reason="The paper allows this form too, to save a few products. With an epsilon of 1e-8 "
    "nothing that is built on it can tell.",
    accepted=True,
)
def epsilon_before_the_correction(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    after = epsilon / float(np.sqrt(1 - beta2**t))
    return adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, after)


@exercise.mistake(
    "The means are not corrected for having begun at zero.",
    hint="After the first step m is only (1 - beta1) dw. What must it be divided by to be dw?",
)
def no_correction(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1, 1)


@exercise.mistake(
    "m is not corrected for having begun at zero; v is.",
    hint="Both means begin at zero. What is m after the first step, and what should it estimate?",
)
def m_not_corrected(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1, 1 - beta2**t)


@exercise.mistake(
    "v is not corrected for having begun at zero; m is.",
    hint="Both means begin at zero. What is v after the first step, and what should it estimate?",
)
def v_not_corrected(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1 - beta1**t, 1)


@exercise.mistake(
    "The correction takes t - 1, as if the steps counted from zero: the first one divides by zero.",
    hint="t is 1 in the first step. How many gradients are in the mean then?",
)
def t_from_zero(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t - 1, learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The correction takes t + 1, as if the steps counted from zero.",
    hint="t is 1 in the first step. How many gradients are in the mean then?",
)
def t_plus_one(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t + 1, learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The correction divides by 1 - beta in every step; the power t is missing.",
    hint="The longer the training, the less there is to correct. What makes the correction fade?",
)
def power_missing(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1 - beta1, 1 - beta2)


@exercise.mistake(
    "m is divided by 1 - beta1 in every step; the power t is missing. That of v is there.",
    hint="The longer the training, the less there is to correct. What makes the correction fade?",
)
def power_missing_for_m(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1 - beta1, 1 - beta2**t)


@exercise.mistake(
    "v is divided by 1 - beta2 in every step; the power t is missing. That of m is there.",
    hint="The longer the training, the less there is to correct. What makes the correction fade?",
)
def power_missing_for_v(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1 - beta1**t, 1 - beta2)


@exercise.mistake(
    "The correction multiplies beta by t, where it is a power.",
    hint="Each step keeps beta of what was there. What is kept after two steps?",
)
def beta_times_t(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return _moved(w, m / (1 - beta1 * t), v / (1 - beta2 * t), learning_rate, epsilon), m, v


@exercise.mistake(
    "The means are multiplied by 1 - beta^t, where they must be divided.",
    hint="The means are too small at first. Should the correction make them larger or smaller?",
)
def multiplied_by_the_correction(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    by_m, by_v = 1 / (1 - beta1**t), 1 / (1 - beta2**t)
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, by_m, by_v)


@exercise.mistake(
    "The means are divided by beta^t; it must be 1 - beta^t.",
    hint="After the first step m is (1 - beta1) dw. What must it be divided by to be dw?",
)
def divided_by_the_power(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, beta1**t, beta2**t)


@exercise.mistake(
    "v is corrected with beta1, as m is.",
    hint="Which beta went into the mean v?",
)
def both_corrected_with_beta1(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    by = 1 - beta1**t
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, by, by)


@exercise.mistake(
    "m is corrected with beta2, as v is.",
    hint="Which beta went into the mean m?",
)
def both_corrected_with_beta2(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    by = 1 - beta2**t
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, by, by)


@exercise.mistake(
    "The corrections are swapped: m is corrected with beta2, and v with beta1.",
    hint="Which beta went into which mean?",
)
def corrections_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, 1 - beta2**t, 1 - beta1**t
    )


@exercise.mistake(
    "beta1 and beta2 are swapped.",
    hint="Which of the two belongs to the mean of the gradients, and which to that of the squares?",
)
def betas_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate, beta2, beta1, epsilon)


@exercise.mistake(
    "beta1 is used for both means and both corrections.",
    hint="There are two betas. Which one belongs to v?",
)
def beta1_for_both(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate, beta1, beta1, epsilon)


@exercise.mistake(
    "v is a mean with beta1; only its correction takes beta2.",
    hint="There are two betas. Which one belongs to v?",
)
def v_with_beta1(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=beta1 * v + (1 - beta1) * dw**2
    )


@exercise.mistake(
    "The shares are swapped in both means: the old mean is multiplied by 1 - beta, the "
    "new value by beta.",
    hint="With a beta of 0.9, how much of the old mean should be left?",
)
def shares_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=(1 - beta1) * m + beta1 * dw,
        new_v=(1 - beta2) * v + beta2 * dw**2,
    )


@exercise.mistake(
    "The shares are swapped in m: the old mean is multiplied by 1 - beta1, the gradient by beta1.",
    hint="With a beta1 of 0.9, how much of the old mean should be left?",
)
def shares_of_m_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=(1 - beta1) * m + beta1 * dw
    )


@exercise.mistake(
    "The shares are swapped in v: the old mean is multiplied by 1 - beta2, the square by beta2.",
    hint="With a beta2 of 0.9, how much of the old mean should be left?",
)
def shares_of_v_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=(1 - beta2) * v + beta2 * dw**2
    )


@exercise.mistake(
    "The new values are added whole: 1 - beta is missing in both means.",
    hint="If all gradients were 2, what should their mean become? And yours?",
)
def sums_not_means(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=beta1 * m + dw,
        new_v=beta2 * v + dw**2,
    )


@exercise.mistake(
    "The gradient is added whole: 1 - beta1 is missing in m.",
    hint="If all gradients were 2, what should their mean become? And yours?",
)
def m_is_a_sum(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=beta1 * m + dw)


@exercise.mistake(
    "The square is added whole: 1 - beta2 is missing in v.",
    hint="If all gradients were 2, what should the mean of their squares become? And yours?",
)
def v_is_a_sum(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=beta2 * v + dw**2
    )


@exercise.mistake(
    "v is a mean of the gradients: the square is missing.",
    hint="A root is taken of v. What keeps it from being negative?",
)
def dw_not_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=beta2 * v + (1 - beta2) * dw
    )


@exercise.mistake(
    "v is a mean of the absolute values of the gradients, not of their squares.",
    hint="A root is taken of v. Of what must it be the mean, for the root to have the size of dw?",
)
def size_not_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_v=beta2 * v + (1 - beta2) * np.abs(dw),
    )


@exercise.mistake(
    "v is made of the square of m, not of the square of dw.",
    hint="Where the gradient changes its sign in each step, m is near zero. Should v be too?",
)
def m_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    new_v = beta2 * v + (1 - beta2) * (beta1 * m + (1 - beta1) * dw) ** 2
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=new_v)


@exercise.mistake(
    "The square goes over the bracket: ((1 - beta2) dw)^2 was added to v.",
    hint="What exactly is squared in (1 - beta2) * dw^2?",
)
def share_squared_too(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_v=beta2 * v + ((1 - beta2) * dw) ** 2,
    )


@exercise.mistake(
    "Epsilon stands inside the root.",
    hint="Does epsilon have the size of a gradient or of its square? Where does that put it?",
)
def epsilon_inside_the_root(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat / np.sqrt(v_hat + epsilon), m, v


@exercise.mistake(
    "Epsilon is missing.",
    hint="What happens to a weight whose gradient was always zero?",
)
def epsilon_missing(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, 0.0)


@exercise.mistake(
    "Epsilon is added to the quotient, not to its denominator: a bracket is missing.",
    hint="In NumPy a / b + c is (a / b) + c.",
)
def epsilon_outside_the_quotient(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * (m_hat / np.sqrt(v_hat) + epsilon), m, v


@exercise.mistake(
    "The root is missing: m is divided by v itself.",
    hint="m is of the size of a gradient, v of the size of its square. What is the size of the "
    "step then?",
)
def root_missing(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat / (v_hat + epsilon), m, v


@exercise.mistake(
    "The step is not divided by the root of v: this is gradient descent along m.",
    hint="What is v kept for?",
)
def not_divided_by_the_root(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m / (1 - beta1**t), m, v


@exercise.mistake(
    "The step takes the gradient itself, not its mean m: that is RMSprop.",
    hint="What is m kept for?",
)
def step_along_the_gradient(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return _moved(w, dw, v / (1 - beta2**t), learning_rate, epsilon), m, v


@exercise.mistake(
    "m and v are swapped in the step: v is divided by the root of m.",
    hint="Of which of the two may a root be taken?",
)
def means_swapped_in_the_step(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return _moved(w, v / (1 - beta2**t), m / (1 - beta1**t), learning_rate, epsilon), m, v


@exercise.mistake(
    "The step goes uphill: it is added to the weights.",
    hint="The gradient points to where the loss grows.",
)
def step_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The learning rate is missing.",
    hint="The quotient is about 1 for every weight. How far should a step go?",
)
def without_learning_rate(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, 1.0, beta1, beta2, epsilon)


@exercise.mistake(
    "The corrected means are returned, so the next step corrects them once more.",
    hint="The correction is for this step alone. Which m does the next step go on with?",
)
def corrected_means_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m / (1 - beta1**t), v / (1 - beta2**t)


@exercise.mistake(
    "The old means are returned, so the next step will not know of this one.",
    hint="Which means does the next step need?",
)
def old_means_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, _, _ = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m, v


@exercise.mistake(
    "The step takes the old means: the weights move before the means have seen the gradient.",
    hint="Should the first step move the weights? In which order are the lines?",
)
def old_means_used(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w = _stepped(w, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, *_means(dw, m, v, beta1, beta2)


@exercise.mistake(
    "The old weights are returned.",
    hint="Where does the new value go: into a name of its own, or into what is returned?",
)
def old_weights_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    _, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m, v


@exercise.mistake(
    "The step was returned where the new weights should be.",
    hint="The step is the difference of the weights. What is the first output?",
)
def only_the_step(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    new, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return new - w, m, v


@exercise.mistake(
    "The means are returned in the wrong order: v comes before m.",
    hint="Compare the order in your return with that in the text.",
)
def outputs_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, v, m


@exercise.mistake(
    "The means are not corrected for having begun at zero, and epsilon stands inside the root.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And has epsilon the "
    "size of a gradient or of its square?",
)
def no_correction_epsilon_inside(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m / np.sqrt(v + epsilon), m, v


@exercise.mistake(
    "The means are not corrected for having begun at zero, and epsilon is missing.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And what if v is zero?",
)
def no_correction_no_epsilon(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return no_correction(w, dw, m, v, t, learning_rate, beta1, beta2, 0.0)


@exercise.mistake(
    "The means are not corrected for having begun at zero, and the root is missing.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And of what size is v?",
)
def no_correction_root_missing(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m / (v + epsilon), m, v


@exercise.mistake(
    "The means are not corrected for having begun at zero, and the step goes uphill.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And where does a "
    "gradient point?",
)
def no_correction_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return no_correction(w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The step takes the gradient, not its mean m, and v is not corrected: that is RMSprop.",
    hint="What is m kept for? And what must v be divided by in the first steps?",
)
def no_correction_along_the_gradient(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return _moved(w, dw, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "The step is the learning rate times m: neither corrected nor divided by the root of v.",
    hint="What is v kept for? And what must m be divided by in the first steps?",
)
def no_correction_not_divided(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m, m, v


@exercise.mistake(
    "The root is taken of v before its correction, so the correction of v stays without a root.",
    hint="What exactly stands under the root?",
)
def correction_outside_the_root(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    root = np.sqrt(v) / (1 - beta2**t)
    return w - learning_rate * m / (1 - beta1**t) / (root + epsilon), m, v


@exercise.mistake(
    "The corrections went into the learning rate, but without the root of that of v.",
    hint="v stands under a root. What becomes of its correction outside of it?",
)
def rate_without_a_root(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    rate = learning_rate * (1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + epsilon), m, v


@exercise.mistake(
    "The step goes uphill, and epsilon is added before the correction, as in Keras.",
    hint="The gradient points to where the loss grows.",
)
def epsilon_before_the_correction_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return epsilon_before_the_correction(w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The gradient is subtracted in m, and m from the weights: two minus signs make a step uphill.",
    hint="Follow the sign of dw through all lines.",
)
def gradient_subtracted(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=beta1 * m - (1 - beta1) * dw
    )


@exercise.convention(
    "m is a mean of the gradients with a minus, and is added to the weights.",
    reason="From zero the weights come out the same. Here m is a mean of the gradients "
    "themselves, as in the paper, so that it can be compared.",
)
def m_downhill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon, new_m=beta1 * m - (1 - beta1) * dw
    )


@exercise.mistake(
    "The square is multiplied by 1 - beta1, not by 1 - beta2.",
    hint="The two shares of a mean add up to one. Do those of v?",
)
def share_of_v_from_beta1(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=beta2 * v + (1 - beta1) * dw**2
    )


@exercise.mistake(
    "The gradient is multiplied by 1 - beta2, and its square by 1 - beta1.",
    hint="The two shares of a mean add up to one. Do yours?",
)
def shares_crossed(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=beta1 * m + (1 - beta2) * dw,
        new_v=beta2 * v + (1 - beta1) * dw**2,
    )


@exercise.mistake(
    "beta1 and beta2 are swapped in the means; in the corrections they are right.",
    hint="Which of the two belongs to the mean of the gradients, and which to that of the squares?",
)
def betas_swapped_in_the_means(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=beta2 * m + (1 - beta2) * dw,
        new_v=beta1 * v + (1 - beta1) * dw**2,
    )


@exercise.mistake(
    "The old means are kept whole: beta is missing before them.",
    hint="If all gradients were 2, what should their mean become? And yours?",
)
def nothing_fades(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=m + (1 - beta1) * dw,
        new_v=v + (1 - beta2) * dw**2,
    )


@exercise.mistake(
    "The correction divides by (1 - beta)^t; it must be 1 - beta^t.",
    hint="What is raised to the power t: beta, or the bracket?",
)
def power_of_the_bracket(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _corrected(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, (1 - beta1) ** t, (1 - beta2) ** t
    )


@exercise.mistake(
    "Epsilon is added to the weights, not to the denominator: a bracket is missing.",
    hint="In NumPy a / b + c is (a / b) + c.",
)
def epsilon_added_to_the_weights(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat / np.sqrt(v_hat) + epsilon, m, v


@exercise.mistake(
    "The correction of m takes t + 1; that of v takes t.",
    hint="t is 1 in the first step. How many gradients are in the mean then?",
)
def t_plus_one_for_m(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    by_m = 1 - beta1 ** (t + 1)
    return _corrected(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, by_m, 1 - beta2**t)


@exercise.mistake(
    "Epsilon stands inside the root, and outside of it once more.",
    hint="How often does epsilon stand in the formula, and where?",
)
def epsilon_twice(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat + epsilon) + epsilon), m, v


@exercise.mistake(
    "Epsilon stands inside the root, and the correction takes t + 1.",
    hint="Does epsilon have the size of a gradient or of its square? And how many gradients "
    "are in the mean in the first step?",
)
def epsilon_inside_t_plus_one(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
    return w - learning_rate * m_hat / np.sqrt(v_hat + epsilon), m, v


@exercise.mistake(
    "Epsilon stands inside the root, and v is not corrected for having begun at zero.",
    hint="Does epsilon have the size of a gradient or of its square? And what is v after the "
    "first step?",
)
def epsilon_inside_v_not_corrected(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m / (1 - beta1**t) / np.sqrt(v + epsilon), m, v


@exercise.mistake(
    "The root is missing, and v is not corrected for having begun at zero.",
    hint="Of what size is v? And what is v after the first step?",
)
def root_missing_v_not_corrected(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * m / (1 - beta1**t) / (v + epsilon), m, v


@exercise.mistake(
    "The step is multiplied by the root of v, not divided.",
    hint="Where the gradients are large, should the step be longer or shorter?",
)
def multiplied_by_the_root(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - learning_rate * m_hat * (np.sqrt(v_hat) + epsilon), m, v


@exercise.mistake(
    "The step takes the sign of m alone: every weight moves by the learning rate.",
    hint="Where a gradient changes its sign in each step, m is small beside the root of v. "
    "Where is that in your step?",
)
def only_the_sign(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w - learning_rate * np.sign(m), m, v


@exercise.mistake(
    "The learning rate was divided by t.",
    hint="Whoever calls the function chooses the rate of each step. What does the formula say?",
)
def rate_divided_by_t(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate / t, beta1, beta2, epsilon)


@exercise.mistake(
    "The learning rate was divided by the root of t.",
    hint="Whoever calls the function chooses the rate of each step. What does the formula say?",
)
def rate_divided_by_the_root_of_t(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate / float(np.sqrt(t)), beta1, beta2, epsilon)


@exercise.mistake(
    "v is made of the square of the corrected m, not of the square of dw.",
    hint="Where the gradient changes its sign in each step, m is near zero. Should v be too?",
)
def m_hat_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m_hat = (beta1 * m + (1 - beta1) * dw) / (1 - beta1**t)
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_v=beta2 * v + (1 - beta2) * m_hat**2,
    )


@exercise.mistake(
    "The old m is kept whole: beta1 is missing before it.",
    hint="If all gradients were 2, what should their mean become? And yours?",
)
def m_kept_whole(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=m + (1 - beta1) * dw
    )


@exercise.mistake(
    "The old v is kept whole: beta2 is missing before it.",
    hint="If all gradients were 2, what should the mean of their squares become? And yours?",
)
def v_kept_whole(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=v + (1 - beta2) * dw**2
    )


@exercise.mistake(
    "v adds up all squares, of which nothing fades: that is Adagrad.",
    hint="The older squares should count less. What multiplies them?",
)
def v_adds_up(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=v + dw**2)


@exercise.mistake(
    "m and v add up all gradients and squares, of which nothing fades.",
    hint="The older gradients should count less. What multiplies them?",
)
def means_add_up(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=m + dw, new_v=v + dw**2
    )


@exercise.mistake(
    "The old means are left out: m is (1 - beta1) dw and v is (1 - beta2) dw^2.",
    hint="A mean of all gradients so far: where are those of the last steps?",
)
def old_means_left_out(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_m=(1 - beta1) * dw,
        new_v=(1 - beta2) * dw**2,
    )


@exercise.mistake(
    "m is dw and v is dw^2: there is no mean over the steps.",
    hint="A mean of all gradients so far: where are those of the last steps?",
)
def means_replaced(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=dw, new_v=dw**2)


@exercise.mistake(
    "m is dw: there is no mean of the gradients over the steps.",
    hint="A mean of all gradients so far: where are those of the last steps?",
)
def m_is_the_gradient(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=dw)


@exercise.mistake(
    "v is dw^2: there is no mean of the squares over the steps.",
    hint="A mean of all squares so far: where are those of the last steps?",
)
def v_is_the_square(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_v=dw**2)


@exercise.mistake(
    "m is a mean with beta2; only its correction takes beta1.",
    hint="There are two betas. Which one belongs to m?",
)
def m_with_beta2(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=beta2 * m + (1 - beta2) * dw
    )


@exercise.mistake(
    "beta2 is used for both means and both corrections.",
    hint="There are two betas. Which one belongs to m?",
)
def beta2_for_both(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, learning_rate, beta2, beta2, epsilon)


@exercise.mistake(
    "The gradient is multiplied by 1 - beta2, not by 1 - beta1.",
    hint="The two shares of a mean add up to one. Do those of m?",
)
def share_of_m_from_beta2(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return _with_means(
        w, dw, m, v, t, learning_rate, beta1, beta2, epsilon, new_m=beta1 * m + (1 - beta2) * dw
    )


@exercise.mistake(
    "v is a mean of (dw - m)^2, not of dw^2: that is AdaBelief.",
    hint="The size of a gradient is asked for, not how far it is from the others.",
)
def variance_instead_of_squares(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    apart = dw - (beta1 * m + (1 - beta1) * dw)
    return _with_means(
        w,
        dw,
        m,
        v,
        t,
        learning_rate,
        beta1,
        beta2,
        epsilon,
        new_v=beta2 * v + (1 - beta2) * apart**2,
    )


@exercise.mistake(
    "The step looks ahead: beta1 m_hat + (1 - beta1) dw / (1 - beta1^t), as in Nadam.",
    hint="What stands above the root in the formula?",
)
def looks_ahead(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    ahead = beta1 * m_hat + (1 - beta1) * dw / (1 - beta1**t)
    return _moved(w, ahead, v_hat, learning_rate, epsilon), m, v


@exercise.mistake(
    "The outputs came back in another order: m, v, w.",
    hint="The order is w, m, v.",
)
def order_m_v_w(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return m, v, w


@exercise.mistake(
    "The step was returned where the new weights should be, and with a plus.",
    hint="The step is the difference of the weights. What is the first output?",
)
def step_of_the_wrong_sign(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    new, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w - new, m, v


@exercise.mistake(
    "The corrected m is returned, so the next step corrects it once more; v is right.",
    hint="The correction is for this step alone. Which m does the next step go on with?",
)
def m_corrected_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m / (1 - beta1**t), v


@exercise.mistake(
    "The corrected v is returned, so the next step corrects it once more; m is right.",
    hint="The correction is for this step alone. Which v does the next step go on with?",
)
def v_corrected_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m, v / (1 - beta2**t)


@exercise.mistake(
    "The root of v is returned where v should be.",
    hint="Which number does the next step multiply by beta2?",
)
def root_of_v_returned(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    w, m, v = adam_step(w, dw, m, v, t, learning_rate, beta1, beta2, epsilon)
    return w, m, np.sqrt(v)


@exercise.mistake(
    "The new values are added whole, 1 - beta is missing in both means, and there is no "
    "correction.",
    hint="If all gradients were 2, what should their mean become? And what must m be divided "
    "by in the first steps?",
)
def no_correction_sums(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + dw, beta2 * v + dw**2
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "The gradient is added whole, 1 - beta1 is missing in m, and there is no correction.",
    hint="If all gradients were 2, what should their mean become? And what must v be divided "
    "by in the first steps?",
)
def no_correction_m_is_a_sum(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + dw, beta2 * v + (1 - beta2) * dw**2
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "v adds up all squares, of which nothing fades, and there is no correction.",
    hint="The older squares should count less. And what must m be divided by in the first steps?",
)
def no_correction_v_adds_up(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + (1 - beta1) * dw, v + dw**2
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "v is dw^2, without a mean over the steps, and there is no correction.",
    hint="A mean of all squares so far. And what must m be divided by in the first steps?",
)
def no_correction_v_replaced(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + (1 - beta1) * dw, dw**2
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "v is a mean of the gradients, the square is missing, and there is no correction.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And a root is taken "
    "of v. What keeps it from being negative?",
)
def no_correction_not_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "v is a mean of the absolute values of the gradients, and there is no correction.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And of what must v "
    "be the mean?",
)
def no_correction_sizes(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * np.abs(dw)
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "The shares are swapped in both means, and there is no correction.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And how much of the "
    "old mean should be left?",
)
def no_correction_shares_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, 1 - beta1, 1 - beta2)
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "beta1 and beta2 are swapped, and there is no correction.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And which of the two"
    " betas belongs to the squares?",
)
def no_correction_betas_swapped(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta2, beta1)
    return _moved(w, m, v, learning_rate, epsilon), m, v


@exercise.mistake(
    "The means are not corrected for having begun at zero, and the learning rate is missing.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And how far should a"
    " step go?",
)
def no_correction_without_rate(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return _moved(w, m, v, 1.0, epsilon), m, v


@exercise.mistake(
    "The means are not corrected, epsilon stands inside the root, and the step goes uphill.",
    hint="After the first step m is only (1 - beta1) dw. What is missing? And where does a "
    "gradient point?",
)
def no_correction_epsilon_inside_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = _means(dw, m, v, beta1, beta2)
    return w + learning_rate * m / np.sqrt(v + epsilon), m, v


@exercise.mistake(
    "Epsilon stands inside the root, and the step goes uphill.",
    hint="Does epsilon have the size of a gradient or of its square? And where does a gradient"
    " point?",
)
def epsilon_inside_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return epsilon_inside_the_root(w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "The root is missing, and the step goes uphill.",
    hint="Of what size is v? And where does a gradient point?",
)
def root_missing_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return root_missing(w, dw, m, v, t, -learning_rate, beta1, beta2, epsilon)


@exercise.mistake(
    "Epsilon is missing, and the step goes uphill.",
    hint="What happens to a weight whose gradient was always zero? And where does a gradient "
    "point?",
)
def epsilon_missing_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, -learning_rate, beta1, beta2, 0.0)


@exercise.mistake(
    "The learning rate is missing, and the step goes uphill.",
    hint="How far should a step go? And where does a gradient point?",
)
def without_rate_uphill(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    return adam_step(w, dw, m, v, t, -1.0, beta1, beta2, epsilon)


@exercise.mistake(
    "v is a mean of the gradients, the square is missing, and the root too.",
    hint="Of what is v the mean, and what is taken of it?",
)
def root_missing_not_squared(
    w: Array,
    dw: Array,
    m: Array,
    v: Array,
    t: int,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> Three:
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw
    return w - learning_rate * m / (1 - beta1**t) / (v / (1 - beta2**t) + epsilon), m, v
