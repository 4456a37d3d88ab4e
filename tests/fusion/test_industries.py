"""Industries told by names: the last word decides, and what tells none stays unknown."""

import csv
from pathlib import Path

import pytest

from huoju.fusion.industries import industry_of_code, industry_of_name


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("***建筑工程有限公司", "E"),
        ("***建筑劳务有限责任公司", "E"),
        ("***建筑机械租赁有限公司", "L"),
        ("***物流有限公司***分公司", "G"),
        ("***文化传媒股份有限公司", "R"),
        ("***大药房有限责任公司", "F"),
        ("***医药有限公司", "F"),
        ("***药业有限公司", "C"),
        ("***环保设计研究院（有限合伙）", "M"),
        ("***通讯器材经营部", "F"),
        ("***通讯设备有限公司", "C"),
        ("苏州澄芯智能装备股份有限公司", "C"),
        ("***科技有限公司", ""),
        ("***实业有限责任公司", ""),
        ("个体经营E124 ", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_word_before_the_form_tells_the_section(name: str | None, section: str) -> None:
    assert industry_of_name(name) == section


@pytest.mark.parametrize(("code", "section"), [("C3490", "C"), ("I6513", "I"), ("3490", ""), ("", ""), (None, "")])
def test_a_code_tells_its_section_by_its_letter(code: str | None, section: str) -> None:
    assert industry_of_code(code) == section


@pytest.mark.real
def test_most_masked_names_that_are_names_tell_an_industry(real_data: Path) -> None:
    folder = real_data / "cumcm2020c"
    if not folder.is_dir():
        pytest.skip("the real enterprises are not there (cumcm2020c)")
    found = []
    for part in ("123", "302"):
        with (folder / f"enterprises_{part}.csv").open(encoding="utf-8-sig") as file:
            found += [row["企业名称"].strip() for row in csv.DictReader(file)]
    unnamed = [name for name in found if name.startswith("个体经营")]
    assert all(industry_of_name(name) == "" for name in unnamed)
    told = [industry_of_name(name) for name in found if name not in unnamed]
    assert (len(unnamed), len(told)) == (59, 366)
    assert sum(bool(section) for section in told) == 338
