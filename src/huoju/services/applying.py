"""Applying: the enterprises of a home as applicants of a portfolio, from what the models say of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from huoju.core.fact import EntityId
from huoju.core.period import Period
from huoju.decisions.lending import Applicants, Buyers, Event, Terms, among_unrefused, rating_chances
from huoju.facts import FactStore
from huoju.facts.buyers import shared_buyers
from huoju.fusion.industries import industry_of_code, industry_of_name
from huoju.models.repayment.model import room_for_service
from huoju.services.assessing import Assessed, Floats, reference_service
from huoju.services.panels import belief_at
from huoju.services.score_zone import names


def applicants_of(assessed: Assessed, terms: Terms, store: FactStore) -> Applicants:
    """Return every enterprise of the home as an applicant; what is unknown of it stays unknown."""
    panel = assessed.panel
    letters = panel.latest("bank_rating")
    rating = tuple(str(v) if k else None for v, k in zip(letters.values, letters.known, strict=True))
    probability = assessed.scored.probability
    sales = panel.trailing("sales", 12).floats()
    shared = shared_buyers(store, panel.as_of, belief_at(store, panel.as_of), panel.entities)
    sums = assessed.forecast.sums()
    room = room_for_service(sums, assessed.cash, own_service(assessed), terms.tolerance)
    return Applicants(
        entities=panel.entities,
        probability=among_unrefused(probability, rating, _defaulted(assessed), terms),
        room=np.where(assessed.forecast.known, room, np.nan),
        yearly_sales=sales,
        rating=rating,
        chance=rating_chances(probability, rating, terms),
        industry=_industries(assessed),
        records=assessed.advice.binding,
        cautions=assessed.advice.binding,
        buyers=_buyers(shared, sales, panel.entities, terms),
    )


def room_under(assessed: Assessed, applicants: Applicants, event: Event, terms: Terms) -> Floats:
    """Return how much more debt service each enterprise bears over the scenarios of an event; ``(n,)`` fen."""
    forecast = assessed.forecast
    paths = event.paths(forecast.sales, forecast.purchases, applicants.industry)
    room = event.room(paths, assessed.cash, own_service(assessed), terms.tolerance)
    return np.where(forecast.known, room, np.nan)


def own_service(assessed: Assessed) -> Floats:
    """Return the debt service on record of the next twelve months, without the reference loan; ``(n,)`` fen."""
    return assessed.service - reference_service(assessed.policy)


def _defaulted(assessed: Assessed) -> Floats:
    """Return 1 where a default is on record, 0 where a bank says there is none, NaN where no bank speaks; ``(n,)``."""
    panel = assessed.panel
    flag = panel.latest("default_flag").floats()
    counted = panel.column("defaults", Period.day(panel.as_of)).floats()
    return np.where(np.nan_to_num(counted) > 0, 1.0, flag)


def _industries(assessed: Assessed) -> tuple[str, ...]:
    """Return the section of the register's code, else the one that the name tells, else ""."""
    codes = assessed.panel.latest("industry_code")
    found = []
    for row, name in enumerate(names(assessed.panel)):
        coded = industry_of_code(str(codes.values[row])) if codes.known[row] else ""
        found.append(coded or industry_of_name(name))
    return tuple(found)


def _buyers(shared: pa.Table, sales: Floats, entities: tuple[EntityId, ...], terms: Terms) -> Buyers:
    """Return the shared buyers on which more than their bound could come to rest; the others need no watching."""
    place = {entity: row for row, entity in enumerate(entities)}
    row = np.array([place[entity] for entity in shared["entity"].to_pylist()], dtype=np.int64)
    part = np.clip(shared["amount"].to_numpy() / np.maximum(np.nan_to_num(sales[row]), 1.0), 0, 1)
    encoded = pc.dictionary_encode(shared["other"].combine_chunks())
    buyer = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    fullest = np.bincount(buyer, weights=part, minlength=len(encoded.dictionary)) * terms.limit_at_most
    watched = np.flatnonzero(fullest > terms.bounds.buyer * terms.budget)
    share = np.zeros((len(watched), len(entities)))
    kept = np.isin(buyer, watched)
    share[np.searchsorted(watched, buyer[kept]), row[kept]] = part[kept]
    return Buyers(tuple(encoded.dictionary[int(at)].as_py().split(":", 1)[-1] for at in watched), share)
