"""Import: the bytes of one file become facts and events that count, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from huoju.core.errors import HomeError, NothingFound, RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.ports import ASIDE_SCHEMA, Reading
from huoju.facts import DeliveryWriter, publish
from huoju.services.home import INCOMING, Home, Who, lock_file
from huoju.services.locks import held
from huoju.sources import SourceDeclaration, find_sources, open_parts, read_parts, sha256_of

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of one file; ``already`` where the same bytes had been accepted before and nothing changed."""

    file: str
    sha256: str
    source: str
    already: bool
    rows: int
    facts: int
    events: int
    aside: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One file that arrived, by whom, for which source, and since when its undated records are known."""

    home: Home
    who: Who
    source: SourceDeclaration
    path: Path
    sha256: str
    known: date
    today: date
    set_aside: bool

    def told(self) -> dict[str, object]:
        """Return what the desk's row says of it."""
        return {
            "sha256": self.sha256,
            "source": self.source.name,
            "file": self.path.name,
            "known": self.known,
            "imported_on": self.today,
            "who": self.who.name,
        }


def import_delivery(
    *, home: Home, who: Who, source: str, path: Path, known: date | None, today: date, set_aside: bool = False
) -> Receipt:
    """Import one file by the rules of one source.

    ``known`` is the day for records that have none of their own; without it, ``today``. Raises ``NothingFound``
    for an unknown source or file, ``RefusedDelivery`` where the file is refused: that it was is kept, nothing
    else. With ``set_aside`` rows that can't be understood may be more than the source's share.
    """
    if source not in find_sources():
        raise NothingFound(
            f"No source {source}.", code="source-unknown", data={"source": source, "known": ", ".join(find_sources())}
        )
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    arrival = _Arrival(home, who, find_sources()[source], path, sha256_of(path), known or today, today, set_aside)
    with held(lock_file(home, arrival.sha256)):
        before = _accepted_before(arrival.sha256)
        if before is not None:
            return before
        try:
            return _accept(arrival)
        except RefusedDelivery as refusal:
            _keep_refusal(arrival, refusal)
            raise


def import_folder(
    *,
    home: Home,
    who: Who,
    source: str,
    path: Path,
    known: date | None,
    today: date,
    set_aside: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Receipt], list[RefusedDelivery]]:
    """Import every file of a folder, in the order of their names; a refused one does not stop the others."""
    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    receipts: list[Receipt] = []
    refusals: list[RefusedDelivery] = []
    for file in files:
        try:
            receipts.append(
                import_delivery(
                    home=home, who=who, source=source, path=file, known=known, today=today, set_aside=set_aside
                )
            )
        except RefusedDelivery as refusal:
            refusals.append(refusal)
        if progress is not None:
            progress(file.name)
    return receipts, refusals


def _accepted_before(sha256: str) -> Receipt | None:
    from huoju.desk.models import Delivery

    row = Delivery.objects.filter(sha256=sha256, state="accepted").first()
    if row is None:
        return None
    return Receipt(row.file, sha256, row.source, True, row.rows, row.facts, row.events, row.aside, ())


def _check(arrival: _Arrival, counts: _Counts) -> None:
    """Raise ``RefusedDelivery`` where there are too few or too many rows, or too many that can't be understood."""
    source, path, rows = arrival.source, arrival.path, counts.rows
    if rows < source.rows_at_least:
        raise _refused(path, "too-few-rows", rows=rows, at_least=source.rows_at_least)
    if source.rows_at_most is not None and rows > source.rows_at_most:
        raise _refused(path, "too-many-rows", rows=rows, at_most=source.rows_at_most)
    aside, bound = counts.aside, source.set_aside_at_most
    if not arrival.set_aside and aside > 0 and Fraction(aside, rows) > bound:
        refusal = _refused(path, "too-many-set-aside", aside=aside, rows=rows, at_most=f"{float(bound):.0%}")
        refusal.findings += counts.findings
        raise refusal


def _refused(path: Path, code: str, **data: object) -> RefusedDelivery:
    finding = Finding(code, path.name, {"file": path.name, **data})
    return RefusedDelivery(f"{path.name}: {code}", findings=(finding,))


@dataclass(slots=True)
class _Counts:
    """What has come of a delivery's parts so far."""

    rows: int = 0
    facts: int = 0
    events: int = 0
    aside: int = 0
    findings: tuple[Finding, ...] = ()

    def add(self, part: Reading) -> None:
        self.rows += part.rows
        self.facts += len(part.facts)
        self.events += sum(len(table) for table in part.events.values())
        self.aside += len(part.aside)
        self.findings = part.findings

    def told(self) -> dict[str, int]:
        return {"rows": self.rows, "facts": self.facts, "events": self.events, "aside": self.aside}


def _accept(arrival: _Arrival) -> Receipt:
    """Write the delivery beside the others and make it count: the row of the desk is the last thing that happens.

    Raises ``RefusedDelivery`` where the file is refused, at whichever of its parts, and ``HomeError`` where the home
    can't be written, as on a full disk; then nothing of the delivery stays.
    """
    from django.db import DatabaseError

    from huoju.desk.models import Delivery
    from huoju.desk.opening import transaction

    sha256, deliveries = arrival.sha256, arrival.home.deliveries
    temporary, target = deliveries / f"{INCOMING}{sha256}-{os.getpid()}", deliveries / sha256
    try:
        for left in (temporary, target):
            shutil.rmtree(left, ignore_errors=True)
        counts = _write(arrival, temporary)
        publish(temporary, target)
        with transaction():
            told = {**arrival.told(), **counts.told()}
            Delivery.objects.create(state="accepted", set_aside_agreed=arrival.set_aside, **told)
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if not _may_count(sha256):
            shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, OSError | DatabaseError):
            data = {"path": str(arrival.home.path), "file": arrival.path.name}
            raise HomeError(f"{deliveries}: {error}.", code="home-write-failed", data=data) from error
        raise
    return Receipt(arrival.path.name, sha256, arrival.source.name, False, findings=counts.findings, **counts.told())


def _write(arrival: _Arrival, folder: Path) -> _Counts:
    """Write what the file claims into ``folder``, part by part, and return what came of it."""
    counts, aside = _Counts(), [ASIDE_SCHEMA.empty_table()]
    parts = open_parts(arrival.path, expected=arrival.sha256)
    # The pool stands inside the writer: what is being written is done before the writer lets go of its files.
    with DeliveryWriter(folder, arrival.sha256) as writer, closing(parts), ThreadPoolExecutor(1) as beside:
        written = beside.submit(lambda: None)
        for part in read_parts(arrival.source.name, parts, arrival.known):
            counts.add(part)
            aside.append(part.aside)
            written.result()
            written = beside.submit(writer.add, part)
        written.result()
        _check(arrival, counts)
        told = {**arrival.told(), **counts.told()}
        note = {name: str(value) for name, value in told.items()}
        writer.finish(counts.findings, pa.concat_tables(aside), note)
    return counts


def _may_count(sha256: str) -> bool:
    """Return whether a row makes a delivery count, or could: where the desk does not answer, the next start decides."""
    from django.db import DatabaseError

    try:
        return _accepted_before(sha256) is not None
    except DatabaseError:
        return True


def _keep_refusal(arrival: _Arrival, refusal: RefusedDelivery) -> None:
    """Keep that a delivery was refused and why, and nothing else of it."""
    from huoju.desk.models import Delivery
    from huoju.desk.opening import transaction

    why = [{"code": f.code, "where": f.where, "data": dict(f.data)} for f in refusal.findings]
    with transaction():
        Delivery.objects.create(state="refused", why=why, **arrival.told())
