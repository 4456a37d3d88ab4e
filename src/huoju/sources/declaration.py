"""What a source says of itself in ``source.yaml``: who delivers, by what right, and what the columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError
from huoju.sources.cells import UNIT_FACTORS

ROOM = Path(__file__).parent
KINDS = (
    "text",
    "code",
    "name",
    "money",
    "number",
    "count",
    "share",
    "flag",
    "day",
    "month",
    "year",
    "choice",
)
PROVIDERS = ("government", "enterprise", "bank", "third_party")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One delivered column: its header with other spellings, what it holds, and the unit if none is written."""

    header: str
    alternates: tuple[str, ...]
    name: str
    kind: str
    unit: str
    required: bool
    signed: bool
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """One form in which the source delivers.

    ``recognise`` are headers that must all be there; ``key`` are the columns that identify a record, or ``all``;
    ``known`` is the column of the day a record became known, ``namespace`` the one of identifiers without a code.
    """

    name: str
    recognise: tuple[str, ...]
    columns: tuple[ColumnRule, ...]
    ignore: tuple[str, ...]
    key: tuple[str, ...]
    known: str
    known_from: str
    namespace: str
    lists: str
    period: str
    facts: Mapping[str, str]

    def rule(self, name: str) -> ColumnRule | None:
        """Return the rule of the column called ``name`` inside, or None."""
        return next((rule for rule in self.columns if rule.name == name), None)


@dataclass(frozen=True, slots=True)
class SourceDeclaration:
    """A source as its ``source.yaml`` declares it."""

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


@cache
def find_sources() -> Mapping[str, SourceDeclaration]:
    """Return every source by name. Raises ``DocumentError`` at the first malformed declaration."""
    found = {path.parent.name: _source(path) for path in sorted(ROOM.glob("*/source.yaml"))}
    return MappingProxyType(found)


def _source(path: Path) -> SourceDeclaration:
    document = read_document(path)
    document.allow(
        "label",
        "publisher",
        "provider",
        "legal_basis",
        "consent",
        "purpose",
        "update_rhythm_days",
        "rows_at_least",
        "rows_at_most",
        "set_aside_at_most",
        "by_part",
        "layouts",
    )
    provider = document.text("provider")
    if provider not in PROVIDERS:
        raise DocumentError(f"{document.at('provider')}: provider is one of {', '.join(PROVIDERS)}.")
    layouts = document.child("layouts")
    return SourceDeclaration(
        name=path.parent.name,
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
        by_part=document.flag("by_part"),
        layouts=MappingProxyType({name: _layout(name, layouts.child(name)) for name in layouts.keys()}),
    )


def _layout(name: str, block: Document) -> Layout:
    block.allow(
        "recognise",
        "columns",
        "ignore",
        "key",
        "known",
        "known_from",
        "namespace",
        "lists",
        "period",
        "facts",
    )
    columns = block.child("columns")
    facts = block.child("facts")
    return Layout(
        name=name,
        recognise=block.texts("recognise"),
        columns=tuple(_column(header, columns.child(header)) for header in columns.keys()),
        ignore=block.texts("ignore"),
        key=block.texts("key"),
        known=block.text("known", default=""),
        known_from=block.text("known_from", default=""),
        namespace=block.text("namespace", default=""),
        lists=block.text("lists", default=""),
        period=block.text("period", default=""),
        facts=MappingProxyType({variable: facts.text(variable) for variable in facts.keys()}),
    )


def _column(header: str, block: Document) -> ColumnRule:
    block.allow("name", "kind", "unit", "also", "required", "signed", "choices")
    kind, unit = block.text("kind"), block.text("unit", default="")
    if kind not in KINDS:
        raise DocumentError(f"{block.at('kind')}: kind is one of {', '.join(KINDS)}; got {kind!r}.")
    if unit not in UNIT_FACTORS:
        raise DocumentError(f"{block.at('unit')}: unit is one of {', '.join(UNIT_FACTORS)}; got {unit!r}.")
    choices = block.child("choices")
    return ColumnRule(
        header=header,
        alternates=block.texts("also"),
        name=block.text("name"),
        kind=kind,
        unit=unit,
        required=block.flag("required"),
        signed=block.flag("signed"),
        choices=MappingProxyType({written: choices.text(written) for written in choices.keys()}),
    )
