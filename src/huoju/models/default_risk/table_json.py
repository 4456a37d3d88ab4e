"""The points table as JSON: readable, whole points beside exact log-odds, and read back with every claim checked."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from huoju.core.errors import malformed
from huoju.core.nearest import nearest
from huoju.models.default_risk.monotone import broken_direction
from huoju.models.default_risk.points_table import Binned, Pair, PointsTable
from huoju.models.scale import BASE_ODDS, BASE_POINTS, DOUBLING, HIGHEST, LOWEST, whole

FORMAT = 1
CATALOGUES = ("columns", "panel", "statements")
SCALE = {"points": BASE_POINTS, "odds": BASE_ODDS, "doubling": DOUBLING, "lowest": LOWEST, "highest": HIGHEST}

Floats = NDArray[np.float64]


def to_json(table: PointsTable) -> str:
    """Return the table as text; ``from_json`` gives the same table, bit for bit.

    Points are those of the log-odds beside them, the last cell is what is unknown; keys are sorted.
    """
    document = {
        "anchor_error": table.anchor_error,
        "base": {"log_odds": table.base, "points": table.base_points},
        "catalogue": table.catalogue,
        "huoju_points_table": FORMAT,
        "inputs": [_input(part) for part in table.inputs],
        "pairs": [_pair(part, table.names) for part in table.pairs],
        "replicates": table.replicates.tolist(),
        "scale": SCALE,
    }
    return _written(document) + "\n"


def from_json(text: str, where: str = "points_table.json") -> PointsTable:
    """Return the table that a text holds; ``where`` names it in errors.

    Raises ``DocumentError`` where the text is no such table or contradicts itself: a key absent or unknown, edges
    that do not rise, lengths that differ, points that are not those of their log-odds, a direction that is not kept.
    """
    try:
        read = json.loads(text, parse_constant=lambda name: _no_number(where, name))
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}."
        raise malformed(f"{where}:{error.lineno}", "not-json", message, problem=error.msg) from None
    document = _Place(where, read).block(
        "anchor_error", "base", "catalogue", "huoju_points_table", "inputs", "pairs", "replicates", "scale"
    )
    document["huoju_points_table"].one_of([FORMAT])
    scale = document["scale"].block(*SCALE)
    for name, stated in SCALE.items():
        scale[name].one_of([stated])
    base = document["base"].block("log_odds", "points")
    inputs = tuple(_read_input(each, place) for place, each in enumerate(document["inputs"].each()))
    names = [part.name for part in inputs]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise malformed(f"{where}, inputs {place + 1}", "id-twice", f"{name} stands twice.", what=name)
    table = PointsTable(
        document["catalogue"].one_of(CATALOGUES),
        base["log_odds"].number(),
        inputs,
        tuple(_read_pair(each, names) for each in document["pairs"].each()),
        _read_replicates(document["replicates"]),
        document["anchor_error"].number(),
    )
    _check(table, base["points"], document["replicates"])
    return table


@dataclass(frozen=True, slots=True)
class _Place:
    """A value of the text and where it stands."""

    where: str
    value: object

    def block(self, *keys: str) -> dict[str, _Place]:
        """Return the values under exactly these keys."""
        if not isinstance(self.value, dict):
            raise malformed(self.where, "mapping-needed", "a block in braces is needed here.")
        for key in self.value.keys() - set(keys):
            near, known = "".join(nearest(key, keys, 1)) or "—", ", ".join(keys)
            raise malformed(self.where, "key-unknown", f"unknown key {key!r}.", key=key, nearest=near, known=known)
        for key in keys:
            if key not in self.value:
                raise malformed(self.where, "key-absent", f"{key} is needed and absent.", key=key)
        name = self.value.get("name")
        here = f"{self.where} {name}" if isinstance(name, str) else self.where
        return {key: _Place(f"{here}, {key}", self.value[key]) for key in keys}

    def each(self, count: int | None = None, key: str = "") -> list[_Place]:
        """Return the values of a list, of ``count`` where that is known."""
        if not isinstance(self.value, list):
            raise malformed(self.where, "list-needed", "a list is needed here.")
        if count is not None and len(self.value) != count:
            told = {"key": key, "needed": count, "count": len(self.value)}
            raise malformed(self.where, "how-many", f"{count} are needed, found {len(self.value)}.", **told)
        return [_Place(f"{self.where} {place}", value) for place, value in enumerate(self.value, start=1)]

    def text(self) -> str:
        """Return the value as a text."""
        if not isinstance(self.value, str):
            raise malformed(self.where, "one-value", "a text is needed here.")
        return self.value

    def number(self) -> float:
        """Return the value as a finite number."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)) or not math.isfinite(self.value):
            _no_number(self.where, self.value)
        return float(self.value)

    def numbers(self, count: int | None = None, key: str = "") -> Floats:
        """Return the values of a list of numbers."""
        return np.array([one.number() for one in self.each(count, key)], dtype=np.float64)

    def one_of(self, allowed: Sequence[str] | Sequence[int]) -> str:
        """Return the value, which must be one of ``allowed``."""
        if self.value not in allowed or isinstance(self.value, bool):
            key, known = self.where.rsplit(", ", 1)[-1], ", ".join(str(one) for one in allowed)
            told = {"key": key, "value": self.value, "nearest": allowed[0], "known": known}
            raise malformed(self.where, "choice", f"{self.value!r} is not one of {known}.", **told)
        return str(self.value)


