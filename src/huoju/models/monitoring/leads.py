"""How early alarms came and how often in vain, against what truly happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HORIZON = 12  # months within which a default proves an alarm right
QUIET = 3  # months without alarm after which the next one is another

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Leads:
    """``leads``: months of each default from its first standing alarm, 0 where none stood; ``false`` alarms.

    ``healthy_years`` is how long enterprises were watched that did not default within ``HORIZON`` months.
    """

    leads: Whole
    false: int
    healthy_years: float

    def summary(self) -> Mapping[str, float]:
        """Return the rates and medians by which settings are compared."""
        caught = self.leads[self.leads > 0]
        return {
            "defaults": len(self.leads),
            "false_alarms_a_healthy_year": self.false / self.healthy_years if self.healthy_years else float("nan"),
            "healthy_years": self.healthy_years,
            "caught": float((self.leads > 0).mean()) if len(self.leads) else float("nan"),
            "caught_3_months_or_more": float((self.leads >= 3).mean()) if len(self.leads) else float("nan"),
            "median_lead_of_caught": float(np.median(caught)) if len(caught) else float("nan"),
            "median_lead_missed_as_0": float(np.median(self.leads)) if len(self.leads) else float("nan"),
        }


def measure(alarm: Flags, watched: Flags, defaulted: Whole, *, first: int, counted: range) -> Leads:
    """Return leads and false alarms; ``alarm`` and ``watched`` are ``(n, t)`` over month-ends from month ``first`` on.

    ``defaulted`` ``(n,)`` is the month of default, -1 where there is none within what is known of the future, which
    must reach ``HORIZON`` months beyond the last month-end. An alarm opens when one stands after ``QUIET`` months
    without, and again after each ``HORIZON`` months that it goes on standing. It is false where no default follows
    within ``HORIZON`` months. The lead of a default in ``counted`` is from the first alarm that stood within the
    ``HORIZON`` months before; only those count that were watched three months before or earlier.
    """
    leads, false, healthy_months = [], 0, 0
    for row, fell in enumerate(defaulted.tolist()):
        months = first + np.flatnonzero(watched[row])
        months = months[(fell < 0) | (months < fell)]
        standing = months[alarm[row, months - first]]
        healthy = (fell < 0) | (fell - months > HORIZON)
        healthy_months += int(healthy.sum())
        opened = _openings(standing)
        false += int(((fell < 0) | (fell - opened > HORIZON)).sum())
        if fell in counted and len(months) and months[0] <= fell - 3:
            near = standing[standing >= fell - HORIZON]
            leads.append(fell - int(near[0]) if len(near) else 0)
    return Leads(np.array(leads, dtype=np.int64), false, healthy_months / 12)


def _openings(standing: Whole) -> Whole:
    """Return the months in which an alarm opens, of those in which one stands."""
    opened: list[int] = []
    last = None
    for month in standing.tolist():
        if last is None or month - last > QUIET or month - opened[-1] >= HORIZON:
            opened.append(month)
        last = month
    return np.array(opened, dtype=np.int64)
