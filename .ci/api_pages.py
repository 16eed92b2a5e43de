"""Write the pages of the API from the docstrings, one for each room of the package.

    .venv/bin/python .ci/api_pages.py

The extra `docs` has what it needs (pdoc). A warning is an error: the exit status is then 1.
"""

import argparse
import importlib
import inspect
import pkgutil
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pdoc
import pdoc.doc
import pdoc.render

import minicnn
import minicnn.typing


def rooms() -> list[str]:
    """Return the package, what lies beside it in its folder, and the rooms within rooms.

    What a room offers, its __all__, stands on its own page. A room of the package without __all__
    offers its modules, which pdoc finds by itself; one within another room offers nothing.
    """
    found = ["minicnn"]
    for module in pkgutil.walk_packages(minicnn.__path__, "minicnn."):
        above, _, name = module.name.rpartition(".")
        listed = name in getattr(importlib.import_module(above), "__all__", ())  # found by pdoc
        offers = hasattr(importlib.import_module(module.name), "__all__")
        if not name.startswith("_") and not listed and (above == "minicnn" or offers):
            found.append(module.name)
    return found


def import_what_is_late(module: ModuleType) -> None:
    """Put into the module what it imports on first use, since pdoc looks only at what is there."""
    for name in getattr(module, "__all__", ()):
        setattr(module, name, getattr(module, name))


def list_rooms(names: list[str]) -> None:
    """Add a list of all pages to the docstring of the package, whose page is the first one."""
    lines = [f"- `{name}`: {first_line(name)}" for name in names[1:]]
    minicnn.__doc__ = "\n".join([str(minicnn.__doc__), "", *lines])


def first_line(name: str) -> str:
    """Return the first line of a module's docstring."""
    return str(importlib.import_module(name).__doc__).strip().partition("\n")[0]


def name_types() -> None:
    """Write the types of arrays as the code does, not as what they stand for."""
    spelled = {str(getattr(minicnn.typing, name)): name for name in ("Array", "Labels", "Mask")}
    write = inspect.formatannotation

    def short(annotation: Any, *arguments: Any, **options: Any) -> str:
        text = write(annotation, *arguments, **options)
        for long, name in spelled.items():
            text = text.replace(long, name)
        return text

    # pdoc writes a result with its own name of this function, and parameters by `inspect`.
    inspect.formatannotation = pdoc.doc.formatannotation = short


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    out = "folder to write to (default runs/api)"
    parser.add_argument("--out", type=Path, default=Path("runs") / "api", metavar="DIR", help=out)
    arguments = parser.parse_args()
    names = rooms()
    for name in names:
        import_what_is_late(importlib.import_module(name))
    list_rooms(names)
    name_types()
    # Formulas are indented lines of plain text, so no page has to fetch MathJax.
    pdoc.render.configure(docformat="numpy", math=False)
    warnings.simplefilter("error")
    pdoc.pdoc(*names, output_directory=arguments.out)
    print(arguments.out / "minicnn.html")


if __name__ == "__main__":
    main()
