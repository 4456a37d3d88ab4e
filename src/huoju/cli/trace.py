"""`huoju trace`: every claim about one quantity of one enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, EnterpriseArgument, HomeOption
from huoju.cli.speaking import answering, day, heads, home_of, language, say, show_table, tell


def trace(
    enterprise: EnterpriseArgument,
    variable: Annotated[str, typer.Argument(help=say("help.variable"))],
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    engine: EngineOption = None,
) -> None:
    """Print what is believed, every claim, and the events behind a summary."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.home import Home
        from huoju.services.trace_variable import SHOWN, trace_variable

        found = trace_variable(
            home=cast("Home", opened), who=asker(), enterprise=enterprise, variable=variable, as_of=day(as_of)
        )
        label, unit = found.variable.label[language()], found.variable.unit
        typer.echo(
            say(
                "cli.trace-title",
                label=label,
                unit=say(f"cli.unit.{unit}") if unit else "—",
                entity=found.entity,
                as_of=found.as_of,
            )
        )
        fact = heads("period", "value", "source", "record")
        if not len(found.believed):
            tell("cli.no-claims")
            return
        show_table(say("cli.believed"), fact, [_fact(row) for row in found.believed.to_pylist()], numeric=[1])
        if len(found.claims):
            lines = [
                [
                    "✓" if row["won"] else "",
                    *_fact(row),
                    str(row["known"]),
                    str(row["original"] or ""),
                    say(f"trace.why.{row['why']}"),
                    row["delivery"][:12],
                ]
                for row in found.claims.to_pylist()
            ]
            show_table(
                say("cli.claims"), ["", *fact, *heads("known", "original", "why", "delivery")], lines, numeric=[2]
            )
            mark = say("trace.mark")
            order = mark.join(say(f"trace.criterion.{name}") for name in found.criteria)
            sources = mark.join(found.sources) or say("trace.no-sources")
            typer.echo(say("trace.order", order=order, sources=sources))
            typer.echo(say(f"trace.change.{found.change}", sources=sources))
        if found.event_count:
            rows = [_event(row) for row in found.events.to_pylist()]
            shown = min(SHOWN, found.event_count)
            show_table(
                say("cli.behind", count=found.event_count, kind=found.kind, shown=shown),
                heads("day", "amount", "partner", "record"),
                rows,
                numeric=[1],
            )


def _fact(row: Mapping[str, object]) -> list[str]:
    from huoju.core.period import Period

    period = Period(row["start"], row["end"])  # type: ignore[arg-type]
    value = row["text"] if row["number"] is None else _number(str(row["variable"]), cast("int", row["number"]))
    return [str(period), str(value), str(row["source"]), str(row["record"])]


def _number(variable: str, number: int) -> str:
    from datetime import date, timedelta

    from huoju.core.money import MICRO, yuan_text
    from huoju.core.variable import variables

    dtype = variables()[variable].dtype
    if dtype == "money":
        return yuan_text(number)
    if dtype == "date":
        return str(date(1970, 1, 1) + timedelta(days=number))
    return str(number) if dtype in ("count", "flag") else f"{number / MICRO:g}"


def _event(row: Mapping[str, object]) -> list[str]:
    from huoju.core.money import yuan_text

    amount = row["amount"]
    return [
        str(row["at"]),
        yuan_text(amount) if isinstance(amount, int) else "",
        str(row["other"] or ""),
        str(row["record"]),
    ]
