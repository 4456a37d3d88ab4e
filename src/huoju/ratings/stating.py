"""From facts that a person states (a JSON file, a worked case) to a view of one entity, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from huoju.core.document import exact_number
from huoju.core.errors import HuojuError
from huoju.core.event import Event, event_table
from huoju.core.fact import EntityId, Fact, Value, fact_table
from huoju.core.money import MICRO
from huoju.core.nearest import nearest
from huoju.core.panel import Column, ColumnKey, Panel
from huoju.core.period import Period
from huoju.core.variable import Variable, event_kinds, variables
from huoju.core.view import SCALE, Population, View

_EPOCH = date(1970, 1, 1)
_FLAGS = {"true": 1, "false": 0, "1": 1, "0": 0, "是": 1, "否": 0}
SECTIONS = ("facts", "events", "judgements", "parameters", "populations", "members", "enterprise", "as_of", "period")


class StatedError(HuojuError):
    """What a person states can't be understood; the message says what, where, what is expected and what next."""

    code = "stated-malformed"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scheme can be told: names of facts, judgements and parameters. None allows the whole vocabulary."""

    judgements: frozenset[str]
    parameters: frozenset[str]


def view_of(stated: Mapping[str, object], as_of: date, year: int, expected: Expected) -> View:
    """Return the view of one entity of which ``stated`` says what is known; what it leaves out is unknown.

    ``facts`` maps names of the vocabulary to a value (money in yuan), null, or a list of period and value; a bare
    value stands for the evaluated year. ``events`` is a list; of the kinds it names all are taken as told, and a
    mapping of kinds to lists can say that there were none. Raises ``StatedError`` at the first mistake.
    """
    for section in stated:
        if section not in SECTIONS:
            raise _error("section-not-known", section, nearest(section, SECTIONS), where="")
    facts = list(_facts(_mapping(stated, "facts"), as_of, year))
    columns: dict[ColumnKey, Column] = {}
    for place, fact in enumerate(facts):
        is_text = isinstance(fact.value, str)
        values = np.array([fact.value], dtype=object if is_text else np.int64)
        columns[fact.variable, fact.period] = Column(values, np.ones(1, dtype=bool), np.array([place]))
    events, told = _events(stated.get("events") or [])
    entity = EntityId(str(stated.get("enterprise") or "stated"))
    panel = Panel(as_of, (entity,), MappingProxyType(columns), fact_table(facts), (), events)
    return View(
        panel=panel,
        year=year,
        judgements=_judgements(_mapping(stated, "judgements"), expected.judgements),
        parameters=_parameters(_mapping(stated, "parameters"), expected.parameters),
        populations=_populations(_mapping(stated, "populations")),
        told={kind: np.ones(1, dtype=bool) for kind in told},
    )


def stated_members(stated: Mapping[str, object], as_of: date, year: int) -> Mapping[str, Mapping[ColumnKey, int]]:
    """Return what each member of a zone adds to its sums: ``members`` maps names to facts of the zone."""
    told = _mapping(stated, "members")
    return {
        name: {
            (fact.variable, fact.period): fact.value
            for fact in _facts(_mapping(told, name), as_of, year)
            if isinstance(fact.value, int)
        }
        for name in told
    }


def _mapping(stated: Mapping[str, object], section: str) -> Mapping[str, object]:
    found = stated.get(section)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise _error("section-not-mapping", section, (), where=section)
    return found


def _facts(stated: Mapping[str, object], as_of: date, year: int) -> Iterator[Fact]:
    for name, told in stated.items():
        variable = variables().get(name)
        if variable is None:
            raise _error("fact-not-known", name, nearest(name, variables()), where="facts")
        for period, value, original in _claims(variable, told, as_of, year):
            yield Fact(EntityId("stated"), name, value, period, as_of, "stated", f"facts:{name}", original)


def _claims(variable: Variable, told: object, as_of: date, year: int) -> Iterator[tuple[Period, Value, str]]:
    for period, value in _dated(variable, told):
        if value is None:
            continue
        where = f"facts.{variable.name}" + (f"[{period}]" if period else "")
        span = _own_period(variable, as_of, year) if period is None else _period(period, where)
        yield span, read_value(variable, value, where), _text(value)


def _dated(variable: Variable, told: object) -> Iterator[tuple[str | None, object]]:
    if isinstance(told, Mapping):
        yield from ((str(period), value) for period, value in told.items())
    elif isinstance(told, Sequence) and not isinstance(told, str):
        for claim in told:
            if not isinstance(claim, Mapping) or "value" not in claim:
                raise _error("claim-malformed", _text(claim), (), where=f"facts.{variable.name}")
            period = claim.get("period")
            yield None if period is None else str(period), claim["value"]
    else:
        yield None, told


def _own_period(variable: Variable, as_of: date, year: int) -> Period:
    if variable.rhythm == "year":
        return Period.year(year)
    return Period.month(year, 12) if variable.rhythm == "month" else Period.day(as_of)


def _period(text: str, where: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise _error("period-malformed", text, (), where=where) from None


def read_value(variable: Variable, value: object, where: str) -> Value:
    """Return a stated value in the unit of the store: fen, millionths, days, 0 or 1, or the text itself."""
    text = _text(value).strip()
    if variable.dtype == "text":
        return text
    if variable.dtype == "flag":
        if text.lower() not in _FLAGS:
            raise _error("flag-malformed", text, (), where=where)
        return _FLAGS[text.lower()]
    if variable.dtype == "date":
        return _day(text, where)
    exact = exact_number(text)
    if exact is None:
        raise _error("number-malformed", text, (), where=where)
    if (variable.at_least is not None and exact < variable.at_least) or (
        variable.at_most is not None and exact > variable.at_most
    ):
        data = {"low": _bound(variable.at_least), "high": _bound(variable.at_most)}
        raise _error("number-out-of-range", text, (), where=where, **data)
    whole = exact * SCALE.get(variable.dtype, 1)
    if whole.denominator != 1 or abs(whole) >= 2**63:
        raise _error("number-too-fine", text, (), where=where, unit=variable.unit or "1")
    return int(whole)


def _bound(number: Fraction | None) -> str:
    return "…" if number is None else str(number)


def _day(text: str, where: str) -> int:
    try:
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise _error("day-malformed-at", text, (), where=where) from None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _events(stated: object) -> tuple[Mapping[str, object], set[str]]:
    by_kind: dict[str, list[Event]] = {}
    for kind, told in _listed(stated):
        if kind not in event_kinds():
            raise _error("event-not-known", kind, nearest(kind, event_kinds()), where="events")
        found = by_kind.setdefault(kind, [])
        if told is not None:
            found.append(_event(kind, told, len(found)))
    return {kind: event_table(kind, events) for kind, events in by_kind.items()}, set(by_kind)


def _listed(stated: object) -> Iterator[tuple[str, Mapping[str, object] | None]]:
    """Yield kind and event; the event is None where a kind is named that has none."""
    if isinstance(stated, Mapping):
        for kind, told in stated.items():
            yield str(kind), None
            yield from ((str(kind), event) for event in (told or []))
        return
    if not isinstance(stated, Sequence) or isinstance(stated, str):
        raise _error("section-not-list", "events", (), where="events")
    for event in stated:
        if not isinstance(event, Mapping) or "kind" not in event:
            raise _error("event-malformed", _text(event), (), where="events")
        yield str(event["kind"]), event


def _event(kind: str, told: Mapping[str, object], place: int) -> Event:
    fields = event_kinds()[kind].fields
    known = ("kind", "key", "other", "at", "amount", *fields)
    own: dict[str, Value] = {}
    where = f"events[{place}]"
    for name, value in told.items():
        if name not in known:
            raise _error("field-not-known", name, nearest(name, known), where=where)
        if name in fields and value is not None:
            own[name] = read_value(fields[name], value, f"{where}.{name}")
    if told.get("at") is None:
        raise _error("event-malformed", _text(dict(told)), (), where=where)
    at = _EPOCH + timedelta(days=_day(_text(told["at"]), f"{where}.at"))
    amount = told.get("amount")
    fen = None if amount is None else read_value(_AMOUNT, amount, f"{where}.amount")
    other = told.get("other")
    key = _text(told.get("key") or f"{place:06d}")
    entity = EntityId("stated")
    money = fen if isinstance(fen, int) else None
    return Event(entity, kind, key, None if other is None else _text(other), at, money, at, "stated", where, own)


def _judgements(stated: Mapping[str, object], known: frozenset[str]) -> Mapping[str, Column]:
    found = {}
    for name, told in stated.items():
        if name not in known:
            raise _error("judgement-not-known", name, nearest(name, known), where="judgements")
        value = told.get("value") if isinstance(told, Mapping) else told
        if value is None:
            continue
        text = _text(value)
        exact = Fraction(_FLAGS[text.lower()]) if text.lower() in _FLAGS else exact_number(text)
        if exact is None or (exact * MICRO).denominator != 1:
            raise _error("number-malformed", text, (), where=f"judgements.{name}")
        found[name] = Column(np.array([int(exact * MICRO)]), np.ones(1, dtype=bool), np.array([-1]))
    return found


def _parameters(stated: Mapping[str, object], known: frozenset[str]) -> Mapping[str, Fraction | None]:
    found: dict[str, Fraction | None] = {}
    for name, told in stated.items():
        if name not in known:
            raise _error("parameter-not-known", name, nearest(name, known), where="parameters")
        found[name] = None if told is None else _number(told, f"parameters.{name}")
    return found


def _populations(stated: Mapping[str, object]) -> Mapping[str, Population]:
    found: dict[str, Population] = {}
    for name in stated:
        members = _mapping(stated, name)
        found[name] = {
            value: tuple(_number(number, f"populations.{name}.{value}") for number in _sequence(told, name))
            for value, told in members.items()
        }
    return found


def _sequence(told: object, name: str) -> Sequence[object]:
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise _error("section-not-list", name, (), where=f"populations.{name}")
    return told


def _number(told: object, where: str) -> Fraction:
    exact = exact_number(_text(told))
    if exact is None:
        raise _error("number-malformed", _text(told), (), where=where)
    return exact


def _error(code: str, what: str, near: Sequence[str], *, where: str, **data: object) -> StatedError:
    told = {"what": what, "nearest": "、".join(near) or "—", "where": where, **data}
    message = f"{where}: {code}: {what}; nearest: {', '.join(near) or 'none'}."
    return StatedError(message, code=f"stated-{code}", data=told)


_AMOUNT = Variable("amount", "event", "money", "分", "none", {}, {}, "", "")
