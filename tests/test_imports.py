"""The shape of the package: who imports whom, and what an import costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import minicnn

PACKAGE = Path(minicnn.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A module may import from those before it, never from those after. A name stands for everything
# below it that has no line of its own.
ORDER = [
    "errors",
    "typing",
    "saving",
    "saving.files",
    "saving.archive",
    "checks",
    "parameter",
    "initializers",
    "window",
    "padding",
    "im2col",
    "convolution",
    "layers.base",
    "layers.windows",
    "layers.kernels",
    "layers.conv",
    "layers.composition",
    "layers",
    "insight",
    "filters.bank",
    "filters.intensity",
    "filters",
    "gradcheck",
    "schedules",
    "optim",
    "losses",
    "metrics",
    "history",
    "data.idx",
    "data.download",
    "data.dataset",
    "data.pictures",
    "data.scaling",
    "data.components",
    "data.window_filters",
    "data.otsu",
    "data.digit_image",
    "data.image_folder",
    "data",
    "summary",
    "saving.limited_generator",
    "saving.weights",
    "saving.model_file",
    "memory",
    "sequential",
    "prediction",
    "blas",
    "workers",
    "callbacks.base",
    "callbacks.telling",
    "callbacks.progress",
    "position",
    "saving.packing",
    "saving.saved",
    "saving.checkpoint_file",
    "training_steps",
    "trainer",
    "callbacks.monitor",
    "callbacks.early_stopping",
    "callbacks.checkpoint",
    "callbacks.diagnosis",
    "callbacks.doctor",
    "callbacks",
    "inspection.templates",
    "inspection.nearest",
    "inspection.kernels",
    "inspection.layer_kernels",
    "inspection.recording",
    "inspection.excitation",
    "inspection.attribution",
    "inspection.plots",
    "inspection.page",
    "inspection.writers",
    "inspection.film",
    "inspection.live",
    "inspection",
]
# These know nothing of layers, although layers stand before them in the order.
BLIND_TO_LAYERS = ["optim", "schedules", "losses", "metrics", "data", "history"]


def name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def rank(module: str) -> int:
    """Its place in the order; of two that match, the longer name counts."""
    matching = [entry for entry in ORDER if f"{module}.".startswith(f"{entry}.")]
    assert matching, f"{module} has no place in the order of imports; give it one"
    return ORDER.index(max(matching, key=len))


def imports(path: Path) -> set[str]:
    """The modules of minicnn that a file imports as it runs (not for its types alone)."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            found |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return found


def own_imports(path: Path) -> set[str]:
    modules = {f"minicnn.{name(module)}" for module in MODULES} - {"minicnn."}
    return {module.removeprefix("minicnn.") for module in imports(path) & modules}


@pytest.mark.parametrize("path", [path for path in MODULES if name(path)], ids=name)
def test_imports_run_one_way(path: Path) -> None:
    for imported in own_imports(path):
        same_room = name(path).partition(".")[0] == imported.partition(".")[0]
        assert rank(imported) < rank(name(path)) or (
            same_room and rank(imported) == rank(name(path))
        ), f"{name(path)} must not import {imported}"


@pytest.mark.parametrize("room", BLIND_TO_LAYERS)
def test_what_never_sees_layers(room: str) -> None:
    for path in MODULES:
        if f"{name(path)}.".startswith(f"{room}."):
            seen = {module for module in own_imports(path) if f"{module}.".startswith("layers.")}
            assert not seen, f"{name(path)} must not import {seen}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_inspection_draws(path: Path) -> None:
    if not name(path).startswith("inspection"):
        assert not any(module.startswith("matplotlib") for module in imports(path))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_only_numpy_matplotlib_tqdm(path: Path) -> None:
    known = {"minicnn", "numpy", "matplotlib", "tqdm", *sys.stdlib_module_names}
    if name(path) in ("data.pictures", "data.scaling"):
        known.add("PIL")  # matplotlib brings it along
    assert {module.partition(".")[0] for module in imports(path)} <= known


def test_import_minicnn_is_light() -> None:
    heavy = "{'matplotlib', 'PIL'} & set(sys.modules)"
    code = f"import sys, minicnn, minicnn.data; sys.exit(bool({heavy}))"
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
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "every module says why it exists"
    assert len(text.splitlines()) <= 300, "one idea a file"
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
