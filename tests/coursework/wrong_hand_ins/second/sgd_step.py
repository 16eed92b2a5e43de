"""More hand-ins for `sgd_step`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any) -> Any:
    v = momentum * velocity + dw
    return w - learning_rate * v, v


@right("arrays")
def right_second_style(w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any) -> Any:
    new_w, new_v = np.array(w, dtype=float), np.array(velocity, dtype=float)
    new_v *= momentum
    new_v += dw
    new_w -= learning_rate * new_v
    return new_w, new_v


@wrong("v = momentum * v - learning_rate * dw, w = w + v (cs231n)", named="rate_inside")
def v_momentum_v_learning_rate_dw_w_w_v(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * dw
    next_w = w + v
    return next_w, v


@wrong(
    "the gradient is weighted with 1 - momentum (moving average, Coursera)",
    named="mean_of_gradients",
)
def gradient_weighted_1_momentum(W: Any, dW: Any, v: Any, alpha: Any, beta: Any) -> Any:
    v = beta * v + (1 - beta) * dW
    W = W - alpha * v
    return W, v


@wrong("w is moved with the old velocity, before it is updated", named="old_velocity_used")
def w_moved_old_velocity_before_updated(
    w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any
) -> Any:
    new_w = w - learning_rate * velocity
    new_v = momentum * velocity + dw
    return new_w, new_v


@wrong("Nesterov's step instead of plain momentum", named="nesterov")
def nesterov_step_plain_momentum(
    w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any
) -> Any:
    velocity = momentum * velocity + dw
    w = w - learning_rate * (dw + momentum * velocity)
    return w, velocity


@wrong(
    "two: the learning rate is multiplied in twice (in the velocity and in the "
    "step); the old velocity is returned",
    named=("rate_twice", "velocity_not_kept"),
)
def two_learning_rate_multiplied_twice(
    w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any
) -> Any:
    v = momentum * velocity + learning_rate * dw
    return w - learning_rate * v, velocity
