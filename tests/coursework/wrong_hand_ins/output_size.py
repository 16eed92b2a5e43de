"""Hand-ins for the number of places of a kernel along one axis."""

import math
from typing import Any

from wrong_hand_ins import right, wrong


@right("the formula with the kernel's reach")
def out_size(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    reach = dilation * (kernel_size - 1) + 1
    return (size + 2 * padding - reach) // stride + 1


@right("the places are counted")
def count_places(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    start, count = -padding, 0
    while start + dilation * (kernel_size - 1) < size + padding:
        count += 1
        start += stride
    return count


@right("math.floor of a quotient")
def conv_out(n: Any, k: Any, s: Any, p: Any, d: Any) -> Any:
    return math.floor((n + 2 * p - d * (k - 1) - 1) / s + 1)


@wrong("the + 1 is forgotten", named="first_place_forgotten")
def size_without_plus_one(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    effective = kernel + (kernel - 1) * (dilation - 1)
    return (size - effective + 2 * padding) // stride


@wrong("the padding counts once, not on both sides", named="padding_once")
def size_one_padding(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    last_start = size + padding - (dilation * (kernel - 1) + 1)
    return len(range(0, last_start + 1, stride))


@wrong("/ for //: the rest that no window covers gives a fraction", named="not_rounded")
def size_true_division(W: Any, F: Any, S: Any, P: Any, D: Any) -> Any:
    F = D * (F - 1) + 1
    return (W - F + 2 * P) / S + 1


@wrong("rounded up instead of down", named="rounded_up")
def size_ceil(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    span = dilation * (kernel_size - 1)
    return math.ceil((size + 2 * padding - span - 1) / stride) + 1


@wrong("the dilation is forgotten", named="dilation_forgotten")
def size_no_dilation(n: Any, k: Any, s: Any, p: Any, d: Any) -> Any:
    places = [i for i in range(-p, n + p) if i + k <= n + p]
    return len(places[::s])


@wrong(
    "the dilated kernel is dilation * kernel_size long: its last gap is counted too",
    named="dilation_behind_the_last",
)
def size_long_reach(size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    padded = size + padding + padding
    steps = 0
    position = 0
    while position + kernel_size * dilation <= padded:
        steps += 1
        position += stride
    return steps


@wrong("the + 1 goes in before the division", named="one_divided_too")
def size_plus_one_inside(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    reach = kernel + (kernel - 1) * (dilation - 1)
    return (size + 2 * padding - reach + 1) // stride


@wrong(
    "two in one: rounded up, and the dilation is forgotten",
    named=("rounded_up", "dilation_forgotten"),
)
def size_two_slips(h: Any, k: Any, stride: Any, pad: Any, dilation: Any) -> Any:
    total = h + 2 * pad - k
    return -(-total // stride) + 1
