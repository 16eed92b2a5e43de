"""What a model answers to images, and what its classes are called."""

from collections.abc import Sequence

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.losses import log_softmax
from minicnn.sequential import Sequential
from minicnn.typing import Array


def probabilities_of(owner: str, model: Sequential, images: Array) -> Array:
    """Return the probability (N, K) of each class for images (N, C, H, W).

    Without a `Softmax` at the end, the outputs are taken as scores, as `CrossEntropy` does.
    """
    checks.instance(owner, "model", model, Sequential)
    scores = model.without_softmax()
    model.check_ready()
    if not is_classifier(model):
        raise ShapeError(
            f"{owner}: expected a model that gives (K,), a number for each of two classes or more; "
            f"this one gives {model.out_shape}"
        )
    outputs = scores.predict(images)
    checks.finite(owner, "the model's output", outputs)
    probabilities: Array = np.exp(log_softmax(outputs))
    return probabilities


def is_classifier(model: Sequential) -> bool:
    """Return whether the model has a number for each of two classes or more."""
    return model.out_shape is not None and len(model.out_shape) == 1 and model.out_shape[0] > 1


def class_names(owner: str, count: int, *known: Sequence[object] | None) -> list[str]:
    """Return the names of `count` classes: the first that are known, else their numbers.

    Raises
    ------
    ShapeError
        If there are not as many names.
    """
    names = next((names for names in known if names is not None), range(count))
    if isinstance(names, str) or len(names) != count:
        got = repr(names) if isinstance(names, str) else f"{len(names)}"
        if isinstance(names, str) and len(names) == count:
            return list(names)
        raise ShapeError(f"{owner}: expected names for {count} classes, got {got}")
    return [str(name) for name in names]


def one_image(owner: str, image: object) -> Array:
    """Return an image (C, H, W), or raise ShapeError; a batch of one image will do."""
    if isinstance(image, np.ndarray) and image.ndim == 4 and len(image) == 1:
        image = image[0]
    if not isinstance(image, np.ndarray) or image.ndim != 3:
        raise ShapeError(
            f"{owner}: expected an image (C, H, W), such as data.images[0], got "
            f"{image.shape if isinstance(image, np.ndarray) else checks.kind_of(image)}"
        )
    return image


def class_number(owner: str, label: object, names: Sequence[str]) -> int:
    """Return the number of a class that is given by its number or its name."""
    if isinstance(label, str):
        if label not in names:
            raise ArgumentError(
                f"{owner}: label must be one of {', '.join(names[:12])}, got {label!r}"
            )
        return list(names).index(label)
    number = checks.whole_number(owner, "label", label, minimum=0)
    if number >= len(names):
        raise ArgumentError(f"{owner}: label must lie in 0..{len(names) - 1}, got {number}")
    return number
