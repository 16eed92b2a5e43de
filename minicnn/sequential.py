"""Layers in order: what comes out of one goes into the next."""

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from minicnn import checks
from minicnn.data.dataset import Dataset
from minicnn.errors import ArgumentError, MinicnnError, ShapeError
from minicnn.explain.summary import summarize
from minicnn.layers import Layer, Softmax
from minicnn.layers.composition import Composition
from minicnn.losses import CrossEntropy, Loss
from minicnn.metrics import accuracy
from minicnn.ops.memory import keep_freed_blocks
from minicnn.saving import model_file, weights
from minicnn.saving.model_file import ModelFile
from minicnn.typing import Array, Labels, Shape


class Sequential(Composition):
    """A model: layers in order. It is a layer itself, the composition of its layers.

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
        If there are no layers, something is not a layer, or one stands twice or in another model.
    ShapeError
        If a layer cannot work on what the one before gives; the message names the layer.

    Examples
    --------
    >>> import numpy as np
    >>> from minicnn.layers import Conv2D, Dense, Flatten, MaxPool, ReLU, Softmax
    >>> model = Sequential(
    ...     [Conv2D(8, 5), ReLU(), MaxPool(2), Flatten(), Dense(10), Softmax()],
    ...     input_shape=(1, 28, 28),
    ...     seed=0,
    ... )
    >>> probabilities = model.predict(np.zeros((100, 1, 28, 28)))
    >>> probabilities.shape, [parameter.name for parameter in model.parameters]
    ((100, 10), ['0.weight', '0.bias', '4.weight', '4.bias'])
    """

    def __init__(
        self, layers: Iterable[Layer], input_shape: Shape | None = None, seed: int = 0
    ) -> None:
        if isinstance(layers, Layer):
            raise ArgumentError(f"Sequential: layers must be a list of layers, got {layers!r}")
        self.layers = list(layers)
        if not self.layers:
            raise ArgumentError("Sequential: expected at least one layer, got none")
        seen: set[int] = set()
        for index, layer in enumerate(self.layers):
            if not isinstance(layer, Layer):
                raise ArgumentError(f"Sequential: layers[{index}] must be a Layer, got {layer!r}")
            if layer.position or id(layer) in seen:
                raise ArgumentError(
                    f"Sequential: layers[{index}] {layer!r} stands twice in this model, or in "
                    "another one; a layer has one place and one set of weights, so make a new one"
                )
            seen.add(id(layer))
        self.seed = checks.whole_number("Sequential", "seed", seed, minimum=0)
        self.names = [str(index) for index in range(len(self.layers))]
        for index, layer in enumerate(self.layers):
            layer.locate(f"layers[{index}]")
        try:
            if input_shape is not None:
                self.build(input_shape, np.random.default_rng(self.seed))
        except MinicnnError:
            for layer in self.layers:  # there is no model, so they are free for another one
                layer.locate("")
            raise

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

        They pass through in batches, so that memory beyond the result itself does not grow with N.
        A batch costs most in a convolution, whose columns hold every pixel KW times.

        Parameters
        ----------
        x : array (N, *in_shape)
            Finite floats.
        batch_size : int, default 256

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
        first = self.forward(x[:batch_size])
        y = np.empty((len(x), *first.shape[1:]), first.dtype)
        y[:batch_size] = first
        for start in range(batch_size, len(x), batch_size):
            y[start : start + batch_size] = self.forward(x[start : start + batch_size])
        return y

    def evaluate(
        self, data: Dataset, loss: Loss | None = None, batch_size: int = 256
    ) -> tuple[float, float]:
        """Return the mean loss and the accuracy (0 to 1) on `data`, in bounded memory.

        Parameters
        ----------
        data : Dataset
        loss : Loss, default CrossEntropy()
        batch_size : int, default 256

        Raises
        ------
        NotReadyError
            If the model is not built.
        ShapeError, DataError
            If the images do not fit the model's input, or the labels its number of outputs.
        """
        loss = CrossEntropy() if loss is None else loss
        checks.instance("Sequential.evaluate", "data", data, Dataset)
        checks.instance("Sequential.evaluate", "loss", loss, Loss)
        self.check_labels(data.labels, len(data))
        outputs = self.for_loss(loss).predict(data.images, batch_size)  # (N, K)
        return loss.value(outputs, data.labels), accuracy(outputs, data.labels)

    def part(self, count: int) -> "Sequential":
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
        return self._first(count)

    def _first(self, count: int) -> "Sequential":
        """Return the first `count` layers; of none, a model that gives back what it gets."""
        first = copy.copy(self)
        first.layers, first.names = self.layers[:count], self.names[:count]
        first.out_shape = first.layers[-1].out_shape if count else self.in_shape
        return first

    def for_loss(self, loss: Loss) -> "Sequential":
        """Return the model that `loss` is taken on: this one, or this one without its last Softmax.

        A loss that includes the softmax wants the scores that go into it. The layers are shared.
        """
        *before, last = self.layers
        if loss.includes_softmax and isinstance(last, Softmax):
            return self._first(len(before))
        if loss.includes_softmax and isinstance(last, Sequential):
            scores, inner = copy.copy(self), last.for_loss(loss)
            scores.layers, scores.out_shape = [*before, inner], inner.out_shape
            return scores
        return self

    def check_labels(self, labels: Labels, samples: int) -> None:
        """Raise ShapeError unless the model gives K numbers, DataError unless labels fit them."""
        self.check_ready()
        if self.out_shape is None or len(self.out_shape) != 1:
            raise ShapeError(
                f"Sequential: labels need a model with outputs of shape (K,), one number a class; "
                f"this one gives {self.out_shape}"
            )
        checks.labels("Sequential", labels, samples, self.out_shape[0])

    def summary(self) -> str:
        """Return a table of the layers, for printing.

        For each: its output shape (without the batch axis), its parameters, the multiply-adds of
        one sample, and the receptive field, which is the part of the input in pixels that one
        output place depends on ("all" behind a dense layer).

        Raises
        ------
        NotReadyError
            If the model is not built.
        """
        self.check_ready()
        return summarize(self.layers)

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
        model_file.write(path, self.described(), self.parameters)

    def described(self) -> ModelFile:
        """Return what a model file says of this model, beside the values of its parameters."""
        return ModelFile(self.layers, self.check_ready(), self.seed, type(self).__name__)

    @classmethod
    def load(cls, path: str | Path, own_layers: Sequence[type[Layer]] = ()) -> "Sequential":
        """Rebuild the model that `save` wrote; no code from the file is run.

        A checkpoint is a model file too, with more in it.

        Parameters
        ----------
        path : str or Path
        own_layers : sequence of Layer classes
            Those that the model has beside the library's.

        Raises
        ------
        DataError
            If the file is not a model file, has a layer that is not known, parameters that do not
            fit its layers, or NaN or infinity among them.
        """
        file = model_file.read(path, [Sequential, *own_layers])
        if file.kind == "Sequential":
            file.kind = cls.__name__
        return model_file.restore(path, file, [cls])

    def save_weights(self, path: str | Path) -> None:
        """Write the parameters alone to one .npz file, by their names, whole or not at all.

        Raises
        ------
        NotReadyError
            If the model is not built.
        """
        self.check_ready()
        weights.write(path, self.parameters)

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
        weights.put(path, weights.read(path), self.parameters)

    @property
    def config(self) -> dict[str, Any]:
        """The constructor's arguments by name."""
        return {"layers": self.layers, "input_shape": self.in_shape, "seed": self.seed}
