"""Panels of a home: linked, believed, and cut as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from huoju.core.errors import NothingFound
from huoju.core.panel import Panel
from huoju.facts import FactStore
from huoju.facts.cutting import Belief, cut_panel
from huoju.fusion import MENTIONS, Preference, link, preferences
from huoju.sources import find_sources


def belief_at(store: FactStore, as_of: date) -> Belief:
    """Return who is taken for whom, and whom to believe, by what was known at ``as_of``."""
    mentions = store.facts(variables=MENTIONS, until=as_of)
    rulings = tuple(ruling for ruling in store.rulings if ruling.stands_at(as_of))
    weighed = preferences_of(store)
    order = {name: preference.sources for name, preference in weighed.items()}
    return Belief(link(mentions, rulings), order, {name: preference.criteria for name, preference in weighed.items()})


def preferences_of(store: FactStore) -> Mapping[str, Preference]:
    """Return how claims are weighed in a home: as huoju says, but where its own ``belief.yaml`` says otherwise."""
    return preferences(store.deliveries.parent / "belief.yaml")


def panel_at(store: FactStore, as_of: date) -> Panel:
    """Return the panel of a store at the close of ``as_of``; its findings name the sources that are late."""
    return cut_panel(store, as_of, belief_at(store, as_of), rhythms(store))


def rhythms(store: FactStore) -> Mapping[str, int]:
    """Return how many days each source says there are between two of its deliveries, those of mappings as noted."""
    noted = {str(note["source"]): note.get("rhythm") for note in store.noted()}
    declared = {**noted, **{name: source.update_rhythm_days for name, source in find_sources().items()}}
    return {name: int(str(days)) for name, days in declared.items() if days not in (None, "")}


def day_or_latest(store: FactStore, as_of: date | None) -> date:
    """Return ``as_of``, or the latest day known in the store. Raises ``NothingFound`` for an empty store."""
    day = as_of or store.latest_known()
    if day is None:
        raise NothingFound("The home holds no delivery yet.", code="home-empty", data={})
    return day
