"""Hand-ins for the backward pass of ReLU, whose gradient at 0 is 0."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("a product with a mask")
def relu_backward_mask(dout: Any, x: Any) -> Any:
    return dout * (x > 0)


@right("a copy, set to zero where x is not positive")
def relu_backward_copy(dA: Any, Z: Any) -> Any:
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


@right("a loop over all numbers")
def relu_backward_loop(dy: Any, x: Any) -> Any:
    dx = np.zeros_like(dy)
    for where in np.ndindex(*x.shape):
        if x[where] > 0:
            dx[where] = dy[where]
    return dx


@wrong("the mask is taken of dy instead of x", named="relu_of_dy")
def relu_backward_masks_itself(dout: Any, x: Any) -> Any:
    return np.maximum(0, dout)


@wrong("the gradient at 0 is 1: >= for >", named="passes_at_zero")
def relu_backward_at_zero(dA: Any, Z: Any) -> Any:
    dZ = np.array(dA, copy=True)
    dZ[Z < 0] = 0
    return dZ


@wrong("the derivative alone, without dy", named="without_dy")
def relu_derivative(dy: Any, x: Any) -> Any:
    grad = np.zeros(x.shape)
    for i, value in np.ndenumerate(x):
        grad[i] = 1.0 if value > 0 else 0.0
    return grad


@wrong("dy times the output of ReLU instead of its derivative", named="multiplied_by_the_output")
def relu_backward_times_output(dout: Any, cache: Any) -> Any:
    x = cache
    out = np.where(x > 0, x, 0)
    return np.multiply(dout, out)


@wrong("the mask is the wrong way round", named="mask_inverted")
def relu_backward_turned(dout: Any, x: Any) -> Any:
    dx = dout.copy()
    dx[x > 0] = 0
    return dx


@wrong("dy is set to zero where it stands: the input is written into", named="input_written_into")
def relu_backward_in_place(dA: Any, Z: Any) -> Any:
    dA[Z <= 0] = 0
    return dA


@wrong("the sum over the batch is taken as well", named="summed_over_the_batch")
def relu_backward_summed(dout: Any, x: Any) -> Any:
    mask = (x > 0).astype(dout.dtype)
    return np.sum(mask * dout, axis=0)


@wrong("a slope of 0.01 below zero, from a leaky ReLU", named="slope_of_a_leaky_relu")
def relu_backward_leaky(dout: Any, x: Any) -> Any:
    slopes = np.ones_like(x)
    slopes[x <= 0] = 0.01
    return slopes * dout


@wrong(
    "two in one: divided by the number of samples, and the gradient at 0 passes",
    named=("passes_at_zero", "factor"),
)
def relu_backward_two_slips(dout: Any, x: Any) -> Any:
    batch = dout.shape[0]
    return np.where(x >= 0, dout, 0.0) / batch


@wrong("x / x for the derivative, which is NaN at 0", named="not_finite")
def relu_backward_nan(dy: Any, x: Any) -> Any:
    with np.errstate(invalid="ignore"):
        derivative = np.maximum(x, 0) / np.where(x > 0, x, 0)
        derivative[x < 0] = 0
    return dy * derivative
