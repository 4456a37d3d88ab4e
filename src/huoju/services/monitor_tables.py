"""What monitoring found as tables in one of the two languages, and as files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from huoju.core.errors import PolicyError
from huoju.core.words import Words
from huoju.models.default_risk.features import features
from huoju.models.monitoring.advice import Advice, strongest
from huoju.models.monitoring.drift import Drift
from huoju.models.monitoring.loans import AGES, BUCKETS
from huoju.models.monitoring.model import Watch, evidence
from huoju.models.monitoring.triggers import Trigger
from huoju.services.monitor_zone import Monitored
from huoju.services.score_zone import names, short_ids
from huoju.services.whole_files import write_json
from huoju.services.write_scores import write_table, write_workbook

ENDINGS = (".csv", ".json", ".parquet", ".xlsx")
_DIGITS = 4
Tables = Mapping[str, pa.Table]


def monitor_tables(found: Monitored, words: Words) -> Tables:
    """Return the tables of what was found: alarms, reasons, drift, calibration, vintages, roll, advice, unknown.

    Sentences are in the language of ``words``; numbers are shares of 1 and whole points, unknown is null.
    """
    return {
        "alarms": _alarms(found),
        "reasons": _reasons(found, words),
        "drift": _drift(found, words),
        "calibration": _calibration(found, words),
        "vintages": _vintages(found),
        "roll": _roll(found, words),
        "advice": _advice(found, words),
        "unknown": pa.table(
            {
                "code": pa.array(found.unknown, pa.string()),
                "what": pa.array([words.say(f"monitor.unknown.{code}") for code in found.unknown], pa.string()),
            }
        ),
    }


def write_monitor(found: Monitored, words: Words, path: Path) -> tuple[Path, ...]:
    """Write what was found to ``path``: xlsx and json whole, csv and parquet a file for each table beside.

    Raises ``PolicyError`` for another ending.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise PolicyError(
            f"{ending} is no format.", code="format-unknown", data={"path": path.name, "known": ", ".join(ENDINGS)}
        )
    tables = monitor_tables(found, words)
    if ending == ".xlsx":
        write_workbook(tables, path)
    elif ending == ".json":
        _write_json(found, tables, path)
    else:
        return tuple(_write_beside(table, name, path) for name, table in tables.items())
    return (path,)


def _write_beside(table: pa.Table, name: str, path: Path) -> Path:
    file = path if name == "alarms" else path.with_name(f"{path.stem}.{name}{path.suffix}")
    write_table(table, file)
    return file


def _write_json(found: Monitored, tables: Tables, path: Path) -> None:
    document = {
        "as_of": found.panel.as_of.isoformat(),
        "since": found.since.isoformat(),
        "outcomes_until": _iso(found.outcomes_until),
        "instalments_reported_until": _iso(found.reported_until),
        "action": strongest(found.advice),
        **{name: [_plain(row) for row in table.to_pylist()] for name, table in tables.items()},
    }
    write_json(path, document)


