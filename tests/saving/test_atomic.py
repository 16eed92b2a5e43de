"""Writing files: whole or not at all, and nothing is left lying about."""

import subprocess
import sys
from pathlib import Path

import pytest

from minicnn import Dense, Sequential
from minicnn.errors import ArgumentError
from minicnn.saving.atomic import _remove_left_over, atomic_write, check_writable

DIES = """
import os, signal, sys
from minicnn.saving.atomic import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
WAITS = """
import sys
from minicnn.saving.atomic import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write(b"of the other process")
    print("begun", flush=True)
    sys.stdin.readline()
"""


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("old")

    def interrupted() -> None:
        with atomic_write(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_stays_private_and_a_link_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "far" / "note.txt", tmp_path / "link.txt"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    with atomic_write(link) as file:
        file.write(b"new")
    assert path.read_text() == "new"
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_name_may_be_as_long_as_any(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".txt")
    with atomic_write(path) as file:
        file.write(b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_may_be_read_as_any_other(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "note.txt") as file:
        file.write(b"new")
    (tmp_path / "other.txt").write_text("new")
    modes = {(tmp_path / name).stat().st_mode for name in ("note.txt", "other.txt")}
    assert len(modes) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_killed_processes_leave_is_removed_at_the_next_start(tmp_path: Path) -> None:
    path, other = tmp_path / "note.txt", tmp_path / ".note.mine.part.txt"
    other.write_text("no temporary file of ours")
    for _ in range(2):  # the second removes what the first left
        assert subprocess.run([sys.executable, "-c", DIES, path], check=False).returncode == -9
        assert len(list(tmp_path.iterdir())) == 2
    check_writable("test", path)
    assert list(tmp_path.iterdir()) == [other]
    subprocess.run([sys.executable, "-c", DIES, path], check=False)
    with atomic_write(path):
        pass
    assert sorted(tmp_path.iterdir()) == [other, path]


def test_what_a_living_process_writes_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    with subprocess.Popen(
        [sys.executable, "-c", WAITS, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline()
        check_writable("test", path)
        with atomic_write(path) as file:
            file.write(b"of this one")
        assert path.read_bytes() == b"of this one"
        process.stdin.write(b"\n")
        process.stdin.close()
        assert process.wait() == 0
    assert path.read_bytes() == b"of the other process"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows by the open file itself")
def test_no_other_process_can_take_what_is_tried_out_for_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "note.txt"
    unlink = Path.unlink

    def late(self: Path, missing_ok: bool = False) -> None:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Path, "unlink", unlink)
            _remove_left_over(path)  # as another process does at its start
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", late)
    check_writable("test", path)
    assert list(tmp_path.iterdir()) == []


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match=r"Film: expected a path that can be written.*file"):
        check_writable("Film", tmp_path / "file" / "film.npz")
    with pytest.raises(ArgumentError, match="is a folder"):
        check_writable("Film", tmp_path)


def holds(monkeypatch: pytest.MonkeyPatch, times: int) -> list[float]:
    """Let a file be held by another program for some attempts, as on Windows; return the pauses."""
    replace, pauses = Path.replace, list[float]()

    def held(self: Path, target: Path) -> Path:
        if len(pauses) < times:
            raise PermissionError(13, "Access is denied", str(self))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


@pytest.mark.parametrize("times", [0, 1, 5])
def test_a_file_that_is_held_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")
    pauses = holds(monkeypatch, times)
    with atomic_write(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert len(pauses) == times
    assert sum(pauses) <= 1.01


def test_a_file_that_is_held_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")
    holds(monkeypatch, 100)
    with (
        pytest.raises(PermissionError, match=r"another program may have the file open.*model\.npz"),
        atomic_write(path) as file,
    ):
        file.write(b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    model = Sequential([Dense(2)], input_shape=(3,))
    for save in (model.save, model.save_weights):
        with pytest.raises(ArgumentError, match=r"expected the path of a file, but .* is a folder"):
            save(tmp_path)
    assert list(tmp_path.iterdir()) == []
