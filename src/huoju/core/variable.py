"""The vocabulary: every quantity and every kind of event that a room may speak of, with unit and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError

Changeable = Literal["both", "up", "down", "costed", "never"]
Dtype = Literal["money", "number", "share", "count", "flag", "text", "date"]
_LEAST = {"count": Fraction(0), "flag": Fraction(0)}
_MOST = {"flag": Fraction(1)}
VOCABULARY = Path(__file__).parent / "vocabulary"


@dataclass(frozen=True, slots=True)
class Variable:
    """A quantity of one kind of entity: one block of ``core/vocabulary/*.yaml``.

    ``rhythm`` is the period that its facts speak of: month, year, day, or none for what simply holds.
    No value lies below ``at_least`` or above ``at_most``, in the unit of the definition (money in yuan); a count is
    never below 0, a flag is 0 or 1. ``direction`` is unknown here; a model declares its own.

    ``changeable`` says which way a firm may be advised to move it: ``both``, ``up``, ``down``, ``costed`` (only where
    a cost file lists it) or ``never`` (history, dates). Unless stated, a date never, a number of a year and a count
    both ways, all else where it is costed. ``within`` names a fact of the same period that it never exceeds.
    """

    name: str
    entity: str
    dtype: Dtype
    unit: str
    rhythm: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    source: str
    supplier: str
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    changeable: Changeable = "costed"
    within: str = ""


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event with the fields that its table has beyond those all events share."""

    name: str
    label: Mapping[str, str]
    source: str
    fields: Mapping[str, Variable]


@cache
def variables() -> Mapping[str, Variable]:
    """Return every variable by name. Raises ``DocumentError`` at the first malformed block."""
    found: dict[str, Variable] = {}
    for path in sorted(VOCABULARY.glob("*.yaml")):
        if path.stem == "events":
            continue
        document = read_document(path)
        for name in document.keys():
            if name in found:
                raise DocumentError(f"{document.at(name)}: {name} is declared twice; keep one block.")
            found[name] = _variable(name, path.stem.partition(".")[0], document.child(name))
    return MappingProxyType(found)


@cache
def event_kinds() -> Mapping[str, EventKind]:
    """Return every kind of event by name. Raises ``DocumentError`` at the first malformed block."""
    document = read_document(VOCABULARY / "events.yaml")
    kinds: dict[str, EventKind] = {}
    for name in document.keys():
        block = document.child(name)
        block.allow("label", "source", "fields")
        own = block.child("fields")
        fields = {field: _variable(field, name, own.child(field)) for field in own.keys()}
        kinds[name] = EventKind(name, block.languages("label"), block.text("source"), MappingProxyType(fields))
    return MappingProxyType(kinds)


def _variable(name: str, entity: str, block: Document) -> Variable:
    block.allow(
        *("dtype", "unit", "rhythm", "label", "definition", "source", "supplier", "at_least", "at_most"),
        *("changeable", "within"),
    )
    dtype = block.text("dtype")
    if dtype not in get_args(Dtype):
        raise DocumentError(f"{block.at('dtype')}: dtype is one of {', '.join(get_args(Dtype))}; got {dtype!r}.")
    return Variable(
        name=name,
        entity=entity,
        dtype=cast("Dtype", dtype),
        unit=block.text("unit"),
        rhythm=block.text("rhythm", default="none"),
        label=block.languages("label"),
        definition=block.languages("definition", required=False),
        source=block.text("source", default="source needed"),
        supplier=block.text("supplier", default=""),
        at_least=block.optional_number("at_least") if "at_least" in block else _LEAST.get(dtype),
        at_most=block.optional_number("at_most") if "at_most" in block else _MOST.get(dtype),
        changeable=_changeable(dtype, block),
        within=block.text("within", default=""),
    )


def _changeable(dtype: str, block: Document) -> Changeable:
    if dtype == "date":
        usual = "never"
    elif dtype in ("money", "number", "share", "count") and (
        dtype == "count" or block.text("rhythm", "none") == "year"
    ):
        usual = "both"
    else:
        usual = "costed"
    return cast("Changeable", block.choice("changeable", get_args(Changeable), usual))
