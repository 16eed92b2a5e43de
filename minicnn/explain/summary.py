"""A model as a table: what each layer gives, holds, costs and sees."""

from collections.abc import Sequence

from minicnn import checks
from minicnn.explain.cost import multiply_adds
from minicnn.explain.receptive_field import all_regions
from minicnn.layers import Composition, Layer, Parameter


def summarize(model: Composition) -> str:
    """Return the table for a built model; see `Sequential.summary`."""
    layers = model.layers
    header = ("", "layer", "output shape", "parameters", "multiply-adds", "receptive field")
    rows = [
        (
            str(index),
            repr(layer),
            checks.times(layer.out_shape or ()),
            f"{_count(layer.parameters):,}",
            f"{multiply_adds(layer):,}",
            _receptive_field(layers[: index + 1]),
        )
        for index, layer in enumerate(layers)
    ]
    parameters = model.parameters
    totals = [("", "total", "", f"{_count(parameters):,}", f"{multiply_adds(model):,}", "")]
    for role, name in (("frozen", "of these frozen"), ("statistic", "of these statistics")):
        if count := _count([p for p in parameters if p.role == role]):
            totals.append(("", name, "", f"{count:,}", "", ""))
    widths = [max(map(len, column)) for column in zip(header, *rows, *totals, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    first, *lines = [_line(row, widths) for row in (header, *rows, *totals)]
    skipped = model.without_softmax() is not model
    note = ["The last Softmax is skipped in training by CrossEntropy, which takes the scores."]
    table = [first, rule, *lines[: len(rows)], rule, *lines[len(rows) :]]
    return "\n".join(table + note * skipped)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Words stand to the left, numbers to the right."""
    words = [cell.ljust(width) for cell, width in zip(cells[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(words + numbers).rstrip()


def _count(parameters: Sequence[Parameter]) -> int:
    return sum(parameter.value.size for parameter in parameters)


def _receptive_field(layers: Sequence[Layer]) -> str:
    """Return its size, or "all" where every output place sees the whole input."""
    regions, sizes = all_regions(layers), (layers[0].in_shape or ())[1:]
    if not sizes:  # a vector has no places
        return "-"
    if all(
        first <= 0 and last >= size - 1
        for region in regions
        for (first, last), size in zip(region, sizes, strict=True)
    ):
        return "all"
    axes = zip(*regions, strict=True)
    return checks.times(tuple(max(last - first + 1 for first, last in axis) for axis in axes))
