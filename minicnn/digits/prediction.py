"""What a model says a picture of your own shows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.digits.digit_image import SIDE, digit_image
from minicnn.errors import ShapeError
from minicnn.html_table import bars, group, picture, text
from minicnn.losses import log_softmax
from minicnn.sequential import Sequential
from minicnn.typing import Array

CLASSES_IN_TEXT = 3  # classes in the text of a prediction

NOT_SURE = "not sure: is it a digit, and one digit alone?"

SURE = 0.95
"""The probability from which an answer counts as sure; the README beside this file says how often
that is wrong."""


@dataclass(frozen=True, eq=False, repr=False)
class Prediction:
    """A digit, and how sure the model is of it.

    Attributes
    ----------
    label : int
        The class of the highest probability.
    probabilities : array (K,)
        The probability of each class; they sum to 1.
    seen : array (1, 28, 28)
        float32; the picture as the model got it.
    picture : path of a file, or array, or None
        The picture as it was given.
    classes : tuple of str, or None
        The names of the classes, where the model knows them.

    Examples
    --------
    >>> prediction = Prediction(1, np.array([0.02, 0.9, 0.08]), np.zeros((1, 28, 28), np.float32))
    >>> prediction
    Prediction(label=1, probability=0.900)
    >>> print(prediction)
    not sure: is it a digit, and one digit alone?
    1  90.0%
    2   8.0%
    0   2.0%
    """

    label: int
    probabilities: Array
    seen: Array
    picture: str | Path | npt.NDArray[Any] | None = None
    classes: tuple[str, ...] | None = None

    @property
    def sure(self) -> bool:
        """Whether the highest probability is 95 % at least.

        A model knows nothing but its classes: of a letter, too, it may be sure.
        """
        return bool(self.probabilities[self.label] >= SURE)

    def __repr__(self) -> str:
        return f"Prediction(label={self.label}, probability={self.probabilities[self.label]:.3f})"

    def _repr_html_(self) -> str:
        """Return what the model saw, and how probable the likeliest classes are, for a notebook."""
        likeliest = self._likeliest()
        seen = picture(self.seen[0], "the digit as the model saw it", scale=4)
        shares = bars([str(label) for label in likeliest], self.probabilities[likeliest].tolist())
        return group(seen, ("" if self.sure else text(NOT_SURE)) + shares)

    def _likeliest(self) -> npt.NDArray[np.intp]:
        """Return the classes that are shown, the likeliest first."""
        return np.argsort(-self.probabilities, kind="stable")[:CLASSES_IN_TEXT]

    def __str__(self) -> str:
        likeliest = self._likeliest()
        lines = [f"{label}  {self.probabilities[label]:5.1%}" for label in likeliest]
        return "\n".join(lines if self.sure else [NOT_SURE, *lines])


def predict_image(model: Sequential, picture: str | Path | npt.NDArray[Any]) -> Prediction:
    """Return which digit a photo or a drawing shows.

    The picture is first made like those of MNIST (see `minicnn.digits.digit_image`): white ink on
    black, 20 pixels on the longer side, its centre of mass in the middle of 28 x 28. Then the model
    predicts its class.

    Parameters
    ----------
    model : Sequential
        Built for inputs (1, 28, 28), with outputs (K,). Without a `Softmax` at the end, the outputs
        are taken as scores, as `CrossEntropy` does, and the probabilities are their softmax.
    picture : path of a file, or array
        One digit on plain paper, dark on light or light on dark, with some margin; see
        `minicnn.data.pictures.read_picture` for the formats.

    Returns
    -------
    Prediction

    Raises
    ------
    NotReadyError
        If the model is not built.
    ShapeError
        If the model takes or gives other shapes, or an array is no picture.
    DataError
        If the picture cannot be read, shows no digit, or the model's answer is NaN or infinite.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998, section III.A, and the page of the MNIST database, on how
    its pictures were made.

    Examples
    --------
    >>> from minicnn.layers import Dense, Flatten, Softmax
    >>> model = Sequential([Flatten(), Dense(10), Softmax()], input_shape=(1, 28, 28), seed=0)
    >>> paper = np.full((200, 160), 0.8)
    >>> paper[40:160, 70:82] = 0.3  # a one
    >>> prediction = predict_image(model, paper)
    >>> prediction.probabilities.shape, prediction.seen.shape  # untrained, it guesses
    ((10,), (1, 28, 28))
    """
    owner, expected = "predict_image", (1, SIDE, SIDE)
    checks.instance(owner, "model", model, Sequential)
    in_shape = model.check_ready()
    if in_shape != expected or model.out_shape is None or len(model.out_shape) != 1:
        raise ShapeError(
            f"{owner}: expected a model that takes {expected} and gives (K,), a number for each "
            f"class; this one takes {in_shape} and gives {model.out_shape}"
        )
    seen = digit_image(picture)
    scores = model.without_softmax().predict(seen[np.newaxis])  # (1, K)
    checks.finite(owner, "the model's output", scores)
    probabilities: Array = np.exp(log_softmax(scores))[0]
    return Prediction(int(probabilities.argmax()), probabilities, seen, picture, model.classes)
