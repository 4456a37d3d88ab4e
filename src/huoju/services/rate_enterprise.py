"""Rate: what an official scheme says of one enterprise, from stated facts or from a home, with its whole trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huoju.core.errors import NothingFound
from huoju.core.variable import variables
from huoju.core.view import View
from huoju.ratings.checking import expected_names
from huoju.ratings.contributing import Contribution, contributions, members_of, with_members, zone_view
from huoju.ratings.decide import rate
from huoju.ratings.plan import Prepared
from huoju.ratings.rating import Rating
from huoju.ratings.stating import stated_members, view_of
from huoju.services.finding_enterprise import find_enterprise
from huoju.services.home import Home, Who, store_of
from huoju.services.looking import look
from huoju.services.panels import day_or_latest, panel_at
from huoju.services.schemes import scheme_of


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating beside what it was read from: row ``row`` of ``view``."""

    rating: Rating
    prepared: Prepared
    view: View
    row: int
    name: str
    contributions: tuple[Contribution, ...] = ()


def rate_stated(
    *,
    who: Who,
    scheme: str,
    stated: Mapping[str, object],
    as_of: date,
    year: int | None = None,
    version: str | None = None,
    home: Home | None = None,
) -> Rated:
    """Return what a scheme says of one enterprise of which ``stated`` tells the facts; no store is opened.

    The evaluated year is the last full one before ``as_of`` unless ``year`` names another. Raises ``StatedError``
    at the first thing that can't be understood.
    """
    prepared = scheme_of(scheme, home)
    period = year or as_of.year - 1
    view = view_of(stated, as_of, period, expected_names(prepared.scheme))
    members = stated_members(stated, as_of, period)
    if members:
        view = with_members(view, members)
    rating = rate(prepared, view, 0, version_named(prepared, version))
    adds = contributions(prepared, view, members) if members else ()
    return Rated(rating, prepared, view, 0, str(stated.get("enterprise") or ""), adds)


def rate_enterprise(
    *,
    home: Home,
    who: Who,
    scheme: str,
    enterprise: str,
    as_of: date | None = None,
    year: int | None = None,
    version: str | None = None,
) -> Rated:
    """Return what a scheme says of one enterprise of a home; the same as rating all of them says."""
    begun = look(who, "read-ratings")
    prepared = scheme_of(scheme, home)
    view = view_of_home(home, as_of, year)
    row = find_enterprise(view.panel, enterprise, begun.visible())
    named = view.column("legal_name")
    name = str(named.values[row]) if named.known[row] else ""
    rated = Rated(rate(prepared, view, row, version_named(prepared, version)), prepared, view, row, name)
    return begun.give(rated, [view.panel.entities[row]], scheme=scheme)


def rate_whole(
    *,
    home: Home,
    who: Who,
    scheme: str,
    as_of: date | None = None,
    year: int | None = None,
    version: str | None = None,
) -> Rated:
    """Return what a scheme for zones says of the zone that a home holds, by the sums of its enterprises."""
    begun = look(who, "read-zone-rating")
    prepared = scheme_of(scheme, home)
    own = view_of_home(home, as_of, year)
    sums = {variable.name: variable.sum_of for variable in variables().values() if variable.sum_of}
    members = members_of(own, sums, range(len(own)))
    view = with_members(zone_view(own, f"zone:{home.path.name}"), members)
    rating = rate(prepared, view, 0, version_named(prepared, version))
    rated = Rated(rating, prepared, view, 0, home.path.name, contributions(prepared, view, members))
    return begun.give(rated, own.panel.entities, scheme=scheme)


def version_named(prepared: Prepared, version: str | None) -> str | None:
    """Return the version that is asked for, or None. Raises ``NothingFound`` with those that there are."""
    known = [one.id for one in prepared.scheme.versions]
    if version is not None and version not in known:
        data = {"scheme": prepared.scheme.id, "version": version, "known": "、".join(known)}
        raise NothingFound(f"No version {version}.", code="scheme-version-unknown", data=data)
    return version


def view_of_home(home: Home, as_of: date | None, year: int | None) -> View:
    """Return what was known of all enterprises of a home at the close of ``as_of``, as rules see it."""
    store = store_of(home)
    day = day_or_latest(store, as_of)
    return View(panel_at(store, day), year or day.year - 1)
