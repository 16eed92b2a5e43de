"""More hand-ins for `numerical_gradient`."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("a loop and arrays")
def right_first_style(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        plus, minus = x.copy(), x.copy()
        plus[idx] += h
        minus[idx] -= h
        grad[idx] = (f(plus) - f(minus)) / (2 * h)
    return grad


@right("arrays")
def right_second_style(f: Any, x: Any, h: Any) -> Any:
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        x[i] = old
        g[i] = (up - down) / h / 2
        it.iternext()
    return g


@wrong("the forward difference instead of the central difference", named="forward_difference")
def forward_difference_central(f: Any, x: Any, h: Any) -> Any:
    fx = f(x)
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        xh = x.copy()
        xh[ix] += h
        grad[ix] = (f(xh) - fx) / h
    return grad


@wrong("divided by h instead of 2 h", named="two_forgotten")
def divided_h_2_h(f: Any, x: Any, h: Any) -> Any:
    flat = x.ravel()
    out = []
    for k in range(flat.size):
        e = np.zeros(flat.size)
        e[k] = h
        e = e.reshape(x.shape)
        out.append((f(x + e) - f(x - e)) / h)
    return np.array(out).reshape(x.shape)


@wrong(
    "the entry is not put back after its turn (it stays at x - h for the following entries)",
    named="left_below",
)
def entry_not_put_back_after_turn(f: Any, x: Any, h: Any) -> Any:
    x = x.copy()
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        x[ix] += h
        fxph = f(x)
        x[ix] -= 2 * h
        fxmh = f(x)
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad


@wrong(
    "all entries are moved at once, the same number everywhere (the sum of the gradient)",
    named="all_moved_at_once",
)
def all_entries_moved_at_once_same(f: Any, x: Any, h: Any) -> Any:
    g = (f(x + h) - f(x - h)) / (2 * h)
    return np.ones(x.shape) * g


@wrong(
    "two: a forward difference; divided by 2 h although the step is only h",
    named="second_value_at_x",
)
def two_forward_difference_divided_2_h(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    y0 = f(x)
    for i in np.ndindex(x.shape):
        x2 = np.copy(x)
        x2[i] = x2[i] + h
        grad[i] = (f(x2) - y0) / (2 * h)
    return grad
