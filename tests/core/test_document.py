"""Our YAML is read strictly: every complaint names file and line."""

from fractions import Fraction
from pathlib import Path

import pytest

from huoju.core.document import Document, read_document
from huoju.core.errors import DocumentError


def written(folder: Path, text: str) -> Document:
    path = folder / "scheme.yaml"
    path.write_text(text, encoding="utf-8")
    return read_document(path)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"scheme.yaml:2: weight stands twice"):
        written(tmp_path, "weight: 1\nweight: 2\n")


def test_text_stays_as_it_was_written(tmp_path: Path) -> None:
    document = written(tmp_path, "code: 010\nanswer: no\nday: 2020-01-01\n")
    assert [document.text(key) for key in document.keys()] == ["010", "no", "2020-01-01"]


def test_numbers_are_exact(tmp_path: Path) -> None:
    document = written(tmp_path, "share: 5%\nrate: 0.1\nnothing: null\n")
    assert document.number("share") == Fraction(1, 20)
    assert document.number("rate") == Fraction(1, 10)
    assert document.optional_number("nothing") is None


def share_of(folder: Path, text: str) -> Fraction:
    document = written(folder, text)
    document.allow("share")
    return document.number("share")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: [1, 2\n", "not YAML"),
        ("- 1\n", "must hold one mapping"),
        ("share: much\n", "must be a number such as .*, got 'much'"),
        ("other: 1\n", "unknown key 'other'"),
        ("{[1, 2]: 3}\n", "a key must be one word"),
    ],
)
def test_each_complaint_names_the_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(DocumentError, match=complaint) as refused:
        share_of(tmp_path, text)
    assert "scheme.yaml:" in str(refused.value)


def test_both_languages_are_needed(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="en is needed and absent"):
        written(tmp_path, "label: {zh: 销售}\n").languages("label")


def test_a_list_and_one_text_are_both_texts(tmp_path: Path) -> None:
    document = written(tmp_path, "one: a\nmany: [a, b]\n")
    assert document.texts("one") == ("a",)
    assert document.texts("many") == ("a", "b")
    assert document.texts("none") == ()


def test_a_flag_is_true_or_false_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="must be true or false"):
        written(tmp_path, "is_it: yes\n").flag("is_it")
