"""One form in which a source delivers: its columns, what they claim, and the contract that rows must keep."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from huoju.core.document import Document
from huoju.core.errors import DocumentError
from huoju.core.variable import event_kinds, variables
from huoju.sources.cells import UNIT_FACTORS
from huoju.sources.moments import FORMS, read_day

KINDS = (
    *("text", "code", "name", "money", "number", "count", "share", "flag"),
    *("day", "month", "year", "choice"),
)
NUMERIC = ("money", "number", "count", "share")
DATED = ("day", "month", "year")
RULES = ("order", "at_most", "equals", "unique")
KNOWN = "known"  # stands for the day a record became known, where a column could stand
_EPOCH = date(1970, 1, 1)
_HAN = re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One delivered column: its header with other spellings, what it holds, and the unit if none is written.

    ``at_least`` and ``at_most`` bound its values in whole units (fen, x 10^6, days); ``filled_at_least`` is the share
    of rows that should have one. ``form`` is how days are written besides the usual ways; ``thousands`` lets numbers
    carry thousands marks.
    """

    header: str
    alternates: tuple[str, ...]
    name: str
    kind: str
    unit: str
    required: bool
    signed: bool
    choices: Mapping[str, str]
    at_least: int | None = None
    at_most: int | None = None
    filled_at_least: Fraction | None = None
    form: str = ""
    thousands: bool = False

    @property
    def is_mixed(self) -> bool:
        """Whether its choices are known both by codes and by Chinese labels, which one delivery should not mix."""
        return len({_HAN.search(value) is None for value in self.choices}) > 1


@dataclass(frozen=True, slots=True)
class EventRule:
    """How a row becomes an event of ``kind``: the columns of its day, amount, partner, key and fields.

    ``stated`` are fields that the layout itself says, the same for every row.
    """

    kind: str
    at: str
    amount: str
    other: str
    key: tuple[str, ...]
    fields: Mapping[str, str]
    stated: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CrossRule:
    """What must hold between the columns of one row, or (``unique``) between rows.

    ``order``: days that rise; ``at_most`` and ``equals``: the sum of ``columns`` against ``whole``; ``unique``: no two
    rows share these columns. Unknown cells give no verdict.
    """

    kind: str
    columns: tuple[str, ...]
    whole: str
    sets_aside: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """One form in which the source delivers.

    ``recognise`` are headers that must all be there; ``key`` are the columns that identify a record, or ``all``;
    ``known`` is the column of the day a record became known, ``namespace`` the one of identifiers without a code;
    ``stated`` are facts that the layout itself says of every subject it lists.
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
    stated: Mapping[str, str]
    events: tuple[EventRule, ...]
    rules: tuple[CrossRule, ...]

    @property
    def is_by_row(self) -> bool:
        """Whether what is said of a row never depends on others, equal ones aside, so that parts give the whole."""
        together = any(rule.kind == "unique" for rule in self.rules)
        return not together and not any(rule.filled_at_least is not None or rule.is_mixed for rule in self.columns)

    def rule(self, name: str) -> ColumnRule | None:
        """Return the rule of the column called ``name`` inside, or None."""
        return next((rule for rule in self.columns if rule.name == name), None)


def read_layout(name: str, block: Document) -> Layout:
    """Return a layout as declared. Raises ``DocumentError`` where it names what is not there."""
    block.allow(
        *("recognise", "columns", "ignore", "key", "known", "known_from", "namespace", "lists", "period", "facts"),
        *("stated", "events", "rules"),
    )
    columns, facts, stated = block.child("columns"), block.child("facts"), block.child("stated")
    rules = tuple(_column(header, columns.child(header)) for header in columns.keys())
    short = {columns.child(h).text("variable"): r.name for h, r in _paired(columns, rules)}
    claimed = {**short, **{variable: facts.text(variable) for variable in facts.keys()}}
    needed = tuple(rule.header for rule in rules if rule.required) or tuple(rule.header for rule in rules)
    layout = Layout(
        name=name,
        recognise=block.texts("recognise") or needed,
        columns=rules,
        ignore=block.texts("ignore"),
        key=block.texts("key"),
        known=block.text("known", default=""),
        known_from=block.text("known_from", default=""),
        namespace=block.text("namespace", default=""),
        lists=block.text("lists", default=""),
        period=block.text("period", default=""),
        facts=MappingProxyType(claimed),
        stated=MappingProxyType({variable: stated.text(variable) for variable in stated.keys()}),
        events=_events(block),
        rules=tuple(_cross(rule) for rule in block.children("rules")),
    )
    _check_names(block, layout)
    return layout


def _paired(columns: Document, rules: tuple[ColumnRule, ...]) -> list[tuple[str, ColumnRule]]:
    both = zip(columns.keys(), rules, strict=True)
    return [(header, rule) for header, rule in both if "variable" in columns.child(header)]


def _column(header: str, block: Document) -> ColumnRule:
    block.allow(
        *("name", "kind", "unit", "also", "required", "signed", "choices", "variable"),
        *("at_least", "at_most", "filled_at_least", "form", "thousands"),
    )
    variable = block.text("variable", default="")
    if variable and variable not in variables():
        block.choice("variable", tuple(variables()))
    dtype = variables()[variable].dtype if variable else ""
    kind = block.text("kind", default="day" if dtype == "date" else dtype or None)
    unit = block.text("unit", default="")
    if kind not in KINDS:
        raise DocumentError(f"{block.at('kind')}: kind is one of {', '.join(KINDS)}; got {kind!r}.")
    if unit not in UNIT_FACTORS:
        raise DocumentError(f"{block.at('unit')}: unit is one of {', '.join(UNIT_FACTORS)}; got {unit!r}.")
    factor = UNIT_FACTORS[unit or ("1" if kind in ("number", "share") else "")]
    return ColumnRule(
        header=header,
        alternates=block.texts("also"),
        name=block.text("name", default=variable or None),
        kind=kind,
        unit=unit,
        required=block.flag("required"),
        signed=block.flag("signed"),
        choices=MappingProxyType(_choices(block, kind)),
        at_least=_bound(block, "at_least", kind, factor),
        at_most=_bound(block, "at_most", kind, factor),
        filled_at_least=block.number("filled_at_least") if "filled_at_least" in block else None,
        form=block.choice("form", ("", *FORMS), ""),
        thousands=block.flag("thousands"),
    )


def _choices(block: Document, kind: str) -> dict[str, str]:
    """Return what each value that may stand in a column means; a choice or flag without any would take none."""
    choices = block.child("choices")
    found = {written: choices.text(written) for written in choices.keys()}
    if kind in ("choice", "flag") and not found:
        raise DocumentError(
            f'{block.at("kind")}: {kind} needs choices: what may stand there, e.g. choices: {{是: "1", 否: "0"}}.'
        )
    if kind == "flag" and not set(found.values()) <= {"0", "1"}:
        raise DocumentError(f'{block.at("choices")}: the choices of a flag mean "1" or "0".')
    return found


def _bound(block: Document, key: str, kind: str, factor: Fraction | int) -> int | None:
    """Return a bound in whole units; it is written in the column's own unit, a day as a day."""
    if key not in block:
        return None
    if kind in DATED:
        day = read_day(block.text(key))
        if day is None:
            raise DocumentError(f"{block.at(key)}: {key} of a day is a day such as 1990-01-01.")
        return (day - _EPOCH).days
    if kind not in NUMERIC:
        raise DocumentError(f"{block.at(key)}: {key} bounds numbers and days, not {kind}.")
    return int(block.number(key) * factor)


