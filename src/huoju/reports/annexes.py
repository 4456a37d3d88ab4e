"""The annexes: reasons in full, months, terms, what is missing, and how the numbers came about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from huoju.core.finding import Finding
from huoju.reports.cash_flow import QUANTILE_NAMES
from huoju.reports.content import BASE, ReasonRow, ReportContent
from huoju.reports.provenance import MissingData
from huoju.reports.shown import Shown
from huoju.reports.summary import attention_table, evidence_text, rows_on_first_page
from huoju.reports.view import Cell, Column, Section, Table, Tone

MOST_FACTS = 4


def annexes(content: ReportContent, shown: Shown) -> tuple[Section, ...]:
    """Return the five annexes in their order."""
    return (
        _reasons(content, shown),
        _months(content, shown),
        _terms(content, shown),
        _gaps(content, shown),
        _method(content, shown),
    )


def finding_text(finding: Finding, shown: Shown) -> str:
    """Return the sentence of a finding; a code without one stands for itself."""
    code = f"finding.{finding.code}"
    return shown.words.say(code, finding.data) if code in shown.words else finding.code


def _heads(shown: Shown, *columns: tuple[str, float]) -> tuple[Column, ...]:
    """Heads by code and weight; a negative weight sets the column to the right."""
    return tuple(
        Column(shown.words.say(f"report.{code}"), "right" if weight < 0 else "left", abs(weight))
        for code, weight in columns
    )


def _row(texts: Iterable[str], tone: Tone = "plain") -> tuple[Cell, ...]:
    return tuple(Cell(text, tone) for text in texts)


def _reasons(content: ReportContent, shown: Shown) -> Section:
    say = shown.words.say
    labels = {group.code: group.label for group in content.groups} | {BASE: ""}
    rows = [_reason(row, labels[row.group], shown) for row in content.reasons]
    rows.append(_row(("", say("report.score"), shown.points(content.score.value), say("report.sum"), ""), "strong"))
    columns = _heads(shown, ("group", 1.5), ("part", 2.7), ("points", -1.1), ("basis", 3.2), ("facts", 4))
    table = Table(columns, tuple(rows) if content.reasons else (), empty=say("report.no-reasons"))
    standings = tuple(
        _row((group.label, shown.percentile(group.percentile), shown.percentile(group.median)))
        for group in content.groups
    )
    heads = _heads(shown, ("group", 3), ("own-percentile", -2), ("peer-percentile", -2))
    among = Table(
        heads, standings, title=say("report.radar-caption", {"peers": content.peers or shown.unknown}), width=0.6
    )
    return Section(say("report.annex.reasons"), say("report.annex.reasons-caption"), tables=(table, among))


def _reason(row: ReasonRow, group: str, shown: Shown) -> tuple[Cell, ...]:
    say = shown.words.say
    evidence = evidence_text(row, shown)
    if row.clause:
        evidence = say("report.by-clause", {"evidence": evidence, "clause": row.clause}).strip()
    facts = list(row.facts[:MOST_FACTS])
    if len(row.facts) > MOST_FACTS:
        facts.append(say("report.more-facts", {"count": len(row.facts) - MOST_FACTS}))
    points = shown.points(row.points) if row.group == BASE else shown.signed(row.points)
    tone: Tone = "plain" if row.points is None or row.group == BASE else "positive" if row.points >= 0 else "watch"
    facts_text = say("report.semicolon").join(facts) or "—"
    return Cell(group), Cell(row.label), Cell(points, tone), Cell(evidence or "—"), Cell(facts_text)


def _months(content: ReportContent, shown: Shown) -> Section:
    say, cash = shown.words.say, content.cash_flow
    ahead = []
    for each in cash.forecast:
        quantiles = [shown.bare_amount(fen) for fen in each.quantiles or (None,) * len(QUANTILE_NAMES)]
        ahead.append(_row((shown.month(each.month), *quantiles, shown.bare_amount(each.debt_service))))
    past = [
        _row((shown.month(ended.month), shown.bare_amount(ended.inflow), shown.bare_amount(ended.debt_service)))
        for ended in reversed(cash.history)
    ]
    quantile_heads = tuple(Column(name, "right") for name in QUANTILE_NAMES)
    month, due = _heads(shown, ("month", 1), ("debt-service", -1))
    net, gap = _heads(shown, ("net-inflow", -1)), Column("", weight=0.4)
    totals = {"low": cash.total_p10, "middle": cash.total_p50, "high": cash.total_p90}
    sentence = say("report.totals", {name: shown.amount(fen) for name, fen in totals.items()})
    tables = (
        Table((month, *quantile_heads, due), tuple(ahead), say("report.forecast-months"), say("report.no-months")),
        Table(
            (month, *net, due, gap, month, *net, due),
            _in_two(past),
            say("report.actual-months"),
            say("report.no-months"),
        ),
    )
    return Section(say("report.annex.months"), say("report.annex.months-caption"), (sentence,), tables)


def _in_two(rows: Sequence[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows as two halves side by side."""
    half = (len(rows) + 1) // 2
    gap, blank = (Cell(""),), (Cell(""),) * 3
    return tuple(rows[at] + gap + (rows[half + at] if half + at < len(rows) else blank) for at in range(half))


