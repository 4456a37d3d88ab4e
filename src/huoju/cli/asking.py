"""As whom and for what the command line asks: ``--as`` and ``--purpose``, which every command has."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huoju.cli.speaking import say
from huoju.cli.spoken import Command, Group

if TYPE_CHECKING:
    from huoju.services.who import Who

_ACCOUNT: ContextVar[str] = ContextVar("account", default="")
_PURPOSE: ContextVar[str] = ContextVar("purpose", default="")
_OPTIONS = {
    "as_": Annotated[
        str, typer.Option("--as", help=say("help.as"), metavar="ACCOUNT", envvar="HUOJU_AS", show_envvar=False)
    ],
    "purpose_": Annotated[
        str,
        typer.Option(
            "--purpose", help=say("help.purpose"), metavar="PURPOSE", envvar="HUOJU_PURPOSE", show_envvar=False
        ),
    ],
}


def asked(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with two options more: as which account it is asked, and for what purpose."""

    @wraps(command)
    def run(*given: Any, as_: str = "", purpose_: str = "", **named: Any) -> None:
        _ACCOUNT.set(as_)
        _PURPOSE.set(purpose_)
        command(*given, **named)

    own = inspect.signature(command, eval_str=True)
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default="", annotation=option)
        for name, option in _OPTIONS.items()
    ]
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), *more])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in run.__signature__.parameters.values()}  # type: ignore[attr-defined]
    return run


class Commands(typer.Typer):
    """The commands of the program, or the verbs of one ``noun``; each has its help in the language, and who asks."""

    def __init__(self, noun: str = "") -> None:
        super().__init__(
            cls=Group,
            help=say(f"help.{noun or 'app'}"),
            short_help=say(f"help.{noun or 'app'}"),
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
        )
        self.noun = noun

    def verb(self, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Return what makes a function the command ``name``; it stays callable as it is."""
        told = say(f"help.{self.noun}-{name}" if self.noun else f"help.{name}")

        def made(function: Callable[..., None]) -> Callable[..., None]:
            self.command(name, cls=Command, help=told, short_help=told)(asked(function))
            return function

        return made


def asker() -> Who:
    """Return whoever asks: the owner of the home, or the account and purpose that were named.

    Raises ``Forbidden`` where the open home knows no such account.
    """
    from huoju.services.who import acting_as, owner

    account, purpose = _ACCOUNT.get(), _PURPOSE.get()
    return acting_as(account or owner().account, purpose) if account or purpose else owner()
