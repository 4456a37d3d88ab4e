"""From the content of a report to what a reader sees, in the language of the words."""

from __future__ import annotations

from huoju.core.words import Words
from huoju.reports.annexes import annexes
from huoju.reports.content import ReportContent
from huoju.reports.shown import Shown
from huoju.reports.summary import attention, cards, charts, figures, headings, identity_lines
from huoju.reports.view import Charts, ReportView

SHORT = 8


def compose(content: ReportContent, words: Words) -> tuple[ReportView, Charts]:
    """Return the shown texts and the data of the drawings.

    Raises ``ValueError`` where the words are of another language than the content's own texts.
    """
    if words.language != content.language:
        raise ValueError(f"The content is in {content.language!r}, the words are in {words.language!r}.")
    shown, say = Shown(words), words.say
    drawn = charts(content, shown)
    view = ReportView(
        title=say("report.title", {"name": content.enterprise.name}),
        kicker=say("report.kicker"),
        name=content.enterprise.name,
        identity=identity_lines(content, shown),
        notice=say("report.synthetic") if content.synthetic else "",
        cards=cards(content, shown),
        headings=headings(content, shown, drawn),
        figures=figures(content, shown),
        attention=attention(content, shown),
        annexes=annexes(content, shown),
        closing=say("report.closing"),
        foot=_foot(content, shown),
        qr_label=say("report.qr-label"),
        qr_text=_qr_text(content, shown),
    )
    return view, drawn


def _foot(content: ReportContent, shown: Shown) -> str:
    rests, say = content.provenance, shown.words.say
    models = say("report.comma").join(f"{model.name} {model.version}" for model in rests.models) or shown.unknown
    data = {"number": content.number, "models": models, "rules": rests.rules, "snapshot": rests.snapshot[:SHORT]}
    return say("report.and").join((say("report.foot", data), _ledger(content, shown)))


def _ledger(content: ReportContent, shown: Shown) -> str:
    head = content.provenance.ledger
    if head is None:
        return shown.words.say("report.no-ledger-short")
    return shown.words.say("report.ledger-short", {"sequence": head.sequence, "hash": head.hash[:SHORT]})


def _qr_text(content: ReportContent, shown: Shown) -> str:
    data = {"number": content.number, "as_of": shown.day(content.as_of), "snapshot": content.provenance.snapshot[:16]}
    return shown.words.say("report.qr", {**data, "ledger": _ledger(content, shown)})
