"""Monitor: what changed in a home since a day, who gives cause for alarm and why, and whether the models still hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from huoju.core.errors import PolicyError
from huoju.core.panel import Panel
from huoju.core.period import add_months
from huoju.facts import FactStore
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.model import DefaultRisk
from huoju.models.monitoring.advice import Advice, advise
from huoju.models.monitoring.calibration import Calibration, calibrate
from huoju.models.monitoring.drift import Drift, drift
from huoju.models.monitoring.loans import Roll, Vintage, last_report, roll, vintages
from huoju.models.monitoring.model import Watch, watch
from huoju.models.torch_score import model as torch_score
from huoju.services.assessing import learned
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.outcomes import HORIZON, outcomes_after
from huoju.services.panels import day_or_latest, panel_at

BACK = 12  # months between the reference day and now unless asked otherwise
MOST_MONTHS = 24  # month-ends that are looked at to say since when
ORIGIN_STEP = 3  # months between origins of which it is asked what came true
ROLLS = 12  # months over which instalments are followed
SLACK = 7  # days by which outcomes may end before a year is over

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Monitored:
    """What monitoring found. ``score`` and ``inputs`` are drift from ``since`` to ``as_of``.

    ``watches`` are month-ends after ``since`` and the day itself, the latest last. ``unknown`` are codes (of locale
    ``monitor.unknown``) of what could not be told. ``outcomes_until`` is the last day of which a bank told defaults.
    """

    panel: Panel
    since: date
    score: Drift
    inputs: tuple[Drift, ...]
    came_true: tuple[Calibration, ...]
    vintages: tuple[Vintage, ...]
    roll: Roll | None
    watches: tuple[Watch, ...]
    advice: tuple[Advice, ...]
    unknown: tuple[str, ...]
    outcomes_until: date | None
    reported_until: date | None


def monitor_zone(
    *,
    home: Home,
    who: Who,
    as_of: date | None = None,
    since: date | None = None,
    progress: Callable[[date], None] = lambda day: None,
) -> Monitored:
    """Return what changed since a day, by default a year before ``as_of``, itself by default the latest day known.

    Every panel is cut by what was known on its day. Raises ``NothingFound`` for an empty home, ``PolicyError`` where
    ``since`` is not before ``as_of``.
    """
    begun = look(who, "monitor")
    store = store_of(home)
    day = day_or_latest(store, as_of)
    first = since or _month_end(add_months(day, -BACK), day)
    if first >= day:
        raise PolicyError(f"{first} is not before {day}.", code="since-not-before", data={"since": first, "as_of": day})

    @lru_cache(maxsize=4)
    def cut(at: date) -> Panel:
        progress(at)
        return panel_at(store, at)

    progress(day)
    panel, risk = learned(store, day)
    before = cut(first)
    score, inputs = _drifts(before, panel, risk)
    until = _outcomes_until(panel)
    came_true = _came_true(store, panel, first, until, progress)
    found = Monitored(
        panel=panel,
        since=first,
        score=score,
        inputs=inputs,
        came_true=came_true,
        vintages=vintages(panel),
        roll=roll(panel, ROLLS),
        watches=(*(watch(cut(at)) for at in _month_ends(first, day)), watch(panel)),
        advice=advise(score, inputs, came_true),
        unknown=_unknown(panel, before, risk, came_true),
        outcomes_until=until,
        reported_until=last_report(panel),
    )
    return begun.give(found, panel.entities, snapshot=store.snapshot)


def _month_end(at: date, day: date) -> date:
    """Return ``at``, or the end of its month where ``day`` ends its own."""
    if (day + timedelta(days=1)).day != 1:
        return at
    return add_months(date(at.year, at.month, 1), 1) - timedelta(days=1)


def _month_ends(first: date, day: date) -> list[date]:
    """Return the ends of months after ``first`` and before ``day``, at most ``MOST_MONTHS``, the oldest first."""
    ends: list[date] = []
    end = day.replace(day=1) - timedelta(days=1)
    while end > first and len(ends) < MOST_MONTHS:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return ends[::-1]


def _drifts(before: Panel, now: Panel, risk: DefaultRisk | None) -> tuple[Drift, tuple[Drift, ...]]:
    """Return the drift of the score, by the model of today on both days, and of each input."""
    first, second = (_points(panel, risk) for panel in (before, now))
    inputs = zip(features(), matrix(before).T, matrix(now).T, strict=True)
    return drift("torch_score", first, second), tuple(drift(f.name, old, new) for f, old, new in inputs)


def _points(panel: Panel, risk: DefaultRisk | None) -> Floats:
    scored = torch_score.score(panel, risk) if risk is not None else torch_score.unscored(panel)
    return np.where(scored.assessments.known, scored.assessments.value.astype(np.float64), np.nan)


def _outcomes_until(panel: Panel) -> date | None:
    """Return the last day of which a bank told who had defaulted; None where none ever told."""
    defaults = panel.events.get("default")
    days = [] if defaults is None else list(defaults["known"].to_pylist())
    for variable in ("bank_rating", "default_flag"):
        days += [period.end - timedelta(days=1) for period in panel.periods(variable)]
    return max((day for day in days if day <= panel.as_of), default=None)


def _came_true(
    store: FactStore, panel: Panel, first: date, until: date | None, progress: Callable[[date], None]
) -> tuple[Calibration, ...]:
    """Return what came of the scores of past days, each by the model of its own day, as far as outcomes are told."""
    defaults = panel.events.get("default")
    found = []
    for origin in [] if defaults is None or until is None else _origins(first, until):
        progress(origin)
        past, risk = learned(store, origin)
        if risk is None:
            continue
        scored, outcome = torch_score.score(past, risk), outcomes_after(past, defaults)
        spans = (scored.probability, scored.probability_low, scored.probability_high)
        found.append(calibrate(origin, outcome.values[outcome.known], *(values[outcome.known] for values in spans)))
    return tuple(found)


def _origins(first: date, until: date) -> list[date]:
    """Return days from ``first`` on, ``ORIGIN_STEP`` months apart, whose twelve months after are told of, or nearly."""
    origins = [first]
    while len(origins) < MOST_MONTHS:
        origins.append(_month_end(add_months(first, ORIGIN_STEP * len(origins)), first))
    return [origin for origin in origins if add_months(origin, HORIZON) <= until + timedelta(days=SLACK)]


def _unknown(
    panel: Panel, before: Panel, risk: DefaultRisk | None, came_true: tuple[Calibration, ...]
) -> tuple[str, ...]:
    """Return the codes of what could not be told, and so was not judged."""
    told = {
        "no-model": risk is None,
        "nothing-before": not len(before),
        "no-loans": "loan" not in panel.events,
        "no-instalments": "repayment" not in panel.events,
        "no-defaults": "default" not in panel.events,
        "no-past-model": "default" in panel.events and not came_true,
        "no-statements": not panel.periods("cash"),
    }
    return tuple(code for code, is_so in told.items() if is_so)
