"""Linear expressions in facts that may vary, exactly, and claims about them joined by and and or.

A claim is one-sided: it says that something certainly holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from huoju.core.rule_row import Bound

ZERO, ONE = Fraction(0), Fraction(1)
Reach = Callable[["Line"], tuple[Bound, Bound]]


class NotLinear(Exception):  # not an error of anybody: the caller holds the variables that are named
    """Two varying expressions would be multiplied; ``variables`` are those that must be held to avoid it."""

    def __init__(self, variables: Iterable[int]) -> None:
        super().__init__("not linear")
        self.variables = frozenset(variables)


@dataclass(frozen=True, slots=True)
class Line:
    """A constant and multiples of variables, in the order of their numbers."""

    constant: Fraction
    terms: tuple[tuple[int, Fraction], ...] = ()

    def plus(self, other: Line, times: Fraction = ONE) -> Line:
        """Return this and so many times another."""
        terms = dict(self.terms)
        for variable, factor in other.terms:
            terms[variable] = terms.get(variable, ZERO) + factor * times
        kept = tuple(sorted((variable, factor) for variable, factor in terms.items() if factor))
        return Line(self.constant + other.constant * times, kept)

    def by(self, factor: Fraction) -> Line:
        """Return a multiple."""
        return Line(ZERO).plus(self, factor)

    def times(self, other: Line) -> Line:
        """Return the product; raises ``NotLinear`` where both vary."""
        if self.terms and other.terms:
            fewer = min((self, other), key=lambda line: (len(line.terms), line.terms))
            raise NotLinear(variable for variable, _ in fewer.terms)
        return self.by(other.constant) if not other.terms else other.by(self.constant)


@dataclass(frozen=True, slots=True)
class Atom:
    """A linear expression is at least 0, or above it."""

    line: Line
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """Every one holds."""

    of: tuple[Logic, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one holds."""

    of: tuple[Logic, ...]


Logic = bool | Atom | Both | Either


def both(parts: Iterable[Logic]) -> Logic:
    """Return that every one holds, what is certain left out."""
    kept = tuple(dict.fromkeys(part for part in parts if part is not True))
    return False if False in kept else True if not kept else kept[0] if len(kept) == 1 else Both(kept)


def either(parts: Iterable[Logic]) -> Logic:
    """Return that at least one holds, what is impossible left out."""
    kept = tuple(dict.fromkeys(part for part in parts if part is not False))
    return True if True in kept else False if not kept else kept[0] if len(kept) == 1 else Either(kept)
