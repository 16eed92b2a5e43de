"""Hand-ins of the numerical gradient of `f` at `x` by central differences."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("an iterator over the indices, and the value put back")
def with_nditer(f: Any, x: Any, h: Any) -> Any:
    x = x.astype(float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        oldval = x[ix]
        x[ix] = oldval + h
        fxph = f(x)
        x[ix] = oldval - h
        fxmh = f(x)
        x[ix] = oldval
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad


@right("one step array for each number")
def with_unit_vectors(f: Any, x: Any, h: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)


@wrong("forward difference: one side only, divided by h", named="forward_difference")
def forward(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    fx = f(x)
    for ix in np.ndindex(*x.shape):
        x_plus = x.copy()
        x_plus[ix] += h
        grad[ix] = (f(x_plus) - fx) / h
    return grad


@wrong("the central difference is divided by h where 2 h belongs", named="two_forgotten")
def divided_by_h(f: Any, x: Any, h: Any) -> Any:
    x = x.copy()
    grad = np.zeros(x.shape)
    for ix in np.ndindex(*x.shape):
        old = x[ix]
        x[ix] = old + h
        plus = f(x)
        x[ix] = old - h
        minus = f(x)
        x[ix] = old
        grad[ix] = (plus - minus) / h
    return grad


@wrong("the brackets around 2 h are missing, so it is multiplied by h", named="multiplied_by_h")
def missing_brackets(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.size)
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        grad[i] = (f(x + e) - f(x - e)) / 2 * h
    return grad.reshape(x.shape)


@wrong(
    "x is not put back: the numbers before stay lower by h, and what was given is written into",
    named=("left_below_in_memory_order", "input_written_into"),
)
def not_put_back(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=[["readwrite"]])
    for _ in it:
        ix = it.multi_index
        x[ix] += h
        f_plus = f(x)
        x[ix] -= 2 * h
        f_minus = f(x)
        grad[ix] = (f_plus - f_minus) / (2 * h)
    return grad


@wrong("both copies are one and the same array, so the difference is zero", named="nothing_moved")
def same_array(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for ix in np.ndindex(*x.shape):
        x_plus = np.array(x)
        x_minus = x_plus
        x_plus[ix] += h
        x_minus[ix] -= h
        grad[ix] = (f(x_plus) - f(x_minus)) / (2 * h)
    return grad


@wrong(
    "all numbers of x are moved at once, which gives one slope for all", named="all_moved_at_once"
)
def all_at_once(f: Any, x: Any, h: Any) -> Any:
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return slope * np.ones_like(x)


@wrong(
    "of a matrix, whole rows are moved, as if x were a list of numbers", named="rows_moved_at_once"
)
def whole_rows(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        xp, xm = x.copy(), x.copy()
        xp[i] += h
        xm[i] -= h
        grad[i] = (f(xp) - f(xm)) / (2 * h)
    return grad


@wrong("the step is one of its own, h is not looked at", named="own_step_of_a_tenth")
def own_step(f: Any, x: Any, h: Any) -> Any:
    eps = 0.1
    grad = np.zeros(x.shape)
    for ix in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[ix] = eps
        grad[ix] = (f(x + e) - f(x - e)) / (2 * eps)
    return grad


@wrong("flatten makes a copy, so the moved numbers never reach f", named="nothing_moved")
def moved_in_a_copy(f: Any, x: Any, h: Any) -> Any:
    flat = x.flatten()
    grad = np.zeros(x.size)
    for i in range(flat.size):
        flat[i] += h
        up = f(x)
        flat[i] -= 2 * h
        down = f(x)
        flat[i] += h
        grad[i] = (up - down) / (2 * h)
    return grad.reshape(x.shape)


@wrong(
    "two: backward difference, one side only, and with the sign reversed",
    named="backward_of_the_wrong_sign",
)
def backward_reversed(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for ix in np.ndindex(*x.shape):
        moved = x.copy()
        moved[ix] -= h
        grad[ix] = (f(moved) - f(x)) / h
    return grad


@wrong("the gradient is collected in an array of integers", named="whole_numbers")
def integers(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape, dtype=int)
    for ix in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[ix] = h
        grad[ix] = (f(x + e) - f(x - e)) / (2 * h)
    return grad
