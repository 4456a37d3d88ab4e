"""Items as rows of a model: weighted by stage, applying or not, scored or refused."""

from __future__ import annotations

import math
from fractions import Fraction

from huoju.core.rule import Truth
from huoju.ratings.combine import count_item, possible_stages
from huoju.ratings.gap.levels import Level, Levels, Side
from huoju.ratings.gap.lines import ZERO, Line
from huoju.ratings.gap.logic import Reader
from huoju.ratings.gap.points import PointsModel, Unbounded
from huoju.ratings.plan import Plan, nodes_of
from huoju.ratings.points import by_stage
from huoju.ratings.scheme import Item, Points

_OTHER: dict[Side, Side] = {"low": "high", "high": "low"}
_NONE = Level.of(ZERO)


class ItemsModel:
    """Writes items into a model, for one entity and one version."""

    def __init__(self, plan: Plan, reader: Reader, levels: Levels) -> None:
        self.plan, self.reader, self.levels, self.model = plan, reader, levels, levels.model
        self.points = PointsModel(levels)
        stages = [stage.when for stage in plan.version.stages if stage.when is not None]
        if any(reader.varies(node) for node in stages):
            raise reader.hold(*stages)
        self.stages = possible_stages(plan, reader.row)

    def item(self, item: Item, side: Side) -> Level | None:
        """Return what an item counts; None where it can't be scored."""
        nodes = [*nodes_of(item.points), *([] if item.applies_if is None else [item.applies_if])]
        if not any(self.reader.varies(node) for node in nodes):
            points = count_item(self.plan, item, self.reader.row, self.stages, []).points
            end = math.inf if points is None else points.low if side == "low" else points.high
            return None if isinstance(end, float) else Level.of(end)
        if item.id in self.plan.unstated_items or self.plan.reads_unstated(item, self.reader.row.view):
            return None
        if item.missing == "zero":
            raise self.reader.hold(*nodes)
        if item.applies_if is not None and self.reader.varies(item.applies_if):
            return self._if_it_applies(item, item.applies_if, side)
        applies = self.applies(item)
        if applies is False or (applies is None and item.not_applicable is None):
            return None if item.not_applicable is None else Level.of(ZERO)
        found = self._if_scored(item, side)
        if found is None or applies:
            return found
        return self.levels.least([found, _NONE], side) if side == "low" else self.levels.greatest([found, _NONE], side)

    def _if_scored(self, item: Item, side: Side) -> Level | None:
        """Return the points of an item that applies, over the stages that are possible."""
        weights = [weight for weight in by_stage(item.weight, self.stages) if weight is not None]
        reader = self.reader.last() if item.missing == "last" else self.reader
        try:
            found = [self._weighted(item.points, side, reader, weight) for weight in weights]
        except Unbounded:
            return None
        return self.levels.least(found, side) if side == "low" else self.levels.greatest(found, side)

    def _if_it_applies(self, item: Item, condition: Truth, side: Side) -> Level | None:
        """Return the points of an item that may come to apply or not: 0 where it does not."""
        is_summed = self.plan.version.total.combine == "sum" and item.not_applicable in ("drop", "zero")
        found = self._if_scored(item, side) if is_summed else None
        if found is None:
            raise self.reader.hold(condition)
        low, high = self.model.reach(found.line)
        own = self.model.amount(min(low, ZERO), max(high, ZERO))
        for line, holds in ((found.line, False), (Line(ZERO), True)):
            out = self.reader.claim(condition, holds=holds)
            if out is not True:
                self.levels.hold(own, line, side, *([] if out is False else [(self.model.claim(out), 0)]))
        return Level(own, found.grain)

    def _weighted(self, points: Points, side: Side, reader: Reader, weight: Fraction) -> Level:
        return self.points.points(points, side if weight >= 0 else _OTHER[side], reader).by(weight)

    def applies(self, item: Item) -> bool | None:
        """Return whether an item applies as things stand. Raises ``NotLinear`` where that may change."""
        if item.applies_if is None:
            return True
        if self.reader.varies(item.applies_if):
            raise self.reader.hold(item.applies_if)
        return self.reader.row.truth(item.applies_if)
