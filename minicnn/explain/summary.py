"""A model as a table: what each layer gives, holds, costs and sees."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from minicnn import checks, terminal
from minicnn.explain.cost import multiply_adds
from minicnn.explain.receptive_field import all_regions
from minicnn.html_table import table
from minicnn.layers import Composition, Layer, Parameter, Residual

_Row: TypeAlias = tuple[str, str, str, str, str, str]

HEADER = ("", "layer", "output shape", "parameters", "multiply-adds", "receptive field")
NARROW = ("", "layer", "output", "params", "mul-adds", "field")
"""The columns, and how they are called where a line is short."""

LAYER = HEADER.index("layer")

SKIPPED = "The last Softmax is skipped in training by CrossEntropy, which takes the scores."


@dataclass(frozen=True)
class Summary:
    """A model as a table: prints as text, and shows itself in a notebook.

    In a terminal that is too narrow, the names of layers are cut, and never a number.

    Attributes
    ----------
    rows : tuple of rows of text
        One for each layer, with those in it: its number, the layer, its output shape, parameters,
        multiply-adds and receptive field.
    totals : tuple of rows of text
    note : str
        What is to be known beside; may be empty.

    Examples
    --------
    >>> from minicnn import Dense, Sequential
    >>> Sequential([Dense(2)], input_shape=(3,)).summary()
       layer     output shape  parameters  multiply-adds  receptive field
    -  --------  ------------  ----------  -------------  ---------------
    0  Dense(2)  2                      8              6                -
    -  --------  ------------  ----------  -------------  ---------------
       total                            8              6
    """

    rows: tuple[_Row, ...]
    totals: tuple[_Row, ...]
    note: str = ""

    def __repr__(self) -> str:
        """Return the whole text: a summary is often the last line of a cell."""
        return str(self)

    def __str__(self) -> str:
        return self.text(terminal.width())

    def text(self, width: int) -> str:
        """Return the table in lines of `width` characters at most, if its numbers have room."""
        header, rows = HEADER, (*self.rows, *self.totals)
        widths = _widths(header, *rows)
        if sum(widths) + 2 * (len(widths) - 1) > width:
            header = NARROW
            widths = _widths(header, *rows)
            too_much = sum(widths) + 2 * (len(widths) - 1) - width
            widths[LAYER] = max(len("layer"), widths[LAYER] - max(too_much, 0))
        rule = "  ".join("-" * width for width in widths)
        first, *lines = [_line(row, widths) for row in (header, *rows)]
        count = len(self.rows)
        note = textwrap.wrap(self.note, width)
        return "\n".join([first, rule, *lines[:count], rule, *lines[count:], *note])

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return table(HEADER, self.rows, totals=self.totals, words=3, note=self.note)


def summarize(model: Composition) -> Summary:
    """Return the table for a built model; see `Sequential.summary`."""
    rows = [
        row
        for index, layer in enumerate(model.layers)
        for row in _rows(str(index), layer, model.layers[:index])
    ]
    parameters = model.parameters
    totals: list[_Row] = [
        ("", "total", "", f"{_count(parameters):,}", f"{multiply_adds(model):,}", "")
    ]
    frozen = f"of these frozen: {_frozen(model)}"
    for role, name in (("frozen", frozen), ("statistic", "of these statistics")):
        if count := _count([p for p in parameters if p.role == role]):
            totals.append(("", name, "", f"{count:,}", "", ""))
    skipped = model.without_softmax() is not model
    return Summary(tuple(rows), tuple(totals), SKIPPED if skipped else "")


def _rows(name: str, layer: Layer, before: Sequence[Layer], depth: int = 0) -> list[_Row]:
    """Return the row of a layer that stands behind others, and the rows of the layers in it."""
    way = [*before, layer]
    index, label = (name, "") if depth == 0 else ("", f"{'  ' * depth}{name} ")
    shape, field = checks.times(layer.out_shape or ()), _receptive_field(way)
    inner = _shown_inside(layer)
    if not inner:
        costs = f"{_count(layer.parameters):,}", f"{multiply_adds(layer):,}"
        return [(index, f"{label}{layer!r}", shape, *costs, field)]
    rows = [(index, f"{label}{type(layer).__name__}", shape, "", "", field)]
    for place, one, behind in inner:
        rows += _rows(place, one, [*before, *behind], depth + 1)
    return rows


def _shown_inside(layer: Layer) -> list[tuple[str, Layer, list[Layer]]]:
    """Return the layers that were given to a layer: the name of each, and those that it follows."""
    if isinstance(layer, Residual):
        branch = layer.branch.layers
        ways = [(f"branch.{i}", inner, branch[:i]) for i, inner in enumerate(branch)]
        return ways + ([("shortcut", layer.shortcut, [])] if layer.shortcut else [])
    if isinstance(layer, Composition) and "layers" in layer.config:
        steps = enumerate(layer.steps())
        return [(place, inner, layer.layers[:i]) for i, (place, inner) in steps]
    return []


def _widths(*rows: _Row) -> list[int]:
    """Return how wide each column is."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _line(cells: _Row, widths: list[int]) -> str:
    """Words stand to the left, numbers to the right."""
    layer = terminal.shortened(cells[LAYER], widths[LAYER])
    names = (*cells[:LAYER], layer, *cells[LAYER + 1 : 3])
    words = [cell.ljust(width) for cell, width in zip(names, widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(cells[3:], widths[3:], strict=True)]
    return "  ".join(words + numbers).rstrip()


def _count(parameters: Sequence[Parameter]) -> int:
    return sum(parameter.value.size for parameter in parameters)


def _frozen(model: Composition) -> str:
    """Return the names of the frozen parameters, or of more than two the places of their layers."""
    names = [name for name, p in model.named_parameters().items() if p.role == "frozen"]
    if len(names) <= 2:
        return ", ".join(names)
    return "in " + ", ".join(dict.fromkeys(name.partition(".")[0] for name in names))


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
