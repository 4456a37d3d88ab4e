"""`huoju panel`: all that was known at the close of a day, as a file."""

from __future__ import annotations

from typing import cast

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, HomeOption, OutputOption
from huoju.cli.speaking import answering, day, home_of, tell


def panel(
    output: OutputOption, home: HomeOption = DEFAULT_HOME, as_of: AsOfOption = None, engine: EngineOption = None
) -> None:
    """Write the panel."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.export_panel import export_panel
        from huoju.services.home import Home

        path, rows = export_panel(home=cast("Home", opened), who=asker(), path=output, as_of=day(as_of))
        tell("cli.panel-written", path=path, rows=rows)
