"""Resolving one name: which enterprises of a register it may be, how likely, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from huoju.core.errors import NothingFound
from huoju.core.words import Words
from huoju.fusion.blocking import Index, build_index
from huoju.fusion.choosing import shares
from huoju.fusion.link_model import Floats
from huoju.fusion.linker import Linker, fit_linker
from huoju.fusion.names import fold, parse_names
from huoju.fusion.reading_links import IDENTITY
from huoju.fusion.records import Records, prepare
from huoju.fusion.short_names import Found, ShortNames
from huoju.services.home import Home, Who
from huoju.services.link_lists import sentence_of
from huoju.services.list_files import read_list
from huoju.services.looking import look
from huoju.services.words import words_in

_ASKED = "?"
_SHOWN = 4  # reasons of a short name
_LACKING = 1 / 3  # share of a short name's letters that a legal name may lack
_WEIGHED = 50  # candidates among which a short name's probability is shared out
_LISTED = "name_as_delivered"
_OF_A_HOME = {"name": "legal_name", "former_name": "former_name", "address": "registered_address"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record of the register that a name may be: its id and name, relation, probability, and reasons as words."""

    id: str
    name: str
    relation: str
    probability: float
    reasons: str


@dataclass(slots=True)
class Register:
    """A register that names are looked up in: its records, their index, and the linker that is frozen on it.

    It is made ready for short names when the first one is asked.
    """

    records: Records
    index: Index
    linker: Linker
    _short: ShortNames | None = field(default=None, repr=False)

    def by_short_name(self, name: str, city: str | None, language: str, best: int) -> list[Candidate]:
        """Return the records that a name without a legal form may stand for, likeliest first.

        The probabilities say which of them it is, if it is any. With ``city``, those whose names say it come alone,
        where any does.
        """
        if self._short is None:
            self._short = ShortNames(self.records.names)
        names = self.records.names
        found = tuple(one for one in self._short.find(name, best=_WEIGHED) if one.missing <= _LACKING)
        if city:
            found = tuple(one for one in found if fold(city).rstrip("市") in fold(names[one.row].as_py())) or found
        odds = np.exp([one.score - found[0].score for one in found]) if found else np.zeros(0)
        words = words_in(language)
        return [
            Candidate(
                self.records.ids[one.row].as_py(),
                names[one.row].as_py(),
                "same_as",
                float(share),
                _why_short(one, words),
            )
            for one, share in zip(found[:best], odds / odds.sum() if found else (), strict=False)
        ]

    def candidates(self, asked: pa.Table, language: str, best: int) -> list[Candidate]:
        """Return the likeliest candidates of the one record ``asked``, likeliest first."""
        pairs = self.linker.pairs(self.records, prepare(asked), self.index)
        if not len(pairs):
            return []
        words = words_in(language)
        chance = _chances(pairs)
        order = np.lexsort((pairs["score"].to_numpy() * -1, -chance))[:best]
        rows = pairs.take(pa.array(order)).to_pylist()
        place = {name: row for row, name in enumerate(self.records.ids.to_pylist())}
        return [
            Candidate(
                row["left_id"],
                self.records.names[place[row["left_id"]]].as_py(),
                row["relation"],
                float(chance[at]),
                sentence_of(self.linker, row["levels"], words),
            )
            for at, row in zip(order, rows, strict=True)
        ]


def resolve_name(
    *,
    who: Who,
    name: str,
    language: str,
    home: Home | None = None,
    register: Path | None = None,
    city: str | None = None,
    best: int = 5,
) -> list[Candidate]:
    """Return the enterprises of a home, or of the list in ``register``, that a name may be, likeliest first.

    A name without a legal form is taken for a short one. Raises ``NothingFound`` where the register is empty or none
    comes near.
    """
    begun = look(who, "resolve-name")
    table = read_list(register) if register is not None else _register_of(home)
    if not len(table):
        raise NothingFound("The home holds no register.", code="register-empty", data={})
    opened = open_register(prepare(table))
    if _is_short(name):
        found = opened.by_short_name(name, city, language, best)
    else:
        asked = {"id": [_ASKED], "name": [name], "city": [city]}
        columns = {column: pa.array(value, pa.string()) for column, value in asked.items()}
        found = opened.candidates(pa.table(columns), language, best)
    if not found:
        raise NothingFound(f"No enterprise like {name}.", code="name-unresolved", data={"name": name})
    return begun.give(found, [one.id for one in found]) if register is None else found


def open_register(records: Records, linker: Linker | None = None) -> Register:
    """Return a register ready to be asked; without a linker, one whose tables are counted on the register itself."""
    frozen = linker or fit_linker(records, records.rows(0, 0))
    return Register(records, build_index(records, frozen.frozen)[0], frozen)


def _is_short(name: str) -> bool:
    row = parse_names(pa.array([name], pa.string())).to_pylist()[0]
    return not row["form"] and not row["branch"] and not name.isascii()


def _why_short(found: Found, words: Words) -> str:
    parts = sorted((part for part in found.parts.items() if abs(part[1]) >= 0.05), key=lambda part: -abs(part[1]))
    said = [f"{words.say('link.short.' + name.replace('_', '-'))} {weight:+.1f}" for name, weight in parts[:_SHOWN]]
    rest = sum(weight for _, weight in parts[_SHOWN:])
    said += [f"{words.say('link.reason.rest')} {rest:+.1f}"] if parts[_SHOWN:] else []
    joined = words.say("link.reason.between").join(said)
    return words.say("link.reason.sum", {"parts": joined, "total": f"{found.score:+.1f}"})


def _chances(pairs: pa.Table) -> Floats:
    """Return the probability of each pair: identity among identities, every other relation among its like."""
    chance = np.zeros(len(pairs))
    relation = np.array(pairs["relation"].to_pylist())
    score = pairs["score"].to_numpy()
    for among in (np.isin(relation, IDENTITY), relation == "branch_of", relation == "group_of"):
        rows = np.flatnonzero(among)
        if len(rows):
            nobody = np.zeros(len(rows), bool)
            chance[rows] = shares(score[rows], np.zeros(len(rows), np.int32), nobody)
    return chance


def _register_of(home: Home | None) -> pa.Table:
    """Return the registered enterprises of a home; where no register names any, those that other lists name."""
    from huoju.services.home import store_of

    assert home is not None
    facts = store_of(home).facts(variables=(*_OF_A_HOME.values(), _LISTED))
    said: dict[str, dict[str, str]] = {variable: {} for variable in (*_OF_A_HOME.values(), _LISTED)}
    for row in facts.sort_by([("known", "ascending")]).to_pylist():
        if row["text"] is not None:
            said[row["variable"]][row["entity"]] = row["text"]
    said["legal_name"] = said["legal_name"] or said[_LISTED]
    entities = sorted(said["legal_name"])
    table: dict[str, list[str] | list[str | None]] = {
        "id": entities,
        "uscc": [e.removeprefix("uscc:") if e.startswith("uscc:") else None for e in entities],
        **{column: [said[variable].get(e) for e in entities] for column, variable in _OF_A_HOME.items()},
    }
    return pa.table({column: pa.array(values, pa.string()) for column, values in table.items()})
