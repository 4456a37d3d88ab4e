"""Schemes with one number moved by one unit of its last digit: each must fail a worked case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from huoju.core.document import Document, Item, exact_number
from huoju.core.errors import DocumentError, HuojuError
from huoju.ratings.checking import Case, failures
from huoju.ratings.plan import Prepared
from huoju.ratings.points import shown
from huoju.ratings.reading import read_scheme

NO_RULE = {
    *("id", "document", "effective", "expiry", "note", "label", "basis", "evidence", "marks", "judgements", "omitted"),
    *("part", "use", "from", "to", "ranking", "imported", "reason", "population"),
}
GIVES = {"give", "else", "between", "cap", "floor", "equal"}
OF_POINTS = {"total", "parts", "grades"}


@dataclass(frozen=True)
class Number:
    """A number of a scheme's rules: its node and the keys that lead to it."""

    node: ScalarNode
    path: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{'.'.join(self.path)} (line {self.node.start_mark.line + 1})"


def numbers(version: Document) -> Iterator[Number]:
    """Yield every number that the rules of a version state."""
    for key, node in version.entries.items():
        if key not in NO_RULE:
            yield from _numbers(node, (key,))


def _numbers(node: Node, path: tuple[str, ...]) -> Iterator[Number]:
    if isinstance(node, MappingNode):
        own = next((v.value for k, v in node.value if k.value == "id" and isinstance(v, ScalarNode)), None)
        at = path if own is None else (*path, str(own))
        for key, value in node.value:
            if key.value not in NO_RULE:
                yield from _numbers(value, (*at, str(key.value)))
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _numbers(item, path)
    elif isinstance(node, ScalarNode) and not Item(node).is_null and exact_number(str(node.value)) is not None:
        yield Number(node, path)


def moved(number: Number, lattices: Mapping[str, Fraction | None]) -> Iterator[str]:
    """Yield the number one unit less and one unit more.

    A unit is the last digit as written; for points it is the step in which all points of the part, or of the
    version, go, since between two points that can be reached no number makes a difference.
    """
    written = str(number.node.value)
    suffix = next((mark for mark in ("%", "万", "亿") if written.endswith(mark)), "")
    digits = written.removesuffix(suffix).replace("_", "")
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    if GIVES & set(number.path[-2:]) or OF_POINTS & set(number.path):
        part = next((name for name in reversed(number.path) if name in lattices), "")
        unit = max(unit, lattices[part if "parts" in number.path else ""] or unit)
    for step in (-unit, unit):
        yield shown(Fraction(digits) + step) + suffix


def lattices_of(version: Document) -> Mapping[str, Fraction | None]:
    """Return by part, and under "" for the whole, the step in which points go; None where they may be any number."""
    by_part: dict[str, list[Fraction]] = {"": []}
    free: set[str] = set()
    for item in version.children("items"):
        part = item.text("part", default="")
        for number in numbers(item):
            if {"ramp", "formula", "mean", "weight"} & set(number.path):
                free |= {part, ""}
            elif GIVES & set(number.path[-2:]):
                by_part.setdefault(part, []).append(exact_number(str(number.node.value)) or Fraction(0))
    by_part[""] = [value for values in by_part.values() for value in values]
    return {part: None if part in free else _step([abs(v) for v in values if v]) for part, values in by_part.items()}


def _step(values: list[Fraction]) -> Fraction | None:
    if not values:
        return None
    bottom = reduce(lcm, (value.denominator for value in values))
    return Fraction(reduce(gcd, (int(value * bottom) for value in values)), bottom)


def is_equivalent(number: Number, other: str) -> bool:
    """Return whether a moved number can't make a difference, whatever the facts.

    The rest of a best-of or worst-of that only falls below nothing, and a floor below what a count can reach.
    """
    falls = (exact_number(other) or Fraction(0)) < (exact_number(str(number.node.value)) or Fraction(0))
    return falls and (
        ("best" in number.path and number.path[-1] == "else" and number.node.value == "0")
        or number.path[-2:] == ("formula", "low")
    )


def survives(document: Document, number: Number, other: str, cases: list[Case]) -> bool:
    """Return whether a scheme with the number moved still meets every case; a scheme refused at load does not.

    The case that tells the difference moves to the front, where it will soon be needed again.
    """
    written = number.node.value
    number.node.value = other
    try:
        prepared = Prepared(read_scheme(document))
        for place, case in enumerate(cases):
            if next(failures(prepared, [case]), None) is not None:
                cases.insert(0, cases.pop(place))
                return False
        return True
    except (DocumentError, HuojuError):
        return False
    finally:
        number.node.value = written
