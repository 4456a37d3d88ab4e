"""The application: every command of a file of its own."""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from typing import Annotated

import typer
from typer.exceptions import TyperException

from huoju.cli import (
    account,
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
    judgement,
    ledger,
    lend,
    link,
    mandate,
    monitor,
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
    whatif,
)
from huoju.cli.asking import Commands
from huoju.cli.speaking import EXIT_BUG, LANGUAGES, say
from huoju.cli.spoken import Misused, misuse_sentence

app = Commands()


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
    ("whatif", whatif.whatif),
    ("report", report.report),
    ("rate", rate.rate),
    ("gap", gap.gap),
    ("schemes", schemes.schemes),
    ("trace", trace.trace),
    ("panel", panel.panel),
    ("findings", findings.findings),
    ("link", link.link),
    ("resolve", resolve.resolve),
    ("lend", lend.lend),
    ("predict", predict.predict),
    ("advise", advise.advise),
    ("export", export.export),
    ("monitor", monitor.monitor),
    ("sources", sources.sources),
    ("doctor", doctor.doctor),
):
    app.verb(name)(command)
for group in (
    schemes.app,
    judgement.app,
    mandate.app,
    ledger.app,
    account.app,
    account.organisations,
    fit.app,
    sandbox.app,
):
    app.add_typer(group, name=group.noun)


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
