"""The table of scores that `score` and `demo` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huoju.cli.speaking import percent, ratio, say, show_table, wan

COLUMNS = ("name", "score", "grade", "pd", "growth", "dscr", "limit", "rate", "verdict")


def show_scores(title: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Print enterprises with their answers; unknown is said so."""
    headers = [say(f"cli.column.{column}") for column in COLUMNS]
    show_table(title, headers, [_line(row) for row in rows], numeric=range(1, 8))


def _line(row: Mapping[str, object]) -> list[str]:
    unknown = say("term.unknown")
    return [
        str(row["name"] or row["enterprise"]),
        unknown if row["score"] is None else str(row["score"]),
        str(row["grade"] or unknown),
        percent(row["default_probability"]),
        percent(row["growth_p50"]),
        ratio(row["dscr_p50"]),
        wan(row["limit_yuan"]),
        percent(row["yearly_rate"], 2) if row["yearly_rate"] is not None else "—",
        say(f"term.verdict.{row['verdict']}"),
    ]
