"""Watch the kernels while they are learned, in a window or a notebook."""

import sys
import time
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from minicnn import checks
from minicnn.errors import ArgumentError
from minicnn.inspection.film.callback import Film
from minicnn.inspection.film.figure import FilmFigure
from minicnn.terminal import in_notebook
from minicnn.training.callbacks.base import Callback, Training


class Live(Callback):
    """Shows the figure of a film during `Trainer.fit`, and redraws it.

    Parameters
    ----------
    layer : int, default 0
        The index of the layer in the model; `kernels_of` must find kernels in it.
    seconds : float, default 2
        The least time between two drawings. Each takes about a fifth of a second, during which
        training waits.
    frames : int, default 120
        The most moments in the curves, as for `Film`.

    Attributes
    ----------
    film : Film
        Records what is shown; its `recording` can be written as a film afterwards.

    Raises
    ------
    ArgumentError
        If a number is out of range; when training begins, if there is neither a window nor a
        notebook to draw in, or no such layer.
    ShapeError
        When training begins, if the layer has no kernels.

    Examples
    --------
    >>> live = Live(seconds=5)
    >>> live.film.frames
    120
    """

    runs_once = True

    def __init__(self, layer: int = 0, seconds: float = 2.0, frames: int = 120) -> None:
        self.film = Film(layer=layer, frames=frames)
        self.seconds = checks.real_number("Live", "seconds", seconds, minimum=0)
        self.view: FilmFigure | None = None

    def on_fit_begin(self, trainer: Training) -> None:
        """Open the window, or an output in the notebook, and draw the initial kernels."""
        self.film.on_fit_begin(trainer)
        self.view = None
        view = FilmFigure(self.film.recording)
        self.screen = _screen(view.figure)
        self.view = view
        self._draw()

    def on_step_end(self, trainer: Training, loss: float, accuracy: float) -> None:
        """Draw again, if it is time."""
        self.film.on_step_end(trainer, loss, accuracy)
        if time.perf_counter() - self.drawn >= self.seconds:
            self._draw()

    def on_fit_end(self, trainer: Training) -> None:
        """Draw the last moment."""
        if self.view is not None:
            self.film.on_fit_end(trainer)
            self._draw()

    def state(self) -> dict[str, Any]:
        """Return the frames so far."""
        return self.film.state()

    def restore(self, state: dict[str, Any]) -> None:
        """Restore the frames."""
        self.film.restore(state)

    def _draw(self) -> None:
        if self.view is not None:
            self.view.draw(self.film.recording, -1)
            self.screen.update(self.view.figure)
            self.drawn = time.perf_counter()


class _Window:
    """A window of the desktop."""

    def __init__(self) -> None:
        plt.show(block=False)  # once: it puts the window in front of all others

    def update(self, figure: Figure) -> None:
        """Draw, and let the window react to the mouse; a closed window stays closed."""
        if not plt.fignum_exists(figure.number):
            return
        figure.canvas.draw_idle()
        figure.canvas.flush_events()


class _Notebook:
    """The output of a notebook's cell."""

    def __init__(self, display: Any) -> None:
        self.display = display
        self.handle: Any = None

    def update(self, figure: Figure) -> None:
        """Show the figure instead of what was shown before."""
        if self.handle is None:
            self.handle = self.display(figure, display_id=True)
            plt.close(figure)  # or the cell shows it again at its end
        else:
            self.handle.update(figure)


def _screen(figure: Figure) -> _Window | _Notebook:
    """Return where to draw; a notebook has already loaded IPython."""
    if in_notebook():
        return _Notebook(sys.modules["IPython"].display.display)
    if getattr(figure.canvas, "required_interactive_framework", None):
        return _Window()
    plt.close(figure)
    raise ArgumentError(
        "Live: expected a window or a notebook to draw in, but matplotlib only draws to files here "
        f"(backend {plt.get_backend()!r}); leave it out, and let a Film draw to files"
    )
