"""`huoju findings`: the trouble with data in a home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, EngineOption, HomeOption
from huoju.cli.speaking import answering, heads, home_of, language, say, sentence, show_table, tell

if TYPE_CHECKING:
    from huoju.services.home import Home

FEW = 200  # characters of row numbers that a table shows; a file has all


def findings(
    home: HomeOption = DEFAULT_HOME,
    every: Annotated[bool, typer.Option("--all", help=say("help.all"))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.findings-output"))] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=say("help.findings-xlsx"))] = None,
    source: Annotated[str, typer.Option("--source", help=say("help.findings-source"))] = "",
    engine: EngineOption = None,
) -> None:
    """Print findings by kind, or each of them; or write them to a file, or with the rows to correct."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.export_findings import export_findings
        from huoju.services.list_findings import count_findings, list_findings

        of_home = cast("Home", opened)
        if xlsx is not None:
            _write(of_home, xlsx, source)
            return
        if output is not None:
            path, count = export_findings(home=of_home, who=asker(), path=output, language=language())
            tell("cli.findings-written", path=path, count=count)
            return
        told = tuple(t for t in list_findings(home=of_home, who=asker()) if source in ("", t.source))
        if every and told:
            lines = [[t.source, t.finding.where, _said(t) + _rows(t)] for t in told]
            show_table(say("cli.findings-each"), heads("source", "where", "what"), lines)
        else:
            show_kinds(count_findings(told))


def show_kinds(kinds: object, most: int | None = None) -> None:
    """Print kinds of findings with how many there are and an example, or that there are none.

    Where there are more than ``most``, the largest kind of each code stands for the others.
    """
    from huoju.services.list_findings import Kind

    counted = cast("tuple[Kind, ...]", kinds)
    if not counted:
        typer.echo(say("cli.findings-none"))
        return
    shown = counted
    if most is not None and len(counted) > most:
        largest = {(k.example.refused, k.example.finding.code): k for k in reversed(counted)}
        shown = tuple(kind for kind in counted if kind in largest.values())[:most]
    lines = [[str(k.findings), str(k.rows), k.example.source, _said(k.example)] for k in shown]
    show_table(say("cli.findings-title"), heads("findings", "rows", "source", "example"), lines, numeric=[0, 1])
    if len(shown) < len(counted):
        typer.echo(say("cli.findings-more", count=len(counted) - len(shown)))


def _said(told: object) -> str:
    from huoju.services.list_findings import Told

    item = cast("Told", told)
    return (say("cli.refusal") + " " if item.refused else "") + sentence(item.finding)


def _rows(told: object) -> str:
    from huoju.services.list_findings import Told

    data = cast("Told", told).finding.data
    every = str(data.get("every", ""))
    if "…" not in str(data.get("rows", "")) or not every:
        return ""
    return "\n" + (say("cli.rows-every", rows=every) if len(every) <= FEW else say("cli.rows-in-file"))


def _write(home: Home, path: Path, source: str) -> None:
    from huoju.services.write_corrections import write_corrections

    made = write_corrections(home=home, who=asker(), path=path, language=language(), source=source)
    typer.echo(say("cli.corrections-written", path=made.path, rows=made.rows, findings=made.findings))
