"""A scheme over all entities of a view at once: one plan per version, in blocks of rows that stay in the cache."""

from __future__ import annotations

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
from huoju.ratings.points import is_unstated
from huoju.ratings.rated import ItemColumn, Rated
from huoju.ratings.scheme import Item, Version

BLOCK = 1 << 14


def rate_all(
    prepared: Prepared, view: View, *, missing: bool = False, compiled: bool = True, block: int = BLOCK
) -> tuple[Rated, ...]:
    """Return what a scheme says of all entities of a view: one result for each version that judges some of them.

    Nothing where no version is in force. The numbers are those of ``decide.rate``, entity by entity. With ``missing``
    it is also told what keeps each outcome open. ``compiled`` allows numba, which changes nothing but the time.
    """
    return tuple(
        rate_version(prepared.plans[version.id], view, rows, missing=missing, compiled=compiled, block=block)
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
    compiled: bool = True,
    block: int = BLOCK,
) -> Rated:
    """Return what one version says of some rows of a view, of all where ``rows`` is None."""
    bulk = _ready(plan, replace_parameters(view, plan), missing=missing, compiled=compiled)
    chosen = np.arange(len(view), dtype=np.int64) if rows is None else rows
    is_all = len(chosen) == len(view)
    pile, count = Pile(), len(chosen)
    for start in range(0, max(count, 1), block):
        stop = min(start + block, count)
        part = slice(start, stop) if is_all else chosen[start:stop]
        Block.of(bulk, part, pile).rate()
    return _gathered(bulk, pile, chosen)


def _ready(plan: Plan, view: View, *, missing: bool, compiled: bool) -> BulkPlan:
    items = plan.version.items
    stated = {item.id: _is_stated(plan, item, view) for item in items}
    refused = frozenset(item.id for item in items if plan.is_refused(item, view))
    plain = PlainSteps({}, 1) if missing else plain_steps(plan.version)
    reads = dict.fromkeys([*plan.stage_reads, *(reading for several in plan.reads.values() for reading in several)])
    shareless = frozenset(name for name, is_stated in stated.items() if not is_stated)
    return BulkPlan(plan, view, plain, refused, shareless, tuple(reads), missing, compiled)


def _is_stated(plan: Plan, item: Item, view: View) -> bool:
    reads = plan.reads["item", item.id]
    lacks = any(reading.sort == "parameter" and view.parameters.get(reading.name) is None for reading in reads)
    return not lacks and not is_unstated(item.points)


def _gathered(bulk: BulkPlan, pile: Pile, rows: NDArray[np.int64]) -> Rated:
    version, count = bulk.plan.version, len(rows)
    stages = pile.take_stages([stage.id for stage in version.stages])
    items = {}
    for item in version.items:
        applies: Truths | None = pile.take_truths("applies", item.id) if item.applies_if is not None else None
        person = pile.take("person", item.id, np.bool_) if pile.has("person", item.id) else None
        spans = pile.take_spans("share", item.id) if pile.has("share", item.id) else None
        codes, table = pile.take_codes(item.id)
        items[item.id] = ItemColumn(item, item.id in bulk.refused, codes, table, spans, applies, person, stages, count)
    readings = range(len(bulk.readings)) if bulk.with_missing else ()
    missing = [pile.take("missing", str(place), np.bool_) for place in readings]
    return Rated(
        version=version,
        as_of=bulk.view.panel.as_of,
        year=bulk.view.year,
        rows=rows,
        outcome=pile.take("outcome", "", np.int8),
        route=pile.take("route taken", "", np.int16),
        grades=pile.take("grades", "", np.bool_),
        stages=stages,
        total=pile.take_added("total", ""),
        parts={part.id: pile.take_added("part", part.id) for part in version.parts},
        items=items,
        gates={gate.id: pile.take("gate", gate.id, np.int8) for gate in version.gates},
        vetoes={veto.id: pile.take("veto", veto.id, np.int8) for veto in version.vetoes},
        routes={route.id: pile.take("route", route.id, np.int8) for route in version.routes},
        checks={check.id: pile.take("check", check.id, np.int8) for check in version.checks},
        readings=bulk.readings if bulk.with_missing else (),
        missing=np.stack(missing, axis=1) if missing else None,
    )
