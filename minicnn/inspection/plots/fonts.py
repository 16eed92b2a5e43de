"""A font for the names of classes, in whatever script they are written.

The fonts that come with matplotlib have the letters of Europe and a few more. Chinese, Japanese and
Korean need a font of the system's, which matplotlib finds, but does not take by itself.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes

PREFERRED = (
    *("Noto Sans", "Source Han Sans", "Droid Sans", "WenQuanYi", "Microsoft", "PingFang"),
    *("Hiragino", "Yu Gothic", "Meiryo", "Malgun", "Apple SD", "Nanum", "Arial Unicode"),
)
"""How the names of fonts begin that are taken before others with as many of the characters."""

LAST_RESORT = "Last Resort"
"""How the name of a font begins that has a box for every character."""


@contextmanager
def drawable(names: Iterable[object], *axes: Axes) -> Iterator[list[str]]:
    """Yield the texts of names to a ``with`` that writes them in the titles and ticks of axes.

    They are drawn in the font in use, and what it lacks in the installed font that has most of it.
    A name that no font can draw becomes its number, "class 3", and a warning says so, once.

    Examples
    --------
    >>> with drawable(["cat", 7]) as texts:
    ...     texts  # would be written here
    ['cat', '7']
    """
    texts = [str(name).replace("$", r"\$") for name in names]  # $ would begin a formula
    wanted = {character for text in texts for character in text if not character.isspace()}
    families = list(mpl.rcParams["font.family"])
    missing = wanted - _characters_of(families)
    while missing and (found := _richest(missing)) and found not in families:
        families.append(found)
        missing -= _characters_of([found])
    if missing:
        _warn(frozenset(missing))
        texts = [_or_number(text, number, missing) for number, text in enumerate(texts)]
    yield texts
    if len(families) > len(mpl.rcParams["font.family"]):
        for ax in axes:
            for text in (ax.title, *ax.get_xticklabels(), *ax.get_yticklabels()):
                text.set_fontfamily(families)


def _characters_of(families: Sequence[str]) -> frozenset[str]:
    """Return the characters that the fonts of these families have, those that are installed."""
    found: frozenset[str] = frozenset()
    for family in families:
        wanted = font_manager.FontProperties(family=[family])
        try:
            path = font_manager.findfont(wanted, fallback_to_default=False)
        except ValueError:  # there is none
            continue
        found |= _characters(path)
    return found


@lru_cache(maxsize=1024)
def _characters(path: str) -> frozenset[str]:
    """Return the characters that a font file has; none where it cannot be read."""
    try:
        return frozenset(map(chr, font_manager.get_font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()


def _richest(missing: set[str]) -> str | None:
    """Return the installed family that has most of the characters, or None if none has any."""
    upright = [
        font
        for font in font_manager.fontManager.ttflist
        if font.style == "normal" and not font.name.startswith(LAST_RESORT)
    ]
    upright.sort(key=lambda font: not font.name.startswith(PREFERRED))
    counts = [len(missing & _characters(font.fname)) for font in upright]
    most = max(counts, default=0)
    return upright[counts.index(most)].name if most else None


@lru_cache(maxsize=256)  # so that the same is said once
def _warn(missing: frozenset[str]) -> None:
    shown = " ".join(sorted(missing)[:8]) + (" ..." if len(missing) > 8 else "")
    warnings.warn(
        f"no installed font has the characters {shown}; the names with them are drawn as the "
        "numbers of their classes; a font such as Noto Sans CJK has them, and is found once it is "
        "installed and the program is started again",
        stacklevel=2,
    )


def _or_number(text: str, number: int, missing: set[str]) -> str:
    return f"class {number}" if missing & set(text) else text
