"""What a person should look at before saying yes to an imported table: units not written, full marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from huoju.core.finding import Finding
from huoju.core.rule import Apply, Fact
from huoju.core.variable import variables
from huoju.ratings.points import full_marks, shown
from huoju.ratings.scheme import Item, ParameterDefinition, Ramp, Version

ALL = ""  # the stage of weights where a version has none


def about_unit(one: Item | ParameterDefinition, number: Fraction, data: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what to heed of a number without a unit: money taken as yuan, a share above 1."""
    if not isinstance(one, Item) or not isinstance(one.points, Ramp):
        return
    of, where = one.points.of, str(data["where"])
    if isinstance(of, Fact) and variables()[of.name].dtype == "money":
        yield Finding("import-money-without-unit", where, {**data, "yuan": shown(number)})
    elif isinstance(of, Apply) and of.operation in ("ratio", "difference") and number > 1:
        yield Finding("import-share-above-one", where, {**data, "share": shown(number * 100)})


def sums_after(version: Version, told: Mapping[tuple[str, ...], Fraction]) -> dict[str, Fraction]:
    """Return the full marks of each stage, all items added, as they stand with the numbers told; null counts 0."""
    sums = {stage.id: Fraction(0) for stage in version.stages} or {ALL: Fraction(0)}
    for item in version.items:
        for stage in sums:
            own = item.weight.get(stage) if isinstance(item.weight, Mapping) else item.weight
            for path in (("items", item.id, "weight"), ("items", item.id, "weight", stage)):
                own = told.get(path, own)
            sums[stage] += full_marks(item.points) * (own or 0)
    return sums


def about_sums(file: str, version: Version, sums: Mapping[str, Fraction]) -> Iterator[Finding]:
    """Yield what to heed of sums: 1 where points of 100 may be meant, stages that differ."""
    if len(version.items) > 1 and 1 in sums.values():
        yield Finding("import-sum-is-one", file, {"where": file, "stages": _told(sums)})
    if len(set(sums.values())) > 1:
        yield Finding("import-sums-differ", file, {"where": file, "sums": _told(sums)})


def _told(sums: Mapping[str, Fraction]) -> str:
    return "、".join(f"{stage} {shown(total)}".strip() for stage, total in sums.items())
