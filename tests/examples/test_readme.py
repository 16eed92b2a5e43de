"""The README tells no lies."""

import doctest
import re

from test_examples import README, ROOT


def test_the_program_of_the_readme_is_the_quickstart() -> None:
    script = (ROOT / "examples" / "quickstart.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) < 25
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert block
    for line in block[1].splitlines():
        wanted = line.replace("seed=0", "seed=args.seed")
        wanted = wanted.replace('"runs/quickstart', 'f"{args.out}')
        assert wanted in script.splitlines(), f"{line!r} is not in quickstart.py"


def test_links_in_the_readme_lead_somewhere() -> None:
    for text in (ROOT / "README.md", *ROOT.glob("*/README.md"), *ROOT.glob("*/*/README.md")):
        for link in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text.read_text("utf-8")):
            target = link[0] or link[1]
            assert "://" in target or (text.parent / target).exists(), f"{text}: {target}"


def test_the_examples_in_the_readme_are_true() -> None:
    failed, attempted = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert attempted > 0
    assert failed == 0
