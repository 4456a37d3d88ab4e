"""Subjects that no plain rule decides, linked by the scored comparisons where one enterprise stands out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from huoju.fusion.blocking import build_index
from huoju.fusion.frequencies import count_lists
from huoju.fusion.link_model import first_model
from huoju.fusion.linker import PAIR_SCHEMA, Linker
from huoju.fusion.reading_links import IDENTITY, read_links
from huoju.fusion.records import prepare

SURE_ENOUGH = 0.95  # of a link that nobody looks at before it counts


@dataclass(frozen=True, slots=True)
class Called:
    """What is said of one subject, folded: its names, former names and codes."""

    names: Collection[str]
    former: Collection[str]
    codes: Collection[str]


@dataclass(frozen=True, slots=True)
class Scored:
    """Every pair of an enterprise and a subject that may be one: the best of their names, scored.

    ``pairs`` is ``PAIR_SCHEMA`` with the enterprise left; ``names`` is by which name of the subject, in their order.
    """

    pairs: pa.Table
    names: tuple[str, ...]
    linker: Linker


def scored_pairs(register: Mapping[str, Called], subjects: Mapping[str, Called]) -> Scored | None:
    """Return the pairs of enterprises of a register and subjects, by subject and enterprise; None where one is empty.

    The shipped weights stand and frequencies are the register's, so the answer depends on what is given alone, and
    not on its order. A subject with a valid code of its own is not looked at by the caller.
    """
    if not register or not subjects:
        return None
    left, right = prepare(_table(register)), prepare(_table(subjects))
    index, frozen = build_index(left)
    linker = Linker(first_model(), count_lists(left), frozen, None)
    pairs = linker.pairs(left, right, index)
    best: dict[tuple[str, str], dict[str, object]] = {}
    for row in pairs.filter(pc.is_in(pairs["relation"], pa.array(IDENTITY))).to_pylist():
        pair = _entity(row["right_id"]), _entity(row["left_id"])
        before = best.get(pair)
        if before is None or (row["score"], row["right_id"]) > (before["score"], before["right_id"]):
            best[pair] = row
    ordered = sorted(best.items())
    rows = [{**row, "left_id": pair[1], "right_id": pair[0], "relation": "same_as"} for pair, row in ordered]
    names = tuple(str(row["right_id"]).split("\x1f", 1)[1] for _, row in ordered)
    return Scored(pa.Table.from_pylist(rows, schema=PAIR_SCHEMA), names, linker)


def scored_links(scored: Scored) -> dict[str, tuple[str, str, int]]:
    """Return for subjects that surely are one enterprise of the register: which, by which name, how surely x 10^6."""
    pairs = zip(scored.pairs["left_id"].to_pylist(), scored.pairs["right_id"].to_pylist(), strict=True)
    names = dict(zip(pairs, scored.names, strict=True))
    links = read_links(scored.pairs, at_least=SURE_ENOUGH)
    return {
        row["right_id"]: (row["left_id"], names[row["left_id"], row["right_id"]], row["probability"])
        for row in links.to_pylist()
    }


def _table(called: Mapping[str, Called]) -> pa.Table:
    """Return one row for each name, present or former, of each subject."""
    rows = []
    for entity in sorted(called):
        of = called[entity]
        code = entity.removeprefix("uscc:") if entity.startswith("uscc:") else min(of.codes, default=None)
        rows += [(f"{entity}\x1f{name}", name, code) for name in sorted({*of.names, *of.former})]
    ids, names, codes = ([row[place] for row in rows] for place in range(3))
    columns = {"id": ids, "name": names, "uscc": codes}
    return pa.table({column: pa.array(values, pa.string()) for column, values in columns.items()})


def _entity(row_id: str) -> str:
    return row_id.split("\x1f", 1)[0]
