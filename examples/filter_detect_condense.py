"""How a network sees a feature: filter, detect, condense.

Nearly every convolutional network begins with three layers. Here they get a picture, and hand-made
kernels instead of learned ones:

  filter    the convolution answers, at every place, how much the picture there looks like the
            kernel: positive for alike, negative for its opposite
  detect    ReLU keeps what is alike and drops the opposite: a kernel for edges that get lighter to
            the right, or downwards, keeps these edges, and drops those that get darker
  condense  max pooling keeps the strongest answer of each block: it keeps that a feature was there,
            and forgets where in the block

The second picture explains one number: the strongest answer of the first kernel is the sum of nine
products, of nine pixels and nine weights.

The result is a small map of where the feature is. The next layers of a network take such maps as
their picture.
"""

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
from _common import load_picture, parser, picture_file, run

from minicnn import Conv2D, MaxPool, ReLU, Sequential, explain_pixel, receptive_field
from minicnn.filters import KERNELS
from minicnn.inspection.plots import plot_explanation, plot_feature_story, save_figure

FEATURES = ["right_sobel", "bottom_sobel", "outline"]
BLOCK = 8


def main() -> None:
    """Send the picture through the three layers, and draw every step."""
    options = parser(__doc__, "filter-detect-condense", chance=False)
    options.add_argument(
        "--image",
        type=picture_file,
        metavar="PATH",
        help="a picture of your own (default: the portrait of Grace Hopper that matplotlib ships)",
    )
    arguments = options.parse_args()
    picture = np.asarray(load_picture(arguments.image).convert("L")) / 255.0  # (H, W)
    picture = picture.round(2)  # as they are drawn: who multiplies what is shown gets what is shown
    bank = [KERNELS[name].values for name in FEATURES]
    model = Sequential(
        [
            Conv2D.from_kernels(bank, padding="same", padding_mode="replicate"),
            ReLU(),
            MaxPool(BLOCK),
        ],
        input_shape=(1, *picture.shape),
    )
    height, width = receptive_field(model)
    print(f"each condensed answer sees {height} x {width} pixels of the picture")
    filtered, detected, condensed = model.activations(picture[np.newaxis, np.newaxis])

    names = [name.replace("_", " ") for name in FEATURES]
    maps = filtered[0], detected[0], condensed[0]
    axes = plot_feature_story(picture, bank, *maps, names=names)
    title = "Filter, detect, condense: from a picture to a map of where a feature is"
    axes[0].figure.suptitle(title)
    print(save_figure(axes, arguments.out / "filter-detect-condense.png", dpi=100))

    i, j = np.unravel_index(filtered[0, 0].argmax(), picture.shape)
    parts = explain_pixel(model.layers[0], picture[np.newaxis, np.newaxis], 0, 0, int(i), int(j))
    print(f"\n{parts}\n")
    print(save_figure(plot_explanation(parts), arguments.out / "one-answer.png", dpi=100))


if __name__ == "__main__":
    run(main)
