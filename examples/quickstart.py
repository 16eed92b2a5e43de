"""The program of the README: a small network reads handwritten digits after one pass over MNIST."""

import argparse

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on

from minicnn import SGD, CrossEntropy, OneCycle, Sequential, Trainer
from minicnn.data import load_mnist
from minicnn.layers import Conv2D, Dense, Flatten, MaxPool, ReLU, Softmax

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers (default 0)")
out_help = "folder to write to (default %(default)s)"
parser.add_argument("--out", default="runs/quickstart", metavar="DIR", help=out_help)
args = parser.parse_args()
if args.seed < 0:
    parser.error("--seed: must be a whole number of at least 0")

mnist = load_mnist()
train, validation = mnist.train.split(55_000, seed=args.seed)
layers = [Conv2D(8, 5, padding="same"), ReLU(), MaxPool(2)]
layers += [Conv2D(16, 5, padding="same"), ReLU(), MaxPool(2), Flatten(), Dense(10), Softmax()]
model = Sequential(layers, input_shape=(1, 28, 28), seed=args.seed)
trainer = Trainer(model, SGD(OneCycle(0.1), momentum=0.9), CrossEntropy(), seed=args.seed)
trainer.fit(train, epochs=1, batch_size=64, validation=validation)
loss, accuracy = model.evaluate(mnist.test)
model.save(f"{args.out}/model.npz")
print(f"test accuracy {accuracy:.2%}")
print(f"{args.out}/model.npz")
