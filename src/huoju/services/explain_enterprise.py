"""Explain: why one enterprise has its score, its limit and its price, down to the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from huoju.core.assessment import Assessment
from huoju.decisions import read_policy
from huoju.services.assessing import Assessed, assess
from huoju.services.cells import Cell, cells
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import Look, look
from huoju.services.panels import day_or_latest
from huoju.services.score_zone import ZoneScore, tables


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of one enterprise: its row of the scores, the score, its reasons and their cells, months ahead."""

    row: Mapping[str, object]
    score: Assessment
    cells: Mapping[str, Cell]
    monthly: tuple[Mapping[str, object], ...]
    group_percentiles: Mapping[str, float | None]
    place: int
    assessed: Assessed
    zone: ZoneScore


def explain_enterprise(
    *, home: Home, who: Who, enterprise: str, as_of: date | None = None, policy: str = "reference"
) -> Explanation:
    """Return the explanation of one enterprise; the same numbers as ``score`` of all gives.

    ``enterprise`` is a code, an identifier or a name. Raises ``NothingFound`` with the nearest names.
    """
    return explained(home, look(who, "read-profile"), enterprise, as_of, policy)


def explained(home: Home, begun: Look, enterprise: str, as_of: date | None, policy: str = "reference") -> Explanation:
    """Return the explanation of one enterprise that a look may see, once the look is noted."""
    store = store_of(home)
    assessed = assess(store, day_or_latest(store, as_of), read_policy(policy))
    found = explanation(assessed, tables(assessed, store.snapshot), enterprise, begun.visible())
    return begun.give(found, [assessed.panel.entities[found.place]], snapshot=store.snapshot)


def explanation(
    assessed: Assessed, zone: ZoneScore, enterprise: str, seen: frozenset[str] | None = None
) -> Explanation:
    """Return the explanation of one enterprise of what was assessed, of those in ``seen`` where that is given."""
    from huoju.models.torch_score.model import GROUPS

    place = find_enterprise(assessed.panel, enterprise, seen)
    row = zone.enterprises.slice(place, 1).to_pylist()[0]
    monthly = tuple(line for line in zone.monthly.to_pylist() if line["enterprise"] == row["enterprise"])
    shares = assessed.group_percentiles[place]
    return Explanation(
        row=row,
        score=assessed.scored.assessments.row(place, assessed.panel),
        cells={} if assessed.risk is None else cells(assessed.panel, assessed.risk, place),
        monthly=monthly,
        group_percentiles={
            g: None if np.isnan(share) else float(share) for g, share in zip(GROUPS, shares, strict=True)
        },
        place=place,
        assessed=assessed,
        zone=zone,
    )
