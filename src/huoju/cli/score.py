"""`huoju score`: every enterprise of a home."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, HomeOption
from huoju.cli.score_table import show_scores
from huoju.cli.speaking import answering, day, home_of, say, tell


def score(
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.output"))] = None,
    engine: EngineOption = None,
) -> None:
    """Score, and write a file or print a table."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.home import Home
        from huoju.services.score_zone import score_zone
        from huoju.services.write_scores import write_scores

        zone = score_zone(home=cast("Home", opened), who=asker(), as_of=day(as_of))
        if output is not None:
            for file in write_scores(zone, output):
                tell("cli.written", path=file)
        else:
            rows = sorted(zone.enterprises.to_pylist(), key=lambda row: (row["score"] is None, -(row["score"] or 0)))
            show_scores(say("cli.zone-title", count=len(rows), as_of=zone.as_of), rows)
        if not len(zone.enterprises):
            tell("cli.nothing-known", as_of=zone.as_of)
        tell("cli.fitted", what=say(f"term.fitted.{zone.fitted_on.code}", **dict(zone.fitted_on.data())))
