"""What a source says of itself in ``source.yaml`` or ``mapping.yaml``: who delivers, by what right, in what form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError
from huoju.sources.layout import Layout, read_layout

ROOM = Path(__file__).parent
MAPPING = "mapping.yaml"
PROVIDERS = ("government", "enterprise", "bank", "third_party")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,62}")


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a delivery may differ from the one before without being noticed; None: not compared.

    ``rows``: share by which their number may change; ``filled``: share of rows by which a column may be filled less;
    ``typical``: how many times the median of a number may grow or shrink.
    """

    rows: Fraction | None = None
    filled: Fraction | None = None
    typical: Fraction | None = None


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """A source as it declares itself; ``rules`` is the hash of a mapping's text, empty for one that comes with huoju.

    ``table`` is the table or view that it reads of a database.
    """

    name: str
    folder: Path
    label: Mapping[str, str]
    publisher: Mapping[str, str]
    provider: str
    legal_basis: str | None
    consent: str
    purpose: Mapping[str, str]
    update_rhythm_days: int | None
    rows_at_least: int
    rows_at_most: int | None
    set_aside_at_most: Fraction
    by_part: bool  # each row speaks for itself, so that parts of a delivery give what the whole gives
    layouts: Mapping[str, Layout]
    drift: Drift = Drift()
    table: str = ""
    rules: str = ""


@cache
def find_sources() -> Mapping[str, SourceDeclaration]:
    """Return every source that comes with huoju. Raises ``DocumentError`` at the first malformed declaration."""
    found = {path.parent.name: _source(path) for path in sorted(ROOM.glob("*/source.yaml"))}
    return MappingProxyType(found)


def find_mappings(folder: Path) -> Mapping[str, SourceDeclaration]:
    """Return the mappings that stand in ``folder/<name>/mapping.yaml``, by name.

    Raises ``DocumentError`` at the first malformed one, and where one has the name of a source of huoju.
    """
    found: dict[str, SourceDeclaration] = {}
    for path in sorted(folder.glob(f"*/{MAPPING}")):
        mapping = read_mapping(path)
        if mapping.name in found:
            raise DocumentError(f"{path}:1: {mapping.name} is the name of two mappings; give one another name.")
        found[mapping.name] = mapping
    return MappingProxyType(found)


def read_mapping(path: Path) -> SourceDeclaration:
    """Return the source that a mapping declares; it is called what it says, else as the folder it stands in.

    Raises ``DocumentError`` where it is malformed or has the name of a source of huoju.
    """
    declared = _source(path)
    if declared.name in find_sources():
        raise DocumentError(f"{path}:1: {declared.name} is a source of huoju; give the mapping another name.")
    if not _NAME.fullmatch(declared.name):
        raise DocumentError(f"{path}:1: a name is lower-case letters, digits and _, got {declared.name!r}; say name:.")
    return declared


def _source(path: Path) -> SourceDeclaration:
    document = read_document(path)
    document.allow(
        *("name", "label", "publisher", "provider", "legal_basis", "consent", "purpose", "update_rhythm_days"),
        *("rows_at_least", "rows_at_most", "set_aside_at_most", "by_part", "drift", "table", "layouts"),
    )
    provider = document.text("provider")
    if provider not in PROVIDERS:
        raise DocumentError(f"{document.at('provider')}: provider is one of {', '.join(PROVIDERS)}.")
    layouts = document.child("layouts")
    if not layouts.keys():
        raise DocumentError(f"{document.at('layouts')}: layouts is needed and absent.")
    is_mapping = path.name == MAPPING
    read = {name: read_layout(name, layouts.child(name)) for name in layouts.keys()}
    alone = all(layout.is_by_row for layout in read.values())
    by_part = alone if is_mapping else document.flag("by_part")
    if (is_mapping and "by_part" in document) or (by_part and not alone):
        raise DocumentError(
            f"{document.at('by_part')}: by_part is for code whose rows speak for themselves; leave out."
        )
    return SourceDeclaration(
        name=document.text("name", default=path.parent.name),
        folder=path.parent,
        label=document.languages("label"),
        publisher=document.languages("publisher"),
        provider=provider,
        legal_basis=document.optional_text("legal_basis"),
        consent=document.text("consent"),
        purpose=document.languages("purpose"),
        update_rhythm_days=document.integer("update_rhythm_days") if "update_rhythm_days" in document else None,
        rows_at_least=document.integer("rows_at_least"),
        rows_at_most=document.integer("rows_at_most") if "rows_at_most" in document else None,
        set_aside_at_most=document.number("set_aside_at_most"),
        by_part=by_part,
        layouts=MappingProxyType(read),
        drift=_drift(document.child("drift")),
        table=document.text("table", default=""),
        rules=hashlib.sha256(path.read_bytes()).hexdigest() if is_mapping else "",
    )


def _drift(block: Document) -> Drift:
    block.allow("rows", "filled", "typical")
    return Drift(*(block.number(key) if key in block else None for key in ("rows", "filled", "typical")))
