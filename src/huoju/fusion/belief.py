"""Which claim is believed, variable by variable, as data: of huoju, and where it says otherwise of the home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import read_document
from huoju.core.errors import DocumentError
from huoju.core.variable import variables

CRITERIA = ("legal_source", "freshness", "completeness")
PLAIN = ("freshness", "legal_source")


@dataclass(frozen=True, slots=True)
class Preference:
    """How the claims about one variable are weighed; ``tolerance`` is None where sources are not compared."""

    criteria: tuple[str, ...]
    sources: tuple[str, ...]
    tolerance: Fraction | None


def preferences(home: Path | None = None) -> Mapping[str, Preference]:
    """Return how each variable's claims are weighed; the file ``home`` says otherwise of some.

    Raises ``DocumentError`` at an unknown variable or criterion.
    """
    own = _read(home) if home is not None and home.is_file() else {}
    return MappingProxyType({**_shipped(), **own})


def belief_order(home: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return for each variable its sources, the first before others."""
    return MappingProxyType({name: preference.sources for name, preference in preferences(home).items()})


@cache
def _shipped() -> Mapping[str, Preference]:
    return _read(Path(__file__).parent / "belief.yaml")


def _read(path: Path) -> Mapping[str, Preference]:
    document = read_document(path)
    found = {}
    for name in document.keys():
        if name not in variables():
            raise DocumentError(f"{document.at(name)}: {name} is not in the vocabulary.")
        block = document.child(name)
        block.allow("order", "sources", "tolerance")
        criteria = block.texts("order") or PLAIN
        for criterion in criteria:
            if criterion not in CRITERIA or criteria.count(criterion) > 1:
                raise DocumentError(f"{block.at('order')}: order names each of {', '.join(CRITERIA)} once at most.")
        tolerance = block.number("tolerance") if "tolerance" in block else None
        found[name] = Preference(criteria, block.texts("sources"), tolerance)
    return MappingProxyType(found)
