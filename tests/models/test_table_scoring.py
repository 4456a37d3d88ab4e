"""Fast scores are those of the table: a batch, one enterprise, every edge, every unknown, the reasons in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.models.made_tables import made_table, made_values

from huoju.models.default_risk.points_table import Binned, PointsTable
from huoju.models.default_risk.table_scoring import MOST_EDGES, REASONS, ROWS, Scorer
from huoju.models.scale import whole


def expected_reasons(table: PointsTable, row: np.ndarray) -> list[tuple[int, int]]:
    """Return (part, points that it takes away), the plain way: sorted by points, then by place."""
    taken = [(-points, place) for place, points in enumerate(table.addends(row[None])[0].tolist())]
    found = [(place, points) for points, place in sorted(taken, key=lambda one: (-one[0], one[1])) if points > 0]
    return (found + [(-1, 0)] * REASONS)[:REASONS]


@given(some.integers(0, 100_000))
def test_batch_and_one_are_the_table(seed: int) -> None:
    table = made_table(seed, inputs=1 + seed % 6, bins=1 + seed % 7, pairs=seed % 3)
    values = made_values(table, 30, seed)
    scorer, found = Scorer.of(table), Scorer.of(table).batch(values)
    assert found.score.tolist() == table.score(values).tolist()
    assert found.probability.tobytes() == table.probability(values).tobytes()
    for place, row in enumerate(values):
        one = scorer.one(row.tolist())
        assert one.score == found.score[place]
        assert one.probability == found.probability[place]
        assert list(one.points) == table.addends(row[None])[0].tolist()
        assert one.reasons == tuple(found.reasons[place].tolist())
        assert one.lost == tuple(found.lost[place].tolist())
        assert list(zip(one.reasons, one.lost, strict=True)) == expected_reasons(table, row)


@settings(max_examples=5)
@given(some.integers(0, 100_000))
def test_blocks_and_the_order_in_memory_change_nothing(seed: int) -> None:
    table = made_table(seed, inputs=9, bins=12, pairs=2)
    values = made_values(table, 2 * ROWS + 7, seed)
    whole_batch, alone = Scorer.of(table).batch(values), Scorer.of(table).batch(values[ROWS - 3 : ROWS + 3])
    assert whole_batch.score.tolist() == table.score(values).tolist()
    assert whole_batch.reasons[ROWS - 3 : ROWS + 3].tolist() == alone.reasons.tolist()
    turned = Scorer.of(table).batch(np.asfortranarray(values))
    for name in ("score", "probability", "reasons", "lost"):
        assert getattr(turned, name).tobytes() == getattr(whole_batch, name).tobytes()


@pytest.mark.parametrize("edges", [0, MOST_EDGES, MOST_EDGES + 1, 1_000])
def test_any_number_of_bins_and_any_size_of_points(edges: int) -> None:
    cells = np.linspace(-1e6, 1e6, edges + 2)
    part = Binned("one", "growth", 1, 0, np.arange(edges, dtype=float), cells, -1e6, 1e6)
    table = PointsTable("columns", 0.0, (part, replace(part, name="two", log_odds=-cells)))
    values = np.array([[-1.0], [0.0], [edges / 2], [edges + 1.0], [np.nan], [np.inf], [-np.inf]])
    found = Scorer.of(table).batch(values)
    assert found.score.tolist() == table.score(values).tolist()
    assert [Scorer.of(table).one(row.tolist()).score for row in values] == found.score.tolist()


def test_nothing_to_score_gives_nothing() -> None:
    assert Scorer.of(made_table(1)).batch(np.empty((0, 5))).reasons.shape == (0, REASONS)


def test_where_nothing_is_taken_away_there_is_no_reason() -> None:
    table = made_table(4, inputs=2, pairs=0)
    best = replace(table, inputs=tuple(replace(part, log_odds=-abs(part.log_odds)) for part in table.inputs))
    found = Scorer.of(best).batch(made_values(best, 20))
    assert (found.reasons == -1).all()
    assert (found.lost == 0).all()


def test_the_worst_loss_comes_first() -> None:
    table = made_table(6, inputs=5, pairs=1)
    found = Scorer.of(table).batch(made_values(table, 500))
    assert (np.diff(found.lost, axis=1) <= 0).all()
    assert found.lost.max() == max(-int(whole(part.log_odds).min()) for part in table.parts)
