"""A panel gives columns with their masks: unknown is never zero."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from huoju.core import Column, EntityId, Fact, Panel, Period, fact_table

AS_OF = date(2020, 2, 21)
FIRMS = (EntityId("a"), EntityId("b"), EntityId("c"))


def column(values: list[int | None], first_fact: int = 0) -> Column:
    known = np.array([value is not None for value in values])
    facts = np.where(known, first_fact + np.arange(len(values)), -1)
    return Column(np.array([value or 0 for value in values], dtype=np.int64), known, facts)


def panel() -> Panel:
    december, january = Period.month(2019, 12), Period.month(2020, 1)
    columns = {("sales", december): column([100, 200, None]), ("sales", january): column([None, 0, None], 3)}
    facts = fact_table(
        Fact(FIRMS[row % 3], "sales", row, december, AS_OF, "vat_invoice", f"a.csv:{row + 2}") for row in range(6)
    )
    return Panel(AS_OF, FIRMS, columns, facts)


def test_a_column_nobody_claimed_is_unknown_for_all() -> None:
    assert not panel().column("purchases", Period.month(2020, 1)).known.any()


def test_a_name_outside_the_vocabulary_is_an_error() -> None:
    with pytest.raises(KeyError):
        panel().column("rumour", Period.month(2020, 1))


def test_last_month_is_the_last_complete_one() -> None:
    assert panel().lag("sales", 0, "month").values[1] == 0
    assert panel().lag("sales", 1, "month").values.tolist()[:2] == [100, 200]


def test_the_latest_known_claim_wins_and_unknown_stays_unknown() -> None:
    latest = panel().latest("sales")
    assert latest.values.tolist()[:2] == [100, 0]
    assert latest.known.tolist() == [True, True, False]


def test_a_grid_of_months_keeps_the_mask() -> None:
    grid = panel().months("sales", 3)
    assert [str(period) for period in grid.periods] == ["2019-11", "2019-12", "2020-01"]
    assert grid.known.tolist() == [[False, True, False], [False, True, True], [False, False, False]]
    assert np.isnan(grid.floats()[2]).all()


def test_some_rows_of_a_panel_are_a_panel() -> None:
    taken = panel().take([2, 1])
    assert taken.entities == (FIRMS[2], FIRMS[1])
    assert taken.column("sales", Period.month(2020, 1)).known.tolist() == [False, True]


def test_a_cell_leads_back_to_the_record() -> None:
    keys = [("sales", Period.month(2019, 12)), ("sales", Period.month(2020, 1))]
    assert panel().references(1, keys) == ("vat_invoice/a.csv:3", "vat_invoice/a.csv:6")
    assert panel().references(2, keys) == ()


def test_events_follow_their_entities() -> None:
    from huoju.core.event import event_schema

    table = event_schema("default").empty_table()
    kept = Panel(AS_OF, FIRMS, {}, events={"default": table}).take([0]).events["default"]
    assert kept.schema == table.schema
    assert isinstance(kept, pa.Table)
