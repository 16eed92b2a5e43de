"""The command line: what it lists, starts, checks and keeps, and what bad input gets."""

import ast
import inspect
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from minicnn.coursework.command_line import inside, isolated, listing
from minicnn.coursework.command_line.blank import blank, write_blank
from minicnn.coursework.command_line.checking import document, shortened
from minicnn.coursework.command_line.hand_in import exercises_in, load
from minicnn.coursework.command_line.isolated import Outcome, Printed, check_alone, last_line
from minicnn.coursework.command_line.progress import (
    FILE,
    RIGHT,
    Standing,
    keep_progress,
    read_progress,
)
from minicnn.coursework.command_line.subcommands import main
from minicnn.coursework.exercise import Exercise
from minicnn.coursework.exercises import EXERCISES
from minicnn.errors import ArgumentError, DataError

Captured = pytest.CaptureFixture[str]
HEAD = "def relu_backward(dy, x):\n"
GOOD = f"{HEAD}    return dy * (x > 0)\n"
WRONG = f"{HEAD}    return dy * (x <= 0)\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder, and run hand-ins without leaving anything in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "hand_in", sys)
    return tmp_path


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check in this process: what a process of its own is for is tested further below."""

    def check(path: str, name: str, *, seconds: float, megabytes: int) -> Outcome:
        answer = inside.answer(path, name, lambda _: None)
        for trouble in ("blank", "refused", "unusable"):
            if trouble in answer:
                return Outcome(name, answer[trouble], trouble=trouble)
        return Outcome(name, **answer | {"mistakes": tuple(answer["mistakes"])})

    monkeypatch.setattr("minicnn.coursework.command_line.checking.check_alone", check)


def write(text: str, name: str = "mine.py") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


# -- list and start --------------------------------------------------------------------------------


def test_the_list_says_how_far_one_is_and_what_comes_next(capsys: Captured) -> None:
    name = next(iter(EXERCISES))
    assert main([]) == 0
    said = capsys.readouterr().out
    for one in EXERCISES.values():
        assert one.name in said
    assert f"{name}" in said
    assert "not begun" in said
    assert said.endswith(f"python -m minicnn.coursework start {name}\n")

    write_blank(EXERCISES[name], ".")
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    assert "  begun  " in said
    assert said.endswith(f"python -m minicnn.coursework check {name}.py\n")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([], "not begun"),
        (["mask_inverted"], "tried once"),
        (["mask_inverted", "not right"], "tried 2 times"),
        (["not right", RIGHT], "passed  "),
        ([RIGHT, "not right"], "passed earlier"),
    ],
)
def test_what_the_list_says_of_an_exercise(
    results: list[str], said: str, capsys: Captured, no_waiting_for_the_disk: None
) -> None:
    for result in results:
        assert keep_progress(".", {"relu_backward": result}, "mine.py") == ""
    assert main(["list"]) == 0
    line = next(li for li in capsys.readouterr().out.splitlines() if "  relu_backward " in li)
    assert said in line


def test_when_all_is_passed_nothing_comes_next(no_waiting_for_the_disk: None) -> None:
    keep_progress(".", dict.fromkeys(EXERCISES, RIGHT), "mine.py")
    assert listing.following(read_progress("."), Path()) == ""


def test_what_comes_next_is_the_first_that_is_missing() -> None:
    progress = dict.fromkeys(list(EXERCISES)[1:], Standing(1, "today", "today", RIGHT, "mine.py"))
    first = next(iter(EXERCISES))
    assert listing.following(progress, Path("my work")).endswith(f'{first} --folder "my work"')


@pytest.mark.parametrize("name", EXERCISES)
def test_a_blank_is_python_with_text_and_signature(name: str) -> None:
    exercise = EXERCISES[name]
    source = blank(exercise)
    (function,) = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    assert ast.get_docstring(function) == exercise.text
    module = load(write_blank(exercise, "."))
    assert tuple(inspect.signature(getattr(module, name)).parameters) == exercise.parameters
    assert "import numpy as np" in source
    assert max(map(len, source.splitlines())) <= 100
    assert exercises_in(f"{name}.py") == [name]


@pytest.mark.parametrize("text", ['A "quoted" word.', "Of \\sum_i.", 'Ends in "', 'Three """.'])
def test_a_blank_keeps_any_text(text: str) -> None:
    def double(x: float, times: int = 2) -> float:
        return times * x

    double.__doc__ = text
    tree = ast.parse(blank(Exercise(double, ["y"], list)))
    (function,) = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    assert (ast.get_docstring(function) or "").strip() == text
    assert ast.unparse(function.args) == "x, times=2"


