"""Right hand-ins on softmax, cross-entropy, momentum and Adam, in several styles: all pass."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minicnn.coursework import check
from minicnn.coursework.exercises import EXERCISES
from minicnn.typing import Array, Labels

Three = tuple[Array, Array, Array]


# -- softmax ---------------------------------------------------------------------------------------


def softmax_rows(scores: Array) -> Array:
    return np.array([np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in scores])


def softmax_one_maximum(scores: Array) -> Array:
    e = np.exp(scores - scores.max())
    return np.asarray(e / e.sum(-1)[:, None])


def softmax_mean_subtracted(scores: Array) -> Array:
    e = np.exp(scores - scores.mean(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def softmax_float32(scores: Array) -> Array:
    z = scores.astype(np.float32)
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


def softmax_through_the_log(scores: Array) -> Array:
    return np.asarray(np.exp(scores - np.logaddexp.reduce(scores, axis=1)[:, None]))


def softmax_pairs(scores: Array) -> Array:
    """Use 1 / sum over j of exp(z[j] - z[k]), which needs no maximum."""
    return np.asarray(1 / np.exp(scores[:, None, :] - scores[:, :, None]).sum(axis=2))


def softmax_loops(scores: Array) -> list[list[float]]:
    rows = []
    for n in range(scores.shape[0]):
        largest = -np.inf
        for k in range(scores.shape[1]):
            largest = max(largest, scores[n, k])
        e = [float(np.exp(scores[n, k] - largest)) for k in range(scores.shape[1])]
        rows.append([one / sum(e) for one in e])
    return rows


# -- cross-entropy ---------------------------------------------------------------------------------


def loss_log_sum_exp(scores: Array, labels: Labels) -> Any:
    m = scores.max(axis=1)
    total = m + np.log(np.exp(scores - m[:, None]).sum(axis=1))
    return np.mean(total - scores[np.arange(len(labels)), labels])


def loss_one_hot_and_epsilon(scores: Array, labels: Labels) -> Any:
    t = np.zeros(scores.shape)
    t[np.arange(len(labels)), labels] = 1
    return -np.sum(t * np.log(softmax_one_maximum(scores) + 1e-12)) / scores.shape[0]


def loss_clipped(scores: Array, labels: Labels) -> Any:
    p = np.clip(softmax_rows(scores), 1e-7, 1 - 1e-7)
    return -np.log(np.take_along_axis(p, labels[:, None], axis=1)).mean()


def loss_loops(scores: Array, labels: Labels) -> Any:
    loss = 0.0
    for n in range(len(labels)):
        z = scores[n] - scores[n].max()
        loss += np.log(np.sum(np.exp(z))) - z[labels[n]]
    return loss / len(labels)


def loss_float32(scores: Array, labels: Labels) -> Any:
    p = softmax_float32(scores)
    return np.float32(-np.log(p[range(len(labels)), labels]).sum() / np.float32(len(labels)))


def loss_of_a_product(scores: Array, labels: Labels) -> Any:
    p = softmax_one_maximum(scores)
    return -np.log(np.prod([p[n, label] for n, label in enumerate(labels)])) / len(labels)


# -- its gradient ----------------------------------------------------------------------------------


def gradient_in_place(scores: Array, labels: Labels) -> Array:
    p = softmax_one_maximum(scores)
    p[np.arange(len(labels)), labels] -= 1
    p /= len(labels)
    return p


def gradient_one_hot(scores: Array, labels: Labels) -> Array:
    return np.asarray((softmax_rows(scores) - np.eye(scores.shape[1])[labels]) / scores.shape[0])


def gradient_loops(scores: Array, labels: Labels) -> Array:
    N, K = scores.shape
    dscores = np.zeros((N, K))
    for n in range(N):
        e = np.exp(scores[n] - scores[n].max())
        for k in range(K):
            dscores[n, k] = (e[k] / e.sum() - (k == labels[n])) / N
    return dscores


def gradient_by_the_chain_rule(scores: Array, labels: Labels) -> Array:
    """Multiply dL/dp by the Jacobian of the softmax, diag(p) - p p^T, sample by sample."""
    p = softmax_rows(scores)
    dp = np.zeros_like(p)
    dp[np.arange(len(labels)), labels] = -1 / p[np.arange(len(labels)), labels] / len(labels)
    return np.stack([(np.diag(q) - np.outer(q, q)) @ d for q, d in zip(p, dp, strict=True)])


def gradient_of_log_softmax(scores: Array, labels: Labels) -> Array:
    log_p = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    t = (np.arange(scores.shape[1]) == labels[:, None]).astype(float)
    return np.asarray((np.exp(log_p) - t) / t.sum())


def gradient_float32(scores: Array, labels: Labels) -> Array:
    p = softmax_float32(scores) / np.float32(len(labels))
    p[np.arange(len(labels)), labels] -= np.float32(1 / len(labels))
    return p


# -- momentum --------------------------------------------------------------------------------------


def sgd_in_place(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> list[Array]:
    velocity *= momentum
    velocity += dw
    w -= learning_rate * velocity
    return [w, velocity]


def sgd_loops(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> tuple[Array, Array]:
    new_w, new_velocity = np.zeros(w.shape), np.zeros(w.shape)
    for index in np.ndindex(*w.shape):
        new_velocity[index] = momentum * velocity[index] + dw[index]
        new_w[index] = w[index] - learning_rate * new_velocity[index]
    return new_w, new_velocity


def sgd_float32(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> tuple[Array, Array]:
    w, dw, velocity = (array.astype(np.float32) for array in (w, dw, velocity))
    velocity = np.float32(momentum) * velocity + dw
    return w - np.float32(learning_rate) * velocity, velocity


def sgd_in_two_parts(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> tuple[Array, Array]:
    w = w - learning_rate * dw - learning_rate * momentum * velocity
    return w, dw + velocity * momentum


def sgd_negative_step(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> tuple[Array, Array]:
    np.multiply(velocity, momentum, out=velocity)
    np.add(velocity, dw, out=velocity)
    step = -learning_rate * velocity
    return np.add(w, step), velocity


# -- Adam ------------------------------------------------------------------------------------------


def adam_in_place(w: Array, dw: Array, m: Array, v: Array, t: int, *numbers: float) -> Three:
    learning_rate, beta1, beta2, epsilon = numbers
    m *= beta1
    m += (1 - beta1) * dw
    v *= beta2
    v += (1 - beta2) * dw * dw
    w -= learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w, m, v


def adam_towards_the_gradient(
    w: Array, dw: Array, m: Array, v: Array, t: int, *numbers: float
) -> Three:
    learning_rate, beta1, beta2, epsilon = numbers
    m = m + (dw - m) * (1 - beta1)
    v = v + (np.square(dw) - v) * (1 - beta2)
    denominator = v**0.5 / (1 - beta2**t) ** 0.5 + epsilon
    return w - learning_rate / (1 - beta1**t) * m / denominator, m, v


def adam_loops(w: Array, dw: Array, m: Array, v: Array, t: int, *numbers: float) -> Three:
    learning_rate, beta1, beta2, epsilon = numbers
    new = np.zeros((3, *w.shape))
    for index in np.ndindex(*w.shape):
        one = beta1 * m[index] + (1 - beta1) * dw[index]
        two = beta2 * v[index] + (1 - beta2) * dw[index] ** 2
        one_hat, two_hat = one / (1 - pow(beta1, t)), two / (1 - pow(beta2, t))
        step = learning_rate * one_hat / (two_hat**0.5 + epsilon)
        new[:, *index] = w[index] - step, one, two
    return new[0], new[1], new[2]


def adam_float32(w: Array, dw: Array, m: Array, v: Array, t: int, *numbers: float) -> Three:
    w, dw, m, v = (array.astype(np.float32) for array in (w, dw, m, v))
    return adam_in_place(w, dw, m, v, t, *numbers)


def adam_with_a_scaled_rate(
    w: Array, dw: Array, m: Array, v: Array, t: int, *numbers: float
) -> Three:
    """Correct the rate, and multiply epsilon so that it stays what it was."""
    learning_rate, beta1, beta2, epsilon = numbers
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw**2
    root = np.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + epsilon * root), m, v


RIGHT: dict[str, list[Callable[..., Any]]] = {
    "softmax": [
        softmax_rows,
        softmax_one_maximum,
        softmax_mean_subtracted,
        softmax_float32,
        softmax_through_the_log,
        softmax_pairs,
        softmax_loops,
    ],
    "cross_entropy": [
        loss_log_sum_exp,
        loss_one_hot_and_epsilon,
        loss_clipped,
        loss_loops,
        loss_float32,
        loss_of_a_product,
    ],
    "cross_entropy_gradient": [
        gradient_in_place,
        gradient_one_hot,
        gradient_loops,
        gradient_by_the_chain_rule,
        gradient_of_log_softmax,
        gradient_float32,
    ],
    "sgd_step": [sgd_in_place, sgd_loops, sgd_float32, sgd_in_two_parts, sgd_negative_step],
    "adam_step": [
        adam_in_place,
        adam_towards_the_gradient,
        adam_loops,
        adam_float32,
        adam_with_a_scaled_rate,
    ],
}


@pytest.mark.parametrize(
    ("name", "function"), [(name, one) for name, several in RIGHT.items() for one in several]
)
def test_a_right_hand_in_passes(name: str, function: Callable[..., Any]) -> None:
    report = check(name, function)
    assert report.passed, report
    assert str(report) == f"{name}: right."


def test_adam_as_keras_has_it_passes_as_a_convention() -> None:
    exercise = EXERCISES["adam_step"]
    report = check("adam_step", exercise.mistakes["epsilon_before_the_correction"].function)
    assert report.passed
    assert report.convention == "epsilon_before_the_correction"
    assert "Keras" in str(report)


def test_momentum_with_the_rate_inside_is_a_convention_that_does_not_pass() -> None:
    exercise = EXERCISES["sgd_step"]
    report = check("sgd_step", exercise.mistakes["rate_inside"].function)
    assert not report.passed
    assert report.mistake is None
    assert "right by another convention" in str(report)
