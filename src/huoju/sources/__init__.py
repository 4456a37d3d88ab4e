"""Raw deliveries in, facts, events and findings out: one folder for each kind of delivery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module

from huoju.core.finding import Finding
from huoju.core.ports import Reading
from huoju.sources.complaints import merged
from huoju.sources.declaration import MAPPING, SourceDeclaration, find_mappings, find_sources, read_mapping
from huoju.sources.delivery import Delivery, joined_parts, open_delivery, open_parts, sha256_of
from huoju.sources.files.limits import Limits
from huoju.sources.layout import Layout
from huoju.sources.mapped import read_mapped

__all__ = [
    "MAPPING",
    "Delivery",
    "Layout",
    "Limits",
    "SourceDeclaration",
    "find_mappings",
    "find_sources",
    "open_delivery",
    "open_parts",
    "read",
    "read_by",
    "read_mapped",
    "read_mapping",
    "read_parts",
    "read_parts_by",
    "sha256_of",
]


def read(source: str, delivery: Delivery, known: date) -> Reading:
    """Return what a delivery claims by the rules of one source.

    ``known`` is the day of becoming known for records that have none of their own. Raises ``KeyError`` for a
    source that does not exist, ``RefusedDelivery`` where the delivery as a whole can't be taken.
    """
    return read_by(find_sources()[source], delivery, known)


def read_by(source: SourceDeclaration, delivery: Delivery, known: date) -> Reading:
    """Return what a delivery claims by a declaration: that of a mapping, or of a source with code of its own."""
    if source.rules:
        return read_mapped(source, delivery, known)
    result: Reading = import_module(f"huoju.sources.{source.name}.read").read(source, delivery, known)
    return result


def read_parts(source: str, parts: Iterable[Delivery], known: date) -> Iterator[Reading]:
    """Yield what a delivery claims by a source that comes with huoju, part by part, as ``read_parts_by`` does."""
    return read_parts_by(find_sources()[source], parts, known)


def read_parts_by(source: SourceDeclaration, parts: Iterable[Delivery], known: date) -> Iterator[Reading]:
    """Yield what a delivery claims part by part; a source whose rows do not speak for themselves reads it whole.

    Each reading's findings and profiles are those of all parts so far, so that the last one's are the delivery's.
    """
    if not source.by_part:
        yield read_by(source, joined_parts(parts), known)
        return
    findings: tuple[Finding, ...] = ()
    for number, part in enumerate(parts):
        reading = read_by(source, part, known)
        findings = merged((*findings, *reading.findings), part.memory.order) if number else reading.findings
        yield replace(reading, findings=findings)