def _plain(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _since(watches: tuple[Watch, ...], row: int, fires: str | None) -> date:
    """Return the first month-end of the unbroken run up to now in which an alarm stood, or a trigger had points."""
    entity = watches[-1].entities[row]
    since = watches[-1].as_of
    for each in reversed(watches):
        place = _place(each, entity)
        if place is None:
            break
        if fires is None:
            stands = bool(each.alarm[place])
        else:
            stands = bool(each.points[place, [t.name for t in each.each].index(fires)])
        if not stands:
            break
        since = each.as_of
    return since


def _place(each: Watch, entity: str) -> int | None:
    """Return the row of an entity; entities of a panel are sorted."""
    at = int(np.searchsorted(np.array(each.entities, dtype=str), entity))
    return at if at < len(each.entities) and each.entities[at] == entity else None


def _alarms(found: Monitored) -> pa.Table:
    """Return a row for each enterprise with an alarm, most points first."""
    now = found.watches[-1]
    rows = sorted(np.flatnonzero(now.alarm).tolist(), key=lambda row: (-int(now.total[row]), now.entities[row]))
    ids, called = short_ids(found.panel), names(found.panel)
    return pa.table(
        {
            "enterprise": pa.array([ids[row] for row in rows], pa.string()),
            "name": pa.array([called[row] for row in rows], pa.string()),
            "points": pa.array([int(now.total[row]) for row in rows], pa.int64()),
            "alarm_at": pa.array([now.alarm_at] * len(rows), pa.int64()),
            "since": pa.array([_since(found.watches, row, None) for row in rows], pa.date32()),
        }
    )


def _reasons(found: Monitored, words: Words) -> pa.Table:
    """Return a row for each trigger that fires for an enterprise with an alarm; points add up to its points."""
    now, rows = found.watches[-1], []
    ids, called = short_ids(found.panel), names(found.panel)
    for row in np.flatnonzero(now.alarm).tolist():
        for place in np.argsort(-now.points[row], kind="stable").tolist():
            if now.points[row, place] > 0:
                trigger = now.each[place]
                rows.append(
                    {
                        "enterprise": ids[row],
                        "name": called[row],
                        "trigger": trigger.name,
                        "label": trigger.label[words.language],
                        "what": said(trigger, float(now.values[row, place]), words),
                        "points": int(now.points[row, place]),
                        "since": _since(found.watches, row, trigger.name),
                        "facts": ";".join(found.panel.references(row, evidence(found.panel, trigger))),
                    }
                )
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("enterprise", "name", "trigger", "label", "what")),
            ("points", pa.int64()),
            ("since", pa.date32()),
            ("facts", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def said(trigger: Trigger, value: float, words: Words) -> str:
    """Return what a trigger saw, with its value as people write it."""
    written = {"whole": f"{value:,.0f}", "number": f"{value:z.1f}", "share": f"{value:z.1%}", "change": f"{value:+.0%}"}
    return trigger.meaning[words.language].replace("{value}", written[trigger.shown].replace("-", "−"))


def _drift(found: Monitored, words: Words) -> pa.Table:
    labels = {feature.name: feature.label[words.language] for feature in features()}
    labels["torch_score"] = words.say("model.torch_score")
    each: list[Drift] = [found.score, *sorted(found.inputs, key=lambda d: -d.corrected)]
    return pa.table(
        {
            "input": [d.name for d in each],
            "label": [labels[d.name] for d in each],
            "psi": _rounded([d.psi for d in each]),
            "by_chance": _rounded([d.noise for d in each]),
            "chance_bound": _rounded([d.bound for d in each]),
            "psi_corrected": _rounded([d.corrected for d in each]),
            "verdict": [d.verdict for d in each],
            "words": [words.say(f"monitor.drift.{d.verdict}") for d in each],
            "median_before": _rounded([d.median[0] for d in each]),
            "median_now": _rounded([d.median[1] for d in each]),
            "unknown_before": _rounded([d.unknown[0] for d in each]),
            "unknown_now": _rounded([d.unknown[1] for d in each]),
            "enterprises_before": [d.counts[0] for d in each],
            "enterprises_now": [d.counts[1] for d in each],
        }
    )


def _calibration(found: Monitored, words: Words) -> pa.Table:
    each = found.came_true
    numbers = {
        "predicted": [c.predicted for c in each],
        "predicted_low": [c.predicted_span[0] for c in each],
        "predicted_high": [c.predicted_span[1] for c in each],
        "observed": [c.observed for c in each],
        "observed_low": [c.observed_span[0] for c in each],
        "observed_high": [c.observed_span[1] for c in each],
        "slope": [c.slope for c in each],
        "slope_low": [c.slope_span[0] for c in each],
        "slope_high": [c.slope_span[1] for c in each],
        "shift": [c.shift for c in each],
        "auc": [c.auc for c in each],
        "auc_low": [c.auc_span[0] for c in each],
        "auc_high": [c.auc_span[1] for c in each],
    }
    return pa.table(
        {
            "origin": pa.array([c.origin for c in each], pa.date32()),
            "enterprises": pa.array([c.enterprises for c in each], pa.int64()),
            "defaults": pa.array([c.defaults for c in each], pa.int64()),
            **{name: _rounded(values) for name, values in numbers.items()},
            "verdict": pa.array([c.verdict for c in each], pa.string()),
            "words": pa.array([words.say(f"monitor.calibration.{c.verdict}") for c in each], pa.string()),
        }
    )


def _vintages(found: Monitored) -> pa.Table:
    each = found.vintages
    columns = {f"bad_by_month_{age}": [v.shares[place] for v in each] for place, age in enumerate(AGES)}
    return pa.table(
        {
            "lent": pa.array([v.name for v in each], pa.string()),
            "loans": pa.array([v.loans for v in each], pa.int64()),
            **{name: pa.array(values, pa.float64()) for name, values in columns.items()},
        }
    )


def _roll(found: Monitored, words: Words) -> pa.Table:
    moved = found.roll
    labels = [words.say(f"monitor.bucket.{first}") for first in BUCKETS]
    columns: dict[str, pa.Array] = {
        "bucket": pa.array(labels if moved else [], pa.string()),
        "loan_months": pa.array([] if moved is None else moved.counts.sum(axis=1).tolist(), pa.int64()),
    }
    for end, first in enumerate(BUCKETS):
        rates = [] if moved is None else [moved.rate(start, end) for start in range(len(BUCKETS))]
        columns[f"to_{first}"] = pa.array(rates, pa.float64())
    return pa.table(columns)


def _advice(found: Monitored, words: Words) -> pa.Table:
    each = found.advice
    return pa.table(
        {
            "code": [a.code for a in each],
            "seen": [words.say(f"monitor.advice.{a.code}.seen", _named(a, words)) for a in each],
            "sure": [words.say(f"monitor.sure.{a.sure}") for a in each],
            "action": [a.action for a in each],
            "do": [words.say(f"monitor.action.{a.action}") for a in each],
        }
    )


def _named(advice: Advice, words: Words) -> Mapping[str, object]:
    labels = {feature.name: feature.label[words.language] for feature in features()}
    inputs = advice.data.get("inputs")
    if not isinstance(inputs, list):
        return advice.data
    between = "、" if words.language == "zh" else ", "
    return {**advice.data, "inputs": between.join(labels[name] for name in inputs)}


def _rounded(values: list[float]) -> pa.Array:
    return pa.array(np.round(np.array(values, dtype=np.float64), _DIGITS), from_pandas=True)
