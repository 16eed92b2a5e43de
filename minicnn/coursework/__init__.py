"""Exercises of a course on convolutional networks, and a checker that names the mistake."""

from minicnn.coursework.diagnosis.checker import check
from minicnn.coursework.diagnosis.diagnose import Diagnosis, diagnose
from minicnn.coursework.diagnosis.report import Report

__all__ = ["Diagnosis", "Report", "check", "diagnose"]
