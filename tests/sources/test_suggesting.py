"""Proposals are right for most columns of a source that is not known, and say less where they are less sure."""

import pyarrow as pa
import pytest

from huoju.sources import find_sources, open_delivery
from huoju.sources.header import find_header
from huoju.sources.profiling import looks_of
from huoju.sources.resembling import SUBJECT, wordings
from huoju.sources.suggesting import suggest
from huoju.testing import samples_of


def test_most_columns_of_an_unknown_source_are_told_right() -> None:
    """Each source in turn is unknown: its samples are proposed for by the vocabulary and the other sources."""
    right = missed = wrong = 0
    sure: list[float] = []
    unsure: list[float] = []
    for source in find_sources().values():
        others = [layout for s in find_sources().values() if s.name != source.name for layout in s.layouts.values()]
        for _, path in samples_of(source):
            for table in open_delivery(path).tables:
                header, found = find_header(table, tuple(source.layouts.values())), suggest(table, others)
                assert header is not None
                assert found is not None
                variables = {column: variable for variable, column in header.layout.facts.items()}
                for rule, proposal in zip(header.rules, found.columns, strict=True):
                    named = rule[0].name if rule is not None else ""
                    truth = variables.get(named, named if named in (*SUBJECT, "month", "year") else "")
                    if truth:
                        right += proposal.target == truth
                        missed += proposal.target == ""
                        wrong += proposal.target not in ("", truth)
                    if proposal.target:
                        (sure if proposal.target == truth else unsure).append(proposal.confidence)
    assert right >= 0.85 * (right + missed + wrong), (right, missed, wrong)
    assert wrong <= 0.03 * (right + missed + wrong), (right, missed, wrong)
    assert sum(sure) / len(sure) > sum(unsure) / len(unsure)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["91350100M000100Y43", "91350100M000018Y40", "91350100M000100Y44"], "code"),
        (["合成甲有限公司", "合成乙股份有限公司", "合成丙厂"], "name"),
        (["1422547200000.0", "1482163200000.0"], "day"),
        (["二〇一七年十月二十三日", "2016-09-14"], "day"),
        (["202405", "202406"], "month"),
        (["2022", "2023"], "year"),
        (["1,075.00", "48,151.71", "3"], "number"),
        (["45047", "45048", "12"], "number"),
        (["是", "否", "是"], "flag"),
        (["3天前", "昨天", "2024-01-01"], "day"),
        (["甲", "乙"] * 4, "choice"),
        (["随便写的话", "另一句话"], "text"),
        ([None, ""], "text"),
    ],
)
def test_values_show_what_they_are(values: list[str | None], kind: str) -> None:
    assert looks_of(pa.array(values, pa.string())).kind == kind


def test_a_header_is_most_like_its_own_words() -> None:
    words = wordings([])
    for variable in ("registered_capital", "insured_headcount", "tax_arrears"):
        label = words.names[variable][0]
        assert words.likeness(label, variable) == 1
        assert words.likeness(f"{label}（万元）", variable) == 1
        assert all(words.likeness(label, other) < 1 for other in words.names if other != variable)
    assert words.likeness("天气", "registered_capital") == 0
