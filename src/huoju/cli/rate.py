"""`huoju rate`: what an official scheme says of one enterprise, or of all of a home."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import AsOfOption, EngineOption
from huoju.cli.rating_shown import show_facts, show_rating, show_zone
from huoju.cli.speaking import EXIT_REFUSED, answering, day, home_of, say, tell
from huoju.core.errors import HuojuError

if TYPE_CHECKING:
    from huoju.services.home import Home
    from huoju.services.rate_enterprise import Rated

SchemeArgument = Annotated[str, typer.Argument(help=say("help.scheme-id"))]
FactsOption = Annotated[Path | None, typer.Option("--facts", help=say("help.facts"))]
RatedHomeOption = Annotated[Path | None, typer.Option("--home", help=say("help.rated-home"))]
EnterpriseOption = Annotated[str | None, typer.Option("--enterprise", help=say("help.enterprise"))]
PeriodOption = Annotated[int | None, typer.Option("--period", help=say("help.period"), min=1990, max=2100)]
VersionOption = Annotated[str | None, typer.Option("--version", help=say("help.rated-version"))]
JsonOption = Annotated[bool, typer.Option("--json", help=say("help.json"))]


def rate(
    scheme: SchemeArgument,
    facts: FactsOption = None,
    home: RatedHomeOption = None,
    enterprise: EnterpriseOption = None,
    as_of: AsOfOption = None,
    period: PeriodOption = None,
    version: VersionOption = None,
    as_json: JsonOption = False,
    list_facts: Annotated[bool, typer.Option("--list-facts", help=say("help.list-facts"))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.output"))] = None,
    engine: EngineOption = None,
) -> None:
    """Rate one enterprise of a facts file, one of a home, or all of a home."""
    with answering(), maybe_home(home, engine) as opened:
        if list_facts:
            from huoju.services.schemes import asked_facts

            asked = asked_facts(who=asker(), scheme=scheme, on=day(as_of) or date.today(), home=opened)
            show_facts(asked, as_json=as_json)
        elif facts is None and enterprise is None and _is_of_zones(scheme, opened):
            from huoju.services.rate_enterprise import rate_whole

            whole = rate_whole(
                home=_needed(opened), who=asker(), scheme=scheme, as_of=day(as_of), year=period, version=version
            )
            _tell_one(whole, as_json=as_json, output=output)
        elif facts is None and enterprise is None:
            from huoju.services.rate_zone import rate_zone
            from huoju.services.write_ratings import write_ratings

            needed = _needed(opened)
            zone = rate_zone(home=needed, who=asker(), scheme=scheme, as_of=day(as_of), year=period, version=version)
            if output is not None:
                tell("cli.written", path=write_ratings(zone, output))
            show_zone(zone, as_json=as_json)
        else:
            rated = rated_of(scheme, facts, opened, enterprise, as_of, period, version)
            _tell_one(rated, as_json=as_json, output=output)


def rated_of(
    scheme: str,
    facts: Path | None,
    home: Home | None,
    enterprise: str | None,
    as_of: str | None,
    period: int | None,
    version: str | None = None,
) -> Rated:
    """Return the rating of the enterprise that the options name: of a facts file, or of a home."""
    from huoju.services.rate_enterprise import rate_enterprise, rate_stated
    from huoju.services.stated_facts import read_stated

    if facts is None:
        needed = _needed(home)
        return rate_enterprise(
            home=needed,
            who=asker(),
            scheme=scheme,
            enterprise=enterprise or "",
            as_of=day(as_of),
            year=period,
            version=version,
        )
    stated = read_stated(facts)
    on = day(as_of) or day(_text(stated, "as_of")) or date.today()
    year = period or (int(written) if (written := _text(stated, "period")) and written.isdigit() else None)
    return rate_stated(who=asker(), scheme=scheme, stated=stated, as_of=on, year=year, version=version, home=home)


def _is_of_zones(scheme: str, home: Home | None) -> bool:
    from huoju.services.schemes import scheme_of

    return scheme_of(scheme, home).scheme.entity == "zone"


def _text(stated: Mapping[str, object], key: str) -> str | None:
    value = stated.get(key)
    return None if value is None else str(value)


def _needed(home: Home | None) -> Home:
    if home is None:
        raise HuojuError("Say --facts or --home.", code="rate-of-what")
    return home


def maybe_home(path: Path | None, engine: str | None = None) -> nullcontext[Home | None]:
    """Give the opened home for the length of a block, or None where none is named."""
    if path is None:
        return nullcontext(None)
    return cast("nullcontext[Home | None]", home_of(path, create=False, engine=engine))


def _tell_one(rated: Rated, *, as_json: bool, output: Path | None) -> None:
    from huoju.services.rating_content import rating_content

    content = rating_content(rated)
    if output is not None:
        output.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        tell("cli.written", path=output)
    elif as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        show_rating(rated, content)
    if rated.rating.total is None and rated.rating.unstated:
        tell("cli.refused-to-score", scheme=rated.rating.scheme, count=len(rated.rating.unstated))
        raise typer.Exit(EXIT_REFUSED)
