"""Print the help of every command as JSON ``{command: help}``, in the language of ``HUOJU_LANGUAGE``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

os.environ |= {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}

import typer
from typer.testing import CliRunner

from huoju.cli.main import app


def names(group: object, before: str = "") -> Iterator[str]:
    """Yield what stands after ``huoju`` for the group itself and each command below it, groups within groups too."""
    for name, command in sorted(getattr(group, "commands", {}).items()):
        whole = f"{before} {name}".strip()
        yield from names(command, whole) if hasattr(command, "commands") else [whole]


def help_of(command: str) -> str:
    """Return the help of one command."""
    told = CliRunner().invoke(app, [*command.split(), "--help"], prog_name="huoju", catch_exceptions=False)
    return "\n".join(line.rstrip() for line in told.stdout.strip().splitlines())


if __name__ == "__main__":
    print(json.dumps({name: help_of(name) for name in ["", *names(typer.main.get_command(app))]}, ensure_ascii=False))
