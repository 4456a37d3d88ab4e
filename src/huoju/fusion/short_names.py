"""Short names 简称: which legal name a short one stands for, among any number of them.

A short name is made, not cut: 中集集团 is 中国国际海运集装箱(集团)股份有限公司. It keeps the order of letters, likes
to begin words, begins the brand or stands for the place by one letter (深, 渝), and ends in what says the form (股份).
Each of these is one feature of a pair; a candidate's score is their weighted sum, so that every rank explains itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import optimize, sparse

from huoju.fusion.folding import fold
from huoju.fusion.gazetteer import lines_of, words_of
from huoju.fusion.parsing import parse_names

FEATURES = (
    "overlap",  # cosine of letters and pairs of letters, rare ones weigh more
    "rare_letters",  # share of the short name's letters found, by rarity
    "rare_pairs",  # share of its neighbouring pairs found, by rarity
    "in_order",  # all letters stand in the name in this order
    "whole",  # stands in the name as it is
    "begins_brand",  # the brand begins with it
    "begins_name",  # the name begins with it
    "runs",  # share of letters that go on a run or begin a word, in the best alignment
    "brand_said",  # share of the brand's letters that it says
    "core_said",  # share of brand and trade that it says
    "place_letter",  # its first letter is the letter of the name's place
    "form_said",  # 股份 or 集团 in both, or in neither
    "joint_stock",  # the name is a joint-stock company's: those have short names
    "branch",  # the name is a branch's
    "letters_missing",  # share of letters that the name lacks
    "name_long",  # length of brand and trade, tens of letters
)
# Fitted on no data: what the features were thought to be worth before fitting; ``fit`` finds better ones from pairs.
PRIOR = np.array([4, 4, 4, 1, 1, 2, 1, 2, 1, 1, 1, 1, 0, -2, -3, -0.5], dtype=float)
_MARKS = re.compile(r"^(\*?ST|S\*?ST|S|XD|XR|DR|N)(?=[\u4e00-\u9fff])|[AB]$|-?(U|W|UW|WD|B|A)$")
_TAILS = ("股份", "集团", "控股")
_PLACE_LETTERS = {
    place: letters
    for line in lines_of("places.txt")
    if line[0] == "letter"
    for place, _, letters in (entry.partition("=") for entry in line[1:])
}


def clean_short(name: str) -> str:
    """Return a short name folded, without the marks of an exchange (ST, *ST, A).

    >>> [clean_short(name) for name in ("*ST美晨", "万  科Ａ", "TCL科技")]
    ['美晨', '万科', 'TCL科技']
    """
    folded = fold(name)
    bare = _MARKS.sub("", folded)
    return bare if len(bare) >= 2 else folded


@dataclass(frozen=True, slots=True)
class Found:
    """A legal name that a short one may stand for: its row, how good the match is, and what each feature adds.

    ``missing`` is the share of the short name's letters that the legal one lacks.
    """

    row: int
    score: float
    parts: dict[str, float]
    missing: float


@dataclass(frozen=True, slots=True)
class _Parts:
    folded: str
    region: str
    brand: str
    core: str
    at: int  # where the core begins in the folded name
    form: str
    group: bool
    branch: bool


class ShortNames:
    """Legal names, made ready to be found by short ones. Holds n names and a sparse matrix of their letters."""

    def __init__(self, names: pa.Array | pa.ChunkedArray) -> None:
        self.table = parse_names(names)
        self._grams: dict[str, int] = {}
        used = ("folded", "region", "brand", "core", "form", "group", "branch")
        self._columns = {name: self.table[name] for name in used}
        self._matrix, self._rarity = self._weigh(self.table["folded"].to_pylist())

    def _weigh(self, names: Sequence[str]) -> tuple[sparse.csc_matrix, NDArray[np.float64]]:
        rows, columns = [], []
        for row, name in enumerate(names):
            for gram in _grams_of(name):
                rows.append(row)
                columns.append(self._grams.setdefault(gram, len(self._grams)))
        shape = (len(names), len(self._grams))
        counted = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)
        rarity = np.log((1 + shape[0]) / (1 + counted.getnnz(axis=0))) + 1
        weighted = counted @ sparse.diags(rarity)
        lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        return (sparse.diags(1 / np.maximum(lengths, 1e-9)) @ weighted).tocsc(), rarity

    def candidates(self, short: str, most: int = 150) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the rows of names that share most with a cleaned short name, and how much, the most first."""
        known = [self._grams[gram] for gram in _grams_of(short) if gram in self._grams]
        weights = self._rarity[known]
        total = np.sqrt(sum(self._rarity_of(gram) ** 2 for gram in _grams_of(short))) or 1.0
        score = np.asarray(self._matrix[:, known] @ weights).ravel() / total
        some = min(most, score.size)
        rows = np.argpartition(-score, some - 1)[:some] if some else np.zeros(0, np.int64)
        rows = rows[score[rows] > 0]
        order = np.lexsort((rows, -score[rows]))
        return rows[order], score[rows[order]]

    def _rarity_of(self, gram: str) -> float:
        place = self._grams.get(gram)
        return float(np.log(1 + len(self.table)) + 1 if place is None else self._rarity[place])

    def features(self, short: str, rows: NDArray[np.int64], overlap: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``FEATURES`` of a cleaned short name with some names: (rows, features)."""
        letters = [self._rarity_of(letter) for letter in short]
        pairs = [short[i : i + 2] for i in range(len(short) - 1)]
        weights = [self._rarity_of(pair) for pair in pairs]
        result = np.zeros((rows.size, len(FEATURES)))
        for place, row in enumerate(rows.tolist()):
            part = self._part(row)
            found = [letter in part.folded for letter in short]
            met = [pair in part.folded for pair in pairs]
            result[place, 0] = overlap[place]
            result[place, 1] = float(np.dot(found, letters)) / sum(letters)
            result[place, 2] = float(np.dot(met, weights)) / sum(weights) if pairs else 0.0
            result[place, 3:] = _how(short, part)
            result[place, 14] = 1 - sum(found) / len(short)
        return result

    def _part(self, row: int) -> _Parts:
        values = {name: column[row].as_py() for name, column in self._columns.items()}
        return _Parts(
            values["folded"],
            values["region"],
            values["brand"] or values["core"],
            values["core"],
            max(values["folded"].find(values["core"]), 0),
            values["form"],
            values["group"],
            bool(values["branch"]),
        )

    def find(self, short: str, weights: NDArray[np.float64] = PRIOR, best: int = 5) -> tuple[Found, ...]:
        """Return the names that a short one may stand for, the likeliest first, each with what every feature adds."""
        cleaned = clean_short(short)
        rows, overlap = self.candidates(cleaned)
        if not rows.size:
            return ()
        features = self.features(cleaned, rows, overlap)
        added, missing = features * weights, features[:, FEATURES.index("letters_missing")]
        score = added.sum(axis=1)
        order = np.lexsort((rows, -score))[:best]
        return tuple(
            Found(int(rows[i]), float(score[i]), dict(zip(FEATURES, added[i].tolist(), strict=True)), float(missing[i]))
            for i in order
        )


def fit(groups: Sequence[tuple[NDArray[np.float64], int]], pull: float = 1.0) -> NDArray[np.float64]:
    """Return weights under which the right candidate of each group is likeliest (conditional logit).

    A group is the features of one short name's candidates, (k, features), and which of them is right. ``pull`` draws
    the weights to ``PRIOR``, so that few pairs change little.
    """

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = 0.0, np.zeros(weights.size)
        for values, right in groups:
            score = values @ weights
            score -= score.max()
            share = np.exp(score)
            share /= share.sum()
            total -= float(np.log(share[right] + 1e-300))
            slope += share @ values - values[right]
        away = weights - PRIOR
        return total + pull * float(away @ away) / 2, slope + pull * away

    return np.asarray(optimize.minimize(loss, PRIOR, jac=True, method="L-BFGS-B").x)


def _grams_of(name: str) -> list[str]:
    """Return the letters and pairs of neighbouring letters of a name, each once."""
    return list(dict.fromkeys([*name, *(name[i : i + 2] for i in range(len(name) - 1))]))


def _how(short: str, part: _Parts) -> list[float]:
    """Return features 3 and on of one pair; the last but one is filled in by the caller."""
    stem = next((short[: -len(tail)] for tail in _TAILS if short.endswith(tail) and len(short) > len(tail) + 1), short)
    tail = short[len(stem) :]
    starts = _word_starts(part)
    runs, used = _align(stem, part.folded, starts)
    in_order = len(used) == len(stem)
    said_brand = sum(part.at <= place < part.at + len(part.brand) for place in used)
    said_core = sum(part.at <= place < part.at + len(part.core) for place in used)
    place_letters = _place_letters(part.region)
    says_form = {"股份": part.form.startswith("股份"), "集团": part.group, "控股": "控股" in part.folded}.get(
        tail, False
    )
    return [
        float(in_order),
        float(stem in part.folded),
        float(part.core.startswith(stem)),
        float(part.folded.startswith(stem)),
        runs / len(stem),
        said_brand / max(len(part.brand), 1),
        said_core / max(len(part.core), 1),
        float(stem[0] in place_letters and stem[1:2] in part.brand[:1]),
        float(says_form) - float(bool(tail) and not says_form),
        float(part.form == "股份有限公司"),
        float(part.branch),
        0.0,
        len(part.core) / 10,
    ]


def _place_letters(region: str) -> str:
    letters = region[:1]
    for name, short in _PLACE_LETTERS.items():
        if name in region:
            letters += short
    return letters


def _word_starts(part: _Parts) -> frozenset[int]:
    """Return where words begin in a folded name: name, place, brand, and the words of its trade."""
    starts = {0, part.at}
    at = part.at + len(part.brand)
    end = part.at + len(part.core)
    words = _trade_words()
    while at < end:
        starts.add(at)
        step = next((length for length in range(6, 1, -1) if part.folded[at : at + length] in words), 1)
        at += step
    starts.add(end)
    return frozenset(starts)


@lru_cache(maxsize=1)
def _trade_words() -> frozenset[str]:
    return frozenset(words_of("trades.txt").words)


def _align(short: str, name: str, starts: frozenset[int]) -> tuple[float, list[int]]:
    """Return the best alignment of a short name, in order: its worth, and the places used.

    A letter that goes on a run or begins a word is worth 1, any other .4; letters the name lacks are worth nothing.
    """
    best: dict[int, tuple[float, list[int]]] = {-1: (0.0, [])}
    for letter in short:
        places = [place for place, other in enumerate(name) if other == letter]
        after = dict(best)
        for place in places:
            worth, used = max(
                (
                    (value + (1.0 if (before == place - 1 and before >= 0) or place in starts else 0.4), [*path, place])
                    for before, (value, path) in best.items()
                    if before < place
                ),
                key=lambda option: option[0],
            )
            if place not in after or worth > after[place][0]:
                after[place] = (worth, used)
        best = after
    return max(best.values(), key=lambda option: option[0])
