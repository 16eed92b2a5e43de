"""Make the pictures of the gallery again: run the scripts, and copy what they draw.

    .venv/bin/python examples/gallery/make.py

runs all of them, one after another, and prints how long each took: some forty minutes, 25 of which
are train_accurate.py. Names of scripts after the command make only their pictures, and --stale
those whose code has changed since. Pictures wider than a page shows are made smaller.

MADE.json keeps what each picture was made of: the script, its options, and a hash of its code and
of the training recipe, without comments and docstrings. A test compares these hashes. Where a
change of the code leaves a picture as it is, --unchanged records the new hash without a run. What
the library itself draws is not in the hash.
"""

import argparse
import ast
import hashlib
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

GALLERY = Path(__file__).parent
EXAMPLES, ROOT = GALLERY.parent, GALLERY.parents[1]
RECORD = GALLERY / "MADE.json"
SHARED = {"_common", "_ctrl_c"}
"""Modules of the examples that decide about the command line, not about pictures."""
WIDEST = 1400
"""Pixels of a drawing."""


@dataclass(frozen=True)
class Run:
    """A script that is run, and its pictures: the file that it writes for each of the gallery.

    {name} in an option is the output folder of the script of that name, which is run before.
    """

    script: str
    pictures: dict[str, str]
    options: list[str] = field(default_factory=list)


def plain(script: str, *names: str) -> Run:
    """Return a run with default options of a script whose pictures are called as in the gallery."""
    return Run(script, {f"{name}.png": f"{name}.png" for name in names})


INSPECTED = [
    "orientations",
    "spectra",
    "top-patches",
    "maxima-of-classes",
    "saliency",
    "occlusion",
]
RUNS = [
    plain("train_mnist.py", "feature-maps", "kernels"),
    Run("predict_image.py", {"prediction.png": "prediction.png"}, ["--model", "{train_mnist}"]),
    Run(
        "inspect_kernels.py",
        {f"{name}.png": f"{name}.png" for name in INSPECTED},
        ["{train_mnist}"],
    ),
    Run(
        "watch_kernels.py",
        {"kernels.gif": "kernels.gif"},
        ["--frames", "80", "--formats", "gif"],
    ),
    Run("explore.py", {"explorer.gif": "explorer.gif"}),
    Run(
        "pretrained_kernels.py",
        {
            f"vgg16-{name}.png": f"{name}.png"
            for name in ("colours", "kernels", "answers", "beside-ours")
        },
        ["--ours", "{train_mnist}"],
    ),
    Run("quickstart.py", {"quickstart.png": "kernels.png"}),
    plain("why_decay_makes_edges.py", "why-decay-makes-edges"),
    plain("augment_digit.py", "augment-digit"),
    plain("handmade_or_learned.py", "handmade-or-learned"),
    plain("lenet.py", "lenet"),
    plain("depth.py", "depth"),
    plain("optimizers.py", "optimizers"),
    plain("regularise.py", "regularise"),
    plain("autoencoder.py", "autoencoder"),
    plain("photograph_kernels.py", "photograph-kernels"),
    plain("kernels_on_shapes.py", "kernels-on-shapes"),
    plain("padding_stride_dilation.py", "along-one-axis", "in-the-plane"),
    plain("convolution_variants.py", "convolution-variants"),
    plain("three_ways.py", "three-ways"),
    plain("filter_detect_condense.py", "filter-detect-condense", "one-answer"),
    plain("kernel_bank.py", "kernel-bank"),
    Run("train_accurate.py", {"last-mistakes.png": "mistakes.png"}),
]


