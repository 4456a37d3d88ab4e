"""A report as one self-contained page: no script, no address, light and dark, readable on a phone."""

from __future__ import annotations

from html import escape
from pathlib import Path

from huoju.core.words import Words
from huoju.reports.compose import compose
from huoju.reports.content import ReportContent
from huoju.reports.drawings.bar import draw_bar
from huoju.reports.drawings.fan import draw_fan
from huoju.reports.drawings.qr import draw_qr
from huoju.reports.drawings.radar import draw_radar
from huoju.reports.drawings.scale import draw_scale
from huoju.reports.drawings.spark import draw_spark
from huoju.reports.drawings.svg import shown
from huoju.reports.drawings.waterfall import Waterfall, draw_waterfall
from huoju.reports.palette import DARK, LIGHT, STYLED, css_variables
from huoju.reports.view import Card, Cell, Column, Figure, ReportView, Section, Table

STYLE = Path(__file__).parent / "report.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
TAGS = {"zh": "zh-CN", "en": "en"}


def make_html(content: ReportContent, words: Words) -> str:
    """Return the report as one HTML document with the numbers and drawings of the PDF."""
    view, charts = compose(content, words)
    waterfalls = _both_waterfalls(charts.waterfall)
    radar = draw_radar(charts.radar, STYLED) if charts.radar else _quiet(view.headings.no_radar)
    fan = _both(draw_fan(charts.fan, STYLED, width=1240), draw_fan(charts.fan, STYLED, compact=True))
    heads = view.headings
    answers = zip(view.cards, _minis(content, view, words), strict=True)
    parts = [
        _head(view),
        _grid(*(_answer(card, mini) for card, mini in answers)),
        _grid(
            _card("s7", _title(heads.waterfall, heads.waterfall_caption) + waterfalls),
            _card("s5 radar", _title(heads.radar, heads.radar_caption) + radar),
            _card("s12", _title(heads.fan, heads.fan_caption) + fan + _figures(view.figures)),
            _section(view.attention),
            *(_section(section, _parts(charts.parts) if at == 0 else "") for at, section in enumerate(view.annexes)),
        ),
    ]
    foot = "".join(f"<p>{_text(said)}</p>" for said in (view.closing, view.foot, view.notice) if said)
    return _document(view.title, content.language, f"<main>{''.join(parts)}</main><footer>{foot}</footer>")


