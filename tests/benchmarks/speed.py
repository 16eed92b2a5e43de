"""How fast minicnn is: against PyTorch, against the textbook's way, layer by layer, size by size.

    python tests/benchmarks/speed.py                       everything, about 17 minutes
    python tests/benchmarks/speed.py steps --turns 3       one part, fewer turns
    python tests/benchmarks/speed.py --json speed.json --figure growth.png

What is compared takes turns, so that whatever else the machine does slows all of it alike. Figures
are medians over the turns, and a ratio is taken turn by turn. Leave the machine alone meanwhile.
"""

import argparse
import importlib.metadata
import json
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import course
import epochs
import growth
import layers
import numpy as np
import steps
from nets import HAS_TORCH

from minicnn.ops.blas import cores

PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "steps": steps.measure,
    "course": course.measure,
    "layers": layers.measure,
    "epochs": epochs.measure,
    "growth": growth.measure,
}


def main() -> None:
    """Measure, print, and write what was asked for."""
    arguments = parse()
    results: dict[str, Any] = {"machine": machine()}
    print(", ".join(f"{name} {value}" for name, value in results["machine"].items()))
    if not HAS_TORCH:
        print("PyTorch is not installed here and is left out")
    for part in arguments.parts or PARTS:
        results[part] = PARTS[part](arguments.turns)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        print(f"wrote {arguments.json}")
    if arguments.figure:
        growth.draw(results["growth"], arguments.figure)
        print(f"wrote {arguments.figure}")


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)} (default all)")
    add("--turns", type=int, default=9, help="turns of each contender (default %(default)s)")
    add("--json", type=Path, help="write all figures to this file")
    add("--figure", type=Path, help="draw the growth of time and memory into this file")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(
            f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}"
        )
    if arguments.turns < 1:
        parser.error(f"--turns must be at least 1, got {arguments.turns}")
    if arguments.figure and arguments.parts and "growth" not in arguments.parts:
        parser.error("--figure draws the part growth, which is not among the parts asked for")
    for path in filter(None, (arguments.json, arguments.figure)):
        if not path.parent.is_dir():
            parser.error(f"{path.parent} is not a folder")
    return arguments


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    torch = {"PyTorch": importlib.metadata.version("torch")} if HAS_TORCH else {}
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": cores(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        **torch,
    }


if __name__ == "__main__":
    main()
