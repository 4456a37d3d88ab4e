"""`huoju doctor`: is the home whole, and what does huoju find on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import typer

from huoju.cli.asking import asker
from huoju.cli.options import DEFAULT_HOME, HomeOption
from huoju.cli.speaking import answering, heads, home_of, say, show_table, tell


def doctor(home: HomeOption = DEFAULT_HOME) -> None:
    """Print what was looked at; exit 1 where something is not well."""
    with answering():
        from huoju.services.check_home import Check, check_home
        from huoju.services.home import Home

        checks: tuple[Check, ...]
        if (Path(home) / "huoju.sqlite").exists():
            with home_of(home, create=False) as opened:
                checks = check_home(home=cast("Home", opened), who=asker())
        else:
            checks = check_home(home=None, who=asker())
            tell("cli.no-home", home=home)
        rows = [[say("cli.well" if c.is_well else "cli.unwell"), say(f"cli.check.{c.code}"), c.seen] for c in checks]
        show_table("", heads("state", "checked", "seen"), rows)
        if not all(check.is_well for check in checks):
            raise typer.Exit(1)
