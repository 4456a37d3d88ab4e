"""Words come from files, in both languages, with named blanks."""

from pathlib import Path

import pytest

from huoju.core.errors import DocumentError
from huoju.core.words import read_words

LOCALE = Path(__file__).parents[2] / "src" / "huoju" / "locale"


def test_a_sentence_fills_its_blanks_and_shows_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.yaml").write_text("finding: {row-bad: '第 {row} 行：{why}'}\n", encoding="utf-8")
    assert read_words(tmp_path, "zh").say("finding.row-bad", {"row": 3}) == "第 3 行：?"


def test_a_code_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name in ("a", "b"):
        (tmp_path / "en" / f"{name}.yaml").write_text("yes: of course\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="stands in two files"):
        read_words(tmp_path, "en")


def test_both_languages_have_the_same_codes_and_blanks() -> None:
    import re

    chinese, english = read_words(LOCALE, "zh"), read_words(LOCALE, "en")
    assert set(chinese.sentences) == set(english.sentences)
    blanks = re.compile(r"\{([a-z_0-9]+)\}")
    for code, sentence in chinese.sentences.items():
        assert set(blanks.findall(sentence)) == set(blanks.findall(english.sentences[code])), code
