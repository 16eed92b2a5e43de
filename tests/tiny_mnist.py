"""A data set of six tiny images, which stands in for the real ones."""

import gzip
import hashlib
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from minicnn.data import mnist
from minicnn.data.mnist import MNIST, Source


def encode(array: Any, code: int = 0x08) -> bytes:
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    content: bytes = array.astype(array.dtype.newbyteorder(">")).tobytes()
    return header + content


ARRAYS: dict[str, Any] = {
    mnist.TRAIN_IMAGES: np.random.default_rng(0).integers(0, 256, (4, 16, 16), np.uint8),
    mnist.TRAIN_LABELS: np.array([0, 1, 2, 3], np.uint8),
    mnist.TEST_IMAGES: np.zeros((2, 16, 16), np.uint8),
    mnist.TEST_LABELS: np.array([9, 9], np.uint8),
}
FILES = {name: encode(array) for name, array in ARRAYS.items()}


def source(*mirrors: str) -> Source:
    return replace(
        MNIST,
        name="tiny",
        mirrors=mirrors,
        checksums={name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()},
        shapes={name: array.shape for name, array in ARRAYS.items()},
    )


def fill(folder: Path, *, compressed: bool = True) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / name).write_bytes(content)


def names(folder: Path) -> list[str]:
    """All that lies in a folder, hidden files as well."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


WHOLE = sorted(f"{name}.gz" for name in FILES)
