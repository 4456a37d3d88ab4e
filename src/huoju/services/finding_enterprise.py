"""Finding one enterprise of a panel by code, identifier or name."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from huoju.core.errors import NothingFound
from huoju.core.panel import Panel
from huoju.fusion.names import fold
from huoju.services.score_zone import names, short_ids

_NEAREST = 3


def find_enterprise(panel: Panel, asked: str, seen: frozenset[str] | None = None) -> int:
    """Return the row of the enterprise that is asked for by code, entity id, identifier, or name.

    Part of a name will do where only one enterprise has it. Raises ``NothingFound`` with the nearest names otherwise;
    where only those in ``seen`` may be seen, nothing is said of any other, not even that it is there.
    """
    if seen is not None:
        rows = [row for row, entity in enumerate(panel.entities) if entity in seen]
        return rows[find_enterprise(panel.take(rows), asked)]
    text = asked.strip()
    ids, called = short_ids(panel), names(panel)
    exact = [row for row, known in enumerate(ids) if text in (known, panel.entities[row])]
    exact += [row for row, name in enumerate(called) if name is not None and fold(name) == fold(text)]
    if exact:
        return exact[0]
    partial = [row for row, name in enumerate(called) if name is not None and fold(text) in fold(name)]
    if len(partial) == 1:
        return partial[0]
    known_names = [name or ids[row] for row, name in enumerate(called)]
    near = [known_names[row] for row in partial[:_NEAREST]] or [
        match[0] for match in process.extract(text, known_names, scorer=fuzz.ratio, limit=_NEAREST)
    ]
    raise NothingFound(
        f"No enterprise {asked}.", code="enterprise-unknown", data={"enterprise": asked, "nearest": "、".join(near)}
    )
