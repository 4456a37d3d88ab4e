"""Rate all: what an official scheme says of every enterprise of a home, and which facts are wanted most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa

from huoju.core.rule import Reading
from huoju.core.rule_row import Span
from huoju.core.variable import variables
from huoju.core.view import View
from huoju.ratings.bulk import rate_all, rate_version
from huoju.ratings.decide_columns import OUTCOMES as OUTCOME_CODES
from huoju.ratings.decide_columns import STATES
from huoju.ratings.plan import Prepared
from huoju.ratings.ranking import listed, ranks, removed
from huoju.ratings.rated import Rated
from huoju.ratings.scheme import Ranking, Version, Words
from huoju.services.home import Home, Who
from huoju.services.looking import look
from huoju.services.rate_enterprise import version_named, view_of_home
from huoju.services.rating_content import end_text
from huoju.services.schemes import label_of, scheme_of
from huoju.services.score_zone import names, short_ids

OUTCOMES = ("passed", "failed", "unknown", "not_in_force", "scored", "refused")
OF_ENTERPRISES = ("fact", "events", "judgement")  # the rest is for the scheme's source to supply
_TEXTS = ("enterprise", "id", "name", "as_of", "period", "scheme", "version", "outcome", "route", "score")
_AMONG_ALL = ("rank", "listed", "removed")
RATING_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string())
        for name in (*_TEXTS, "score_low", "score_high", "grade", "stage", *_AMONG_ALL, "checks", "missing")
    ]
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that is missing: of how many enterprises with an open outcome, and where it alone is missing."""

    kind: str
    name: str
    label: Words
    supplier: str
    count: int
    alone: int


@dataclass(frozen=True, slots=True)
class ZoneRating:
    """The ratings of a home as a table of ``RATING_SCHEMA``; numbers are exact text, lists are joined by ``;``."""

    scheme: str
    label: Words
    version: Version | None
    as_of: date
    year: int
    table: pa.Table
    counts: Mapping[str, int]
    wanted: tuple[Wanted, ...]

    def leading(self, count: int) -> list[Mapping[str, object]]:
        """Return the first rows: those that pass, then those that are open, then the rest; the best score first."""
        order = {outcome: place for place, outcome in enumerate(("passed", "unknown", "failed", "not_in_force"))}
        rows: list[Mapping[str, object]] = self.table.to_pylist()
        return sorted(rows, key=lambda row: (order.get(str(row["outcome"]), 9), -_number(row), str(row["id"])))[:count]

    def content(self) -> Mapping[str, object]:
        """Return everything as plain JSON values."""
        return {
            "scheme": self.scheme,
            "version": None if self.version is None else self.version.id,
            "evaluated_for": {"as_of": self.as_of.isoformat(), "period": str(self.year)},
            "counts": dict(self.counts),
            "wanted": [
                {
                    "kind": one.kind,
                    "name": one.name,
                    "label": dict(one.label),
                    "supplier": one.supplier,
                    "enterprises": one.count,
                    "alone": one.alone,
                }
                for one in self.wanted
            ],
            "enterprises": self.table.to_pylist(),
        }


def _number(row: Mapping[str, object]) -> float:
    return float(Fraction(str(row["score"]))) if row["score"] is not None else float("-inf")