def test_start_overwrites_nothing(capsys: Captured) -> None:
    assert main(["start", "relu_backward", "--folder", "deep/er"]) == 0
    path = Path("deep/er/relu_backward.py")
    assert f"check {path}" in capsys.readouterr().out
    path.write_text(GOOD, encoding="utf-8")
    assert main(["start", "relu_backward", "--folder", "deep/er"]) == 2
    said = capsys.readouterr().err
    assert "was left as it is" in said
    assert said.count("\n") == 1
    assert path.read_text(encoding="utf-8") == GOOD


def test_start_refuses_a_file_as_a_folder_and_an_unknown_name(capsys: Captured) -> None:
    write(GOOD)
    assert main(["start", "relu_backward", "--folder", "mine.py"]) == 2
    assert capsys.readouterr().err == "start: expected a folder, but mine.py is a file\n"
    assert main(["list", "--folder", "mine.py"]) == 2
    assert "mine.py is a file" in capsys.readouterr().err
    assert main(["start", "relu_bakward"]) == 2
    assert "is relu_backward meant?" in capsys.readouterr().err


# -- check -----------------------------------------------------------------------------------------


def test_check_names_the_mistake_and_keeps_the_progress(capsys: Captured, at_once: None) -> None:
    assert main(["check", write(WRONG)]) == 1
    said = capsys.readouterr()
    assert "The mask is the wrong way round" in said.out
    assert said.err == ""
    standing = read_progress(".")["relu_backward"]
    assert (standing.tried, standing.passed) == (1, "")
    assert (standing.result, standing.file) == ("mask_inverted", "mine.py")

    assert main(["check", write(GOOD)]) == 0
    assert capsys.readouterr().out.startswith("relu_backward: right.\n")
    assert read_progress(".")["relu_backward"].passed

    assert main(["check", write(WRONG)]) == 1
    standing = read_progress(".")["relu_backward"]
    assert standing.passed, "what was passed stays passed"
    assert (standing.tried, standing.result) == (3, "mask_inverted")


