"""A portfolio as tables with stable columns, for files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from huoju.core.money import yuan_text
from huoju.decisions.lending import Portfolio, Stressed
from huoju.services.lend_portfolio import Lending
from huoju.services.lending_words import bound_words, change_words, reason_words

YUAN = pa.decimal128(22, 2)
_DIGITS = 9
Floats = NDArray[np.float64]


def lending_tables(lending: Lending) -> Mapping[str, pa.Table]:
    """Return the tables of a portfolio by name: ``loans`` has a row for each applicant, unknown is null."""
    found = {
        "loans": _loans(lending),
        "summary": _summary(lending),
        "bounds": _bounds(lending.portfolio),
        "simple": _simple(lending),
        "sensitivity": _sensitivity(lending),
    }
    if lending.stressed is not None:
        found |= {"stress": _stress(lending.stressed), "changes": _changes(lending, lending.stressed)}
    return found


def _loans(lending: Lending) -> pa.Table:
    chosen, who = lending.portfolio, lending.portfolio.offers.applicants
    rows = range(len(who))
    return pa.table(
        {
            "enterprise": [entity.split(":", 1)[1] for entity in who.entities],
            "id": list(who.entities),
            "name": pa.array(lending.names, pa.string()),
            "as_of": pa.array([lending.as_of] * len(who), pa.date32()),
            "verdict": pa.array(chosen.verdict.tolist(), pa.string()),
            "limit_yuan": _yuan(chosen.limit.astype(np.float64)),
            "yearly_rate": _numbers(chosen.rate),
            "share_drawn": _numbers(chosen.kept),
            "expected_drawn_yuan": _yuan(chosen.kept * chosen.limit),
            "default_probability": _numbers(chosen.offers.probability),
            "expected_loss_yuan": _yuan(chosen.loss),
            "expected_profit_yuan": _yuan(chosen.profit),
            "bank_rating": pa.array(who.rating, pa.string()),
            **{f"chance_{letter}": _numbers(who.chance[:, place]) for place, letter in enumerate("abcd")},
            "industry": pa.array([section or None for section in who.industry], pa.string()),
            "codes": [";".join(codes) for codes in chosen.codes],
            **{f"reason_{code}": [reason_words(chosen, row, code) for row in rows] for code in ("zh", "en")},
        }
    )


def _summary(lending: Lending) -> pa.Table:
    """Return what the certificate says, as names and texts."""
    chosen, terms, solved = lending.portfolio, lending.terms, lending.portfolio.solved
    money = {
        "budget_yuan": terms.budget,
        "limit_yuan": chosen.total("limit"),
        "expected_drawn_yuan": chosen.total("drawn"),
        "expected_loss_yuan": chosen.total("loss"),
        "expected_profit_yuan": solved.value * terms.step,
        "profit_bound_yuan": solved.bound * terms.step,
    }
    said = {
        "as_of": lending.as_of.isoformat(),
        "snapshot": lending.snapshot,
        "policy": f"{terms.name} {terms.version} ({terms.dated})",
        "budget_counts": terms.counts,
        "churn": lending.churn.source,
        "fitted_on": lending.fitted_on.code,
        "loans": str(len(chosen.lent)),
        **{name: yuan_text(round(fen)) for name, fen in money.items()},
        "gap": f"{solved.gap:.9f}",
        **{f"work_{name}": str(count) for name, count in solved.work.items()},
    }
    return pa.table({"name": list(said), "value": list(said.values())})


def _bounds(chosen: Portfolio) -> pa.Table:
    counted = [bound.name == "grants-at-least" for bound in chosen.bounds]
    unit = np.where(counted, 1.0, 100.0)
    return pa.table(
        {
            "bound": [bound.name for bound in chosen.bounds],
            **{f"label_{code}": [bound_words(b.name, code) for b in chosen.bounds] for code in ("zh", "en")},
            "unit": ["loans" if is_count else "yuan" for is_count in counted],
            "used": _numbers(np.array([b.used for b in chosen.bounds]) / unit, 2),
            "limit": _numbers(np.array([b.at_most for b in chosen.bounds]) / unit, 2),
            "binds": [bound.binds for bound in chosen.bounds],
            "yuan_earned_per_unit": _numbers(np.array([b.price for b in chosen.bounds]) / np.where(counted, 100.0, 1)),
        }
    )


def _simple(lending: Lending) -> pa.Table:
    ways = lending.simple
    return pa.table(
        {
            "way": [way.name for way in ways],
            "loans": [way.grants for way in ways],
            "limit_yuan": _yuan(np.array([way.limit for way in ways], dtype=np.float64)),
            "expected_loss_yuan": _yuan(np.array([way.loss for way in ways])),
            "expected_profit_yuan": _yuan(np.array([way.profit for way in ways])),
        }
    )


def _sensitivity(lending: Lending) -> pa.Table:
    lines = lending.changed
    plans = [line.portfolio for line in lines]
    totals = {
        name: np.array([np.nan if plan is None else plan.total(name) for plan in plans])
        for name in ("limit", "drawn", "loss", "profit")
    }
    return pa.table(
        {
            "change": [line.code for line in lines],
            "to": [line.by for line in lines],
            "loans": pa.array([None if plan is None else len(plan.lent) for plan in plans], pa.int64()),
            "limit_yuan": _yuan(totals["limit"]),
            "expected_drawn_yuan": _yuan(totals["drawn"]),
            "expected_loss_yuan": _yuan(totals["loss"]),
            "expected_profit_yuan": _yuan(totals["profit"]),
            "profit_if_kept_yuan": _yuan(np.array([line.kept_profit for line in lines])),
            "gap": _numbers(np.array([np.nan if plan is None else plan.solved.gap for plan in plans])),
        }
    )


def _stress(stressed: Stressed) -> pa.Table:
    scenarios, plans = stressed.event.scenarios, list(stressed.outcomes)
    columns = {f"profit_{one.name}_yuan": [] for one in scenarios}  # type: dict[str, list[float]]
    for plan in plans:
        for one, profit in zip(scenarios, stressed.outcomes[plan], strict=True):
            columns[f"profit_{one.name}_yuan"].append(float(profit))
    return pa.table(
        {
            "plan": plans,
            **{name: _yuan(np.array(profits)) for name, profits in columns.items()},
            "mean_yuan": _yuan(np.array([stressed.mean(plan) for plan in plans])),
            "tail_yuan": _yuan(np.array([stressed.tail(plan) for plan in plans])),
        }
    )


def _changes(lending: Lending, stressed: Stressed) -> pa.Table:
    told = [(aim, change) for aim, changes in stressed.changes.items() for change in changes]
    ids = [entity.split(":", 1)[1] for entity in stressed.offers.applicants.entities]
    pairs = {"before": 0, "after": 1}
    return pa.table(
        {
            "aim": pa.array([aim for aim, _ in told], pa.string()),
            "enterprise": pa.array([ids[change.row] for _, change in told], pa.string()),
            "name": pa.array([lending.names[change.row] for _, change in told], pa.string()),
            "change": pa.array([change.kind for _, change in told], pa.string()),
            **{f"limit_{at}_yuan": _yuan(np.array([float(c.limit[n]) for _, c in told])) for at, n in pairs.items()},
            **{f"yearly_rate_{at}": _numbers(np.array([c.rate[n] for _, c in told])) for at, n in pairs.items()},
            **{
                f"default_probability_{at}": _numbers(np.array([c.probability[n] for _, c in told]))
                for at, n in pairs.items()
            },
            **{
                f"reason_{code}": pa.array(
                    [change_words(stressed.portfolios[a], c, code) for a, c in told], pa.string()
                )
                for code in ("zh", "en")
            },
        }
    )


def _numbers(values: Floats, digits: int = _DIGITS) -> pa.Array:
    return pa.array(np.round(values, digits), from_pandas=True)


def _yuan(fen: Floats) -> pa.Array:
    return pa.array([None if np.isnan(value) else Decimal(round(value)).scaleb(-2) for value in fen.tolist()], YUAN)
