"""Template: the empty form of a source, with units and rules, that a provider fills and sends."""

from __future__ import annotations

from pathlib import Path

from huoju.services.declared import source_of
from huoju.services.forms import Form, FormColumn, Sheet, expected, header_of, write_forms
from huoju.services.home import Home, Who
from huoju.services.words import words_in
from huoju.sources import SourceDeclaration, find_sources, read_mapping


def write_template(*, home: Home | None, who: Who, source: str, path: Path, language: str) -> Path:
    """Write the form of a source: a sheet for each layout, and one that explains every column.

    ``source`` is a name, or the path of a mapping; without a home only the sources of huoju have names.
    """
    declaration = _declaration(home, source)
    forms = []
    for layout in declaration.layouts.values():
        columns = tuple(FormColumn(header_of(rule), rule) for rule in layout.columns)
        forms.append(Form(layout.name, columns))
    return write_forms(path, forms, [_rules(declaration, language)], language)


def _declaration(home: Home | None, source: str) -> SourceDeclaration:
    if source.endswith((".yaml", ".yml")) and Path(source).is_file():
        return read_mapping(Path(source).absolute())
    if home is not None:
        return source_of(home, source)
    from huoju.core.errors import NothingFound

    if source not in find_sources():
        known = ", ".join(find_sources())
        raise NothingFound(f"No source {source}.", code="source-unknown", data={"source": source, "known": known})
    return find_sources()[source]


def _rules(declaration: SourceDeclaration, language: str) -> Sheet:
    words = words_in(language)
    headers = tuple(words.say(f"form.{name}") for name in ("sheet", "column", "expected", "also"))
    rows = tuple(
        (layout.name, header_of(rule), expected(rule, words).replace("\n", " "), "、".join(rule.alternates))
        for layout in declaration.layouts.values()
        for rule in layout.columns
    )
    return Sheet(words.say("form.rules"), headers, rows)
