"""Gap: which missing facts would decide a rating, and the cheapest changes that make an enterprise pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huoju.core.errors import NothingFound
from huoju.core.variable import variables
from huoju.ratings.gap import Change, Changes, Costs, Deciding, cheapest_changes, deciding_facts, plain, read_costs
from huoju.ratings.gap.guesses import shown_value
from huoju.services.home import Who
from huoju.services.rate_enterprise import Rated
from huoju.services.rating_content import rating_content


@dataclass(frozen=True, slots=True)
class Gap:
    """A rating with what would decide it and what would make it pass; ``changes`` is None where it passes."""

    rated: Rated
    deciding: Deciding | None
    changes: Changes | None


def find_gap(*, who: Who, rated: Rated, costs: Path | None = None) -> Gap:
    """Return what an enterprise that was rated lacks.

    ``costs`` is a file of what changes and missing facts cost; without one the documented default holds. Raises
    ``NothingFound`` where there is no such file, ``DocumentError`` where it is malformed.
    """
    read: Costs | None = None
    if costs is not None:
        if not costs.exists():
            raise NothingFound(f"No file {costs}.", code="file-absent", data={"path": str(costs)})
        read = read_costs(costs)
    if rated.rating.version is None:
        return Gap(rated, None, None)
    deciding = deciding_facts(rated.prepared, rated.view, rated.row, costs=read)
    passes = rated.rating.outcome == "passed"
    changes = None if passes else cheapest_changes(rated.prepared, rated.view, rated.row, costs=read)
    return Gap(rated, deciding, changes)


def gap_content(gap: Gap) -> Mapping[str, object]:
    """Return the rating, the facts that would decide and the cheapest changes as plain JSON values."""
    return {
        "rating": rating_content(gap.rated),
        "deciding": None if gap.deciding is None else plain(gap.deciding),
        "changes": None if gap.changes is None else plain(gap.changes),
    }


def change_shown(change: Change) -> tuple[str, str]:
    """Return from what to what a fact changes, as text."""
    variable = variables()[change.name]
    return shown_value(change.before, variable), shown_value(change.after, variable)
