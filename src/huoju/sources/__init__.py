"""Raw deliveries in, facts, events and findings out: one folder for each kind of delivery."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from huoju.core.ports import Reading
from huoju.sources.declaration import MAPPING, SourceDeclaration, find_mappings, find_sources, read_mapping
from huoju.sources.delivery import Delivery, open_delivery, sha256_of
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
    "read",
    "read_by",
    "read_mapped",
    "read_mapping",
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
