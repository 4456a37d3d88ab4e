"""`huoju sandbox make`: a made-up zone on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.asking import Commands
from huoju.cli.speaking import answering, say, tell

app = Commands("sandbox")


@app.callback()
def sandbox() -> None:
    """Hold the commands about made-up zones."""


@app.verb("make")
def make(
    output: Annotated[Path, typer.Option("-o", "--output", help=say("help.output-folder"))],
    enterprises: Annotated[int, typer.Option("--enterprises", help=say("help.enterprises"))] = 300,
    months: Annotated[int, typer.Option("--months", help=say("help.months"))] = 36,
    seed: Annotated[int, typer.Option("--seed", help=say("help.seed"))] = 20,
    economy: Annotated[str, typer.Option("--economy", help=say("help.economy"))] = "usual",
) -> None:
    """Write a zone into a new folder."""
    with answering():
        from huoju.services.make_sandbox import make_sandbox

        made = make_sandbox(folder=output, enterprises=enterprises, months=months, seed=seed, economy=economy)
        tell(
            "cli.sandbox-made",
            enterprises=made.enterprises,
            months=made.months,
            borrowers=made.borrowers,
            defaults=made.defaults,
            last_day=made.last_day,
            folder=made.folder,
        )
