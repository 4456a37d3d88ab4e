"""Reading expressions from YAML: every word is checked against the vocabulary, every mistake names file and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar, cast

from huoju.core import rule
from huoju.core.document import Document, Item, exact_number
from huoju.core.errors import malformed
from huoju.core.nearest import nearest
from huoju.core.variable import event_kinds, variables

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may refer to beside the vocabulary: named values, parameters, judgements."""

    values: Mapping[str, rule.Number] = field(default_factory=lambda: MappingProxyType({}))
    parameters: frozenset[str] = frozenset()
    judgements: frozenset[str] = frozenset()


def read_number(item: Item, names: Names) -> rule.Number:
    """Return the number that a YAML value says. Raises ``DocumentError`` where it says none, or a truth."""
    node = _read(item, names)
    if not isinstance(node, rule.NUMBERS):
        message = "a number is needed, but this is true or false; use count to count truths."
        raise malformed(item.place, "number-needed", message, what=_told(item))
    return node


def read_truth(item: Item, names: Names) -> rule.Truth:
    """Return the truth that a YAML value says. Raises ``DocumentError`` where it says none, or a number."""
    node = _read(item, names)
    if isinstance(node, rule.NUMBERS):
        message = "a condition is needed, but this is a number; compare it, e.g. at_least."
        raise malformed(item.place, "truth-needed", message, what=_told(item))
    return node


def _read(item: Item, names: Names) -> rule.Node:
    if item.is_text:
        return _word(item)
    if not item.is_mapping:
        message = "an expression is needed here: a fact, a number, or a mapping such as {ratio: [a, b]}."
        raise malformed(item.place, "expression-absent", message)
    document = item.mapping()
    operation = next((key for key in document.keys() if key in _READERS), None)
    if operation is None:
        told = ", ".join(document.keys())
        near = nearest(document.keys()[0], _READERS) if document.keys() else ()
        hint = ", ".join(near) or "fact"
        message = f"{told or 'nothing'} is no expression; did you mean {hint}?"
        raise malformed(item.place, "expression-unknown", message, what=told or "{}", nearest=hint)
    allowed, read = _READERS[operation]
    document.allow(operation, *allowed)
    return read(document, operation, names)


def _told(item: Item) -> str:
    return item.text() if item.is_text else ", ".join(item.mapping().keys())


def _word(item: Item) -> rule.Node:
    number = exact_number(item.text())
    return rule.Constant(number) if number is not None else _fact(item.text(), 0, item.place)


def _fact(name: str, lag: int, place: str) -> rule.Node:
    variable = variables().get(name)
    if variable is None:
        near = ", ".join(nearest(name, variables())) or "—"
        message = f"{name} is neither a number nor in the vocabulary; nearest: {near}."
        raise malformed(place, "fact-unknown", message, what=name, nearest=near)
    if variable.dtype == "text":
        message = f"{name} is text; ask {{is: [{name}, label]}} of it."
        raise malformed(place, "fact-is-text", message, what=name)
    return rule.Flag(name, lag) if variable.dtype == "flag" else rule.Fact(name, lag)


def _read_fact(document: Document, key: str, names: Names) -> rule.Node:
    return _fact(document.text(key), _whole(document, "lag", 0), document.at(key))


def _read_value(document: Document, key: str, names: Names) -> rule.Node:
    return names.values[_one_of(document, key, names.values)]


