"""From an explanation to the content of a report: every value once, in the reader's words."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import numpy as np

from huoju.core.assessment import LEVELS, Reason
from huoju.core.money import MICRO
from huoju.core.panel import Panel
from huoju.core.period import Period
from huoju.core.variable import variables
from huoju.core.words import Words
from huoju.decisions.deciding import price
from huoju.models.cash_flow import forecast as cash_flow
from huoju.models.default_risk import model as default_risk
from huoju.models.default_risk.features import features
from huoju.models.growth import model as growth
from huoju.models.repayment import model as repayment
from huoju.models.torch_score import model as torch_score
from huoju.models.torch_score.model import GROUPS
from huoju.reports import (
    BASE,
    CashFlow,
    Completeness,
    Count,
    Credit,
    DefaultProbability,
    Enterprise,
    Growth,
    HeadFact,
    LedgerHead,
    ModelVersion,
    Money,
    MonthActual,
    MonthForecast,
    PriceTerm,
    Provenance,
    ReasonRow,
    Repayment,
    ReportContent,
    Request,
    Score,
    Standing,
)
from huoju.services.explain_enterprise import Explanation
from huoju.services.home import Who
from huoju.services.points_to_watch import missing_data, points_to_watch

_SHOWN = (0.1, 0.25, 0.5, 0.75, 0.9)
HISTORY = 13


def _asker(who: Who, words: Words) -> str:
    """Return who asked: the account, its organisation and the roles it has there."""
    roles = words.say("term.list-comma").join(words.say(f"term.role.{role}") for role in sorted(who.roles))
    return words.say("term.asker", {"account": who.account, "organisation": who.organisation, "roles": roles})


def report_content(
    explanation: Explanation, words: Words, who: Who, head: LedgerHead, *, synthetic: bool, sources: tuple[int, int]
) -> ReportContent:
    """Return the content of a report that prints ``head``, the ledger's when it was asked for.

    ``sources`` is how many have delivered about the enterprise, and of how many.
    """
    a, row, panel = explanation.assessed, explanation.row, explanation.assessed.panel
    language = words.language
    return ReportContent(
        number=_number(explanation, head),
        language="zh" if language == "zh" else "en",
        as_of=panel.as_of,
        synthetic=synthetic,
        enterprise=_enterprise(explanation, words),
        request=Request(asked_by=_asker(who, words), purpose=words.say(f"term.purpose.{who.purpose}")),
        score=Score(_int(row["score"]), _int(row["score_low"]), _int(row["score_high"]), _text(row["grade"])),
        default=DefaultProbability(
            _float(row["default_probability"]),
            _float(row["default_probability_low"]),
            _float(row["default_probability_high"]),
            0.9,
            words.say(f"term.fitted.{a.fitted_on.code}", a.fitted_on.data()),
        ),
        growth=Growth(*(_float(row[f"growth_{name}"]) for name in ("p10", "p50", "p90", "percentile"))),
        credit=_credit(explanation, words),
        completeness=Completeness(_complete(explanation), *sources),
        repayment=Repayment(
            dscr_p10=_float(row["dscr_p10"]),
            dscr_p50=_float(row["dscr_p50"]),
            dscr_p90=_float(row["dscr_p90"]),
            shortfall=_float(row["shortfall_probability"]),
            basis=words.say("term.basis", {"loan": f"{a.policy.loan.amount // 1_000_000}"}),
        ),
        cash_flow=_cash_flow(explanation),
        provenance=Provenance(
            models=tuple(ModelVersion(words.say(f"model.{name}"), version) for name, version in _MODELS),
            rules=f"{a.policy.label[language]} {a.policy.version}",
            snapshot=explanation.zone.snapshot[:12],
            ledger=head,
            notes=(words.say("term.cash-flow-note"), words.say("term.policy-note")),
        ),
        reasons=tuple(_reason(reason, explanation, words) for reason in explanation.score.reasons),
        groups=_groups(explanation, words),
        peers=words.say("term.peers", {"count": len(panel)}),
        attention=points_to_watch(explanation, words),
        missing=missing_data(explanation, words),
        findings=panel.findings,
    )


_MODELS = tuple((model.NAME, model.VERSION) for model in (torch_score, default_risk, cash_flow, growth, repayment))


def _number(explanation: Explanation, head: LedgerHead) -> str:
    zone = explanation.zone
    seed = f"{head.hash}|{zone.snapshot}|{explanation.row['id']}|{zone.as_of}|{zone.policy}"
    return f"HJ-{zone.as_of:%Y%m%d}-{hashlib.sha256(seed.encode()).hexdigest()[:8].upper()}"


def _enterprise(explanation: Explanation, words: Words) -> Enterprise:
    panel, place, identity = explanation.assessed.panel, explanation.place, str(explanation.row["id"])

    def latest(name: str) -> int | None:
        column = panel.latest(name)
        return int(column.values[place]) if column.known[place] else None

    founded, capital, people = latest("founded_on"), latest("paid_in_capital"), latest("insured_headcount")
    facts = (
        HeadFact(_label("founded_on", words), None if founded is None else date(1970, 1, 1) + timedelta(days=founded)),
        HeadFact(_label("paid_in_capital", words), None if capital is None else Money(capital)),
        HeadFact(
            _label("insured_headcount", words), None if people is None else Count(people, words.say("term.persons"))
        ),
    )
    former = panel.latest("former_name")
    uscc = identity.removeprefix("uscc:") if identity.startswith("uscc:") else None
    name = _text(explanation.row["name"]) or str(explanation.row["enterprise"])
    return Enterprise(identity, name, uscc, facts, (str(former.values[place]),) if former.known[place] else ())


def _credit(explanation: Explanation, words: Words) -> Credit:
    a, place = explanation.assessed, explanation.place
    limit, rate = a.advice.limit[place], a.advice.rate[place]
    verdict = a.advice.verdict[place]
    terms = () if np.isnan(rate) else _price_terms(explanation, words)
    return Credit(
        verdict=verdict,
        limit=None if np.isnan(limit) else int(limit),
        yearly_rate=None if np.isnan(rate) else round(float(rate) * MICRO),
        months=a.policy.loan.months,
        policy=a.policy.label[words.language],
        binding=tuple(words.say(f"term.binding.{code}") for code in a.advice.binding[place]),
        price_terms=terms,
    )


def _price_terms(explanation: Explanation, words: Words) -> tuple[PriceTerm, ...]:
    """Return the price term by term; they add up to the rate before bounds, and the bound's part makes it whole."""
    a, place = explanation.assessed, explanation.place
    probability, policy = float(a.scored.probability[place]), a.policy
    asked = float(price(np.array([probability]), policy)[0])
    loss, funding, margin = (
        value / (1 - probability)
        for value in (policy.loss_given_default * probability, policy.funding_cost, policy.margin)
    )
    bound = float(a.advice.rate[place]) - asked
    named = {
        "expected-loss": loss,
        "funding": funding,
        "margin": margin,
        **({"bound": bound} if abs(bound) > 5e-7 else {}),
    }
    return tuple(PriceTerm(words.say(f"term.price.{name}"), round(value * MICRO)) for name, value in named.items())


