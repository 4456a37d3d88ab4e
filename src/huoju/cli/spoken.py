"""Help, and sentences about wrong usage, in the language of whoever types."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from huoju.cli.speaking import say

EXIT_USAGE = 2


class _Formatter(Protocol):
    """What the library's own formatter of help does."""

    def section(self, name: str) -> AbstractContextManager[None]: ...
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None: ...
    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None: ...


class _Spoken:
    """A formatter of help that says headings, defaults and the help option in the language."""

    def __init__(self, formatter: _Formatter) -> None:
        self._formatter = formatter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._formatter, name)

    def section(self, name: str) -> AbstractContextManager[None]:
        return self._formatter.section(say(f"usage.{name.lower()}"))

    def write_usage(self, prog: str, args: str = "") -> None:
        self._formatter.write_usage(prog, args, say("usage.usage"))

    def write_dl(self, rows: Sequence[tuple[str, str]]) -> None:
        self._formatter.write_dl([(left, _spoken(right)) for left, right in rows])


def _spoken(text: str) -> str:
    for theirs, ours in (
        ("Show this message and exit.", say("usage.help")),
        ("[default: ", f"[{say('usage.default')}"),
        ("[required]", f"[{say('usage.required')}]"),
    ):
        text = text.replace(theirs, ours)
    return text


class Command(TyperCommand):
    """A command whose help is in the language."""

    def format_help(self, ctx: typer.Context, formatter: _Formatter) -> None:  # type: ignore[override]
        super().format_help(ctx, _Spoken(formatter))  # type: ignore[arg-type]

    def format_usage(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        spoken = formatter if isinstance(formatter, _Spoken) else _Spoken(formatter)
        super().format_usage(ctx, spoken)  # type: ignore[arg-type]


class Group(TyperGroup):
    """A group of commands whose help is in the language."""

    def format_help(self, ctx: typer.Context, formatter: _Formatter) -> None:  # type: ignore[override]
        super().format_help(ctx, _Spoken(formatter))  # type: ignore[arg-type]

    def format_usage(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        spoken = formatter if isinstance(formatter, _Spoken) else _Spoken(formatter)
        super().format_usage(ctx, spoken)  # type: ignore[arg-type]

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            raise Misused(say("usage.no-such-command", name=name, commands=", ".join(self.list_commands(ctx))))
        return super().resolve_command(ctx, args)


class Misused(TyperException):
    """Wrong usage that we found ourselves, already a sentence of the language."""

    exit_code = EXIT_USAGE


def misuse_sentence(error: TyperException) -> str:
    """Return what is wrong with the usage; what the library found and we have no words for, as it says it."""
    kind = type(error).__name__
    if isinstance(error, Misused) or kind == "NoArgsIsHelpError":
        return error.format_message()
    param = getattr(error, "param", None)
    what = "" if param is None else " / ".join(param.opts)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "huoju"
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        near = ", ".join(sorted(getattr(error, "possibilities", None) or ()))
        code = "usage.no-such-option-near" if near else "usage.no-such-option"
        return say(code, option=option, near=near, command=command)
    if kind == "BadOptionUsage":
        return say("usage.needs-value", option=option, command=command)
    if kind == "MissingParameter":
        return say("usage.missing", what=what, command=command)
    if kind == "BadParameter":
        return say("usage.bad-value", what=what, command=command)
    return say("usage.other", message=error.format_message(), command=command)
