"""The points table as JSON: the same table back, bit for bit, and what was damaged is told by place and number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.models.made_tables import made_table, made_values

from huoju.core.errors import DocumentError
from huoju.core.words import read_words
from huoju.models.default_risk.monotone import broken_direction, worst_steps
from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.default_risk.table_json import from_json, to_json
from huoju.models.scale import whole

LOCALE = Path(__file__).parents[2] / "src" / "huoju" / "locale"
WORDS = [read_words(LOCALE, language) for language in ("zh", "en")]


@given(some.integers(0, 10_000))
def test_a_table_comes_back_bit_for_bit(seed: int) -> None:
    table = made_table(seed, pairs=seed % 3)
    again = from_json(to_json(table))
    assert to_json(again) == to_json(table)
    assert (again.names, again.base, again.catalogue) == (table.names, table.base, table.catalogue)
    values = made_values(table, 40, seed)
    assert again.cells(values).tobytes() == table.cells(values).tobytes()
    assert again.addends(values).tobytes() == table.addends(values).tobytes()
    assert again.error(values).tobytes() == table.error(values).tobytes()
    for mine, other in zip(again.parts, table.parts, strict=True):
        assert mine.log_odds.tobytes() == other.log_odds.tobytes()
        assert (mine.low, mine.high) == (other.low, other.high)


def test_odd_floats_come_back() -> None:
    edges = np.array([-1e308, -5e-324, 0.1 + 0.2, 1e22])
    part = Binned("one", "growth", 0, 0, edges, np.array([-0.0, 5e-324, 1 / 3, -1 / 7, 0.1, 2.5]), -0.0, 1e-300)
    again = from_json(to_json(PointsTable("panel", -0.0, (part,))))
    assert again.inputs[0].edges.tobytes() == edges.tobytes()
    assert again.inputs[0].log_odds.tobytes() == part.log_odds.tobytes()
    assert np.signbit(again.base)


def test_whole_points_stand_beside_the_log_odds() -> None:
    table = made_table(3)
    read = json.loads(to_json(table))
    assert read["base"]["points"] == table.base_points
    assert read["inputs"][1]["points"] == whole(table.inputs[1].log_odds).tolist()
    assert list(read) == sorted(read)


Edit = Callable[[dict[str, Any]], object]
DAMAGE: dict[str, tuple[Edit, str, str]] = {
    "an edge that falls": (lambda d: d["inputs"][0]["edges"].reverse(), "edges-not-rising", "inputs 1 input_0, edges"),
    "a cell too few": (lambda d: d["inputs"][1]["log_odds"].pop(), "how-many", "inputs 2 input_1, log_odds"),
    "other points": (
        lambda d: d["inputs"][1]["points"].insert(0, d["inputs"][1]["points"].pop(0) + 1),
        "points-differ",
        "inputs 2 input_1, points 1",
    ),
    "other base points": (lambda d: d["base"].update(points=0), "points-differ", "base, points"),
    "a key absent": (lambda d: d.pop("base"), "key-absent", "t.json"),
    "a key unknown": (lambda d: d["inputs"][2].update(edgs=[]), "key-unknown", "inputs 3"),
    "a name twice": (lambda d: d["inputs"][2].update(name="input_1"), "id-twice", "inputs 3"),
    "a text as number": (lambda d: d["inputs"][2].update(low="x"), "not-finite", "inputs 3 input_2, low"),
    "an infinite cell": (lambda d: d["base"].update(log_odds=float("inf")), "not-finite", "t.json"),
    "a true cell": (lambda d: d["inputs"][2].update(low=True), "not-finite", "inputs 3 input_2, low"),
    "another scale": (lambda d: d["scale"].update(doubling=20), "choice", "scale, doubling"),
    "another format": (lambda d: d.update(huoju_points_table=2), "choice", "huoju_points_table"),
    "no such input": (lambda d: d["pairs"][0].update(first="input_9"), "choice", "pairs 1, first"),
    "a row too few": (lambda d: d["pairs"][0]["log_odds"].pop(), "how-many", "pairs 1, log_odds"),
    "a replicate too short": (lambda d: d["replicates"][1].pop(), "how-many", "replicates 2"),
    "no list": (lambda d: d.update(inputs={}), "list-needed", "inputs"),
    "no block": (lambda d: d.update(base=[]), "mapping-needed", "base"),
    "a direction turned": (lambda d: d["inputs"][1].update(sign=1), "direction-broken", "inputs"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told_by_place_in_both_languages(damage: str) -> None:
    edit, code, place = DAMAGE[damage]
    document = json.loads(to_json(made_table(8, bins=9)))
    assert len(document["inputs"][0]["edges"]) > 1
    edit(document)
    with pytest.raises(DocumentError) as caught:
        from_json(json.dumps(document), "t.json")
    assert caught.value.code == f"document-{code}", str(caught.value)
    assert place in str(caught.value.data["place"])
    for words in WORDS:
        said = words.say(f"error.{caught.value.code}", caught.value.data)
        assert place in said


@given(some.integers(0, 3_000))
def test_a_text_cut_short_is_refused(cut: int) -> None:
    text = to_json(made_table(8)).rstrip()
    with pytest.raises(DocumentError, match="not JSON"):
        from_json(text[: min(cut, len(text) - 1)])


@given(some.integers(0, 10_000))
def test_the_worst_step_is_the_worst_of_a_sweep(seed: int) -> None:
    """Values just at and just above every edge, with every cell of the others, find the same fewest points."""
    table = made_table(seed, inputs=3, bins=3, pairs=seed % 3)
    place = seed % 3
    edges, steps = worst_steps(table, place)
    values = made_values(table, 400, seed)
    towards = -1 if table.inputs[place].sign > 0 else 1
    for edge, step in zip(edges, steps, strict=True):
        at, above = values.copy(), values.copy()
        at[:, place], above[:, place] = edge, np.nextafter(edge, np.inf)
        moved = towards * (table.unbounded(above) - table.unbounded(at))
        assert moved.min() >= step
        if len(table.pairs) < 2:
            assert moved.min() == step
    assert broken_direction(table) is None
