"""Raw deliveries in, facts, events and findings out: one folder for each kind of delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module

from huoju.core.finding import Finding
from huoju.core.ports import Reading
from huoju.sources.complaints import merged
from huoju.sources.declaration import Layout, SourceDeclaration, find_sources
from huoju.sources.delivery import Delivery, joined_parts, open_delivery, open_parts, sha256_of
from huoju.sources.files.limits import Limits

__all__ = [
    "Delivery",
    "Layout",
    "Limits",
    "SourceDeclaration",
    "find_sources",
    "open_delivery",
    "open_parts",
    "read",
    "read_parts",
    "sha256_of",
]


def read(source: str, delivery: Delivery, known: date) -> Reading:
    """Return what a delivery claims by the rules of one source.

    ``known`` is the day of becoming known for records that have none of their own. Raises ``KeyError`` for a
    source that does not exist, ``RefusedDelivery`` where the delivery as a whole can't be taken.
    """
    declaration = find_sources()[source]
    module = import_module(f"huoju.sources.{source}.read")
    result: Reading = module.read(declaration, delivery, known)
    return result


def read_parts(source: str, parts: Iterable[Delivery], known: date) -> Iterator[Reading]:
    """Yield what a delivery claims part by part; a source whose rows do not speak for themselves reads it whole.

    Each reading's findings are those of all parts so far, so that the last one's are the delivery's.
    """
    if not find_sources()[source].by_part:
        yield read(source, joined_parts(parts), known)
        return
    findings: tuple[Finding, ...] = ()
    for part in parts:
        reading = read(source, part, known)
        findings = merged((*findings, *reading.findings), part.memory.order)
        yield replace(reading, findings=findings)
