"""Worked cases of a scheme: what a person reached by hand, held against what the scheme gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoju.core.document import Document, Item, read_document
from huoju.core.errors import malformed
from huoju.core.rule_row import Span
from huoju.core.view import View
from huoju.ratings.decide import rate
from huoju.ratings.plan import Prepared
from huoju.ratings.points import shown
from huoju.ratings.rating import Rating
from huoju.ratings.scheme import Scheme
from huoju.ratings.stating import SECTIONS, Expected, StatedError, view_of

STATES = {"gates": "gate", "vetoes": "veto", "routes": "route"}
_CASE = ("name", "of", "clause", "by_hand", "expect", *SECTIONS)
_EXPECT = (
    *("outcome", "route", "score", "bounds", "grade", "grades", "stage", "version", "refused", "parts", "items"),
    *("shares", "states", "gates", "vetoes", "routes", "checks", "missing", "findings"),
)
_SWEEP = ("item", "gate", "veto", "route", "check", "of", "vary", "section", "period", "clause", "by_hand")


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one enterprise and what a person expects, by the name of what is expected."""

    name: str
    place: str
    view: View
    expected: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that a scheme does not meet."""

    case: str
    place: str
    what: str
    expected: str
    got: str


def expected_names(scheme: Scheme) -> Expected:
    """Return the judgements and parameters that any version of a scheme takes."""
    items = [item.id for version in scheme.versions for item in version.items]
    judgements = [name for version in scheme.versions for name in version.judgements]
    parameters = [name for version in scheme.versions for name in version.parameters]
    return Expected(frozenset([*items, *judgements]), frozenset(parameters))


def read_cases(path: Path, scheme: Scheme) -> tuple[Case, ...]:
    """Return the worked cases of a file, sweeps spelt out. Raises ``DocumentError`` where one is malformed."""
    document = read_document(path)
    document.allow("base", "cases", "sweeps")
    base = {name: _plain_mapping(document.child("base").child(name)) for name in document.child("base").keys()}
    found = [_case(block, base, scheme) for block in document.children("cases")]
    for block in document.children("sweeps"):
        found += _sweep(block, base, scheme)
    return tuple(found)


def failures(prepared: Prepared, cases: Sequence[Case]) -> Iterator[Failure]:
    """Yield every expectation that the scheme does not meet, case by case."""
    for case in cases:
        rating = rate(prepared, case.view, 0)
        for what, expected in case.expected.items():
            yield from _differences(case, what, expected, rating)


def _case(block: Document, base: Mapping[str, Mapping[str, object]], scheme: Scheme) -> Case:
    block.allow(*_CASE)
    if "expect" not in block:
        raise block.absent("expect")
    expect = block.child("expect")
    expect.allow(*_EXPECT)
    changes = _plain_mapping(block)
    stated = _merged(_base(block, base), {key: changes[key] for key in SECTIONS if key in changes})
    place = f"{block.path}:{block.line}"
    return Case(block.text("name"), place, _view(stated, place, scheme), _plain_mapping(expect))


def _sweep(block: Document, base: Mapping[str, Mapping[str, object]], scheme: Scheme) -> Iterator[Case]:
    block.allow(*_SWEEP, "points", "shares", "states", *SECTIONS)
    sort = next((key for key in ("item", "gate", "veto", "route", "check") if key in block), None)
    table = next((key for key in ("points", "shares", "states") if key in block), None)
    if sort is None or table is None:
        message = "a sweep names an item, gate, veto, route or check and a table."
        raise malformed(f"{block.path}:{block.line}", "sweep-malformed", message)
    changes = _plain_mapping(block)
    stated = _merged(_base(block, base), {key: changes[key] for key in SECTIONS if key in changes and key != "period"})
    section = block.choice("section", ("facts", "judgements", "parameters"), "facts")
    vary, name = block.text("vary"), block.text(sort)
    key = {"points": "items", "shares": "shares"}.get(table, {**{v: k for k, v in STATES.items()}}.get(sort, "states"))
    for value in block.child(table).keys():
        told: object = None if value == "null" else value
        if "period" in block:
            told = _with_period(stated, section, vary, block.text("period"), told)
        own = _merged(stated, {section: {vary: told}})
        expected = {name: _plain(block.child(table).entries[value])}
        place = block.child(table).at(value)
        yield Case(f"{name}: {vary} = {value}", place, _view(own, place, scheme), {key: expected})


def _with_period(stated: Mapping[str, object], section: str, vary: str, period: str, told: object) -> object:
    facts = stated.get(section)
    own = facts.get(vary) if isinstance(facts, Mapping) else None
    return {**(own if isinstance(own, Mapping) else {}), period: told}


def _base(block: Document, base: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    return base[block.choice("of", tuple(base))] if "of" in block else {}


def _merged(one: Mapping[str, object], over: Mapping[str, object]) -> Mapping[str, object]:
    found = dict(one)
    for key, value in over.items():
        own = found.get(key)
        if isinstance(own, Mapping) and isinstance(value, Mapping) and key in ("facts", "judgements", "parameters"):
            found[key] = {**own, **value}
        else:
            found[key] = value
    return found


def _view(stated: Mapping[str, object], place: str, scheme: Scheme) -> View:
    written = str(stated.get("as_of") or "")
    try:
        as_of = date.fromisoformat(written)
    except ValueError:
        message = f"a case needs as_of, a day such as 2026-06-01, got {written or 'none'}."
        raise malformed(place, "not-a-day", message, key="as_of", value=written or "—") from None
    period = stated.get("period")
    if period is not None and not re.fullmatch(r"[12]\d{3}", str(period)):
        raise malformed(place, "not-a-year", f"period must be a year such as 2025, got {period}.", value=period)
    try:
        year = as_of.year - 1 if period is None else int(str(period))
        return view_of(stated, as_of, year, expected_names(scheme))
    except StatedError as error:
        error.data["in_file"] = place
        raise


def _differences(case: Case, what: str, expected: object, rating: Rating) -> Iterator[Failure]:
    for name, wanted, got in _compared(what, expected, rating):
        if not _same(wanted, got):
            yield Failure(case.name, case.place, name, _said(wanted), _said(got))


def _compared(what: str, expected: object, rating: Rating) -> Iterator[tuple[str, object, object]]:
    """Yield name, what was expected and what came, for each single thing that an expectation speaks of."""
    if what in ("missing", "findings"):
        found = [r.name for r in rating.missing] if what == "missing" else [f.code for f in rating.findings]
        wanted = [str(name) for name in (expected if isinstance(expected, list) else [])]
        yield what, wanted, [name for name in wanted if name in found] if wanted else found
    elif what == "checks":
        yield what, expected, [check.id for check in rating.of("check").values() if check.state == "met"]
    elif isinstance(expected, Mapping):
        for name, wanted in expected.items():
            yield f"{what}.{name}", wanted, _one(what, str(name), wanted, rating)
    else:
        yield what, expected, _whole(what, rating)


def _whole(what: str, rating: Rating) -> object:
    simple: Mapping[str, object] = {
        "outcome": rating.outcome,
        "route": rating.route,
        "score": rating.score,
        "bounds": rating.total,
        "grade": rating.grade or None,
        "grades": [grade for grade in rating.grades if grade],
        "stage": rating.stages[0] if len(rating.stages) == 1 else None,
        "version": rating.version.id if rating.version is not None else None,
        "refused": "true" if rating.unstated else "false",
    }
    return simple.get(what)


def _one(what: str, name: str, wanted: object, rating: Rating) -> object:
    if what == "parts":
        return {part.id: part.points for part in rating.parts}.get(name, "no such part")
    sort = STATES.get(what, "item")
    criteria = rating.of(sort) if what != "states" else {c.id: c for c in rating.criteria}
    if name not in criteria:
        return f"no such {sort}"
    criterion = criteria[name]
    if what in STATES or what == "states" or (isinstance(wanted, str) and not _is_number(wanted)):
        return criterion.state
    return criterion.share if what == "shares" else criterion.points


def _same(wanted: object, got: object) -> bool:
    if isinstance(got, Span):
        ends = wanted if isinstance(wanted, list) else [wanted, wanted]
        return [_number(end) for end in ends] == [got.low, got.high]
    if isinstance(got, Fraction):
        return _number(wanted) == got
    return wanted == got


def _number(written: object) -> Fraction | None:
    return Fraction(str(written)) if _is_number(written) else None


def _is_number(written: object) -> bool:
    try:
        Fraction(str(written))
    except ValueError:
        return False
    return True


def _said(value: object) -> str:
    if isinstance(value, Span):
        return shown(value.low) if value.is_known else f"[{shown(value.low)}, {shown(value.high)}]"
    return shown(value) if isinstance(value, Fraction) else str(value)


def _plain_mapping(document: Document) -> dict[str, object]:
    return {key: _plain(node) for key, node in document.entries.items()}


def _plain(node: Node) -> object:
    """Return a YAML value as texts, lists and mappings of texts; null as None."""
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, MappingNode):
        return _plain_mapping(Item(node).mapping())
    return None if Item(node).is_null or not isinstance(node, ScalarNode) else str(node.value)
