"""Reading where a rule stands: documents, days, clauses with their certainty, who imported what."""

from __future__ import annotations

from datetime import date

from huoju.core.document import Document
from huoju.core.errors import malformed
from huoju.ratings import scheme
from huoju.ratings.reading_points import certainty
from huoju.ratings.scheme import Basis

BASIS = ("basis", "marks", "evidence")


def read_source(block: Document) -> scheme.Source:
    """Return the document of a version."""
    block.allow("number", "title", "office", "issued", "address", "certainty", "checked", "supersedes")
    return scheme.Source(
        number=block.text("number", default=""),
        title=block.text("title", default=""),
        office=block.text("office", default=""),
        issued=read_day(block, "issued"),
        address=block.text("address", default=""),
        certainty=certainty(block, "certainty", "unverified"),
        checked=read_day(block, "checked"),
    )


def read_day(block: Document, key: str) -> date | None:
    """Return the day under a key, or None where it is absent or null."""
    written = block.optional_text(key) if key in block else None
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        message = f"{key} must be a day such as 2026-04-01, got {written!r}."
        raise malformed(block.at(key), "not-a-day", message, key=key, value=written) from None


def read_basis(block: Document, default: Basis) -> Basis:
    """Return where a rule stands; what it leaves out is the version's."""
    part = block.child("basis")
    part.allow("clause", "text", "source", "certainty", "marks")
    marks = part.child("marks") if "marks" in part else block.child("marks")
    sure = certainty(part, "certainty", default.certainty)
    return Basis(
        clause=part.text("clause", default=""),
        text=part.text("text", default=""),
        source=part.text("source", default=""),
        certainty=sure,
        marks={key: certainty(marks, key, sure) for key in marks.keys()},
        evidence=block.languages("evidence", required=False),
    )


def read_imported(part: Document) -> scheme.Imported:
    """Return who brought the numbers of a table into the version."""
    part.allow("by", "at", "from", "sha256", "source", "certainty")
    sure = certainty(part, "certainty", "unverified")
    by, file, sha256 = (part.text(key) for key in ("by", "from", "sha256"))
    return scheme.Imported(by, read_day(part, "at"), file, sha256, part.text("source", default=""), sure)
