"""Large matrices in little memory: sparse ones by their entries, dense ones a slab of rows at a time."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.arrays import Float32Array, FloatArray, IntArray

SLAB_CELLS = 2**20
"""Numbers of a dense matrix of blocks × units that are worked on at once."""

MAX_SLAB_ROWS = 64
"""Blocks that are worked on at once: of more, too few words are in common."""


def slabs(rows: int, columns: int, *, max_rows: int | None = None) -> list[slice]:
    """The rows of a rows × columns matrix in slabs of at most SLAB_CELLS numbers, or of one row."""
    size = max(min(SLAB_CELLS // max(columns, 1), max_rows or rows), 1)
    return [slice(first, min(first + size, rows)) for first in range(0, rows, size)]


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A matrix of which most is zero, in compressed sparse row form: R × C."""

    edges: IntArray  # R + 1; the entries of row r are edges[r] to edges[r + 1]
    columns: IntArray  # rising within a row
    values: Float32Array
    width: int  # C

    @classmethod
    def of(cls, rows: IntArray, columns: IntArray, values: Float32Array, shape: tuple[int, int]) -> SparseRows:
        """The matrix with these entries, sorted by row and column, each place at most once."""
        edges = np.searchsorted(rows, np.arange(shape[0] + 1))
        return cls(edges.astype(np.int64), columns.astype(np.int64), values.astype(np.float32), shape[1])

    @classmethod
    def of_counts(cls, columns: Iterable[Sequence[int]], shape: tuple[int, int]) -> SparseRows:
        """How often each row number is in each of the C columns."""
        rows, sizes = array("q"), array("q")
        for column in columns:
            rows.extend(column)
            sizes.append(len(column))
        places = np.array(rows, dtype=np.int64) * shape[1] + np.repeat(np.arange(len(sizes)), sizes)
        places, counts = np.unique(places, return_counts=True)
        return cls.of(*np.divmod(places, shape[1]), counts.astype(np.float32), shape)

    def __len__(self) -> int:
        return len(self.edges) - 1

    def row(self, row: int) -> tuple[IntArray, Float32Array]:
        """The columns of the entries of a row, and their values."""
        here = slice(self.edges[row], self.edges[row + 1])
        return self.columns[here], self.values[here]

    def between(self, row: int, first: int, last: int) -> tuple[IntArray, Float32Array]:
        """The entries of a row in the columns from `first` to before `last`."""
        columns, values = self.row(row)
        here = slice(bisect_left(columns, first), bisect_left(columns, last))
        return columns[here], values[here]

    def filled(self) -> IntArray:
        """How many entries each row has."""
        return np.asarray(self.edges[1:] - self.edges[:-1])

    def max(self) -> Float32Array:
        """The largest number of each row, at least 0."""
        out = np.zeros(len(self), dtype=np.float32)
        np.maximum.at(out, self._row_of_each(), self.values)
        return out

    def row_sums(self) -> FloatArray:
        """The sum of each row."""
        return np.bincount(self._row_of_each(), self.values, minlength=len(self)).astype(np.float64)

    def dot(self, vector: FloatArray) -> FloatArray:
        """The product with a vector of C numbers."""
        products = self.values.astype(np.float64) * vector[self.columns]
        return np.bincount(self._row_of_each(), products, minlength=len(self)).astype(np.float64)

    def entries(self, rows: IntArray) -> tuple[IntArray, IntArray, Float32Array]:
        """The entries of some rows: the place of their row among `rows`, their columns and values."""
        lengths = self.filled()[rows]
        ends = np.cumsum(lengths)
        at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(self.edges[rows] - (ends - lengths), lengths)
        return np.repeat(np.arange(len(rows)), lengths), self.columns[at], self.values[at]

    def dense(self, rows: IntArray, columns: IntArray | None = None) -> Float32Array:
        """Some rows in full, or of them some rising `columns`."""
        row, column, value = self.entries(rows)
        if columns is not None:
            at = np.searchsorted(columns, column).clip(max=max(len(columns) - 1, 0))
            known = columns[at] == column if len(columns) else np.zeros(len(column), dtype=np.bool_)
            row, column, value = row[known], at[known], value[known]
        out = np.zeros((len(rows), self.width if columns is None else len(columns)), dtype=np.float32)
        out[row, column] = value
        return out

    def _row_of_each(self) -> IntArray:
        return np.repeat(np.arange(len(self)), self.filled())


def chunks(numbers: IntArray, width: int, cells: int) -> Iterator[IntArray]:
    """`numbers` in parts, so that a matrix with `width` columns for each has at most so many `cells`."""
    size = max(cells // max(width, 1), 1)
    for first in range(0, len(numbers), size):
        yield numbers[first : first + size]
