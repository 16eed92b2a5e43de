"""Train a small convolutional network on MNIST, and see its kernels become edge detectors.

The network is conv - ReLU - pool, twice, and two dense layers. It trains on 55,000 images with
stochastic gradient descent; 5,000 more are held out to watch how it does on images that it does not
train on. The 10,000 test images are looked at once, at the end.

Kernels start as noise, and with usual settings they still look like noise after training. Training
has no reason to remove it: the later layers adapt to any kernels. Weight decay removes it, since it
pulls every weight towards zero in every step. Only patterns that the images ask for again and again
are rebuilt as fast as they decay, and these are known: over all patches of 5 x 5 pixels with ink,
55 % of the energy is a constant, 24 % are slopes in two directions, which are edges, 12 % are bars,
and each of the remaining nineteen patterns has about 2 % at most. So the stronger the decay, the
fewer patterns survive, and edges are the first that tell digits apart. These are the settings, each
chosen by measuring kernels and held-out images (why_decay_makes_edges.py draws the first):

  decay of 0.04 on the kernels of the first layer, eighty times that of all other weights: with the
      same decay for all, five or six of eight kernels became edges, not eight, and the accuracy was
      0.1 % higher
  a mean of zero for each of these kernels, which start with it, and lose it again after every step:
      a constant has the most energy of all patterns, but says little about the digit; with it six
      to eight became edges, one died, and the median edge score was 0.73, not 0.88
  kernels that start at a tenth of the usual scale: there is less noise to forget; at the usual
      scale six to eight became edges
  a bias of 0.02 in the first layer that is not learned: every kernel then answers a little to the
      empty background, so that it always has a gradient; with biases that learn, kernels died in
      two of three trainings, since a kernel without an answer has none
  every image turned, shifted and scaled a little, in another way in every epoch: about 0.1 % of
      accuracy
  batches of 128 images, and a learning rate of 0.15 at its peak, reached after a tenth of the
      training; it falls to zero at the end, so that the last steps no longer disturb the kernels

It writes to the output folder the weights, the history of the training, and five pictures: loss and
accuracy, the first-layer kernels before and after, one image on its way through the layers, the
confusion matrix, and the mistakes that the network was surest of. The folder checkpoint in it keeps
the training itself after every epoch and every minute: after Ctrl-C or a power failure, --resume
DIR continues it, and arrives at the same weights, bit for bit.

With --mpi several processes share each batch, on one machine or on many:

  .venv/bin/mpiexec -n 2 .venv/bin/python examples/train_mnist.py --mpi

With --dataset fashion-mnist it learns clothes instead of digits; that data is downloaded (31 MB)
unless the folder $MINICNN_DATA/fashion-mnist has it.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
from _common import (
    KERNEL_TABLE,
    above_zero,
    at_least,
    checkpoint,
    fit,
    folder,
    from_zero,
    how_to_resume,
    read_command,
    run,
    trainer_of,
    where,
)
from _mpi import add_option, loaded, processes_of, speaking_once
from _recipe import (
    AUGMENTATION,
    BATCH_SIZE,
    EPOCHS,
    FIRST_DECAY,
    LEARNING_RATE,
    WEIGHT_DECAY,
    MeanZero,
    build_model,
    build_optimizer,
    first_kernels,
)
from matplotlib.axes import Axes

from minicnn import CrossEntropy, Doctor, Trainer
from minicnn.data import Dataset, load_fashion_mnist, load_mnist
from minicnn.inspection import measure_kernels, plots
from minicnn.metrics import accuracy
from minicnn.saving.atomic import check_writable
from minicnn.training.processes import Processes
from minicnn.typing import Array

LOADERS = {"mnist": load_mnist, "fashion-mnist": load_fashion_mnist}
HELD_OUT = 5_000


def parse_arguments() -> argparse.Namespace:
    """Read the command line, and refuse bad options before any work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )

    def add(name: str, kind: Any, default: Any, meaning: str) -> None:
        parser.add_argument(name, type=kind, default=default, help=f"{meaning} (default {default})")

    add("--epochs", at_least(1), EPOCHS, "passes over the data")
    add("--batch-size", at_least(1), BATCH_SIZE, "images a step")
    add("--learning-rate", above_zero, LEARNING_RATE, "peak of the one-cycle schedule")
    add("--first-decay", from_zero, FIRST_DECAY, "pull of the first layer's kernels towards zero")
    add("--weight-decay", from_zero, WEIGHT_DECAY, "the same for all other weights")
    add("--seed", at_least(0), 0, "seed of weights, held-out images and order")
    parser.add_argument(
        "--limit",
        type=at_least(1),
        metavar="N",
        help="most images to train on (default: all 55,000)",
    )
    add_option(parser)
    parser.add_argument("--dataset", choices=LOADERS, default="mnist", help="(default mnist)")
    parser.add_argument(
        "--out",
        type=folder,
        metavar="DIR",
        help="folder to write to; files of an earlier run there are replaced "
        "(default: runs/DATASET, or runs/DATASET-2 and so on where that is taken)",
    )
    arguments = read_command(parser)
    arguments.out = arguments.out or unused(Path("runs") / arguments.dataset)
    return arguments


