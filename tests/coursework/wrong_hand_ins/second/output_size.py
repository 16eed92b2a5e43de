"""More hand-ins for `output_size`."""

import math
from typing import Any

from wrong_hand_ins import right, wrong


@right("arrays")
def right_first_style(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1


@right("arrays")
def right_second_style(n: Any, k: Any, s: Any, p: Any, d: Any) -> Any:
    # count the places where the window still fits
    span = (k - 1) * d + 1
    positions = 0
    start = -p
    while start + span <= n + p:
        positions += 1
        start += s
    return positions


@wrong(
    "the widened kernel is taken as kernel_size * dilation instead of dilation * "
    "(kernel_size - 1) + 1",
    named="dilation_behind_the_last",
)
def widened_kernel_taken_as_kernel_size(
    size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    effective = kernel_size * dilation
    return int((size + 2 * padding - effective) / stride) + 1


@wrong("the padding is counted on one side only", named="padding_once")
def padding_counted_on_one_side_only(
    size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    k = kernel_size + (kernel_size - 1) * (dilation - 1)
    out = math.floor((size - k + padding) / stride) + 1
    return out


@wrong(
    "rounds up (ceil mode) instead of down, so a window that does not fit is counted",
    named="rounded_up",
)
def rounds_up_down_so_window_does_not(W: Any, F: Any, S: Any, P: Any, D: Any) -> Any:
    F_eff = D * (F - 1) + 1
    return int(math.ceil((W - F_eff + 2 * P) / S)) + 1


@wrong(
    "the 1 is added before the division by the stride instead of after it", named="one_divided_too"
)
def times_1_added_before_division_stride_after(
    size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    k_eff = (kernel_size - 1) * dilation + 1
    padded = size + 2 * padding
    return (padded - k_eff + 1) // stride


@wrong(
    "two: the padding is counted on one side only; the dilation is ignored",
    named=("padding_once", "dilation_forgotten"),
)
def two_padding_counted_on_one_side(
    size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    # formula of the lecture: (n + p - f) / s + 1
    return (size + padding - kernel_size) // stride + 1
