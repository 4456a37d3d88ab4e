"""`huoju whatif`: one enterprise's year ahead under a stated shock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, EnterpriseArgument, HomeOption
from huoju.cli.speaking import answering, day, heads, home_of, percent, say, show_table, wan

if TYPE_CHECKING:
    from huoju.services.whatif import Outlook, WhatIf


def whatif(
    enterprise: EnterpriseArgument,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    fewer_orders: Annotated[
        float, typer.Option("--fewer-orders", min=0, max=100, help=say("help.fewer-orders"), metavar="PERCENT")
    ] = 0.0,
    purchases_follow: Annotated[
        float, typer.Option("--purchases-follow", min=0, max=100, help=say("help.purchases-follow"), metavar="PERCENT")
    ] = 0.0,
    later: Annotated[int, typer.Option("--later", min=0, max=180, help=say("help.later"), metavar="DAYS")] = 0,
    loses_largest_buyer: Annotated[
        bool, typer.Option("--loses-largest-buyer", help=say("help.loses-largest-buyer"))
    ] = False,
    engine: EngineOption = None,
) -> None:
    """Print the year ahead before and after, and the loan it bears."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.models.cash_flow.whatif import Shock
        from huoju.services.home import Home
        from huoju.services.whatif import what_if

        shock = Shock(fewer_orders / 100, purchases_follow / 100, later, loses_largest_buyer)
        told = what_if(home=cast("Home", opened), who=asker(), enterprise=enterprise, shock=shock, as_of=day(as_of))
        _show(told)


def _show(told: WhatIf) -> None:
    typer.echo(f"{told.name or told.enterprise}  {told.enterprise}  {told.as_of}")
    typer.echo(
        say(
            "cli.shock-line",
            orders=percent(told.shock.fewer_orders, 0),
            purchases=percent(told.shock.purchases_follow, 0),
            days=told.shock.later,
            buyer=say("cli.buyer-lost", share=percent(told.largest_buyer))
            if told.shock.loses_largest_buyer
            else say("cli.buyer-kept"),
        )
    )
    months = [
        [f"{period.start:%Y-%m}", *_wan(before), *_wan(told.after.months[period])]
        for period, before in told.before.months.items()
    ]
    months.append([say("cli.twelve-months"), *_wan(told.before.inflow), *_wan(told.after.inflow)])
    columns = [
        "",
        *(f"{say(f'cli.column.{when}')} {level}" for when in ("unshocked", "under-shock") for level in _LEVELS),
    ]
    show_table(say("cli.months-title"), columns, months, numeric=range(1, 7))
    loan = told.policy.loan
    title = say(
        "cli.loan-title",
        amount=wan(loan.amount / 100),
        months=loan.months,
        rate=percent(loan.yearly_rate),
        tolerance=percent(told.policy.tolerance, 0),
    )
    show_table(title, ["", *heads("unshocked", "under-shock")], _loan(told), numeric=(1, 2))
    if not told.cash_known:
        typer.echo(say("cli.cash-left-out"))


_LEVELS = ("P10", "P50", "P90")


def _wan(fen: tuple[float, ...] | None) -> list[str]:
    return [wan(None if fen is None else value / 100) for value in (fen or (0.0,) * len(_LEVELS))]


def _loan(told: WhatIf) -> list[list[str]]:
    return [
        [say("cli.outlook.shortfall"), *(percent(each.shortfall) for each in (told.before, told.after))],
        [say("cli.outlook.runs-out"), *(_month(each) for each in (told.before, told.after))],
        [say("cli.outlook.largest-loan"), *(_amount(each) for each in (told.before, told.after))],
        [say("cli.outlook.shortest-term"), *(_term(each) for each in (told.before, told.after))],
    ]


def _month(outlook: Outlook) -> str:
    if outlook.shortfall is None:
        return say("term.unknown")
    return say("cli.outlook.not-this-year") if outlook.runs_out_in is None else f"{outlook.runs_out_in:.0f}"


def _amount(outlook: Outlook) -> str:
    return wan(None if outlook.largest_loan is None else outlook.largest_loan / 100)


def _term(outlook: Outlook) -> str:
    if outlook.shortfall is None:
        return say("term.unknown")
    return say("cli.outlook.no-term") if outlook.shortest_term is None else f"{outlook.shortest_term:.0f}"
