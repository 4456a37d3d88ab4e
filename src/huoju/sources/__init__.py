"""Raw deliveries in, facts, events and findings out: one folder for each kind of delivery."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from huoju.core.ports import Reading
from huoju.sources.declaration import Layout, SourceDeclaration, find_sources
from huoju.sources.delivery import Delivery, open_delivery, sha256_of
from huoju.sources.files.limits import Limits

__all__ = [
    "Delivery",
    "Layout",
    "Limits",
    "SourceDeclaration",
    "find_sources",
    "open_delivery",
    "read",
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
