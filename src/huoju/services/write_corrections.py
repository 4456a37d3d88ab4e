"""Corrections: rows that were set aside, in a workbook that their provider corrects and sends back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huoju.core.errors import NothingFound
from huoju.services.declared import declared
from huoju.services.forms import Form, FormColumn, Sheet, expected, write_forms
from huoju.services.home import Home, Who, store_of
from huoju.services.list_findings import list_findings
from huoju.services.words import words_in
from huoju.sources import SourceDeclaration
from huoju.sources.header import CORRECTIONS, spell
from huoju.sources.layout import ColumnRule


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was written: the file, how many rows wait for correction, how many findings it lists."""

    path: Path
    rows: int
    findings: int


def write_corrections(*, home: Home, who: Who, path: Path, language: str, source: str = "") -> Corrections:
    """Write every row set aside, by source and file, with what is wrong and what was expected, and all findings.

    A sheet keeps the columns of the delivery; the columns at its right say row, column, trouble and what was
    expected, and are left alone when it is imported again. Raises ``NothingFound`` for a source without findings.
    """
    if path.suffix != ".xlsx":
        raise NothingFound(f"{path} is no .xlsx.", code="format-unknown", data={"path": str(path), "known": ".xlsx"})
    words, sources = words_in(language), declared(home)
    told = [item for item in list_findings(home=home, who=who) if source in ("", item.source)]
    if source and not told:
        raise NothingFound(f"Nothing about {source}.", code="source-without-findings", data={"source": source})
    groups = _grouped(home, source)
    forms = [
        _form(sources.get(name), file, headers, rows, language)
        for (name, file, headers), rows in sorted(groups.items())
    ]
    headers = tuple(words.say(f"form.{name}") for name in ("source", "file", "where", "trouble"))
    lines = tuple(
        (t.source, t.file, t.finding.where, _sentence(t.finding.code, t.finding.data, language)) for t in told
    )
    notes = [Sheet(words.say("form.findings"), headers, lines)]
    write_forms(path, forms, notes, language)
    return Corrections(path, sum(map(len, groups.values())), len(told))


_Row = Mapping[str, str]
_Group = tuple[str, str, tuple[str, ...]]


def _grouped(home: Home, source: str) -> dict[_Group, list[_Row]]:
    """Return rows set aside by source, place (file or sheet) and headers."""
    from huoju.desk.models import Delivery

    of = {row.sha256: row.source for row in Delivery.objects.filter(state="accepted")}
    groups: dict[_Group, list[_Row]] = defaultdict(list)
    for row in store_of(home).aside().to_pylist():
        if source in ("", of[row["delivery"]]):
            place = row["record"].rpartition(":")[0]
            headers = tuple(json.loads(row["original"]))
            groups[of[row["delivery"]], place, headers].append(row)
    return dict(groups)


def _form(
    source: SourceDeclaration | None, place: str, headers: tuple[str, ...], rows: list[_Row], language: str
) -> Form:
    words = words_in(language)
    rules = _rules(source, headers)
    columns = [FormColumn("" if header.startswith("__") else header, rules.get(header)) for header in headers]
    columns += [FormColumn(name, None) for name in CORRECTIONS[language]]
    lines, wrong = [], {}
    for number, row in enumerate(rows):
        named = row["column"].split("、")
        places = [at for at, h in enumerate(headers) if (r := rules.get(h)) is not None and r.header in named]
        wrong[number] = frozenset(places)
        expects = [rule for at in places if (rule := rules.get(headers[at])) is not None]
        said = words.say(f"trouble.{row['code']}")
        told = " / ".join(expected(rule, words).replace("\n", " ") for rule in expects)
        cells = json.loads(row["original"]).values()
        lines.append((*cells, row["record"].rpartition(":")[2], row["column"], said, told))
    return Form(f"{place}", tuple(columns), tuple(lines), wrong)


def _rules(source: SourceDeclaration | None, headers: tuple[str, ...]) -> dict[str, ColumnRule]:
    """Return the rule of each header, by the layout of the source that these headers fit best."""
    if source is None:
        return {}
    best: dict[str, ColumnRule] = {}
    for layout in source.layouts.values():
        by_name = {spell(name)[0]: rule for rule in layout.columns for name in (rule.header, *rule.alternates)}
        found = {header: rule for header in headers if (rule := by_name.get(spell(header)[0])) is not None}
        best = found if len(found) > len(best) else best
    return best


def _sentence(code: str, data: Mapping[str, object], language: str) -> str:
    words = words_in(language)
    return words.say(f"finding.{code}", data) if f"finding.{code}" in words else code