def test_who_has_passed_hears_what_comes_next(
    capsys: Captured, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = {"relu_backward": EXERCISES["relu_backward"], "another": EXERCISES["relu_backward"]}
    monkeypatch.setattr(listing, "EXERCISES", road)
    assert main(["check", write(GOOD)]) == 0
    said = "The first that is not passed yet:\n\n  python -m minicnn.coursework start another\n"
    assert capsys.readouterr().out.endswith(said)
    assert main(["check", write(WRONG)]) == 1
    assert "not passed yet" not in capsys.readouterr().out


def test_a_blank_is_no_try(capsys: Captured, at_once: None) -> None:
    write_blank(EXERCISES["relu_backward"], ".")
    assert main(["check", "relu_backward.py"]) == 1
    said = capsys.readouterr().out
    assert "not written yet, line " in said
    assert "Write the body of the function instead of that line" in said
    assert not Path(FILE).exists()


def test_an_error_of_ones_own_is_a_try(at_once: None) -> None:
    assert main(["check", write(f"{HEAD}    raise NotImplementedError('later')\n")]) == 1
    assert read_progress(".")["relu_backward"].result == "not right"


def test_json_is_one_document_and_keeps_no_progress(capsys: Captured, at_once: None) -> None:
    assert main(["check", write(WRONG), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == "mine.py"
    assert found["error"] is None
    one = found["exercises"]["relu_backward"]
    names = {"passed", "mistake", "mistakes", "convention", "explained", "text", "seconds"}
    assert set(one) == names
    assert one["explained"]
    assert (one["passed"], one["mistake"]) == (False, "mask_inverted")
    assert one["mistakes"] == ["mask_inverted"]
    assert 0 < one["seconds"] < 5
    assert not Path(FILE).exists()


def test_json_says_what_cannot_be_checked(capsys: Captured, at_once: None) -> None:
    assert main(["check", "nowhere.py", "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["error"] == said.err.strip()
    assert main(["check", write("def relu_backward(dy): return dy"), "--json"]) == 2
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert found["error"] == found["exercises"]["relu_backward"]["text"] == said.err.strip()
    assert found["exercises"]["relu_backward"]["passed"] is False


BAD_FILES = {
    "def relu_backward(dy, x)\n    return": "mine.py, line 1 (def relu_backward(dy, x)): "
    "SyntaxError: expected ':'",
    f"{GOOD}return 3": "mine.py, line 3 (return 3): SyntaxError: 'return' outside function",
    f"import numpyy\n{GOOD}": "mine.py, line 1 (import numpyy): ModuleNotFoundError: No module "
    "named 'numpyy'",
    f"\nx = 1 / 0\n{GOOD}": "mine.py, line 2 (x = 1 / 0): ZeroDivisionError: division by zero",
    f"exit()\n{GOOD}": "mine.py, line 1 (exit()): it calls exit() as it is imported",
    "def relu_backwards(dy, x): pass\ndef other(): pass": "got relu_backwards, other; is "
    "relu_backwards meant for relu_backward?",
    "x = 3": "mine.py: expected a function with the name of an exercise, got no function",
    " \n": "mine.py: the file is empty",
    "a\0b": "mine.py: expected a Python file, as text; got zero bytes in it",
    "# coding: nonsense": "mine.py: expected a Python file, as text in UTF-8; got other bytes",
    "def relu_backward(dy): pass": "mine.py: relu_backward: expected a function of (dy, x), got "
    "relu_backward(dy)",
    "relu_backward = [3]": "mine.py: relu_backward: expected a function, got list",
    f"x = {'-' * 50_000}1": "mine.py: Python cannot read it (",
    "(" * 1_000: f"mine.py, line 1 ({'(' * 100} ...): SyntaxError: too many nested parentheses",
}


@pytest.mark.parametrize("source", BAD_FILES, ids=range(len(BAD_FILES)))
def test_what_a_bad_file_gets(source: str, capsys: Captured, at_once: None) -> None:
    assert main(["check", write(source)]) == 2
    said = capsys.readouterr()
    assert BAD_FILES[source] in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not Path(FILE).exists()


@pytest.mark.parametrize("data", [b"\x80\x81\xff", GOOD.encode("utf-16")])
def test_what_bytes_get(data: bytes, capsys: Captured) -> None:
    Path("mine.py").write_bytes(data)
    assert main(["check", "mine.py"]) == 2
    assert "expected a Python file, as text in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["work"], "work: expected a file, such as {inside}, got a folder"),
        (["mime.py"], "mime.py: there is no such file; is mine.py meant?"),
        (["mine"], "mine: there is no such file; is mine.py meant?"),
        (["relu_bakward.py"], "`python -m minicnn.coursework start relu_backward` writes"),
        (["nowhere/at_all.py"], "at_all.py: there is no such file\n"),
        (["mine.ipynb"], "mine.ipynb: expected a Python file, got a notebook"),
        (["large.py"], "large.py: expected a Python file of less than 1,000,000 bytes"),
        (["mine.py", "relu_bakward"], "is relu_backward meant?"),
        (["mine.py", "other.py"], "looks like a file; files are checked one at a time"),
        (["other.py", "relu_backward"], "other.py: expected a function relu_backward, got helper"),
    ],
)
def test_what_bad_names_get(words: list[str], said: str, capsys: Captured) -> None:
    write(GOOD)
    write("def helper(): pass", "other.py")
    write("{}", "mine.ipynb")
    write("#" * 1_000_001, "large.py")
    Path("work").mkdir()
    write(GOOD, "work/mine.py")
    assert main(["check", *words]) == 2
    err = capsys.readouterr().err
    assert said.format(inside=Path("work/mine.py")) in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["chek"],
        ["check"],
        ["start"],
        ["check", "mine.py", "--seconds", "0"],
        ["check", "mine.py", "--seconds", "nan"],
        ["check", "mine.py", "--seconds", "long"],
        ["check", "mine.py", "--memory", "-3"],
        ["check", "mine.py", "--memory", "1.5"],
    ],
)
def test_what_bad_words_get(words: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_names_that_a_file_imports_count_where_they_are_asked_for(at_once: None) -> None:
    write(GOOD, "first.py")
    path = write("from first import relu_backward\n")
    with pytest.raises(DataError):
        exercises_in(path)
    assert main(["check", path, "relu_backward", "relu_backward"]) == 0
    assert read_progress(".")["relu_backward"].tried == 1


def test_functions_under_an_if_and_other_names_for_one_are_found() -> None:
    path = write(
        "if True:\n    def f(dy, x): pass\ntry:\n    relu_backward = f\nfinally:\n    pass\n"
    )
    assert exercises_in(path) == ["relu_backward"]
    with pytest.raises(ArgumentError):
        exercises_in(path, ["nonsense"])


def test_a_changed_file_is_read_anew_within_a_second() -> None:
    assert load(write("x = 1")).x == 1
    assert load(write("x = 2")).x == 2
    assert list(Path().iterdir()) == [Path("mine.py")], "nothing is left beside a hand-in"


# -- progress --------------------------------------------------------------------------------------


DAMAGED = [
    "",
    "[1, 2]",
    "[" * 100_000,
    '{"relu_backward": {"tr',
    '{"relu_backward": 3}',
    '{"relu_backward": {"tried": "often"}}',
    '{"relu_backward": {"unknown": 1}}',
]


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_progress_is_set_aside(
    damaged: str, capsys: Captured, at_once: None, no_waiting_for_the_disk: None
) -> None:
    for number in (1, 2):
        write(damaged, FILE)
        assert main(["list"]) == 0
        assert "the next check will set it aside" in capsys.readouterr().err
        assert Path(FILE).read_text(encoding="utf-8") == damaged
        assert main(["check", write(GOOD)]) == 0
        aside = Path(f"coursework.damaged-{number}.json")
        assert f"it is now {aside}" in capsys.readouterr().err
        assert aside.read_text(encoding="utf-8") == damaged
        assert read_progress(".")["relu_backward"].tried == 1


def test_progress_that_cannot_be_kept_is_said(capsys: Captured, at_once: None) -> None:
    Path(FILE).mkdir()
    assert main(["check", write(GOOD)]) == 0
    said = capsys.readouterr()
    assert "the progress was not kept" in said.err
    assert "relu_backward: right." in said.out


def test_checks_at_once_lose_no_try(no_waiting_for_the_disk: None) -> None:
    threads = [
        threading.Thread(target=keep_progress, args=(".", {name: "not right"}, "mine.py"))
        for name in ["relu_backward", "another"] * 10
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: one.tried for name, one in read_progress(".").items()} == {
        "relu_backward": 10,
        "another": 10,
    }


def test_the_progress_can_be_read_by_a_person() -> None:
    keep_progress(".", {"relu_backward": "mask_inverted"}, "grün.py")
    text = Path(FILE).read_text(encoding="utf-8")
    assert '  "relu_backward": {\n    "tried": 1,\n    "passed": "",' in text
    assert '"file": "grün.py"' in text


# -- a process of its own --------------------------------------------------------------------------


def alone(body: str, *, seconds: float = 60.0, megabytes: int = 1_000) -> Outcome:
    """Check a function with this body in a process of its own."""
    path = write("".join(f"    {line}\n" for line in body.splitlines()).join([HEAD, ""]))
    return check_alone(path, "relu_backward", seconds=seconds, megabytes=megabytes)


def test_what_it_prints_asks_imports_and_leaves_running() -> None:
    write("import time\ndef mask(x): return x > 0", "beside.py")
    start = time.monotonic()
    outcome = alone(
        "import sys, threading, time, beside\n"
        "print('grün', file=sys.stderr)\n"
        "try:\n"
        "    input('how many? ')\n"
        "except EOFError as error:\n"
        "    print(error)\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "return dy * beside.mask(x)"
    )
    assert outcome.passed, outcome
    assert outcome.output.startswith("grün\ninput() has nobody to answer; ")
    assert time.monotonic() - start < 100
    assert sorted(Path().iterdir()) == [Path("beside.py"), Path("mine.py")]


def test_a_loop_without_an_end_is_stopped_and_its_line_named() -> None:
    outcome = alone(
        "print('here')\nwhile True:\n    try:\n        dy = dy\n    except BaseException:\n"
        "        pass",
        seconds=0.5,
    )
    assert not outcome.passed
    assert "stopped after 0.5 s in the case of a positive, a zero and" in outcome.text
    assert any(f", at line {number} (" in outcome.text for number in range(3, 8)), outcome.text
    assert outcome.output == "here\n"


def test_a_process_that_is_ended_is_said() -> None:
    outcome = alone("import os\nprint('last words', flush=True)\nos._exit(7)")
    assert "ended the whole process in the case of" in outcome.text
    assert "exit code 7" in outcome.text
    assert outcome.output == "last words\n"


def test_a_crash_is_said_with_its_line() -> None:
    outcome = alone("import faulthandler\nfaulthandler._sigsegv()")
    assert "ended the whole process" in outcome.text
    assert ", at line 3 (faulthandler._sigsegv())" in outcome.text


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process to its memory")
def test_too_much_memory_is_said() -> None:
    outcome = alone("full = []\nwhile True:\n    full.append(len(full))", megabytes=60)
    assert "asked for more memory than it may take, line 4 (full.append" in outcome.text
    assert "MemoryError" in outcome.text


def test_a_process_that_does_not_start_is_stopped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "START_SECONDS", 0.0)
    monkeypatch.setattr(isolated, "PROGRAM", "import time; time.sleep(60)")
    outcome = alone("return dy", seconds=0.1)
    assert (outcome.text, outcome.trouble) == ("mine.py: its process did not start", "unusable")


def test_the_whole_from_a_terminal() -> None:
    write(f"print('noise')\n{GOOD}")
    root = str(Path(inside.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-m", "minicnn.coursework", "check", "mine.py", "--json"],
        capture_output=True,
        check=False,
        env={"PYTHONPATH": root, "PATH": "", "SYSTEMROOT": "C:\\Windows"},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["exercises"]["relu_backward"]["passed"]


# -- what needs no process -------------------------------------------------------------------------


def test_recursion_exit_and_interrupts_are_said(at_once: None) -> None:
    bodies = {
        "    return relu_backward(dy, x)\n": "RecursionError",
        "    exit()\n": "it called exit()",
        "    raise KeyboardInterrupt\n": "it ended the check, line 2 (raise KeyboardInterrupt)",
        "    return [0] * 10**18\n": "asked for more memory than it may take, line 2",
    }
    for body, said in bodies.items():
        answer = inside.answer(write(HEAD + body), "relu_backward", lambda _: None)
        assert not answer["passed"]
        assert said in answer["text"]


@pytest.mark.parametrize(
    ("code", "notes", "said"),
    [
        (None, "begun\ncase: a stride of 2\n", "stopped after 3 s in the case of a stride of 2."),
        (1, "begun\nTimeout (0:00:03)!\n", "mine.py: stopped after 3 s as the file was imported"),
        (0, "begun\ncase: padding\n", "the whole process in the case of padding: exit code 0."),
        (-9, "begun\ncase: padding\n", "signal SIGKILL.\n\nSystems end a process like that if"),
        (-250, "begun\ncase: padding\n", "padding: signal 250.\n\nA recursion without an end"),
        (0xC00000FD, "begun\ncase: padding\n", "exit code 0xc00000fd.\n\nA recursion without"),
        (1, "", "mine.py: its process did not start: of no use"),
    ],
)
def test_why_there_is_no_answer(code: int | None, notes: str, said: str) -> None:
    if code == -9 and not hasattr(signal, "SIGKILL"):
        pytest.skip("signals are not for this system")
    outcome = isolated.without_answer(
        Path("mine.py"), "relu_backward", code, notes, seconds=3.0, output="Traceback\nof no use\n"
    )
    assert said in outcome.text
    assert outcome.passed is False
    assert (outcome.trouble == "unusable") is ("case: " not in notes)


def test_the_case_is_noted_before_each_call() -> None:
    notes: list[str] = []
    inside.answer(write(GOOD), "relu_backward", notes.append)
    cases = [case.what for case in EXERCISES["relu_backward"].cases()]
    assert notes[: len(cases)] == cases
    assert "same arguments" in notes[len(cases)]


def test_what_is_printed_is_kept_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "printed"
    path.write_bytes(b"begin" + b"x" * 300_000 + b"end")
    printed = Printed()
    printed.read(path.open("rb"))
    text = printed.text()
    assert text.startswith("begin")
    assert text.endswith("end")
    assert len(text) < 9_000
    assert "[292,008 bytes are left out]" in text


def test_what_is_shown_of_it_suits_a_terminal() -> None:
    lines = shortened("".join(f"{number}\n" for number in range(100)))
    assert lines[0] == "0"
    assert lines[10] == "[80 lines are left out]"
    assert lines[-1] == "99"
    assert shortened("\x1b[31mred" + "x" * 300)[0].startswith("?[31mred")
    assert len(shortened("x" * 300)[0]) == 204


def test_the_line_is_that_of_the_main_thread() -> None:
    path = Path(write("one\n  two\n", "grün.py"))
    name = str(path.resolve()).replace("ü", "\\xfc")
    notes = (
        f'Timeout (0:00:01)!\nThread 0x01 (most recent call first):\n  File "{name}", line 1 in f\n'
        f'\nThread 0x02 (most recent call first):\n  File "/other.py", line 9 in g\n'
        f'  File "{name}", line 2 in h\n  File "{name}", line 1 in f\n'
    )
    assert last_line(notes, path) == ", at line 2 (two)"
    assert last_line("", path) == ""


def test_a_document_is_ascii() -> None:
    text = document("grün.py", [Outcome("relu_backward", "wrong \ud800", trouble="refused")])
    assert text.isascii()
    assert json.loads(text)["error"] == "wrong \ud800"
