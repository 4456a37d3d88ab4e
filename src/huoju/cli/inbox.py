"""`huoju inbox`: a folder whose files are imported as they arrive."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.importing import show_receipt
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import EXIT_REFUSED, answering, error_sentence, home_of, language, say, tell

if TYPE_CHECKING:
    from huoju.services.watch_inbox import InboxPass, Looks, Overdue


def inbox(
    folder: Annotated[Path, typer.Argument(help=say("help.inbox-folder"))],
    once: Annotated[bool, typer.Option("--once", help=say("help.once"))] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, help=say("help.every"))] = 30,
    settle: Annotated[float, typer.Option("--settle", min=0.0, help=say("help.settle"))] = 2,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Import what arrives until interrupted; overdue departments are named when that changes."""
    with answering():
        seen = _look(folder, home, {})
        told: tuple[Overdue, ...] = ()
        if not once:
            tell("cli.inbox-watching", folder=folder, every=f"{every:g}")
        try:
            while True:
                time.sleep(settle if once else every)
                seen = _look(folder, home, seen.looks)
                told = _show(seen, told)
                if once:
                    break
        except KeyboardInterrupt:
            return
        if seen.refusals:
            raise typer.Exit(EXIT_REFUSED)


def _look(folder: Path, place: Path, before: Looks) -> InboxPass:
    with home_of(place, create=True) as opened:
        from huoju.services.home import Home
        from huoju.services.watch_inbox import look_into_inbox

        home = cast("Home", opened)
        return look_into_inbox(
            home=home, who=asker(), folder=folder, today=date.today(), before=before, language=language()
        )


def _show(seen: InboxPass, told: tuple[Overdue, ...]) -> tuple[Overdue, ...]:
    for receipt in seen.receipts:
        show_receipt(receipt)
    for file, refusal in seen.refusals:
        typer.echo(error_sentence(refusal), err=True)
        tell("cli.inbox-refused", file=file)
    for file in seen.waiting:
        tell("cli.inbox-waiting", file=file)
    for late in seen.overdue:
        if late not in told:
            code = "cli.overdue" if late.last else "cli.never-delivered"
            data = {"source": late.source, "last": late.last, "days": late.days, "rhythm": late.rhythm}
            typer.echo(say(code, publisher=late.publisher[language()], **data))
    return seen.overdue
