"""What augmentation makes of a digit.

A network that is trained for long learns its pictures by heart, and then knows little about others.
A digit that is turned, shifted, scaled or slanted a little is another picture of the same digit, so
the network is shown each picture in another form in every epoch. What is left to learn is what all
these forms have in common.

How far one may go depends on what the pictures show. A six that is turned by 180 degrees is a nine;
a digit in a mirror is none, while a cat in a mirror is still a cat. Look at the rows: would you
still call each of these pictures by the same name?

  turn, shift, scale, shear   by one affine map, Affine; the pixels in between are interpolated
  all four                    what a training on MNIST gets, from the same map
  crop                        a window of the picture with a border: a shift by whole pixels
  erase                       a rectangle is covered, so that no single part is relied on; in grey
                              here, to be seen on black
"""

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
from _common import parser, run

from minicnn import data
from minicnn.data import Affine, Crop, Erase
from minicnn.inspection import plots

ROWS = {
    "turn, up to 15°": Affine(turn=15),
    "shift, up to 3 pixels": Affine(shift=3),
    "scale, up to 20%": Affine(scale=0.2),
    "shear, up to 20°": Affine(shear=20),
    "all four": Affine(turn=15, shift=3, scale=0.2, shear=20),
    "crop, up to 3 pixels": Crop(3),
    "erase, 6 to 12 pixels": Erase((6, 12), probability=1, fill=0.5),
}


def main() -> None:
    """Choose a digit, and draw what each augmentation makes of it."""
    arguments = parser(__doc__, "augment-digit").parse_args()
    train = data.load_mnist().train
    image, label = train[int(np.random.default_rng(arguments.seed).integers(len(train)))]
    print(f"a digit of MNIST, a {label}")
    for name, augmentation in ROWS.items():
        print(f"{name:<22} {augmentation}")
    left, _ = plots.plot_augmentations(image, ROWS, seed=arguments.seed)
    print(plots.save_figure(left, arguments.out / "augment-digit.png", dpi=100))


if __name__ == "__main__":
    run(main)
