"""Film the page of explore.py in a browser: a 3 is drawn, the training replayed, a pixel explained.

It needs chromium and `pip install playwright`; make.py calls it.
"""

import io
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

VIEW: Any = {"width": 1440, "height": 1450}
WIDTH = 900  # of the film
MARK = (0, 121, 95)  # of what is explained

THREE = [
    *((58, 58), (74, 44), (98, 38), (122, 44), (134, 60), (128, 80), (110, 92), (92, 96)),
    *((116, 100), (136, 114), (142, 134), (130, 152), (106, 162), (80, 160), (58, 148)),
]
"""The path of the pen, in pixels of the pad's ink, 196 on a side."""

VALUE = """([layer, place]) => {
  const view = explorer.page.views[layer], canvas = view.canvas.getBoundingClientRect();
  const { x, y, w, h } = view.boxOfRegion(view.maps.indexOf(place[0]), view.regionOf(place));
  return [canvas.left + x + w / 2, canvas.top + y + h / 2];
}"""
"""Where on the screen a value of a layer is."""

HAND = """([x, y]) => {
  let hand = document.getElementById("hand");
  if (!hand) {
    hand = document.createElement("div");
    hand.id = "hand";
    hand.innerHTML = `<svg width="30" height="36" viewBox="0 0 20 24"><path
      d="M2 1v17l4.5-4 3 7 3-1.3-3-6.9H16z" fill="#111" stroke="#fff" stroke-width="1.5"/></svg>`;
    document.body.append(hand);
  }
  hand.style.cssText = `position: fixed; left: ${x - 2}px; top: ${y - 1}px; z-index: 9;
    pointer-events: none`;
}"""
"""Screenshots do not show the mouse, so this does."""


class Camera:
    """Takes pictures of a page while the mouse is moved, each with the time that it is shown."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def move(self, x: float, y: float) -> None:
        """Move the mouse, and what shows it."""
        self.page.mouse.move(x, y)
        self.page.evaluate(HAND, [x, y])

    def take(self, milliseconds: int) -> None:
        """Take a picture of what is drawn by now."""
        self.page.evaluate(
            "new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"
        )
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        size = WIDTH, round(shot.height * WIDTH / shot.width)
        self.frames.append(shot.resize(size, Image.Resampling.LANCZOS))
        self.times.append(milliseconds)

    def write(self, path: Path) -> None:
        """Write the film, all pictures with the same few colours."""
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for colour in palette_of(self.page) for part in colour])
        frames = [
            frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames
        ]
        frames[0].save(
            path,
            save_all=True,
            append_images=frames[1:],
            duration=self.times,
            loop=0,
            optimize=True,
        )


def palette_of(page: Any) -> list[tuple[int, int, int]]:
    """Return the colours of a film: those of the scale, of what is marked, and greys."""
    scale = page.evaluate(
        """() => [...explorer.page.colours.table].filter((_, step) => step % 14 === 4)
          .map(pixel => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255])"""
    )
    greys = [(level, level, level) for level in range(0, 256, 15)]
    paper = [(251, 250, 247), (244, 243, 239), (241, 239, 233), (227, 225, 218), (216, 213, 204)]
    marks = [tuple(part + (255 - part) * share // 4 for part in MARK) for share in range(4)]
    return [*map(tuple, scale), *greys, *paper, *marks]


def draw(camera: Camera) -> None:
    """Draw the three."""
    page = camera.page
    page.click("#clear")
    box = page.locator("#pad").bounding_box()
    scale = box["width"] / 196
    places = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in THREE]
    camera.move(*places[0])
    camera.take(900)
    page.mouse.down()
    for place in places[1:]:
        camera.move(*place)
        camera.take(110)
    page.mouse.up()
    page.wait_for_timeout(1500)
    camera.take(1600)


def replay(camera: Camera) -> None:
    """Go through the training, from noise to edges."""
    page = camera.page
    box, last = page.locator("#time").bounding_box(), int(page.get_attribute("#time", "max"))
    page.focus("#time")
    for moment in range(last + 1):
        page.keyboard.press("Home" if moment == 0 else "ArrowRight")
        along = 10 + (box["width"] - 20) * moment / last
        camera.move(box["x"] + along, box["y"] + box["height"] / 2)
        camera.take(900 if moment == 0 else 1600 if moment == last else 170)


def explain(camera: Camera) -> None:
    """Ask for a value of the first layer, and then for one of the second convolution."""
    page = camera.page
    for layer, place in ((1, [3, 13, 15]), (1, [3, 16, 13]), (4, [9, 4, 5])):
        x, y = page.evaluate(VALUE, [layer, place])
        camera.move(x, y)
        page.mouse.click(x, y)
        camera.take(2600)


def what_if(camera: Camera) -> None:
    """Replace a kernel by a hand-made one."""
    page = camera.page
    x, y = page.evaluate(VALUE, [1, [3, 13, 15]])
    camera.move(x, y)
    page.mouse.click(x, y)
    page.select_option("#replace", "laplacian")
    box = page.locator("#replace").bounding_box()
    camera.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(1500)
    camera.take(3000)


def film_page(source: Path, target: Path) -> None:
    """Film a page of explore.py, as a GIF."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=VIEW, color_scheme="light")
        page.goto(source.resolve().as_uri())
        page.evaluate("explorer.ready")
        camera = Camera(page)
        for scene in (draw, replay, explain, what_if):
            scene(camera)
        camera.write(target)
        browser.close()
