"""Digits of your own: found in a picture, made like those of MNIST, and read by a model."""

from minicnn.digits.digit_image import digit_image
from minicnn.digits.prediction import Prediction, predict_image

__all__ = ["Prediction", "digit_image", "predict_image"]
