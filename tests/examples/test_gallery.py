"""The record of the gallery: which code each picture was made of, and whether it is still that."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

GALLERY = Path(__file__).parents[2] / "examples" / "gallery"


def gallery() -> ModuleType:
    """Import the script that makes the gallery."""
    spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks there
    spec.loader.exec_module(module)
    return module


make = gallery()


def test_every_picture_is_made_by_one_run_and_recorded() -> None:
    pictures = [picture for run in make.RUNS for picture in run.pictures]
    assert len(pictures) == len(set(pictures))
    there = {path.name for path in GALLERY.iterdir() if path.suffix in {".png", ".gif"}}
    assert set(pictures) == there == set(make.record())


@pytest.mark.parametrize("run", make.RUNS, ids=lambda run: run.script)
def test_no_picture_is_stale(run: object) -> None:
    script = run.script  # type: ignore[attr-defined]
    assert not make.is_stale(run), (
        f"{script} has changed since its pictures were made: make them again by\n"
        f".venv/bin/python examples/gallery/make.py {script}\n"
        "or, if they show the same as before, add --unchanged"
    )


def test_no_picture_is_cut_off() -> None:
    for path in GALLERY.glob("*.png"):
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("L"))
        for rim in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
            assert rim.min() > 250, path.name


def test_words_do_not_count_and_code_does(tmp_path: Path) -> None:
    script, recipe = tmp_path / "script.py", tmp_path / "_recipe.py"
    recipe.write_text("RATE = 1\n")
    script.write_text('"""One."""\nfrom _recipe import RATE\n\ndef f():\n    return RATE\n')
    before = make.code_hash(script)
    script.write_text(
        '"""Two."""\nfrom _recipe import RATE  # why\n\n\ndef f():\n    """Return it."""\n'
        "    return (RATE)\n"
    )
    recipe.write_text("RATE = 1  # a step\n'A string that says what it is.'\n")
    assert make.code_hash(script) == before
    recipe.write_text("RATE = 2\n")
    assert make.code_hash(script) != before
    recipe.write_text("RATE = 1\n")
    script.write_text(script.read_text().replace("(RATE)", "-RATE"))
    assert make.code_hash(script) != before


def test_a_picture_is_recorded_and_goes_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "RECORD", tmp_path / "MADE.json")
    monkeypatch.setattr(make, "EXAMPLES", tmp_path)
    script = tmp_path / "depth.py"
    script.write_text("x = 1\n")
    run = make.plain("depth.py", "depth")
    make.write_record(run)
    assert not make.is_stale(run)
    kept = json.loads((tmp_path / "MADE.json").read_text())
    assert kept["depth.png"]["script"] == "depth.py"
    script.write_text("x = 2\n")
    assert make.is_stale(run)


def test_drawings_that_are_too_wide_are_made_smaller(tmp_path: Path) -> None:
    source, target = tmp_path / "source.png", tmp_path / "target.png"
    Image.new("RGB", (2 * make.WIDEST, make.WIDEST), "green").save(source)
    make.copy(source, target)
    with Image.open(target) as picture:
        assert picture.size == (make.WIDEST, make.WIDEST // 2)
    source = tmp_path / "film.gif"
    Image.new("RGB", (2 * make.WIDEST, 8), "green").save(source)
    make.copy(source, tmp_path / "copy.gif")
    assert (tmp_path / "copy.gif").read_bytes() == source.read_bytes()


def test_what_others_need_is_made_first(tmp_path: Path) -> None:
    inspect = next(run for run in make.RUNS if run.script == "inspect_kernels.py")
    needed = make.with_what_they_need([inspect], tmp_path)
    assert [run.script for run in needed] == ["train_mnist.py", "inspect_kernels.py"]
    (tmp_path / "train_mnist").mkdir()
    assert make.with_what_they_need([inspect], tmp_path) == [inspect]
