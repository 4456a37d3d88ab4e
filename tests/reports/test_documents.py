"""PDF, page and JSON: the same bytes, the same numbers, and no unknown as zero."""

import html as entities
import json
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from huoju.core.errors import HuojuError
from huoju.core.money import wan_yuan_text
from huoju.reports import MissingData, make_html, make_json, make_pdf
from huoju.reports.faces import FONTS, code_points, drawable, font_files
from huoju.reports.shown import percent_text, rate_text, signed, whole

LANGUAGES = ("zh", "en")
KINDS = ("full", "unknown", "negative", "many")


def plain(page: str) -> str:
    """The words of a page without tags and blanks."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return re.sub(r"\s+", "", entities.unescape(re.sub(r"<[^>]*>", " ", body)))


def wan(yuan: str) -> str:
    return wan_yuan_text(int(yuan.replace(".", "")))


def numbers(document: dict[str, Any]) -> list[str]:
    """The numbers of a JSON report in the form a reader sees."""
    score, credit, cash = document["torch_score"], document["credit"], document["cash_flow"]
    found = [whole(score[name]) for name in ("value", "low", "high") if score[name] is not None]
    found += [percent_text(document["default_probability"][name]) for name in ("value", "low", "high")]
    found += [whole(r["points"]) if r["group"] == "base" else signed(r["points"]) for r in document["reasons"]]
    found += [wan(credit["limit_yuan"]), wan(credit["limit_high_yuan"])]
    found += [rate_text(round(float(t["rate"]) * 1_000_000)) for t in credit["price_terms"]]
    for month in (*cash["history"], *cash["forecast"]):
        found += [wan(value) for name, value in month.items() if name != "month" and value is not None]
    found += [wan(value) for value in cash["next_12_months"].values()]
    found += [
        percent_text(document["completeness"]["share"]),
        percent_text(document["repayment"]["shortfall_probability"]),
    ]
    return found + [
        f"{document['repayment'][name]:.2f}".replace("-", "−") for name in ("dscr_p10", "dscr_p50", "dscr_p90")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["full", "negative", "many"])
def test_page_pdf_and_json_hold_the_same_numbers(
    sample: ModuleType, text_of: Callable[..., str], kind: str, language: str
) -> None:
    content, words = getattr(sample, kind)(language), sample.words(language)
    document = json.loads(make_json(content, words))
    paper, page = text_of(make_pdf(content, words).data), plain(make_html(content, words))
    for number in numbers(document):
        assert number in page, number
        assert number in paper, number
    for said in (content.number, content.as_of.isoformat(), content.provenance.snapshot):
        assert all(re.sub(r"\s+", "", said) in text for text in (paper, page))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gives_the_same_bytes(sample: ModuleType, kind: str) -> None:
    content, words = getattr(sample, kind)("zh"), sample.words("zh")
    assert make_pdf(content, words).data == make_pdf(content, words).data
    assert make_html(content, words) == make_html(content, words)


def test_a_fresh_process_gives_the_same_bytes(sample: ModuleType) -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import sample; from huoju.reports import *; "
        "c, w = sample.full('zh'), sample.words('zh'); "
        "print(hashlib.sha256(make_pdf(c, w).data + make_html(c, w).encode() + make_json(c, w).encode()).hexdigest())"
    )
    run = [sys.executable, "-c", code, str(Path(__file__).parent)]
    paths = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    hashes = {
        subprocess.run(run, capture_output=True, check=True, env={**paths, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_the_document_is_dated_as_of_and_says_that_it_is_pdf_a_2b(sample: ModuleType) -> None:
    data = make_pdf(sample.full(), sample.words()).data
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert b"(D:20260531" in data
    assert data.count(b"NotoSansSC") >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_reads_as_unknown_and_never_as_zero(
    sample: ModuleType, text_of: Callable[..., str], language: str
) -> None:
    content, words = sample.unknown(language), sample.words(language)
    unknown = words.say("report.unknown")
    document = json.loads(make_json(content, words))
    assert document["torch_score"]["value"] is None
    assert document["credit"]["limit_yuan"] is None
    assert all(month["inflow"] is None for month in document["cash_flow"]["history"])
    for text in (text_of(make_pdf(content, words).data), plain(make_html(content, words))):
        assert text.count(unknown) > 100
        assert "120–880" in text
        assert not re.search(r"(?<![\d.,–/])0(\.0+)?(%|万元|×10k)", text)


def test_the_pdf_speaks_chinese(sample: ModuleType, text_of: Callable[..., str]) -> None:
    text = text_of(make_pdf(sample.full(), sample.words()).data)
    for said in ("苏州澄芯热控技术有限公司", "火炬积分", "建议授信额度", "收到后20日内书面答复", "征信业管理条例",
                 "示例数据，非真实企业", "第一大客户占收入34%", "附件五"):  # fmt: skip
        assert said in text


def test_the_first_page_ends_with_the_right_to_object_however_long_the_texts(
    sample: ModuleType, text_of: Callable[..., str]
) -> None:
    content = sample.negative()
    long = tuple(replace(point, sentence=point.sentence * 4) for point in content.attention * 3)
    deep = tuple(replace(point, evidence="summary/largest_buyer_share:2018-02-22/2020-02-21") for point in long)
    many = (replace(content, attention=long), replace(content, attention=deep))
    for each in (content, *many, sample.full(), sample.many("en")):
        words = sample.words(each.language)
        first = text_of(make_pdf(each, words).data, "-l", "1")
        assert re.sub(r"\s+", "", words.say("report.closing")) in first
    whole_text = text_of(make_pdf(replace(content, attention=long), sample.words()).data)
    assert all(re.sub(r"\s+", "", point.sentence) in whole_text for point in long)


def test_the_card_names_the_first_of_several_constraints_and_annex_3_all(
    sample: ModuleType, text_of: Callable[..., str]
) -> None:
    content = sample.full()
    credit = replace(content.credit, binding=("甲项约束", "乙项约束", "丙项约束"))
    data = make_pdf(replace(content, credit=credit), sample.words()).data
    first, whole = text_of(data, "-l", "1"), text_of(data)
    assert "甲项约束等3项" in first
    assert "乙项约束" not in first
    assert "甲项约束、乙项约束、丙项约束" in whole


def test_what_is_missing_says_what_it_would_change_even_without_a_span(
    sample: ModuleType, text_of: Callable[..., str]
) -> None:
    content = replace(sample.full(), missing=(MissingData("银行债务", "银行", effect="额度只会变小"),))
    assert "额度只会变小" in text_of(make_pdf(content, sample.words()).data)
    assert json.loads(make_json(content, sample.words()))["missing"][0]["effect"] == "额度只会变小"


def test_what_is_not_synthetic_does_not_say_so(sample: ModuleType, text_of: Callable[..., str]) -> None:
    content = replace(sample.full(), synthetic=False)
    assert "示例数据" not in text_of(make_pdf(content, sample.words()).data)
    assert "示例数据" not in make_html(content, sample.words())


def test_a_home_without_a_ledger_says_so(sample: ModuleType, text_of: Callable[..., str]) -> None:
    assert "尚未启用留痕链" in text_of(make_pdf(sample.unknown(), sample.words()).data)
    assert "第18204条" in text_of(make_pdf(sample.full(), sample.words()).data)


def test_a_character_that_no_font_has_is_named_and_does_not_stop_the_report(
    sample: ModuleType, text_of: Callable[..., str]
) -> None:
    content = sample.full()
    content = replace(content, enterprise=replace(content.enterprise, name="苏州𬭊喆科技有限公司"))
    made = make_pdf(content, sample.words())
    assert [finding.data["code_point"] for finding in made.findings] == ["U+2CB4A"]
    text = text_of(made.data)
    assert "苏州〓喆科技有限公司" in text
    assert "U+2CB4A" in text
    assert "苏州𬭊喆科技有限公司" in make_html(content, sample.words())


def test_values_are_never_read_as_code(sample: ModuleType, text_of: Callable[..., str]) -> None:
    content = sample.full()
    nasty = '#panic("x") $x$ *b* _i_ </svg><script>alert(1)</script> "}) \\ @ref'
    content = replace(content, enterprise=replace(content.enterprise, name=nasty), peers=nasty)
    assert '#panic("x")$x$*b*_i_</svg><script>' in text_of(make_pdf(content, sample.words()).data)
    page = make_html(content, sample.words())
    assert "<script" not in page
    assert json.loads(make_json(content, sample.words()))["enterprise"]["name"] == nasty


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone(sample: ModuleType, kind: str, language: str) -> None:
    page = make_html(getattr(sample, kind)(language), sample.words(language))
    assert not re.search(r"<(script|link|img|iframe|object)\b|\bon\w+=|\bstyle=", page)
    assert set(re.findall(r"https?://[^\"' ]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme:dark" in page
    drawings = re.findall(r"<svg [^>]*>", page)
    assert len(drawings) >= 6
    assert all('role="img"' in drawing and 'aria-label="' in drawing for drawing in drawings)


def test_content_in_another_language_than_the_words_is_refused(sample: ModuleType) -> None:
    for make in (make_html, make_json, make_pdf):
        with pytest.raises(ValueError, match="the words are in 'en'"):
            make(sample.full("zh"), sample.words("en"))


def test_both_faces_ship_with_their_licence_inside_and_beside() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "LICENSE_FONT").read_text(encoding="utf-8")
    files = font_files((FONTS,))
    assert len(files) == 2
    for path in files:
        assert "SIL Open Font License".encode("utf-16-be") in path.read_bytes()
    points = drawable(files)
    needed = "喆翀堃玥珺祎镕昇〓−≥–—·①×…“”" + "".join(chr(at) for at in range(0x21, 0x7F))
    assert not [sign for sign in needed if ord(sign) not in points]


def test_coverage_equals_that_of_an_independent_reader() -> None:
    reader = pytest.importorskip("fontTools.ttLib")
    for path in font_files((FONTS,)):
        with reader.TTFont(path) as font:
            assert code_points(path, path.stat().st_size) == frozenset(font.getBestCmap())


def test_a_broken_font_is_refused_by_name(sample: ModuleType, tmp_path: Path) -> None:
    for name, data in (
        ("short.ttf", b"\0\1\0\0"),
        ("no.otf", struct.pack(">4sHHHH", b"OTTO", 0, 0, 0, 0) + b"\0" * 40),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(HuojuError, match=name):
            make_pdf(sample.full(), sample.words(), font_folders=(tmp_path,))
        (tmp_path / name).unlink()
    assert make_pdf(sample.full(), sample.words(), font_folders=(tmp_path, tmp_path / "none")).data
