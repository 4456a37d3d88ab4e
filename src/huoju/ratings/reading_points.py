"""Reading the points of an item from YAML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import cast

from huoju.core.document import Document, Item
from huoju.core.errors import malformed
from huoju.core.nearest import nearest
from huoju.core.rule import Comparison, Constant, Number
from huoju.core.rule_reading import Names, read_branches, read_number, read_truth
from huoju.core.variable import variables
from huoju.ratings import scheme
from huoju.ratings.scheme import Band, Limit, Points, Stated

COMPARISONS: tuple[Comparison, ...] = ("at_least", "more_than", "at_most", "less_than", "equal")
RISING = ("at_least", "more_than")


def read_points(document: Document, name: str, names: Names) -> Points:
    """Return the one kind of points that a mapping states; ``name`` is the item's, for its judgement."""
    kinds = [key for key in document.keys() if key in READERS]
    if len(kinds) != 1:
        told = ", ".join(kinds) or "none"
        known = ", ".join(READERS)
        message = f"{name} needs exactly one of {known}, got {told}."
        raise malformed(f"{document.path}:{document.line}", "points-kind", message, what=name, known=known, told=told)
    return READERS[kinds[0]](document, kinds[0], name, names)


def stated(document: Document, key: str) -> Stated:
    """Return the number under a key, or None where it says null: no source states it."""
    return None if document.item(key).is_null else document.number(key)


def stated_item(item: Item) -> Stated:
    """Return a number, or None for null."""
    return None if item.is_null else item.number()


def read_limit(document: Document, keys: tuple[Comparison, ...] = COMPARISONS) -> Limit:
    """Return the one bound that a mapping states beside other keys."""
    found = [key for key in keys if key in document]
    if len(found) != 1:
        known = ", ".join(keys)
        raise malformed(f"{document.path}:{document.line}", "one-of", f"exactly one of {known} is needed.", known=known)
    return Limit(found[0], stated(document, found[0]))


def _given(document: Document, key: str, name: str, names: Names) -> Points:
    return scheme.Given(stated(document, key))


def _step(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "bands", "else")
    bands = []
    for band in block.children("bands"):
        band.allow(*COMPARISONS, "give")
        bands.append(Band(read_limit(band, COMPARISONS[:4]), stated(band, "give")))
    return _stepped(block, read_number(block.item("of"), names), tuple(bands), stated(block, "else"))


def _stepped(block: Document, of: Number, bands: tuple[Band, ...], otherwise: Stated) -> scheme.Step:
    if not bands:
        raise malformed(block.at("bands"), "bands-absent", "a step needs bands, the best first.")
    is_rising = bands[0].limit.operation in RISING
    if any((band.limit.operation in RISING) != is_rising for band in bands):
        message = "all bands of a step look the same way; use cases for anything else."
        raise malformed(block.at("bands"), "bands-mixed", message)
    ats = [band.limit.at for band in bands if band.limit.at is not None]
    strict = [band.limit.operation for band in bands if band.limit.at is not None]
    for (one, first), (other, second) in zip(
        zip(ats, strict, strict=True), list(zip(ats, strict, strict=True))[1:], strict=False
    ):
        further = one < other if is_rising else one > other
        if further or (
            one == other and not (first in ("more_than", "less_than") and second in ("at_least", "at_most"))
        ):
            before, after = _text(one), _text(other)
            message = f"bands go from the best down, but {after} follows {before}; sort them."
            raise malformed(block.at("bands"), "bands-unsorted", message, first=before, second=after)
    gives = [*(band.give for band in bands), otherwise]
    known = [give for give in gives if give is not None]
    if known != sorted(known, reverse=True):
        message = "a better band must not give fewer points; sort the bands."
        raise malformed(block.at("bands"), "bands-give", message)
    return scheme.Step(of, bands, otherwise)


def _text(number: Fraction) -> str:
    return str(float(number)) if number.denominator != 1 else str(number)


def _cases(document: Document, key: str, name: str, names: Names) -> Points:
    branches, otherwise = read_branches(document.items(key), names, document.at(key), "give", stated)
    return scheme.Cases(branches, otherwise)


def _options(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "give")
    of = block.text("of")
    if of not in variables() or variables()[of].dtype != "text":
        near = ", ".join(nearest(of, [n for n, v in variables().items() if v.dtype == "text"])) or "—"
        message = f"options need a text of the vocabulary, {of} is none; nearest: {near}."
        raise malformed(block.at("of"), "text-unknown", message, what=of, nearest=near)
    give = block.child("give")
    if not give.keys():
        raise malformed(block.at("give"), "options-absent", "options need at least one label.")
    return scheme.Options(of, {label: stated(give, label) for label in give.keys()})


