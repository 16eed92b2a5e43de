"""What a person is told while a model trains."""

import sys


def tell(line: str) -> None:
    """Write a line on standard error, above the bars that are there."""
    from tqdm import tqdm  # noqa: PLC0415 - slow to import, and most trainings have nothing to tell

    tqdm.write(line, file=sys.stderr)
