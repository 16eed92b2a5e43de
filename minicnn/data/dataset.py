"""Pictures and what a model is to make of them, and the ways to divide them."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ArgumentError, DataError
from minicnn.typing import Array, Labels, Targets

FINGERPRINTED = 100
"""About as many images make up the fingerprint of a data set."""


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Pictures, and for each what a model is to make of it.

    Parameters
    ----------
    images : array (N, C, H, W), or vectors (N, D), signals (N, C, L), volumes (N, C, D, H, W)
        float32 or float64; MNIST's are in [0, 1].
    targets : array (N, ...)
        Class numbers (N,), whole numbers in 0..K-1; or whatever else the loss takes, such as
        numbers (N, K) or pictures (N, C, H, W) for `MeanSquaredError`.
    classes : sequence of str, optional
        The names of the K classes, where the targets are class numbers. Anything else in it is
        named as it prints, so that those of `numpy.unique` will do.

    Raises
    ------
    DataError
        If there are no images, if there is not one target for each, if an image or a target is NaN
        or infinite, or if class numbers are of the wrong type or range.
    ShapeError
        If the images can only be (N, H, W, C), channels last.

    Examples
    --------
    >>> data = Dataset(np.zeros((10, 1, 28, 28)), np.arange(10), tuple("0123456789"))
    >>> train, validation = data.split(8, seed=0)
    >>> len(train), len(validation)
    (8, 2)
    >>> image, label = data[3]
    >>> image.shape, int(label)
    ((1, 28, 28), 3)
    >>> Dataset(np.zeros((5, 1, 8, 8)), np.zeros((5, 1, 8, 8)))
    Dataset(5 images of 1 x 8 x 8, targets of 1 x 8 x 8)
    """

    images: Array
    targets: Targets
    classes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what no model could learn from."""
        if not isinstance(self.images, np.ndarray) or self.images.ndim not in (2, 3, 4, 5):
            got = getattr(self.images, "shape", type(self.images).__name__)
            raise DataError(
                "Dataset: images must be an array of shape (N, C, H, W), or vectors (N, D), "
                f"signals (N, C, L) or volumes (N, C, D, H, W), got {got}"
            )
        if self.images.size == 0:
            raise DataError(f"Dataset: there are no images, the shape is {self.images.shape}")
        if not np.issubdtype(self.images.dtype, np.floating):
            raise DataError(
                f"Dataset: images must hold floating-point numbers, got {self.images.dtype}; "
                "bytes of 0 to 255 become floats by images.astype(np.float32) / 255"
            )
        checks.channels_first("Dataset", self.images.shape[1:])
        checks.finite("Dataset", "images", self.images)
        self._check_targets()

    def _check_targets(self) -> None:
        """Raise DataError unless there is a target for each image."""
        if self.classes is not None:
            many = isinstance(self.classes, Sequence | np.ndarray) and np.ndim(self.classes) < 2
            if not many or len(self.classes) == 0:
                raise DataError(
                    f"Dataset: classes must be a sequence of names, got {self.classes!r}"
                )
            names = tuple(map(str, self.classes))
            if len(set(names)) < len(names):
                raise DataError(f"Dataset: expected different names of classes, got {_list(names)}")
            object.__setattr__(self, "classes", names)
            checks.labels("Dataset", self.targets, len(self.images), len(self.classes))
            return
        if not isinstance(self.targets, np.ndarray) or self.targets.dtype.kind not in "iuf":
            got = getattr(self.targets, "dtype", type(self.targets).__name__)
            raise DataError(
                f"Dataset: targets must be an array of numbers, got {got}; np.array(targets) makes "
                "one of a list, targets.astype(np.int64) of True and False, and "
                "classes, labels = np.unique(names, return_inverse=True) numbers names"
            )
        if self.targets.shape[:1] != (len(self.images),):
            raise DataError(
                f"Dataset: expected a target for each of {len(self.images):,} images, got targets "
                f"of shape {self.targets.shape}"
            )
        checks.finite("Dataset", "targets", self.targets)

    @property
    def labels(self) -> Labels:
        """The targets of a classification: class numbers (N,).

        Raises
        ------
        DataError
            If the targets are something else.
        """
        if self.targets.ndim != 1 or self.targets.dtype.kind not in "iu":
            raise DataError(
                "Dataset: expected class numbers (N,) as targets, got an array of "
                f"{self.targets.dtype} and shape {self.targets.shape}; it is in data.targets"
            )
        return self.targets

    def check_classes(self, owner: str, expected: Sequence[str]) -> None:
        """Raise DataError if the class numbers stand for other classes than expected.

        Examples
        --------
        >>> pets = Dataset(np.zeros((2, 1, 8, 8)), np.array([0, 1]), ("dog", "owl"))
        >>> pets.check_classes("test", ("cat", "dog", "owl"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        minicnn.errors.DataError: test has the classes dog, owl, but expected were cat, dog, ...
        """
        if self.classes is not None and self.classes != tuple(expected):
            raise DataError(
                f"{owner} has the classes {_list(self.classes)}, but expected were "
                f"{_list(expected)}, so that the same number would stand for different ones; a "
                "folder of pictures is read by load_image_folder(path, size, classes=train.classes)"
            )

    def __len__(self) -> int:
        return len(self.images)

    @overload
    def __getitem__(self, index: int) -> tuple[Array, Any]: ...

    @overload
    def __getitem__(self, index: slice | npt.NDArray[Any]) -> "Dataset": ...

    def __getitem__(self, index: Any) -> Any:
        """Return one sample, ``image, target = data[0]``, or a data set of some.

        ``data[:1000]`` has views; a mask or an array of numbers gives copies.
        """
        if isinstance(index, bool) or not isinstance(index, Integral | slice | np.ndarray | list):
            raise ArgumentError(
                "Dataset: expected the number of a sample, a slice, or an array of numbers or of "
                f"True and False, got {index!r}"
            )
        if isinstance(index, Integral):
            return self.images[index], self.targets[index]
        return Dataset(self.images[index], self.targets[index], self.classes)

    def __iter__(self) -> Iterator[Any]:
        """Raise ArgumentError: whoever unpacks a data set wants arrays, and may get samples."""
        raise ArgumentError(
            "Dataset: samples come one by one by `for image, target in zip(data.images, "
            "data.targets)`, batches by `for images, targets in data.batches(64)`; as two arrays, "
            "a data set is `data.images, data.targets`"
        )

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
            Dataset(self.images[first], self.targets[first], self.classes),
            Dataset(self.images[rest], self.targets[rest], self.classes),
        )

    def batches(
        self, batch_size: int, rng: np.random.Generator | None = None
    ) -> Iterator[tuple[Array, Targets]]:
        """Go through all samples once, by images and targets of `batch_size`, the last fewer.

        Samples come in their own order or, if a generator is given, shuffled, so that every epoch
        has different batches.
        """
        batch_size = checks.whole_number("Dataset.batches", "batch_size", batch_size)
        if rng is not None:
            checks.instance("Dataset.batches", "rng", rng, np.random.Generator)
        order = None if rng is None else rng.permutation(len(self))
        return self._batches(batch_size, order)

    def _batches(
        self, batch_size: int, order: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[Array, Targets]]:
        for start in range(0, len(self), batch_size):
            batch = slice(start, start + batch_size)
            samples = batch if order is None else order[batch]
            yield self.images[samples], self.targets[samples]

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.images.shape[1:]))
        if self.classes is not None:
            return f"Dataset({len(self):,} images of {sizes}, {len(self.classes)} classes)"
        of_what = " x ".join(map(str, self.targets.shape[1:])) or str(self.targets.dtype)
        return f"Dataset({len(self):,} images of {sizes}, targets of {of_what})"


def fingerprint(data: Dataset | None) -> dict[str, Any] | None:
    """Return a fingerprint of a data set: its shape, its targets and a hundred of its images.

    Examples
    --------
    >>> data = Dataset(np.zeros((10, 1, 28, 28)), np.arange(10), tuple("0123456789"))
    >>> fingerprint(data) == fingerprint(data[:]), fingerprint(data) == fingerprint(data[:9])
    (True, False)
    """
    if data is None:
        return None
    images = 0
    for image in data.images[:: max(1, len(data) // FINGERPRINTED)]:
        images = zlib.crc32(image.tobytes(), images)
    targets = zlib.crc32(data.targets.tobytes())
    return {"shape": list(data.images.shape), "targets": targets, "images": images}


def _list(names: Sequence[str]) -> str:
    """Return names as text, of many the first."""
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
