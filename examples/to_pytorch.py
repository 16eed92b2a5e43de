"""Train here, go on in PyTorch, and bring the network back.

Whoever outgrows NumPy need not begin again. A network with batch normalization and dropout trains
here for an epoch. `to_torch` makes a torch.nn.Sequential of it, with the same weights, without its
Softmax, since PyTorch's loss takes scores. There it trains for another epoch, with PyTorch's own
optimizer, on the device that --device names, such as a GPU. `from_torch` brings it back, and the
Softmax is put behind it again. At each border the accuracy on images that were held out is the
same on both sides; the test images are looked at once, at the end.

PyTorch has to be there: .venv/bin/python -m pip install torch. On the processor it computes in one
thread: with more, they wait for each other at every layer of so small a network if the machine has
other work. The script writes the model, and where the libraries are there, the same as model.onnx,
which runs without Python, and as model.safetensors.
"""

import sys
from pathlib import Path
from typing import Any

import _ctrl_c  # noqa: F401 - Ctrl-C is one line from here on
import numpy as np
from _common import at_least, parser, run

from minicnn import SGD, CrossEntropy, OneCycle, Sequential, Softmax, Trainer
from minicnn.data import Dataset, load_mnist
from minicnn.errors import MissingLibraryError
from minicnn.interop import export_onnx, from_torch, save_safetensors, to_torch
from minicnn.interop.libraries import library
from minicnn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, MaxPool, ReLU
from minicnn.metrics import accuracy
from minicnn.terminal import progress_bar
from minicnn.typing import Array

HELD_OUT, BATCH_SIZE = 5_000, 64


def build_model(seed: int) -> Sequential:
    """Return the network, untrained."""
    layers = [Conv2D(8, 5, padding="same", bias=False), BatchNorm(), ReLU(), MaxPool(2)]
    layers += [Conv2D(16, 5, padding="same", bias=False), BatchNorm(), ReLU(), MaxPool(2)]
    layers += [Flatten(), Dropout(0.3), Dense(10), Softmax()]
    return Sequential(layers, input_shape=(1, 28, 28), seed=seed)


def check_device(device: str) -> None:
    """End with one line unless PyTorch is there and can compute on the device."""
    torch = library("torch", "this script")
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError) as error:
        reason = str(error).partition("\n")[0]
        sys.exit(f"to_pytorch.py: --device: PyTorch cannot use {device!r}: {reason}")


def train_in_torch(network: Any, data: Dataset, seed: int, device: str) -> None:
    """Train for an epoch, as PyTorch's users do."""
    torch = library("torch", "this script")
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    images, labels = torch.tensor(data.images), torch.tensor(data.labels)
    network.to(device).train()  # first: an optimizer holds the weights that it is given
    optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)
    loss = torch.nn.CrossEntropyLoss()
    for batch in progress_bar(torch.randperm(len(labels)).split(BATCH_SIZE), "PyTorch"):
        optimizer.zero_grad()
        loss(network(images[batch].to(device)), labels[batch].to(device)).backward()
        optimizer.step()
    network.cpu().eval()


def scores_in_torch(network: Any, data: Dataset) -> Array:
    """Return what the network of PyTorch makes of images, (N, 10)."""
    torch = library("torch", "this script")
    with torch.no_grad():
        scores = [network(batch) for batch in torch.tensor(data.images).split(500)]
    found: Array = torch.cat(scores).numpy()
    return found


def train_here(train: Dataset, held_out: Dataset, seed: int) -> Sequential:
    """Return the network after an epoch of training here."""
    model = build_model(seed)
    trainer = Trainer(model, SGD(OneCycle(0.1), momentum=0.9), CrossEntropy(), seed=seed)
    trainer.fit(train, epochs=1, batch_size=BATCH_SIZE)
    here = accuracy(model.predict(held_out.images), held_out.labels)
    print(f"trained here           {here:.2%} of {len(held_out):,} held-out images", flush=True)
    return model


def train_there(
    model: Sequential, train: Dataset, held_out: Dataset, seed: int, device: str
) -> Any:
    """Return the network in PyTorch, without its Softmax, after another epoch there."""
    network = to_torch(model.without_softmax())
    there = accuracy(scores_in_torch(network, held_out), held_out.labels)
    print(f"taken to PyTorch       {there:.2%}\n{network}", flush=True)
    train_in_torch(network, train, seed, device)
    there = accuracy(scores_in_torch(network, held_out), held_out.labels)
    print(f"trained on in PyTorch  {there:.2%}", flush=True)
    return network


def bring_back(network: Any, held_out: Dataset) -> Sequential:
    """Return the network as a model with a Softmax, after comparing the scores of both."""
    returned = from_torch(network, (1, 28, 28))
    back = Sequential([*returned.layers, Softmax()], input_shape=(1, 28, 28))
    again = accuracy(back.predict(held_out.images), held_out.labels)
    print(f"brought back           {again:.2%}")
    theirs = scores_in_torch(network, held_out)
    difference = np.abs(returned.predict(held_out.images) - theirs).max()
    largest = np.abs(theirs).max()
    print(f"largest difference of a score: {difference:.1e}, of scores up to {largest:.0f}")
    return back


def write_files(model: Sequential, folder: Path) -> None:
    """Write the model, and what the libraries that are there can write of it."""
    model.save(folder / "model.npz")
    print(folder / "model.npz")
    for name, write in (("model.onnx", export_onnx), ("model.safetensors", save_safetensors)):
        try:
            write(model, folder / name)
            print(folder / name)
        except MissingLibraryError as error:
            print(f"no {name}: {error}")


def main() -> None:
    """Train here, there, and bring it back."""
    options = parser(__doc__, "to-pytorch")
    options.add_argument("--limit", type=at_least(1), help="most images to train on (default all)")
    options.add_argument("--device", default="cpu", help="of PyTorch, such as cuda (default cpu)")
    arguments = options.parse_args()
    check_device(arguments.device)  # before any work is done
    mnist = load_mnist()
    train, held_out = mnist.train.split(len(mnist.train) - HELD_OUT, seed=arguments.seed)
    train = train[: arguments.limit]

    model = train_here(train, held_out, arguments.seed)
    network = train_there(model, train, held_out, arguments.seed, arguments.device)
    back = bring_back(network, held_out)
    share = accuracy(back.predict(mnist.test.images), mnist.test.labels)
    print(f"test accuracy {share:.2%} on {len(mnist.test):,} images never seen before\n")
    write_files(back, arguments.out)


if __name__ == "__main__":
    run(main)
