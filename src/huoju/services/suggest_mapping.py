"""Suggest: a mapping proposed for a file that no source reads, as text that a person edits and keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from huoju.core.errors import NothingFound
from huoju.core.variable import variables
from huoju.core.words import Words
from huoju.services.declared import declared
from huoju.services.home import Home, Who
from huoju.services.words import words_in
from huoju.sources import find_sources, open_delivery
from huoju.sources.header import spell
from huoju.sources.layout import NUMERIC
from huoju.sources.resembling import SUBJECT
from huoju.sources.suggesting import ENOUGH, Proposal, Suggestion, suggest


@dataclass(frozen=True, slots=True)
class Suggested:
    """The text of a mapping and the proposals behind it, by sheet."""

    text: str
    sheets: tuple[Suggestion, ...]


def suggest_mapping(*, home: Home | None, who: Who, path: Path, language: str) -> Suggested:
    """Return a mapping proposed for a file: what each column may mean, and how sure that is.

    Columns that nothing is sure enough of are ignored and named, so that a person decides. Raises ``NothingFound``
    where the file is absent or has no header, ``RefusedDelivery`` where it can't be opened.
    """
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    sources = declared(home) if home is not None else find_sources()
    layouts = [layout for source in sources.values() for layout in source.layouts.values()]
    found = [suggest(table, layouts) for table in open_delivery(path).tables]
    sheets = tuple(sheet for sheet in found if sheet is not None)
    if not sheets:
        raise NothingFound(f"{path} has no header.", code="header-absent", data={"path": str(path)})
    words = words_in(language)
    lines = [words.say("suggest.head", {"file": path.name}), *words.sentences["suggest.top"].rstrip().split("\n")]
    lines.append("layouts:")
    for number, sheet in enumerate(sheets, start=1):
        lines += _layout(f"table_{number}", sheet, words)
    return Suggested("\n".join(lines) + "\n", sheets)


def _layout(name: str, sheet: Suggestion, words: Words) -> list[str]:
    kept = [column for column in sheet.columns if column.target]
    left = [column for column in sheet.columns if not column.target and column.header]
    recognise = [spell(column.header)[0] for column in kept]
    lines = [f"  {name}:"]
    if recognise:
        lines.append(f"    recognise: [{', '.join(map(_quoted, recognise[:4]))}]")
    if any(column.target == "identifier" for column in kept):
        lines.append(f"    namespace: own  # {words.say('suggest.namespace')}")
    for column in kept:
        if column.target in ("month", "year"):
            lines.append(f"    period: {column.target}")
    lines.append("    columns:" if kept else "    columns: {}")
    for column in kept:
        lines.append(f"      {_quoted(spell(column.header)[0])}: {{{_rule(column)}}}  # {_why(column, words)}")
    if left:
        lines.append("    ignore:")
        lines += [f"      - {_quoted(spell(column.header)[0])}  # {_why(column, words)}" for column in left]
    return lines


def _rule(column: Proposal) -> str:
    if column.target in SUBJECT:
        kind = {"uscc": "code", "name": "name", "identifier": "text"}[column.target]
        needed = ", required: true" if column.target != "uscc" else ""
        return f"name: {column.target}, kind: {kind}{needed}"
    if column.target in ("month", "year"):
        return f"name: {column.target}, kind: {column.target}, required: true"
    dtype = variables()[column.target].dtype
    parts = [f"variable: {column.target}"]
    if dtype in NUMERIC:
        unit = column.unit or ("元" if dtype == "money" else "%" if column.looks.percent else "")
        parts += [f'unit: "{unit}"'] if unit else []
        parts += ["thousands: true"] if column.looks.thousands else []
    if column.looks.form:
        parts.append(f"form: {column.looks.form}")
    if column.looks.choices and dtype in ("text", "flag"):
        written = {"是": "1", "有": "1", "Y": "1", "否": "0", "无": "0", "N": "0"}
        pairs = [f"{_quoted(c)}: {_quoted(written.get(c, c) if dtype == 'flag' else c)}" for c in column.looks.choices]
        parts.append(("" if dtype == "flag" else "kind: choice, ") + f"choices: {{{', '.join(pairs)}}}")
    return ", ".join(parts)


def _why(column: Proposal, words: Words) -> str:
    looks = words.say(f"suggest.looks.{column.looks.kind}")
    data = {"confidence": f"{column.confidence:.2f}", "looks": looks, "filled": f"{column.looks.filled:.0%}"}
    if column.target:
        guess = column.unit == "" and column.target in variables() and variables()[column.target].dtype == "money"
        return words.say("suggest.why-unit" if guess else "suggest.why", data)
    return words.say("suggest.left", {**data, "enough": f"{ENOUGH:.1f}", "nearest": column.second or "—"})


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