def _document(title: str, language: str, body: str) -> str:
    style = (
        f":root{{{css_variables(LIGHT)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{css_variables(DARK)}}}}}"
        f"@media print{{:root{{{css_variables(LIGHT)}}}}}" + STYLE.read_text(encoding="utf-8")
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _text(words: str) -> str:
    return escape(shown(words), quote=True)


def _quiet(words: str) -> str:
    return f'<p class="quiet">{_text(words)}</p>'


def _card(kind: str, inside: str) -> str:
    return f'<section class="card {kind}">{inside}</section>'


def _grid(*cards: str) -> str:
    return f'<div class="grid">{"".join(cards)}</div>'


def _title(words: str, caption: str) -> str:
    return f'<div class="title"><h2>{_text(words)}</h2>{_quiet(caption) if caption else ""}</div>'


def _both(wide: str, compact: str) -> str:
    return f'<div class="wide">{wide}</div><div class="compact">{compact}</div>'


def _both_waterfalls(chart: Waterfall) -> str:
    return _both(draw_waterfall(chart, STYLED, width=720), draw_waterfall(chart, STYLED, compact=True))


def _parts(chart: Waterfall | None) -> str:
    if chart is None:
        return ""
    wide = draw_waterfall(chart, STYLED, width=1000, row=27)
    return _both(wide, draw_waterfall(chart, STYLED, compact=True, row=28))


def _head(view: ReportView) -> str:
    notice = f'<span class="notice">{_text(view.notice)}</span>' if view.notice else ""
    lines = "".join(_quiet(said) for said in view.identity)
    words = f'<p class="kicker">{_text(view.kicker)}{notice}</p><h1>{_text(view.name)}</h1>{lines}'
    code = draw_qr(view.qr_label, view.qr_text)
    return f'<header class="card head"><div>{words}</div><div class="qr">{code}</div></header>'


def _minis(content: ReportContent, view: ReportView, words: Words) -> tuple[str, ...]:
    """The small drawing of each answer: earlier scores or the span, the grades, nothing, the share."""
    score, completeness = content.score, content.completeness
    said = [": ".join((card.caption, " ".join((card.value, card.unit, *card.lines)))) for card in view.cards]
    if len(score.history) > 1:
        first = draw_spark(view.cards[0].caption, score.history, STYLED, unknown=words.say("report.unknown"))
    else:
        bounds = (
            None if score.low is None or score.high is None else (score.low / score.scale, score.high / score.scale)
        )
        share = None if score.value is None else score.value / score.scale
        first = draw_bar(said[0], share, STYLED, span=bounds)
    grades = draw_scale(
        words.say("report.grade", {"grade": score.grade or words.say("report.unknown")}),
        score.grades,
        score.grade,
        STYLED,
    )
    return first, grades, "", draw_bar(said[3], completeness.share, STYLED)


def _answer(card: Card, mini: str) -> str:
    badge = f'<span class="badge" aria-hidden="true">{_text(card.badge)}</span>' if card.badge else ""
    unit = f"<small>{_text(card.unit)}</small>" if card.unit else ""
    lines = "".join(_quiet(said) for said in card.lines)
    drawn = f'<div class="mini">{mini}</div>' if mini else ""
    inside = f'{badge}{_quiet(card.caption)}<div class="big">{_text(card.value)}{unit}</div>{drawn}{lines}'
    return _card("s3 answer main" if card.is_main else "s3 answer", inside)


def _figures(figures: tuple[Figure, ...]) -> str:
    shown_figures = (
        f"<div><b>{_text(each.value)}</b>{_quiet(each.label)}{''.join(map(_quiet, each.spread))}</div>"
        for each in figures
    )
    return f'<div class="figures">{"".join(shown_figures)}</div>'


def _section(section: Section, drawn: str = "") -> str:
    paragraphs = "".join(f"<p>{_text(said)}</p>" for said in section.paragraphs)
    tables = "".join(
        _table(table, section.title if place == 1 else f"{section.title} ({place})")
        for place, table in enumerate(section.tables, start=1)
    )
    notes = "".join(map(_quiet, section.notes))
    return _card("s12 section", _title(section.title, section.caption) + drawn + paragraphs + tables + notes)


def _table(table: Table, within: str) -> str:
    title = f"<h3>{_text(table.title)}</h3>" if table.title else ""
    if not table.rows:
        return title + _quiet(table.empty)
    total = sum(column.weight for column in table.columns)
    widths = "".join(f'<col width="{100 * column.weight / total:.1f}%">' for column in table.columns)
    heads = "".join(map(_head_cell, table.columns))
    rows = "".join(
        f"<tr>{''.join(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))}</tr>"
        for row in table.rows
    )
    kind = "broad" if len(table.columns) > 3 else "plain" if table.width == 1 else "narrow"
    body = f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    name = _text(f"{within} · {table.title}" if table.title else within)
    inside = f'<table class="{kind}">{body}</table>'
    return f'{title}<div class="scroll" tabindex="0" role="region" aria-label="{name}">{inside}</div>'


def _head_cell(column: Column) -> str:
    """A column without a label has no header cell to read out, only its place."""
    side, label = _side(column), _text(column.label)
    return f'<th{side} scope="col">{label}</th>' if label else f"<td{side}></td>"


def _side(column: Column) -> str:
    return ' class="right"' if column.align == "right" else ""


def _cell(cell: Cell, column: Column) -> str:
    kinds: list[str] = [cell.tone] if cell.tone != "plain" else []
    if column.align == "right":
        kinds.append("right")
    named = f' class="{" ".join(kinds)}"' if kinds else ""
    return f"<td{named}>{_text(cell.text)}</td>"
