"""Whether a population still looks as it did: the population stability index, with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

BINS = 10
SOME, MUCH = 0.10, 0.25  # custom of the trade, no source with a reason: see card.md
CONFIDENCE = 0.95

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drift:
    """The index of one quantity between two days.

    ``noise`` is what two samples of these sizes give on average when nothing changed, ``bound`` what they stay below
    in 95 of 100 cases, ``corrected`` the index less the noise, not below 0. ``unknown`` are shares before and now.
    """

    name: str
    psi: float
    noise: float
    bound: float
    corrected: float
    unknown: tuple[float, float]
    median: tuple[float, float]
    counts: tuple[int, int]

    @property
    def verdict(self) -> str:
        """``none``, ``some`` or ``much``: by the corrected index, and only where chance alone is no explanation."""
        if not self.counts[0] or not self.counts[1]:
            return "unknown"
        if self.psi <= self.bound or self.corrected < SOME:
            return "none"
        return "some" if self.corrected < MUCH else "much"


def drift(name: str, before: Floats, now: Floats) -> Drift:
    """Return the index between two samples, ``(n,)`` and ``(m,)``, NaN unknown.

    Bins are the tenths of ``before`` (fewer where values tie), unknown is a bin of its own. Each count has half an
    observation added, so that an empty bin gives no infinity. Under no change the index is about
    ``(1/n + 1/m)`` times a chi-squared variable with one degree of freedom fewer than bins (B. Yurdakul, Statistical
    Properties of Population Stability Index, 2018); of the same enterprises on two days it is less than that.
    """
    known = before[~np.isnan(before)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if known.size else np.empty(0)
    first, second = (_shares(values, edges) for values in (before, now))
    used = (_counts(before, edges) + _counts(now, edges)) > 0
    psi = float(((second - first) * np.log(second / first))[used].sum())
    n, m = len(before), len(now)
    scale = 1 / n + 1 / m if n and m else 0.0
    free = max(int(used.sum()) - 1, 1)
    noise, bound = free * scale, float(chi2.ppf(CONFIDENCE, free)) * scale
    return Drift(
        name=name,
        psi=psi,
        noise=noise,
        bound=bound,
        corrected=max(psi - noise, 0.0),
        unknown=(_share_unknown(before), _share_unknown(now)),
        median=(_median(before), _median(now)),
        counts=(n, m),
    )


def _counts(values: Floats, edges: Floats) -> Floats:
    known = values[~np.isnan(values)]
    bins = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return np.append(bins, len(values) - len(known)).astype(np.float64)


def _shares(values: Floats, edges: Floats) -> Floats:
    counts = _counts(values, edges) + 0.5
    return np.asarray(counts / counts.sum())


def _share_unknown(values: Floats) -> float:
    return float(np.isnan(values).mean()) if len(values) else float("nan")


def _median(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")
