"""Pictures of a model: how it learned, what its kernels are, what it sees, where it errs.

Every function takes the data first, draws on the axes it is given or else on a new figure, and
returns the axes it drew on. None calls `show`; `save_figure` writes a file.
"""

from minicnn.inspection.plots.cells import show_kernel
from minicnn.inspection.plots.explanation import plot_explanation
from minicnn.inspection.plots.feature_maps import plot_feature_maps
from minicnn.inspection.plots.kernels import plot_kernels, plot_kernels_before_and_after
from minicnn.inspection.plots.predictions import plot_confusion_matrix, plot_mistakes
from minicnn.inspection.plots.saving import save_figure
from minicnn.inspection.plots.training import plot_history

__all__ = [
    "plot_confusion_matrix",
    "plot_explanation",
    "plot_feature_maps",
    "plot_history",
    "plot_kernels",
    "plot_kernels_before_and_after",
    "plot_mistakes",
    "save_figure",
    "show_kernel",
]
