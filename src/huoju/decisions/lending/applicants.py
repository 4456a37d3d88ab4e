"""Applicants: what a portfolio is chosen from, as columns; unknown stays unknown and is never lent on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit

from huoju.core.fact import EntityId
from huoju.decisions.lending.terms import RATINGS, Terms

LETTERS = (*RATINGS, "D")
_NEAR = 1e-6  # probabilities are kept this far from 0 and 1
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Buyers:
    """Buyers shared by several enterprises: ``share`` ``(b, n)`` of each enterprise's yearly sales."""

    names: tuple[str, ...]
    share: Floats

    @classmethod
    def none(cls, count: int) -> Buyers:
        """Return that no shared buyer is known."""
        return cls((), np.zeros((0, count)))


@dataclass(frozen=True, slots=True)
class Applicants:
    """``n`` enterprises; ``probability``, ``room`` and ``yearly_sales`` ``(n,)`` are NaN where unknown.

    ``room`` is how much more yearly debt service the cash flow bears at the policy's tolerance, fen; ``yearly_sales``
    fen; ``rating`` the bank's letter or None; ``chance`` ``(n, 4)`` of the ratings A to D, certain where one is on
    record; ``industry`` the section of GB/T 4754 or "" where nothing tells it; ``records`` and ``cautions`` are codes
    that refuse and that refer.
    """

    entities: tuple[EntityId, ...]
    probability: Floats
    room: Floats
    yearly_sales: Floats
    rating: tuple[str | None, ...]
    chance: Floats
    industry: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    cautions: tuple[tuple[str, ...], ...]
    buyers: Buyers

    def __len__(self) -> int:
        return len(self.entities)

    def riskier(self, times: float) -> Applicants:
        """Return the applicants with every default probability ``times`` as high, at most .999."""
        return replace(self, probability=np.minimum(self.probability * times, 0.999))

    def chosen(self, rows: Sequence[int] | NDArray[np.int64]) -> Applicants:
        """Return some of the applicants, in the order of ``rows``."""
        index = np.asarray(rows, dtype=np.int64)
        return replace(
            self,
            entities=tuple(self.entities[row] for row in index),
            probability=self.probability[index],
            room=self.room[index],
            yearly_sales=self.yearly_sales[index],
            rating=tuple(self.rating[row] for row in index),
            chance=self.chance[index],
            industry=tuple(self.industry[row] for row in index),
            records=tuple(self.records[row] for row in index),
            cautions=tuple(self.cautions[row] for row in index),
            buyers=Buyers(self.buyers.names, self.buyers.share[:, index]),
        )

    def stays(self) -> Floats:
        """Return the chance of A, B and C among those that are not D; ``(n, 3)``, adding up to 1."""
        kept = self.chance[:, : len(RATINGS)]
        return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), _NEAR))


def rating_chances(probability: Floats, rating: Sequence[str | None], terms: Terms) -> Floats:
    """Return the chance of the bank's ratings A to D; ``(n, 4)``.

    Certain where a rating is on record. Else by proportional odds on the log-odds of default, learnt from the ratings
    on record; with too few of them, or an unknown probability, the policy's mix of A to C.
    """
    place = np.array([LETTERS.index(letter) if letter in LETTERS else -1 for letter in rating])
    found = np.tile(np.array([*terms.mix, 0.0]), (len(place), 1))
    known = ~np.isnan(probability)
    learnt = known & (place >= 0)
    if learnt.sum() >= terms.ratings_to_learn_from and len(np.unique(place[learnt])) > 1:
        at = logit(np.clip(np.where(known, probability, 0.5), _NEAR, 1 - _NEAR))
        found[known] = _proportional_odds(at[learnt], place[learnt], at[known])
    found[place >= 0] = np.eye(len(LETTERS))[place[place >= 0]]
    return found


def _proportional_odds(at: Floats, place: NDArray[np.int64], wanted: Floats) -> Floats:
    """Return P(letter) by P(letter <= j) = expit(cut_j - slope * x), cuts rising; fitted with a small ridge."""
    middle, spread = at.mean(), max(float(at.std()), 1e-3)

    def chances(weights: Floats, x: Floats) -> Floats:
        cuts = weights[0] + np.concatenate([[0.0], np.cumsum(np.exp(weights[1:3]))])
        below = expit(cuts[None, :] - weights[3] * ((x - middle) / spread)[:, None])
        ends = np.concatenate([np.zeros((len(x), 1)), below, np.ones((len(x), 1))], axis=1)
        return np.asarray(np.maximum(np.diff(ends, axis=1), 1e-12))

    def loss(weights: Floats) -> float:
        likely = chances(weights, at)[np.arange(len(at)), place]
        return float(-np.log(likely).sum() + 0.5 * weights[3] ** 2)

    bounds = [(-9, 9), (-9, 3), (-9, 3), (0, 9)]
    fitted = minimize(loss, np.array([-1.0, 0.0, 0.0, 1.0]), method="L-BFGS-B", bounds=bounds)
    return chances(fitted.x, wanted)


def among_unrefused(probability: Floats, rating: Sequence[str | None], defaulted: Floats, terms: Terms) -> Floats:
    """Return default probabilities of the rated given that their rating is not a refused one; ``(n,)``.

    ``defaulted`` ``(n,)`` is 1, 0 or NaN (unknown). A probability learnt on all ratings counts the refused ones in;
    where enough rated enterprises have a known outcome, log-odds of the others are shifted alike so that their mean is
    the share observed among them, (defaults + .5) / (count + 1). The order stays. Everyone else's stays as it is.
    """
    rated = np.array([letter is not None and letter not in terms.refused_ratings for letter in rating])
    rated &= ~np.isnan(probability)
    seen = rated & ~np.isnan(defaulted)
    if seen.sum() < terms.ratings_to_learn_from:
        return probability
    share = (np.nansum(defaulted[seen]) + 0.5) / (seen.sum() + 1)
    odds = logit(np.clip(probability, _NEAR, 1 - _NEAR))
    shift = brentq(lambda by: expit(odds[seen] + by).mean() - share, -20, 20)
    return np.where(rated, expit(odds + shift), probability)
