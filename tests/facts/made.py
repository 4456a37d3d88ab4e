"""Hand-made deliveries for the tests of facts: written and published as an import does it, without a desk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from huoju.core import LINK_SCHEMA, EntityId, Fact, Finding, Panel, Period, Value, event_table, fact_table
from huoju.core.event import Event
from huoju.core.ports import Reading
from huoju.facts import FactStore, publish, write_delivery
from huoju.facts.believing import Belief
from huoju.facts.cutting import cut_panel

AS_OF = date(2024, 6, 30)


@dataclass(frozen=True)
class Made:
    """What one delivery holds; ``name`` stands for its bytes."""

    name: str
    facts: tuple[Fact, ...] = ()
    events: tuple[Event, ...] = ()
    findings: tuple[Finding, ...] = ()

    def reversed(self) -> Made:
        """The same delivery with its rows read in the other order."""
        return replace(self, facts=self.facts[::-1], events=self.events[::-1])

    def reading(self) -> Reading:
        kinds = sorted({event.kind for event in self.events})
        events = {kind: event_table(kind, [e for e in self.events if e.kind == kind]) for kind in kinds}
        return Reading(len(self.facts) + len(self.events), fact_table(self.facts), events, self.findings)


@dataclass
class Shelf:
    """A folder of published deliveries."""

    place: Path
    shas: list[str] = field(default_factory=list)

    def add(self, *made: Made) -> Shelf:
        for delivery in made:
            sha256 = hashlib.sha256(delivery.name.encode()).hexdigest()
            temporary = self.place / f".incoming-{sha256}"
            write_delivery(temporary, sha256, delivery.reading(), {"sha256": sha256, "file": delivery.name})
            publish(temporary, self.place / sha256)
            self.shas.append(sha256)
        return self

    def store(self, cache: Path | None = None) -> FactStore:
        return FactStore(self.place, tuple(self.shas), cache)

    def panel(self, as_of: date = AS_OF, belief: Belief | None = None) -> Panel:
        return cut_panel(self.store(), as_of, belief or Belief.plain())


def shelf(place: Path, *made: Made) -> Shelf:
    """Return a new shelf with these deliveries, in the given order."""
    place.mkdir(parents=True)
    return Shelf(place).add(*made)


def claim(
    entity: str,
    variable: str,
    value: Value,
    period: Period,
    known: date,
    *,
    source: str = "annual_report",
    row: int = 1,
) -> Fact:
    """Return one claim of a source."""
    return Fact(EntityId(entity), variable, value, period, known, source, f"{source}.csv:{row}", str(value))


def named(*entities: str, known: date = date(2020, 1, 1)) -> tuple[Fact, ...]:
    """Return the register's names for entities, so that they are the enterprises of a panel."""
    return tuple(
        claim(
            entity, "legal_name", f"{entity}有限公司", Period.day(known), known, source="enterprise_register", row=row
        )
        for row, entity in enumerate(entities, start=2)
    )


def invoice(
    entity: str,
    number: int,
    at: date,
    amount: int,
    *,
    other: str | None = "outside:1",
    purchase: bool = False,
    voided: bool = False,
    known: date | None = None,
    tax: int | None = 0,
    row: int = 0,
) -> Event:
    """Return one invoice in fen, known on its day."""
    fields: dict[str, Value] = {"net": amount, "voided": int(voided), "status": "作废" if voided else "正常"}
    if tax is not None:
        fields["tax"] = tax
    kind = "purchase_invoice" if purchase else "sales_invoice"
    record = f"invoices.csv:{row or number}"
    return Event(EntityId(entity), kind, str(number), other, at, amount, known or at, "vat_invoice", record, fields)


def happened(
    kind: str, entity: str, key: str, at: date, *, known: date | None = None, amount: int | None = None, **fields: Value
) -> Event:
    """Return one event of any kind, known on its day."""
    source = {"patent": "patents", "judgment": "court_and_penalties", "penalty": "court_and_penalties"}.get(
        kind, "bank_loans"
    )
    return Event(EntityId(entity), kind, key, None, at, amount, known or at, source, f"{source}.csv:{key}", fields)


def linked(*rows: tuple[str, str, str, date]) -> Belief:
    """Return a belief with links (entity, canonical, relation, known) and no order of sources."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table(
        [*columns[:3], [990_000] * len(rows), ["same-legal-name"] * len(rows), columns[3]], schema=LINK_SCHEMA
    )
    return Belief(table, {})


def fingerprint(panel: Panel) -> tuple[object, ...]:
    """Return all that a panel says, so that two panels can be compared byte by byte."""
    columns = {
        key: (
            column.values.tobytes() if column.values.dtype != object else tuple(column.values),
            column.known.tobytes(),
        )
        for key, column in panel.columns.items()
    }
    facts = {key: column.facts.tobytes() for key, column in panel.columns.items()}
    events = {kind: table.to_pylist() for kind, table in panel.events.items()}
    return panel.as_of, panel.entities, columns, facts, panel.facts.to_pylist(), events, panel.findings


def each_month(entity: str, first: date, last: date, amount: int, *, purchase: bool = False) -> Iterable[Event]:
    """Yield one invoice on the last day of each month from ``first`` to ``last``."""
    from huoju.core.period import add_months

    end, number = add_months(first, 1), 0
    while end <= add_months(last, 1):
        number += 1
        day = date.fromordinal(end.toordinal() - 1)
        yield invoice(entity, number + (500 if purchase else 0), day, amount, purchase=purchase)
        end = add_months(end, 1)
