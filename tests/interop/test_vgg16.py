"""The first block of VGG16: the file that its README speaks of, and what its kernels are."""

import hashlib
import runpy
from pathlib import Path

import numpy as np
import pytest

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


def test_the_script_that_builds_the_file_turns_axes_and_colours(tmp_path: Path) -> None:
    """Blue, green, red, in Keras's order, with a number for each weight, and layers beside them."""
    rng = np.random.default_rng(0)
    kept = {
        "block1/layers/conv2d/vars/0": rng.normal(size=(3, 3, 3, 4)).astype(np.float32),
        "block1/layers/conv2d/vars/1": np.arange(4, dtype=np.float32),
        "block1/layers/conv2d_1/vars/0": rng.normal(size=(3, 3, 4, 5)).astype(np.float32),
        "block1/layers/conv2d_1/vars/1": np.arange(5, dtype=np.float32),
        "block2/layers/conv2d/vars/0": np.ones((3, 3, 4, 6), np.float32),
    }
    with pytest.importorskip("h5py").File(tmp_path / "small.h5", "w") as file:
        for name, array in kept.items():
            file[name] = array
    block = runpy.run_path(str(FOLDER / "build.py"))["first_block"](tmp_path / "small.h5")
    first, first_bias, second, second_bias = (array for _, array in sorted(kept.items())[:4])
    assert {name: (array.shape, array.dtype) for name, array in block.items()} == {
        "conv1_1.weight": ((4, 3, 3, 3), np.float16),
        "conv1_1.bias": ((4,), np.float16),
        "conv1_2.weight": ((5, 4, 3, 3), np.float16),
        "conv1_2.bias": ((5,), np.float16),
    }
    for f, c, kh, kw in np.ndindex(4, 3, 3, 3):
        assert block["conv1_1.weight"][f, c, kh, kw] == first[kh, kw, 2 - c, f].astype(np.float16)
    for f, c, kh, kw in np.ndindex(5, 4, 3, 3):
        assert block["conv1_2.weight"][f, c, kh, kw] == second[kh, kw, c, f].astype(np.float16)
    np.testing.assert_array_equal(block["conv1_1.bias"], first_bias)
    np.testing.assert_array_equal(block["conv1_2.bias"], second_bias)