def _complete(explanation: Explanation) -> float | None:
    parts = [reason for reason in explanation.score.reasons if reason.group != BASE]
    return sum(reason.state == "known" for reason in parts) / len(parts) if parts else None


def _cash_flow(explanation: Explanation) -> CashFlow:
    a, place = explanation.assessed, explanation.place
    grid = a.panel.months("net_inflow", HISTORY)
    history = tuple(
        MonthActual(period.start, int(grid.values[place, at]) if grid.known[place, at] else None)
        for at, period in enumerate(grid.periods)
    )
    quantiles = a.forecast.monthly()[place]
    known = bool(a.forecast.known[place])
    service = _monthly_service(a.panel, place, a.forecast.periods)
    ahead = tuple(
        MonthForecast(
            period.start,
            tuple(round(float(quantiles[at, LEVELS.index(level)])) for level in _SHOWN) if known else None,  # type: ignore[arg-type]
            service[at] + round(float(a.service[place] - sum(service)) / 12),
        )
        for at, period in enumerate(a.forecast.periods)
    )
    totals = [explanation.row[f"inflow_12m_{name}"] for name in ("p10", "p50", "p90")]
    return CashFlow(history, ahead, *(None if value is None else round(float(str(value)) * 100) for value in totals))


def _monthly_service(panel: Panel, place: int, periods: tuple[Period, ...]) -> list[int]:
    columns = [panel.column("debt_service", period) for period in periods]
    return [int(column.values[place]) if column.known[place] else 0 for column in columns]


def _reason(reason: Reason, explanation: Explanation, words: Words) -> ReasonRow:
    if reason.group == BASE:
        return ReasonRow(BASE, words.say(f"term.part.{reason.part}"), int(reason.amount))
    feature = next(f for f in features() if f.name == reason.part)
    return ReasonRow(
        group=reason.group,
        label=feature.label[words.language],
        points=int(reason.amount),
        evidence=_evidence(feature.name, explanation, words),
        facts=reason.facts,
        known=reason.state == "known",
        clause=reason.clause,
    )


def _evidence(name: str, explanation: Explanation, words: Words) -> str:
    """Return what the input's value is, in words, and the bin of the table that it falls in."""
    cell = explanation.cells[name]
    if not cell.value:
        return words.say("term.unknown")
    return words.say("term.in-bin", {"value": words.say(f"evidence.{name}", {"value": cell.value}), "bin": cell.bin})


def _groups(explanation: Explanation, words: Words) -> tuple[Standing, ...]:
    middle = 0.5
    return tuple(
        Standing(group, words.say(f"term.group.{group}"), explanation.group_percentiles[group], middle)
        for group in GROUPS
    )


def _label(variable: str, words: Words) -> str:
    return variables()[variable].label[words.language]


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _float(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
