"""More hand-ins for `receptive_field`."""

from typing import Any

from wrong_hand_ins import right, wrong


@right("a loop and arrays")
def right_first_style(kernel_sizes: Any, strides: Any) -> Any:
    field, jump = 1, 1
    for k, s in zip(kernel_sizes, strides):
        field = field + (k - 1) * jump
        jump = jump * s
    return field


@right("a loop and arrays")
def right_second_style(kernel_sizes: Any, strides: Any) -> Any:
    # backwards from a single output
    r = 1
    for i in reversed(range(len(kernel_sizes))):
        r = strides[i] * (r - 1) + kernel_sizes[i]
    return r


@wrong(
    "the layer's own stride is multiplied in before its kernel is added", named="own_stride_counted"
)
def layer_own_stride_multiplied_before(kernel_sizes: Any, strides: Any) -> Any:
    rf = 1
    jump = 1
    for k, s in zip(kernel_sizes, strides):
        jump *= s
        rf += (k - 1) * jump
    return rf


@wrong("the strides are ignored", named="strides_ignored")
def strides_ignored(kernel_sizes: Any, strides: Any) -> Any:
    return 1 + sum(k - 1 for k in kernel_sizes)


@wrong(
    "the backward recursion is run from the first layer to the last (layers in reversed order)",
    named="strides_behind_counted",
)
def backward_recursion_run_from_first(kernel_sizes: Any, strides: Any) -> Any:
    r = 1
    for layer in range(len(kernel_sizes)):
        r = strides[layer] * r + (kernel_sizes[layer] - strides[layer])
    return r


@wrong(
    "only the stride of the layer just before is used, not the product of all strides before",
    named="only_the_stride_before",
)
def only_stride_layer_just_before_used(kernel_sizes: Any, strides: Any) -> Any:
    rf = kernel_sizes[0]
    for i in range(1, len(kernel_sizes)):
        rf += (kernel_sizes[i] - 1) * strides[i - 1]
    return rf


@wrong(
    "two: kernel_size is added instead of kernel_size - 1; the layer's own stride is "
    "multiplied in too early",
    named=("own_stride_counted", "field_times_stride_and_kernel"),
)
def two_kernel_size_added_kernel_size_1(kernel_sizes: Any, strides: Any) -> Any:
    rf = 1
    j = 1
    for k, s in zip(kernel_sizes, strides):
        j = j * s
        rf = rf + k * j
    return rf
