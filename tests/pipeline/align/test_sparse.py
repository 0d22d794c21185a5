from __future__ import annotations

import numpy as np

from pipeline.align.sparse import SLAB_CELLS, SparseRows, slabs

MATRIX = np.array([[0, 2, 0, 3], [0, 0, 0, 0], [1, 0, 0, 0]], dtype=np.float32)


def sparse() -> SparseRows:
    rows, columns = np.nonzero(MATRIX)
    return SparseRows.of(rows, columns, MATRIX[rows, columns], MATRIX.shape)


def test_a_sparse_matrix_is_the_dense_one() -> None:
    """Rows in any choice, some columns, products and maxima are those of the matrix written out."""
    found = sparse()

    assert (found.dense(np.arange(3)) == MATRIX).all()
    assert (found.dense(np.array([2, 0]), np.array([0, 3])) == MATRIX[[2, 0]][:, [0, 3]]).all()
    assert found.max().tolist() == [3, 0, 1]
    assert found.dot(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [16, 0, 1]
    assert [part.tolist() for part in found.between(0, 2, 4)] == [[3], [3.0]]


def test_what_is_counted_in_columns() -> None:
    """A row as often as it is in a column, whatever its place there."""
    found = SparseRows.of_counts([[], [0, 2, 0], [1], []], (3, 4))

    assert found.dense(np.arange(3)).tolist() == [[0, 2, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]


def test_slabs_cover_every_row_once() -> None:
    """No slab has more cells than there is room for, unless one row has."""
    for rows, columns in ((0, 5), (1, 10 * SLAB_CELLS), (1000, SLAB_CELLS // 7)):
        parts = slabs(rows, columns)

        assert [row for part in parts for row in range(part.start, part.stop)] == list(range(rows))
        assert all((part.stop - part.start) * columns <= SLAB_CELLS or part.stop - part.start == 1 for part in parts)
