"""`huoju export`: the points table of a fitted model for other programs and for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.options import OutputOption
from huoju.cli.speaking import answering, say, tell


def export(
    model: Annotated[Path, typer.Argument(help=say("help.export-model"))],
    output: OutputOption,
) -> None:
    """Write the points table: xlsx with formulas, sql for DuckDB and PostgreSQL, or json."""
    with answering():
        from huoju.services.export_model import export_model

        tell("cli.written", path=export_model(model=model, output=output))
