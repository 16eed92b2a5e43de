"""The shape of the package: who imports whom, and what an import costs."""

import ast
import functools
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import minicnn

PACKAGE = Path(minicnn.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room may import from the rooms before it, never from those after; the files within one import
# each other freely. A room within another stands for itself, and only the outer one's __init__.py,
# which hands out its names, may look up to it.
ROOMS = [
    "errors",
    "typing",
    "describe",
    "checks",
    "terminal",
    "sorting",
    "html_table",
    "ops",
    "losses",
    "metrics",
    "layers",
    "optim",
    "gradcheck",
    "saving",
    "filters",
    "explain",
    "data",
    "sequential",
    "training",
    "digits",
    "inspection",
    "inspection.plots",
    "inspection.film",
    "explorer",
    "interop",
    "coursework",
]
# Who imports from a room above all the same.
KNOWN = {("inspection.plots", "inspection.film.figure")}
# These know nothing of layers, although layers stand before them in the order; a parameter is none.
BLIND_TO_LAYERS = ["optim", "data", "training.history"]


def name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


OURS = {f"minicnn.{name(path)}" for path in MODULES if name(path)}


def room(module: str) -> str | None:
    """Return the room of a module, the inner one if it is in two."""
    matching = [entry for entry in ROOMS if f"{module}.".startswith(f"{entry}.")]
    return max(matching, key=len, default=None)


@functools.cache
def imports(path: Path, *, late: bool = True) -> frozenset[str]:
    """The modules that a file imports as it runs (not for its types alone).

    Those that are imported within functions, when these are called, may be left out.
    """
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = {
        child
        for node in ast.walk(tree)
        if (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        or (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not late)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {it if it in OURS else it.rpartition(".")[0] for it in named}
    return frozenset(found)


def own_imports(path: Path, *, late: bool = True) -> set[str]:
    return {module.removeprefix("minicnn.") for module in imports(path, late=late) & OURS}


@pytest.mark.parametrize("path", [path for path in MODULES if name(path)], ids=name)
def test_every_module_has_a_room(path: Path) -> None:
    assert room(name(path)), f"{name(path)} belongs to no room"


def test_every_room_has_a_module() -> None:
    assert {room(name(path)) for path in MODULES if name(path)} == set(ROOMS)


def is_known(importer: Path, imported: str) -> bool:
    hands_out = importer.name == "__init__.py" and imported.startswith(f"{name(importer)}.")
    return hands_out or (name(importer), imported) in KNOWN


@pytest.mark.parametrize("path", [path for path in MODULES if name(path)], ids=name)
def test_imports_run_one_way(path: Path) -> None:
    here = ROOMS.index(room(name(path)) or "")
    for imported in own_imports(path):
        above = ROOMS.index(room(imported) or "") > here
        assert not above or is_known(path, imported), f"{name(path)} must not import {imported}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name(path): own_imports(path, late=False) for path in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)
    for path in MODULES:
        assert "minicnn" not in imports(path), f"{name(path)} must import from where things stand"


def test_what_is_known_is_still_so() -> None:
    found = {(name(path), imported) for path in MODULES for imported in own_imports(path)}
    assert found >= KNOWN


@pytest.mark.parametrize("blind", BLIND_TO_LAYERS)
def test_what_never_sees_layers(blind: str) -> None:
    for path in MODULES:
        if f"{name(path)}.".startswith(f"{blind}."):
            seen = {module for module in own_imports(path) if room(module) == "layers"}
            seen -= {"layers.parameter"}
            assert not seen, f"{name(path)} must not import {seen}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_inspection_draws(path: Path) -> None:
    if not name(path).startswith("inspection"):
        assert not any(module.startswith("matplotlib") for module in imports(path))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_numpy_matplotlib_tqdm(path: Path) -> None:
    known = {"minicnn", "numpy", "matplotlib", "tqdm", *sys.stdlib_module_names}
    if name(path) in ("data.pictures", "data.scaling", "inspection.film.writers"):
        known.add("PIL")  # matplotlib brings it along
    if name(path) == "interop.torch_modules":
        known.add("torch")  # nothing imports it before that is asked for
    if name(path) == "training.mpi":
        known.add("mpi4py")  # the extra `mpi`; nothing else needs it
    assert {module.partition(".")[0] for module in imports(path)} <= known


def test_import_minicnn_is_light() -> None:
    heavy = {"matplotlib", "PIL", "mpi4py", "minicnn.interop", "minicnn.training.mpi"}
    code = f"import sys, minicnn, minicnn.data; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_interop_needs_no_other_library_before_it_is_used() -> None:
    others = "{'torch', 'onnx', 'h5py', 'safetensors'} & set(sys.modules)"
    code = f"import sys, minicnn.interop; sys.exit(bool({others}))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_public_names() -> None:
    assert minicnn.__all__ == sorted(
        minicnn.__all__, key=lambda n: (not n.isupper(), n.islower(), n)
    )
    relied_on = "Sequential Conv2D ReLU MaxPool Flatten Dense Softmax CrossEntropy SGD Trainer"
    assert set(relied_on.split()) <= set(minicnn.__all__)
    for public in minicnn.__all__:
        assert getattr(minicnn, public).__doc__, f"{public} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_house_rules(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "every module says why it exists"
    assert "pickle" not in imports(path), "pickles run code"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"line {node.lineno}: the library does not print"
        assert not isinstance(node, ast.Assert), "errors are raised, not asserted"
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
            assert node.attr in ("Generator", "default_rng"), f"line {node.lineno}: global chance"
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = node.end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 50, f"{node.name} has {lines} lines"
