"""Score: every enterprise of a home as of a day, as tables with stable columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from huoju.core.assessment import LEVELS
from huoju.core.finding import Finding
from huoju.core.panel import Panel
from huoju.decisions import read_policy
from huoju.facts.engine import DUCKDB, Engine
from huoju.facts.parts import join, pack, split, unpack
from huoju.models.cash_flow import model as cash_flow
from huoju.models.default_risk.model import DefaultRisk, FittedOn
from huoju.models.population import Population
from huoju.services.assessing import NOT_FITTED, SEED, Assessed, assess, assess_panel, learned
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import Look, look
from huoju.services.panels import day_or_latest

YUAN = pa.decimal128(22, 2)
PARTS = 8  # of a panel that is scored on a cluster
MONTHLY_LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
_DIGITS = 6
_PROBABILITY_DIGITS = 9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ZoneScore:
    """The scores of a home: ``enterprises`` with the documented columns, ``monthly`` quantiles and ``reasons``."""

    as_of: date
    enterprises: pa.Table
    monthly: pa.Table
    reasons: pa.Table
    findings: tuple[Finding, ...]
    fitted_on: FittedOn
    policy: str
    snapshot: str


def score_zone(*, home: Home, who: Who, as_of: date | None = None, policy: str = "reference") -> ZoneScore:
    """Return the scores of every enterprise at the close of ``as_of``, or of the latest day known.

    ``who`` is whoever asks. Raises ``NothingFound`` for an empty home.
    """
    begun = look(who, "read-scores")
    store = store_of(home)
    day = day_or_latest(store, as_of)
    if store.engine_name == DUCKDB:
        return _given(begun, tables(assess(store, day, read_policy(policy)), store.snapshot))
    panel, risk = learned(store, day)
    engine = store.engine()
    try:
        zone = score_parts(engine, panel, risk, policy, snapshot=store.snapshot, count=PARTS)
    finally:
        engine.close()
    return _given(begun, zone)


def _given(begun: Look, zone: ZoneScore) -> ZoneScore:
    """Return the scores of those who may be seen, once the look is noted."""
    seen = begun.visible()
    if seen is not None:
        kept = pc.is_in(zone.enterprises["id"], value_set=pa.array(sorted(seen), pa.string()))
        enterprises = zone.enterprises.filter(kept)
        shown = enterprises["enterprise"].combine_chunks()
        monthly, reasons = (t.filter(pc.is_in(t["enterprise"], value_set=shown)) for t in (zone.monthly, zone.reasons))
        zone = replace(zone, enterprises=enterprises, monthly=monthly, reasons=reasons, findings=())
    return begun.give(zone, zone.enterprises["id"].to_pylist(), snapshot=zone.snapshot)


def score_parts(
    engine: Engine, panel: Panel, risk: DefaultRisk | None, policy: str, *, snapshot: str, count: int
) -> ZoneScore:
    """Return the scores of a panel from ``count`` parts of it, each assessed wherever the engine works.

    What is fitted is fitted on all and travels with each part; percentiles among all are taken when the parts are
    together again: the same bytes as assessing the panel at once.
    """
    flow = cash_flow.fit(panel, SEED)
    run = partial(_score_part, risk, flow, policy, snapshot)
    done = [unpack(part) for part in engine.each(run, split(panel, count))]
    enterprises, monthly, reasons = (
        pa.concat_tables([part[name] for part in done]).combine_chunks()
        for name in ("enterprises", "monthly", "reasons")
    )
    expected = enterprises["growth_percentile"].to_numpy()
    percentile = Population.of("", expected).percentile(expected)
    place = enterprises.column_names.index("growth_percentile")
    used = read_policy(policy)
    return ZoneScore(
        as_of=panel.as_of,
        enterprises=enterprises.set_column(place, "growth_percentile", _numbers(percentile)),
        monthly=monthly,
        reasons=reasons,
        findings=panel.findings,
        fitted_on=risk.fitted_on if risk is not None else NOT_FITTED,
        policy=f"{used.name} {used.version}",
        snapshot=snapshot,
    )


def _score_part(risk: DefaultRisk | None, flow: cash_flow.CashFlow, policy: str, snapshot: str, part: bytes) -> bytes:
    """Return the tables of one part; instead of a percentile among all, the growth expected."""
    assessed = assess_panel(join(part), risk, read_policy(policy), population=snapshot[:12], flow=flow)
    found = tables(assessed, snapshot)
    place = found.enterprises.column_names.index("growth_percentile")
    expected = pa.array(np.where(assessed.growth.known, assessed.growth.value, np.nan))
    enterprises = found.enterprises.set_column(place, "growth_percentile", expected)
    return pack({"enterprises": enterprises, "monthly": found.monthly, "reasons": found.reasons})


def tables(assessed: Assessed, snapshot: str) -> ZoneScore:
    """Return what was assessed as tables; unknown is null."""
    return ZoneScore(
        as_of=assessed.panel.as_of,
        enterprises=_enterprises(assessed),
        monthly=_monthly(assessed),
        reasons=_reasons(assessed),
        findings=assessed.panel.findings,
        fitted_on=assessed.fitted_on,
        policy=f"{assessed.policy.name} {assessed.policy.version}",
        snapshot=snapshot,
    )


def short_ids(panel: Panel) -> list[str]:
    """Return the code, or the delivery's own identifier, of every entity."""
    return [entity.split(":", 1)[1] for entity in panel.entities]


