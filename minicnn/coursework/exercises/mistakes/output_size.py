"""The mistakes that people make in `output_size`, and the other conventions."""

from minicnn.coursework.exercises.output_size import exercise, output_size


@exercise.mistake(
    "The padding was counted once, not at both ends.",
    hint="Draw 5 pixels with a padding of 1. How many boxes are there?",
)
def padding_once(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size + padding, kernel_size, stride, 0, dilation)


@exercise.mistake(
    "The padding was left out.",
    hint="The kernel may start on a pixel that was added. How many pixels can it move over?",
)
def padding_forgotten(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, kernel_size, stride, 0, dilation)


@exercise.mistake(
    "The padding was subtracted: the picture became smaller by it.",
    hint="Does padding give the kernel more room or less?",
)
def padding_subtracted(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride, -padding, dilation)


@exercise.mistake(
    "The padding that was given was not used, but half of the kernel at either end.",
    hint="Half of the kernel keeps the size. Is that what every padding does?",
)
def half_the_kernel_as_padding(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride, kernel_size // 2, dilation)


@exercise.mistake(
    "The dilation was left out: the kernel covers more pixels than it has numbers.",
    hint="Draw a kernel of 3 with a dilation of 2. How many pixels lie from its first to its last?",
)
def dilation_forgotten(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride, padding, 1)


@exercise.mistake(
    "The kernel was taken as dilation * kernel_size pixels long.",
    hint="Count the gaps between 3 numbers. Is there one behind the last?",
)
def dilation_behind_the_last(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, dilation * kernel_size, stride, padding, 1)


@exercise.mistake(
    "The kernel was taken as one pixel too short: dilation * (kernel_size - 1).",
    hint="How many pixels does a kernel of 3 cover without dilation? What does your term give?",
)
def span_one_too_short(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size + 1, kernel_size, stride, padding, dilation)


@exercise.mistake(
    "The dilation was added to the kernel once, not for every gap.",
    hint="Between how many pairs of neighbours do pixels come in?",
)
def only_one_gap(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, kernel_size + dilation - 1, stride, padding, 1)


@exercise.mistake(
    "The dilation was taken as the number of pixels that are left out between two numbers.",
    hint="A dilation of 1 is the ordinary kernel. How many pixels does it leave out?",
)
def dilation_counts_the_gaps(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride, padding, dilation + 1)


@exercise.mistake(
    "The first place was not counted: 1 is missing.",
    hint="A kernel of 5 on 5 pixels cannot move at all. How many places is that?",
)
def first_place_forgotten(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride, padding, dilation) - 1


@exercise.mistake(
    "The 1 for the first place was divided by the stride too.",
    hint="Count the steps first, then the places. Which of the two is divided by the stride?",
)
def one_divided_too(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size + 1, kernel_size, stride, padding, dilation) - 1


@exercise.mistake(
    "Only the kernel was divided by the stride, since division comes before subtraction.",
    hint="Which part of the formula needs brackets around it?",
)
def only_the_kernel_divided(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return size + 2 * padding - (dilation * (kernel_size - 1) + 1) // stride + 1


@exercise.mistake(
    "Only the picture was divided by the stride, before the kernel was subtracted.",
    hint="What does the kernel move over: the picture, or what the kernel itself leaves of it?",
)
def only_the_picture_divided(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return (size + 2 * padding) // stride - dilation * (kernel_size - 1)


@exercise.mistake(
    "The number of steps was rounded up.",
    hint="If the last step leads out of the picture, does the kernel take it?",
)
def rounded_up(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size + stride - 1, kernel_size, stride, padding, dilation)


@exercise.mistake(
    "The number of steps was rounded to the nearest whole number.",
    hint="If two thirds of a step are left, can the kernel take that step?",
)
def rounded_to_the_nearest(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return round((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1


@exercise.mistake(
    "The division was not rounded: the result is not always a whole number.",
    hint="Can a kernel take two thirds of a place?",
)
def not_rounded(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> float:
    return (size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1


@exercise.mistake(
    "The stride was left out.",
    hint="With a stride of 2 the kernel skips every other place. How many are left?",
)
def stride_forgotten(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, kernel_size, 1, padding, dilation)


@exercise.mistake(
    "The picture was divided by the stride alone, whatever the kernel and the padding are.",
    hint="That holds for one special padding. What happens at the border without any?",
)
def same_padding_assumed(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return -(-size // stride)


@exercise.mistake(
    "The kernel moved by its own length, not by the stride.",
    hint="Which argument says how far the kernel moves?",
)
def kernel_as_stride(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, kernel_size, kernel_size, padding, dilation)


@exercise.mistake(
    "This is the size of a transposed convolution, which leads the other way.",
    hint="Should a stride of 2 make the picture larger or smaller?",
)
def of_the_transposed(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + 1


# -- one too many, and parts left out --------------------------------------------------------------


@exercise.mistake(
    "One place too many was counted.",
    hint="A kernel of 5 on 5 pixels cannot move at all. How many places is that?",
)
def one_too_many(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, kernel_size, stride, padding, dilation) + 1


@exercise.mistake(
    "The last place was not counted if the kernel just fits there: < stands where <= belongs.",
    hint="A kernel of 3 starts at pixel 2 of 5 pixels. Is all of it inside?",
)
def last_place_that_fits_forgotten(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size - 1, kernel_size, stride, padding, dilation)


@exercise.mistake(
    "The kernel was left out: it may start at every pixel, also where it reaches beyond the end.",
    hint="How many pixels must be left behind the first one of the kernel?",
)
def kernel_forgotten(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return output_size(size, 1, stride, padding, 1)


@exercise.mistake(
    "The padded picture was divided by the stride; the kernel is left out, and so is the 1.",
    hint="How many pixels must be left behind the first one of the kernel?",
)
def kernel_and_first_place_forgotten(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return (size + 2 * padding) // stride


@exercise.mistake(
    "The kernel was added to the picture, not subtracted.",
    hint="Does a larger kernel have more places or fewer?",
)
def kernel_added(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    return (size + 2 * padding + dilation * (kernel_size - 1) + 1) // stride + 1


@exercise.mistake(
    "The kernel was taken as kernel_size + dilation pixels long.",
    hint="A dilation of 1 is the ordinary kernel. How long is one of 3?",
)
def dilation_added_to_the_kernel(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size + dilation, stride, padding, 1)


@exercise.mistake(
    "The kernel was taken as dilation * kernel_size - 1 pixels long.",
    hint="A dilation of 1 is the ordinary kernel. How long is one of 3?",
)
def dilation_times_the_kernel_less_one(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, dilation * kernel_size - 1, stride, padding, 1)


@exercise.mistake(
    "The kernel was taken as dilation * kernel_size + 1 pixels long.",
    hint="A dilation of 1 is the ordinary kernel. How long is one of 3?",
)
def dilation_times_the_kernel_and_one(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, dilation * kernel_size + 1, stride, padding, 1)


@exercise.mistake(
    "The steps were multiplied by the stride, not divided.",
    hint="With a stride of 2 the kernel skips every other place. How many are left?",
)
def multiplied_by_the_stride(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return (output_size(size, kernel_size, 1, padding, dilation) - 1) * stride + 1


@exercise.mistake(
    "The dilation was taken for the stride, and divides the steps as well.",
    hint="Which argument says how far the kernel moves?",
)
def dilation_as_stride(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> int:
    return output_size(size, kernel_size, stride * dilation, padding, dilation)
