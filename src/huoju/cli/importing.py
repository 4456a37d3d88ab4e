"""`huoju import`: files of one source become facts and events that count; or a mapping is proposed for one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import EXIT_REFUSED, answering, day, error_sentence, home_of, language, say, sentence, tell
from huoju.core.errors import HuojuError

if TYPE_CHECKING:
    from huoju.services.import_delivery import Receipt


def import_(
    source: Annotated[str, typer.Argument(help=say("help.source-or-mapping"))] = "",
    path: Annotated[str, typer.Argument(help=say("help.place"))] = "",
    known: Annotated[str | None, typer.Option("--known", help=say("help.known"), metavar="YYYY-MM-DD")] = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help=say("help.set-aside"))] = False,
    suggest: Annotated[Path | None, typer.Option("--suggest", help=say("help.suggest"))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.suggest-output"))] = None,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Import a file, or every file of a folder; a refused one does not stop the others."""
    with answering():
        if suggest is not None and not source:
            _suggest(suggest, output, home)
            return
        if not source or not path or suggest is not None:
            raise HuojuError("A source and a file, or --suggest and a file.", code="suggest-or-import", data={})
        with home_of(home, create=True) as opened:
            from huoju.services.home import Home
            from huoju.services.import_delivery import import_folder

            receipts, refusals = import_folder(
                home=cast("Home", opened),
                who=asker(),
                source=source,
                path=path,
                known=day(known),
                today=date.today(),
                set_aside=set_aside,
            )
            for receipt in receipts:
                show_receipt(receipt)
            for refusal in refusals:
                typer.echo(error_sentence(refusal), err=True)
            if refusals:
                tell("error.delivery-refused")
                raise typer.Exit(EXIT_REFUSED)


def show_receipt(receipt: Receipt) -> None:
    """Print what came of one file; its findings go to standard error."""
    code = "cli.already" if receipt.already else "cli.imported"
    if receipt.already and receipt.first_as != receipt.file:
        code = "cli.already-as"
    counts = {"rows": receipt.rows, "facts": receipt.facts, "events": receipt.events, "aside": receipt.aside}
    typer.echo(say(code, file=receipt.file, first=receipt.first_as, **counts))
    if not receipt.already:
        tell("cli.account", **receipt.account)
    for finding in receipt.findings:
        typer.echo(f"  {finding.where}  {sentence(finding)}", err=True)


def _suggest(path: Path, output: Path | None, home: Path) -> None:
    from huoju.services.home import Home
    from huoju.services.suggest_mapping import Suggested, suggest_mapping

    if (home / "huoju.sqlite").exists():
        with home_of(home, create=False) as opened:
            found: Suggested = suggest_mapping(home=cast("Home", opened), who=asker(), path=path, language=language())
    else:
        found = suggest_mapping(home=None, who=asker(), path=path, language=language())
    if output is None:
        typer.echo(found.text, nl=False)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(found.text, encoding="utf-8")
        typer.echo(say("cli.written", path=output))
    columns = [column for sheet in found.sheets for column in sheet.columns]
    tell("cli.suggested", columns=len(columns), matched=sum(bool(column.target) for column in columns))
