"""Hand-ins for the receptive field of a chain of layers."""

from typing import Any

import numpy as np

from wrong_hand_ins import right, wrong


@right("from the first layer to the last, with the jump")
def field_forward(kernel_sizes: Any, strides: Any) -> Any:
    field, jump = 1, 1
    for k, s in zip(kernel_sizes, strides):
        field += (k - 1) * jump
        jump *= s
    return field


@right("from the last layer back to the first")
def field_backward(kernel_sizes: Any, strides: Any) -> Any:
    r = 1
    for i in range(len(kernel_sizes) - 1, -1, -1):
        r = (r - 1) * strides[i] + kernel_sizes[i]
    return r


@right("by the recursion")
def field_recursive(ks: Any, ss: Any) -> Any:
    if len(ks) == 0:
        return 1
    return ss[0] * (field_recursive(ks[1:], ss[1:]) - 1) + ks[0]


@wrong("a layer's own stride counts for itself already", named="own_stride_counted")
def field_stride_too_early(kernel_sizes: Any, strides: Any) -> Any:
    rf = 1
    step = 1
    for i in range(len(kernel_sizes)):
        step = step * strides[i]
        rf = rf + (kernel_sizes[i] - 1) * step
    return rf


@wrong("the strides are forgotten", named="strides_ignored")
def field_without_strides(kernel_sizes: Any, strides: Any) -> Any:
    seen = kernel_sizes[0]
    for k in kernel_sizes[1:]:
        seen = seen + k - 1
    return seen


@wrong(
    "the stride of the layer before, not the product of all before it",
    named="only_the_stride_before",
)
def field_last_stride_only(kernel_sizes: Any, strides: Any) -> Any:
    rf = kernel_sizes[0]
    for i in range(1, len(kernel_sizes)):
        rf += (kernel_sizes[i] - 1) * strides[i - 1]
    return rf


@wrong("the strides before are added, not multiplied", named="strides_added")
def field_sum_of_strides(kernel_sizes: Any, strides: Any) -> Any:
    rf = 1
    for i in range(len(kernel_sizes)):
        step = sum(strides[:i]) or 1
        rf += (kernel_sizes[i] - 1) * step
    return rf


@wrong("k instead of k - 1 for each layer", named="whole_kernels_from_zero")
def field_k_for_k_minus_one(kernel_sizes: Any, strides: Any) -> Any:
    total = 0
    for i, k in enumerate(kernel_sizes):
        total += k * int(np.prod(strides[:i]))
    return total


@wrong(
    "the layers are walked from the first on with the formula that walks from the last",
    named="strides_behind_counted",
)
def field_wrong_direction(kernel_sizes: Any, strides: Any) -> Any:
    r = 1
    for k, s in zip(kernel_sizes, strides):
        r = (r - 1) * s + k
    return r


@wrong("the sum starts at 0 instead of 1: the number itself is not counted", named="starts_at_zero")
def field_starts_at_zero(kernel_sizes: Any, strides: Any) -> Any:
    jump, rf = 1, 0
    for layer in zip(kernel_sizes, strides):
        rf += (layer[0] - 1) * jump
        jump *= layer[1]
    return rf


@wrong(
    "two in one: it starts at 0, and a layer's own stride counts for itself",
    named=("starts_at_zero", "own_stride_counted"),
)
def field_two_slips(ks: Any, ss: Any) -> Any:
    return sum((k - 1) * int(np.prod(ss[: i + 1])) for i, k in enumerate(ks))
