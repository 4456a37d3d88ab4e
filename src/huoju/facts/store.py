"""The accepted deliveries of a home as one store of facts and events."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huoju.core.fact import FACT_SCHEMA
from huoju.core.finding import FINDING_SCHEMA
from huoju.core.link import Ruling
from huoju.core.ports import ASIDE_SCHEMA
from huoju.core.variable import event_kinds
from huoju.facts.engine import DUCKDB, Engine
from huoju.facts.opening import open_engine

NOTE = "delivery.json"
DELIVERED_FACT = FACT_SCHEMA.append(pa.field("delivery", pa.string()))


@dataclass(frozen=True, slots=True)
class FactStore:
    """Reads the folders of ``shas`` under ``deliveries``; a folder that is not named does not count.

    ``cache`` keeps what was added up, ``engine_name`` says where questions are answered, ``threads`` and ``memory``
    bound DuckDB. None of them changes an answer. ``rulings`` are what persons decided about who is whom.
    """

    deliveries: Path
    shas: tuple[str, ...]
    cache: Path | None = None
    threads: int = 2
    memory: str = "4GB"
    rulings: tuple[Ruling, ...] = ()
    engine_name: str = DUCKDB

    def engine(self) -> Engine:
        """Return an engine within the bounds of the store; whoever asks closes it."""
        return open_engine(self.engine_name, threads=self.threads, memory=self.memory, spill=self.cache)

    @property
    def snapshot(self) -> str:
        """The hash of all that counts: the same deliveries give the same one, in any order."""
        return hashlib.sha256("\n".join(sorted(self.shas)).encode()).hexdigest()

    @property
    def notes(self) -> str:
        """What every delivery says of itself: another ``known`` for the same bytes is another note."""
        return "\n".join((self.deliveries / sha / NOTE).read_text(encoding="utf-8") for sha in sorted(self.shas))

    def noted(self) -> list[Mapping[str, object]]:
        """Return what every delivery says of itself, by its hash."""
        return [json.loads((self.deliveries / sha / NOTE).read_text(encoding="utf-8")) for sha in sorted(self.shas)]

    def latest_known(self) -> date | None:
        """Return the latest day on which a fact or event became known; None for an empty store."""
        days = [day for file in self._all_files() if (day := _latest_in(file)) is not None]
        return max(days, default=None)

    def facts(
        self,
        *,
        variables: Sequence[str] | None = None,
        entities: Sequence[str] | None = None,
        until: date | None = None,
    ) -> pa.Table:
        """Return facts with their ``delivery``, by entity, variable, period, known, source, delivery, record."""
        files = self.fact_files()
        if not files:
            return DELIVERED_FACT.empty_table()
        engine = self.engine()
        try:
            table = engine.read(files)
            for column, wanted in (("variable", variables), ("entity", entities)):
                if wanted is not None:
                    table = table.filter(table[column].isin(list(wanted)))
            if until is not None:
                table = table.filter(table["known"] <= ibis.literal(until))
            order = [
                "entity",
                "variable",
                "start",
                "end",
                "known",
                "source",
                "delivery",
                "record",
                "text",
                "number",
            ]
            return engine.fetch(table, order).select(DELIVERED_FACT.names).cast(DELIVERED_FACT)
        finally:
            engine.close()

    def fact_files(self) -> list[Path]:
        """Return the files of facts that count."""
        return [self.deliveries / sha / "facts.parquet" for sha in sorted(self.shas)]

    def event_files(self, kind: str) -> list[Path]:
        """Return the files of one kind of event that count."""
        files = (self.deliveries / sha / "events" / f"{kind}.parquet" for sha in sorted(self.shas))
        return [file for file in files if file.exists()]

    def findings(self) -> pa.Table:
        """Return the findings of every delivery with its hash."""
        parts = []
        for sha in sorted(self.shas):
            table = pq.read_table(self.deliveries / sha / "findings.parquet")
            parts.append(table.append_column("delivery", pa.array([sha] * len(table), pa.string())))
        empty = FINDING_SCHEMA.append(pa.field("delivery", pa.string())).empty_table()
        return pa.concat_tables([empty, *(part.cast(empty.schema) for part in parts)])

    def aside(self) -> pa.Table:
        """Return the rows set aside of every delivery, with its hash."""
        parts = [pq.read_table(self.deliveries / sha / "aside.parquet") for sha in sorted(self.shas)]
        signed = [
            part.cast(ASIDE_SCHEMA).append_column("delivery", pa.array([sha] * len(part), pa.string()))
            for sha, part in zip(sorted(self.shas), parts, strict=True)
        ]
        empty = ASIDE_SCHEMA.append(pa.field("delivery", pa.string())).empty_table()
        return pa.concat_tables([empty, *signed])

    def _all_files(self) -> Iterable[Path]:
        yield from self.fact_files()
        for kind in event_kinds():
            yield from self.event_files(kind)


def _latest_in(file: Path) -> date | None:
    """Return the latest ``known`` of a file from its statistics, without reading its rows."""
    metadata = pq.read_metadata(file)
    place = metadata.schema.names.index("known")
    days = []
    for group in range(metadata.num_row_groups):
        statistics = metadata.row_group(group).column(place).statistics
        if statistics is None or not statistics.has_min_max:
            latest: date | None = pc.max(pq.read_table(file, columns=["known"])["known"]).as_py()
            return latest
        days.append(statistics.max)
    return max(days, default=None)
