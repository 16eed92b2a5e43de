"""More hand-ins for `adam_step`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(
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
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@right("arrays")
def right_second_style(
    w: Any, g: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, eps: Any
) -> Any:
    m = m + (1 - b1) * (g - m)
    v = v + (1 - b2) * (np.square(g) - v)
    c1, c2 = 1 - np.power(b1, t), 1 - np.power(b2, t)
    denom = np.sqrt(v) / np.sqrt(c2) + eps
    return w - (lr / c1) * (m / denom), m, v


@wrong("no bias correction", named="no_correction")
def no_bias_correction(
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
    v = beta2 * v + (1 - beta2) * (dw * dw)
    w = w - learning_rate * m / (np.sqrt(v) + epsilon)
    return w, m, v


@wrong("epsilon is inside the root instead of outside", named="epsilon_inside_the_root")
def epsilon_inside_root_outside(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any
) -> Any:
    m = beta1 * m + (1 - beta1) * dw
    mt = m / (1 - beta1**t)
    v = beta2 * v + (1 - beta2) * (dw**2)
    vt = v / (1 - beta2**t)
    return w - lr * mt / np.sqrt(vt + eps), m, v


@wrong("t is counted up once more (t + 1 in the bias correction)", named="t_plus_one")
def t_counted_up_once_more(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any
) -> Any:
    t = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    mb = m / (1 - beta1**t)
    vb = v / (1 - beta2**t)
    next_w = w - lr * mb / (np.sqrt(vb) + eps)
    return next_w, m, v


@wrong(
    "the bias-corrected m and v are returned (and would be corrected again in the next step)",
    named="corrected_means_returned",
)
def bias_corrected_m_v_returned(
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
    v = beta2 * v + (1 - beta2) * np.power(dw, 2)
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    w = w - learning_rate * m / (np.sqrt(v) + epsilon)
    return w, m, v


@wrong("the root of v is missing", named="root_missing")
def root_v_missing(
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
    new_m = beta1 * m + (1 - beta1) * dw
    new_v = beta2 * v + (1 - beta2) * dw**2
    m_corr = new_m / (1 - np.power(beta1, t))
    v_corr = new_v / (1 - np.power(beta2, t))
    update = learning_rate * m_corr / (v_corr + epsilon)
    return w - update, new_m, new_v


@wrong("beta1 and beta2 are exchanged", named="betas_swapped")
def beta1_beta2_exchanged(
    theta: Any, g: Any, m: Any, v: Any, t: Any, alpha: Any, beta1: Any, beta2: Any, eps: Any
) -> Any:
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    mhat = m / (1 - beta2**t)
    vhat = v / (1 - beta1**t)
    return theta - alpha * mhat / (np.sqrt(vhat) + eps), m, v


@wrong("only m is bias-corrected, v is not", named="v_not_corrected")
def only_m_bias_corrected_v_not(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, b1: Any, b2: Any, eps: Any
) -> Any:
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * dw**2
    m_hat = m / (1 - b1**t)
    return w - lr * m_hat / (np.sqrt(v) + eps), m, v


@wrong("v is made from the square of m instead of the square of the gradient", named="m_squared")
def v_made_from_square_m_square_gradient(
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
    v = beta2 * v + (1 - beta2) * m**2
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - learning_rate * step, m, v


@wrong("two: no bias correction; epsilon is inside the root", named="no_correction_epsilon_inside")
def two_no_bias_correction_epsilon(
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
    m1 = beta1 * m + (1 - beta1) * dw
    v1 = beta2 * v + (1 - beta2) * dw**2
    return w - learning_rate * m1 / np.sqrt(v1 + epsilon), m1, v1


@wrong(
    "two: the factor 1 - beta1 is missing in m; the bias-corrected v is returned",
    named=("m_is_a_sum", "v_corrected_returned"),
)
def two_factor_1_beta1_missing_m_bias(
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
    m = beta1 * m + dw
    v = beta2 * v + (1 - beta2) * dw**2
    m_hat = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    w = w - learning_rate * m_hat / (np.sqrt(v) + epsilon)
    return w, m, v


@wrong(
    "two: t is counted up once more (t + 1); epsilon is added to the root of the "
    "uncorrected v (convention: as in Keras, epsilon hat)",
    named=("t_plus_one", "epsilon_before_the_correction"),
)
def two_t_counted_up_once_more_epsilon(
    w: Any, dw: Any, m: Any, v: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any
) -> Any:
    m = beta1 * m + (1.0 - beta1) * dw
    v = beta2 * v + (1.0 - beta2) * np.square(dw)
    lr_t = lr * np.sqrt(1.0 - beta2 ** (t + 1)) / (1.0 - beta1 ** (t + 1))
    w = w - lr_t * m / (np.sqrt(v) + eps)
    return w, m, v
