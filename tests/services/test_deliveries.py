"""What arrived is listed; one can be withdrawn, as if it had never come, and come again."""

from pathlib import Path

import pytest
from tests.contracts.test_promises import same_panel
from tests.services import files
from tests.services.test_import_delivery import take

from huoju.core.errors import NothingFound, RefusedDelivery
from huoju.services.deliveries import list_deliveries, undo_delivery
from huoju.services.home import Home, owner, store_of, sweep
from huoju.services.panels import belief_at, panel_at

A, B = files.code(1), files.code(2)


def undo(home: Home, delivery: str) -> str:
    return undo_delivery(home=home, who=owner(), delivery=delivery, today=files.TODAY).sha256


def test_an_undone_delivery_is_as_if_it_had_never_come_and_can_come_again(home: Home, tmp_path: Path) -> None:
    take(home, files.register(tmp_path / "register.csv", [(A, "测试甲有限公司")]), "enterprise_register")
    june = files.invoices(tmp_path / "june.csv", [(A, 1, "2024-06-03", "113.00"), (A, 2, "2024-06-30", "1.13")])
    take(home, june)
    before, snapshot = panel_at(store_of(home), files.TODAY), store_of(home).snapshot
    people = tmp_path / "people.csv"
    people.write_text(
        "单位名称,费款所属期,参保人数\n测试甲有限公司,202406,30\n测试乙有限公司,202406,40\n", encoding="utf-8"
    )
    more = files.register(tmp_path / "more.csv", [(B, "测试乙有限公司")])
    take(home, people, "social_insurance")
    receipt = take(home, more, "enterprise_register")
    after = panel_at(store_of(home), files.TODAY)
    assert not same_panel(before, after)
    assert undo(home, receipt.sha256[:8]) == receipt.sha256
    undo(home, "people.csv")
    assert store_of(home).snapshot == snapshot
    assert same_panel(before, panel_at(store_of(home), files.TODAY))
    assert len(belief_at(store_of(home), files.TODAY).links) == 0
    assert sweep(home) == []
    assert {folder.name for folder in home.deliveries.iterdir()} == set(store_of(home).shas)
    take(home, people, "social_insurance")
    assert not take(home, more, "enterprise_register").already
    assert same_panel(after, panel_at(store_of(home), files.TODAY))


def test_every_delivery_is_listed_with_what_became_of_it(home: Home, tmp_path: Path) -> None:
    take(home, files.invoices(tmp_path / "june.csv", [(A, 1, "2024-06-03", "1")]))
    bad = tmp_path / "bad.csv"
    bad.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(RefusedDelivery):
        take(home, bad)
    undo(home, "销项_june.csv")
    listed = list_deliveries(home=home, who=owner())
    assert [(item.file, item.state, item.why) for item in listed] == [
        ("销项_june.csv", "undone", ()),
        ("bad.csv", "refused", ("columns-not-recognised",)),
    ]
    assert (listed[0].rows, listed[0].events, listed[0].undone_on, listed[0].undone_by) == (1, 1, files.TODAY, "owner")


def test_what_can_not_be_undone_is_said(home: Home, tmp_path: Path) -> None:
    for number in (1, 2):
        folder = tmp_path / str(number)
        take(home, files.invoices(folder / "june.csv", [(A, number, "2024-06-03", "1")]))
    for named, code in (
        ("销项_june.csv", "delivery-ambiguous"),
        ("abc", "delivery-unknown"),
        ("no.csv", "delivery-unknown"),
    ):
        with pytest.raises(NothingFound) as error:
            undo(home, named)
        assert error.value.code == code
        assert "销项_june.csv" in str(error.value.data["known"])
    assert len(store_of(home).shas) == 2
