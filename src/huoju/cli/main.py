"""The application: every command of a file of its own."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Annotated

import typer

from huoju.cli import (
    deliveries,
    demo,
    doctor,
    explain,
    findings,
    importing,
    inbox,
    panel,
    rate,
    report,
    sandbox,
    schemes,
    score,
    sources,
    template,
    trace,
)
from huoju.cli.speaking import say

app = typer.Typer(help=say("help.app"), no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"huoju {version_of('huoju')}")
        raise typer.Exit


@app.callback()
def options(
    language: Annotated[str, typer.Option("--language", help=say("help.language"))] = "",
    version: Annotated[
        bool, typer.Option("--version", help=say("help.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a command; the language was read when the words were."""


for name, command in (
    ("demo", demo.demo),
    ("import", importing.import_),
    ("template", template.template),
    ("deliveries", deliveries.deliveries),
    ("undo", deliveries.undo),
    ("inbox", inbox.inbox),
    ("score", score.score),
    ("explain", explain.explain),
    ("report", report.report),
    ("rate", rate.rate),
    ("schemes", schemes.schemes),
    ("trace", trace.trace),
    ("panel", panel.panel),
    ("findings", findings.findings),
    ("sources", sources.sources),
    ("doctor", doctor.doctor),
):
    app.command(name, help=say(f"help.{name}"))(command)
app.add_typer(schemes.app, name="scheme", help=say("help.scheme"))
app.add_typer(sandbox.app, name="sandbox", help=say("help.sandbox"))


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
