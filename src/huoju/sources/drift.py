"""Drift: how a delivery differs from the one before it, in rows, filled cells and the size of its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from huoju.core.finding import Finding
from huoju.sources.declaration import SourceDeclaration

Profile = Mapping[str, object]


def drift(
    source: SourceDeclaration, file: str, before: Mapping[str, Profile], now: Mapping[str, Profile]
) -> tuple[Finding, ...]:
    """Return a finding for each way in which a delivery differs more than its source allows.

    Both are profiles by layout (``sources/contract.py``). A layout that was not delivered before has no drift.
    """
    found: list[Finding] = []
    for name, profile in now.items():
        if name in before and name in source.layouts:
            found += _rows(source, file, before[name], profile)
            found += _columns(source, name, file, before[name], profile)
    return tuple(found)


def _rows(source: SourceDeclaration, file: str, before: Profile, now: Profile) -> list[Finding]:
    was, is_ = cast("int", before["rows"]), cast("int", now["rows"])
    bound = source.drift.rows
    if bound is None or not was or abs(is_ - was) <= bound * was:
        return []
    return [Finding("rows-drifted", file, {"was": was, "is": is_, "at_most": f"{float(bound):.0%}"})]


def _columns(source: SourceDeclaration, layout: str, file: str, before: Profile, now: Profile) -> list[Finding]:
    found = []
    for rule in source.layouts[layout].columns:
        was, is_ = (_share(profile, rule.name) for profile in (before, now))
        bound = source.drift.filled
        if bound is not None and was is not None and is_ is not None and was - is_ > bound:
            told = {"column": rule.header, "was": f"{float(was):.0%}", "is": f"{float(is_):.0%}"}
            found.append(Finding("filled-drifted", file, told))
        middle, typical = (cast("Mapping[str, int]", profile["typical"]).get(rule.name) for profile in (before, now))
        times = source.drift.typical
        if times is None or not middle or not typical:
            continue
        ratio = Fraction(abs(typical), abs(middle))
        if ratio > times or ratio < 1 / times:
            told = {"column": rule.header, "times": f"{float(max(ratio, 1 / ratio)):.0f}"}
            found.append(Finding("size-drifted-up" if ratio > 1 else "size-drifted-down", file, told))
    return found


def _share(profile: Profile, column: str) -> Fraction | None:
    rows = cast("int", profile["rows"])
    filled = cast("Mapping[str, int]", profile["filled"]).get(column)
    return Fraction(filled, rows) if filled is not None and rows else None
