"""`huoju import`: files of one source become facts and events that count."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import EXIT_REFUSED, answering, day, error_sentence, home_of, say, sentence, tell


def import_(
    source: Annotated[str, typer.Argument(help=say("help.source"))],
    path: Annotated[Path, typer.Argument(help=say("help.path"))],
    known: Annotated[str | None, typer.Option("--known", help=say("help.known"), metavar="YYYY-MM-DD")] = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help=say("help.set-aside"))] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Import a file, or every file of a folder; a refused one does not stop the others."""
    with answering(), home_of(home, create=True) as opened:
        from huoju.services.home import Home, owner
        from huoju.services.import_delivery import import_folder

        receipts, refusals = import_folder(
            home=cast("Home", opened),
            who=owner(),
            source=source,
            path=path,
            known=day(known),
            today=date.today(),
            set_aside=set_aside,
        )
        for receipt in receipts:
            code = "cli.already" if receipt.already else "cli.imported"
            counts = {"rows": receipt.rows, "facts": receipt.facts, "events": receipt.events, "aside": receipt.aside}
            typer.echo(say(code, file=receipt.file, **counts))
            for finding in receipt.findings:
                typer.echo(f"  {finding.where}  {sentence(finding)}", err=True)
        for refusal in refusals:
            typer.echo(error_sentence(refusal), err=True)
        if refusals:
            tell("error.delivery-refused")
            raise typer.Exit(EXIT_REFUSED)
