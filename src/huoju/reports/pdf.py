"""A report as PDF/A-2b: set by Typst from values, with our own drawings and fonts, the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typst

from huoju.core.finding import Finding
from huoju.core.words import Words
from huoju.reports.compose import compose
from huoju.reports.content import ReportContent
from huoju.reports.drawings import fan, radar, waterfall
from huoju.reports.drawings.qr import draw_qr
from huoju.reports.drawings.svg import shown
from huoju.reports.faces import FONTS, drawable, font_files, glyph_findings, lacking, stand_in
from huoju.reports.palette import LIGHT

TEMPLATE = Path(__file__).parent / "report.typ"


@dataclass(frozen=True, slots=True)
class PdfReport:
    """The document and what was found while setting it: the characters that no font draws."""

    data: bytes
    findings: tuple[Finding, ...]


def make_pdf(content: ReportContent, words: Words, *, font_folders: Sequence[Path] = ()) -> PdfReport:
    """Return the report as a PDF/A-2b document dated ``as_of``.

    ``font_folders`` add fonts to the two that come with the package, such as ``<home>/fonts``. A character that
    no font draws is set as 〓, and a finding in the report and in the answer names it.
    """
    folders = (FONTS, *font_folders)
    points = drawable(font_files(folders))
    values = _values(content, words)
    signs = lacking([json.dumps(values, ensure_ascii=False)], points)
    findings = glyph_findings(signs, content.number)
    if findings:
        values = _values(replace(content, findings=(*content.findings, *findings)), words)
    plain = json.dumps(values, ensure_ascii=False, sort_keys=True)
    data = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        format="pdf",
        font_paths=[str(folder) for folder in folders if folder.is_dir()],
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        sys_inputs={"report": stand_in(plain, signs)},
        timestamp=int(datetime.combine(content.as_of, datetime.min.time(), UTC).timestamp()),
    )
    return PdfReport(bytes(data), findings)


def _values(content: ReportContent, words: Words) -> dict[str, object]:
    """Everything the template sets, as plain values."""
    view, charts = compose(content, words)
    drawings = {
        "waterfall": waterfall.draw_waterfall(charts.waterfall, LIGHT, width=500, row=27),
        "parts": waterfall.draw_waterfall(charts.parts, LIGHT, width=700, row=24) if charts.parts else "",
        "radar": radar.draw_radar(charts.radar, LIGHT) if charts.radar else "",
        "fan": fan.draw_fan(charts.fan, LIGHT, width=760),
        "qr": draw_qr(view.qr_label, view.qr_text),
    }
    said = {
        "waterfall": waterfall.spoken(charts.waterfall),
        "parts": waterfall.spoken(charts.parts) if charts.parts else "",
        "radar": radar.spoken(charts.radar) if charts.radar else "",
        "fan": fan.spoken(charts.fan),
        "qr": view.qr_label,
    }
    return {
        "view": _flat(asdict(view)),
        "drawings": drawings,
        "said": _flat(said),
        "palette": asdict(LIGHT),
        "language": content.language,
        "day": [content.as_of.year, content.as_of.month, content.as_of.day],
    }


def _flat(value: object) -> object:
    """The same values with every text on one line and nothing in it that can't be set."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {key: _flat(each) for key, each in value.items()}
    return [_flat(each) for each in value] if isinstance(value, list | tuple) else value
