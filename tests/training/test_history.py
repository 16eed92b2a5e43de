"""History and atomic files."""

import json
import math
from pathlib import Path

import pytest

from minicnn import History
from minicnn.errors import ArgumentError, DataError
from minicnn.saving.atomic import atomic_write, check_writable


def test_saved_rows_are_plain_json_and_come_back(tmp_path: Path) -> None:
    history = History([{"epoch": 1, "loss": 0.5, "validation_loss": None}])
    history.save(tmp_path / "runs" / "history.json")
    assert json.loads((tmp_path / "runs" / "history.json").read_text()) == history.rows
    assert History.load(tmp_path / "runs" / "history.json").rows == history.rows
    assert math.isnan(history["validation_loss"][0])


@pytest.mark.parametrize("content", ["", "{", '{"loss": 1}', "[1]", '[{"loss": "low"}]', "\udcff"])
def test_other_files_are_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(DataError, match=r"history\.json"):
        History.load(path)


def test_a_name_that_is_too_long_is_said_before(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="who: expected a path that can be written"):
        check_writable("who", tmp_path / (260 * "a" + ".npz"))
    check_writable("who", tmp_path / "new" / "a.npz")
    assert not list((tmp_path / "new").iterdir())


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with atomic_write(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
