"""`huoju lend`: the year's portfolio of a home."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.lend_shown import show_lending
from huoju.cli.options import DEFAULT_HOME, AsOfOption, HomeOption
from huoju.cli.speaking import answering, day, home_of, say, tell
from huoju.core.errors import PolicyError


def lend(
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    budget: Annotated[str | None, typer.Option("--budget", help=say("help.lend-budget"), metavar="N")] = None,
    counts: Annotated[
        Literal["offered", "drawn"] | None, typer.Option("--counts", help=say("help.lend-counts"))
    ] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help=say("help.lend-policy"))] = None,
    churn: Annotated[Path | None, typer.Option("--churn", help=say("help.lend-churn"))] = None,
    stress: Annotated[bool, typer.Option("--stress", help=say("help.lend-stress"))] = False,
    event: Annotated[Path | None, typer.Option("--event", help=say("help.lend-event"))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.lend-output"))] = None,
) -> None:
    """Choose a portfolio, print it with its proof, and write a file where one is asked for."""
    with answering():
        from huoju.services.home import Home
        from huoju.services.lend_portfolio import Wanted, lend_portfolio
        from huoju.services.write_lending import check_ending, write_lending

        wanted = Wanted(policy, _fen(budget), counts, churn, event, stress or event is not None)
        if output is not None:
            check_ending(output)
        with home_of(home, create=False) as opened:
            lending = lend_portfolio(home=cast("Home", opened), who=asker(), wanted=wanted, as_of=day(as_of))
        show_lending(lending)
        if output is not None:
            for file in write_lending(lending, output):
                tell("lend.written", path=file)
        tell("lend.churn-policy" if churn is None else "lend.churn-of", source=lending.churn.source)
        tell("cli.fitted", what=say(f"term.fitted.{lending.fitted_on.code}", **dict(lending.fitted_on.data())))
        tell("lend.note")


def _fen(budget: str | None) -> int | None:
    """Return an amount of 10,000 yuan in fen. Raises ``PolicyError`` where it is none."""
    from huoju.core.money import parse_number

    if budget is None:
        return None
    fen = parse_number(budget, factor=1_000_000)
    if fen is None or fen <= 0:
        raise PolicyError(f"{budget} is no amount.", code="lend-budget-malformed", data={"text": budget})
    return fen
