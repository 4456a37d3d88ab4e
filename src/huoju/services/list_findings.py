"""Findings: the trouble with data in a home, delivery by delivery, refused ones too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from huoju.core.finding import Finding
from huoju.services.home import Home, Who, store_of


@dataclass(frozen=True, slots=True)
class Told:
    """One finding with the file and source it is about, and whether the file was refused for it."""

    finding: Finding
    source: str
    file: str
    refused: bool


def list_findings(*, home: Home, who: Who) -> tuple[Told, ...]:
    """Return every finding of a home, by source, file, place and code."""
    import json

    from huoju.desk.models import Delivery

    rows = {row.sha256: row for row in Delivery.objects.filter(state="accepted")}
    found = [
        Told(
            Finding(item["code"], item["where"], json.loads(item["data"])),
            rows[item["delivery"]].source,
            rows[item["delivery"]].file,
            False,
        )
        for item in store_of(home).findings().to_pylist()
    ]
    for row in Delivery.objects.filter(state="refused"):
        found += [Told(Finding(w["code"], w["where"], w["data"]), row.source, row.file, True) for w in row.why]
    return tuple(sorted(found, key=lambda told: (told.source, told.file, told.finding.where, told.finding.code)))


def count_findings(told: tuple[Told, ...]) -> tuple[tuple[Told, int], ...]:
    """Return one example of each code with how many there are, the refusals first, then the most frequent."""
    counts = Counter((item.refused, item.finding.code) for item in told)
    examples = {(item.refused, item.finding.code): item for item in reversed(told)}
    order = sorted(counts, key=lambda key: (not key[0], -counts[key], key[1]))
    return tuple((examples[key], counts[key]) for key in order)
