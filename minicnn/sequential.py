"""Layers in order: what comes out of one goes into the next."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from minicnn import checks
from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError
from minicnn.explain.summary import Summary, summarize
from minicnn.html_table import table
from minicnn.layers import Layer
from minicnn.layers.composition import Composition
from minicnn.layers.replica import forward_in_threads
from minicnn.layers.sliding_window import SlidingWindow
from minicnn.losses import CrossEntropy, Loss
from minicnn.ops import blas
from minicnn.ops.memory import keep_freed_blocks
from minicnn.saving import model_file, weights
from minicnn.typing import Array, Shape


class Sequential(Composition):
    """A model: layers in order. It is a layer itself, the composition of its layers.

    Building draws weights for the layers that have none. Layers that were built before keep theirs,
    so a model may be built on the layers of a trained one: both then share them.

    Parameters
    ----------
    layers : iterable of Layer
        At least one, each of them once.
    input_shape : tuple of int, optional
        The shape of one sample, without the batch axis; the model is then built at once. Without
        it, call ``build(in_shape, rng)`` before anything else.
    seed : int, default 0
        Decides the starting weights.

    Raises
    ------
    ArgumentError
        If there are no layers, something is not a layer, or one stands twice in the model.
    ShapeError
        If a layer, or the weights that it has, cannot work on what the one before gives; the
        message names the layer.

    Examples
    --------
    >>> from minicnn.layers import Conv2D, Dense, Flatten, MaxPool, ReLU, Softmax
    >>> model = Sequential(
    ...     [Conv2D(8, 5), ReLU(), MaxPool(2), Flatten(), Dense(10), Softmax()],
    ...     input_shape=(1, 28, 28),
    ...     seed=0,
    ... )
    >>> probabilities = model.predict(np.zeros((100, 1, 28, 28)))
    >>> probabilities.shape, list(model.named_parameters())
    ((100, 10), ['0.weight', '0.bias', '4.weight', '4.bias'])
    """

    def __init__(
        self, layers: Iterable[Layer], input_shape: Shape | None = None, seed: int = 0
    ) -> None:
        super().__init__(layers)
        self.seed = checks.whole_number("Sequential", "seed", seed, minimum=0)
        if input_shape is not None:
            self.build(input_shape, np.random.default_rng(self.seed))

    def build(self, in_shape: Shape, rng: np.random.Generator) -> Shape:
        """Settle the shapes, and draw the parameters of layers that have none yet."""
        in_shape = checks.input_shape(self, in_shape)
        if any(isinstance(layer, SlidingWindow) for _, layer in self.walk()):
            checks.channels_first("Sequential", in_shape)
        return super().build(in_shape, rng)

    def activations(self, x: Array) -> list[Array]:
        """Return the output of every layer for a batch `x`, first to last."""
        self.check_input(x)
        outputs = []
        for layer in self.layers:
            x = layer(x)
            outputs.append(x)
        return outputs

    def predict(self, x: Array, batch_size: int = 256) -> Array:
        """Return the model's output for any number of samples.

        They pass through in batches, one for each core at a time, so that memory grows with N by
        the outputs alone. A batch costs most in a convolution, whose columns hold every pixel KW
        times.

        Parameters
        ----------
        x : array (N, *in_shape)
            Finite floats.
        batch_size : int, default 256
            The most samples of a batch.

        Returns
        -------
        array (N, *out_shape)
            With a `Softmax` at the end: the probability of each class.

        Raises
        ------
        NotReadyError
            If the model is not built.
        ShapeError, DataError
            If `x` has another shape or type, or holds NaN or infinity.
        """
        batch_size = checks.whole_number("Sequential.predict", "batch_size", batch_size)
        self.check_input(x)
        checks.finite("Sequential.predict", "x", x)
        keep_freed_blocks()
        if len(x) <= batch_size:
            with np.errstate(under="ignore"):
                return self(x)
        rounds = math.ceil(len(x) / (batch_size * blas.cores()))
        size = math.ceil(len(x) / (rounds * blas.cores()))
        batches = [x[start : start + size] for start in range(0, len(x), size)]
        return np.concatenate(forward_in_threads(self, batches))

    def evaluate(
        self, data: Dataset, loss: Loss | None = None, batch_size: int = 256
    ) -> tuple[float, float]:
        """Return the mean loss and the accuracy (0 to 1) on `data`.

        Parameters
        ----------
        data : Dataset
        loss : Loss, default CrossEntropy()
        batch_size : int, default 256

        Returns
        -------
        loss, accuracy : float
            The accuracy is NaN where the targets are not class numbers.

        Raises
        ------
        NotReadyError
            If the model is not built.
        ShapeError, DataError
            If the images do not fit the model's input, or the targets its output.
        """
        loss = CrossEntropy() if loss is None else loss
        checks.instance("Sequential.evaluate", "data", data, Dataset)
        checks.instance("Sequential.evaluate", "loss", loss, Loss)
        if self.classes is not None:
            data.check_classes("Sequential.evaluate: data", self.classes)
        network = self.without_softmax() if loss.includes_softmax else self
        network.check_input(data.images)
        loss.check(data.targets, (len(data), *(network.out_shape or ())))
        outputs = network.predict(data.images, batch_size)  # (N, ...)
        return loss.value(outputs, data.targets), loss.accuracy(outputs, data.targets)

    def part(self, count: int) -> Self:
        """Return the first `count` layers as a model; the layers, and what they learn, are shared.

        Raises
        ------
        NotReadyError
            If the model is not built.
        ArgumentError
            If there are not as many layers.
        """
        self.check_ready()
        if checks.whole_number("Sequential.part", "count", count) > len(self.layers):
            raise ArgumentError(
                f"Sequential.part: count must be at most {len(self.layers)}, the number of layers, "
                f"got {count}"
            )
        return self.head(count)

    def summary(self) -> Summary:
        """Return a table of the layers, which prints as text and shows itself in a notebook.

        For each: its output shape (without the batch axis), its parameters, the multiply-adds of
        one sample, and the receptive field, which is the part of the input in pixels that one
        output place depends on ("all" behind a dense layer).

        Raises
        ------
        NotReadyError
            If the model is not built.
        """
        self.check_ready()
        return summarize(self)

    def _repr_html_(self) -> str:
        """Return the summary for a notebook; before `build`, only the layers."""
        if self.in_shape is not None:
            return self.summary()._repr_html_()
        rows = [(str(index), repr(layer)) for index, layer in enumerate(self.layers)]
        return table(("", "layer"), rows, words=2, note="not built yet: it has no input shape")

    def save(self, path: str | Path) -> None:
        """Write the architecture and the parameters to one .npz file, whole or not at all.

        Raises
        ------
        NotReadyError
            If the model is not built.
        ArgumentError
            If the options of a layer cannot be written down: they must be numbers, texts and other
            layers, each kept in the attribute of its own name.
        """
        model_file.write(path, self, self.seed)

    @classmethod
    def load(cls, path: str | Path, own_layers: Sequence[type[Layer]] = ()) -> Self:
        """Restore the model that `save` wrote; no code from the file is run.

        A checkpoint is a model file too, with more in it.

        Parameters
        ----------
        path : str or Path
        own_layers : sequence of Layer classes
            Those of your own that the model has.

        Raises
        ------
        DataError
            If the file is not a model file, has a layer that is not known, parameters that do not
            fit its layers, or NaN or infinity among them.
        """
        own = [own_layers] if isinstance(own_layers, type) else own_layers
        return model_file.read(path, [Sequential, *own]).model(cls)

    def save_weights(self, path: str | Path) -> None:
        """Write the parameters alone to one .npz file, by their names, whole or not at all.

        Raises
        ------
        NotReadyError
            If the model is not built.
        """
        self.check_ready()
        weights.write(path, self.named_parameters())

    def load_weights(self, path: str | Path) -> None:
        """Put what `save_weights` wrote into this model; all of it, or nothing.

        A model file will do as well, and so will a checkpoint.

        Raises
        ------
        NotReadyError
            If the model is not built.
        DataError
            If the file is broken, or a parameter is missing, left over, of another shape, or NaN or
            infinite; the message names each that is.
        """
        self.check_ready()
        weights.put(path, weights.read(path), self.named_parameters())

    def given_options(self) -> dict[str, Any]:
        """Return the shape that the model was built for."""
        return {"input_shape": self.in_shape}

    @property
    def kept_config(self) -> dict[str, Any]:
        """What a file keeps of `config`: a model inside another one is built with that one."""
        return {name: option for name, option in self.config.items() if name != "input_shape"}