def rate_zone(
    *,
    home: Home,
    who: Who,
    scheme: str,
    as_of: date | None = None,
    year: int | None = None,
    version: str | None = None,
) -> ZoneRating:
    """Return what a scheme says of every enterprise of a home at the close of ``as_of``."""
    begun = look(who, "read-ratings")
    prepared = scheme_of(scheme, home)
    view = view_of_home(home, as_of, year)
    named = version_named(prepared, version)
    rated = rate_all(prepared, view, missing=True) if named is None else _by_version(prepared, view, named)
    shown_version = prepared.scheme.version_on(view.panel.as_of) if named is None else prepared.scheme.version(named)
    columns = _columns(rated, view, scheme)
    columns |= _among_all(prepared, view, rated, shown_version, named)
    seen = begun.visible()
    shown = [e for e in view.panel.entities if seen is None or e in seen]
    if seen is not None:
        rows = [row for row, entity in enumerate(view.panel.entities) if entity in seen]
        columns = {name: [values[row] for row in rows] for name, values in columns.items()}
    counts = Counter(columns.pop("unpassed"))
    zone = ZoneRating(
        scheme=scheme,
        label=prepared.scheme.label,
        version=shown_version,
        as_of=view.panel.as_of,
        year=view.year,
        table=pa.table([columns[name] for name in RATING_SCHEMA.names], schema=RATING_SCHEMA),
        counts={outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        wanted=_wanted(rated, shown_version) if seen is None else (),
    )
    return begun.give(zone, shown, scheme=scheme)


def _among_all(
    prepared: Prepared, view: View, rated: Sequence[Rated], version: Version | None, named: str | None
) -> dict[str, list[str | None]]:
    """Return places, quota and relative removal of all; unknown where a missing fact may still change them."""
    ranking = (version.ranking if version is not None else None) or Ranking()
    places = _places(view, rated, ranking)
    columns: dict[str, list[str | None]] = {"rank": [None if place is None else str(place) for place in places]}
    if ranking.top is not None:
        columns["listed"] = [_said(told) for told in listed(places, ranking.top)]
    if ranking.removal is not None:
        years = [places]
        for back in range(1, ranking.years):
            earlier = View(view.panel, view.year - back)
            before = rate_all(prepared, earlier) if named is None else _by_version(prepared, earlier, named)
            years.append(_places(earlier, before, ranking))
        columns["removed"] = [_said(told) for told in removed(years, ranking.removal)]
    return columns


def _places(view: View, rated: Sequence[Rated], ranking: Ranking) -> list[int | None]:
    totals: list[Span | None] = [None] * len(view)
    groups: list[str | None] = [None if ranking.within == "stage" else "all"] * len(view)
    for one in rated:
        for place, row in enumerate(one.rows):
            totals[int(row)] = _total(one, place)
            if ranking.within == "stage":
                groups[int(row)] = _stage(one, place)
    return ranks(totals, view.panel.entities, groups)


def _total(one: Rated, place: int) -> Span | None:
    """Return the total of one row, or None where it can't be scored; what is one for all stands there once."""
    if not one.total.scored[place % len(one.total.scored)]:
        return None
    return Span(*(end.at(place % len(end)) for end in (one.total.points.low, one.total.points.high)))


def _stage(one: Rated, place: int) -> str | None:
    stages = [name for name, may in zip(one.stages.ids, one.stages.possible, strict=True) if may[place % len(may)]]
    return stages[0] if len(stages) == 1 else None


def _said(told: bool | None) -> str | None:
    return None if told is None else "true" if told else "false"


def _by_version(prepared: Prepared, view: View, version: str) -> tuple[Rated, ...]:
    plan = prepared.plans[version]
    return (rate_version(plan, view, missing=True),) if plan.version.is_in_force(view.panel.as_of) else ()


def _columns(rated: Sequence[Rated], view: View, scheme: str) -> dict[str, list[str | None]]:
    """Return the columns of the table, and ``unpassed``: the outcome, or what became of one that nothing passes."""
    count = len(view)
    columns: dict[str, list[str | None]] = {name: [None] * count for name in (*RATING_SCHEMA.names, "unpassed")}
    columns["enterprise"], columns["name"] = list(short_ids(view.panel)), list(names(view.panel))
    columns["id"] = list(view.panel.entities)
    columns["as_of"], columns["period"] = [view.panel.as_of.isoformat()] * count, [str(view.year)] * count
    columns["scheme"] = [scheme] * count
    columns["outcome"] = ["not_in_force"] * count
    columns["unpassed"] = ["not_in_force"] * count
    for one in rated:
        for place, row in enumerate(one.rows):
            for name, value in _told(one, place):
                columns[name][int(row)] = value
    return columns


def _told(one: Rated, place: int) -> Iterator[tuple[str, str | None]]:
    version, outcome = one.version, OUTCOME_CODES[one.outcome[place]]
    yield "version", version.id
    yield "outcome", outcome
    total = _total(one, place)
    yield "unpassed", outcome or ("refused" if total is None else "scored" if total.is_known else "unknown")
    yield "route", version.routes[one.route[place]].id if one.route[place] >= 0 else None
    if total is not None:
        yield "score", end_text(total.low) if total.is_known else None
        yield "score_low", end_text(total.low)
        yield "score_high", end_text(total.high)
    yield "grade", version.grades[one.grade[place]].id if one.grade[place] >= 0 else None
    yield "stage", _stage(one, place)
    yield "checks", ";".join(name for name, states in one.checks.items() if STATES[states[place]] == "met") or None
    if one.missing is not None:
        missing = [
            reading.name
            for reading, is_missing in zip(one.readings, one.missing[place], strict=True)
            if is_missing and reading.sort in OF_ENTERPRISES
        ]
        yield "missing", ";".join(dict.fromkeys(missing)) or None


def _wanted(rated: Sequence[Rated], version: Version | None) -> tuple[Wanted, ...]:
    """Return what is missing, counted: things of several years as one.

    Those first that alone are missing, then those that most enterprises miss, then as the scheme asks for them.
    """
    count, alone = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in rated:
        keys = list(dict.fromkeys((r.sort, r.name) for r in one.readings if r.sort in OF_ENTERPRISES))
        if one.missing is None or not keys:
            continue
        own = [[place for place, r in enumerate(one.readings) if (r.sort, r.name) == key] for key in keys]
        missing = np.stack([one.missing[:, places].any(axis=1) for places in own], axis=1)
        single = missing.sum(axis=1) == 1
        for key, column in zip(keys, missing.T, strict=True):
            count[key] += int(column.sum())
            alone[key] += int((column & single).sum())
    found = [
        Wanted(
            kind=sort,
            name=name,
            label={} if version is None else label_of(Reading(sort, name), version),  # type: ignore[arg-type]
            supplier=variables()[name].supplier if sort == "fact" else "",
            count=number,
            alone=alone[sort, name],
        )
        for (sort, name), number in count.items()
        if number
    ]
    return tuple(sorted(found, key=lambda one: (-one.alone, -one.count)))
