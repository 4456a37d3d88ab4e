"""`huoju demo`: the whole job on a made-up zone, or on real deliveries."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.findings import show_kinds
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.score_table import show_scores
from huoju.cli.speaking import answering, home_of, language, program, say, tell

SHOWN, FINDINGS_SHOWN = 5, 12


def demo(
    home: HomeOption = DEFAULT_HOME,
    on: Annotated[Path | None, typer.Option("--on", help=say("help.on"))] = None,
    enterprises: Annotated[int, typer.Option("--enterprises", help=say("help.enterprises"))] = 300,
    seed: Annotated[int, typer.Option("--seed", help=say("help.seed"))] = 20,
) -> None:
    """Run the main job and say what to do next."""
    with answering(), home_of(home, create=True) as opened:
        from rich.console import Console

        from huoju.services.home import Home
        from huoju.services.run_demo import Demo, Step, run_demo

        console = Console(stderr=True)
        with console.status("") as status:

            def progress(step: Step, what: str) -> None:
                text = say(f"cli.step.{step}", what=what)
                status.update(text)
                if not console.is_terminal and step != "importing":
                    console.print(text)

            done: Demo = run_demo(
                home=cast("Home", opened),
                who=asker(),
                today=date.today(),
                on=on,
                enterprises=enterprises,
                seed=seed,
                language=language(),
                progress=progress,
            )
        _show(done, home, is_synthetic=on is None)


def _show(done: object, home: Path, *, is_synthetic: bool) -> None:
    from huoju.services.run_demo import Demo

    assert isinstance(done, Demo)
    rows = sorted(done.zone.enterprises.to_pylist(), key=lambda row: (row["score"] is None, -(row["score"] or 0)))
    scored = [row for row in rows if row["score"] is not None] or rows
    typer.echo(say("cli.zone-title", count=len(rows), as_of=done.zone.as_of))
    referred = [row for row in rows if row["verdict"] == "refer"]
    for code, chosen in (("best", scored[:SHOWN]), ("referred", referred[:SHOWN]), ("worst", scored[-SHOWN:])):
        show_scores(say(f"cli.{code}"), chosen)
    verdicts = [row["verdict"] for row in rows]
    typer.echo(say("cli.counts", **{code: verdicts.count(code) for code in ("approve", "refer", "decline")}))
    fitted = done.zone.fitted_on
    typer.echo(say("cli.fitted", what=say(f"term.fitted.{fitted.code}", **dict(fitted.data()))))
    typer.echo("")
    show_kinds(done.findings, FINDINGS_SHOWN)
    if is_synthetic:
        typer.echo(say("cli.synthetic"))
    typer.echo(say("cli.report-at", path=done.report))
    typer.echo(say("cli.scores-at", path=done.scores[0]))
    tell("cli.next")
    huoju = program()
    for command in (
        say("cli.next-open"),
        f"{huoju} explain {done.reported} --home {home}",
        f"{huoju} trace {done.reported} sales --home {home}",
        f"{huoju} findings --home {home}",
        f"{huoju} score --home {home} -o scores.xlsx",
    ):
        typer.echo(f"  {command}", err=True)
