"""Write the page: one HTML file that holds the network, its weights and all that it computes with.

Everything is checked before anything is written. The JavaScript modules beside this file are joined
into one script, in `MODULES`' order, so that the page opens by a double click and asks nobody for
anything.
"""

import html
import json
import re
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from minicnn import checks
from minicnn.explorer.network import check_known, describe_layers, row_of
from minicnn.saving.atomic import atomic_write
from minicnn.saving.weights import values_of
from minicnn.sequential import Sequential

MODULES = (
    *("weights", "arithmetic", "explain", "digit", "words", "drawing", "pad", "picture", "whatif"),
    *("answer", "timeline", "panel", "page"),
)
"""The parts of the script, each of which imports from those before it alone."""


def write_page(model: Sequential, path: str | Path) -> Path:
    """Write a page."""
    checks.instance("write_page", "model", model, Sequential)
    model.check_ready()
    check_known(model)
    page = assemble("Look into a network", description_of(model))
    with atomic_write(path) as file:
        file.write(page.encode())
    return Path(path)


def description_of(model: Sequential) -> dict[str, Any]:
    import base64

    from minicnn.filters import KERNELS

    return {
        "format": 1,
        "title": "Look into a network",
        "input": list(model.in_shape or ()),
        "classes": model.classes,
        "layers": describe_layers(model),
        "dtype": "float32",
        "weights": base64.b64encode(row_of(values_of(model.named_parameters())).tobytes()).decode(),
        "moments": [],
        "images": [],
        "scaling": {"low": 0.0, "high": 1.0},
        "notes": [],
        "filters": {name: kernel.values.tolist() for name, kernel in KERNELS.items()},
    }


def assemble(title: str, network: dict[str, Any]) -> str:
    """Return the page as text."""
    return Template(_part("page.html")).substitute(
        title=html.escape(title),
        style=_part("page.css"),
        network=json.dumps(network).replace("<", "\\u003c"),
        script="\n".join(_without_imports(_part(f"{name}.js")) for name in MODULES),
    )


def _without_imports(module: str) -> str:
    """Return a module as a part of one script, in which all names are at hand."""
    module = re.sub(r"^import [^;]*;\n", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", module, flags=re.MULTILINE)


def _part(name: str) -> str:
    """Return the text of a file in this folder."""
    return resources.files("minicnn.explorer").joinpath(name).read_text(encoding="utf-8")