def code_hash(script: Path) -> str:
    """Return a hash of the code of a script and of the modules beside it that it imports."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    beside = (script.with_name(f"{name}.py") for name in sorted(map(str, imported - SHARED)))
    digest = hashlib.sha256(repr(_without_words(tree)).encode())
    for module in beside:
        if module.exists():
            digest.update(code_hash(module).encode())
    return digest.hexdigest()[:16]


def _without_words(node: object) -> object:
    """Return a syntax tree as nested lists, without docstrings; comments are not in it.

    Empty fields are left out, since each version of Python has other ones.
    """
    if isinstance(node, list):
        return [
            _without_words(item)
            for item in node
            if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
        ]
    if not isinstance(node, ast.AST):
        return node
    fields = [(name, _without_words(value)) for name, value in ast.iter_fields(node)]
    return [type(node).__name__, *(pair for pair in fields if pair[1] not in (None, []))]


def record() -> dict[str, dict[str, Any]]:
    """Return what each picture was made of."""
    made: dict[str, dict[str, Any]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return made


def is_stale(run: Run) -> bool:
    """Return whether the code or the options have changed since any picture was made."""
    made, now = record(), _entry(run)
    return any(made.get(picture) != now for picture in run.pictures)


def _entry(run: Run) -> dict[str, Any]:
    return {
        "script": run.script,
        "options": run.options,
        "code": code_hash(EXAMPLES / run.script),
    }


def write_record(run: Run) -> None:
    """Write down that the pictures of a run are those of its code as it is now."""
    kept = record() if RECORD.exists() else {}
    kept.update(dict.fromkeys(run.pictures, _entry(run)))
    names = {picture for other in RUNS for picture in other.pictures}
    kept = {picture: kept[picture] for picture in sorted(kept) if picture in names}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def make(run: Run, out: Path) -> None:
    """Run a script, and put its pictures into the gallery."""
    folder = out / Path(run.script).stem
    names = {Path(other.script).stem: out / Path(other.script).stem for other in RUNS}
    options = [option.format(**names) for option in run.options]
    command = [sys.executable, str(EXAMPLES / run.script), *options, "--out", str(folder)]
    began = time.perf_counter()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{run.script} failed:\n{result.stdout}{result.stderr}")
    if run.script == "quickstart.py":
        draw_quickstart(folder)
    if run.script == "watch_kernels.py":
        draw_small_film(folder)
    if run.script == "explore.py":
        film(folder / "explorer.html", folder / "explorer.gif")
    print(f"{time.perf_counter() - began:7.1f} s  {run.script}", flush=True)
    for picture, file in run.pictures.items():
        copy(folder / file, GALLERY / picture)
    write_record(run)


def draw_quickstart(folder: Path) -> None:
    """Draw the kernels of the script that draws nothing itself."""
    from minicnn import Sequential  # noqa: PLC0415 - the test of the record needs none of it
    from minicnn.inspection import measure_kernels  # noqa: PLC0415
    from minicnn.inspection.plots import plot_kernels, save_figure  # noqa: PLC0415
    from minicnn.inspection.plots.shown import how_many_edges  # noqa: PLC0415

    model = Sequential.load(folder / "model.npz")
    edges = how_many_edges(measure_kernels(model), "the first layer")
    title = f"quickstart.py, trained for one epoch on MNIST without weight decay:\n{edges}"
    save_figure(plot_kernels(model, title=title), folder / "kernels.png")


def draw_small_film(folder: Path) -> None:
    """Draw the film again for the width of a page; frames made smaller would be a larger file."""
    from minicnn.inspection import Recording, write_film  # noqa: PLC0415 - see above

    write_film(Recording.load(folder / "film.npz"), folder / "kernels.gif", dpi=70)


def film(page: Path, target: Path) -> None:
    """Film the page in a browser; this alone needs one, and the package playwright."""
    from film_page import film_page  # noqa: PLC0415 - see above

    film_page(page, target)


def copy(source: Path, target: Path) -> None:
    """Copy a picture; a drawing is made smaller if it is wider than a page shows."""
    with Image.open(source) as picture:
        if target.suffix == ".gif" or picture.width <= WIDEST:
            target.write_bytes(source.read_bytes())
            return
        size = WIDEST, round(picture.height * WIDEST / picture.width)
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(target, optimize=True)


def with_what_they_need(runs: list[Run], out: Path) -> list[Run]:
    """Add the runs whose files others read, where these files are missing."""
    text = " ".join(option for run in runs for option in run.options)
    return [
        run
        for run in RUNS
        if run in runs
        or (f"{{{Path(run.script).stem}}}" in text and not (out / Path(run.script).stem).exists())
    ]


def main() -> None:
    """Make what is asked for."""
    lesson = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=lesson)
    add = parser.add_argument
    scripts = {run.script: run for run in RUNS}
    add("scripts", nargs="*", metavar="SCRIPT", help="such as depth.py (default: all)")
    add("--stale", action="store_true", help="only those whose code has changed")
    add("--unchanged", action="store_true", help="run nothing; record that the pictures still hold")
    default = ROOT / "runs" / "gallery"
    add("--out", type=Path, default=default, metavar="DIR", help="folder of the runs' own files")
    arguments = parser.parse_args()
    for name in arguments.scripts:
        if name not in scripts:
            parser.error(f"{name} has no picture in the gallery; {', '.join(scripts)} have")
    if arguments.unchanged and not arguments.scripts:
        parser.error("--unchanged: name the scripts whose pictures you have looked at")
    runs = [scripts[name] for name in arguments.scripts] or RUNS
    if arguments.stale:
        runs = [run for run in runs if is_stale(run)]
    if arguments.unchanged:
        for run in runs:
            write_record(run)
        return
    for run in with_what_they_need(runs, arguments.out):
        make(run, arguments.out)


if __name__ == "__main__":
    main()
