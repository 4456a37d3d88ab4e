"""Links read from scored pairs: the model's choice, and above it what persons decided."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.money import MICRO
from huoju.fusion.blocking import Rows
from huoju.fusion.choosing import LIKELY, choose
from huoju.fusion.comparing import COMPARISONS
from huoju.fusion.judgements import Judgement, Standing, standing
from huoju.fusion.linker import PAIR_SCHEMA

IDENTITY = ("same_as", "formerly")
RELATIONS = (*IDENTITY, "branch_of", "group_of")
# One link; ``levels`` and ``score`` are null where a person decided and the model had no such pair.
READ_SCHEMA = pa.schema(
    [
        pa.field("left_id", pa.string(), nullable=False),
        pa.field("right_id", pa.string(), nullable=False),
        pa.field("relation", pa.string(), nullable=False),
        pa.field("probability", pa.int64(), nullable=False),  # x 10^6
        pa.field("score", pa.int64()),
        pa.field("levels", pa.binary(len(COMPARISONS))),
        pa.field("who", pa.string()),  # of the person who decided; null where the model did
    ]
)


def read_links(
    pairs: pa.Table,
    judgements: Iterable[Judgement] = (),
    *,
    at_least: float = LIKELY,
    one_to_one: bool = False,
) -> pa.Table:
    """Return the links of scored pairs (``PAIR_SCHEMA``) as ``READ_SCHEMA``, by right record, relation and left.

    A right record is one left record or none; it may besides be a branch or a member of another. The order of pairs
    and of judgements is no matter: pairs of many small deliveries, put together, give the links of one big one.
    """
    decided = standing(judgements)
    order = [("right_id", "ascending"), ("relation", "descending"), ("left_id", "ascending")]
    pairs = pairs.cast(PAIR_SCHEMA).sort_by(order).combine_chunks()
    kept = _without(pairs, decided)
    tables = [
        _chosen(kept.filter(pc.is_in(kept["relation"], pa.array(IDENTITY))), at_least, one_to_one=one_to_one),
        _chosen(kept.filter(pc.equal(kept["relation"], "branch_of")), at_least),
        _sure(kept.filter(pc.equal(kept["relation"], "group_of"))),
        _by_persons(pairs, decided),
    ]
    return pa.concat_tables(tables).sort_by(order).combine_chunks()


def _without(pairs: pa.Table, decided: Standing) -> pa.Table:
    """Return pairs without rejected ones, and without identity of records that a person gave to somebody."""
    if not decided.accepted and not decided.rejected:
        return pairs
    lefts, rights, relations = (pairs[name].to_pylist() for name in ("left_id", "right_id", "relation"))
    keep = [
        (left, right) not in decided.rejected and not (relation in IDENTITY and right in decided.accepted)
        for left, right, relation in zip(lefts, rights, relations, strict=True)
    ]
    return pairs.filter(pa.array(keep, pa.bool_()))


def _chosen(pairs: pa.Table, at_least: float, *, one_to_one: bool = False) -> pa.Table:
    if not len(pairs):
        return READ_SCHEMA.empty_table()
    left, right = (pairs[name].combine_chunks().dictionary_encode() for name in ("left_id", "right_id"))
    score = pairs["score"].to_numpy()
    chosen = choose(
        score, _ranked(left), _ranked(right), np.zeros(len(pairs), bool), at_least=at_least, one_to_one=one_to_one
    )
    return _links(pairs.take(pa.array(chosen.pairs)), np.round(chosen.probability * MICRO).astype(np.int64))


def _ranked(column: pa.DictionaryArray) -> Rows:
    """Return each text as its place among the sorted distinct ones, so that ties do not hang on the order of rows."""
    place = pc.sort_indices(column.dictionary).to_numpy()
    rank = np.empty(len(place), np.int32)
    rank[place] = np.arange(len(place), dtype=np.int32)
    return np.asarray(rank[column.indices.to_numpy()])


def _sure(pairs: pa.Table) -> pa.Table:
    return _links(pairs, np.full(len(pairs), MICRO, np.int64))


def _links(pairs: pa.Table, probability: NDArray[np.int64]) -> pa.Table:
    columns = [
        *(pairs[name] for name in ("left_id", "right_id", "relation")),
        pa.array(probability, pa.int64()),
        pairs["score"],
        pairs["levels"],
        pa.nulls(len(pairs), pa.string()),
    ]
    return pa.table(columns, schema=READ_SCHEMA)


def _by_persons(pairs: pa.Table, decided: Standing) -> pa.Table:
    rows = []
    for right, judgement in sorted(decided.accepted.items()):
        same = pairs.filter(
            pc.and_(pc.equal(pairs["right_id"], right), pc.equal(pairs["left_id"], judgement.left_id))
        ).to_pylist()
        known = next((row for row in same if row["relation"] in IDENTITY), None)
        rows.append(
            {
                "left_id": judgement.left_id,
                "right_id": right,
                "relation": known["relation"] if known else "same_as",
                "probability": MICRO,
                "score": known["score"] if known else None,
                "levels": known["levels"] if known else None,
                "who": judgement.who,
            }
        )
    return pa.Table.from_pylist(rows, schema=READ_SCHEMA)
