"""Watch the kernels of the first layer turn from noise into edge detectors.

Trains the network of train_mnist.py, and takes a picture of its eight first kernels at 120 moments,
most of them early, when most changes. Above each kernel is its edge score: the share of its energy
that an ideal edge detector (the first derivatives of a Gaussian) explains. Noise has about 0.1, a
Sobel kernel 1. The line in a kernel lies along its edge.

It writes to the output folder the film as a GIF and as a page with a time slider, the curve of the
scores, the model, and the recording film.npz, from which --redraw draws the film again without
training. --resume DIR continues a training that was interrupted, and its film.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
from _common import (
    above_zero,
    at_least,
    checkpoint,
    fit,
    how_to_resume,
    parser,
    read_command,
    run,
    trainer_of,
    where,
)
from _recipe import (
    AUGMENTATION,
    BATCH_SIZE,
    EPOCHS,
    MeanZero,
    build_model,
    build_optimizer,
)

from minicnn import Callback, CrossEntropy, Doctor, Trainer
from minicnn.data import load_mnist
from minicnn.inspection import Film, Live, Recording, write_film
from minicnn.inspection.plots import plot_score_history, save_figure
from minicnn.training.callbacks import Training

FORMATS = ["gif", "html", "mp4"]
REDRAW = "draw a film.npz again, without training; takes --seconds, --formats and --out"
FEW = "most images to train on (default: 55,000); with few, decay has no time to make edges"


@dataclass
class SaveModel(Callback):
    """Keeps the weights when training ends, also on Ctrl-C, and before a film is drawn."""

    path: Path
    runs_once = True

    def on_fit_end(self, trainer: Training) -> None:
        """Write the file, if anything was learned."""
        if trainer.steps:
            trainer.model.save(self.path)


def train(arguments: argparse.Namespace, callbacks: Sequence[Callback]) -> float:
    """Train as train_mnist.py does, and return the accuracy on the test images."""
    seed, mnist = arguments.seed, load_mnist()
    training, validation = mnist.train.split(55_000, seed=seed)
    trainer = trainer_of(
        arguments,
        lambda: Trainer(build_model(seed), build_optimizer(), CrossEntropy(), seed=seed),
    )
    callbacks = [MeanZero(), *callbacks, Doctor(), checkpoint(arguments)]
    limited = training[: arguments.limit].augmented(AUGMENTATION)
    try:
        fit(trainer, arguments, limited, validation, callbacks, BATCH_SIZE)
    except KeyboardInterrupt:
        sys.exit(f"interrupted {where(trainer)}; {how_to_resume(arguments)}")
    return trainer.model.evaluate(mnist.test)[1]


def main() -> None:
    """Train and film, or draw an earlier film again."""
    options = parser(__doc__, "watch-kernels")
    add = options.add_argument
    add(
        "--epochs",
        type=at_least(1),
        default=EPOCHS,
        help=f"passes over the data (default {EPOCHS})",
    )
    add("--limit", type=at_least(1), metavar="N", help=FEW)
    add("--frames", type=at_least(2), default=120, help="pictures in the film (default 120)")
    add("--seconds", type=above_zero, default=12.0, help="how long the film runs (default 12)")
    formats = "what to write (default gif html); mp4 needs the program ffmpeg"
    add("--formats", nargs="+", choices=FORMATS, default=["gif", "html"], help=formats)
    add("--live", action="store_true", help="also show the kernels in a window while they learn")
    add("--redraw", type=Path, metavar="PATH", help=REDRAW)
    arguments = read_command(options)
    out, seconds = arguments.out, arguments.seconds
    paths = [out / f"kernels.{ending}" for ending in arguments.formats]

    # Made even if nothing is filmed: it reports at once what cannot be written.
    film = Film(out / "film.npz", *paths, frames=arguments.frames, seconds=seconds)
    if arguments.redraw:
        recording = Recording.load(arguments.redraw)
        for path in paths:
            write_film(recording, path, seconds=seconds)
    else:
        callbacks = [SaveModel(out / "model.npz"), film, *([Live()] if arguments.live else [])]
        accuracy = train(arguments, callbacks)
        print(f"test accuracy {accuracy:.2%}")
        recording, paths = film.recording, [out / "model.npz", *film.paths]
    first, last = recording.median_edge[[0, -1]]
    print(f"median edge score {last:.2f}, before training {first:.2f}", *paths, sep="\n")
    print(save_figure(plot_score_history(recording), out / "scores.png", dpi=100))


if __name__ == "__main__":
    run(main, screen="--live" in sys.argv)
