"""History and atomic files."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from minicnn import History
from minicnn.errors import ArgumentError, DataError
from minicnn.saving.atomic import atomic_write, check_writable
from minicnn.training.history import Row


def test_saved_rows_are_plain_json_and_come_back(tmp_path: Path) -> None:
    history = History([{"epoch": 1, "loss": 0.5, "validation_loss": None}])
    history.save(tmp_path / "runs" / "history.json")
    assert json.loads((tmp_path / "runs" / "history.json").read_text()) == history.rows
    assert History.load(tmp_path / "runs" / "history.json").rows == history.rows
    assert math.isnan(history["validation_loss"][0])


def test_columns_that_are_not_there() -> None:
    history = History([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "accuracy": 0.75}])
    assert history.columns == ["epoch", "loss", "accuracy"]
    np.testing.assert_equal(history["loss"], [0.5, math.nan])
    np.testing.assert_equal(history["accuracy"], [math.nan, 0.75])
    with pytest.raises(ArgumentError, match=r"'epoch', 'loss', 'accuracy'\], got 'nonsense'"):
        history["nonsense"]
    for some in (history, History()):
        with pytest.raises(ArgumentError, match="got 0"):
            list(some)  # type: ignore[call-overload] # rows are in .rows
    assert History()["loss"] == []


def test_a_history_is_printed_as_a_table() -> None:
    rows: list[Row] = [
        {"epoch": 9, "steps": 90, "loss": 1.25, "accuracy": 0.5, "seconds": 0.25},
        {"epoch": 10, "loss": 0.125, "validation_loss": 0.5, "validation_accuracy": 1},
    ]
    assert str(History(rows)).splitlines() == [
        "epoch    loss  accuracy  validation loss  validation accuracy  seconds",
        "    9  1.2500    50.00%                -                    -      0.2",
        "   10  0.1250         -           0.5000              100.00%        -",
    ]
    assert repr(History(rows)) == str(History(rows))
    assert str(History()) == "History of no epochs yet"
    assert str(History([{"my own": 1}])) == "History of 1 epochs"


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
