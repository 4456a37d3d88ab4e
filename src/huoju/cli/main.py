"""The application: every command of a file of its own."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from typing import Annotated

import typer
from typer.exceptions import TyperException

from huoju.cli import (
    advise,
    deliveries,
    demo,
    doctor,
    explain,
    export,
    findings,
    fit,
    gap,
    importing,
    inbox,
    link,
    panel,
    predict,
    rate,
    report,
    resolve,
    sandbox,
    schemes,
    score,
    sources,
    template,
    trace,
)
from huoju.cli.speaking import EXIT_BUG, LANGUAGES, say
from huoju.cli.spoken import Command, Group, Misused, misuse_sentence

app = typer.Typer(cls=Group, help=say("help.app"), no_args_is_help=True, add_completion=False, rich_markup_mode=None)


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
    if language and language not in LANGUAGES:
        raise Misused(say("usage.language", language=language))


for name, command in (
    ("demo", demo.demo),
    ("import", importing.import_),
    ("template", template.template),
    ("deliveries", deliveries.deliveries),
    ("undo", deliveries.undo),
    ("inbox", inbox.inbox),
    ("score", score.score),
    ("explain", explain.explain),
    ("advise", advise.advise),
    ("report", report.report),
    ("export", export.export),
    ("rate", rate.rate),
    ("gap", gap.gap),
    ("schemes", schemes.schemes),
    ("trace", trace.trace),
    ("panel", panel.panel),
    ("predict", predict.predict),
    ("findings", findings.findings),
    ("link", link.link),
    ("resolve", resolve.resolve),
    ("sources", sources.sources),
    ("doctor", doctor.doctor),
):
    app.command(name, cls=Command, help=say(f"help.{name}"), short_help=say(f"help.{name}"))(command)
app.add_typer(schemes.app, name="scheme", help=say("help.scheme"), short_help=say("help.scheme"))
app.add_typer(fit.app, name="fit", help=say("help.fit"), short_help=say("help.fit"))
app.add_typer(sandbox.app, name="sandbox", help=say("help.sandbox"), short_help=say("help.sandbox"))


def main() -> None:
    """Run the command line; what is wrong with its usage is said in the language, with exit code 2."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        typer.echo(misuse_sentence(error), err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(EXIT_BUG)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
