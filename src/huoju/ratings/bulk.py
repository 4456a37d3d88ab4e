"""A scheme over all entities of a view at once: one plan per version, in blocks of rows that stay in the cache."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from huoju.core.rule_columns import Columns
from huoju.core.spans import Truths
from huoju.core.view import View
from huoju.ratings.block import Block, BulkPlan
from huoju.ratings.decide import replace_parameters
from huoju.ratings.piling import Pile
from huoju.ratings.plain_steps import PlainSteps, plain_steps
from huoju.ratings.plan import Plan, Prepared
from huoju.ratings.rated import ItemColumn, Rated
from huoju.ratings.scheme import Version

BLOCK = 1 << 16
COMPILED_FROM = 200_000  # compiling takes about a second


def rate_all(
    prepared: Prepared,
    view: View,
    *,
    missing: bool = False,
    compiled: bool | None = None,
    block: int = BLOCK,
    threads: int = 1,
) -> tuple[Rated, ...]:
    """Return what a scheme says of all entities of a view: one result for each version that judges some of them.

    Nothing where no version is in force. The numbers are those of ``decide.rate``, entity by entity. With ``missing``
    it is also told what keeps each outcome open. ``compiled`` asks for numba, None where that pays; ``block`` is how
    many rows are taken at once, ``threads`` how many blocks. They change nothing but time and memory.
    """
    return tuple(
        rate_version(
            prepared.plans[version.id], view, rows, missing=missing, compiled=compiled, block=block, threads=threads
        )
        for version, rows in judged_by(prepared, view)
    )


def judged_by(prepared: Prepared, view: View) -> list[tuple[Version, NDArray[np.int64]]]:
    """Return each version that judges somebody, with the rows of a view that it judges."""
    version = prepared.scheme.version_on(view.panel.as_of)
    if version is None:
        return []
    rest = np.ones(len(view), dtype=bool)
    found: dict[str, NDArray[np.bool_]] = {}
    day, columns = view.panel.as_of, Columns(view, slice(0, len(view)))
    for transition in version.transitions:
        if (transition.start and day < transition.start) or (transition.end and day > transition.end):
            continue
        taken = rest & columns.truth(transition.when).yes
        found[transition.use] = found.get(transition.use, False) | taken
        rest = rest & ~taken
    found[version.id] = found.get(version.id, False) | rest
    return [(prepared.scheme.version(name), np.flatnonzero(rows)) for name, rows in found.items() if rows.any()]


def rate_version(
    plan: Plan,
    view: View,
    rows: NDArray[np.int64] | None = None,
    *,
    missing: bool = False,
    compiled: bool | None = None,
    block: int = BLOCK,
    threads: int = 1,
) -> Rated:
    """Return what one version says of some rows of a view, of all where ``rows`` is None."""
    count = len(view) if rows is None else len(rows)
    is_all = rows is None or np.array_equal(rows, np.arange(len(view)))
    pays = count >= COMPILED_FROM if compiled is None else compiled
    bulk = _ready(plan, replace_parameters(view, plan), missing=missing, compiled=pays)
    pile = Pile(count)
    pile.lay_out_codes(tuple(bulk.plain.steps))
    places = [slice(start, min(start + block, count)) for start in range(0, max(count, 1), block)]

    def rate(place: slice) -> None:
        Block.of(bulk, place if rows is None or is_all else rows[place], pile, place).rate()

    rate(places[0])  # it lays out the columns that the others fill
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(rate, places[1:]))
    else:
        for place in places[1:]:
            rate(place)
    return _gathered(bulk, pile, range(count) if rows is None else rows)


def _ready(plan: Plan, view: View, *, missing: bool, compiled: bool) -> BulkPlan:
    plain = PlainSteps({}, 1) if missing else plain_steps(plan)
    guarded = frozenset(item.id for item in plan.version.items if plan.reads_unstated(item, view))
    reads = dict.fromkeys([*plan.stage_reads, *(reading for several in plan.reads.values() for reading in several)])
    return BulkPlan(plan, view, plain, guarded, tuple(reads), missing, compiled)


def _gathered(bulk: BulkPlan, pile: Pile, rows: range | NDArray[np.int64]) -> Rated:
    version, count = bulk.plan.version, pile.count
    stages = pile.take_stages([stage.id for stage in version.stages])
    items = {}
    for item in version.items:
        applies: Truths | None = pile.take_truths("applies", item.id) if item.applies_if is not None else None
        person = pile.take("person", item.id, np.bool_) if pile.has("person", item.id) else None
        spans = pile.take_spans("share", item.id) if pile.has("share", item.id) else None
        codes, table = pile.take_codes(item.id)
        items[item.id] = ItemColumn(
            item=item,
            is_refused=item.id in bulk.plan.unstated_items,
            is_guarded=item.id in bulk.guarded,
            codes=codes,
            table=table,
            spans=spans,
            applies=applies,
            for_a_person=person,
            stages=stages,
            count=count,
        )
    readings = range(len(bulk.readings)) if bulk.with_missing else ()
    missing = [pile.take("missing", str(place), np.bool_) for place in readings]
    return Rated(
        version=version,
        as_of=bulk.view.panel.as_of,
        year=bulk.view.year,
        rows=rows,
        outcome=pile.take("outcome", "", np.int8),
        route=pile.take("route taken", "", np.int16),
        grade=pile.take("grade", "", np.int8),
        grades=np.array([pile.take("grades", str(place), np.bool_) for place in range(len(version.grades) + 1)]),
        stages=stages,
        total=pile.take_added("total", ""),
        parts={part.id: pile.take_added("part", part.id) for part in version.parts},
        items=items,
        gates={gate.id: pile.take("gate", gate.id, np.int8) for gate in version.gates},
        vetoes={veto.id: pile.take("veto", veto.id, np.int8) for veto in version.vetoes},
        routes={route.id: pile.take("route", route.id, np.int8) for route in version.routes},
        checks={check.id: pile.take("check", check.id, np.int8) for check in version.checks},
        readings=bulk.readings if bulk.with_missing else (),
        missing=np.array(missing, dtype=bool).reshape(-1, count).T if bulk.with_missing else None,
    )
