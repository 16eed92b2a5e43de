"""Exercises of a course on convolutional networks, and a checker that names the mistake."""

from minicnn.coursework.checker import check
from minicnn.coursework.report import Report

__all__ = ["Report", "check"]
