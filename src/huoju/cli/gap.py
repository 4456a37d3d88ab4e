"""`huoju gap`: what an enterprise lacks to pass a scheme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huoju.cli.asking import asker
from huoju.cli.options import AsOfOption, EngineOption
from huoju.cli.rate import (
    EnterpriseOption,
    FactsOption,
    JsonOption,
    PeriodOption,
    RatedHomeOption,
    SchemeArgument,
    VersionOption,
    maybe_home,
    rated_of,
)
from huoju.cli.speaking import answering, heads, language, say, show_table, tell
from huoju.core.errors import HuojuError

if TYPE_CHECKING:
    from huoju.ratings.gap.result import Changes, Deciding, DecidingSet
    from huoju.services.find_gap import Gap


def gap(
    scheme: SchemeArgument,
    facts: FactsOption = None,
    home: RatedHomeOption = None,
    enterprise: EnterpriseOption = None,
    as_of: AsOfOption = None,
    period: PeriodOption = None,
    version: VersionOption = None,
    costs: Annotated[Path | None, typer.Option("--costs", help=say("help.costs"))] = None,
    as_json: JsonOption = False,
    engine: EngineOption = None,
) -> None:
    """Print the missing facts that would decide, and the cheapest changes that make it pass."""
    with answering(), maybe_home(home, engine) as opened:
        from huoju.services.find_gap import find_gap, gap_content

        if facts is None and (opened is None or enterprise is None):
            raise HuojuError("Say --facts, or --home with --enterprise.", code="gap-of-what")
        rated = rated_of(scheme, facts, opened, enterprise, as_of, period, version)
        found = find_gap(who=asker(), rated=rated, costs=costs)
        if as_json:
            typer.echo(json.dumps(gap_content(found), ensure_ascii=False, indent=1))
        else:
            _show(found)


def _show(gap: Gap) -> None:
    rating = gap.rated.rating
    outcome = say(f"term.outcome.{rating.outcome}") if rating.outcome else "—"
    typer.echo(say("cli.gap-title", scheme=rating.label[language()], outcome=outcome, as_of=rating.as_of))
    if gap.deciding is not None:
        _show_deciding(gap.deciding)
    if gap.changes is not None:
        _show_changes(gap.changes)
    tell("cli.not-a-certificate")


def _show_deciding(deciding: Deciding) -> None:
    if deciding.decides == "nothing":
        return
    rows = [_set_row(one) for one in (*deciding.sets, *((deciding.passing,) if deciding.passing else ()))]
    if rows:
        show_table(say("cli.deciding"), heads("fact", "brings", "supplier"), rows)
    else:
        typer.echo(say("cli.nothing-decides"))
    if not deciding.is_complete:
        tell("cli.search-cut-short")


def _set_row(one: DecidingSet) -> list[str]:
    spoken = language()
    joint = " ＋ " if spoken == "zh" else " + "
    brings = []
    for stretch in one.stretches:
        ends = (stretch.low or "−∞", stretch.high or "∞")
        at = ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"
        brings.append(f"{at} → {_brought(stretch.brings)}")
    if not one.stretches:
        brings = [_brought(outcome) for outcome in one.brings]
    wanted = joint.join(wanted.label[spoken] for wanted in one.wanted)
    suppliers = dict.fromkeys(wanted.supplier for wanted in one.wanted if wanted.supplier)
    return [wanted, "\n".join(brings), joint.join(suppliers)]


def _brought(outcome: str) -> str:
    known = ("passed", "failed", "unknown", "not_in_force")
    return (
        say(f"term.outcome.{outcome}")
        if outcome in known
        else say("term.outcome.unknown")
        if outcome == "open"
        else outcome
    )


def _show_changes(changes: Changes) -> None:
    spoken = language()
    if changes.found == "changes":
        from huoju.services.find_gap import change_shown

        rows = [[change.label[spoken], *change_shown(change)] for change in changes.changes]
        show_table(say("cli.cheapest"), heads("fact", "before", "after"), rows, numeric=[1, 2])
        if not changes.is_exact:
            tell("cli.not-exact", held="、".join(changes.held) or "—")
    elif changes.found == "blocked":
        for one in changes.blocked:
            labels = ("；" if spoken == "zh" else "; ").join(label[spoken] for label in one.labels)
            typer.echo(say("cli.blocked", what=labels))
    else:
        typer.echo(say(f"cli.gap-{changes.found.replace('_', '-')}"))
