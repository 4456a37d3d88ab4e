"""Choosing: which of its candidates a record is, decided when links are read and never when records arrive."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.core.money import MICRO
from huoju.fusion.blocking import Rows
from huoju.fusion.link_model import Floats

LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Chosen:
    """Links: places of the pairs chosen and the probability of each, ``(k,)``, by right record."""

    pairs: NDArray[np.int64]
    probability: Floats


def shares(scores: NDArray[np.int64], right: Rows, vetoed: NDArray[np.bool_]) -> Floats:
    """Return the probability of each pair, ``(p,)``: its odds against all candidates of the same record and none.

    ``scores`` are log-odds x 10^6. Each right record is one enterprise of the left list, or none of them. A vetoed
    pair has 0. The order of pairs is no matter but for the last bits.
    """
    odds = np.where(vetoed, -np.inf, scores / MICRO)
    highest = np.zeros(int(right.max(initial=-1)) + 1)
    np.maximum.at(highest, right, odds)
    lifted = np.exp(odds - highest[right])
    total = np.bincount(right, lifted, minlength=len(highest)) + np.exp(-highest)
    return np.asarray(lifted / total[right])


def choose(
    scores: NDArray[np.int64],
    left: Rows,
    right: Rows,
    vetoed: NDArray[np.bool_],
    *,
    at_least: float = LIKELY,
    one_to_one: bool = False,
) -> Chosen:
    """Return the best pair of each right record whose probability is ``at_least`` enough; equal ones cancel out.

    With ``one_to_one`` a left record is given to the right record that has the higher score, ties to neither.
    """
    chance = shares(scores, right, vetoed)
    order = np.lexsort((left, -scores, vetoed, right))
    first = np.ones(len(order), bool)
    first[1:] = right[order][1:] != right[order][:-1]
    best = order[first]
    best = best[(chance[best] >= at_least) & ~vetoed[best]]
    if one_to_one and len(best):
        by_left = best[np.lexsort((-scores[best], left[best]))]
        keep = np.ones(len(by_left), bool)
        same = left[by_left][1:] == left[by_left][:-1]
        tied = same & (scores[by_left][1:] == scores[by_left][:-1])
        keep[1:] = ~same
        keep[:-1] &= ~(tied & keep[:-1])
        best = np.sort(by_left[keep])
        best = best[np.argsort(right[best], kind="stable")]
    return Chosen(best, chance[best])