def _ramp(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "base", "lead", "give", "equal")
    of, base, lead = (_open_number(block, part, names) for part in ("of", "base", "lead"))
    give = stated(block, "give") if "give" in block else Fraction(1)
    equal = block.optional_number("equal") if "equal" in block else None
    return scheme.Ramp(of, base, lead, give, equal)


def _open_number(block: Document, key: str, names: Names) -> Number:
    """Return a number; ``null`` is refused with a way out, since an unstated reference value is a parameter."""
    item = block.item(key)
    if item.is_null:
        message = f"{key} is null; declare a parameter with value null and name it here."
        raise malformed(item.place, "null-here", message, key=key)
    return read_number(item, names)


def _formula(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "low", "high")
    low, high = (block.optional_number(end) if end in block else None for end in ("low", "high"))
    if low is not None and high is not None and low > high:
        message = f"low {_text(low)} is above high {_text(high)}; exchange them."
        raise malformed(block.at("low"), "span-reversed", message)
    return scheme.Formula(read_number(block.item("of"), names), low, high)


def _judged(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "bands", "else", "cases", "between")
    if "between" in block:
        low, high = _between(block.item("between"))
        return scheme.Judged(name, scheme.Given(low), scheme.Given(high))
    if "cases" in block:
        branches, otherwise = read_branches(
            block.items("cases"), names, block.at("cases"), "between", lambda at, what: _between(at.item(what))
        )
        ends = [(tuple((c, span[end]) for c, span in branches), otherwise[end]) for end in (0, 1)]
        return scheme.Judged(name, *(scheme.Cases(cases, rest) for cases, rest in ends))
    of, rest = read_number(block.item("of"), names), _between(block.item("else"))
    bands: tuple[list[Band], list[Band]] = ([], [])
    for band in block.children("bands"):
        band.allow(*COMPARISONS, "between")
        limit = read_limit(band, COMPARISONS[:4])
        for end, give in enumerate(_between(band.item("between"))):
            bands[end].append(Band(limit, give))
    return scheme.Judged(name, *(_stepped(block, of, tuple(bands[end]), rest[end]) for end in (0, 1)))


def _between(item: Item) -> tuple[Stated, Stated]:
    ends = [stated_item(end) for end in item.items()]
    if len(ends) != 2 or (ends[0] is not None and ends[1] is not None and ends[0] > ends[1]):
        raise malformed(item.place, "span-reversed", "a span is two numbers, the lower first, e.g. [5, 6].")
    return ends[0], ends[1]


def _multi(document: Document, key: str, name: str, names: Names) -> Points:
    block = document.child(key)
    block.allow("of", "cap")
    of = []
    for part in block.children("of"):
        part.allow("if", "give")
        of.append((read_truth(part.item("if"), names), stated(part, "give")))
    if not of:
        raise malformed(
            block.at("of"), "how-many", "multi needs at least one condition.", key="multi", needed="≥ 1", count=0
        )
    return scheme.Multi(tuple(of), stated(block, "cap"))


def _several(document: Document, key: str, name: str, names: Names) -> Points:
    of = tuple(read_points(part, name, names) for part in document.children(key))
    if not of:
        message = f"{key} needs several points to choose from."
        raise malformed(document.at(key), "how-many", message, key=key, needed="≥ 1", count=0)
    return scheme.Best(of) if key == "best" else scheme.Worst(of)


def _mean(document: Document, key: str, name: str, names: Names) -> Points:
    of = []
    for part in document.children(key):
        part.allow("points", "weight")
        weight = read_number(part.item("weight"), names) if "weight" in part else Constant(Fraction(1))
        of.append((read_points(part.child("points"), name, names), weight))
    if not of:
        message = "a mean needs several points."
        raise malformed(document.at(key), "how-many", message, key=key, needed="≥ 1", count=0)
    return scheme.Mean(tuple(of))


_Reader = Callable[[Document, str, str, Names], Points]
READERS: Mapping[str, _Reader] = {
    "give": _given,
    "step": _step,
    "cases": _cases,
    "options": _options,
    "ramp": _ramp,
    "formula": _formula,
    "judged": _judged,
    "multi": _multi,
    "best": _several,
    "worst": _several,
    "mean": _mean,
}
CERTAINTIES = ("official", "restated", "single", "unverified", "derived")


def certainty(document: Document, key: str, default: scheme.Certainty) -> scheme.Certainty:
    """Return how sure a source is."""
    return cast("scheme.Certainty", document.choice(key, CERTAINTIES, default))
