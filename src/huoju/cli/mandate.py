"""`huoju mandate`: whom an enterprise lets see what, why and until when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.asking import Commands, asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, day, heads, home_of, say, show_table

app = Commands("mandate")


@app.verb("grant")
def grant(
    grantee: Annotated[str, typer.Argument(help=say("help.mandate-grantee"))],
    purpose: Annotated[str, typer.Option("--for", help=say("help.mandate-for"))],
    classes: Annotated[str, typer.Option("--classes", help=say("help.mandate-classes"))],
    until: Annotated[str, typer.Option("--until", help=say("help.mandate-until"), metavar="YYYY-MM-DD")],
    begins: Annotated[str | None, typer.Option("--from", help=say("help.mandate-from"), metavar="YYYY-MM-DD")] = None,
    enterprise: Annotated[str, typer.Option("--enterprise", help=say("help.mandate-enterprise"))] = "",
    letter: Annotated[
        Path | None, typer.Option("--letter", help=say("help.mandate-letter"), exists=True, dir_okay=False)
    ] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Grant a mandate."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.accounts import entity_of
        from huoju.services.home import Home
        from huoju.services.mandates import grant_mandate

        of = cast("Home", opened)
        ends = day(until)
        assert ends is not None
        given = grant_mandate(
            home=of,
            who=asker(),
            grantee=grantee,
            purpose=purpose,
            classes=[name.strip() for name in classes.split(",") if name.strip()],
            valid_to=ends,
            valid_from=day(begins),
            entity=entity_of(of, enterprise) if enterprise else "",
            letter=letter,
        )
        typer.echo(
            say(
                "cli.mandate-granted",
                number=given.number,
                grantee=given.grantee,
                purpose=say(f"term.purpose.{given.purpose}"),
                until=given.valid_to,
            )
        )


@app.verb("withdraw")
def withdraw(
    number: Annotated[str, typer.Argument(help=say("help.mandate-number"))], home: HomeOption = DEFAULT_HOME
) -> None:
    """Withdraw a mandate."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.home import Home
        from huoju.services.mandates import withdraw_mandate

        done = withdraw_mandate(home=cast("Home", opened), who=asker(), number=number)
        typer.echo(say("cli.mandate-withdrawn", number=done.number))


@app.verb("list")
def list_(home: HomeOption = DEFAULT_HOME) -> None:
    """List mandates."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.home import Home
        from huoju.services.mandates import list_mandates

        found = list_mandates(home=cast("Home", opened), who=asker())
        names = ("number", "enterprise", "grantee", "purpose", "classes", "until", "state")
        show_table(
            say("cli.mandates-title"),
            heads(*(f"mandate-{name}" for name in names)),
            [
                [
                    one.number,
                    one.entity,
                    one.grantee,
                    say(f"term.purpose.{one.purpose}"),
                    ", ".join(one.classes),
                    str(one.valid_to),
                    say(f"term.mandate-state.{one.state}"),
                ]
                for one in found
            ],
        )
