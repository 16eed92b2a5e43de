"""Read a digit of your own: a photo, a scan, a drawing.

A network that learned from MNIST knows only pictures made as MNIST's were: white ink on black, 20
pixels on the longer side, the centre of mass in the middle of 28 x 28. A photo is different. So the
digit is first found on its paper, in any light, and made into such a picture. Most wrong answers
come from this step, so look at what the model saw.

Write one digit on plain paper with a good pen, leave some margin, and take a picture:

  .venv/bin/python examples/predict_image.py photo.jpg

Without a picture the script draws one: a digit on paper in uneven light, with noise, which --seed
decides.
"""

import itertools
from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
import numpy.typing as npt
from _common import model_file, parser, picture_file, run

from minicnn import Sequential, predict_image
from minicnn.digits.prediction import NOT_SURE
from minicnn.inspection.plots import plot_prediction, save_figure
from minicnn.typing import Array

H, W = 360, 300

# Each digit as lines through points (x, y), in a box one unit wide and high.
STROKES = {
    0: [[(0.5, 0), (0.1, 0.05), (0.05, 0.95), (0.5, 1), (0.95, 0.95), (0.9, 0.05), (0.5, 0)]],
    1: [[(0.3, 0.25), (0.55, 0), (0.5, 1)]],
    2: [[(0.1, 0.25), (0.3, -0.05), (0.95, 0), (0.8, 0.5), (0.05, 1)], [(0.05, 1), (0.9, 0.95)]],
    3: [
        [(0.15, 0.1), (0.5, -0.05), (0.95, 0.1), (0.8, 0.45), (0.4, 0.47)],
        [(0.4, 0.47), (0.85, 0.45), (1, 0.85), (0.55, 1.05), (0.1, 0.92)],
    ],
    4: [[(0.3, 0), (0.1, 0.62)], [(0.1, 0.62), (0.9, 0.58)], [(0.7, 0.2), (0.62, 1)]],
    5: [
        [(0.25, 0.03), (0.85, 0)],
        [(0.25, 0.03), (0.2, 0.45)],
        [(0.2, 0.45), (0.75, 0.35), (1, 0.75), (0.6, 1.05), (0.1, 0.92)],
    ],
    6: [
        [(0.7, 0), (0.2, 0.2), (0.1, 0.75)],
        [(0.1, 0.75), (0.1, 1.05), (0.9, 1.05), (0.9, 0.5), (0.15, 0.45), (0.1, 0.75)],
    ],
    7: [[(0.1, 0.05), (0.85, 0)], [(0.85, 0), (0.55, 0.5), (0.4, 1)]],
    8: [
        [(0.85, 0.12), (0.5, -0.1), (0.05, 0.1), (0.15, 0.4), (0.9, 0.65), (0.9, 1), (0.45, 1.05)],
        [(0.45, 1.05), (0, 1), (0.1, 0.65), (0.8, 0.4), (0.85, 0.12)],
    ],
    9: [
        [(0.85, 0.2), (0.55, -0.1), (0.05, 0.05), (0.1, 0.5), (0.75, 0.55), (0.85, 0.2)],
        [(0.85, 0.2), (0.85, 0.6), (0.65, 1)],
    ],
}


def draw_photo(seed: int) -> tuple[npt.NDArray[np.uint8], int]:
    """Draw a photo (H, W, 3) of a digit in blue ink on yellowish paper; return both."""
    rng = np.random.default_rng(seed)
    digit = int(rng.choice(list(STROKES)))
    size, left, top = 150 + 60 * rng.random(), 40 + 60 * rng.random(), 40 + 80 * rng.random()
    slant, nib = rng.normal(0, 0.08), 5 + 3 * rng.random()
    distance = np.full((H, W), np.inf)  # from each pixel to the path of the pen
    for line in STROKES[digit]:
        points = np.array(line) + rng.normal(0, 0.02, (len(line), 2))
        x = left + size * (0.75 * points[:, 0] + slant * (0.5 - points[:, 1]))
        y = top + size * points[:, 1]
        for start, end in itertools.pairwise(rounded(np.stack([x, y], axis=1))):
            distance = np.minimum(distance, distance_to_line(start, end))
    ink = np.clip(nib + 0.5 - distance, 0, 1)[..., np.newaxis]  # (H, W, 1)
    paper, pen = np.array([0.97, 0.94, 0.84]), np.array([0.22, 0.28, 0.55])
    across, down = np.linspace(0, 1, W), np.linspace(0, 1, H)[:, np.newaxis]
    light = 1 - 0.45 * (across * rng.random() + down * rng.random())[..., np.newaxis]
    photo = light * (paper * (1 - ink) + pen * ink) + rng.normal(0, 0.03, (H, W, 3))
    return (255 * photo.clip(0, 1)).astype(np.uint8), digit


def rounded(points: Array, times: int = 3) -> Array:
    """Return a line (points, 2) with its corners cut off several times: Chaikin's curve."""
    for _ in range(times):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def distance_to_line(start: Array, end: Array) -> Array:
    """Return how far each pixel is from the line between two points (x, y)."""
    pixels = np.stack(np.meshgrid(np.arange(W), np.arange(H)), axis=-1)  # (H, W, 2)
    way = end - start
    along = np.clip((pixels - start) @ way / (way @ way), 0, 1)
    distance: Array = np.linalg.norm(pixels - start - along[..., np.newaxis] * way, axis=-1)
    return distance


def main() -> None:
    """Predict, print, and draw."""
    options = parser(__doc__, "predict-image")
    options.add_argument(
        "picture",
        nargs="?",
        type=picture_file,
        metavar="PICTURE",
        help="a picture of one digit (default: one that is drawn here)",
    )
    options.add_argument(
        "--model",
        type=model_file,
        default=Path("runs/mnist/model.npz"),
        help="a saved model, or the folder of a run (default %(default)s, which train_mnist.py "
        "writes)",
    )
    arguments = options.parse_args()
    if not arguments.model.exists():
        options.error(
            f"{arguments.model}: there is no such file; train_mnist.py makes one in a minute, "
            "and --model names another"
        )
    model = Sequential.load(arguments.model)
    picture = arguments.picture
    if picture is None:
        picture, digit = draw_photo(arguments.seed)
        print(f"no PICTURE given, so here is a drawn one, of the digit {digit}")
    prediction = predict_image(model, picture)
    print(f"the model says: {prediction.label}" + ("" if prediction.sure else f", {NOT_SURE}"))
    for label, probability in enumerate(prediction.probabilities):
        print(f"{label}  {probability:7.2%}")
    print(save_figure(plot_prediction(prediction), arguments.out / "prediction.png", dpi=100))


if __name__ == "__main__":
    run(main)
