"""All real tables of Jinan in one home: whose rows they are joins them, and each can be taken out again."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from tests.sources.test_jinan import EXAMPLES, FILES, KNOWN, delivered

from huoju.services.deliveries import undo_delivery
from huoju.services.home import Home, accepted, owner, store_of
from huoju.services.import_delivery import Receipt, import_delivery
from huoju.services.panels import panel_at

ENTERPRISES, IN_THREE_OR_MORE = 82_106, 2_356  # as ../shared/data/README.md counts them


@pytest.mark.real
@pytest.mark.slow  # imports 36 tables
def test_all_tables_come_into_one_home_and_out_again(home: Home, real_data: Path, tmp_path: Path) -> None:
    receipts: dict[str, Receipt] = {}
    before = ""
    for name in FILES:
        before = store_of(home).snapshot
        receipts[name] = import_delivery(
            home=home,
            who=owner(),
            source=str(EXAMPLES / name / "mapping.yaml"),
            path=delivered(real_data, name, tmp_path),
            known=KNOWN,
            today=KNOWN,
        )
    assert len(accepted(home)) == len(FILES) == 36
    for receipt in receipts.values():
        account = receipt.account
        assert account["told"] + account["silent"] + account["aside"] + account["repeated"] == receipt.rows
    panel = panel_at(store_of(home), KNOWN)
    spoken: dict[str, set[str]] = defaultdict(set)
    for table in (store_of(home).facts(), *panel.events.values()):
        for entity, source in zip(table["entity"].to_pylist(), table["source"].to_pylist(), strict=True):
            spoken[entity].add(source)
    assert len(panel) == len(spoken)
    of = {receipt.sha256: receipt.source for receipt in receipts.values()}
    for row in store_of(home).aside().to_pylist():  # the published counts are of all rows, set aside or not
        spoken[f"jinan:{json.loads(row['original'])['entname']}"].add(of[row["delivery"]])
    assert len(spoken) == ENTERPRISES
    assert sum(len(sources) >= 3 for sources in spoken.values()) == IN_THREE_OR_MORE
    undo_delivery(home=home, who=owner(), delivery=receipts[next(reversed(FILES))].sha256, today=KNOWN)
    assert store_of(home).snapshot == before
