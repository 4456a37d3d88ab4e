"""What if, from the home down to the loan: a shock of nothing changes nothing, a shock never helps."""

from pathlib import Path

from huoju.models.cash_flow.whatif import Shock
from huoju.services.home import opened, owner, store_of
from huoju.services.panels import day_or_latest, panel_at
from huoju.services.whatif import what_if


def test_a_shock_never_helps_and_nothing_changes_nothing(zone_home: Path) -> None:
    with opened(zone_home, create=False) as home:
        store = store_of(home)
        panel = panel_at(store, day_or_latest(store, None))
        largest = int(panel.trailing("sales", 12).floats(1).argsort()[-1])
        enterprise = panel.entities[largest].split(":", 1)[1]
        calm = what_if(home=home, who=owner(), enterprise=enterprise, shock=Shock())
        hard = what_if(home=home, who=owner(), enterprise=enterprise, shock=Shock(fewer_orders=0.5, later=45))
    assert calm.before == calm.after == hard.before
    assert hard.before.inflow is not None
    assert hard.after.inflow is not None
    assert hard.after.inflow[1] < hard.before.inflow[1]
    assert (hard.after.shortfall or 0) >= (hard.before.shortfall or 0) > 0