def _input(part: Binned) -> dict[str, object]:
    return {
        "edges": part.edges.tolist(),
        "group": part.group,
        "high": part.high,
        "log_odds": part.log_odds.tolist(),
        "low": part.low,
        "name": part.name,
        "points": whole(part.log_odds).tolist(),
        "sign": part.sign,
    }


def _pair(part: Pair, names: Sequence[str]) -> dict[str, object]:
    return {
        "first": names[part.first],
        "first_edges": part.first_edges.tolist(),
        "high": part.high,
        "log_odds": part.log_odds.tolist(),
        "low": part.low,
        "points": whole(part.log_odds).tolist(),
        "second": names[part.second],
        "second_edges": part.second_edges.tolist(),
    }


def _read_input(read: _Place, place: int) -> Binned:
    block = read.block("edges", "group", "high", "log_odds", "low", "name", "points", "sign")
    edges = _rising(block["edges"])
    log_odds = block["log_odds"].numbers(len(edges) + 2, "log_odds")
    _check_points(block["points"], log_odds)
    sign = int(block["sign"].one_of([-1, 0, 1]))
    low, high = block["low"].number(), block["high"].number()
    return Binned(block["name"].text(), block["group"].text(), sign, place, edges, log_odds, low, high)


def _read_pair(read: _Place, names: Sequence[str]) -> Pair:
    block = read.block("first", "first_edges", "high", "log_odds", "low", "points", "second", "second_edges")
    first, second = (names.index(block[side].one_of(names)) for side in ("first", "second"))
    rows, columns = _rising(block["first_edges"]), _rising(block["second_edges"])
    lines = block["log_odds"].each(len(rows) + 2, "log_odds")
    log_odds = np.stack([line.numbers(len(columns) + 2, "log_odds") for line in lines])
    for line, own in zip(block["points"].each(len(rows) + 2, "points"), log_odds, strict=True):
        _check_points(line, own)
    return Pair(first, second, rows, columns, log_odds, block["low"].number(), block["high"].number())


def _read_replicates(read: _Place) -> Floats:
    lines = read.each()
    if not lines:
        return np.empty((0, 0))
    count = len(lines[0].each())
    return np.stack([line.numbers(count, "replicates") for line in lines])


def _rising(read: _Place) -> Floats:
    edges = read.numbers()
    bad = np.flatnonzero(np.diff(edges) <= 0)
    if len(bad):
        first, second = edges[bad[0]], edges[bad[0] + 1]
        raise malformed(read.where, "edges-not-rising", f"{second} follows {first}.", first=first, second=second)
    return edges


def _check_points(read: _Place, log_odds: Floats) -> None:
    for each, wanted in zip(read.each(len(log_odds), "points"), whole(log_odds).tolist(), strict=True):
        if each.number() != wanted:
            told = {"value": each.value, "wanted": wanted}
            raise malformed(each.where, "points-differ", f"{each.value} is not the {wanted} of its log-odds.", **told)


def _check(table: PointsTable, base: _Place, replicates: _Place) -> None:
    if base.number() != table.base_points:
        told = {"value": base.value, "wanted": table.base_points}
        raise malformed(base.where, "points-differ", f"{base.value} is not {table.base_points}.", **told)
    cells = 1 + sum(part.log_odds.size for part in table.parts)
    if len(table.replicates) and table.replicates.shape[1] != cells:
        told = {"key": "replicates", "needed": cells, "count": table.replicates.shape[1]}
        raise malformed(replicates.where, "how-many", f"{cells} are needed in each line.", **told)
    found = broken_direction(table)
    if found is not None:
        part, edge, points = found
        told = {"name": part.name, "edge": edge, "points": points, "sign": f"{part.sign:+d}"}
        message = f"{part.name} moves against its sign at {edge}, by {points}."
        raise malformed(f"{replicates.where.split(',')[0]}, inputs", "direction-broken", message, **told)


def _no_number(where: str, value: object) -> NoReturn:
    raise malformed(where, "not-finite", f"{value!r} is no finite number.", value=value)


def _written(value: object, indent: str = "") -> str:
    """Return a value as JSON: a block or list of blocks over lines, a list of numbers in one."""
    inner = indent + " "
    if isinstance(value, Mapping):
        lines = [f"{inner}{json.dumps(key)}: {_written(value[key], inner)}" for key in sorted(value)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], (list, Mapping)):
        return "[\n" + ",\n".join(inner + _written(each, inner) for each in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
