"""Messages and progress bars, in a terminal or a notebook."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")

UNLIMITED = 10_000
"""Characters in a line of what is no terminal, such as a file."""


def tell(line: str) -> None:
    """Write a line to standard error, above any progress bars.

    In a notebook, which paints standard error red, it goes to standard output.
    """
    from tqdm import tqdm  # noqa: PLC0415 - slow to import

    tqdm.write(line, file=sys.stdout if in_notebook() else sys.stderr)


def progress_bar(items: Sequence[Item], name: str) -> Iterable[Item]:
    """Iterate over the items, with a progress bar if somebody can see it."""
    shown: Iterable[Item] = bar(items, desc=name)
    return shown


def bar(items: Iterable[Any] | None = None, *, around_others: bool = False, **options: Any) -> Any:
    """Return a progress bar of tqdm, which disappears at its end.

    In a notebook it is tqdm's own for notebooks, which needs the package ipywidgets; without that,
    it is text on standard output. Elsewhere it is on standard error, if that is a terminal.

    Parameters
    ----------
    items : iterable, optional
    around_others : bool, default False
        Whether other bars are shown while this one is. A notebook without ipywidgets has room for a
        single line of text, so that it is not shown there.
    **options
        Of `tqdm.tqdm`.
    """
    from tqdm import tqdm  # noqa: PLC0415 - slow to import

    options |= {"leave": False}
    if not in_notebook():
        return tqdm(items, disable=None, **options)  # None shows it in a terminal only
    if importlib.util.find_spec("ipywidgets"):
        from tqdm.notebook import tqdm as widget  # noqa: PLC0415 - needs ipywidgets

        class Vanishing(widget):  # type: ignore[type-arg]
            def close(self) -> None:
                self.total = self.n  # one that is closed early would stay, in red
                super().close()

        return Vanishing(items, **options)
    return tqdm(items, disable=around_others, file=sys.stdout, ncols=80, **options)


def in_notebook() -> bool:
    """Return whether this runs in a notebook; that has IPython loaded, with a kernel."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def command(program: str | Path, *words: str) -> str:
    """Return a command to paste: quoted for the shell, its program as it is called from here.

    Examples
    --------
    >>> command("mpiexec", "-n", "2", "my script.py")
    "mpiexec -n 2 'my script.py'"
    """
    line = [from_here(program), *words]
    return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)


def from_here(program: str | Path) -> str:
    """Return the path of a program, relative to this folder if it is below."""
    path = Path(program)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def pip_install(*packages: str) -> str:
    """Return the command that installs packages for the Python that runs this."""
    return command(sys.executable, "-m", "pip", "install", *packages)


def width() -> int:
    """Return how many characters a line of standard output holds."""
    if not sys.stdout.isatty():
        return UNLIMITED
    return shutil.get_terminal_size().columns


def shortened(words: str, length: int) -> str:
    """Return words of at most this length: what is too much gives way to three dots.

    Examples
    --------
    >>> shortened("Conv2D(8, 5, padding='same')", 15)
    'Conv2D(8, 5,...'
    """
    return words if len(words) <= length else f"{words[: max(length - 3, 1)]}..."