def _terms(content: ReportContent, shown: Shown) -> Section:
    say, credit = shown.words.say, content.credit
    binding = say("report.comma").join(credit.binding) or say("report.none")
    growth, repay = content.growth, content.repayment
    pairs = [
        ("verdict-head", say(f"report.verdict.{credit.verdict}")),
        ("limit", shown.amount(credit.limit)),
        ("limit-span", shown.span(shown.bare_amount(credit.limit_low), shown.amount(credit.limit_high))),
        ("yearly-rate", shown.rate(credit.yearly_rate)),
        ("term", shown.unknown if credit.months is None else say("report.months", {"months": credit.months})),
        ("binding-head", binding),
        (
            "dscr-quantiles",
            say("report.slash").join(map(shown.ratio, (repay.dscr_p10, repay.dscr_p50, repay.dscr_p90))),
        ),
        ("shortfall", shown.percent(repay.shortfall)),
        ("debt-basis", repay.basis or shown.unknown),
        ("growth-quantiles", say("report.slash").join(map(shown.growth, (growth.p10, growth.p50, growth.p90)))),
        ("growth-percentile", shown.percentile(growth.percentile)),
        ("policy", credit.policy),
    ]
    terms = Table(_heads(shown, ("term-head", 2), ("value", 5)), tuple(_row((say(f"report.{k}"), v)) for k, v in pairs))
    prices = [_row((term.label, shown.rate(term.rate))) for term in credit.price_terms]
    if prices:
        prices.append(_row((say("report.yearly-rate"), shown.rate(credit.yearly_rate)), "strong"))
    heads = _heads(shown, ("price-term", 5), ("rate", -2))
    price = Table(heads, tuple(prices), say("report.price"), say("report.no-price"), 0.6)
    tables: tuple[Table, ...] = (terms, price)
    points = attention_table(content, shown)
    if len(points.rows) > rows_on_first_page(points):
        tables += (replace(points, title=say("report.attention")),)
    return Section(say("report.annex.terms"), say("report.annex.terms-caption"), tables=tables)


def _gaps(content: ReportContent, shown: Shown) -> Section:
    say = shown.words.say
    missing = tuple(_row((gap.label, gap.supplier or shown.unknown, _effect(gap, shown))) for gap in content.missing)
    findings = tuple(_row((finding.where, finding_text(finding, shown))) for finding in content.findings)
    lacking = Table(
        _heads(shown, ("missing", 3), ("supplier", 2), ("effect-head", 4)),
        missing,
        say("report.missing-title"),
        say("report.no-missing"),
    )
    heads = _heads(shown, ("where", 3), ("found", 7))
    found = Table(heads, findings, say("report.findings-title"), say("report.no-findings"))
    return Section(say("report.annex.gaps"), say("report.annex.gaps-caption"), tables=(lacking, found))


def _effect(gap: MissingData, shown: Shown) -> str:
    if gap.low is None or gap.high is None:
        return gap.effect or shown.unknown
    data = {"target": gap.target, "span": shown.span(shown.any(gap.low), shown.any(gap.high)), "unit": gap.unit}
    return shown.words.say("report.effect", data).strip()


def _method(content: ReportContent, shown: Shown) -> Section:
    say, rests = shown.words.say, content.provenance
    models = tuple(_row((model.name, model.version, model.fitted_on or shown.unknown)) for model in rests.models)
    ledger = say("report.no-ledger")
    if rests.ledger is not None:
        ledger = say("report.ledger", {"sequence": rests.ledger.sequence, "hash": rests.ledger.hash})
    pairs = [
        ("number", content.number),
        ("as-of-head", shown.day(content.as_of)),
        ("rules", rests.rules),
        ("policy", content.credit.policy),
        ("snapshot", rests.snapshot),
        ("ledger-head", ledger),
        ("fitted-on", content.default.fitted_on or shown.unknown),
    ]
    heads = _heads(shown, ("model", 3), ("version", 2), ("fitted-on", 5))
    rows = tuple(_row((say(f"report.{code}"), value)) for code, value in pairs)
    tables = (Table(_heads(shown, ("item", 2), ("value", 6)), rows), Table(heads, models, empty=say("report.none")))
    paragraphs = (say("report.method"), *rests.notes, say("report.objection"))
    return Section(say("report.annex.method"), "", paragraphs, tables)
