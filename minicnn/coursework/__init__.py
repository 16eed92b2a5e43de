"""Exercises of a course on convolutional networks, and a checker that names the mistake."""

from minicnn.coursework.checker import check
from minicnn.coursework.diagnose import Diagnosis, diagnose
from minicnn.coursework.report import Report

__all__ = ["Diagnosis", "Report", "check", "diagnose"]