def _events(block: Document) -> tuple[EventRule, ...]:
    events = block.child("events")
    found = []
    for kind in events.keys():
        events_kind = events.child(kind)
        if kind not in event_kinds():
            raise DocumentError(f"{events.at(kind)}: no event {kind}; one of: {', '.join(event_kinds())}.")
        events_kind.allow("at", "amount", "other", "key", "fields", "stated")
        fields, stated = events_kind.child("fields"), events_kind.child("stated")
        for part in (fields, stated):
            part.allow(*event_kinds()[kind].fields)
        found.append(
            EventRule(
                kind=kind,
                at=events_kind.text("at"),
                amount=events_kind.text("amount", default=""),
                other=events_kind.text("other", default=""),
                key=events_kind.texts("key") or block.texts("key") or ("all",),
                fields=MappingProxyType({field: fields.text(field) for field in fields.keys()}),
                stated=MappingProxyType({field: stated.text(field) for field in stated.keys()}),
            )
        )
    return tuple(found)


def _cross(block: Document) -> CrossRule:
    block.allow("order", "sum", "at_most", "equals", "unique", "set_aside")
    sets_aside = block.flag("set_aside", default=True)
    for kind in ("order", "unique"):
        if kind in block:
            return CrossRule(kind, block.texts(kind), "", sets_aside)
    for kind in ("at_most", "equals"):
        if kind in block:
            return CrossRule(kind, block.texts("sum"), block.text(kind), sets_aside)
    raise DocumentError(f"{block.path}:{block.line}: a rule says order, unique, or sum with at_most or equals.")


def _check_names(block: Document, layout: Layout) -> None:
    """Raise ``DocumentError`` where the layout names a column or variable that is not there."""
    names = [rule.name for rule in layout.columns]
    for name in names:
        if names.count(name) > 1:
            raise DocumentError(f"{block.at('columns')}: {name} is the name of two columns; keep one.")
    for variable in (*layout.facts, *layout.stated):
        if variable not in variables():
            raise DocumentError(f"{block.at('facts')}: {variable} is not in the vocabulary.")
    used = [*layout.facts.values(), *(name for rule in layout.rules for name in (*rule.columns, rule.whole) if name)]
    for event in layout.events:
        used += [event.at, event.amount, event.other, *event.key, *event.fields.values()]
    dated = {rule.name for rule in layout.columns if rule.kind in DATED} | {KNOWN, ""}
    for name in (layout.period, layout.known, *(event.at for event in layout.events)):
        if name not in dated:
            raise DocumentError(f"{block.at('columns')}: {name} is no column of days.")
    for name in used:
        if name and name not in names and name not in (KNOWN, "all"):
            raise DocumentError(f"{block.at('columns')}: no column is called {name}; there are {', '.join(names)}.")
