"""`huoju advise`: the cheapest changes that bring an enterprise's score to a target."""

from __future__ import annotations

import json
from fractions import Fraction
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.options import DEFAULT_HOME, AsOfOption, EnterpriseArgument, HomeOption
from huoju.cli.rate import JsonOption
from huoju.cli.speaking import answering, day, home_of, language, say, show_table, tell

if TYPE_CHECKING:
    from huoju.services.advise_enterprise import Advised


def advise(
    enterprise: EnterpriseArgument,
    target: Annotated[int, typer.Option("--target", help=say("help.target"))],
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    changes: Annotated[Path | None, typer.Option("--changes", help=say("help.changes"))] = None,
    supply: Annotated[list[str] | None, typer.Option("--supply", help=say("help.supply"))] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the cheapest changes, what they cost, and why nothing cheaper does."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.advise_enterprise import advice_content, advise_enterprise
        from huoju.services.home import Home, owner

        advised = advise_enterprise(
            home=cast("Home", opened),
            who=owner(),
            enterprise=enterprise,
            target=target,
            as_of=day(as_of),
            changes=changes,
            supplied=tuple(supply or ()),
        )
        if as_json:
            typer.echo(json.dumps(advice_content(advised), ensure_ascii=False, indent=1))
        else:
            _show(advised)


def _show(advised: Advised) -> None:
    advice = advised.advice
    who = f"{advised.name or advised.enterprise}  {advised.enterprise}  {advised.as_of}"
    typer.echo(f"{who}\n{say('advice.now', score=advice.score, target=advice.target)}")
    typer.echo(say(f"advice.{advice.found}", reached=advice.reached, cost=_cost(advised, advice.cost)))
    if advice.steps:
        _show_steps(advised)
    if advice.cheaper is not None and advice.found == "changes":
        typer.echo(say("advice.certificate", cheaper=advice.cheaper, cost=_cost(advised, advice.cost)))
    if advice.found == "unreachable":
        _show_left(advised)
    if advised.unknown and advice.found != "already":
        _show_unknown(advised)
    tell("advice.assumed", source=advised.changes.source)


def _show_steps(advised: Advised) -> None:
    from huoju.services.advise_enterprise import label, told

    rows = []
    for step in advised.advice.steps:
        change = advised.changes.by_input[step.name]
        before, after = (told(change, held, language()) for held in (step.before, step.after))
        how = say("advice.supply-it") if isnan(step.before) else change.how[language()]
        rows.append([label(step.name, language()), before, after, f"+{step.points}", _cost(advised, step.cost), how])
    heads = [say(f"advice.column.{name}") for name in ("input", "from", "to", "points", "cost", "how")]
    show_table("", heads, rows, numeric=[1, 2, 3, 4])


def _show_left(advised: Advised) -> None:
    from huoju.services.advise_enterprise import label

    rows = []
    for left in advised.advice.left:
        held = advised.changes.held.get(left.name)
        why = held[language()] if left.why == "held" and held else say(f"advice.why.{left.why}")
        rows.append([label(left.name, language()), str(left.points), why])
    show_table(say("advice.left"), [say(f"advice.column.{n}") for n in ("input", "short", "why")], rows, numeric=[1])


def _show_unknown(advised: Advised) -> None:
    from huoju.services.advise_enterprise import label

    rows = [
        [label(one.name, language()), one.supplier, f"{one.low:+d} … {one.high:+d}".replace("-", "−")]
        for one in advised.unknown
    ]
    heads = [say(f"advice.column.{name}") for name in ("input", "supplier", "span")]
    title = say("advice.unknown", cost=_cost(advised, advised.changes.document))
    show_table(title, heads, rows, numeric=[2])


def _cost(advised: Advised, cost: Fraction) -> str:
    return f"{float(cost):.4g} {advised.changes.cost_unit[language()]}"
