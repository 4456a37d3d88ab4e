"""Linking: each subject as delivered to one enterprise of the register, by the first rule that decides.

Plain and deterministic: a rule needs one candidate, never the best of several, and a link says by which rule it was
made. What no rule decides is left to the scored comparisons, where one enterprise stands out. A branch is linked to
itself and stands in relation ``branch_of`` to its parent; it is never merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from huoju.core.link import LINK_SCHEMA, Ruling
from huoju.core.money import MICRO
from huoju.fusion.identifiers import fold_code, repair_index, suggestions
from huoju.fusion.names import Name, fold, named_parts
from huoju.fusion.scored_links import Called, Scored, scored_links, scored_pairs

MENTIONS = (
    "legal_name",
    "former_name",
    "name_as_delivered",
    "uscc_as_delivered",
    "branch_of_name",
    "branch_of_uscc",
)
SHORTEST_PREFIX = 4  # characters of a core that a short name must show at least; two are shared too often
# How sure each rule is, x 10^6: design of huoju, until measured on labelled links by the linking benchmark.
SURE = {
    "same-legal-name": MICRO,
    "same-former-name": 980_000,
    "code-one-error": 990_000,
    "same-core": 950_000,
    "short-name": 900_000,
    "branch-name": MICRO,
    "branch-in-register": MICRO,
}


_Link = tuple[str, str, str, int, str, date]  # a row of LINK_SCHEMA


@dataclass(slots=True)
class _Subject:
    """What is said of one entity: its names with the day each was known, codes, and the parent it names."""

    names: dict[str, date] = field(default_factory=dict)
    former: dict[str, date] = field(default_factory=dict)
    codes: dict[str, date] = field(default_factory=dict)
    parents: dict[str, date] = field(default_factory=dict)
    is_registered: bool = False


@dataclass(frozen=True, slots=True)
class _Register:
    """The registered enterprises, by everything they can be found by."""

    subjects: Mapping[str, _Subject]
    by_name: Mapping[str, set[str]]
    by_former: Mapping[str, set[str]]
    by_core: Mapping[str, set[str]]
    parts: Mapping[str, Name]  # of every name, of subjects too
    repairs: Mapping[str, tuple[str, ...]]


def link(mentions: pa.Table, rulings: Sequence[Ruling] = ()) -> pa.Table:
    """Return who is the same as whom, and who is whose branch, as a table of ``LINK_SCHEMA``.

    ``mentions`` are facts of ``MENTIONS`` (columns entity, variable, text, known). A link is known from the day
    on which the last of its evidence was. Subjects that no rule decides get no link. The order of rows is no matter.
    ``rulings`` of persons, the earliest first, stand above every rule: the last on a subject counts, and a candidate
    that one says it is not is none.
    """
    decided = _by_rules(mentions, rulings)
    rows = sorted(decided.rows + _scored(decided))
    columns = (
        [pa.array(list(column), field.type) for column, field in zip(zip(*rows, strict=True), LINK_SCHEMA, strict=True)]
        if rows
        else [pa.array([], f.type) for f in LINK_SCHEMA]
    )
    return pa.table(columns, schema=LINK_SCHEMA)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What rules and persons decided, the subjects they left open, and whom persons said each is not."""

    register: _Register
    rows: list[_Link]
    open: Mapping[str, _Subject]
    apart: Mapping[str, frozenset[str]]

    def scored(self) -> Scored | None:
        """Return how the subjects left open compare with the register; None where there are none."""
        return scored_pairs(
            {entity: _called(subject) for entity, subject in self.register.subjects.items()},
            {entity: _called(subject) for entity, subject in self.open.items() if subject.names},
        )


def open_pairs(mentions: pa.Table, rulings: Sequence[Ruling] = ()) -> Scored | None:
    """Return every pair that a person may still decide: of subjects that no rule and no person gave to anybody.

    Pairs that a person said are not one are left out. None where nothing is open.
    """
    decided = _by_rules(mentions, rulings)
    scored = decided.scored()
    if scored is None:
        return None
    pairs = zip(scored.pairs["right_id"].to_pylist(), scored.pairs["left_id"].to_pylist(), strict=True)
    kept = [enterprise not in decided.apart.get(entity, ()) for entity, enterprise in pairs]
    names = tuple(name for name, is_kept in zip(scored.names, kept, strict=True) if is_kept)
    return Scored(scored.pairs.filter(pa.array(kept, pa.bool_())), names, scored.linker)


def _by_rules(mentions: pa.Table, rulings: Sequence[Ruling]) -> _Decided:
    subjects = _subjects(mentions)
    register = _register(subjects)
    same, apart = _ruled(rulings, register)
    rows, undecided = list[_Link](), dict[str, _Subject]()
    for entity in sorted(subjects):
        subject = subjects[entity]
        if subject.is_registered:
            rows += _branch_of(entity, subject, register)
        elif entity in same:
            rows.append((entity, same[entity].canonical, "same_as", MICRO, "by-person", same[entity].known))
        elif (found := _decide(subject, register, apart.get(entity, frozenset()))) is not None:
            canonical, reason, known = found
            rows.append((entity, canonical, "same_as", SURE[reason], reason, known))
        else:
            undecided[entity] = subject
    return _Decided(register, rows, undecided, apart)


