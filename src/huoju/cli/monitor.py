"""`huoju monitor`: what changed, who gives cause for alarm, and whether the models still hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, EngineOption, HomeOption
from huoju.cli.speaking import answering, day, home_of, language, percent, ratio, say, show_table, tell, words

if TYPE_CHECKING:
    from huoju.services.monitor_zone import Monitored

Row = dict[str, object]
INPUTS = 8  # inputs whose drift is shown; a file has all


def monitor(
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    since: Annotated[str | None, typer.Option("--since", help=say("help.since"), metavar="YYYY-MM-DD")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=say("help.monitor-output"))] = None,
    engine: EngineOption = None,
) -> None:
    """Monitor, and write files or print tables."""
    with answering(), home_of(home, create=False, engine=engine) as opened:
        from huoju.services.home import Home
        from huoju.services.monitor_tables import monitor_tables, write_monitor
        from huoju.services.monitor_zone import monitor_zone
        from huoju.services.words import words_in

        found = monitor_zone(
            home=cast("Home", opened), who=asker(), as_of=day(as_of), since=day(since), progress=_progress
        )
        if output is not None:
            for file in write_monitor(found, words_in(language()), output):
                tell("cli.written", path=file)
            return
        rows = {name: table.to_pylist() for name, table in monitor_tables(found, words()).items()}
        _show_alarms(found, rows)
        _show_changes(found, rows)
        _show_loans(found, rows)
        _show_advice(rows)


def _progress(at: date) -> None:
    tell("monitor.cutting", day=at)


def _heads(*names: str) -> list[str]:
    return [say(f"monitor.column.{name}") for name in names]


def _show_alarms(found: Monitored, rows: dict[str, list[Row]]) -> None:
    watched = int(found.watches[-1].watched.sum())
    if not watched:
        typer.echo(say("monitor.nobody-watched"))
    elif not rows["alarms"]:
        typer.echo(say("monitor.no-alarm", watched=watched, as_of=found.panel.as_of))
    else:
        title = say("monitor.alarms-title", count=len(rows["alarms"]), watched=watched)
        _show_each_alarm(rows, title, found.watches[0].as_of)


def _show_each_alarm(rows: dict[str, list[Row]], title: str, first: date) -> None:
    """Print each alarm with its reasons; ``first`` is the earliest month-end that was looked at."""
    lines = []
    for alarm in rows["alarms"]:
        who = [str(alarm["name"] or alarm["enterprise"]), str(alarm["points"]), _since(alarm["since"], first)]
        for row in rows["reasons"]:
            if row["enterprise"] == alarm["enterprise"]:
                why = say("monitor.why", label=row["label"], what=row["what"], points=row["points"])
                lines.append([*who, why, _since(row["since"], first)])
                who = ["", "", ""]
    show_table(title, _heads("enterprise", "points", "alarm-since", "why", "since"), lines, numeric=[1], whole=[2, 4])


def _since(day_: object, first: date) -> str:
    return f"≤ {day_}" if day_ == first else str(day_)


def _show_changes(found: Monitored, rows: dict[str, list[Row]]) -> None:
    lines = [
        [
            str(r["label"]),
            ratio(r["psi"]),
            ratio(r["chance_bound"]),
            percent(r["unknown_before"]),
            percent(r["unknown_now"]),
            str(r["words"]),
        ]
        for r in rows["drift"][: INPUTS + 1]
    ]
    title = say("monitor.drift-title", since=found.since, as_of=found.panel.as_of)
    show_table(
        title, _heads("input", "psi", "bound", "unknown-before", "unknown-now", "verdict"), lines, numeric=[1, 2, 3, 4]
    )
    typer.echo(say("monitor.drift-note"))
    if rows["calibration"]:
        lines = [_calibrated(row) for row in rows["calibration"]]
        heads = _heads("origin", "count", "defaults", "predicted", "observed", "slope", "auc", "verdict")
        show_table(say("monitor.calibration-title"), heads, lines, numeric=[1, 2], whole=[0])


def _calibrated(row: Row) -> list[str]:
    return [
        str(row["origin"]),
        str(row["enterprises"]),
        str(row["defaults"]),
        f"{percent(row['predicted'])} ({percent(row['predicted_low'])}–{percent(row['predicted_high'])})",
        f"{percent(row['observed'])} ({percent(row['observed_low'])}–{percent(row['observed_high'])})",
        ratio(row["slope"]),
        ratio(row["auc"]),
        str(row["words"]),
    ]


def _show_loans(found: Monitored, rows: dict[str, list[Row]]) -> None:
    if rows["vintages"]:
        ages = [name for name in rows["vintages"][0] if name.startswith("bad")]
        lines = [[str(r["lent"]), str(r["loans"]), *(_share(r[age]) for age in ages)] for r in rows["vintages"]]
        heads = [*_heads("lent", "loans"), *(say("monitor.column.by-age", age=age.split("_")[-1]) for age in ages)]
        show_table(say("monitor.vintages-title", until=found.reported_until), heads, lines, numeric=range(1, 6))
    if rows["roll"]:
        ends = [name for name in rows["roll"][0] if name.startswith("to_")]
        buckets = [str(r["bucket"]) for r in rows["roll"]]
        lines = [[str(r["bucket"]), str(r["loan_months"]), *(_share(r[end]) for end in ends)] for r in rows["roll"]]
        show_table(say("monitor.roll-title"), [*_heads("bucket", "loan-months"), *buckets], lines, numeric=range(1, 7))


def _share(value: object) -> str:
    return percent(value) if isinstance(value, float) else "—"


def _show_advice(rows: dict[str, list[Row]]) -> None:
    lines = [[str(row["seen"]), str(row["sure"]), str(row["do"])] for row in rows["advice"]]
    show_table(say("monitor.advice-title"), _heads("seen", "sure", "do"), lines)
    for row in rows["unknown"]:
        typer.echo(say("monitor.cannot-know", what=row["what"]))
