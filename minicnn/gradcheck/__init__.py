"""Is a stated gradient right? Ask the function itself, by moving each number a little.

    dL/dw  is nearly  (L(w + h) - L(w - h)) / 2h

A training curve cannot tell: a network with wrong gradients often still learns.
"""

from minicnn.gradcheck.check import gradcheck
from minicnn.gradcheck.report import GradientReport, GradientRow

__all__ = ["GradientReport", "GradientRow", "gradcheck"]
