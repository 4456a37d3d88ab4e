"""A portfolio on the screen: what it is, the proof, its bounds and loans, what it hangs on, and a sudden event."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from huoju.cli.speaking import language, percent, say, show_table
from huoju.core.money import wan_yuan_text

if TYPE_CHECKING:
    from huoju.decisions.lending import BoundKept, Changed, Stressed
    from huoju.services.lend_portfolio import Lending

SHOWN = 10


def show_lending(lending: Lending) -> None:
    """Print a portfolio; amounts are in 万元."""
    _totals(lending)
    _bounds(lending)
    _loans(lending)
    _others(lending)
    _simple(lending)
    _sensitivity(lending)
    if lending.stressed is not None:
        _stress(lending.stressed)
        _changes(lending, lending.stressed)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> None:
    show_table(title, heads, rows, numeric=numeric)
    typer.echo("")


def _heads(*names: str, **data: object) -> list[str]:
    return [say(f"lend.column.{name}", **data) for name in names]


def _wan(fen: float) -> str:
    return "—" if math.isnan(fen) else wan_yuan_text(round(fen))


def _totals(lending: Lending) -> None:
    chosen, terms, solved = lending.portfolio, lending.terms, lending.portfolio.solved
    count = len(chosen.offers.applicants)
    version = {"policy": terms.name, "version": terms.version, "dated": terms.dated}
    typer.echo(say("lend.title", count=count, as_of=lending.as_of, **version))
    typer.echo(
        say(
            "lend.totals",
            grants=len(chosen.lent),
            budget=_wan(terms.budget),
            counts=say(f"lend.counts.{terms.counts}"),
            **{name: _wan(chosen.total(name)) for name in ("limit", "drawn", "loss", "profit")},
        )
    )
    if not len(chosen.lent):
        typer.echo(say("lend.nothing"))
    profit, bound = (_wan(value * terms.step) for value in (solved.value, solved.bound))
    work = {name: f"{solved.work[name]:,}" for name in ("choices", "grid")}
    typer.echo(say("lend.proof", bound=bound, profit=profit, gap=f"{solved.gap:.4%}"))
    typer.echo(say("lend.proof-search" if solved.by_search else "lend.proof-prices", **work))
    typer.echo("")


def _bounds(lending: Lending) -> None:
    _table(
        say("lend.heads.bounds"),
        _heads("bound", "used", "at_most", "price"),
        [_bound(bound) for bound in lending.portfolio.bounds],
        numeric=range(1, 4),
    )


def _bound(bound: BoundKept) -> list[str]:
    from huoju.services.lending_words import bound_words

    if bound.name == "grants-at-least":
        used = say("lend.bound.grants-value", count=round(bound.used))
        floor = say("lend.bound.grants-floor", count=round(bound.at_most))
        return [bound_words(bound.name, language()), used, floor, "—"]
    price = f"{bound.price * 10_000:,.2f}" if bound.binds else "—"
    return [bound_words(bound.name, language()), _wan(bound.used), _wan(bound.at_most), price]


def _loans(lending: Lending) -> None:
    from huoju.services.lending_words import brief_words, reason_words

    chosen = lending.portfolio
    best = sorted(chosen.lent, key=lambda row: (-chosen.profit[row], row))[:SHOWN]
    rows = [
        [
            _name(lending, row),
            _wan(float(chosen.limit[row])),
            percent(float(chosen.rate[row]), 2),
            percent(float(chosen.offers.probability[row]), 2),
            percent(float(chosen.kept[row]), 0),
            _wan(float(chosen.profit[row])),
            brief_words(chosen, int(row), language()),
        ]
        for row in best
    ]
    if rows:
        heads = _heads("enterprise", "limit", "rate", "probability", "kept", "profit", "set_by")
        _table(say("lend.heads.loans", count=len(rows)), heads, rows, numeric=range(1, 6))
        first = int(best[0])
        typer.echo(say("lend.example", name=_name(lending, first), reason=reason_words(chosen, first, language())))
        typer.echo("")


def _name(lending: Lending, row: int) -> str:
    entity = lending.portfolio.offers.applicants.entities[row].split(":", 1)[1]
    name = lending.names[row]
    return entity if name is None or entity in name else f"{entity} {name}"


def _others(lending: Lending) -> None:
    """Print how many are not lent to, by verdict and the first reason."""
    from huoju.services.lending_words import codes_words

    chosen = lending.portfolio
    counts = Counter(
        (str(state), chosen.codes[row][0].partition(":")[0])
        for row, state in enumerate(chosen.verdict)
        if state != "lend"
    )
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [[say(f"lend.verdict.{state}"), codes_words([code], language()), str(n)] for (state, code), n in order]
    if rows:
        _table(say("lend.heads.others"), _heads("verdict", "why", "count"), rows, numeric=(2,))


def _simple(lending: Lending) -> None:
    rows = [
        [say(f"lend.simple.{way.name}"), str(way.grants), _wan(way.limit), _wan(way.loss), _wan(way.profit)]
        for way in lending.simple
    ]
    heads = _heads("way", "grants", "limit", "loss", "profit")
    _table(say("lend.heads.simple"), heads, rows, numeric=range(1, 5))


def _sensitivity(lending: Lending) -> None:
    heads = _heads("change", "by", "grants", "limit", "loss", "profit", "kept_profit")
    rows = [_changed(line) for line in lending.changed]
    _table(say("lend.heads.sensitivity"), heads, rows, numeric=range(1, 7))


def _changed(line: Changed) -> list[str]:
    head = [say(f"lend.change.{line.code}"), line.by.replace("-", "−")]
    if line.portfolio is None:
        return [*head, say("lend.impossible"), "—", "—", "—", "—"]
    totals = [_wan(line.portfolio.total(name)) for name in ("limit", "loss", "profit")]
    kept = say("lend.breaks") if math.isnan(line.kept_profit) else _wan(line.kept_profit)
    return [*head, str(len(line.portfolio.lent)), *totals, kept]


def _stress(stressed: Stressed) -> None:
    event = stressed.event
    title = say("lend.heads.stress", event=event.label[language()], version=event.version, dated=event.dated)
    scenarios = [f"{one.label[language()]} {one.weight:.0%}" for one in event.scenarios]
    heads = [*_heads("plan"), *scenarios, *_heads("mean", "tail", tail=f"{event.tail:.0%}")]
    rows = [
        [
            say(f"lend.plan.{plan}"),
            *(_wan(float(profit)) for profit in outcomes),
            _wan(stressed.mean(plan)),
            _wan(stressed.tail(plan)),
        ]
        for plan, outcomes in stressed.outcomes.items()
    ]
    _table(title, heads, rows, numeric=range(1, len(heads)))


def _changes(lending: Lending, stressed: Stressed) -> None:
    """Print the loans that an event changes, most money first; who only gets another rate comes last."""
    from huoju.services.lending_words import brief_words

    aim = "tail"
    changes = sorted(stressed.changes[aim], key=lambda c: (-abs(c.limit[1] - c.limit[0]), c.row))
    rows = [
        [
            _name(lending, change.row),
            say(f"lend.kind.{change.kind}"),
            *(_offer(change.limit[at], change.rate[at]) for at in (0, 1)),
            *(percent(change.probability[at], 2) for at in (0, 1)),
            brief_words(stressed.portfolios[aim], change.row, language()),
        ]
        for change in changes[:SHOWN]
    ]
    if rows:
        title = say("lend.heads.changes", aim=say(f"lend.plan.{aim}"), count=len(changes), shown=len(rows))
        heads = _heads("enterprise", "change", "before", "after", "chance_before", "chance_after", "why")
        _table(title, heads, rows, numeric=range(2, 6))


def _offer(limit: int, rate: float) -> str:
    return "—" if not limit else say("lend.offer", limit=_wan(limit), rate=percent(rate, 2))
