"""The vocabulary holds: units, labels and sources for every quantity and field."""

import pytest

from huoju.core import EventKind, Variable, event_kinds, event_schema, variables
from huoju.core.event import BASE_FIELDS

UNITS = {
    "money": {"分"},
    "count": {"人", "个", "件", "台", "名", "天", "家", "年", "张", "月", "架", "次", "种", "级", "轮", "项"},
    "number": {
        *("1", "得分", "千瓦", "千瓦时", "吨标准煤", "立方米", "立方米/万元", "立方米/单位产品", "元/平方米"),
        *("千克标准煤/万元", "千克标准煤/单位产品", "千克二氧化碳/万元"),
    },
    "flag": {""},
    "text": {""},
    "date": {"日"},
}


@pytest.mark.parametrize("variable", variables().values(), ids=lambda variable: variable.name)
def test_every_variable_has_unit_labels_and_source(variable: Variable) -> None:
    assert variable.unit in UNITS.get(variable.dtype, {"1"})
    assert all(variable.label[language] for language in ("zh", "en"))
    assert variable.source
    assert variable.supplier


@pytest.mark.parametrize("kind", event_kinds().values(), ids=lambda kind: kind.name)
def test_every_kind_of_event_starts_with_what_all_events_share(kind: EventKind) -> None:
    names = event_schema(kind.name).names
    assert names[: len(BASE_FIELDS)] == [field.name for field in BASE_FIELDS]
    assert names[len(BASE_FIELDS) :] == list(kind.fields)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        event_schema("rumour")
