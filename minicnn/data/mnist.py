"""MNIST and Fashion-MNIST: find the files, download them if need be, and verify them."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from minicnn.data import places
from minicnn.data.dataset import Dataset
from minicnn.data.idx import decode_idx, read_idx
from minicnn.errors import DataError
from minicnn.typing import Shape

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
SHAPES: dict[str, Shape] = {
    TRAIN_IMAGES: (60_000, 28, 28),
    TRAIN_LABELS: (60_000,),
    TEST_IMAGES: (10_000, 28, 28),
    TEST_LABELS: (10_000,),
}


class TrainAndTest(NamedTuple):
    """A data set in its two official parts."""

    train: Dataset
    test: Dataset


@dataclass(frozen=True, eq=False)  # a dict has no hash
class Source:
    """A data set of four IDX files.

    Attributes
    ----------
    name : str
        Also the name of its folder.
    mirrors : tuple of str
        URLs of folders that hold the files with the ending ``.gz``, the best first.
    checksums : dict
        The SHA-256 of each uncompressed file.
    shapes : dict
        The shape of each file's array, which limits what a forged file could unpack to.
    classes : tuple of str
        What each label means.
    """

    name: str
    mirrors: tuple[str, ...]
    checksums: dict[str, str]
    shapes: dict[str, Shape]
    classes: tuple[str, ...]

    def find(self, file: str, folder: str | Path | None) -> Path | None:
        """Return where `file` is, compressed or not; None if it is in no known place."""
        folders = places.folders(self.name) if folder is None else [Path(folder)]
        dotted = file.replace("-idx", ".idx")  # by some unpackers
        names = (f"{file}.gz", file, f"{dotted}.gz", dotted)
        candidates = [place / name for place in folders for name in names]
        return next((path for path in candidates if places.is_file(path)), None)

    def download(self, file: str) -> Path:
        """Download `file` into $MINICNN_DATA if that is set, else into the user's cache."""

        def verify(content: bytearray) -> None:
            expected = self.checksums[file], self.shapes[file]
            decode_idx(io.BytesIO(content), f"{file}.gz", *expected)

        return places.fetch(self.name, f"{file}.gz", self.mirrors, verify)

    def read(self, file: str, folder: str | Path | None) -> npt.NDArray[Any]:
        """Return the array of `file`; download it if it is missing, or broken in the cache."""
        path = self.find(file, folder)
        if path is None and folder is not None:
            raise DataError(
                f"{Path(folder) / file}: expected this file or {file}.gz, got neither that may be "
                "read"
            )
        return places.read_or_download(
            self.name,
            file,
            path,
            lambda path: read_idx(path, self.checksums[file], self.shapes[file]),
            lambda: self.download(file),
            given=folder is not None,
        )

    def load(self, folder: str | Path | None = None) -> TrainAndTest:
        """Read all four files and verify their content."""
        arrays = {file: self.read(file, folder) for file in self.checksums}
        return TrainAndTest(
            self._dataset(arrays[TRAIN_IMAGES], arrays[TRAIN_LABELS]),
            self._dataset(arrays[TEST_IMAGES], arrays[TEST_LABELS]),
        )

    def _dataset(self, images: np.ndarray, labels: np.ndarray) -> Dataset:
        scaled = images[:, np.newaxis].astype(np.float32)  # (N, 1, 28, 28)
        scaled /= 255
        return Dataset(scaled, labels.astype(np.int64), self.classes)


MNIST = Source(
    name="mnist",
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist",
    ),
    checksums={
        TRAIN_IMAGES: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        TRAIN_LABELS: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        TEST_IMAGES: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        TEST_LABELS: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    shapes=SHAPES,
    classes=tuple("0123456789"),
)

FASHION_MNIST = Source(
    name="fashion-mnist",
    mirrors=("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",),
    checksums={
        TRAIN_IMAGES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        TRAIN_LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        TEST_IMAGES: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        TEST_LABELS: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    shapes=SHAPES,
    classes=(
        "T-shirt",
        "trousers",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
)


def load_mnist(folder: str | Path | None = None) -> TrainAndTest:
    """Load the 70,000 handwritten digits of MNIST.

    Parameters
    ----------
    folder : str or Path, optional
        Where the four official IDX files are, each with or without ``.gz``; names such as
        ``train-images.idx3-ubyte``, which some programs give them, will do. By default each file is
        searched for in ``datasets/mnist`` of the source tree, in ``$MINICNN_DATA/mnist`` and in the
        user's cache, in this order. If it is in none of them, it is downloaded (into
        ``$MINICNN_DATA`` if set, else the cache). A broken file in the cache is downloaded again; a
        broken file elsewhere is an error, and is not replaced.

    Returns
    -------
    TrainAndTest
        ``.train`` with 60,000 and ``.test`` with 10,000 samples; each a `Dataset` with ``.images``,
        float32 (N, 1, 28, 28) from 0 (background) to 1 (ink), and ``.labels``, int64 (N,) in 0..9.

    Raises
    ------
    DataError
        If a file is damaged, is not the official one, or can be neither found nor downloaded. The
        message names the file, the reason (for each mirror, if any was asked) and what to do.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998.

    Examples
    --------
    >>> mnist = load_mnist()
    >>> mnist.train, mnist.test
    (Dataset(60,000 images of 1 x 28 x 28, 10 classes),
     Dataset(10,000 images of 1 x 28 x 28, 10 classes))
    """
    return MNIST.load(folder)


def load_fashion_mnist(folder: str | Path | None = None) -> TrainAndTest:
    """Load Fashion-MNIST: 70,000 pictures of clothes, in the format of MNIST but harder.

    Parameters, result and errors are those of `load_mnist`, with ``fashion-mnist`` for the folder's
    name; ``.classes`` holds the names of the clothes.

    References
    ----------
    Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
    learning algorithms", 2017.
    """
    return FASHION_MNIST.load(folder)
