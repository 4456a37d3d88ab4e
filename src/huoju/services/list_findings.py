"""Findings: the trouble with data in a home: of each delivery, of refused ones, and sources that are late."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from huoju.core.finding import Finding
from huoju.facts import FactStore
from huoju.facts.conflicts import conflicts
from huoju.facts.lateness import late_sources
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import belief_at, preferences_of, rhythms


@dataclass(frozen=True, slots=True)
class Told:
    """One finding with the file and source it is about, and whether the file was refused for it.

    A finding about a source as a whole has no file.
    """

    finding: Finding
    source: str
    file: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings of one code about one source: an example, how many findings, and how many rows they are about."""

    example: Told
    findings: int
    rows: int


def list_findings(*, home: Home, who: Who, as_of: date | None = None) -> tuple[Told, ...]:
    """Return every finding of a home, by source, file, place and code.

    Sources are late or not, and contradict each other or not, at the close of ``as_of``, by default the latest day
    known. The same refusal of the same bytes stands once, however often it was tried.
    """
    begun = look(who, "read-findings")
    store = store_of(home)
    found = [*_of_deliveries(store), *_of_refusals(), *_of_sources(store, as_of), *_of_conflicts(store, as_of)]
    told = sorted(found, key=lambda told: (told.source, told.file, told.finding.where, told.finding.code))
    return begun.give(tuple(told), findings=len(told))


def count_findings(told: tuple[Told, ...]) -> tuple[Kind, ...]:
    """Return the kinds of findings, the refusals first, then the ones about most rows."""
    kinds: dict[tuple[bool, str, str], list[Told]] = {}
    for item in told:
        kinds.setdefault((item.refused, item.source, item.finding.code), []).append(item)
    counted = [Kind(items[0], len(items), sum(map(rows_of, items))) for items in kinds.values()]
    return tuple(sorted(counted, key=lambda k: (not k.example.refused, -k.rows, k.example.source)))


def rows_of(told: Told) -> int:
    """Return how many rows a finding is about; one where it is about a single row, or a file or source as a whole."""
    count = told.finding.data.get("count")
    return count if isinstance(count, int) else 1


def _of_deliveries(store: FactStore) -> list[Told]:
    from huoju.desk.models import Delivery

    rows = {row.sha256: row for row in Delivery.objects.filter(state="accepted")}
    return [
        Told(
            Finding(item["code"], item["where"], json.loads(item["data"])),
            rows[item["delivery"]].source,
            rows[item["delivery"]].file,
            False,
        )
        for item in store.findings().to_pylist()
    ]


def _of_refusals() -> list[Told]:
    from huoju.desk.models import Delivery

    seen: dict[tuple[str, str, str], list[Told]] = {}
    for row in Delivery.objects.filter(state="refused").order_by("id"):
        told = [Told(Finding(w["code"], w["where"], w["data"]), row.source, row.file, True) for w in row.why]
        seen[row.sha256, row.source, json.dumps(row.why, sort_keys=True)] = told
    return [told for each in seen.values() for told in each]


def _of_sources(store: FactStore, as_of: date | None) -> list[Told]:
    day = as_of or store.latest_known()
    if day is None:
        return []
    engine = store.engine()
    try:
        return [Told(finding, finding.where, "", False) for finding in late_sources(engine, store, day, rhythms(store))]
    finally:
        engine.close()


def _of_conflicts(store: FactStore, as_of: date | None) -> list[Told]:
    day = as_of or store.latest_known()
    if day is None:
        return []
    weighed = preferences_of(store)
    tolerances = {name: each.tolerance for name, each in weighed.items() if each.tolerance is not None}
    found = conflicts(store, day, belief_at(store, day), tolerances)
    return [Told(finding, str(finding.data["other_source"]), "", False) for finding in found]
