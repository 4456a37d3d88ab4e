"""`huoju ledger`: who looked at whom and did what, and whether nothing of it was altered."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from huoju.cli.asking import Commands, asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import EXIT_BUG, answering, heads, home_of, say, show_table

app = Commands("ledger")


@app.verb("show")
def show(
    home: HomeOption = DEFAULT_HOME,
    subject: Annotated[str, typer.Option("--subject", help=say("help.ledger-subject"))] = "",
    last: Annotated[int, typer.Option("--last", min=1, max=10_000, help=say("help.ledger-last"))] = 50,
) -> None:
    """List the latest entries."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.home import Home
        from huoju.services.ledger import read_ledger

        lines = read_ledger(home=cast("Home", opened), who=asker(), subject=subject, last=last)
        names = ("sequence", "at", "account", "organisation", "action", "subject", "purpose", "mandate")
        show_table(
            say("cli.ledger-title", count=len(lines)),
            heads(*(f"ledger-{name}" for name in names)),
            [
                [
                    str(line.sequence),
                    line.at[:19].replace("T", " "),
                    line.account,
                    line.organisation,
                    say(f"ledger.action.{line.action}"),
                    line.subject,
                    say(f"term.purpose.{line.purpose}"),
                    line.mandate,
                ]
                for line in lines
            ],
            numeric=(0,),
        )


@app.verb("verify")
def verify(
    home: HomeOption = DEFAULT_HOME,
    head: Annotated[list[str] | None, typer.Option("--head", help=say("help.ledger-head"))] = None,
) -> None:
    """Find what was altered; exit code 1 where anything was."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.home import Home
        from huoju.services.ledger import verify_ledger

        found = verify_ledger(home=cast("Home", opened), who=asker(), heads=head or ())
        if not found.flaws:
            typer.echo(say("cli.ledger-whole", entries=found.entries, compared=found.compared, head=found.head))
            return
        typer.echo(say("cli.ledger-flawed", count=len(found.flaws)))
        for flaw in found.flaws:
            typer.echo(say(f"ledger.flaw.{flaw.code}", sequence=flaw.sequence))
        raise typer.Exit(EXIT_BUG)