def _read_parameter(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Parameter(_one_of(document, key, names.parameters))


def _read_judgement(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Judgement(_one_of(document, key, names.judgements))


def _read_apply(document: Document, key: str, names: Names) -> rule.Node:
    of = _numbers(document, key, names, exactly=2 if key in ("difference", "ratio") else None)
    return rule.Apply(cast("rule.Arithmetic", key), of)


def _read_floor(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Apply("floor", (read_number(document.item(key), names),))


def _read_total(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Total(read_number(document.item(key), names), _whole(document, "years"))


def _read_shift(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Shift(read_number(document.item(key), names), _whole(document, "years"))


def read_branches(
    items: tuple[Item, ...], names: Names, place: str, give: str, read: Callable[[Document, str], T]
) -> tuple[tuple[tuple[rule.Truth, T], ...], T]:
    """Return the branches ``{if: c, <give>: x}`` of a list and what its last entry ``{else: x}`` gives."""
    if len(items) < 2:
        message = "branches need an if and a last else; add what is missing."
        raise malformed(place, "branches", message)
    branches = []
    for item in items[:-1]:
        branch = item.mapping()
        branch.allow("if", give)
        branches.append((read_truth(branch.item("if"), names), read(branch, give)))
    last = items[-1].mapping()
    last.allow("else")
    return tuple(branches), read(last, "else")


def _read_when(document: Document, key: str, names: Names) -> rule.Node:
    branches, otherwise = read_branches(
        document.items(key), names, document.at(key), "then", lambda branch, at: read_number(branch.item(at), names)
    )
    return rule.When(branches, otherwise)


def _read_coalesce(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Coalesce(_numbers(document, key, names))


def _read_count(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Count(_truths(document, key, names))


def _read_day(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Day("as_of" if document.choice(key, ("as_of", "period_end")) == "as_of" else "period_end")


def _read_full_years(document: Document, key: str, names: Names) -> rule.Node:
    return rule.FullYears(*_numbers(document, key, names, exactly=2))


def _read_events(document: Document, key: str, names: Names) -> rule.Node:
    kind = document.text(key)
    if kind not in event_kinds():
        near = ", ".join(nearest(kind, event_kinds())) or "—"
        message = f"{kind} is no kind of event; nearest: {near}."
        raise malformed(document.at(key), "event-unknown", message, what=kind, nearest=near)
    windows = [name for name in ("years", "evaluated_years", "last") if name in document]
    if len(windows) != 1:
        message = "events need one window: years, evaluated_years or last."
        raise malformed(document.at(key), "event-window", message)
    give = document.choice("give", ("count", "amount"), "count")
    where = tuple(_where(part, kind) for part in document.children("where"))
    distinct = document.optional_text("distinct") if "distinct" in document else None
    if distinct is not None:
        _field(document, "distinct", kind)
    window = cast("object", windows[0])
    return rule.Events(kind, give, window, _whole(document, windows[0]), where, distinct)  # type: ignore[arg-type]


def _where(part: Document, kind: str) -> rule.Where:
    part.allow("field", "in", "at_least", "at_most")
    field_name = _field(part, "field", kind)
    bounds = [part.optional_number(name) if name in part else None for name in ("at_least", "at_most")]
    return rule.Where(field_name, part.texts("in"), bounds[0], bounds[1])


def _field(part: Document, key: str, kind: str) -> str:
    known = ("key", "other", "amount", *event_kinds()[kind].fields)
    return part.choice(key, known)


def _read_peer(document: Document, key: str, names: Names) -> rule.Node:
    statistic = document.choice(key, ("min", "max", "mean", "rank", "percentile", "top"))
    name = _one_of(document, "of", names.values)
    share = document.number("share") if "share" in document else Fraction(0)
    population = document.text("population")
    return rule.Peer(cast("rule.Statistic", statistic), name, names.values[name], population, share)


def _read_compare(document: Document, key: str, names: Names) -> rule.Node:
    left, right = _numbers(document, key, names, exactly=2)
    return rule.Compare(cast("rule.Comparison", key), left, right)


def _read_is(document: Document, key: str, names: Names) -> rule.Node:
    items = document.items(key)
    if len(items) != 2:
        message = "is takes a text of the vocabulary and its labels: [a, [b, c]]."
        raise malformed(document.at(key), "is-malformed", message)
    name = items[0].text()
    if name not in variables() or variables()[name].dtype != "text":
        near = ", ".join(nearest(name, [n for n, v in variables().items() if v.dtype == "text"])) or "—"
        message = f"{name} is no text of the vocabulary; nearest: {near}."
        raise malformed(items[0].place, "text-unknown", message, what=name, nearest=near)
    return rule.Is(name, items[1].texts(), _whole(document, "lag", 0))


def _read_all(document: Document, key: str, names: Names) -> rule.Node:
    of = _truths(document, key, names)
    return rule.All(of) if key == "all" else rule.Any(of)


def _read_not(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Not(read_truth(document.item(key), names))


def _read_every(document: Document, key: str, names: Names) -> rule.Node:
    of, years = read_truth(document.item(key), names), _whole(document, "years")
    return rule.Every(of, years) if key == "every" else rule.Some(of, years)


def _read_known(document: Document, key: str, names: Names) -> rule.Node:
    return rule.Known(read_number(document.item(key), names))


def _numbers(document: Document, key: str, names: Names, exactly: int | None = None) -> tuple[rule.Number, ...]:
    found = tuple(read_number(item, names) for item in document.items(key))
    if not found or (exactly is not None and len(found) != exactly):
        message = f"{key} takes {exactly or 'one or more'} numbers, got {len(found)}."
        raise malformed(document.at(key), "how-many", message, key=key, needed=exactly or "≥ 1", count=len(found))
    return found


def _truths(document: Document, key: str, names: Names) -> tuple[rule.Truth, ...]:
    found = tuple(read_truth(item, names) for item in document.items(key))
    if not found:
        message = f"{key} takes one or more conditions."
        raise malformed(document.at(key), "how-many", message, key=key, needed="≥ 1", count=0)
    return found


def _one_of(document: Document, key: str, known: Mapping[str, object] | frozenset[str]) -> str:
    name = document.text(key)
    if name not in known:
        near = ", ".join(nearest(name, known)) or "—"
        message = f"{key} {name} is not declared above; nearest: {near}."
        raise malformed(document.at(key), "not-declared", message, key=key, what=name, nearest=near)
    return name


def _whole(document: Document, key: str, default: int | None = None) -> int:
    if key not in document and default is not None:
        return default
    number = document.integer(key)
    if number < 0 or (number == 0 and default is None):
        message = f"{key} must be a positive whole number, got {number}."
        raise malformed(document.at(key), "not-whole", message, key=key, value=number)
    return number


_Reader = Callable[[Document, str, Names], rule.Node]
_READERS: Mapping[str, tuple[tuple[str, ...], _Reader]] = {
    "fact": (("lag",), _read_fact),
    "value": ((), _read_value),
    "parameter": ((), _read_parameter),
    "judgement": ((), _read_judgement),
    **dict.fromkeys(("sum", "product", "min", "max", "difference", "ratio"), ((), _read_apply)),
    "floor": ((), _read_floor),
    "total": (("years",), _read_total),
    "shift": (("years",), _read_shift),
    "when": ((), _read_when),
    "coalesce": ((), _read_coalesce),
    "count": ((), _read_count),
    "day": ((), _read_day),
    "full_years": ((), _read_full_years),
    "events": (("give", "years", "evaluated_years", "last", "where", "distinct"), _read_events),
    "peer": (("of", "population", "share"), _read_peer),
    **dict.fromkeys(("at_least", "more_than", "at_most", "less_than", "equal"), ((), _read_compare)),
    "is": (("lag",), _read_is),
    "all": ((), _read_all),
    "any": ((), _read_all),
    "not": ((), _read_not),
    "every": (("years",), _read_every),
    "some": (("years",), _read_every),
    "known": ((), _read_known),
}
