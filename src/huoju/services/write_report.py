"""Report: one enterprise's credit reference as PDF, page or JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.errors import PolicyError
from huoju.core.panel import Panel
from huoju.reports import make_html, make_json, make_pdf
from huoju.services.explain_enterprise import Explanation, explained
from huoju.services.home import Home, Who
from huoju.services.looking import look
from huoju.services.report_content import report_content
from huoju.services.words import words_in
from huoju.sources import find_sources

FORMATS = (".pdf", ".html", ".json")


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
    return write_explained(home, who, explanation, path, language)


def write_explained(home: Home, who: Who, explanation: Explanation, path: Path, language: str) -> Path:
    """Write the report of what was explained before."""
    words = words_in(language)
    panel = explanation.assessed.panel
    content = report_content(
        explanation,
        words,
        who,
        synthetic=is_synthetic(panel),
        sources=(_delivered(panel, explanation.place), len(find_sources())),
    )
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        data = make_pdf(content, words, font_folders=(home.path / "fonts",)).data
    else:
        data = (make_html if suffix == ".html" else make_json)(content, words).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)
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
