"""`huoju link`: two lists of enterprises, and which record of one is which of the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from huoju.cli.speaking import answering, language, say, tell


def link(
    left: Annotated[Path, typer.Argument(help=say("help.link-left"))],
    right: Annotated[Path, typer.Argument(help=say("help.link-right"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=say("help.link-output"))] = Path("links.csv"),
    labels: Annotated[Path | None, typer.Option("--labels", help=say("help.link-labels"))] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help=say("help.link-mapping"))] = None,
    fit: Annotated[Path | None, typer.Option("--fit", help=say("help.link-fit"))] = None,
    frozen: Annotated[Path | None, typer.Option("--frozen", help=say("help.link-frozen"))] = None,
    one_to_one: Annotated[bool, typer.Option("--one-to-one", help=say("help.link-one-to-one"))] = False,
) -> None:
    """Link two lists and say how many links of each relation were found."""
    with answering():
        from huoju.services.link_lists import link_lists

        done = link_lists(
            left=left,
            right=right,
            output=output,
            today=date.today(),
            language=language(),
            mapping=mapping,
            labels=labels,
            frozen=frozen,
            keep=fit,
            one_to_one=one_to_one,
        )
        tell("cli.linked", left=done.left, right=done.right, **done.links)
        taught = "cli.linked-taught" if any(done.taught.values()) else "cli.linked-untaught"
        codes, persons = done.taught.get("by-code", 0), done.taught.get("by-person", 0)
        tell(taught, codes=codes, persons=persons, day=done.fitted_on or say("term.unknown"))
        for file in done.written:
            tell("cli.written", path=file)
