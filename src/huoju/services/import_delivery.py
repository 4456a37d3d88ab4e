"""Import: the bytes of one file become facts and events that count, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from huoju.core.errors import HomeError, NothingFound, RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.ports import ASIDE_SCHEMA
from huoju.facts import DeliveryWriter, publish
from huoju.facts.store import NOTE
from huoju.services.arriving import arrived
from huoju.services.counting import Counts
from huoju.services.declared import source_of
from huoju.services.home import INCOMING, Home, Who, lock_file
from huoju.services.locks import held
from huoju.services.looking import allowed, note
from huoju.sources import SourceDeclaration, open_parts, read_parts_by, sha256_of
from huoju.sources.drift import Profile, drift

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
    first_as: str = ""  # the name under which the same bytes came first, where they came before
    account: Mapping[str, int] = field(default_factory=dict)  # where its rows went, as in core.ports.Account


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
            "who": self.who.account,
            "rules": self.source.rules,
        }


def import_delivery(
    *, home: Home, who: Who, source: str, path: Path, known: date | None, today: date, set_aside: bool = False
) -> Receipt:
    """Import one file by the rules of one source: its name, or the path of a mapping, which the home then keeps.

    ``known`` is the day for records that have none of their own; without it, ``today``. Raises ``NothingFound``
    for an unknown source or file, ``RefusedDelivery`` where the file is refused: that it was is kept, nothing
    else. With ``set_aside`` rows that can't be understood may be more than the source's share.
    """
    allowed(who, "import-delivery")
    declaration = source_of(home, source)
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    return _import(_Arrival(home, who, declaration, path, sha256_of(path), known or today, today, set_aside))


def _import(arrival: _Arrival) -> Receipt:
    with held(lock_file(arrival.home, arrival.sha256)):
        before = _accepted_before(arrival)
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
    path: Path | str,
    known: date | None,
    today: date,
    set_aside: bool = False,
    progress: Progress | None = None,
) -> tuple[list[Receipt], list[RefusedDelivery]]:
    """Import every file of a folder, in the order of their names; a refused one does not stop the others.

    ``path`` may be one file, or a database (a file or an address) of which the mapping names a table.
    """
    allowed(who, "import-delivery")
    declaration = source_of(home, source)
    receipts: list[Receipt] = []
    refusals: list[RefusedDelivery] = []
    try:
        with arrived(declaration, path) as files:
            for file in files:
                try:
                    day = known or today
                    receipts.append(
                        _import(_Arrival(home, who, declaration, file, sha256_of(file), day, today, set_aside))
                    )
                except RefusedDelivery as refusal:
                    refusals.append(refusal)
                if progress is not None:
                    progress(file.name)
    except RefusedDelivery as refusal:  # a database that can't be read
        refusals.append(refusal)
    return receipts, refusals


def _accepted_before(arrival: _Arrival) -> Receipt | None:
    """Return what came of the same bytes before. Raises ``RefusedDelivery`` where other rules read them then."""
    from huoju.desk.models import Delivery

    row = Delivery.objects.filter(sha256=arrival.sha256, state="accepted").first()
    if row is None:
        return None
    if (row.source, row.rules) != (arrival.source.name, arrival.source.rules):
        told = {"source": row.source, "delivery": arrival.sha256[:12], "as": row.file}
        raise _refused(arrival.path, "delivery-read-otherwise", **told)
    return Receipt(
        arrival.path.name, row.sha256, row.source, True, row.rows, row.facts, row.events, row.aside, (), row.file
    )


def _profiles_before(arrival: _Arrival) -> Mapping[str, Profile]:
    """Return the profiles of the source's delivery accepted last, by layout; none where it was the first."""
    from huoju.desk.models import Delivery

    row = Delivery.objects.filter(source=arrival.source.name, state="accepted").order_by("-id").first()
    if row is None:
        return {}
    try:
        note = json.loads((arrival.home.deliveries / row.sha256 / NOTE).read_text(encoding="utf-8"))
    except OSError:
        return {}
    found: Mapping[str, Profile] = note.get("profiles", {})
    return found


def _check(arrival: _Arrival, counts: Counts) -> None:
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
            note(arrival.who, "import-delivery", details={"delivery": sha256, **counts.told()})
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if not _may_count(sha256):
            shutil.rmtree(target, ignore_errors=True)
        if isinstance(error, OSError | DatabaseError):
            data = {"path": str(arrival.home.path), "file": arrival.path.name}
            raise HomeError(f"{deliveries}: {error}.", code="home-write-failed", data=data) from error
        raise
    return Receipt(
        arrival.path.name,
        sha256,
        arrival.source.name,
        False,
        counts.rows,
        counts.facts,
        counts.events,
        counts.aside,
        counts.findings,
        account=asdict(counts.account),
    )


def _write(arrival: _Arrival, folder: Path) -> Counts:
    """Write what the file claims into ``folder``, part by part, and return what came of it."""
    counts, aside = Counts(), [ASIDE_SCHEMA.empty_table()]
    parts = open_parts(arrival.path, expected=arrival.sha256)
    # The pool stands inside the writer: what is being written is done before the writer lets go of its files.
    with DeliveryWriter(folder, arrival.sha256) as writer, closing(parts), ThreadPoolExecutor(1) as beside:
        written = beside.submit(lambda: None)
        for part in read_parts_by(arrival.source, parts, arrival.known):
            counts.add(part)
            aside.append(part.aside)
            written.result()
            written = beside.submit(writer.add, part)
        written.result()
        _check(arrival, counts)
        drifted = drift(arrival.source, arrival.path.name, _profiles_before(arrival), counts.profiles)
        counts.findings = (*counts.findings, *drifted)
        writer.finish(counts.findings, pa.concat_tables(aside), _note(arrival, counts))
    pa.default_memory_pool().release_unused()
    return counts


def _note(arrival: _Arrival, counts: Counts) -> Mapping[str, object]:
    """Return what a delivery says of itself on the disk: its row, where its rows went, and what it looked like."""
    rhythm = arrival.source.update_rhythm_days if arrival.source.rules else None
    return {
        **{name: str(value) for name, value in {**arrival.told(), **counts.told()}.items()},
        "rhythm": rhythm,
        "account": asdict(counts.account),
        "profiles": counts.profiles,
    }


def _may_count(sha256: str) -> bool:
    """Return whether a row makes a delivery count, or could: where the desk does not answer, the next start decides."""
    from django.db import DatabaseError

    from huoju.desk.models import Delivery

    try:
        return Delivery.objects.filter(sha256=sha256, state="accepted").exists()
    except DatabaseError:
        return True


def _keep_refusal(arrival: _Arrival, refusal: RefusedDelivery) -> None:
    """Keep that a delivery was refused and why, and nothing else of it."""
    from huoju.desk.models import Delivery
    from huoju.desk.opening import transaction

    why = [{"code": f.code, "where": f.where, "data": dict(f.data)} for f in refusal.findings]
    with transaction():
        Delivery.objects.create(state="refused", why=why, **arrival.told())
        told = {"delivery": arrival.sha256, "refused": [f.code for f in refusal.findings[:10]]}
        note(arrival.who, "import-delivery", details=told)
