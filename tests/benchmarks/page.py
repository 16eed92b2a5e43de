"""How fast the explorer's page is, in the browser of this machine: the first picture, and strokes.

.venv/bin/python tests/benchmarks/page.py runs/explore/explorer.html
"""

import argparse
import math
import shutil
import statistics
from pathlib import Path
from typing import Any

WATCH = """() => {
  window.seen = { stamps: [], took: [] };
  let last = explorer.page.frames;
  (function watch(now) {
    seen.stamps.push(now);
    if (explorer.page.frames > last) seen.took.push(explorer.page.took);
    last = explorer.page.frames;
    if (!seen.ended) requestAnimationFrame(watch);
  })(performance.now());
}"""
"""Notes when each picture of the screen was made, and how long a frame took that changed it."""

FORWARD = """() => {
  const times = [], { network, state } = explorer;
  for (let k = 0; k < 100; k++) {
    const began = performance.now();
    network.forward(state.pixels);
    times.push(performance.now() - began);
  }
  return times;
}"""


def stroke(page: Any, turns: int) -> None:
    """Draw a spiral without lifting the pen."""
    box = page.locator("#pad").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    for k in range(turns):
        radius = box["width"] * 0.4 * k / turns
        page.mouse.move(middle[0] + radius * math.cos(k / 9), middle[1] + radius * math.sin(k / 9))
    page.mouse.up()


def said(name: str, times: list[float]) -> None:
    """Print a median and the worst."""
    print(f"{name}: median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms")


def main() -> None:
    """Open the page a few times, draw, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    first, took, gaps, forward = [], [], [], []
    from playwright.sync_api import sync_playwright  # only who measures needs it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for _ in range(arguments.turns):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(arguments.page.resolve().as_uri())
            first.append(page.evaluate("explorer.drawn"))
            page.wait_for_timeout(2000)  # the answers at all moments are found by then
            page.click("#clear")
            page.evaluate(WATCH)
            stroke(page, 200)
            seen = page.evaluate("() => { seen.ended = true; return seen; }")
            took += seen["took"]
            gaps += [b - a for a, b in zip(seen["stamps"], seen["stamps"][1:], strict=False)]
            forward += page.evaluate(FORWARD)
            page.close()
        browser.close()
    said("first picture", first)
    said("the network alone", forward)
    said("a frame in which the pen moved: digit, network, drawing", took)
    said("between two pictures of the screen while drawing", gaps)


if __name__ == "__main__":
    main()
