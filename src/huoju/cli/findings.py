"""`huoju findings`: the trouble with data in a home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, home_of, language, say, sentence, show_table

if TYPE_CHECKING:
    from huoju.services.home import Home


def findings(
    home: HomeOption = DEFAULT_HOME,
    every: Annotated[bool, typer.Option("--all", help=say("help.all"))] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=say("help.findings-xlsx"))] = None,
    source: Annotated[str, typer.Option("--source", help=say("help.findings-source"))] = "",
) -> None:
    """Print findings by kind, or each of them; or write them with the rows to correct."""
    with answering(), home_of(home, create=False) as opened:
        if xlsx is not None:
            _write(cast("Home", opened), xlsx, source)
            return
        from huoju.services.home import owner
        from huoju.services.list_findings import count_findings, list_findings

        told = list_findings(home=cast("Home", opened), who=owner())
        told = tuple(item for item in told if source in ("", item.source))
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


def _write(home: Home, path: Path, source: str) -> None:
    from huoju.services.home import owner
    from huoju.services.write_corrections import write_corrections

    made = write_corrections(home=home, who=owner(), path=path, language=language(), source=source)
    typer.echo(say("cli.corrections-written", path=made.path, rows=made.rows, findings=made.findings))
