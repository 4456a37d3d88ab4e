"""Panel: what was known about every enterprise on a day, as one long table."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from huoju.core.errors import PolicyError
from huoju.core.variable import variables
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import day_or_latest, panel_at
from huoju.services.write_scores import write_table


def export_panel(*, home: Home, who: Who, path: Path, as_of: date | None = None) -> tuple[Path, int]:
    """Write the believed facts of a panel, a row each, as CSV or Parquet; return the file and the number of rows.

    Numbers are in the vocabulary's units (fen, x 10^6). Raises ``PolicyError`` for another ending.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise PolicyError(
            f"{path.suffix} is no format.", code="format-unknown", data={"path": path.name, "known": ".csv, .parquet"}
        )
    begun = look(who, "export-panel")
    store = store_of(home)
    panel = panel_at(store, day_or_latest(store, as_of))
    units = {name: variable.unit for name, variable in variables().items()}
    table = panel.facts.append_column("unit", pa.array([units[name] for name in panel.facts["variable"].to_pylist()]))
    table = table.append_column("as_of", pa.array([panel.as_of] * len(table), pa.date32()))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(table, path)
    return begun.give((path, len(table)), panel.entities, snapshot=store.snapshot)
