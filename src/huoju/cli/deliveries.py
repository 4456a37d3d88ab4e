"""`huoju deliveries` and `huoju undo`: what arrived, and the withdrawal of one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, heads, home_of, say, show_table

_COLUMNS = ("hash", "delivery-state", "source", "file", "imported", "known-on")
_COUNTS = ("rows", "facts-count", "events-count", "aside-count")


def deliveries(home: HomeOption = DEFAULT_HOME) -> None:
    """Print every delivery that was ever brought, the first first."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.deliveries import list_deliveries
        from huoju.services.home import Home

        found = list_deliveries(home=cast("Home", opened), who=asker())
        if not found:
            typer.echo(say("cli.deliveries-none"))
            return
        rows = [
            [
                item.sha256[:12],
                say(f"cli.state.{item.state}"),
                item.source,
                item.file + (f" ({', '.join(item.why)})" if item.why else ""),
                str(item.imported_on) + (f" / {item.undone_on}" if item.undone_on else ""),
                str(item.known),
                *map(str, (item.rows, item.facts, item.events, item.aside)),
            ]
            for item in found
        ]
        show_table(say("cli.deliveries-title"), heads(*_COLUMNS, *_COUNTS), rows, numeric=(6, 7, 8, 9), whole=(0,))


def undo(delivery: Annotated[str, typer.Argument(help=say("help.delivery"))], home: HomeOption = DEFAULT_HOME) -> None:
    """Withdraw one delivery and say what no longer counts."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.deliveries import undo_delivery
        from huoju.services.home import Home

        done = undo_delivery(home=cast("Home", opened), who=asker(), delivery=delivery, today=date.today())
        counts = {"rows": done.rows, "facts": done.facts, "events": done.events}
        typer.echo(say("cli.undone", file=done.file, delivery=done.sha256[:12], **counts))
