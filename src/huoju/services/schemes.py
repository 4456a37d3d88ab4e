"""Schemes as a home has them: shipped ones, with the overlays of ``<home>/ratings`` merged over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from huoju.core.rule import Reading
from huoju.core.variable import event_kinds, variables
from huoju.ratings.plan import Prepared
from huoju.ratings.scheme import Scheme, Version, Words
from huoju.ratings.shipped import load_scheme, scheme_files
from huoju.services.home import Home, Who

_CACHE: dict[tuple[str, tuple[tuple[str, int], ...]], Prepared] = {}


@dataclass(frozen=True, slots=True)
class SchemeLine:
    """A scheme in a list: which version is in force on a day, and whether it can score."""

    id: str
    label: Words
    version: Version | None
    versions: tuple[str, ...]
    is_draft: bool
    overlays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One thing that a scheme reads of an enterprise.

    ``sort`` says what it is, ``lags`` which years before the evaluated one, ``labels`` what a text may say.
    """

    sort: str
    name: str
    label: Words
    kind: str
    unit: str
    rhythm: str
    supplier: str
    lags: tuple[int, ...]
    labels: tuple[str, ...] = ()


def folders_of(home: Home | None) -> tuple[Path, ...]:
    """Return where a home keeps schemes of its own."""
    return () if home is None else (home.path / "ratings",)


def scheme_of(name: str, home: Home | None = None) -> Prepared:
    """Return a scheme, read once as long as its files stay as they are."""
    files = scheme_files(*folders_of(home))
    stamp = tuple((str(path), path.stat().st_mtime_ns) for paths in files.values() for path in paths)
    if (name, stamp) not in _CACHE:
        _CACHE[name, stamp] = load_scheme(name, *folders_of(home))
    return _CACHE[name, stamp]


def list_schemes(*, who: Who, on: date, home: Home | None = None) -> tuple[SchemeLine, ...]:
    """Return every scheme, by id, as it stands on a day."""
    found = []
    for name in scheme_files(*folders_of(home)):
        prepared = scheme_of(name, home)
        scheme = prepared.scheme
        version = scheme.version_on(on)
        is_draft = version is not None and prepared.plans[version.id].is_draft
        versions = tuple(one.id for one in scheme.versions)
        found.append(SchemeLine(name, scheme.label, version, versions, is_draft, scheme.overlays))
    return tuple(found)


def asked_facts(*, who: Who, scheme: str, on: date, home: Home | None = None) -> tuple[AskedFact, ...]:
    """Return everything that a scheme reads on a day, in the order of its text; the newest version where none is."""
    prepared = scheme_of(scheme, home)
    version = version_or_latest(prepared.scheme, on)
    lags: dict[tuple[str, str], list[int]] = {}
    for reading in prepared.readings(version):
        lags.setdefault((reading.sort, reading.name), []).append(reading.lag)
    labels = prepared.labels(version)
    asked = (_asked(sort, name, tuple(sorted(own)), version) for (sort, name), own in lags.items())
    return tuple(replace(one, labels=labels.get(one.name, ())) if one.sort == "fact" else one for one in asked)


def version_or_latest(scheme: Scheme, on: date) -> Version:
    """Return the version in force on a day, or the newest where none is."""
    return scheme.version_on(on) or scheme.versions[-1]


def _asked(sort: str, name: str, lags: tuple[int, ...], version: Version) -> AskedFact:
    if sort == "fact":
        variable = variables()[name]
        return AskedFact(
            sort, name, variable.label, variable.dtype, variable.unit, variable.rhythm, variable.supplier, lags
        )
    return AskedFact(sort, name, label_of(Reading(sort, name), version), sort, "", "none", "", lags)  # type: ignore[arg-type]


def label_of(reading: Reading, version: Version) -> Words:
    """Return what something that a scheme reads is called."""
    name = reading.name
    if reading.sort == "fact":
        return variables()[name].label
    if reading.sort == "events":
        return event_kinds()[name].label
    labels: Mapping[str, Words] = {item.id: item.label for item in version.items}
    if reading.sort == "judgement":
        return version.judgements.get(name) or labels.get(name) or {"zh": name, "en": name}
    parameter = version.parameters.get(name)
    return parameter.label if parameter is not None else {"zh": name, "en": name}
