"""A file of hand-ins: whether it is one, which functions it has, and how it is run."""

import ast
import difflib
import importlib.util
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

from minicnn.coursework.command_line.output import command
from minicnn.coursework.diagnosis.checker import find
from minicnn.coursework.exercises import EXERCISES
from minicnn.errors import ArgumentError, DataError, shorten

MODULE = "hand_in"
"""The name under which a file is run, whatever the file is called."""

LARGEST_FILE = 1_000_000
"""Bytes of the largest file that is taken for a hand-in."""


LONGEST_LINE = 100
"""Characters of a line of the file that are quoted."""


def exercises_in(path: str | Path, wanted: Sequence[str] = ()) -> list[str]:
    """Return the names of the exercises that a file has functions for; nothing of it is run.

    Parameters
    ----------
    path : str or path
    wanted : sequence of str
        Only these. By default all that the file defines.

    Raises
    ------
    ArgumentError
        If an exercise that is wanted does not exist.
    DataError
        If the file cannot be read as Python, or has no such function.
    """
    for name in wanted:
        _check_name(name)
    defined, imported = _names(_tree(Path(path)))
    missing = [name for name in wanted if name not in defined and name not in imported]
    found = list(dict.fromkeys(wanted or (name for name in defined if name in EXERCISES)))
    if missing or not found:
        what = f"a function {missing[0]}" if missing else "a function with the name of an exercise"
        raise DataError(f"{path}: expected {what}, got {_said(defined, missing)}")
    return found


def load(path: str | Path) -> ModuleType:
    """Run a file and return it as a module. What it imports from its own folder is found.

    The text is compiled each time: Python keeps compiled files by the second, and a hand-in may be
    changed and checked again within one.

    Raises
    ------
    DataError
        If it cannot be read, or raises an error, with the line.
    """
    path = Path(path)
    code = _code(path)
    sys.path.insert(0, str(path.resolve().parent))
    module = ModuleType(MODULE)
    module.__file__ = str(path.resolve())
    sys.modules[MODULE] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 - that is what a hand-in is for
    except MemoryError:  # nothing more can be said without memory
        raise
    except SystemExit as error:
        raise DataError(
            f"{path}{place(error, path)}: it calls exit() as it is imported; expected functions"
        ) from error
    except (Exception, KeyboardInterrupt) as error:
        described = " ".join("".join(traceback.format_exception_only(error)).split())
        raise DataError(f"{path}{place(error, path)}: {shorten_text(described)}") from error
    return module


def place(error: BaseException, path: str | Path) -> str:
    """Return ``, line 3 (x = 1 / 0)`` for the last line of a file that an error passed."""
    inside = str(Path(path).resolve())
    steps = [s for s in traceback.extract_tb(error.__traceback__) if s.filename == inside]
    if not steps:
        return ""
    return at(steps[-1].lineno, steps[-1].line)


def at(number: int | None, line: str | None) -> str:
    """Return ``, line 3 (x = 1 / 0)``; a long line is cut.

    Examples
    --------
    >>> at(3, "    x = 1 / 0")
    ', line 3 (x = 1 / 0)'
    """
    if number is None:
        return ""
    line = (line or "").strip()
    shown = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."
    return f", line {number}" + (f" ({shown})" if shown else "")


def shorten_text(text: str) -> str:
    """Return a text, cut where it is too long for a message."""
    return shorten(Exception(text))


def _check_name(name: str) -> None:
    if name.endswith(".py"):
        raise ArgumentError(
            f"check: expected the name of an exercise after the file, got {name}, which looks like "
            "a file; files are checked one at a time"
        )
    find(name)


def _said(defined: Sequence[str], missing: Sequence[str]) -> str:
    """Return which functions there are, those with a similar name first."""
    if not defined:
        return "no function at all"
    wanted = missing or EXERCISES
    near = [name for name in defined if difflib.get_close_matches(name, wanted, n=1, cutoff=0.7)]
    others = [name for name in defined if name not in near]
    names = ", ".join([*near, *others])
    if near and not missing:
        names += f"; is {near[0]} meant for {difflib.get_close_matches(near[0], wanted, n=1)[0]}?"
    return names


