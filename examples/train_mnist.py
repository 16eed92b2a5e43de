"""Train a small convolutional network on MNIST, and look into what it has learned.

The network is conv - ReLU - pool, twice, and one dense layer: 11,274 numbers to learn. It trains on
55,000 images with stochastic gradient descent; 5,000 more are held out to watch how it does on
digits it does not train on. The 10,000 test images are looked at once, at the end.

What it leaves in the output folder (the files of an earlier run there are replaced):
the weights, the history of the training, and five pictures: loss and accuracy, the first-layer
kernels before and after, one digit on its way through the layers, the confusion matrix, and the
mistakes that the network was surest of.
"""

import argparse
import sys
import time
from pathlib import Path

import matplotlib as mpl

from minicnn import (
    SGD,
    Conv2D,
    CrossEntropy,
    Dense,
    Flatten,
    MaxPool,
    OneCycle,
    ReLU,
    Sequential,
    Softmax,
    Trainer,
)
from minicnn.data import Dataset, load_fashion_mnist, load_mnist
from minicnn.errors import MinicnnError
from minicnn.inspection import plots
from minicnn.metrics import confusion_matrix
from minicnn.typing import Array

LOADERS = {"mnist": load_mnist, "fashion-mnist": load_fashion_mnist}
HELD_OUT = 5_000


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--epochs", type=int, default=4, help="passes over the data (default %(default)s)")
    add("--batch-size", type=int, default=64, help="images a step (default %(default)s)")
    add(
        "--learning-rate",
        type=float,
        default=0.1,
        help="peak of the one-cycle schedule (default %(default)s)",
    )
    add(
        "--weight-decay",
        type=float,
        default=1e-3,
        help="pull of the weights towards zero (default %(default)s)",
    )
    add("--dataset", choices=LOADERS, default="mnist", help="(default %(default)s)")
    add("--limit", type=int, metavar="N", help="train on N images only (default: all 55,000)")
    add("--seed", type=int, default=0, help="decides weights, split and order (default 0)")
    add("--out", type=Path, metavar="DIR", help="folder to write to (default runs/DATASET)")
    arguments = parser.parse_args()
    if arguments.limit is not None and arguments.limit < 1:
        parser.error(f"--limit must be at least 1, got {arguments.limit}")
    if arguments.seed < 0:
        parser.error(f"--seed must be at least 0, got {arguments.seed}")
    arguments.out = arguments.out or Path("runs") / arguments.dataset
    return arguments


def build_model(seed: int) -> Sequential:
    """Return the network, untrained."""
    return Sequential(
        [
            Conv2D(8, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Conv2D(16, 5, padding="same"),
            ReLU(),
            MaxPool(2),
            Flatten(),
            Dense(10),
            Softmax(),
        ],
        input_shape=(1, 28, 28),
        seed=seed,
    )


def first_kernels(model: Sequential) -> Array:
    """Return the kernels of the first layer, (F, C, KH, KW)."""
    return model.parameters[0].value


def save_pictures(
    model: Sequential, trainer: Trainer, before: Array, test: Dataset, out: Path
) -> None:
    """Draw the five pictures and say where they are."""
    mpl.use("Agg")  # straight to files: no screen is needed
    probabilities = model.predict(test.images)
    matrix = confusion_matrix(probabilities.argmax(axis=1), test.labels, len(test.classes))
    digit, truth = test.images[:1], test.classes[test.labels[0]]
    maps = [digit[0], *(output[0] for output in model.activations(digit))]
    names = [f"input, {truth}", *map(repr, model.layers)]
    mistakes = plots.plot_mistakes(test.images, test.labels, probabilities, classes=test.classes)
    drawn = {
        "curves": plots.plot_history(trainer.history)[0],
        "kernels": plots.plot_kernels_before_and_after(before, first_kernels(model))[0],
        "feature-maps": plots.plot_feature_maps(maps, names=names)[0],
        "confusion-matrix": plots.plot_confusion_matrix(matrix, classes=test.classes),
        "mistakes": mistakes[0],
    }
    for name, ax in drawn.items():
        print(plots.save_figure(ax, out / f"{name}.png"))


def main() -> None:
    """Train, test, and save what came of it."""
    arguments = parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    model = build_model(arguments.seed)
    before = first_kernels(model)
    schedule = OneCycle(arguments.learning_rate)
    optimizer = SGD(schedule, momentum=0.9, weight_decay=arguments.weight_decay)
    trainer = Trainer(model, optimizer, CrossEntropy(), seed=arguments.seed)

    data = LOADERS[arguments.dataset]()
    train, validation = data.train.split(len(data.train) - HELD_OUT, seed=arguments.seed)
    train = train[: arguments.limit]
    print(model.summary())
    print(f"\ntraining on {len(train):,} images, {len(validation):,} held out")
    began = time.perf_counter()
    try:
        trainer.fit(train, arguments.epochs, arguments.batch_size, validation)
    finally:  # what was learned before an error or Ctrl-C is kept
        trainer.history.save(arguments.out / "history.json")
        model.save(arguments.out / "model.npz")
    print(f"trained in {time.perf_counter() - began:.1f} s")

    _, accuracy = model.evaluate(data.test)
    print(f"test accuracy {accuracy:.2%} on {len(data.test):,} images never seen before\n")
    print(arguments.out / "model.npz", arguments.out / "history.json", sep="\n")
    save_pictures(model, trainer, before, data.test, arguments.out)


if __name__ == "__main__":
    try:
        main()
    except (MinicnnError, OSError) as error:
        sys.exit(f"{Path(__file__).name}: {error}")
