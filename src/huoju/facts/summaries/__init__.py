"""Summaries: events counted and added up into facts, one file for each kind of event."""

from __future__ import annotations

import pyarrow as pa

from huoju.core.fact import FACT_SCHEMA, EntityId
from huoju.facts.summaries import court, funding, invoices, loans, patents
from huoju.facts.summaries.happened import Happened

__all__ = ["Happened", "summarise"]


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> pa.Table:
    """Return the summary facts of ``entities`` at the day of ``happened``, in ``FACT_SCHEMA``."""
    parts = [
        table
        for summary in (invoices, loans, patents, court, funding)
        for table in summary.summarise(happened, entities)
    ]
    return pa.concat_tables([FACT_SCHEMA.empty_table(), *parts])