def _tree(path: Path) -> ast.Module:
    """Return the file as Python's syntax tree, or raise DataError."""
    source, name = _source(path), str(path.resolve())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are shown when the file is run
            tree = ast.parse(source, name)
            compile(tree, name, "exec", dont_inherit=True)  # finds more, such as a stray return
    except SyntaxError as error:
        raise DataError(f"{path}{_syntax(error)}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        said = f"{type(error).__name__} {shorten(error)}".strip()
        raise DataError(f"{path}: Python cannot read it ({said})") from None
    return tree


def _code(path: Path) -> CodeType:
    code: CodeType = compile(_source(path), str(path.resolve()), "exec", dont_inherit=True)
    return code


def _syntax(error: SyntaxError) -> str:
    """Return the place and the message of a syntax error, in one line."""
    return f"{at(error.lineno, error.text)}: {type(error).__name__}: {error.msg}"


def _source(path: Path) -> str:
    """Return the text of a file, or raise DataError where it is none."""
    if path.is_dir():
        inside = sorted(file.name for file in path.glob("*.py"))[:5]
        such = f", such as {path / inside[0]}" if inside else ""
        raise DataError(f"{path}: expected a file{such}, got a folder")
    if not path.exists():
        raise DataError(f"{path}: there is no such file{_near(path)}")
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise DataError(f"{path}: expected a Python file of less than {LARGEST_FILE:,} bytes")
    if path.suffix == ".ipynb":
        raise DataError(
            f"{path}: expected a Python file, got a notebook; in a notebook, call check from "
            "minicnn.coursework, or copy the function into a .py file"
        )
    return _decoded(path)


def _decoded(path: Path) -> str:
    try:
        text = importlib.util.decode_source(path.read_bytes())
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from None
    except (SyntaxError, UnicodeDecodeError) as error:  # no text, or no encoding of that name
        said = str(error.reason if isinstance(error, UnicodeDecodeError) else error.msg)
        raise DataError(
            f"{path}: expected a Python file, as text in UTF-8; got other bytes ({said})"
        ) from None
    if "\0" in text:
        raise DataError(f"{path}: expected a Python file, as text; got zero bytes in it")
    if not text.strip():
        raise DataError(
            f"{path}: the file is empty; expected a function with the name of an exercise, which "
            f"`{command('start', 'NAME')}` begins"
        )
    return text


def _near(path: Path) -> str:
    """Return the files with similar names, for a message."""
    files = [file.name for file in path.parent.glob("*.py")] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, files, n=3, cutoff=0.6)
    if path.with_suffix(".py").name in files:
        near = [path.with_suffix(".py").name]
    if near:
        return f"; is {' or '.join(str(path.with_name(name)) for name in near)} meant?"
    known = difflib.get_close_matches(path.stem, EXERCISES, n=1, cutoff=0.7)
    if known:
        return f"; `{command('start', known[0])}` writes {known[0]}.py"
    return ""


def _names(tree: ast.Module) -> tuple[list[str], list[str]]:
    """Return what a file defines at its outermost level, and what it imports there."""
    defined: list[str] = []
    imported: list[str] = []
    for node in _outermost(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defined.append(node.name)
        elif isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            defined += [ast.unparse(target) for target in node.targets if _is_exercise(target)]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imported += [alias.asname or alias.name for alias in node.names]
    return list(dict.fromkeys(defined)), imported


def _is_exercise(target: ast.expr) -> bool:
    """Return whether a value is given the name of an exercise, as in ``softmax = mine``."""
    return ast.unparse(target) in EXERCISES


def _outermost(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a file, also those under an ``if`` or a ``try``."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _outermost(node.body)
            for handler in getattr(node, "handlers", []):
                yield from _outermost(handler.body)
            yield from _outermost(getattr(node, "orelse", []))
