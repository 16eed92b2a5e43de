"""Pictures and what a model is to make of them, and the ways to divide them."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Self, overload

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.data.augmentation import Augmentation, check_augmentations
from minicnn.data.dataset_html import dataset_as_html
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
    augmentations : sequence of Augmentation, optional
        How a training changes the images at random; see `augmented`.

    Raises
    ------
    DataError
        If there are no images, if there is not one target for each, if an image or a target is NaN
        or infinite, or if class numbers are of the wrong type or range; if there are augmentations,
        and the images are no pictures or the targets would have to move with them.
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
    augmentations: tuple[Augmentation, ...] = ()

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
        check_augmentations("Dataset", self.augmentations, self.images.shape, self.targets)
        object.__setattr__(self, "augmentations", tuple(self.augmentations))

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

    def _repr_html_(self) -> str:
        """Return what it holds, and a few pictures, for a notebook."""
        return dataset_as_html(self)

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
        return self._some(index)

    def _some(self, samples: Any) -> "Dataset":
        """Return a data set of some of the samples."""
        return Dataset(
            self.images[samples], self.targets[samples], self.classes, self.augmentations
        )

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
        return self._some(first), self._some(rest)

    def augmented(self, *augmentations: Augmentation) -> Self:
        """Return the same data, of which a training sees the pictures changed at random.

        `batches` changes them, one augmentation after the other, as it goes through shuffled
        batches: each picture is changed again in every epoch, and `images` stay as they are.
        Batches that come in their own order, as in an evaluation, have the pictures as they are. So
        it does no harm that parts of the data set (`split`, slices) keep its augmentations. Targets
        stay as they are: if they say where something is in the picture, choose none that moves
        pixels.

        Parameters
        ----------
        *augmentations : Augmentation
            They replace those that the data set had; without any, it has none.

        Raises
        ------
        ArgumentError
            If one of them is something else.
        DataError
            If the images are no pictures (N, C, H, W), or the targets are pictures, which would not
            move with them.

        Examples
        --------
        >>> from minicnn.data import Affine, Flip
        >>> data = Dataset(np.ones((10, 1, 28, 28)), np.arange(10), tuple("0123456789"))
        >>> train, validation = data.augmented(Affine(turn=12, shift=2), Flip()).split(8)
        >>> train
        Dataset(8 images of 1 x 28 x 28, 10 classes, Affine(turn=12.0, shift=2.0), Flip())
        >>> images, _ = next(train.batches(4, np.random.default_rng(0)))  # as a training does
        >>> images.shape, bool(images.min() < 1), float(train.images.min())
        ((4, 1, 28, 28), True, 1.0)
        """
        return replace(self, augmentations=augmentations)

    def batches(
        self, batch_size: int, rng: np.random.Generator | None = None
    ) -> Iterator[tuple[Array, Targets]]:
        """Go through all samples once, by images and targets of `batch_size`, the last fewer.

        Samples come in their own order or, if a generator is given, shuffled and augmented, so that
        every epoch has different batches.
        """
        batch_size = checks.whole_number("Dataset.batches", "batch_size", batch_size)
        if rng is not None:
            checks.instance("Dataset.batches", "rng", rng, np.random.Generator)
        order = None if rng is None else rng.permutation(len(self))
        batches = self._batches(batch_size, order)
        if rng is None or not self.augmentations:
            return batches
        return self._augmented(batches, int(rng.integers(2**63)))

    def _batches(
        self, batch_size: int, order: npt.NDArray[np.int64] | None
    ) -> Iterator[tuple[Array, Targets]]:
        for start in range(0, len(self), batch_size):
            batch = slice(start, start + batch_size)
            samples = batch if order is None else order[batch]
            yield self.images[samples], self.targets[samples]

    def _augmented(
        self, batches: Iterator[tuple[Array, Targets]], key: int
    ) -> Iterator[tuple[Array, Targets]]:
        """Change the images of each batch by draws that the key of the epoch and its number give.

        So one number is all that an epoch draws from the generator of a training.
        """
        for number, (images, targets) in enumerate(batches):
            rng = np.random.default_rng((key, number))
            for augmentation in self.augmentations:
                images = augmentation(images, rng)
            yield images, targets

    def __repr__(self) -> str:
        sizes = " x ".join(map(str, self.images.shape[1:]))
        of_what = " x ".join(map(str, self.targets.shape[1:])) or str(self.targets.dtype)
        kind = f"targets of {of_what}" if self.classes is None else f"{len(self.classes)} classes"
        parts = [f"{len(self):,} images of {sizes}", kind, *map(repr, self.augmentations)]
        return f"Dataset({', '.join(parts)})"


def fingerprint(data: Dataset | None) -> dict[str, Any] | None:
    """Return a fingerprint of a data set: shape, targets, a hundred images, augmentations.

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
    return {
        "shape": list(data.images.shape),
        "targets": targets,
        "images": images,
        "augmentations": [repr(augmentation) for augmentation in data.augmentations],
    }


def _list(names: Sequence[str]) -> str:
    """Return names as text, of many the first."""
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