def _ruled(rulings: Sequence[Ruling], register: _Register) -> tuple[dict[str, Ruling], dict[str, frozenset[str]]]:
    """Return whom persons gave each subject to, and whom each is not; of a pair the last ruling counts."""
    last = {(ruling.entity, ruling.canonical): ruling for ruling in rulings}
    order = [ruling for ruling in rulings if last[ruling.entity, ruling.canonical] is ruling]
    same = {r.entity: r for r in order if r.is_same and r.canonical in register.subjects}
    apart: dict[str, frozenset[str]] = {}
    for ruling in order:
        if not ruling.is_same:
            apart[ruling.entity] = apart.get(ruling.entity, frozenset()) | {ruling.canonical}
    return same, apart


def _scored(decided: _Decided) -> list[_Link]:
    scored = decided.scored()
    found = scored_links(scored) if scored is not None else {}
    return [
        (
            entity,
            enterprise,
            "same_as",
            chance,
            "scored",
            max(decided.open[entity].names[name], _known_since(enterprise, decided.register)),
        )
        for entity, (enterprise, name, chance) in sorted(found.items())
        if enterprise not in decided.apart.get(entity, ())
    ]


def _called(subject: _Subject) -> Called:
    return Called(subject.names, subject.former, subject.codes)


def _subjects(mentions: pa.Table) -> dict[str, _Subject]:
    found: dict[str, _Subject] = defaultdict(_Subject)
    columns = [mentions[name].to_pylist() for name in ("entity", "variable", "text", "known")]
    for entity, variable, text, known in zip(*columns, strict=True):
        if text is None:
            continue
        subject = found[entity]
        if variable == "uscc_as_delivered":
            _keep(subject.codes, fold_code(text), known)
        elif variable == "former_name":
            _keep(subject.former, fold(text), known)
        elif variable == "branch_of_uscc":
            _keep(subject.parents, f"uscc:{fold_code(text)}", known)
        elif variable in ("legal_name", "name_as_delivered"):
            _keep(subject.names, fold(text), known)
            subject.is_registered |= variable == "legal_name"
    return dict(found)


def _keep(known_by: dict[str, date], text: str, known: date) -> None:
    known_by[text] = min(known, known_by.get(text, known))


def _register(subjects: Mapping[str, _Subject]) -> _Register:
    registered = {entity: subject for entity, subject in subjects.items() if subject.is_registered}
    parts = named_parts({name for subject in subjects.values() for name in (*subject.names, *subject.former)})
    by_name, by_former, by_core = (defaultdict[str, set[str]](set) for _ in range(3))
    for entity, subject in registered.items():
        for name in subject.names:
            by_name[name].add(entity)
        for name in subject.former:
            by_former[name].add(entity)
        for name in (*subject.names, *subject.former):
            if not parts[name].branch:
                by_core[parts[name].core].add(entity)
    codes = (entity.removeprefix("uscc:") for entity in sorted(registered) if entity.startswith("uscc:"))
    return _Register(registered, by_name, by_former, by_core, parts, repair_index(codes))


def _parts_of(entity: str, register: _Register) -> list[Name]:
    subject = register.subjects[entity]
    return [register.parts[name] for name in (*subject.names, *subject.former)]


def _decide(subject: _Subject, register: _Register, apart: frozenset[str]) -> tuple[str, str, date] | None:
    for name, known in sorted(subject.names.items()):
        for reason, found in _candidates(name, subject, register):
            candidates = found - apart
            if len(candidates) == 1:
                canonical = next(iter(candidates))
                return canonical, reason, max(known, _known_since(canonical, register))
            if candidates:
                break  # more than one: whoever decides next must not be less sure
    return None


def _candidates(name: str, subject: _Subject, register: _Register) -> Iterable[tuple[str, set[str]]]:
    part = register.parts[name]
    yield "same-legal-name", register.by_name.get(name, set())
    yield "same-former-name", register.by_former.get(name, set())
    repaired = {f"uscc:{code}" for written in subject.codes for code in suggestions(written, register.repairs)}
    yield "code-one-error", {entity for entity in repaired if _alike(part, _parts_of(entity, register))}
    if part.branch:
        return
    alike = register.by_core.get(part.core, set())
    yield "same-core", {entity for entity in alike if _regions_agree(part, _parts_of(entity, register))}
    if not part.form and len(part.core) >= 2:
        yield "short-name", _short(part.core, register)


def _alike(part: Name, others: Sequence[Name]) -> bool:
    """Return whether two names may be one enterprise's: the same branch, and cores that begin alike."""
    return any(part.branch == other.branch and part.core[:2] == other.core[:2] for other in others)


def _regions_agree(part: Name, others: Sequence[Name]) -> bool:
    return any(
        not part.region or not other.region or part.region in other.region or other.region in part.region
        for other in others
        if other.core == part.core and not other.branch
    )


def _short(core: str, register: _Register) -> set[str]:
    found = set()
    for known, entities in register.by_core.items():
        if known.startswith(core) and (len(core) >= SHORTEST_PREFIX or len(core) * 3 >= len(known)):
            found |= entities
    return found


def _known_since(entity: str, register: _Register) -> date:
    return min(register.subjects[entity].names.values())


def _branch_of(entity: str, subject: _Subject, register: _Register) -> list[_Link]:
    rows = []
    for parent, known in sorted(subject.parents.items()):
        if parent in register.subjects and parent != entity:
            since = max(known, _known_since(parent, register))
            rows.append((entity, parent, "branch_of", SURE["branch-in-register"], "branch-in-register", since))
    if rows:
        return rows[:1]
    for name, known in sorted(subject.names.items()):
        part = register.parts[name]
        parents = register.by_name.get(name.removesuffix(part.branch), set()) - {entity} if part.branch else set()
        if len(parents) == 1:
            parent = next(iter(parents))
            since = max(known, _known_since(parent, register))
            return [(entity, parent, "branch_of", SURE["branch-name"], "branch-name", since)]
    return []
