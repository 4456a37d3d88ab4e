"""`huoju schemes`, `huoju scheme check`, `scheme diff`, `scheme import`: the official schemes and local ones."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.options import AsOfOption
from huoju.cli.rate import JsonOption, RatedHomeOption
from huoju.cli.speaking import EXIT_BUG, answering, day, heads, home_of, language, say, show_table, tell

if TYPE_CHECKING:
    from huoju.services.home import Home

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def schemes(home: RatedHomeOption = None, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Print every scheme with the version in force on a day, and whether it can score."""
    with answering(), _maybe_home(home) as opened:
        from huoju.services.home import owner
        from huoju.services.schemes import list_schemes

        spoken, on = language(), day(as_of) or date.today()
        lines = list_schemes(who=owner(), on=on, home=opened)
        if as_json:
            told = [
                {
                    "id": line.id,
                    "label": dict(line.label),
                    "version": line.version.id if line.version else None,
                    "number": line.version.document.number if line.version else None,
                    "versions": list(line.versions),
                    "can_score": not line.is_draft,
                    "overlays": list(line.overlays),
                }
                for line in lines
            ]
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
            return
        rows = []
        for line in lines:
            number = (line.version.document.number or line.version.id) if line.version else say("cli.none-in-force")
            state = say("cli.draft") if line.is_draft else say("cli.complete") if line.version else ""
            rows.append([line.id, line.label[spoken], number, state, "✓" if line.overlays else ""])
        show_table(say("cli.schemes-title", as_of=on), heads("scheme", "name-of", "document", "state", "local"), rows)


@app.command("check", help=say("help.scheme-check"))
def check(
    scheme: Annotated[str, typer.Argument(help=say("help.scheme-or-folder"))], home: RatedHomeOption = None
) -> None:
    """Load a scheme, run its cases, and say what no source states."""
    with answering(), _maybe_home(home) as opened:
        from huoju.services.check_scheme import check_scheme
        from huoju.services.home import owner

        found = check_scheme(who=owner(), scheme=scheme, home=opened)
        rows = [[f.place, f.case, f.what, f.expected, f.got] for f in found.failures]
        if rows:
            show_table(say("cli.cases-failed"), heads("place", "case", "thing", "expected", "got"), rows)
        typer.echo(say("cli.cases-run", scheme=found.scheme, cases=found.cases, failed=len(rows)))
        for name in found.drafts:
            typer.echo(say("cli.draft-version", version=name))
        if not found.cases:
            tell("cli.no-cases")
        if rows:
            raise typer.Exit(EXIT_BUG)


@app.command("diff", help=say("help.scheme-diff"))
def diff(
    scheme: Annotated[str, typer.Argument(help=say("help.scheme-id"))],
    home: RatedHomeOption = None,
    versions: Annotated[tuple[str, str] | None, typer.Option("--versions", help=say("help.scheme-versions"))] = None,
) -> None:
    """Print what a local overlay changes, or what differs between two versions."""
    with answering(), _maybe_home(home) as opened:
        from huoju.services.compare_schemes import local_changes, version_changes
        from huoju.services.home import owner

        if versions is not None:
            before, after = versions
            changes = version_changes(who=owner(), scheme=scheme, before=before, after=after, home=opened)
        else:
            changes = local_changes(who=owner(), scheme=scheme, home=opened)
        rows = [[change.place, change.before or "—", change.after or "—"] for change in changes]
        show_table("", heads("place", "before", "after"), rows)


def _maybe_home(path: Path | None) -> nullcontext[Home | None]:
    return nullcontext(None) if path is None else cast("nullcontext[Home | None]", home_of(path, create=False))
