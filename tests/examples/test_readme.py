"""What the README files say is true: their programs run, and their links lead somewhere."""

import ast
import doctest
import re
import shlex
from pathlib import Path

import pytest
from test_examples import README, ROOT

READMES = [
    ROOT / "README.md",
    *(
        path
        for folder in ("minicnn", "examples", "tests", "datasets")
        for path in sorted((ROOT / folder).rglob("README.md"))
    ),
]
every_readme = pytest.mark.parametrize(
    "path", READMES, ids=lambda path: str(path.relative_to(ROOT).parent)
)


def test_the_program_of_the_readme_is_the_quickstart() -> None:
    script = (ROOT / "examples" / "quickstart.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) < 30
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    for line in block[1].splitlines():
        wanted = line.replace("seed=0", "seed=args.seed")
        wanted = wanted.replace('"runs/quickstart', 'f"{args.out}')
        assert wanted in script.splitlines(), f"{line!r} is not in quickstart.py"


def test_the_readme_is_short_and_names_every_folder_of_the_package() -> None:
    assert len(README.splitlines()) <= 200
    for folder in (ROOT / "minicnn").iterdir():
        if (folder / "__init__.py").exists():
            assert f"](minicnn/{folder.name}" in README, f"{folder.name}/ is not named there"


def test_every_readme_of_the_package_names_every_file_beside_it() -> None:
    for path in READMES:
        if path.is_relative_to(ROOT / "minicnn"):
            text = path.read_text(encoding="utf-8")
            for file in path.parent.glob("[!_]*.py"):
                assert f"]({file.name})" in text, f"{path} does not name {file.name}"


def anchors(text: str) -> set[str]:
    """Return the names by which a page's headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@every_readme
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", path.read_text("utf-8"))
    for link in map("".join, links):
        if "://" in link:
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{path}: {link}"
        if heading:
            assert heading in anchors(target.read_text("utf-8")), f"{path}: {link}"


@every_readme
def test_sessions_give_what_is_shown(path: Path) -> None:
    shown = path.read_text("utf-8").count(">>> ")
    failed, attempted = doctest.testfile(
        str(path), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert (failed, attempted) == (0, shown)


@every_readme
def test_programs_can_be_read_and_import_what_there_is(path: Path) -> None:
    for program in re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
        imports: list[ast.stmt] = [
            line
            for line in ast.parse(program).body
            if isinstance(line, ast.Import | ast.ImportFrom)
        ]
        exec(compile(ast.Module(imports, []), str(path), "exec"), {})  # noqa: S102 - our own


def test_there_is_a_session_to_run() -> None:
    assert sum(">>> " in path.read_text("utf-8") for path in READMES) >= 4


@every_readme
def test_commands_run_as_they_stand(path: Path) -> None:
    """Every word of a command is a program, an option, a value, or a path that is there."""
    for block in re.findall(r"```(?:sh|bash)\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
        for word in shlex.split(block, comments=True):
            assert not re.fullmatch(r"[A-Z_]{2,}|<.*>|\.\.\.", word), f"{path}: {word} is no value"
            made = word.startswith((".venv", "runs/")) or word in (".", ".[test]")
            if not made and re.search(r"\.(py|npz|png|jpg)$", word):
                here = (ROOT / word).exists() or word in ("growth.png",)
                assert here, f"{path}: there is no {word}"
