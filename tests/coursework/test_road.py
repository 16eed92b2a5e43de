"""The road of the coursework: it names every exercise, and what it links to is there."""

import functools
import importlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minicnn.coursework import check
from minicnn.coursework.exercises import EXERCISES

ROOT = Path(__file__).parents[2]
ROAD = ROOT / "examples" / "coursework" / "README.md"
TEXT = ROAD.read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
NAMED = re.findall(r"\[`([\w.]+)`\]\(([^)]+\.py)\)", TEXT)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_exercise_is_begun_and_checked(name: str) -> None:
    commands = "".join(code for language, code in BLOCKS if language == "console")
    command = "python -m minicnn.coursework"
    assert f"{command} start {name}\n{command} check {name}.py\n" in commands


def test_no_exercise_is_begun_that_is_never_checked() -> None:
    started, checked = (
        set(re.findall(rf"minicnn.coursework {one} (\w+)", TEXT)) for one in ("start", "check")
    )
    assert started == checked
    assert len(started) == 22


def test_links_go_to_files() -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert len(links) >= 22
    for link in links:
        assert (ROAD.parent / link).is_file(), link


@pytest.mark.parametrize(("name", "link"), sorted(set(NAMED)))
def test_what_is_named_stands_in_the_file(name: str, link: str) -> None:
    path = (ROAD.parent / link).resolve().relative_to(ROOT)
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    found = functools.reduce(getattr, name.split("."), module)
    assert callable(found)
    assert found.__module__ == module.__name__


def test_every_step_derives_a_formula_and_says_where_it_stands_and_what_goes_wrong() -> None:
    steps = re.split(r"^## \d+\. ", TEXT, flags=re.MULTILINE)[1:]
    assert len(steps) == 16
    for step in steps:
        assert len(re.findall(r"^\$\$$", step, re.MULTILINE)) in range(2, 17, 2), step
        assert step.count("*In the library:*") == 1, step
        assert step.count("*What goes wrong:*") == 1, step


def test_formulas_survive_markdown() -> None:
    """No escaped punctuation, which Markdown takes for its own, and no line that looks like a list.

    Inline formulas end on the line that they begin on.
    """
    formulas = re.findall(r"^\$\$\n(.*?)\n\$\$$", TEXT, re.DOTALL | re.MULTILINE)
    assert len(formulas) >= 16
    for formula in formulas:
        assert not re.search(r"\\[^A-Za-z]|[<>*]|^[-+=] ", formula, re.MULTILINE), formula
        assert formula.count("{") == formula.count("}")
    prose = re.sub(r"^(```|\$\$)\w*\n.*?^\1$", "", TEXT, flags=re.DOTALL | re.MULTILINE)
    for line in prose.splitlines():
        assert line.count("$") % 2 == 0, line
        assert len(line) <= 130, line


def test_the_report_is_what_the_check_says() -> None:
    """The first program of the road, checked."""
    program = next(code for language, code in BLOCKS if language == "python")
    names: dict[str, object] = {}
    exec(program, names)  # noqa: S102 - our own
    report = check("cross_entropy_gradient", names["cross_entropy_gradient"])  # type: ignore[arg-type]
    assert ("console", f"{report}\n") in BLOCKS
    assert report.mistake == "not_divided"


def test_the_report_of_the_readme_is_what_the_check_says() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    program = re.findall(r"`(def relu_backward.*?)`", readme)[0]
    names: dict[str, Any] = {"np": np}
    exec(program, names)  # noqa: S102 - our own
    report = check("relu_backward", names["relu_backward"])
    assert f"```text\n{report}\n```" in readme
