"""What came of enterprises after a past day: the outcomes that a default model learns from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.panel import Panel
from huoju.core.period import add_months
from huoju.core.ports import Outcomes
from huoju.models.default_risk.model import LEAST_OUTCOMES

ORIGINS = (12, 18, 24)  # months before as_of at which past panels are cut
HORIZON = 12


@dataclass(frozen=True, slots=True)
class History:
    """Past panels, what came of their entities, and the code that says what kind of outcome it was."""

    panels: tuple[Panel, ...]
    outcomes: tuple[Outcomes, ...]
    code: str


def history_of(panel: Panel, cut: Callable[[date], Panel]) -> History:
    """Return what a panel's own past teaches about default.

    Where defaults are dated: borrowers at past days and whether they defaulted within the twelve months after, all
    known by the panel's day. Else where they are only flagged: today's features beside the flag. Else nothing.
    """
    dated = panel.events.get("default")
    if dated is not None and len(dated):
        panels = [cut(add_months(panel.as_of, -back)) for back in ORIGINS]
        outcomes = [outcomes_after(past, dated) for past in panels]
        if sum(outcome.values[outcome.known].sum() for outcome in outcomes) >= LEAST_OUTCOMES:
            return History(tuple(panels), tuple(outcomes), "dated-defaults")
    flag = panel.latest("default_flag")
    if flag.known.any():
        return History((panel,), (Outcomes(flag.values.astype(np.float64), flag.known),), "undated-flags")
    return History((), (), "no-outcomes")


def outcomes_after(past: Panel, defaults: pa.Table) -> Outcomes:
    """Return whether each borrower of a past panel, sound until then, defaulted within the horizon."""
    names = pa.array(past.entities, pa.string())
    loans = past.events.get("loan")
    borrows = _among(names, loans["entity"] if loans is not None else pa.array([], pa.string()))
    before = pc.less_equal(defaults["at"], pa.scalar(past.as_of, pa.date32()))
    until = pa.scalar(add_months(past.as_of, HORIZON), pa.date32())
    within = pc.and_(pc.invert(before), pc.less_equal(defaults["at"], until))
    fell = _among(names, defaults.filter(within)["entity"])
    had_fallen = _among(names, defaults.filter(before)["entity"])
    return Outcomes(fell.astype(np.float64), borrows & ~had_fallen)


def _among(names: pa.Array, wanted: pa.ChunkedArray | pa.Array) -> np.ndarray:
    values = wanted.combine_chunks() if isinstance(wanted, pa.ChunkedArray) else wanted
    return np.asarray(pc.is_in(names, value_set=values).to_numpy(zero_copy_only=False))
