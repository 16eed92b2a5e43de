"""The tour: its cells run from beginning to end, in a notebook where there is one."""

import ast
import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from test_examples import ROOT

TOUR = ROOT / "examples" / "tour.ipynb"
NOTEBOOK = json.loads(TOUR.read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
TABLES = {  # what a cell ends with, and what its table says
    "train": "samples",
    "model.summary()": "multiply-adds",
    "history": "validation accuracy",
    "film": "<iframe",
    "explanation": "products",
    'KERNELS["sobel_x"]': "slope to the right",
    'separate(KERNELS["sobel_x"])': "separable",
    "predict_image(model, image[0])": "data:image/png",
    "gradcheck(Square(), x)": "wrong: the gradient of x",
    "gradcheck(RightSquare(), x)": "passed",
}


@pytest.fixture(autouse=True)
def _few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOUR_SAMPLES", "300")


def run_cell(code: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does, and return the value of its last line."""
    tree = ast.parse(code)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, str(TOUR), "exec"), names)  # noqa: S102 - it is our own
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), str(TOUR), "eval"), names)  # noqa: S307


def test_it_is_stored_without_outputs() -> None:
    assert TOUR.stat().st_size < 1_000_000
    ids = [cell["id"] for cell in NOTEBOOK["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(not cell.get("outputs") for cell in NOTEBOOK["cells"])


def test_its_cells_run_and_their_tables_say_what_they_should() -> None:
    names: dict[str, Any] = {"__name__": "tour"}
    shown = {}
    for code in CODE:
        value = run_cell(code, names)
        if hasattr(value, "_repr_html_"):
            shown[code.splitlines()[-1]] = value._repr_html_()
        elif value is not None:
            assert isinstance(value, str) or hasattr(value, "_ipython_display_")
    plt.close("all")
    assert shown.keys() >= TABLES.keys()
    for last_line, said in TABLES.items():
        assert said in shown[last_line], last_line
    assert not names["check"]("relu_backward", lambda dy, x: dy).passed


def test_it_runs_in_a_notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("ipykernel", reason="the extra [notebook] is not installed")
    nbclient = pytest.importorskip("nbclient", reason="the extra [notebook] is not installed")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(TOUR, as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert all(output.get("name") != "stderr" for output in outputs), "that would be red"
    texts = [output.get("data", {}).get("text/plain", "") for output in outputs]
    assert not any("<Axes" in text for text in texts)
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 3
