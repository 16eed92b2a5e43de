"""The libraries that other formats need, imported when they are needed and not before."""

import importlib
from typing import Any

from minicnn.errors import MissingLibraryError, shorten
from minicnn.terminal import pip_install


def library(name: str, owner: object) -> Any:
    """Return a library, or a module of it, imported.

    Parameters
    ----------
    name : str
    owner : object
        What needs it, for the message.

    Raises
    ------
    MissingLibraryError
        If it is not installed, with the command that installs it; or if it is, but cannot be
        imported, with the reason.

    Examples
    --------
    >>> library("math", "example").pi
    3.141592653589793
    >>> library("onyx.helper", "export_onyx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    minicnn.errors.MissingLibraryError: export_onyx needs onyx: ... -m pip install onyx
    """
    top = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:
        if isinstance(error, ModuleNotFoundError) and error.name == top:
            raise MissingLibraryError(f"{owner} needs {top}: {pip_install(top)}") from error
        raise MissingLibraryError(
            f"{owner} needs {top}, which is installed but cannot be imported "
            f"({type(error).__name__}: {shorten(error)})"
        ) from error
