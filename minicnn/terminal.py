"""Messages and progress bars in the terminal."""

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def tell(line: str) -> None:
    """Write a line to standard error, above any progress bars."""
    from tqdm import tqdm  # noqa: PLC0415 - slow to import

    tqdm.write(line, file=sys.stderr)


def progress_bar(items: Sequence[Item], name: str) -> Iterable[Item]:
    """Iterate over the items, with a progress bar if standard error is a terminal."""
    from tqdm import tqdm  # noqa: PLC0415 - slow to import

    return tqdm(items, desc=name, leave=False, disable=None)
