"""Images with their labels, and the ways to divide them."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
from minicnn.typing import Array, Labels

MARKED = 100
"""About how many images go into the fingerprint of a data set."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images with one label each.

    Parameters
    ----------
    images : array (N, C, H, W), or signals (N, C, L), or volumes (N, C, D, H, W)
        float32 or float64; MNIST's are in [0, 1].
    labels : array (N,)
        Whole numbers in 0..K-1.
    classes : tuple of str
        The names of the K classes.

    Raises
    ------
    DataError
        If there are no images, if one holds NaN or infinity, or if the labels are of the wrong
        type, number or range.

    Examples
    --------
    >>> import numpy as np
    >>> data = Dataset(np.zeros((10, 1, 28, 28)), np.arange(10), tuple("0123456789"))
    >>> train, validation = data.split(8, seed=0)
    >>> len(train), len(validation)
    (8, 2)
    """

    images: Array
    labels: Labels
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what no model could learn from."""
        if not isinstance(self.images, np.ndarray) or self.images.ndim not in (3, 4, 5):
            got = getattr(self.images, "shape", type(self.images).__name__)
            raise DataError(
                "Dataset: images must be an array of shape (N, C, H, W), or signals (N, C, L) or "
                f"volumes (N, C, D, H, W), got {got}"
            )
        if self.images.size == 0:
            raise DataError(f"Dataset: there are no images, the shape is {self.images.shape}")
        if not np.issubdtype(self.images.dtype, np.floating):
            raise DataError(
                f"Dataset: images must hold floating-point numbers, got {self.images.dtype}; "
                "bytes of 0 to 255 become floats by images.astype(np.float32) / 255"
            )
        checks.finite("Dataset", "images", self.images)
        if not (isinstance(self.classes, Sequence) and len(self.classes) > 0):
            raise DataError(f"Dataset: classes must be a sequence of names, got {self.classes!r}")
        checks.labels("Dataset", self.labels, len(self.images), len(self.classes))

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: slice) -> "Dataset":
        """Return some of the samples, such as ``data[:1000]``, as views."""
        return Dataset(self.images[index], self.labels[index], self.classes)

    def split(self, size: int, seed: int = 0) -> tuple["Dataset", "Dataset"]:
        """Shuffle, and return `size` samples and the rest.

        The seed decides which sample goes where. Both parts are copies.

        Raises
        ------
        ArgumentError
            If `size` does not leave at least one sample on either side, or the seed is below 0.
        """
        size = checks.whole_number("Dataset.split", "size", size)
        if size >= len(self):
            raise ArgumentError(
                f"Dataset.split: size must be below {len(self):,}, the number of samples, "
                f"got {size:,}"
            )
        seed = checks.whole_number("Dataset.split", "seed", seed, minimum=0)
        order = np.random.default_rng(seed).permutation(len(self))
        first, rest = order[:size], order[size:]
        return (
            Dataset(self.images[first], self.labels[first], self.classes),
            Dataset(self.images[rest], self.labels[rest], self.classes),
        )

    def batches(
        self, batch_size: int, rng: np.random.Generator | None = None
    ) -> Iterator[tuple[Array, Labels]]:
        """Iterate over all samples once, as (images, labels) of `batch_size` or, at the end, fewer.

        Samples come in their own order or, if a generator is given, shuffled, so that every epoch
        has different batches.
        """
        batch_size = checks.whole_number("Dataset.batches", "batch_size", batch_size)
        order = None if rng is None else rng.permutation(len(self))
        return self._batches(batch_size, order)

    def _batches(
        self, batch_size: int, order: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[Array, Labels]]:
        for start in range(0, len(self), batch_size):
            batch = slice(start, start + batch_size)
            samples = batch if order is None else order[batch]
            yield self.images[samples], self.labels[samples]

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.images.shape[1:]))
        return f"Dataset({len(self):,} images of {sizes}, {len(self.classes)} classes)"


def marks(data: Dataset | None) -> dict[str, Any] | None:
    """Return a fingerprint of the data: its shape, and checksums of labels and some images.

    Examples
    --------
    >>> import numpy as np
    >>> data = Dataset(np.zeros((10, 1, 28, 28)), np.arange(10), tuple("0123456789"))
    >>> marks(data) == marks(data[:]), marks(data) == marks(data[:9])
    (True, False)
    """
    if data is None:
        return None
    images = 0
    for image in data.images[:: max(1, len(data) // MARKED)]:
        images = zlib.crc32(image.tobytes(), images)
    labels = zlib.crc32(data.labels.tobytes())
    return {"shape": list(data.images.shape), "labels": labels, "images": images}
