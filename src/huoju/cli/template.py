"""`huoju template`: the empty form of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, HomeOption, OutputOption
from huoju.cli.speaking import answering, home_of, language, say


def template(
    source: Annotated[str, typer.Argument(help=say("help.source-or-mapping"))],
    output: OutputOption = Path("template.xlsx"),
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Write a workbook with a sheet for each layout and one that explains every column."""
    with answering():
        from huoju.services.home import Home
        from huoju.services.write_template import write_template

        if (home / "huoju.sqlite").exists():
            with home_of(home, create=False) as opened:
                made = write_template(
                    home=cast("Home", opened), who=asker(), source=source, path=output, language=language()
                )
        else:
            made = write_template(home=None, who=asker(), source=source, path=output, language=language())
        typer.echo(say("cli.template-written", path=made))
