"""Tables and small pictures in HTML, as which objects show themselves in a notebook.

A notebook asks an object for `_repr_html_`. No colour of text or page is set here, and borders and
cells let what is behind shine through, so that all of it reads in light notebooks as in dark ones.
"""

import base64
import html
import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

LINE = "rgba(128, 128, 128, 0.4)"
CELL = "padding: 0.15em 0.6em"
NUMBERS = "text-align: right; font-variant-numeric: tabular-nums"
GROUP = "display: flex; flex-wrap: wrap; gap: 0.4em 1.4em; align-items: flex-start"
ABOVE, BELOW = (213, 94, 0), (0, 114, 178)
"""The colours of numbers above and below zero, apart from each other with any colour blindness."""

MARK = "background: rgba(224, 112, 32, 0.35); font-weight: bold"


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    totals: Iterable[Sequence[str]] = (),
    words: int = 1,
    note: str = "",
) -> str:
    """Return a table.

    Parameters
    ----------
    header : sequence of str
        The names of the columns; where all are empty there is no such row.
    rows : iterable of sequences of str
    totals : iterable of sequences of str
        More rows, below a line.
    words : int, default 1
        How many columns are words, and stand to the left; the others are numbers.
    note : str
        What stands below.

    Examples
    --------
    >>> table(["name", "a < b"], [["one", "1"]]).count("<td"), table(["", ""], []).count("<th")
    (2, 0)
    >>> "a &lt; b" in table(["name", "a < b"], [])
    True
    """
    head = f"<thead>{_row(header, words, tag='th')}</thead>" if any(header) else ""
    body = "".join(_row(row, words) for row in rows)
    foot = "".join(_row(row, words) for row in totals)
    if foot:
        foot = f'<tbody style="border-top: 1px solid {LINE}">{foot}</tbody>'
    return (
        '<div style="overflow: auto; max-height: 32em">'
        f'<table style="border-collapse: collapse; white-space: pre">{head}'
        f"<tbody>{body}</tbody>{foot}</table>{text(note)}</div>"
    )


