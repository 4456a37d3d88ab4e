"""`huoju resolve`: which enterprise a name is, with candidates and reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, heads, home_of, language, percent, say, show_table


def resolve(
    name: Annotated[str, typer.Argument(help=say("help.resolve-name"))],
    home: HomeOption = DEFAULT_HOME,
    register: Annotated[Path | None, typer.Option("--register", help=say("help.resolve-register"))] = None,
    city: Annotated[str | None, typer.Option("--city", help=say("help.resolve-city"))] = None,
    best: Annotated[int, typer.Option("--best", min=1, help=say("help.resolve-best"))] = 5,
) -> None:
    """Print the candidates of a name with probability and reasons, likeliest first."""
    with answering():
        from huoju.services.home import Home
        from huoju.services.resolve_name import resolve_name

        if register is not None:
            found = resolve_name(who=asker(), name=name, language=language(), register=register, city=city, best=best)
        else:
            with home_of(home, create=False) as opened:
                found = resolve_name(
                    who=asker(), name=name, language=language(), home=cast("Home", opened), city=city, best=best
                )
        rows = [[c.id, c.name, say(f"link.relation.{c.relation}"), percent(c.probability), c.reasons] for c in found]
        show_table("", heads("record", "name", "relation", "probability", "reasons"), rows, numeric=[3])
