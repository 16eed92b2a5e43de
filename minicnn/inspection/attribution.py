"""Which pixels of an image a decision depends on: by the gradient, or by covering them."""

import numpy as np

from minicnn import checks
from minicnn.errors import ArgumentError, ShapeError
from minicnn.layers import keep_for_backward
from minicnn.losses import CrossEntropy
from minicnn.sequential import Sequential
from minicnn.terminal import progress_bar
from minicnn.typing import Array, Labels

BATCH = 256
"""Images that pass through the model at once."""


def saliency(model: Sequential, images: Array, labels: Labels | None = None) -> Array:
    """Return how each pixel moves the score of a class: d score / d pixel.

    The score is the input of the last softmax. A pixel counts for the class if its gradient is
    positive, and against it if it is negative.

    Parameters
    ----------
    model : Sequential
        Built, with an output of shape (K,). The gradients of its parameters are overwritten.
    images : array (N, C, H, W)
    labels : array (N,), optional
        The class for each image; by default the one that the model predicts.

    Returns
    -------
    array (N, C, H, W)

    Raises
    ------
    ShapeError, DataError
        If images or labels do not fit the model, or if gradients are NaN or infinite, as they are
        if weights are.

    References
    ----------
    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising image
    classification models and saliency maps", 2014.

    Examples
    --------
    >>> from minicnn import Dense, Flatten, Softmax
    >>> model = Sequential([Flatten(), Dense(2), Softmax()], input_shape=(1, 1, 2))
    >>> model.layers[1].weight.value = np.array([[3.0, -1.0], [0.0, 0.0]])
    >>> saliency(model, np.ones((1, 1, 1, 2)), labels=np.array([0]))
    array([[[[ 3., -1.]]]])
    """
    checks.instance("saliency", "model", model, Sequential)
    scores = model.without_softmax()
    scores.check_input(images)
    checks.finite("saliency", "images", images)
    if labels is None:
        labels = model.predict(images).argmax(axis=1)
    CrossEntropy().check(labels, (len(images), *(scores.out_shape or ())))
    gradients = np.empty(images.shape, images.dtype)
    for start in range(0, len(images), BATCH):
        batch = slice(start, start + BATCH)
        with keep_for_backward():  # and behave as in use, so that nothing is left to chance
            y = scores(images[batch])  # (n, K)
        dy = np.zeros_like(y)
        dy[np.arange(len(y)), labels[batch]] = 1.0
        gradients[batch] = scores.backward(dy)
    checks.finite("saliency", "the gradient", gradients)
    return gradients


def occlusion(
    model: Sequential, image: Array, label: int | None = None, *, size: int = 5, fill: float = 0.0
) -> Array:
    """Return how much of the score of a class is lost when a square of the image is covered.

    The score is the input of the last softmax. The probability after it is often so close to 1 that
    no pixel seems to matter.

    Parameters
    ----------
    model : Sequential
        Built, with an output of shape (K,).
    image : array (C, H, W)
    label : int, optional
        The class; by default the one that the model predicts.
    size : int, default 5
        The side of the square in pixels.
    fill : float, default 0
        The value that the square is filled with.

    Returns
    -------
    array (H, W)
        For the square around each pixel, the score of the class for the whole image minus that for
        the covered image. Positive where the class needs the pixels, negative where they speak for
        other classes.

    Raises
    ------
    ShapeError, DataError, ArgumentError
        If the image does not fit the model, the label is not a class, or an option is out of range.

    References
    ----------
    Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.

    Examples
    --------
    >>> from minicnn import Dense, Flatten
    >>> model = Sequential([Flatten(), Dense(1, bias=False)], input_shape=(1, 1, 3))
    >>> model.layers[1].weight.value = np.array([[1.0, 2.0, 3.0]])
    >>> occlusion(model, np.ones((1, 1, 3)), size=1)
    array([[1., 2., 3.]])
    """
    size = checks.whole_number("occlusion", "size", size)
    fill = checks.real_number("occlusion", "fill", fill)
    checks.instance("occlusion", "model", model, Sequential)
    if not isinstance(image, np.ndarray) or image.ndim != 3:
        raise ShapeError(f"occlusion: expected an image (C, H, W), got shape {np.shape(image)}")
    scores = model.without_softmax()
    whole = scores.predict(image[np.newaxis])[0]  # (K,)
    if whole.ndim != 1:
        raise ShapeError(f"occlusion: expected a model with outputs (K,), got {whole.shape}")
    checks.finite("occlusion", "what the model answers", whole)
    label = int(whole.argmax()) if label is None else label
    if checks.whole_number("occlusion", "label", label, minimum=0) >= len(whole):
        raise ArgumentError(f"occlusion: label must lie in 0..{len(whole) - 1}, got {label}")
    _, H, W = image.shape
    drop = np.empty((H, W))
    before, after = (size - 1) // 2, size // 2 + 1
    for i in progress_bar(range(H), "covering the image"):
        covered = np.repeat(image[np.newaxis], W, axis=0)  # (W, C, H, W): one for each column
        for j in range(W):
            covered[j, :, max(i - before, 0) : i + after, max(j - before, 0) : j + after] = fill
        drop[i] = whole[label] - scores.predict(covered)[:, label]
    return drop
