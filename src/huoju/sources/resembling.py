"""How much a delivered header looks like the words of a known quantity."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from huoju.core.variable import variables
from huoju.sources.header import spell
from huoju.sources.layout import Layout

_SAME = (("时间", "日期"), ("公司", "企业"), ("单位名称", "企业名称"), ("数量", "数"))  # words that offices use alike
_LATIN = re.compile(r"[a-z]+|[0-9]+")
OF_DEFINITION = 0.6  # what a likeness to a definition is worth beside one to a name
SUBJECT = ("name", "uscc", "identifier")
_MENTIONS = {"legal_name": "name", "name_as_delivered": "name", "uscc_as_delivered": "uscc"}  # made of the subject


@dataclass(frozen=True, slots=True)
class Wordings:
    """For each target (a variable, or how a subject is named) its spellings, and how rare each piece of them is."""

    names: Mapping[str, tuple[str, ...]]
    definitions: Mapping[str, str]
    weights: Mapping[str, float]

    def likeness(self, header: str, target: str) -> float:
        """Return how alike a header and a target are called, from 0 to 1."""
        folded = _plain(header)
        named = max((self._alike(folded, name) for name in self.names.get(target, ())), default=0.0)
        defined = self._alike(folded, self.definitions.get(target, "")) * OF_DEFINITION
        return max(named, defined)

    def _alike(self, one: str, other: str) -> float:
        if not one or not other:
            return 0.0
        if one == other:
            return 1.0
        mine, theirs = _pieces(one), _pieces(other)
        total = self._weight(mine) + self._weight(theirs)
        dice = 2 * self._weight(mine & theirs) / total if total else 0.0
        inside = min(len(one), len(other)) >= 2 and (one in other or other in one)
        light, heavy = sorted((self._weight(mine), self._weight(theirs)))
        return max(dice, 0.3 + 0.65 * light / heavy) if inside else dice

    def _weight(self, pieces: Counter[str]) -> float:
        return sum(self.weights.get(piece, 1.0) * count for piece, count in pieces.items())


def wordings(layouts: Iterable[Layout]) -> Wordings:
    """Return how every quantity of an enterprise is called: by the vocabulary, and by the layouts that exist."""
    names: dict[str, dict[str, None]] = {}
    for variable in variables().values():
        if variable.entity == "enterprise":
            known = (*variable.label.values(), variable.name.replace("_", " "))
            target = _MENTIONS.get(variable.name, variable.name)
            names.setdefault(target, {}).update({_plain(text): None for text in known})
    for layout in layouts:
        by_column = {column: variable for variable, column in layout.facts.items()}
        for rule in layout.columns:
            target = by_column.get(rule.name, rule.name if rule.name in SUBJECT else "")
            for text in (rule.header, *rule.alternates) if target else ():
                names.setdefault(target, {})[_plain(text)] = None
    definitions = {v.name: _plain(v.definition.get("zh", "")) for v in variables().values()}
    counted: Counter[str] = Counter()
    for spellings in names.values():
        counted.update({piece for text in spellings for piece in _pieces(text)})
    weights = {piece: 1 + math.log(len(names) / count) for piece, count in counted.items()}
    return Wordings({target: tuple(texts) for target, texts in names.items()}, definitions, weights)


def _plain(text: str) -> str:
    """Return a header for comparing: folded, without its unit, words that mean the same written the same."""
    folded = spell(text)[0].lower()
    for word, usual in _SAME:
        folded = folded.replace(word, usual)
    return folded


def _pieces(text: str) -> Counter[str]:
    """Return single characters and pairs of Chinese text, and whole Latin words."""
    latin = _LATIN.findall(text)
    chinese = [c for c in text if not c.isascii()]
    pairs = [a + b for a, b in pairwise(text) if not (a + b).isascii()]
    return Counter([*latin, *chinese, *pairs])
