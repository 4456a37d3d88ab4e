"""`huoju schemes`, `huoju scheme check`, `scheme diff`, `scheme import`: the official schemes and local ones."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import Commands, asker
from huoju.cli.import_shown import show_proposal
from huoju.cli.options import DEFAULT_HOME, AsOfOption, HomeOption
from huoju.cli.rate import JsonOption, RatedHomeOption, maybe_home
from huoju.cli.speaking import EXIT_BUG, EXIT_REFUSED, answering, day, heads, home_of, language, say, show_table, tell

if TYPE_CHECKING:
    from huoju.services.home import Home

app = Commands("scheme")


def schemes(home: RatedHomeOption = None, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Print every scheme with the version in force on a day, and whether it can score."""
    with answering(), maybe_home(home) as opened:
        from huoju.services.schemes import list_schemes

        spoken, on = language(), day(as_of) or date.today()
        lines = list_schemes(who=asker(), on=on, home=opened)
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


@app.verb("check")
def check(
    scheme: Annotated[str, typer.Argument(help=say("help.scheme-or-folder"))], home: RatedHomeOption = None
) -> None:
    """Load a scheme, run its cases, and say what no source states."""
    with answering(), maybe_home(home) as opened:
        from huoju.services.check_scheme import check_scheme

        found = check_scheme(who=asker(), scheme=scheme, home=opened)
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


@app.verb("diff")
def diff(
    scheme: Annotated[str, typer.Argument(help=say("help.scheme-id"))],
    home: RatedHomeOption = None,
    versions: Annotated[tuple[str, str] | None, typer.Option("--versions", help=say("help.scheme-versions"))] = None,
) -> None:
    """Print what a local overlay changes, or what differs between two versions."""
    with answering(), maybe_home(home) as opened:
        from huoju.services.compare_schemes import local_changes, version_changes

        if versions is not None:
            before, after = versions
            changes = version_changes(who=asker(), scheme=scheme, before=before, after=after, home=opened)
        else:
            changes = local_changes(who=asker(), scheme=scheme, home=opened)
        rows = [[change.place, change.before or "—", change.after or "—"] for change in changes]
        show_table("", heads("place", "before", "after"), rows)


@app.verb("import")
def import_(
    path: Annotated[Path, typer.Argument(help=say("help.scheme-table"))],
    scheme: Annotated[str, typer.Option("--scheme", help=say("help.scheme-of-import"))],
    version: Annotated[str | None, typer.Option("--version", help=say("help.scheme-version"))] = None,
    home: HomeOption = DEFAULT_HOME,
    source: Annotated[str, typer.Option("--source", help=say("help.scheme-source"))] = "",
    certainty: Annotated[str, typer.Option("--certainty", help=say("help.scheme-certainty"))] = "unverified",
    yes: Annotated[bool, typer.Option("--yes", help=say("help.scheme-yes"))] = False,
) -> None:
    """Show what a table changes of a scheme, ask, and write it as a local overlay."""
    with answering(), home_of(home, create=True) as opened:
        from huoju.services.import_scheme import accept_import, propose_import

        own, who = cast("Home", opened), asker()
        proposal = propose_import(
            home=own,
            who=who,
            scheme=scheme,
            path=path,
            today=date.today(),
            version=version,
            source=source,
            certainty=certainty,
        )
        show_proposal(proposal)
        if not proposal.written:
            typer.echo(say("cli.import-nothing"))
        elif yes or (sys.stdin.isatty() and typer.confirm(say("cli.import-ask"), err=True)):
            tell("cli.written", path=accept_import(home=own, who=who, proposal=proposal))
        else:
            tell("cli.import-not-written")
            raise typer.Exit(EXIT_REFUSED)