def _row(cells: Sequence[str], words: int, *, tag: str = "td") -> str:
    """Return a row; words to the left, numbers to the right."""
    aligned = ("text-align: left" if column < words else NUMBERS for column in range(len(cells)))
    written = (
        f'<{tag} style="{CELL}; {align}">{html.escape(cell)}</{tag}>'
        for cell, align in zip(cells, aligned, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"


def matrix(values: npt.ArrayLike, caption: str = "", *, limit: float | None = None) -> str:
    """Return a matrix of numbers, the more coloured the further they are from zero.

    Parameters
    ----------
    values : array (rows, columns)
    caption : str
        What stands above it.
    limit : float, optional
        The number that has the full colour, where several have one scale. By default the largest.

    Examples
    --------
    >>> matrix([[1, -1]], "kernel").count("<td")
    2
    """
    numbers = np.asarray(values, np.float64)
    scale = limit or float(abs(numbers).max(initial=0.0)) or 1.0
    rows = ((_shaded(float(number), scale) for number in row) for row in numbers)
    return _grid(rows, caption)


def marked_matrix(
    numbers: Sequence[Sequence[str]], marked: npt.NDArray[np.bool_], caption: str = ""
) -> str:
    """Return a matrix of numbers that are text already, with some of them marked.

    Parameters
    ----------
    numbers : sequence of sequences of str
    marked : array (rows, columns) of bool
    caption : str
        What stands above it.

    Examples
    --------
    >>> marked_matrix([["1", "2"]], np.array([[False, True]])).count("bold")
    1
    """
    rows = (
        (_cell(number, MARK if mark else "") for number, mark in zip(*row, strict=True))
        for row in zip(numbers, marked, strict=True)
    )
    return _grid(rows, caption)


def _grid(rows: Iterable[Iterable[str]], caption: str) -> str:
    """Return rows of cells with lines between them."""
    above = f'<caption style="text-align: left">{html.escape(caption)}</caption>' if caption else ""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table style="border-collapse: collapse; margin: 0.2em 0">{above}{body}</table>'


def _shaded(number: float, scale: float) -> str:
    """Return a cell whose colour is the stronger, the larger its number is."""
    red, green, blue = ABOVE if number > 0 else BELOW
    strength = 0.65 * min(abs(number) / scale, 1.0)
    return _cell(f"{number + 0.0:.4g}", f"background: rgba({red}, {green}, {blue}, {strength:.2f})")


def _cell(number: str, look: str) -> str:
    """Return a cell with a line around it."""
    style = f"{CELL}; border: 1px solid {LINE}; {NUMBERS}; {look}"
    return f'<td style="{style}">{html.escape(number)}</td>'


def bars(names: Sequence[str], shares: Sequence[float]) -> str:
    """Return a bar for each of some shares from 0 to 1, with its name and its percentage.

    Examples
    --------
    >>> "25.0%" in bars(["three"], [0.25])
    True
    """
    rows = "".join(
        f'<tr><td style="{CELL}; text-align: left">'
        f'{html.escape(name)}</td><td style="{CELL}; width: 12em">'
        f'<div style="height: 0.8em; width: {100 * share:.1f}%; background: rgb{BELOW}"></div></td>'
        f'<td style="{CELL}; {NUMBERS}">{share:.1%}</td></tr>'
        for name, share in zip(names, shares, strict=True)
    )
    return f'<table style="border-collapse: collapse">{rows}</table>'


def picture(pixels: npt.ArrayLike, description: str, *, scale: int = 1) -> str:
    """Return a picture that stands within the page.

    Parameters
    ----------
    pixels : array (H, W), or (H, W, 3) in colour
        From 0, black, to 1.
    description : str
        What it shows, for those who cannot see it.
    scale : int, default 1
        How many pixels of the screen each one takes, in both directions.

    Examples
    --------
    >>> picture([[0, 1]], "a black and a white pixel")[:32]
    '<img src="data:image/png;base64,'
    """
    array = np.asarray(pixels, np.float64)
    data = base64.b64encode(png(array)).decode("ascii")
    H, W = array.shape[:2]
    return (
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(description)}" '
        f'width="{W * scale}" height="{H * scale}" style="image-rendering: pixelated">'
    )


def png(pixels: npt.NDArray[np.floating]) -> bytes:
    """Return the PNG file of a picture (H, W) or (H, W, 3) of numbers from 0 to 1.

    A PNG is a signature and some chunks: the header, the pixels and the end. Each row of pixels
    begins with the number of the filter that it went through, and 0 is none.

    References
    ----------
    "Portable Network Graphics (PNG) Specification", W3C, 3rd edition, 2025.
    """
    levels = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    H, W = levels.shape[:2]
    rows = levels.reshape(H, -1)
    unfiltered = np.concatenate([np.zeros((H, 1), np.uint8), rows], axis=1).tobytes()
    colour_type = 2 if levels.ndim == 3 else 0
    header = struct.pack(">IIBBBBB", W, H, 8, colour_type, 0, 0, 0)  # 8 bits a channel
    chunks = {b"IHDR": header, b"IDAT": zlib.compress(unfiltered, 9), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks.items())


def _chunk(kind: bytes, data: bytes) -> bytes:
    """Return a part of a PNG: its length, its kind, what is in it, and a check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def text(words: str) -> str:
    """Return words as paragraphs, a line each; nothing of none."""
    return "".join(
        f'<p style="margin: 0.3em 0">{html.escape(line)}</p>' for line in words.splitlines()
    )


def group(*parts: str) -> str:
    """Return parts of a page side by side, as far as there is room."""
    return f'<div style="{GROUP}">{"".join(f"<div>{part}</div>" for part in parts)}</div>'
