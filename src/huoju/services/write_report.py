"""Report: one enterprise's credit reference as PDF, page or JSON."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.errors import NothingFound, PolicyError
from huoju.core.panel import Panel
from huoju.reports import LedgerHead, make_html, make_json, make_pdf
from huoju.services.clock import now
from huoju.services.explain_enterprise import Explanation, explained
from huoju.services.home import Home, Who
from huoju.services.looking import look
from huoju.services.report_content import report_content
from huoju.services.whole_files import write_whole
from huoju.services.words import words_in
from huoju.sources import find_sources

FORMATS = (".pdf", ".html", ".json")
FOLDER = "reports"  # of the home, where what was given stays


def write_report(
    *, home: Home, who: Who, enterprise: str, path: Path, as_of: date | None = None, language: str = "zh"
) -> Path:
    """Write the credit reference of one enterprise; the ending says whether PDF, page or JSON.

    Raises ``NothingFound`` for an unknown enterprise, ``PolicyError`` for another ending.
    """
    if path.suffix.lower() not in FORMATS:
        raise PolicyError(
            f"{path.suffix} is no format.", code="format-unknown", data={"path": path.name, "known": ", ".join(FORMATS)}
        )
    explanation = explained(home, look(who, "write-report"), enterprise, as_of)
    return issue(home, who, explanation, path, language)


_NUMBER = re.compile(r"HJ-\d{8}-[0-9A-F]{8}")


def is_number(text: str) -> bool:
    """Return whether a text is the number of a report."""
    return _NUMBER.fullmatch(text) is not None


def write_again(*, home: Home, who: Who, number: str, path: Path) -> Path:
    """Write the report that was given under ``number``: the same bytes.

    Raises ``NothingFound`` where there is none that may be seen, ``PolicyError`` where the ending is another.
    """
    from huoju.desk.reports import given

    begun = look(who, "write-report")
    row = given(number)
    seen = begun.visible()
    stored = None if row is None else home.path / FOLDER / row.file
    if row is None or stored is None or not stored.exists() or (seen is not None and row.entity not in seen):
        raise NothingFound(f"No report {number}.", code="report-unknown", data={"number": number})
    if path.suffix.lower() != stored.suffix:
        raise PolicyError(
            f"{number} is a {stored.suffix}.", code="format-unknown", data={"path": path.name, "known": stored.suffix}
        )
    write_whole(path, begun.give(stored.read_bytes(), [row.entity], report=number))
    return path


def issue(home: Home, who: Who, explanation: Explanation, path: Path, language: str) -> Path:
    """Write the report of what was looked at, keep its bytes in the home, and note to whom it was given."""
    from huoju.desk.ledger import head
    from huoju.desk.opening import transaction
    from huoju.desk.reports import keep

    words, noted = words_in(language), head()
    panel = explanation.assessed.panel
    content = report_content(
        explanation,
        words,
        who,
        LedgerHead(noted.sequence, noted.hash),
        synthetic=is_synthetic(panel),
        sources=(_delivered(panel, explanation.place), len(find_sources())),
    )
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        data = make_pdf(content, words, font_folders=(home.path / "fonts",)).data
    else:
        data = (make_html if suffix == ".html" else make_json)(content, words).encode()
    file = f"{content.number}{suffix}"
    write_whole(home.path / FOLDER / file, data)
    with transaction():
        keep(
            number=content.number,
            entity=panel.entities[explanation.place],
            account=who.account,
            organisation=who.organisation,
            purpose=who.purpose,
            as_of=panel.as_of,
            made_at=now(),
            file=file,
            sha256=hashlib.sha256(data).hexdigest(),
            ledger=noted.sequence,
        )
    write_whole(path, data)
    return path


def is_synthetic(panel: Panel) -> bool:
    """Return whether the home holds a made-up zone: its addresses say so."""
    address = panel.latest("registered_address")
    return bool(any("合成数据" in str(text) for text in address.values[address.known][:5]))


def _delivered(panel: Panel, place: int) -> int:
    """Return how many sources have said anything about an enterprise that the panel shows."""
    entity = panel.entities[place]
    mine = panel.facts.filter(pc.equal(panel.facts["entity"], entity))
    named = set(pc.unique(mine["source"]).to_pylist()) - {"summary"}
    for table in panel.events.values():
        named |= set(pc.unique(table.filter(pc.equal(table["entity"], entity))["source"]).to_pylist())
    if pa.compute.any(pc.equal(mine["variable"], "sales")).as_py():
        named.add("vat_invoice")
    return len(named)