def names(panel: Panel) -> list[str | None]:
    """Return what each enterprise is called: by the register, else by whoever delivered it; None where by no one."""
    legal, delivered = panel.latest("legal_name"), panel.latest("name_as_delivered")
    found = []
    for row in range(len(panel)):
        name = legal.values[row] if legal.known[row] else delivered.values[row] if delivered.known[row] else None
        found.append(None if name is None else str(name).strip())
    return found


def _enterprises(a: Assessed) -> pa.Table:
    scores, panel, count = a.scored.assessments, a.panel, len(a.panel)
    flow = a.forecast.sums()
    inflow = {level: np.where(a.forecast.known, np.quantile(flow, level, axis=1), np.nan) for level in (0.1, 0.5, 0.9)}
    growth = {level: np.where(a.growth.known, _at(a.growth.quantiles, level), np.nan) for level in (0.1, 0.5, 0.9)}
    points = {
        name: pa.array(getattr(scores, name), mask=None if name != "value" else ~scores.known)
        for name in ("value", "low", "high")
    }
    return pa.table(
        {
            "enterprise": short_ids(panel),
            "id": list(panel.entities),
            "name": pa.array(names(panel), pa.string()),
            "as_of": pa.array([panel.as_of] * count, pa.date32()),
            "score": points["value"],
            "score_low": points["low"],
            "score_high": points["high"],
            "grade": pa.array(a.advice.grade.tolist(), pa.string()),
            "default_probability": _numbers(a.scored.probability, _PROBABILITY_DIGITS),
            "default_probability_low": _numbers(a.scored.probability_low, _PROBABILITY_DIGITS),
            "default_probability_high": _numbers(a.scored.probability_high, _PROBABILITY_DIGITS),
            **{f"growth_p{round(level * 100)}": _numbers(values) for level, values in growth.items()},
            "growth_percentile": _numbers(a.growth_percentile),
            **{f"inflow_12m_p{round(level * 100)}": _yuan(values) for level, values in inflow.items()},
            "shortfall_probability": _numbers(a.capacity.shortfall),
            **{f"dscr_p{round(level * 100)}": _numbers(_at(a.capacity.dscr, level)) for level in (0.1, 0.5, 0.9)},
            "verdict": pa.array(a.advice.verdict.tolist(), pa.string()),
            "limit_yuan": _yuan(a.advice.limit),
            "yearly_rate": _numbers(a.advice.rate),
            "binding_constraint": [";".join(codes) for codes in a.advice.binding],
            "missing": missing_codes(a),
            "sales_24m_yuan": _yuan(panel.trailing("sales", 24).floats()),
            "purchases_24m_yuan": _yuan(panel.trailing("purchases", 24).floats()),
        }
    )


def missing_codes(a: Assessed) -> list[str]:
    """Return for each enterprise what is unknown: codes of the policy, then the variables by how much they move."""
    scores = a.scored.assessments
    found = []
    for row, codes in enumerate(a.advice.missing):
        gaps = [gap.variable for gap in scores.row(row).missing if gap.high > gap.low]
        found.append(";".join(dict.fromkeys((*codes, *gaps))))
    return found


def _monthly(a: Assessed) -> pa.Table:
    quantiles = a.forecast.monthly()
    ids, count, ahead = short_ids(a.panel), len(a.panel), len(a.forecast.periods)
    known = np.repeat(a.forecast.known, ahead)
    columns = {
        "enterprise": [name for name in ids for _ in range(ahead)],
        "month": [f"{period.start:%Y-%m}" for period in a.forecast.periods] * count,
    }
    for level in MONTHLY_LEVELS:
        values = quantiles[:, :, LEVELS.index(level)].ravel()
        columns[f"net_inflow_p{round(level * 100)}_yuan"] = _yuan(np.where(known, values, np.nan))
    return pa.table(columns)


def _reasons(a: Assessed) -> pa.Table:
    scores, rows = a.scored.assessments, []
    for row, name in enumerate(short_ids(a.panel)):
        for reason in scores.row(row, a.panel).reasons:
            rows.append(
                {
                    "enterprise": name,
                    "group": reason.group,
                    "part": reason.part,
                    "points": int(reason.amount),
                    "facts": ";".join(reason.facts),
                }
            )
    schema = pa.schema(
        {
            "enterprise": pa.string(),
            "group": pa.string(),
            "part": pa.string(),
            "points": pa.int64(),
            "facts": pa.string(),
        }
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _at(quantiles: Floats, level: float) -> Floats:
    return quantiles[:, LEVELS.index(level)]


def _numbers(values: Floats, digits: int = _DIGITS) -> pa.Array:
    return pa.array(np.round(values, digits), from_pandas=True)


def _yuan(fen: Floats) -> pa.Array:
    return pa.array([None if np.isnan(value) else Decimal(round(value)).scaleb(-2) for value in fen.tolist()], YUAN)
