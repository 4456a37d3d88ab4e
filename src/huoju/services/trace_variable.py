"""Trace: every claim about one quantity of one enterprise, whence it came, and which one is believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.errors import NothingFound
from huoju.core.variable import Variable, variables
from huoju.facts import FactStore
from huoju.facts.engine import Engine
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.panels import belief_at, day_or_latest, panel_at

_EVENTS_OF = {
    "sales_invoice": (
        "sales",
        "output_tax",
        "active_buyers",
        "sales_invoices",
        "largest_buyer_share",
        "buyer_concentration",
        "voided_share",
        "red_letter_share",
        "days_since_last_sale",
        "sales_growth",
        "sales_volatility",
        "active_months_share",
    ),
    "purchase_invoice": (
        "purchases",
        "input_tax",
        "active_suppliers",
        "purchase_invoices",
        "largest_supplier_share",
        "supplier_concentration",
    ),
    "loan": ("outstanding_debt", "debt_service"),
    "repayment": ("days_overdue",),
    "default": ("defaults",),
    "patent": ("valid_patents", "valid_invention_patents", "patent_applications"),
    "judgment": ("judgments_against", "judged_amount"),
    "penalty": ("penalties",),
    "funding": ("funding_raised", "funding_rounds"),
}
KIND_OF = {name: kind for kind, names in _EVENTS_OF.items() for name in names}
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Trace:
    """What was claimed of a quantity: ``believed`` rows of the panel, ``claims`` of all deliveries with a ``won`` flag,
    and for a summary the ``events`` behind it with how many there are. Tables, oldest period first.
    """

    entity: str
    variable: Variable
    as_of: date
    believed: pa.Table
    claims: pa.Table
    kind: str
    events: pa.Table
    event_count: int


def trace_variable(*, home: Home, who: Who, enterprise: str, variable: str, as_of: date | None = None) -> Trace:
    """Return every claim about a variable of an enterprise that was known at the close of ``as_of``.

    Raises ``NothingFound`` for an unknown enterprise or variable.
    """
    if variable not in variables():
        raise NothingFound(
            f"No variable {variable}.",
            code="variable-unknown",
            data={"variable": variable, "known": ", ".join(variables())},
        )
    store = store_of(home)
    day = day_or_latest(store, as_of)
    panel = panel_at(store, day)
    entity = panel.entities[find_enterprise(panel, enterprise)]
    aliases = _aliases(store, day, entity)
    believed = panel.facts.filter(
        pc.and_(pc.equal(panel.facts["entity"], entity), pc.equal(panel.facts["variable"], variable))
    )
    claims = store.facts(variables=[variable], entities=aliases, until=day)
    kind = KIND_OF.get(variable, "net_inflow" if variable == "net_inflow" else "")
    events, count = _events(store, day, "sales_invoice" if kind == "net_inflow" else kind, aliases)
    return Trace(entity, variables()[variable], day, believed, _marked(claims, believed), kind, events, count)


def _aliases(store: FactStore, day: date, entity: str) -> list[str]:
    links = belief_at(store, day).links
    mine = links.filter(pc.and_(pc.equal(links["canonical"], entity), pc.equal(links["relation"], "same_as")))
    return sorted({entity, *mine["entity"].to_pylist()})


def _marked(claims: pa.Table, believed: pa.Table) -> pa.Table:
    """Return the claims with whether each is the one believed of its period."""
    won = {(row["start"], row["end"], row["source"], row["record"], row["known"]) for row in believed.to_pylist()}
    flags = [(r["start"], r["end"], r["source"], r["record"], r["known"]) in won for r in claims.to_pylist()]
    return claims.append_column("won", pa.array(flags, pa.bool_())).sort_by(
        [("start", "ascending"), ("known", "ascending")]
    )


def _events(store: FactStore, day: date, kind: str, aliases: list[str]) -> tuple[pa.Table, int]:
    engine = Engine()
    try:
        table = store.events(kind, engine) if kind else None
        if table is None:
            return pa.table({}), 0
        import ibis

        mine = table.filter(table["entity"].isin(aliases) & (table["known"] <= ibis.literal(day)))
        count = int(engine.fetch(mine.aggregate(n=mine.count()))["n"][0].as_py())
        latest = mine.order_by([ibis.desc("at"), "key"]).limit(SHOWN)
        return engine.fetch(latest), count
    finally:
        engine.close()
