"""Hand-ins of a step of Adam, where t counts from one."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("step by step, as in the paper")
def as_in_the_paper(
    w: Any,
    dw: Any,
    m: Any,
    v: Any,
    t: Any,
    learning_rate: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
) -> Any:
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * np.square(dw)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@right("as differences, each average moves a little towards what is new")
def moving_towards(
    w: Any, g: Any, m: Any, s: Any, t: Any, lr: Any, b1: Any, b2: Any, eps: Any
) -> Any:
    new_m = m + (1 - b1) * (g - m)
    new_s = s + (1 - b2) * (g * g - s)
    root = (new_s / (1 - b2**t)) ** 0.5
    return w - lr / (1 - b1**t) * new_m / (root + eps), new_m, new_s


@wrong("the correction of the bias is forgotten", named="no_correction")
def no_correction(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    w = w - lr * m / (np.sqrt(v) + e)
    return w, m, v


@wrong("t is raised by one within, though it counts from one already", named="t_plus_one")
def t_plus_one(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    t += 1
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    m_corr = m / (1 - b1**t)
    v_corr = v / (1 - b2**t)
    return w - lr * m_corr / (np.sqrt(v_corr) + e), m, v


@wrong("epsilon is added within the root", named="epsilon_inside_the_root")
def epsilon_inside(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw * dw
    step = (m / (1 - b1**t)) / np.sqrt(v / (1 - b2**t) + e)
    return w - lr * step, m, v


@wrong(
    "convention: both corrections are in the learning rate, so epsilon is not corrected",
    named="epsilon_before_the_correction",
)
def corrected_rate(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    lr_t = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    return w - lr_t * m / (np.sqrt(v) + e), m, v


@wrong("the gradient is not squared in v", named="dw_not_squared")
def not_squared(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw
    m_hat = m / (1 - np.power(b1, t))
    v_hat = v / (1 - np.power(b2, t))
    return w - lr * m_hat / (np.sqrt(v_hat) + e), m, v


@wrong("beta1 and beta2 have changed places", named="betas_swapped")
def betas_exchanged(
    param: Any, grad: Any, m: Any, v: Any, t: Any, lr: Any, beta2: Any, beta1: Any, eps: Any
) -> Any:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@wrong(
    "the corrected averages are handed back, to be corrected again at the next step",
    named="corrected_means_returned",
)
def hats_kept(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m = b1 * m + (1 - b1) * dw
    m = m / (1 - b1**t)
    v = b2 * v + (1 - b2) * dw**2
    v = v / (1 - b2**t)
    return w - lr * m / (np.sqrt(v) + e), m, v


@wrong("the root of v is forgotten", named="root_missing")
def no_root(W: Any, dW: Any, V: Any, S: Any, t: Any, alpha: Any, b1: Any, b2: Any, eps: Any) -> Any:
    V = b1 * V + (1 - b1) * dW
    S = b2 * S + (1 - b2) * dW**2
    V_corrected = V / (1 - b1**t)
    S_corrected = S / (1 - b2**t)
    W = W - alpha * V_corrected / (S_corrected + eps)
    return W, V, S


@wrong("only m is corrected, v is not", named="v_not_corrected")
def one_corrected(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    m_hat = m / (1 - b1**t)
    return w - lr * m_hat / (np.sqrt(v) + e), m, v


@wrong(
    "the new gradient enters m whole, without its share 1 - beta1, as in momentum",
    named="m_is_a_sum",
)
def whole_gradient(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + dw
    v = b2 * v + (1 - b2) * dw**2
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + e), m, v


@wrong(
    "beta times t in the corrections, where beta to the power of t belongs", named="beta_times_t"
)
def times_t(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m = m * b1 + dw * (1 - b1)
    v = v * b2 + dw * dw * (1 - b2)
    m_hat = m / (1 - b1 * t)
    v_hat = v / (1 - b2 * t)
    return w - lr * m_hat / (np.sqrt(v_hat) + e), m, v


@wrong("v averages the square of m, not of the gradient", named="m_squared")
def square_of_m(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * (m**2)
    return w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e), m, v


@wrong("the weights move up the slope: plus for minus", named="step_uphill")
def uphill(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m_new = b1 * m + (1 - b1) * dw
    v_new = b2 * v + (1 - b2) * dw**2
    update = lr * (m_new / (1 - b1**t)) / (np.sqrt(v_new / (1 - b2**t)) + e)
    return w + update, m_new, v_new


@wrong("the step is made with the averages from before this gradient", named="old_means_used")
def old_averages(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + e)
    return w, b1 * m + (1 - b1) * dw, b2 * v + (1 - b2) * dw**2


@wrong("w, m and v are changed in place: what was given is written into")
def in_place(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m *= b1
    m += (1 - b1) * dw
    v *= b2
    v += (1 - b2) * dw**2
    w -= lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e)
    return w, m, v


@wrong(
    "two: m takes the whole gradient; v takes its absolute value, not its square",
    named=("m_is_a_sum", "size_not_squared"),
)
def both_averages(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + dw
    v = b2 * v + (1 - b2) * np.abs(dw)
    return w - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e), m, v


@wrong(
    "two, both in w: no correction of the bias, and epsilon within the root",
    named="no_correction_epsilon_inside",
)
def rmsprop_like(w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    return w - lr * m / np.sqrt(v + e), m, v


@wrong(
    "two: the sign of the step, and the averages are returned as v, m",
    named=("step_uphill", "outputs_swapped"),
)
def sign_and_order(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, e: Any
) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    w = w + lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + e)
    return w, v, m
