"""`huoju findings`: the trouble with data in a home."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, home_of, say, sentence, show_table


def findings(
    home: HomeOption = DEFAULT_HOME,
    every: Annotated[bool, typer.Option("--all", help=say("help.all"))] = False,
) -> None:
    """Print findings by kind, or each of them."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.home import Home, owner
        from huoju.services.list_findings import count_findings, list_findings

        told = list_findings(home=cast("Home", opened), who=owner())
        if not told:
            typer.echo(say("cli.findings-none"))
            return
        refusal = say("cli.refusal") + " "
        if every:
            lines = [[t.source, t.finding.where, (refusal if t.refused else "") + sentence(t.finding)] for t in told]
            show_table(
                say("cli.findings-title"), [say(f"cli.column.{name}") for name in ("source", "where", "what")], lines
            )
        else:
            counted = [
                [str(n), t.source, (refusal if t.refused else "") + sentence(t.finding)]
                for t, n in count_findings(told)
            ]
            show_table(
                say("cli.findings-title"), ["#", say("cli.column.source"), say("cli.column.what")], counted, numeric=[0]
            )
