"""Options that several commands share, with their help in the language of whoever types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.speaking import say

HomeOption = Annotated[Path, typer.Option("--home", help=say("help.home"))]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help=say("help.as-of"), metavar="YYYY-MM-DD")]
OutputOption = Annotated[Path, typer.Option("-o", "--output", help=say("help.output"))]
EngineOption = Annotated[str | None, typer.Option("--engine", help=say("help.engine"), metavar="ENGINE")]
EnterpriseArgument = Annotated[str, typer.Argument(help=say("help.enterprise"))]
DEFAULT_HOME = Path("huoju-home")
