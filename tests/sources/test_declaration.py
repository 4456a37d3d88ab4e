"""A source says all it must, in both languages, and nothing that the vocabulary lacks."""

from pathlib import Path

import pytest

from huoju.core.errors import DocumentError
from huoju.core.variable import variables
from huoju.sources import find_sources
from huoju.sources.declaration import _source


@pytest.mark.parametrize("source", find_sources().values(), ids=lambda source: source.name)
def test_a_source_is_whole(source: object) -> None:
    from huoju.sources import SourceDeclaration

    assert isinstance(source, SourceDeclaration)
    for words in (source.label, source.publisher, source.purpose):
        assert set(words) == {"zh", "en"}
    for layout in source.layouts.values():
        names = [rule.name for rule in layout.columns]
        assert len(names) == len(set(names))
        assert set(layout.facts) <= set(variables())
        assert set(layout.facts.values()) <= set(names)
        assert {name for name in layout.key if name != "all"} <= set(names)
        assert not layout.known or layout.known in names


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("provider: third_party", "provider: somebody"), "provider is one of"),
        (("kind: month", "kind: monat"), "kind is one of"),
        (("unit: 千瓦时", "unit: 马力"), "unit is one of"),
        (("rows_at_least: 1", "rows_at_laest: 1"), "rows_at_laest"),
    ],
)
def test_a_malformed_declaration_names_file_and_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (find_sources()["electricity"].folder / "source.yaml").read_text(encoding="utf-8")
    path = tmp_path / "source.yaml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"source\.yaml") as error:
        _source(path)
    assert said in str(error.value)
