"""What to do about a model: rules over drift, calibration and discrimination, each saying what was seen and how sure.

The bounds are design defaults of huoju; those of drift are custom of the trade (see card.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from huoju.models.monitoring.calibration import Calibration
from huoju.models.monitoring.drift import Drift

ACTIONS = ("keep", "wait", "check-deliveries", "watch", "anchor", "refit")  # the later, the more there is to do
RANKS_AT_LEAST = 0.6  # AUC below which ranks are no help; design
LOST_AT_MOST = 0.1  # rise of the unknown share that points to a delivery; design


@dataclass(frozen=True, slots=True)
class Advice:
    """One rule that applied: ``code`` of locale ``monitor.advice``, one of ``ACTIONS``, ``sure``, and what was seen.

    ``sure`` is ``sure`` where chance is no explanation, ``likely``, or ``open`` where it can't be told yet.
    """

    code: str
    action: str
    sure: str
    data: Mapping[str, object]


def advise(score: Drift, inputs: Sequence[Drift], came_true: Sequence[Calibration]) -> tuple[Advice, ...]:
    """Return the rules that apply, the most to do first; never empty.

    ``came_true`` are calibrations by origin, the latest last; only the latest with outcomes is judged.
    """
    judged = [each for each in came_true if each.verdict != "unknown"]
    found = [*_calibration(judged), *_discrimination(judged), *_drift(score, inputs, bool(judged))]
    found.sort(key=lambda advice: -ACTIONS.index(advice.action))
    return tuple(found)


def strongest(advice: Sequence[Advice]) -> str:
    """Return what there is most to do of."""
    return max((each.action for each in advice), key=ACTIONS.index)


def _calibration(judged: Sequence[Calibration]) -> list[Advice]:
    if not judged:
        return [Advice("no-outcomes", "wait", "open", {})]
    last = judged[-1]
    data = {
        "origin": last.origin,
        "predicted": f"{last.predicted:.1%}",
        "observed": f"{last.observed:.1%}",
        "low": f"{last.observed_span[0]:.1%}",
        "high": f"{last.observed_span[1]:.1%}",
        "defaults": last.defaults,
        "count": last.enterprises,
    }
    if last.verdict == "holds":
        return [Advice("calibration-holds", "keep", "likely", data)]
    bent = not np.isnan(last.slope) and not last.slope_span[0] <= 1 <= last.slope_span[1]
    return [Advice(f"calibration-{last.verdict}", "refit" if bent else "anchor", "sure", data)]


def _discrimination(judged: Sequence[Calibration]) -> list[Advice]:
    last = next((each for each in reversed(judged) if not np.isnan(each.auc)), None)
    if last is None:
        return [Advice("ranks-unknown", "wait", "open", {})] if judged else []
    data = {
        "origin": last.origin,
        "auc": f"{last.auc:.2f}",
        "low": f"{last.auc_span[0]:.2f}",
        "high": f"{last.auc_span[1]:.2f}",
        "bound": f"{RANKS_AT_LEAST:.2f}",
    }
    if last.auc_span[1] < RANKS_AT_LEAST:
        return [Advice("ranks-lost", "refit", "sure", data)]
    if last.auc < RANKS_AT_LEAST:
        return [Advice("ranks-weak", "watch", "open", data)]
    return [Advice("ranks-hold", "keep", "likely" if last.auc_span[0] > 0.5 else "open", data)]


def _drift(score: Drift, inputs: Sequence[Drift], judged: bool) -> list[Advice]:
    found = []
    lost = [each for each in inputs if each.unknown[1] - each.unknown[0] > LOST_AT_MOST]
    if lost:
        found.append(Advice("inputs-lost", "check-deliveries", "sure", {"inputs": [each.name for each in lost]}))
    moved = [each for each in inputs if each.verdict in ("some", "much") and each not in lost]
    if moved:
        sure = "sure" if any(each.verdict == "much" for each in moved) else "likely"
        found.append(Advice("inputs-moved", "watch", sure, {"inputs": [each.name for each in moved]}))
    data = {"psi": f"{score.psi:.2f}", "bound": f"{score.bound:.2f}"}
    if score.verdict == "none":
        found.append(Advice("score-steady", "keep", "likely", data))
    elif score.verdict != "unknown":
        needs = score.verdict == "much" and not judged
        found.append(Advice(f"score-moved-{score.verdict}", "refit" if needs else "watch", "sure", data))
    return found
