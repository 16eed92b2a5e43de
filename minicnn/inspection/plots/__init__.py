"""Pictures of a model: how it learned, what its kernels are, what it sees, where it errs.

Every function takes the data first, draws on the given axes or on a new figure, and returns the
axes that it drew on. None calls `show`; `save_figure` writes a file.
"""

from typing import TYPE_CHECKING, Any

from minicnn.inspection.plots.attribution import plot_occlusion, plot_saliency
from minicnn.inspection.plots.augmentation import plot_augmentations
from minicnn.inspection.plots.cells import show_kernel
from minicnn.inspection.plots.comparison import plot_comparison
from minicnn.inspection.plots.confusion import plot_confusion_matrix
from minicnn.inspection.plots.excitation import plot_maxima, plot_top_patches
from minicnn.inspection.plots.explanation import plot_explanation
from minicnn.inspection.plots.feature_maps import plot_feature_maps
from minicnn.inspection.plots.kernels import plot_kernels, plot_kernels_before_and_after
from minicnn.inspection.plots.mistakes import plot_mistakes
from minicnn.inspection.plots.prediction import plot_prediction
from minicnn.inspection.plots.save_figure import save_figure
from minicnn.inspection.plots.scores import plot_orientations, plot_score_history
from minicnn.inspection.plots.spectrum import plot_kernel_spectrum
from minicnn.inspection.plots.story import plot_feature_story
from minicnn.inspection.plots.training import plot_history
from minicnn.inspection.plots.unseen import returning_unseen

if TYPE_CHECKING:
    from minicnn.inspection.film.figure import FilmFigure

__all__ = [
    "FilmFigure",
    "plot_augmentations",
    "plot_comparison",
    "plot_confusion_matrix",
    "plot_explanation",
    "plot_feature_maps",
    "plot_feature_story",
    "plot_history",
    "plot_kernel_spectrum",
    "plot_kernels",
    "plot_kernels_before_and_after",
    "plot_maxima",
    "plot_mistakes",
    "plot_occlusion",
    "plot_orientations",
    "plot_prediction",
    "plot_saliency",
    "plot_score_history",
    "plot_top_patches",
    "save_figure",
    "show_kernel",
]

for _name in __all__:
    if _name.startswith(("plot_", "show_")):  # their axes end no cell of a notebook as text
        globals()[_name] = returning_unseen(globals()[_name])


def __getattr__(name: str) -> Any:
    """Import `FilmFigure` on first use, since its folder imports this one."""
    if name == "FilmFigure":
        from minicnn.inspection.film.figure import FilmFigure  # noqa: PLC0415 - see above

        return FilmFigure
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
