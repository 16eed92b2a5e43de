"""A model as a table: what each layer gives, holds, costs and sees."""

from collections.abc import Sequence

from minicnn.im2col import Pair
from minicnn.layers import Layer


def stacked_window(layers: Sequence[Layer]) -> tuple[Pair, Pair] | None:
    """Return the kernel size and stride of a stack as if it were one layer.

    The size is the receptive field: the part of the input, in pixels, that one output place depends
    on. Every layer widens it by (kernel - 1) times the stride of all layers before. None where a
    layer sees its whole input.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, and
    Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill
    2019.
    """
    height = width = row_step = column_step = 1
    for layer in layers:
        if layer.window is None:
            return None
        (KH, KW), (SH, SW) = layer.window
        height, width = height + (KH - 1) * row_step, width + (KW - 1) * column_step
        row_step, column_step = row_step * SH, column_step * SW
    return (height, width), (row_step, column_step)


def summarize(layers: Sequence[Layer]) -> str:
    """Return the table for built layers; see `Sequential.summary`."""
    header = ("", "layer", "output shape", "parameters", "multiply-adds", "receptive field")
    rows = [
        (
            str(index),
            repr(layer),
            _times(layer.out_shape or ()),
            f"{_parameter_count([layer]):,}",
            f"{layer.multiply_adds:,}",
            _receptive_field(layers[: index + 1]),
        )
        for index, layer in enumerate(layers)
    ]
    total = (
        "",
        "total",
        "",
        f"{_parameter_count(layers):,}",
        f"{sum(layer.multiply_adds for layer in layers):,}",
        "",
    )
    widths = [max(map(len, column)) for column in zip(header, *rows, total, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    lines = [_line(row, widths) for row in (header, *rows, total)]
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Words stand to the left, numbers to the right."""
    words = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(words + numbers).rstrip()


def _parameter_count(layers: Sequence[Layer]) -> int:
    return sum(parameter.value.size for layer in layers for parameter in layer.parameters)


def _times(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes))


def _receptive_field(layers: Sequence[Layer]) -> str:
    window = stacked_window(layers)
    return "all" if window is None else _times(window[0])
