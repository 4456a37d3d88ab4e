"""Summaries: events counted and added up into facts, one file for each kind of event."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from huoju.core.fact import EntityId
from huoju.facts.coded import CODED_FACTS
from huoju.facts.summaries import court, funding, invoices, loans, patents
from huoju.facts.summaries.happened import Happened

__all__ = ["BEHIND", "Happened", "summarise"]

_ADDED_UP = {
    "sales_invoice": (
        *("sales", "output_tax", "active_buyers", "sales_invoices", "largest_buyer_share", "buyer_concentration"),
        *("voided_share", "red_letter_share", "days_since_last_sale", "buyer_retention", "repeat_sales_share"),
        *("sales_growth", "sales_volatility", "active_months_share"),
    ),
    "purchase_invoice": (
        *("purchases", "input_tax", "active_suppliers", "purchase_invoices"),
        *("largest_supplier_share", "supplier_concentration", "supplier_retention", "repeat_purchases_share"),
    ),
    "loan": ("outstanding_debt", "debt_service"),
    "repayment": ("days_overdue",),
    "default": ("defaults",),
    "patent": ("valid_patents", "valid_invention_patents", "patent_applications"),
    "judgment": ("judgments_against", "judged_amount"),
    "penalty": ("penalties",),
    "funding": ("funding_raised", "funding_rounds"),
}
# The kinds of events behind each summary; the sign says whether their amounts count for or against it.
BEHIND: Mapping[str, Mapping[str, int]] = {
    **{name: {kind: 1} for kind, names in _ADDED_UP.items() for name in names},
    "net_inflow": {"sales_invoice": 1, "purchase_invoice": -1},
}


def summarise(happened: Happened, entities: tuple[EntityId, ...]) -> pa.Table:
    """Return the summary facts of ``entities`` at the day of ``happened``, in ``CODED_FACTS``."""
    parts = [
        table
        for summary in (invoices, loans, patents, court, funding)
        for table in summary.summarise(happened, entities)
    ]
    return pa.concat_tables([CODED_FACTS.empty_table(), *parts])
