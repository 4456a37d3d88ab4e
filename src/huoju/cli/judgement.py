"""`huoju judgement`: links that wait for a person, and what persons said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from huoju.cli.asking import Commands, asker
from huoju.cli.options import DEFAULT_HOME, AsOfOption, HomeOption
from huoju.cli.speaking import answering, day, heads, home_of, language, percent, say, show_table, tell
from huoju.services.clock import day_of, now

if TYPE_CHECKING:
    from huoju.services.home import Home

app = Commands("judgement")
SubjectArgument = Annotated[str, typer.Argument(help=say("help.judged-subject"))]
JudgedArgument = Annotated[str, typer.Argument(help=say("help.judged-enterprise"))]
ReasonOption = Annotated[str, typer.Option("--reason", help=say("help.judgement-reason"))]


@app.verb("waiting")
def waiting(
    home: HomeOption = DEFAULT_HOME,
    as_of: AsOfOption = None,
    best: Annotated[int, typer.Option("--best", min=1, help=say("help.judgement-best"))] = 3,
) -> None:
    """Print subjects that no rule decided with their candidates."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.waiting_links import waiting_links

        found = waiting_links(home=cast("Home", opened), who=asker(), language=language(), as_of=day(as_of), best=best)
        if not found:
            typer.echo(say("cli.judgement-none-waiting"))
            return
        rows = [
            [
                f"{w.name}\n{w.subject}",
                f"{w.enterprise_name}\n{w.enterprise}",
                percent(w.probability),
                _state(w.counts),
                w.reasons,
            ]
            for w in found
        ]
        columns = heads("subject", "may-be", "probability", "state", "reasons")
        show_table(say("cli.judgement-waiting"), columns, rows, numeric=[2], whole=(0, 1))
        tell("cli.judgement-next")


def _state(counts: bool) -> str:
    return say("cli.judgement-counts" if counts else "cli.judgement-open")


@app.verb("list")
def list_(home: HomeOption = DEFAULT_HOME, as_of: AsOfOption = None) -> None:
    """Print every judgement with who, when and why, undone ones too."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.judge_links import judgements_of

        found = judgements_of(home=cast("Home", opened), who=asker(), as_of=day(as_of))
        if not found:
            typer.echo(say("cli.judgement-none"))
            return
        rows = [
            [
                one.right_id,
                say(f"cli.verdict-of-link.{one.verdict}"),
                one.left_id,
                f"{one.who} {day_of(one.at)}",
                one.why,
                "" if one.undone_at is None else f"{one.undone_by} {day_of(one.undone_at)} {one.undone_why}".strip(),
            ]
            for one in found
        ]
        show_table("", heads("subject", "said", "enterprise", "said-by", "said-why", "undone"), rows)


@app.verb("accept")
def accept(
    subject: SubjectArgument, enterprise: JudgedArgument, reason: ReasonOption, home: HomeOption = DEFAULT_HOME
) -> None:
    """Keep that a subject is an enterprise."""
    _judge(subject, enterprise, reason, home, is_same=True)


@app.verb("reject")
def reject(
    subject: SubjectArgument, enterprise: JudgedArgument, reason: ReasonOption, home: HomeOption = DEFAULT_HOME
) -> None:
    """Keep that a subject is not an enterprise."""
    _judge(subject, enterprise, reason, home, is_same=False)


def _judge(subject: str, enterprise: str, reason: str, home: HomeOption, *, is_same: bool) -> None:
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.judge_links import judge_link

        of_home, who = cast("Home", opened), asker()
        one, other = _pair(of_home, subject, enterprise)
        done = judge_link(home=of_home, who=who, enterprise=other, subject=one, is_same=is_same, at=now(), why=reason)
        verdict = say(f"cli.verdict-of-link.{done.verdict}")
        tell("cli.judgement-kept", subject=one, enterprise=other, verdict=verdict, day=day_of(done.at))


@app.verb("undo")
def undo(
    subject: SubjectArgument, enterprise: JudgedArgument, reason: ReasonOption, home: HomeOption = DEFAULT_HOME
) -> None:
    """Take back what was said of a pair; it stays on record."""
    with answering(), home_of(home, create=False) as opened:
        from huoju.services.judge_links import undo_judgement

        of_home = cast("Home", opened)
        one, other = _pair(of_home, subject, enterprise)
        undo_judgement(home=of_home, who=asker(), enterprise=other, subject=one, at=now(), why=reason)
        tell("cli.judgement-undone", subject=one, enterprise=other)


def _pair(home: Home, subject: str, enterprise: str) -> tuple[str, str]:
    from huoju.services.waiting_links import subject_named

    who = asker()
    return subject_named(home=home, who=who, text=subject), subject_named(home=home, who=who, text=enterprise)
