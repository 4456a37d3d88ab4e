"""A report as one JSON document: amounts in yuan as decimal text, shares of 1, ISO dates, null for unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from huoju.core.assessment import Number
from huoju.core.finding import Finding
from huoju.core.money import MICRO, yuan_text
from huoju.core.words import Words
from huoju.reports.annexes import finding_text
from huoju.reports.cash_flow import QUANTILE_NAMES
from huoju.reports.content import Count, HeadFact, Money, ReportContent
from huoju.reports.shown import Shown

Json = dict[str, object]


def make_json(content: ReportContent, words: Words) -> str:
    """Return the report as JSON text in UTF-8 with a fixed order of keys.

    Raises ``ValueError`` where the words are of another language than the content's own texts.
    """
    if words.language != content.language:
        raise ValueError(f"The content is in {content.language!r}, the words are in {words.language!r}.")
    shown = Shown(words)
    document: Json = {
        "report": content.number,
        "kind": "credit_reference",
        "language": content.language,
        "as_of": content.as_of.isoformat(),
        "synthetic": content.synthetic,
        "notice": words.say("report.synthetic") if content.synthetic else None,
        "enterprise": _enterprise(content),
        "request": _request(content),
        **_answers(content),
        "reasons": _reasons(content),
        "groups": [_named(group, "code", "label", "percentile", "median") for group in content.groups],
        "peers": content.peers or None,
        "cash_flow": _cash_flow(content),
        "attention": [_named(point, "level", "sentence", "evidence") for point in content.attention],
        "missing": _missing(content),
        "findings": [_finding(finding, shown) for finding in content.findings],
        "provenance": _provenance(content),
        "objection": words.say("report.objection"),
        "closing": words.say("report.closing"),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _named(thing: object, *names: str) -> Json:
    return {name: getattr(thing, name) for name in names}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else yuan_text(fen)


def _share(micro: int | None) -> str | None:
    """A rate of shares x 10^6 as exact decimal text of a share of 1."""
    return None if micro is None else f"{(Decimal(micro) / MICRO).normalize():f}"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _enterprise(content: ReportContent) -> Json:
    who = content.enterprise
    named = _named(who, "id", "name", "uscc")
    return {**named, "former_names": list(who.former_names), "facts": [_fact(fact) for fact in who.facts]}


def _fact(fact: HeadFact) -> Json:
    value = fact.value
    if isinstance(value, Money):
        return {"label": fact.label, "value": yuan_text(value.fen), "unit": "yuan"}
    if isinstance(value, Count):
        return {"label": fact.label, "value": value.number, "unit": value.unit or None}
    return {"label": fact.label, "value": _day(value) if isinstance(value, date) else value, "unit": None}


def _request(content: ReportContent) -> Json:
    request = content.request
    return {**_named(request, "asked_by", "purpose", "authorisation"), "valid_until": _day(request.valid_until)}


def _answers(content: ReportContent) -> Json:
    score, credit = content.score, content.credit
    return {
        "torch_score": {**_named(score, "value", "low", "high", "scale", "grade"), "history": list(score.history)},
        "default_probability": _named(content.default, "value", "low", "high", "interval", "fitted_on"),
        "growth": _named(content.growth, "p10", "p50", "p90", "percentile"),
        "credit": {
            "verdict": credit.verdict,
            "limit_yuan": _yuan(credit.limit),
            "limit_low_yuan": _yuan(credit.limit_low),
            "limit_high_yuan": _yuan(credit.limit_high),
            "yearly_rate": _share(credit.yearly_rate),
            "months": credit.months,
            "binding": list(credit.binding),
            "price_terms": [{"label": term.label, "rate": _share(term.rate)} for term in credit.price_terms],
            "policy": credit.policy,
        },
        "completeness": _named(content.completeness, "share", "sources", "sources_wanted"),
        "repayment": {
            **_named(content.repayment, "dscr_p10", "dscr_p50", "dscr_p90"),
            "shortfall_probability": content.repayment.shortfall,
            "basis": content.repayment.basis or None,
        },
    }


def _reasons(content: ReportContent) -> list[Json]:
    return [
        {
            **_named(row, "group", "label", "points", "known", "evidence"),
            "clause": row.clause or None,
            "facts": list(row.facts),
        }
        for row in content.reasons
    ]


def _cash_flow(content: ReportContent) -> Json:
    cash = content.cash_flow
    return {
        "unit": "yuan",
        "history": [
            {"month": f"{each.month:%Y-%m}", "inflow": _yuan(each.inflow), "debt_service": _yuan(each.debt_service)}
            for each in cash.history
        ],
        "forecast": [
            {"month": f"{each.month:%Y-%m}", **_quantiles(each.quantiles), "debt_service": _yuan(each.debt_service)}
            for each in cash.forecast
        ],
        "next_12_months": {"p10": _yuan(cash.total_p10), "p50": _yuan(cash.total_p50), "p90": _yuan(cash.total_p90)},
    }


def _quantiles(quantiles: Sequence[int] | None) -> Json:
    values = quantiles or (None,) * len(QUANTILE_NAMES)
    return {name.lower(): _yuan(fen) for name, fen in zip(QUANTILE_NAMES, values, strict=True)}


def _missing(content: ReportContent) -> list[Json]:
    return [
        {
            **_named(gap, "label", "supplier", "target"),
            "low": _plain(gap.low),
            "high": _plain(gap.high),
            "unit": gap.unit or None,
            "effect": gap.effect or None,
        }
        for gap in content.missing
    ]


def _plain(number: Number | None) -> int | float | None:
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else float(number)
    return number


def _finding(finding: Finding, shown: Shown) -> Json:
    said = finding_text(finding, shown)
    return {"code": finding.code, "where": finding.where, "sentence": said, "data": dict(finding.data)}


def _provenance(content: ReportContent) -> Json:
    rests = content.provenance
    return {
        "models": [_named(model, "name", "version", "fitted_on") for model in rests.models],
        "rules": rests.rules,
        "snapshot": rests.snapshot,
        "ledger": None if rests.ledger is None else _named(rests.ledger, "sequence", "hash"),
        "notes": list(rests.notes),
    }
