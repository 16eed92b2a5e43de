"""Hand-ins of a step of gradient descent with momentum."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("number by number")
def number_by_number(w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any) -> Any:
    new_w, new_v = np.empty_like(w), np.empty_like(velocity)
    for i in np.ndindex(w.shape):
        new_v[i] = momentum * velocity[i] + dw[i]
        new_w[i] = w[i] - learning_rate * new_v[i]
    return new_w, new_v


@right("copies that are then changed")
def copies(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    w, v = w.copy(), v.copy()
    v *= mu
    v += dw
    w -= lr * v
    return w, v


@wrong(
    "convention: the velocity points downhill and holds the learning rate, v = mv - lr dw",
    named="rate_inside",
)
def downhill_velocity(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * dw
    w = w + v
    return w, v


@wrong(
    "convention: the learning rate is within the velocity, v = mv + lr dw",
    named="rate_inside_uphill",
)
def rate_in_velocity(w: Any, dw: Any, velocity: Any, eta: Any, gamma: Any) -> Any:
    velocity = gamma * velocity + eta * dw
    return w - velocity, velocity


@wrong("convention: Nesterov's step, which looks ahead", named="nesterov")
def nesterov(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + dw
    return w - lr * (dw + mu * v), v


@wrong(
    "convention: the velocity is an average, the gradient enters with 1 - momentum",
    named="mean_of_gradients",
)
def averaged(W: Any, dW: Any, v_dW: Any, alpha: Any, beta: Any) -> Any:
    v_dW = beta * v_dW + (1 - beta) * dW
    W = W - alpha * v_dW
    return W, v_dW


@wrong("the weights move uphill: plus for minus", named="step_uphill")
def uphill(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + dw
    w = w + lr * v
    return w, v


@wrong("the old velocity is not damped by the momentum", named="nothing_fades")
def undamped(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    new_v = v + dw
    return w - lr * new_v, new_v


@wrong("the step is made with the velocity from before this gradient", named="old_velocity_used")
def old_velocity(w: Any, dw: Any, velocity: Any, learning_rate: Any, momentum: Any) -> Any:
    new_w = w - learning_rate * velocity
    new_velocity = momentum * velocity + dw
    return new_w, new_velocity


@wrong("the learning rate is multiplied in twice", named="rate_twice")
def rate_twice(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + lr * dw
    w = w - lr * v
    return w, v


@wrong(
    "the step uses the plain gradient; the velocity is kept but never used",
    named="velocity_not_used",
)
def velocity_not_used(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + dw
    w = w - lr * dw
    return w, v


@wrong("velocity and weights are returned in the other's place", named="outputs_swapped")
def velocity_first(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + dw
    return v, w - lr * v


@wrong("weights and velocity are changed in place: what was given is written into")
def in_place(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += dw
    w -= lr * v
    return w, v


@wrong(
    "two: the old velocity is not damped, and the weights move uphill", named="nothing_fades_uphill"
)
def undamped_uphill(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    v = v + dw
    return w + lr * v, v


@wrong(
    "two: the step uses the plain gradient; the velocity takes 1 - momentum of it",
    named="mean_velocity_not_used",
)
def plain_step_and_average(w: Any, dw: Any, v: Any, lr: Any, mu: Any) -> Any:
    return w - lr * dw, mu * v + (1 - mu) * dw
