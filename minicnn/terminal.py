"""What a person is told while something long goes on."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def tell(line: str) -> None:
    """Write a line on standard error, above the bars that are there."""
    from tqdm import tqdm  # noqa: PLC0415 - slow to import, and most trainings have nothing to tell

    tqdm.write(line, file=sys.stderr)


def progress_bar(items: Sequence[Item], name: str) -> Iterable[Item]:
    """Go through the items, with a bar on standard error where that is a terminal."""
    from tqdm import tqdm  # noqa: PLC0415 - slow to import

    return tqdm(items, desc=name, leave=False, disable=None)
