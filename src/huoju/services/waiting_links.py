"""Links that wait for a person: subjects that no rule gave to anybody, with whom they may be and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow.compute as pc

from huoju.core.errors import NothingFound
from huoju.facts import FactStore
from huoju.fusion import MENTIONS
from huoju.fusion.choosing import shares
from huoju.fusion.linking import open_pairs
from huoju.fusion.names import fold
from huoju.fusion.scored_links import SURE_ENOUGH
from huoju.services.home import Home, Who, store_of
from huoju.services.link_lists import sentence_of
from huoju.services.looking import allowed, look
from huoju.services.panels import day_or_latest
from huoju.services.words import words_in

WORTH_A_LOOK = 0.01  # probability of a candidate that is shown
_NAMING = ("legal_name", "name_as_delivered")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pair to look at; ``counts`` where it is so sure that it counts until somebody says no."""

    subject: str
    name: str
    enterprise: str
    enterprise_name: str
    probability: float
    counts: bool
    reasons: str


def waiting_links(
    *, home: Home, who: Who, language: str, as_of: date | None = None, best: int = 3
) -> tuple[Waiting, ...]:
    """Return the pairs that a person may decide, of each subject the ``best`` likeliest.

    The surest that do not count yet stand first, then those that count. Pairs that were decided are not among them;
    without ``as_of``, by whatever stands now, for a judgement may be later than all that was delivered.
    """
    begun = look(who, "read-links")
    store = store_of(home)
    day = day_or_latest(store, as_of)
    rulings = tuple(r for r in store.rulings if (r.until is None if as_of is None else r.stands_at(day)))
    found = open_pairs(store.facts(variables=MENTIONS, until=day), rulings)
    if found is None:
        return begun.give(())
    words, called = words_in(language), _called(store)
    subjects = found.pairs["right_id"].combine_chunks().dictionary_encode()
    rows = subjects.indices.to_numpy().astype(np.int32)
    score = found.pairs["score"].to_numpy()
    chance = shares(score, rows, np.zeros(len(rows), bool))
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    pairs = found.pairs.to_pylist()
    for place in np.lexsort((found.pairs["left_id"].to_numpy(zero_copy_only=False), -chance)):
        own = waiting[int(rows[place])]
        if len(own) < best and chance[place] >= WORTH_A_LOOK:
            pair = pairs[place]
            own.append(
                Waiting(
                    pair["right_id"],
                    found.names[place],
                    pair["left_id"],
                    called.get(pair["left_id"], ("",))[0],
                    float(chance[place]),
                    bool(chance[place] >= SURE_ENOUGH),
                    sentence_of(found.linker, pair["levels"], words),
                )
            )
    groups = sorted((own for own in waiting.values() if own), key=lambda own: (own[0].counts, -own[0].probability))
    told = tuple(one for own in groups for one in own)
    return begun.give(told, {one.enterprise for one in told})


def subject_named(*, home: Home, who: Who, text: str) -> str:
    """Return the subject that a person means: its id, the beginning of one, a bare code, or a name.

    Raises ``NothingFound`` where there is none, or more than one, with those.
    """
    allowed(who, "judge-link")
    called = _called(store_of(home))
    asked = text.strip()
    if exact := [entity for entity in (asked, f"uscc:{asked.upper()}") if entity in called]:
        return exact[0]
    found = [entity for entity, names in called.items() if fold(asked) in names]
    found = found or [entity for entity in called if len(asked) >= 4 and entity.startswith(asked)]
    if len(found) != 1:
        code = "subject-ambiguous" if found else "subject-unknown"
        raise NothingFound(f"{text}: {len(found)}.", code=code, data={"text": text, "found": "、".join(found[:5])})
    return found[0]


def _called(store: FactStore) -> Mapping[str, tuple[str, ...]]:
    """Return the folded names of every subject, the registered ones first."""
    facts = store.facts(variables=_NAMING)
    found: dict[str, list[str]] = {}
    for name in _NAMING:
        own = facts.filter(pc.equal(facts["variable"], name)).sort_by([("known", "ascending"), ("record", "ascending")])
        for entity, text in zip(own["entity"].to_pylist(), own["text"].to_pylist(), strict=True):
            if text is not None:
                found.setdefault(entity, []).append(fold(text))
    return {entity: tuple(dict.fromkeys(names)) for entity, names in sorted(found.items())}
