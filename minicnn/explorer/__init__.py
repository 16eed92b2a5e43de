"""A page in which one draws a digit and looks into one's own network while it answers."""

from minicnn.explorer.page import write_page

__all__ = ["write_page"]
