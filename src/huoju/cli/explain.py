"""`huoju explain`: why one enterprise has its score, limit and price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, EnterpriseArgument, HomeOption
from huoju.cli.speaking import answering, day, home_of, language, named, percent, ratio, say, show_table, wan

BAR = 14  # characters of the longest bar


def explain(
    enterprise: EnterpriseArgument,
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    engine: EngineOption = None,
) -> None:
    """Print the sum of the score, the months ahead, and what binds and misses."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.explain_enterprise import explain_enterprise
        from huoju.services.home import Home

        told = explain_enterprise(home=cast("Home", opened), who=asker(), enterprise=enterprise, as_of=day(as_of))
        row = told.row
        typer.echo(f"{row['name'] or row['enterprise']}  {row['enterprise']}  {row['as_of']}")
        unknown = say("term.unknown")
        typer.echo(
            say(
                "cli.score-line",
                score=row["score"] if row["score"] is not None else unknown,
                low=row["score_low"],
                high=row["score_high"],
                grade=row["grade"] or unknown,
                pd=percent(row["default_probability"], 2),
                pd_low=percent(row["default_probability_low"], 2),
                pd_high=percent(row["default_probability_high"], 2),
            )
        )
        rate = "—" if row["yearly_rate"] is None else percent(row["yearly_rate"], 2)
        typer.echo(
            say(
                "cli.credit-line",
                verdict=say(f"term.verdict.{row['verdict']}"),
                limit=wan(row["limit_yuan"]),
                rate=rate,
            )
        )
        typer.echo(say("cli.binding-line", what=named(row["binding_constraint"], "term.binding") or say("cli.none")))
        typer.echo(say("cli.missing-line", what=named(row["missing"], "term.missing") or say("cli.none")))
        growth = {name: percent(row[f"growth_{name}"]) for name in ("p10", "p50", "p90", "percentile")}
        typer.echo(say("cli.growth-line", **growth))
        cover = {name: ratio(row[f"dscr_{name}"]) for name in ("p10", "p50", "p90")}
        typer.echo(say("cli.repayment-line", shortfall=percent(row["shortfall_probability"]), **cover))
        typer.echo("")
        lines = _reasons(told.score.reasons, {name: cell.bin for name, cell in told.cells.items()})
        show_table(say("cli.reasons-title"), ["", "", "", say("cli.bin"), say("cli.facts")], lines, numeric=[1])
        months = [
            [str(line["month"]), *(wan(line[f"net_inflow_p{p}_yuan"]) for p in (10, 25, 50, 75, 90))]
            for line in told.monthly
        ]
        show_table(say("cli.months-title"), ["", "P10", "P25", "P50", "P75", "P90"], months, numeric=range(1, 6))


def _reasons(reasons: object, bins: Mapping[str, str]) -> list[list[str]]:
    from huoju.core.assessment import Reason
    from huoju.models.default_risk.features import features

    labels = {feature.name: feature.label[language()] for feature in features()}
    found = [reason for reason in cast("tuple[Reason, ...]", reasons) if reason.amount or reason.state == "unknown"]
    longest = max((abs(int(reason.amount)) for reason in found if reason.group != "base"), default=1) or 1
    lines = []
    for reason in found:
        points = int(reason.amount)
        name = labels.get(reason.part) or say(f"term.part.{reason.part}")
        bar = "" if reason.group == "base" else ("█" if points > 0 else "▒") * round(BAR * abs(points) / longest)
        shown = say("term.unknown") if reason.state == "unknown" else f"{points:+d}".replace("-", "−")
        where = ", ".join(reason.facts[:2]) + (" …" if len(reason.facts) > 2 else "")
        lines.append([f"{say(f'term.group.{reason.group}')} · {name}", shown, bar, bins.get(reason.part, ""), where])
    return lines
