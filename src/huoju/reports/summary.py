"""The first page: who, the four answers, why, what cash will do, and what to watch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from huoju.reports.content import BASE, Count, HeadFact, Money, ReasonRow, ReportContent
from huoju.reports.drawings.fan import Fan, FanWords
from huoju.reports.drawings.radar import Axis, Radar
from huoju.reports.drawings.svg import width_of
from huoju.reports.drawings.waterfall import Step, Waterfall
from huoju.reports.provenance import Attention
from huoju.reports.shown import Shown
from huoju.reports.view import Card, Cell, Charts, Column, Figure, Headings, Section, Table

MOST_STEPS = 10
MOST_LINES = 5
EMS_IN_A_LINE, EMS_OF_EVIDENCE = 31, 21
MONTHS_SHOWN = 24


def identity_lines(content: ReportContent, shown: Shown) -> tuple[str, ...]:
    """Return the lines under the name: codes and head facts, then who asked and what allows it."""
    say, who, request = shown.words.say, content.enterprise, content.request
    first = [say("report.uscc", {"uscc": who.uscc or shown.unknown})]
    first += [_fact(fact, shown) for fact in who.facts]
    lines = [say("report.and").join(first)]
    if who.former_names:
        lines.append(say("report.former", {"names": say("report.comma").join(who.former_names)}))
    asked = say("report.request", {"asked_by": request.asked_by, "purpose": request.purpose})
    lines.append(say("report.and").join((asked, _authorisation(content, shown))))
    return (*lines, say("report.as-of", {"as_of": shown.day(content.as_of), "id": who.id}))


def _fact(fact: HeadFact, shown: Shown) -> str:
    value = fact.value
    if value is None:
        text = shown.unknown
    elif isinstance(value, Money):
        text = shown.amount(value.fen)
    elif isinstance(value, Count):
        text = f"{shown.points(value.number)} {value.unit}".strip()
    else:
        text = shown.day(value) if isinstance(value, date) else value
    return shown.words.say("report.fact", {"label": fact.label, "value": text})


def _authorisation(content: ReportContent, shown: Shown) -> str:
    request = content.request
    if request.authorisation is None:
        return shown.words.say("report.unauthorised")
    data = {"authorisation": request.authorisation, "until": shown.day(request.valid_until)}
    return shown.words.say("report.authorised" if request.valid_until else "report.authorised-open", data)


def cards(content: ReportContent, shown: Shown) -> tuple[Card, ...]:
    """Return the four answers: score, default probability, limit, completeness."""
    return (_score(content, shown), _default(content, shown), _limit(content, shown), _completeness(content, shown))


def _score(content: ReportContent, shown: Shown) -> Card:
    say, score = shown.words.say, content.score
    lines = [say("report.grade", {"grade": score.grade or shown.unknown})]
    if score.low is not None and score.high is not None:
        lines.append(say("report.possible", {"span": shown.span(shown.points(score.low), shown.points(score.high))}))
    unit = f"/ {score.scale}" if score.value is not None else ""
    return Card(
        say("report.score"), shown.points(score.value), unit, tuple(lines), score.grade or "", score.value is not None
    )


def _default(content: ReportContent, shown: Shown) -> Card:
    say, default = shown.words.say, content.default
    lines = []
    if default.low is not None and default.high is not None:
        span = shown.span(shown.percent(default.low, sign=False), shown.percent(default.high))
        name = "report.interval" if default.interval is not None else "report.span-of"
        lines.append(say(name, {"level": shown.percent(default.interval), "span": span}))
    lines.append(say("report.not-shortfall"))
    unit = "%" if default.value is not None else ""
    return Card(say("report.default"), shown.percent(default.value, sign=False), unit, tuple(lines))


def _limit(content: ReportContent, shown: Shown) -> Card:
    say, credit = shown.words.say, content.credit
    verdict = say(f"report.verdict.{credit.verdict}")
    lines = [verdict]
    if credit.verdict != "decline" and (credit.yearly_rate is not None or credit.months is not None):
        data = {"rate": shown.rate(credit.yearly_rate), "months": shown.points(credit.months)}
        lines.append(say("report.rate-and-term", data))
    if len(credit.binding) > 1:
        lines.append(say("report.binding-more", {"first": credit.binding[0], "count": len(credit.binding)}))
    elif credit.binding:
        lines.append(say("report.binding", {"constraints": credit.binding[0]}))
    unit = say("report.wan") if credit.limit is not None else ""
    return Card(say("report.limit"), shown.bare_amount(credit.limit), unit, tuple(lines))


def _completeness(content: ReportContent, shown: Shown) -> Card:
    say, whole = shown.words.say, content.completeness
    lines = [say("report.completeness-basis")] if whole.share is not None else []
    if whole.sources is not None and whole.sources_wanted is not None:
        lines.append(say("report.sources", {"have": whole.sources, "wanted": whole.sources_wanted}))
    if content.missing:
        lacking = list(dict.fromkeys(gap.label for gap in content.missing))
        name = "report.lacks" if len(lacking) <= 2 else "report.lacks-more"
        data = {"names": say("report.comma").join(lacking[:2]), "count": len(lacking)}
        lines.append(say(name, data))
    unit = "%" if whole.share is not None else ""
    return Card(say("report.completeness"), shown.percent(whole.share, sign=False), unit, tuple(lines))


def charts(content: ReportContent, shown: Shown) -> Charts:
    """Return the data of the drawings; many reasons are drawn by group first, and one by one in the annex."""
    single = Waterfall(
        title=shown.words.say("report.reasons"),
        steps=tuple(_step(row, shown) for row in content.reasons),
        total_label=shown.words.say("report.score"),
        total=content.score.value,
        unknown=shown.unknown,
        low=content.score.low,
        high=content.score.high,
    )
    is_long = len(content.reasons) > MOST_STEPS
    return Charts(
        waterfall=_grouped(content, shown, single) if is_long else single,
        parts=single if is_long else None,
        radar=_radar(content, shown) if len(content.groups) >= 3 else None,
        fan=_fan(content, shown),
    )


def _step(row: ReasonRow, shown: Shown) -> Step:
    return Step(row.label, row.points, evidence_text(row, shown), row.known, row.group == BASE)


def evidence_text(row: ReasonRow, shown: Shown) -> str:
    """Return what a reason rests on, and that its data is missing where it is."""
    if row.known:
        return row.evidence
    if not row.evidence:
        return shown.words.say("report.data-missing")
    return shown.words.say("report.not-known", {"evidence": row.evidence})


def _grouped(content: ReportContent, shown: Shown, single: Waterfall) -> Waterfall:
    rows = content.reasons
    steps = [_step(row, shown) for row in rows if row.group == BASE]
    for group in content.groups:
        members = [row for row in rows if row.group == group.code]
        if not members:
            continue
        points = [row.points for row in members if row.points is not None]
        total = sum(points) if len(points) == len(members) else None
        lacking = sum(not row.known or row.points is None for row in members)
        name = "report.parts" if lacking == 0 else "report.parts-lacking"
        evidence = shown.words.say(name, {"count": len(members), "lacking": lacking})
        steps.append(Step(group.label, total, evidence, lacking < len(members)))
    bounds = (content.score.low, content.score.high)
    return Waterfall(single.title, tuple(steps), single.total_label, single.total, single.unknown, *bounds)


def _radar(content: ReportContent, shown: Shown) -> Radar:
    return Radar(
        title=shown.words.say("report.radar"),
        axes=tuple(Axis(group.label, group.percentile, group.median) for group in content.groups),
        own=shown.words.say("report.own"),
        peers=shown.words.say("report.median-of-peers"),
        unknown=shown.unknown,
    )


def _fan(content: ReportContent, shown: Shown) -> Fan:
    say = shown.words.say
    words = FanWords(
        unit=say("report.wan"),
        actual=say("report.actual"),
        forecast=say("report.forecast"),
        median=say("report.median"),
        debt_service=say("report.debt-service"),
        unknown=shown.unknown,
    )
    return Fan(say("report.fan"), content.cash_flow.history[-MONTHS_SHOWN:], content.cash_flow.forecast, words)


def headings(content: ReportContent, shown: Shown, drawn: Charts) -> Headings:
    """Return the titles and captions over the drawings."""
    say = shown.words.say
    name = "report.waterfall-caption" if drawn.parts is None else "report.waterfall-caption-groups"
    if drawn.waterfall.total is None:
        name = "report.waterfall-caption-unknown"
    return Headings(
        waterfall=say("report.reasons"),
        waterfall_caption=say(name),
        parts=say("report.parts-drawn"),
        radar=say("report.radar"),
        radar_caption=say("report.radar-caption", {"peers": content.peers or shown.unknown}),
        no_radar=say("report.no-radar"),
        fan=say("report.fan"),
        fan_caption=say("report.fan-caption"),
    )


def figures(content: ReportContent, shown: Shown) -> tuple[Figure, ...]:
    """Return the numbers under the fan: coverage, shortfall, 12-month inflow, growth."""
    say, repay, cash, growth = shown.words.say, content.repayment, content.cash_flow, content.growth

    def spread(low: str, high: str) -> str:
        return say("report.p10-p90", {"span": shown.span(low, high)})

    growing = [spread(shown.growth(growth.p10), shown.growth(growth.p90))]
    if growth.percentile is not None:
        growing.append(say("report.percentile", {"at": shown.percentile(growth.percentile)}))
    covers = spread(shown.ratio(repay.dscr_p10), shown.ratio(repay.dscr_p90))
    flows = spread(shown.bare_amount(cash.total_p10), shown.amount(cash.total_p90))
    return (
        Figure(shown.ratio(repay.dscr_p50), say("report.dscr"), (covers,)),
        Figure(shown.percent(repay.shortfall), say("report.shortfall"), (repay.basis,) if repay.basis else ()),
        Figure(shown.amount(cash.total_p50), say("report.inflow"), (flows,)),
        Figure(shown.growth(growth.p50), say("report.growth"), tuple(growing)),
    )


def attention(content: ReportContent, shown: Shown) -> Section:
    """Return the points for the approver, the ones to watch first, as many as the first page holds."""
    table = attention_table(content, shown)
    count = rows_on_first_page(table)
    more = len(table.rows) - count
    notes = (shown.words.say("report.more-attention", {"count": more}),) if more > 0 else ()
    first = replace(table, rows=table.rows[:count])
    say = shown.words.say
    return Section(say("report.attention"), say("report.attention-caption"), tables=(first,), notes=notes)


def rows_on_first_page(table: Table) -> int:
    """Return how many points the first page holds by the lines that they take; one at least."""
    lines = 0
    for count, row in enumerate(table.rows):
        lines += 1 + int(max(width_of(row[1].text, 1) // EMS_IN_A_LINE, width_of(row[2].text, 1) // EMS_OF_EVIDENCE))
        if lines > MOST_LINES and count > 0:
            return count
    return len(table.rows)


def attention_table(content: ReportContent, shown: Shown) -> Table:
    """Return all points for the approver as a table."""
    say = shown.words.say
    order = {"watch": 0, "positive": 1, "neutral": 2}
    points = sorted(content.attention, key=lambda point: order[point.level])
    columns = (
        Column(say("report.level"), weight=1),
        Column(say("report.matter"), weight=7),
        Column(say("report.evidence"), weight=4.4),
    )
    return Table(columns, tuple(_point(point, shown) for point in points), empty=say("report.no-attention"))


def _point(point: Attention, shown: Shown) -> tuple[Cell, ...]:
    return (
        Cell(shown.words.say(f"report.levels.{point.level}"), point.level),
        Cell(point.sentence),
        Cell(point.evidence),
    )
