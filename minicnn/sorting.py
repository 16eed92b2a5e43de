"""The order of names that have numbers in them."""

import re


def as_counted(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return what to sort a name by, so that numbers in it are in their order: 2 before 10.

    Examples
    --------
    >>> sorted(["conv_10", "conv_9"], key=as_counted)
    ['conv_9', 'conv_10']
    """
    parts = [part for part in re.split(r"([0-9]+)", name) if part]
    return [_number(part) if part[0] in "0123456789" else (1, 0, part) for part in parts], name


def _number(digits: str) -> tuple[int, int, str]:
    """Return what to sort digits by; `int` refuses thousands of them, which a file may have."""
    digits = digits.lstrip("0")
    return 0, len(digits), digits
