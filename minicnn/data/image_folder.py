"""A folder of pictures, sorted into one subfolder for each class, as a data set."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from minicnn import checks
from minicnn.data.dataset import Dataset
from minicnn.data.pictures import picture_header, read_picture
from minicnn.data.scaling import scale_picture
from minicnn.errors import ArgumentError, DataError
from minicnn.sorting import as_counted
from minicnn.terminal import progress_bar
from minicnn.typing import Sizes

MOST_BYTES = 4 << 30
"""The most memory that the pictures of a folder may take."""

LITTER = ("thumbs.db", "desktop.ini", "__macosx")  # what operating systems leave in folders


def load_image_folder(
    path: str | Path,
    size: int | tuple[int, int] | None = None,
    grey: bool | None = None,
    classes: Sequence[str] | None = None,
) -> Dataset:
    """Load the pictures in a folder with one subfolder for each class.

    The classes are the names of the subfolders, sorted as people count: 2 before 10. Only files
    directly in them count, and all of these must be pictures. Hidden files and folders
    (".DS_Store", "._1.png"), "Thumbs.db" and the like are skipped. So are links to folders above or
    inside a class, which could lead in circles. The headers of all files are checked before the
    first picture is decoded.

    Parameters
    ----------
    path : str or Path
    size : (H, W) or int, optional
        The size that every picture is scaled to, whatever its aspect ratio; one number stands for
        both. Without it, all pictures must have the same size.
    grey : bool, optional
        Whether to load the brightness only, instead of red, green and blue. By default that is done
        if all the pictures are grey.
    classes : sequence of str, optional
        The names of the classes in the order of their numbers, such as those of the training data.
        A class without a folder has no pictures then, and a folder of another name is an error.

    Returns
    -------
    Dataset
        ``.images``, float32 (N, C, H, W) from 0 (black) to 1 (white), C = 1 in grey and 3 in
        colour; ``.labels``, int64 (N,); sorted by class, then by file name, as people count.

    Raises
    ------
    DataError
        If there is no such folder, no class folder in it, no picture in one of them, a file that is
        no picture (see `minicnn.data.pictures.read_picture`), a folder within a class folder or
        one that is not among `classes`, or
        pictures of several sizes without `size`; or if they would take more memory than
        `MOST_BYTES`, 4 GiB. The message names the first offender.
    ArgumentError
        If `size` is not one or two whole numbers of at least 1, or `grey` is not True or False.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("ships", "birds"):
    ...     (folder / name).mkdir()
    ...     _ = (folder / name / "1.pgm").write_bytes(b"P5 3 2 255 abcdef")
    >>> data = load_image_folder(folder)
    >>> data, data.classes
    (Dataset(2 images of 1 x 2 x 3, 2 classes), ('birds', 'ships'))
    """
    owner = "load_image_folder"
    wanted = None if size is None else checks.sizes(owner, "size", size, 2)
    if grey is not None:
        checks.flag(owner, "grey", grey)
    path = Path(path)
    try:
        folders = {folder.name: folder for folder in _class_folders(path)}
        names = tuple(folders) if classes is None else _names(path, classes, folders)
        files = [
            (file, label)
            for label, name in enumerate(names)
            if name in folders
            for file in _files(folders[name])
        ]
    except OSError as error:
        raise DataError(f"{path}: expected a folder that can be read: {error}") from error
    headers = [picture_header(file) for file, _ in progress_bar(files, "headers")]
    sizes = [(header.height, header.width) for header in headers]
    grey = all(header.grey for header in headers) if grey is None else grey
    shape = wanted or sizes[0]
    C = 1 if grey else 3
    if wanted is None:
        for (file, _), found in zip(files, sizes, strict=True):
            _check_same(file, found, files[0][0], shape)
    _check_memory(path, (len(files), C, *shape))
    images = np.empty((len(files), C, *shape), np.float32)
    for n, (file, _) in enumerate(progress_bar(files, "pictures")):
        picture = read_picture(file, grey=grey)  # (H, W) or (H, W, C)
        if wanted is not None:
            picture = np.clip(scale_picture(picture, wanted), 0, 1)  # for rounding
        _check_same(file, picture.shape[:2], files[0][0], shape)  # a header may be wrong
        images[n] = picture[np.newaxis] if grey else np.moveaxis(picture, -1, 0)
    labels = np.array([label for _, label in files], np.int64)
    return Dataset(images, labels, names)


def _names(path: Path, classes: Sequence[str], folders: Mapping[str, Path]) -> tuple[str, ...]:
    """Return the classes that were asked for, or raise DataError for a folder of another name."""
    many = isinstance(classes, Sequence | np.ndarray) and not isinstance(classes, str)
    names = tuple(map(str, classes)) if many else ()
    if not names or len(set(names)) < len(names):
        raise ArgumentError(
            "load_image_folder: classes must be a list of different names of classes, got "
            f"{classes!r}"
        )
    others = [name for name in folders if name not in names]
    if others:
        raise DataError(
            f"{path}: expected folders of the classes {', '.join(names)}, got also "
            f"{', '.join(others)}"
        )
    return names


def _class_folders(path: Path) -> list[Path]:
    """Return the folders in a folder, sorted by name."""
    folders = [
        entry
        for entry in _entries(path)
        if entry.is_dir() and not path.resolve().is_relative_to(entry.resolve())
    ]
    if not folders:
        raise DataError(
            f"{path}: expected a folder for each class, with the pictures of the class in it, but "
            "there is none"
        )
    return folders


def _files(folder: Path) -> list[Path]:
    """Return the files of a class, sorted by name."""
    files = []
    for entry in _entries(folder):
        if not entry.is_dir():
            files.append(entry)
        elif not entry.is_symlink():
            raise DataError(
                f"{entry}: expected pictures only, but this is a folder within the folder of a "
                "class; move its pictures out of it, or make a class of it"
            )
    if not files:
        raise DataError(f"{folder}: expected pictures of a class, but there are none")
    return files


def _entries(folder: Path) -> list[Path]:
    """Return the entries of a folder, sorted by name, without hidden files and litter."""
    return [
        entry
        for entry in sorted(folder.iterdir(), key=lambda entry: as_counted(entry.name))
        if not entry.name.startswith(".") and entry.name.lower() not in LITTER
    ]


def _check_same(file: Path, found: Sizes, first: Path, expected: Sizes) -> None:
    """Raise DataError if a picture differs in size from the first."""
    if tuple(found) != tuple(expected):
        (H, W), (height, width) = found, expected
        raise DataError(
            f"{file}: expected {height} x {width} pixels, as {first} has, got {H} x {W}; "
            f"size=({height}, {width}) scales all to one size"
        )


def _check_memory(path: Path, shape: Sizes) -> None:
    """Raise DataError if float32 of that shape would take more memory than is allowed."""
    needed = math.prod(shape) * np.dtype(np.float32).itemsize
    if needed > MOST_BYTES:
        raise DataError(
            f"{path}: expected at most {MOST_BYTES:,} bytes of pictures, but {shape[0]:,} of "
            f"{' x '.join(map(str, shape[1:]))} take {needed:,} as float32; a smaller size= takes "
            "less"
        )
