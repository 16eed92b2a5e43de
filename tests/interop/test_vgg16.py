"""The first block of VGG16: the file that its README speaks of, and what its kernels are."""

import hashlib
from pathlib import Path

import numpy as np

from minicnn.inspection import measure_kernels
from minicnn.interop import read_kernels, read_tensors

FOLDER = Path(__file__).parents[2] / "datasets" / "vgg16"
FILE = FOLDER / "first-block.npz"


def test_the_file_is_the_one_of_its_readme() -> None:
    content, readme = FILE.read_bytes(), (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{len(content):,} | `{hashlib.sha256(content).hexdigest()}`" in readme
    assert len(content) < 100_000
    for name, array in read_tensors(FILE).items():
        assert f"`{name}` {array.shape}" in readme
        assert array.dtype == np.float16


def test_two_thirds_are_edges_and_the_rest_are_flat() -> None:
    found = read_kernels(FILE)
    assert found.name == "conv1_1.weight"
    table = measure_kernels(found.kernels)
    assert round(table.median_edge, 2) == 0.66
    assert np.mean(table.edge >= 0.5).round(2) == 0.64
    assert table.kind.count("flat") == 21
    assert table.dead == 0
