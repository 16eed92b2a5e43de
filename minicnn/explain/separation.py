"""Whether a kernel is the product of a column and a row, and of which."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minicnn import checks
from minicnn.errors import ShapeError
from minicnn.html_table import group, matrix, text
from minicnn.typing import Array


@dataclass(frozen=True, eq=False, repr=False)  # arrays are not compared as a whole
class Separation:
    """The product of a column and a row that is nearest to a kernel, and how near it is.

    Attributes
    ----------
    vertical : array (KH,)
        The column. Its smallest entry that is not zero is 1 or -1, and its sum is not negative.
    horizontal : array (KW,)
        The row.
    rank : int
        The rank of the kernel as a matrix: the number of such products that it is the sum of.
    error : float
        |kernel - approximation| / |kernel|, in the Euclidean norm; 0, up to rounding and the
        tolerance, if separable.

    Examples
    --------
    >>> result = separate([[1, 2], [2, 4]])
    >>> result.separable, result.approximation
    (True, array([[1., 2.],
           [2., 4.]]))
    """

    vertical: Array
    horizontal: Array
    rank: int
    error: float

    @property
    def separable(self) -> bool:
        """Whether the product is the kernel."""
        return self.rank <= 1

    @property
    def approximation(self) -> Array:
        """The product, (KH, KW): the nearest of all kernels of rank 1."""
        return np.outer(self.vertical, self.horizontal)

    def __repr__(self) -> str:
        """Return the whole text: a separation is often the last line of a cell."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the column, the row and their product for a notebook."""
        parts = {
            "column": self.vertical[:, np.newaxis],
            "times row": self.horizontal[np.newaxis],
            "= product": self.approximation,
        }
        error = "" if self.separable else f"relative error {self.error:.1%}"
        tables = (matrix(values, name) for name, values in parts.items())
        return text(self._verdict) + group(*tables) + text(error)

    @property
    def _verdict(self) -> str:
        if self.separable:
            return "separable"
        return f"not separable, rank {self.rank}; the best approximation of rank 1:"

    def __str__(self) -> str:
        lines = [
            self._verdict,
            f"vertical    {_numbers(self.vertical)}",
            f"horizontal  {_numbers(self.horizontal)}",
        ]
        lines += [] if self.separable else [f"relative error {self.error:.1%}"]
        return "\n".join(lines)


def separate(kernel: npt.ArrayLike, tolerance: float = 1e-6) -> Separation:
    """Split a kernel into the column and the row whose product is nearest to it.

    A separable kernel costs KH + KW multiply-adds per pixel in two passes, instead of KH * KW. By
    the singular value decomposition, kernel = sum over r of s[r] u[r] v[r], where u[r] are columns,
    v[r] rows and s decreases; the first term is the best approximation of rank 1 (Eckart and Young,
    "The approximation of one matrix by another of lower rank", 1936).

    Parameters
    ----------
    kernel : array (KH, KW)
    tolerance : float, default 1e-6
        Singular values below this share of the largest count as zero, since learned weights and
        rounded entries never have exactly low rank.

    Returns
    -------
    Separation
        Prints as a verdict with the two vectors.

    Raises
    ------
    ShapeError
        If the kernel is not an array of numbers with two axes.
    DataError
        If a weight is NaN or infinite.

    Examples
    --------
    >>> print(separate([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    separable
    vertical    [1, 2, 1]
    horizontal  [-1, 0, 1]
    >>> print(separate([[0, 1, 0], [1, -4, 1], [0, 1, 0]]))
    not separable, rank 2; the best approximation of rank 1:
    vertical    [-1, 4.449, -1]
    horizontal  [0.2041, -0.9082, 0.2041]
    relative error 10.1%
    """
    weights = checks.numbers("separate", "kernel", kernel)
    if weights.ndim != 2 or weights.size == 0:
        raise ShapeError(f"separate: expected a kernel (KH, KW), got shape {weights.shape}")
    tolerance = checks.real_number("separate", "tolerance", tolerance, minimum=0, below=1)
    columns, strengths, rows = np.linalg.svd(weights)
    if strengths[0] == 0:
        return Separation(np.zeros(len(weights)), np.zeros(weights.shape[1]), rank=0, error=0.0)
    vertical, horizontal = columns[:, 0], strengths[0] * rows[0]
    vertical, horizontal = (
        np.where(abs(entries) < 1e-12 * abs(entries).max(), 0, entries)  # rounding, not a number
        for entries in (vertical, horizontal)
    )
    unit = abs(vertical[vertical != 0]).min() * (-1 if vertical.sum() < 0 else 1)
    rank = int((strengths > tolerance * strengths[0]).sum())
    shares = strengths / strengths[0]  # so that no square is too small for a float
    rest = float(np.linalg.norm(shares[1:]) / np.linalg.norm(shares))
    return Separation(vertical / unit + 0.0, horizontal * unit + 0.0, rank, rest)  # -0 + 0 is 0


def _numbers(values: Array) -> str:
    return "[" + ", ".join(f"{value:.4g}" for value in values) + "]"
