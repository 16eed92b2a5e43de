"""The mistakes that people make in `receptive_field`, and the other conventions."""

import math
from collections.abc import Sequence

from minicnn.coursework.exercises.receptive_field import exercise, receptive_field


@exercise.mistake(
    "The strides were left out.",
    hint="Behind a layer with a stride of 2, how many pixels lie between two neighbouring places?",
)
def strides_ignored(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, [1] * len(strides))


@exercise.mistake(
    "A layer's window was widened by the stride of the layer itself, not only of those before it.",
    hint="Take a single layer. How many pixels does one place see if its stride is 2 instead of 1?",
)
def own_stride_counted(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field([1, *kernel_sizes], [*strides, 1])


@exercise.mistake(
    "A layer's window was widened by the strides of the layers behind it, not of those before it.",
    hint="Which stride sets the first layer's places apart that the second layer looks at?",
)
def strides_behind_counted(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field = 1
    for size, stride in zip(kernel_sizes, strides, strict=True):
        field = (field - 1) * stride + size
    return field


@exercise.mistake(
    "The layers were gone through from the last to the first, with the rule for the other way.",
    hint="Your rule multiplies the strides that it has met. Whose strides should that be?",
)
def last_layer_first(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = 1, 1
    for size, stride in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        step *= stride
        field += (size - 1) * step
    return field


@exercise.mistake(
    "A layer's window was widened by the stride of the one layer before it, not of all before.",
    hint="Two strides of 2, one behind the other: how far apart are the places in pixels?",
)
def only_the_stride_before(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    before = [1, *strides[:-1]]
    return 1 + sum((size - 1) * step for size, step in zip(kernel_sizes, before, strict=True))


@exercise.mistake(
    "A layer's window was widened by its own stride alone.",
    hint="Whose stride sets the places apart that a window looks at?",
)
def only_the_own_stride(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return 1 + sum((size - 1) * step for size, step in zip(kernel_sizes, strides, strict=True))


@exercise.mistake(
    "Behind the first layer, a window was widened by its own stride alone.",
    hint="Whose stride sets the places apart that a window looks at?",
)
def only_the_own_stride_behind_the_first(
    kernel_sizes: Sequence[int], strides: Sequence[int]
) -> int:
    field = kernel_sizes[0]
    for size, stride in zip(kernel_sizes[1:], strides[1:], strict=True):
        field += (size - 1) * stride
    return field


@exercise.mistake(
    "The stride of the first layer was left out.",
    hint="How far apart, in pixels, are two neighbouring places of the first layer's output?",
)
def first_stride_left_out(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, [1, *strides[1:]])


@exercise.mistake(
    "The stride of the first layer was left out, and each other layer's own stride was counted.",
    hint="Whose strides set the places apart that a window looks at?",
)
def one_layer_late(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = kernel_sizes[0], 1
    for size, stride in zip(kernel_sizes[1:], strides[1:], strict=True):
        step *= stride
        field += (size - 1) * step
    return field


@exercise.mistake(
    "The strides were added up, not multiplied.",
    hint="Three strides of 2: are neighbours 6 pixels apart, or 8?",
)
def strides_added(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = 1, 0
    for size, stride in zip(kernel_sizes, strides, strict=True):
        field += (size - 1) * max(step, 1)
        step += stride
    return field


@exercise.mistake(
    "The strides were added up to the 1 that it starts with, not multiplied.",
    hint="With all strides 1, how far apart are neighbours behind three layers?",
)
def strides_added_to_one(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = 1, 1
    for size, stride in zip(kernel_sizes, strides, strict=True):
        field += (size - 1) * step
        step += stride
    return field


@exercise.mistake(
    "The sizes of the kernels were added up.",
    hint="Two kernels of 3, one behind the other: draw which pixels are seen twice.",
)
def kernels_added(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return sum(kernel_sizes)


@exercise.mistake(
    "The sizes of the kernels were multiplied.",
    hint="Two kernels of 3, one behind the other: count the pixels in a drawing.",
)
def kernels_multiplied(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return math.prod(kernel_sizes)


@exercise.mistake(
    "The whole kernel was added for each layer, not one less, on top of the 1 at the start.",
    hint="By how many pixels does the field grow if a kernel of 1 is put on top?",
)
def kernel_not_less_one(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = 1, 1
    for size, stride in zip(kernel_sizes, strides, strict=True):
        field += size * step
        step *= stride
    return field


@exercise.mistake(
    "The whole kernel was added for each layer, not one less.",
    hint="Two kernels of 3, one behind the other: draw how many pixels the second brings in.",
)
def whole_kernels_from_zero(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field, step = 0, 1
    for size, stride in zip(kernel_sizes, strides, strict=True):
        field += size * step
        step *= stride
    return field


@exercise.mistake(
    "It is one too small: the place that it starts with was not counted.",
    hint="How many pixels does a place depend on before there is any layer?",
)
def starts_at_zero(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, strides) - 1


@exercise.mistake(
    "From the last layer down, the field was multiplied by the stride as a whole.",
    hint="Three places, 2 pixels apart: how many pixels from the first to the last?",
)
def field_times_stride(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field = 1
    for size, stride in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        field = field * stride + size - 1
    return field


@exercise.mistake(
    "From the last layer down, the field was multiplied by the stride, and the kernel added.",
    hint="One place of a layer sees exactly one kernel. What does your rule give for one layer?",
)
def field_times_stride_and_kernel(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    field = 1
    for size, stride in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        field = field * stride + size
    return field


@exercise.mistake(
    "The field without strides was multiplied by all strides.",
    hint="Does the stride of the last layer change what one of its places sees?",
)
def times_all_strides(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return (1 + sum(size - 1 for size in kernel_sizes)) * math.prod(strides)


@exercise.mistake(
    "Twice half of the kernel, rounded down, was added: even kernels are taken as one larger.",
    hint="What does your rule give for a single window of 2?",
)
def even_kernels_as_odd(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field([2 * (size // 2) + 1 for size in kernel_sizes], strides)


@exercise.mistake(
    "Half of the kernel was added for each layer: it reaches out on both sides.",
    hint="A kernel of 3 has one neighbour to the left. And to the right?",
)
def only_one_side(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field([size // 2 + 1 for size in kernel_sizes], strides)


@exercise.mistake(
    "This is the distance of two neighbouring places of the last layer, the product of strides.",
    hint="What one place sees is asked for, not how far the next one is.",
)
def distance_of_neighbours(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return math.prod(strides)


@exercise.mistake(
    "The result was squared: these are the pixels of an area.",
    hint="Along how many axes is it asked for?",
)
def area(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, strides) ** 2


# -- layers left out, and wrong starts -------------------------------------------------------------


@exercise.mistake(
    "It is one too large.",
    hint="How many pixels does a single window of 3 see? What does your rule give?",
)
def one_too_many(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, strides) + 1


@exercise.mistake(
    "Only the first layer was counted.",
    hint="Which line ends the loop, and when should it be reached?",
)
def only_the_first_layer(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes[:1], strides[:1])


@exercise.mistake(
    "Only the last layer was counted: its window alone is the result.",
    hint="Places of the last layer look at places of the layer before. What do these look at?",
)
def only_the_last_layer(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes[-1:], strides[-1:])


@exercise.mistake(
    "The first layer was left out.",
    hint="Where do your indices begin, and where do they end?",
)
def first_layer_left_out(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes[1:], strides[1:])


@exercise.mistake(
    "The last layer was left out.",
    hint="Where do your indices begin, and where do they end?",
)
def last_layer_left_out(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes[:-1], strides[:-1])


@exercise.mistake(
    "Each layer replaced the sum so far: only the pixels that the last one brings in are left.",
    hint="What does = do to the sum so far?",
)
def only_the_last_step(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    others = receptive_field(kernel_sizes[:-1], strides[:-1])
    return receptive_field(kernel_sizes, strides) - others


@exercise.mistake(
    "Only the pixels that the last layer brings in were counted, and one more.",
    hint="What does = do to the sum so far?",
)
def only_the_last_step_and_one(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    others = receptive_field(kernel_sizes[:-1], strides[:-1])
    return receptive_field(kernel_sizes, strides) - others + 1


@exercise.mistake(
    "From the last layer down, it started with 0 places, not with one.",
    hint="How many places of the last layer is it about?",
)
def backwards_from_zero(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(kernel_sizes, strides) - math.prod(strides)


@exercise.mistake(
    "The step started with the stride of the first layer, and was then multiplied by it again.",
    hint="How far apart are two neighbouring pixels of the picture?",
)
def first_stride_twice(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return 1 + strides[0] * (receptive_field(kernel_sizes, strides) - 1)


@exercise.mistake(
    "Each layer's window was widened by the product of all strides.",
    hint="How far apart are two neighbouring pixels, which the first layer looks at?",
)
def all_strides_for_every_layer(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return 1 + math.prod(strides) * (receptive_field(kernel_sizes, [1] * len(strides)) - 1)


@exercise.mistake(
    "One more than the kernel was added for each layer, not one less.",
    hint="By how many pixels does the field grow if a kernel of 1 is put on top?",
)
def kernel_plus_one(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field([size + 2 for size in kernel_sizes], strides)


@exercise.mistake(
    "Two less than the kernel was added for each layer.",
    hint="Two kernels of 3, one behind the other: draw how many pixels the second brings in.",
)
def kernel_less_two(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field([size - 1 for size in kernel_sizes], strides)


@exercise.mistake(
    "The kernels were read from the last layer on, and the strides from the first.",
    hint="Which kernel and which stride belong to one layer?",
)
def kernels_in_reverse(kernel_sizes: Sequence[int], strides: Sequence[int]) -> int:
    return receptive_field(list(reversed(kernel_sizes)), strides)