def unused(folder: Path) -> Path:
    """Return `folder`, or the first of folder-2, folder-3 ... that does not exist yet."""
    names = (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))
    return next(path for path in itertools.chain([folder], names) if not path.exists())


def train(trainer: Trainer, data: Dataset, arguments: argparse.Namespace) -> None:
    """Train on all but the held-out images; weights and history are kept, also on Ctrl-C."""
    processes = trainer.processes
    training, validation = data.split(len(data) - HELD_OUT, seed=arguments.seed)
    training = training[: arguments.limit]
    print(f"training on {len(training):,} images, {len(validation):,} held out", flush=True)
    history, weights = arguments.out / "history.json", arguments.out / "model.npz"
    callbacks = [MeanZero(), Doctor(), checkpoint(arguments)]
    began = time.perf_counter()

    def keep() -> None:
        trainer.history.save(history)
        trainer.model.save(weights)

    try:
        augmented = training.augmented(AUGMENTATION)
        fit(trainer, arguments, augmented, validation, callbacks, arguments.batch_size)
    except KeyboardInterrupt:
        processes.once(keep)
        sys.exit(f"interrupted {where(trainer)}; {how_to_resume(arguments, processes.size)}")
    except BaseException:
        if processes.first:
            trainer.history.save(history)
        raise
    processes.once(keep)
    print(f"trained in {time.perf_counter() - began:.1f} s\n{weights}\n{history}", flush=True)


def save_pictures(trainer: Trainer, before: Array, test: Dataset, out: Path) -> None:
    """Draw the five pictures and print their paths."""
    model = trainer.model
    kernels = plots.plot_kernels_before_and_after(before, first_kernels(model))
    words = " ".join(map(str, test.classes or ()))
    kernels[0].figure.suptitle(
        f"The first layer of a network that tells apart: {words}", fontsize=12
    )
    figures: dict[str, Axes | Sequence[Axes]] = {
        "curves": plots.plot_history(trainer.history),
        "kernels": kernels,
        "feature-maps": plots.plot_feature_maps(model, test.images[0]),
        "confusion-matrix": plots.plot_confusion_matrix(model, test),
        "mistakes": plots.plot_mistakes(model, test),
    }
    for name, axes in figures.items():
        print(plots.save_figure(axes, out / f"{name}.png"))


def new_trainer(arguments: argparse.Namespace, processes: Processes) -> Trainer:
    """Return a new trainer."""
    optimizer = build_optimizer(
        arguments.learning_rate,
        arguments.first_decay,
        arguments.weight_decay,
    )
    model, loss = build_model(arguments.seed), CrossEntropy()
    return Trainer(model, optimizer, loss, seed=arguments.seed, processes=processes)


def main() -> None:
    """Train, test, and save the results."""
    arguments = parse_arguments()
    processes = processes_of(arguments)
    with speaking_once(processes):
        before = first_kernels(build_model(arguments.seed))
        trainer = trainer_of(arguments, lambda: new_trainer(arguments, processes), processes)
        data = loaded(processes, LOADERS[arguments.dataset])
        processes.once(lambda: check_writable("--out", arguments.out / "model.npz"))
        print(trainer.model.summary(), end="\n\n")
        train(trainer, data.train, arguments)
    if processes.first:
        show(trainer, before, data.test, arguments)


def show(trainer: Trainer, before: Array, test: Dataset, arguments: argparse.Namespace) -> None:
    """Test, and draw the pictures."""
    model = trainer.model
    share = accuracy(model.predict(test.images), test.labels)
    print(f"\ntest accuracy {share:.2%} on {len(test):,} images never seen before")
    at_first, now = measure_kernels(before), measure_kernels(first_kernels(model))
    print(f"median edge score {now.median_edge:.2f}, before training {at_first.median_edge:.2f}")
    print(f"\n{now}\n\n{KERNEL_TABLE}\n")
    print("drawing the pictures", flush=True)
    save_pictures(trainer, before, test, arguments.out)


if __name__ == "__main__":
    run(main)
