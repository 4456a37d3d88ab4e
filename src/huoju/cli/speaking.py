"""Words, tables and progress of the command line, in the language of whoever types."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import typer

from huoju.core.errors import HuojuError
from huoju.core.finding import Finding
from huoju.core.words import Words, read_words

LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = ("zh", "en")
EXIT_BUG, EXIT_REFUSED, EXIT_NOTHING, EXIT_HOME = 1, 3, 4, 5


@cache
def language() -> str:
    """Return ``zh`` or ``en``: by ``--language``, else ``HUOJU_LANGUAGE``, else the system's ``LANG``; else ``zh``."""
    arguments = sys.argv[1:]
    for place, argument in enumerate(arguments):
        value = (
            argument.removeprefix("--language=") if "=" in argument else (arguments[place + 1 : place + 2] or [""])[0]
        )
        if argument.startswith("--language") and value in LANGUAGES:
            return value
    named = os.environ.get("HUOJU_LANGUAGE", "")
    if named in LANGUAGES:
        return named
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh"


@cache
def words() -> Words:
    """Return the words of the language."""
    return read_words(LOCALE, language())


def say(code: str, **data: object) -> str:
    """Return a sentence of the language."""
    return words().say(code, data)


def tell(code: str, **data: object) -> None:
    """Print a sentence to standard error."""
    typer.echo(say(code, **data), err=True)


def sentence(finding: Finding) -> str:
    """Return what a finding says."""
    code = f"finding.{finding.code}"
    return say(code, **dict(finding.data)) if code in words() else finding.code


@contextmanager
def answering() -> Iterator[None]:
    """Turn every error into its sentence and exit code; nothing but a bug shows a traceback, and only when asked."""
    try:
        yield
    except HuojuError as error:
        typer.echo(error_sentence(error), err=True)
        raise typer.Exit(_exit_code(error)) from None
    except (typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        if os.environ.get("HUOJU_DEBUG"):
            raise
        tell("error.bug", kind=f"{type(error).__name__}: {error}")
        raise typer.Exit(EXIT_BUG) from None


def error_sentence(error: HuojuError) -> str:
    """Return what an error says, with the findings of a refusal."""
    findings = getattr(error, "findings", ())
    if findings:
        return "\n".join(sentence(finding) for finding in findings)
    code = f"error.{error.code}"
    data = {name: _as_words(name, value) for name, value in error.data.items()}
    said = say(code if code in words() else "error.error", message=str(error), **data)
    return f"{error.data['in_file']}: {said}" if "in_file" in error.data else said


def _as_words(name: str, value: object) -> object:
    """Return a datum of an error as it is said: an action and roles by their words."""
    if name == "action":
        return say(f"ledger.action.{value}")
    return named(value, "term.role") if name == "roles_that_may" else value


def _exit_code(error: HuojuError) -> int:
    from huoju.core.errors import HomeError, NothingFound, RefusedDelivery

    for kind, code in ((RefusedDelivery, EXIT_REFUSED), (NothingFound, EXIT_NOTHING), (HomeError, EXIT_HOME)):
        if isinstance(error, kind):
            return code
    return 2


def day(text: str | None) -> date | None:
    """Return the day that an option names. Raises ``HuojuError`` where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HuojuError(f"{text} is no day.", code="day-malformed", data={"text": text}) from None


def program() -> str:
    """Return what to type for this program: its name where the shell finds it, else its path from here."""
    typed = Path(sys.argv[0])
    if shutil.which("huoju") or typed.name != "huoju":
        return "huoju"
    return str(typed.relative_to(Path.cwd())) if typed.is_relative_to(Path.cwd()) else str(typed)


def heads(*names: str) -> list[str]:
    """Return the words over the columns of a table."""
    return [say(f"cli.column.{name}") for name in names]


def show_table(
    title: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Print a table to standard output, wide characters aligned; the columns in ``whole`` are never broken."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, header in enumerate(headers):
        table.add_column(
            header,
            justify="right" if place in numeric else "left",
            overflow="fold",
            no_wrap=place in (*numeric, *whole),
        )
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 110)
    if title:
        console.print(title, style="italic", soft_wrap=True)  # over a narrow table a title is still one line
    console.print(table)


@contextmanager
def home_of(path: Path, *, create: bool, engine: str | None = None) -> Iterator[object]:
    """Give the opened home for the length of a block; the settings are named before anything asks for them.

    Questions go to ``engine``, else to the one that ``HUOJU_ENGINE`` names, else to DuckDB.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huoju.site.settings")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from huoju.services.home import opened

    with opened(path, create=create, engine=engine or os.environ.get("HUOJU_ENGINE") or "duckdb") as home:
        yield home


def percent(value: object, digits: int = 1) -> str:
    """Return a share as a percentage, or the word for unknown."""
    return f"{value:.{digits}%}".replace("-", "−") if isinstance(value, float) else say("term.unknown")


def wan(value: object) -> str:
    """Return yuan as 万元, or the word for unknown."""
    if value is None:
        return say("term.unknown")
    from huoju.core.money import wan_yuan_text

    return wan_yuan_text(round(float(str(value)) * 100))


def ratio(value: object) -> str:
    """Return a ratio with two decimals, or the word for unknown."""
    return f"{value:.2f}".replace("-", "−") if isinstance(value, float) else say("term.unknown")


def named(codes: object, family: str) -> str:
    """Return codes joined by ``;`` as words of a family; a code without words stays itself."""
    found = [
        say(f"{family}.{code}") if f"{family}.{code}" in words() else _variable(code)
        for code in str(codes or "").split(";")
        if code
    ]
    return "；".join(found) if language() == "zh" else "; ".join(found)


def _variable(code: str) -> str:
    from huoju.core.variable import variables

    known: Mapping[str, object] = variables()
    return variables()[code].label[language()] if code in known else code
