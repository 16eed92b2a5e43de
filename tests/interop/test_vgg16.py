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


def test_two_thirds_are_edges_and_the_rest_are_colours() -> None:
    found = read_kernels(FILE)
    assert found.name == "conv1_1.weight"
    table = measure_kernels(found.kernels)
    assert round(table.median_edge, 2) == 0.66
    assert np.mean(table.edge >= 0.5).round(2) == 0.64
    assert table.kind.count("flat") == 21
    assert table.dead == 0
    edges, colours = table.edge >= 0.5, table.colour >= 0.5
    assert (edges.sum(), colours.sum(), (edges & colours).sum()) == (41, 19, 0)
    assert (table.colour[edges].min() > 0, table.colour[edges].max().round(2)) == (True, 0.27)
    assert table.edge[colours].max().round(2) == 0.28
    weighings = found.kernels[colours].sum(axis=(2, 3))  # (19, 3)
    assert ((weighings.min(axis=1) < 0) & (weighings.max(axis=1) > 0)).all()
    brightness = (np.array(table.kind) == "flat") & ~colours
    assert table.colour[brightness].round(2).tolist() == [0.09, 0.06]
