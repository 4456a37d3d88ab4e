"""Facts whose texts are coded: as many as summaries make, they take a tenth of the memory, and sort as numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.fact import FACT_SCHEMA, EntityId

CODED = pa.dictionary(pa.int32(), pa.string())
CODED_FACTS = pa.schema(
    [field.with_type(CODED) if field.type == pa.string() else field for field in FACT_SCHEMA],
)
Whole = NDArray[np.int64]


def coded(tables: list[pa.Table]) -> pa.Table:
    """Return the facts of all tables, plain or coded, one after the other, with one dictionary for each column."""
    found = pa.concat_tables([table.select(CODED_FACTS.names).cast(CODED_FACTS) for table in tables])
    return found.unify_dictionaries().combine_chunks()


def plain(facts: pa.Table, rows: Whole) -> pa.Table:
    """Return some of coded facts in ``FACT_SCHEMA``; ``rows`` are their places, in the order wanted."""
    places = pa.array(rows)
    columns = [facts[field.name].combine_chunks().take(places).cast(field.type) for field in FACT_SCHEMA]
    return pa.table(columns, schema=FACT_SCHEMA)


def places_of(texts: pa.ChunkedArray, entities: tuple[EntityId, ...]) -> Whole:
    """Return where each text of a coded column stands among entities, -1 where it does not; ``(n,)``."""
    column = texts.combine_chunks()
    found = pc.fill_null(pc.index_in(column.dictionary, value_set=pa.array(entities, pa.string())), -1)
    return np.asarray(found.take(column.indices).to_numpy(), dtype=np.int64)


def ranks(column: pa.ChunkedArray) -> tuple[Whole, pa.Array]:
    """Return the place of each value among the distinct ones in rising order, ``(n,)``, and these; none is unknown."""
    found = column.combine_chunks()
    found = found if isinstance(found, pa.DictionaryArray) else found.dictionary_encode()
    order = pc.sort_indices(found.dictionary).to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[found.indices.to_numpy()], found.dictionary.take(pa.array(order))
