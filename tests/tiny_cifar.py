"""A data set of 120 small pictures in a tar archive, which stands in for CIFAR-10."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from minicnn.data.cifar10 import CIFAR10, RECORD, Archive

COUNT = 20
"""Records in each file, two of each class."""

_rng = np.random.default_rng(0)


def records() -> npt.NDArray[np.uint8]:
    made = np.zeros((COUNT, RECORD), np.uint8)
    made[:, 0] = _rng.permutation(COUNT) % 10
    made[:, 1::7] = _rng.integers(0, 256, made[:, 1::7].shape)
    return made


RECORDS = {name: records() for name in CIFAR10.train + CIFAR10.test}
FILES = {name: made.tobytes() for name, made in RECORDS.items()}
MEMBERS = {f"{CIFAR10.folder}/{name}": content for name, content in FILES.items()}


def tar(members: Mapping[str, bytes] = MEMBERS) -> bytes:
    """Return an archive of these members, and of the others that the official one has."""
    others = {f"{CIFAR10.folder}/batches.meta.txt": b"airplane\n"}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        folder = tarfile.TarInfo(CIFAR10.folder)
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in (others | dict(members)).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


WHOLE = gzip.compress(tar(), mtime=0)


def archive(content: bytes = WHOLE, *mirrors: str) -> Archive:
    """Return a source whose official archive has this content."""
    return replace(
        CIFAR10,
        name="tiny",
        mirrors=mirrors,
        length=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        count=COUNT,
    )
