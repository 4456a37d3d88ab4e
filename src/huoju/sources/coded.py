"""Columns in which few texts repeat, coded: a dictionary of texts and a whole number for each row.

What is done to each text is then done once, and rows are filtered, compared and sent as whole numbers. Any column
of a delivery's part may come coded; ``plain`` gives its texts.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_LEAST = 2_000  # rows from which on coding pays
_LOOKED_AT = 1_000
_FEW = 500


def coded(column: pa.ChunkedArray) -> pa.Array:
    """Return the texts of a column coded where the first ones say that few repeat, else as they are."""
    if len(column) < _LEAST or len(column.slice(0, _LOOKED_AT).unique()) > _FEW:
        return column.combine_chunks()
    return column.dictionary_encode().combine_chunks()


def is_coded(column: pa.Array) -> bool:
    """Return whether a column is coded."""
    return isinstance(column, pa.DictionaryArray)


def plain(column: pa.Array) -> pa.Array:
    """Return the texts of a column."""
    return column.cast(pa.string()) if is_coded(column) else column


def each_text(column: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return the texts that ``change`` makes of a column's, coded where the column is; null stays null."""
    if not is_coded(column):
        return change(column)
    changed = change(column.dictionary)
    return column if changed is column.dictionary else recoded(changed, column.indices)


def each_value(column: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return the values, no texts, that ``change`` makes of a column's texts; null stays null."""
    return change(column.dictionary).take(column.indices) if is_coded(column) else change(column)


def recoded(texts: pa.Array, indices: pa.Array) -> pa.Array:
    """Return the texts that stand at ``indices``, coded so that none is null or stands twice in the dictionary."""
    again = texts.dictionary_encode()
    return pa.DictionaryArray.from_arrays(again.indices.take(indices), again.dictionary)


def places_of(column: pa.Array, unknown: int) -> NDArray[np.int64]:
    """Return where each row of a coded column stands in its dictionary, ``unknown`` where it is null; ``(n,)``."""
    indices = column.indices
    filled = pc.fill_null(indices, unknown) if indices.null_count else indices
    return np.asarray(filled.to_numpy(zero_copy_only=False)).astype(np.int64, copy=False)


def pairs(first: pa.Array, second: pa.Array) -> pa.Array:
    """Return a whole number for each row of two columns, alike where both their texts are; ``(n,)``.

    Numbers are given in the order in which the pairs first appear, so that a pair appears first where a number is
    greater than all before.
    """
    one, other = (c if is_coded(c) else c.dictionary_encode() for c in (first, second))
    width = len(other.dictionary) + 1
    numbers = places_of(one, len(one.dictionary)) * width + places_of(other, width - 1)
    return pa.array(numbers).dictionary_encode().indices


def are_first(numbers: pa.Array) -> NDArray[np.bool_]:
    """Return which rows have a number of ``pairs`` that none before them has; ``(n,)``."""
    found = numbers.to_numpy()
    result = np.ones(len(found), dtype=bool)
    result[1:] = found[1:] > np.maximum.accumulate(found)[:-1]
    return result
