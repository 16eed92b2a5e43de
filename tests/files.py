"""Files that are written again and again."""

from pathlib import Path


def rewrite(path: Path, content: bytes | bytearray) -> None:
    """Write in place: emptied and filled again, a file has some disks wait a little every time."""
    path.touch()
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()
