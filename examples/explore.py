"""Look into a network that you have trained: a page in which you draw, and every layer follows.

Draw a 3. Every kernel, every map and the answer follow the pen. Point at a square of any map: the
panel shows the window that it looks at, the kernel, the products, and why it is blue. Drag the
training back to its first step, where the kernels are noise, and watch the answer to your own
drawing form. Then ask what if: silence a filter, replace it by a Sobel kernel, change a weight.

Without --model this trains the network of train_mnist.py, with a film that keeps the whole model at
20 moments. A saved model can be looked into as well, and the film of its training, if that kept
whole models:

  .venv/bin/python examples/explore.py --model runs/mnist/model.npz --open

It writes to the output folder the page explorer.html, one file that asks nobody for anything, and
when it has trained the model, and film.npz.
"""

import argparse
import sys
import webbrowser
from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
from _common import at_least, model_file, parser, run
from _recipe import AUGMENTATION, BATCH_SIZE, EPOCHS, MeanZero, build_model, build_optimizer

from minicnn import CrossEntropy, Doctor, Sequential, Trainer
from minicnn.data import Dataset, load_mnist
from minicnn.explorer import write_page
from minicnn.inspection import Film
from minicnn.saving.atomic import check_writable

IMAGES = 60  # of the test set, to choose from
MOMENTS = 20  # at which the film keeps the whole model


def train(arguments: argparse.Namespace) -> tuple[Path, Path]:
    """Train as train_mnist.py does, filmed; return the files of the model and of the film."""
    seed, mnist = arguments.seed, load_mnist()
    paths = arguments.out / "model.npz", arguments.out / "film.npz"
    for path in paths:
        check_writable("--out", path)
    training, validation = mnist.train.split(55_000, seed=seed)
    trainer = Trainer(build_model(seed), build_optimizer(), CrossEntropy(), seed=seed)
    film = Film(paths[1], models=MOMENTS)
    limited = training[: arguments.limit].augmented(AUGMENTATION)
    callbacks = [MeanZero(), film, Doctor()]
    try:
        trainer.fit(limited, arguments.epochs, BATCH_SIZE, validation, callbacks)
    except KeyboardInterrupt:
        if trainer.steps == 0:
            raise
        print("interrupted: the page shows what was learned until here")
    trainer.model.save(paths[0])
    print(f"test accuracy {trainer.model.evaluate(mnist.test)[1]:.2%}", *paths, sep="\n")
    return paths


def images_for(model: Sequential) -> Dataset | None:
    """Return test images of digits, if the model takes these; they are not looked at otherwise."""
    digits = model.in_shape == (1, 28, 28) and model.out_shape == (10,)
    return load_mnist().test[:IMAGES] if digits else None


def main() -> None:
    """Train, or load, and write the page."""
    options = parser(__doc__, "explore")
    add = options.add_argument
    add("--model", type=model_file, metavar="FILE", help="a saved model, instead of a training")
    add("--film", type=Path, metavar="FILE", help="the film.npz of its training, with whole models")
    add(
        "--epochs",
        type=at_least(1),
        default=EPOCHS,
        help=f"passes over the data (default {EPOCHS})",
    )
    add("--limit", type=at_least(1), metavar="N", help="most images to train on (default: 55,000)")
    add("--open", action="store_true", help="open the page in the browser")
    arguments = options.parse_args()
    if arguments.film and not arguments.model:
        options.error("--film: expected --model as well, the model that was filmed")
    path = arguments.out / "explorer.html"
    check_writable("--out", path)
    if arguments.model:
        if not arguments.model.exists():
            options.error(f"{arguments.model}: there is no such file; without --model, one is made")
        files = arguments.model, arguments.film
    else:
        files = train(arguments)
    model = Sequential.load(files[0])
    title = "Look into your own network"
    print(write_page(model, path, images=images_for(model), film=files[1], title=title))
    if arguments.open:
        webbrowser.open(path.resolve().as_uri())
    else:
        print("open it in a browser, by a double click or with --open", file=sys.stderr)


if __name__ == "__main__":
    run(main)
