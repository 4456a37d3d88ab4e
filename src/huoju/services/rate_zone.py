"""Rate all: what an official scheme says of every enterprise of a home, and which facts are wanted most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pyarrow as pa

from huoju.core.rule import Reading
from huoju.core.rule_row import Bound
from huoju.core.variable import variables
from huoju.ratings.decide import rate
from huoju.ratings.points import shown
from huoju.ratings.rating import Rating
from huoju.ratings.scheme import Version, Words
from huoju.services.home import Home, Who
from huoju.services.rate_enterprise import version_named, view_of_home
from huoju.services.schemes import label_of, scheme_of
from huoju.services.score_zone import names, short_ids

OUTCOMES = ("passed", "failed", "unknown", "not_in_force", "scored", "refused")
_TEXTS = ("enterprise", "id", "name", "as_of", "period", "scheme", "version", "outcome", "route", "score")
RATING_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string())
        for name in (*_TEXTS, "score_low", "score_high", "grade", "stage", "checks", "missing")
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
    prepared = scheme_of(scheme, home)
    view = view_of_home(home, as_of, year)
    named = version_named(prepared, version)
    ratings = [rate(prepared, view, row, named) for row in range(len(view))]
    ids, called = short_ids(view.panel), names(view.panel)
    rows = [_row(rating, ids[row], called[row]) for row, rating in enumerate(ratings)]
    shown_version = prepared.scheme.version_on(view.panel.as_of) if named is None else prepared.scheme.version(named)
    counts = Counter[str](rating.outcome or _unpassed(rating) for rating in ratings)
    return ZoneRating(
        scheme=scheme,
        label=prepared.scheme.label,
        version=shown_version,
        as_of=view.panel.as_of,
        year=view.year,
        table=pa.Table.from_pylist(rows, schema=RATING_SCHEMA),
        counts={outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        wanted=_wanted(ratings, shown_version),
    )


def _unpassed(rating: Rating) -> str:
    """Return what becomes of one where nothing is passed: scored, or refused since no source states a number."""
    return "refused" if rating.total is None and rating.unstated else "scored"


def _row(rating: Rating, short: str, name: str | None) -> Mapping[str, str | None]:
    return {
        "enterprise": short,
        "id": rating.entity,
        "name": name,
        "as_of": rating.as_of.isoformat(),
        "period": str(rating.year),
        "scheme": rating.scheme,
        "version": None if rating.version is None else rating.version.id,
        "outcome": rating.outcome,
        "route": rating.route,
        "score": None if rating.score is None else shown(rating.score),
        "score_low": None if rating.total is None else _end(rating.total.low),
        "score_high": None if rating.total is None else _end(rating.total.high),
        "grade": rating.grade or None,
        "stage": rating.stages[0] if len(rating.stages) == 1 else None,
        "checks": ";".join(check.id for check in rating.of("check").values() if check.state == "met") or None,
        "missing": ";".join(dict.fromkeys(reading.name for reading in rating.missing)) or None,
    }


def _end(bound: Bound) -> str | None:
    return None if isinstance(bound, float) else shown(bound)


def _wanted(ratings: Sequence[Rating], version: Version | None) -> tuple[Wanted, ...]:
    if version is None:
        return ()
    missing = [list(dict.fromkeys((r.sort, r.name) for r in rating.missing)) for rating in ratings if rating.missing]
    count = Counter(key for keys in missing for key in keys)
    alone = Counter(keys[0] for keys in missing if len(keys) == 1)
    found = [
        Wanted(
            kind=sort,
            name=name,
            label=label_of(Reading(sort, name), version),
            supplier=variables()[name].supplier if sort == "fact" else "",
            count=number,
            alone=alone.get((sort, name), 0),
        )
        for (sort, name), number in count.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.alone, -one.count, one.name)))
