"""Kernels filmed, or watched, while they are learned."""

from minicnn.inspection.film.callback import Film
from minicnn.inspection.film.live import Live
from minicnn.inspection.film.recording import Recording
from minicnn.inspection.film.writers import write_film

__all__ = ["Film", "Live", "Recording", "write_film"]
