"""Rules evaluated for all at once give what they give one by one, on made-up panels with unknowns and exact hits."""

import math
import random
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from huoju.core import rule
from huoju.core.event import Event, event_table
from huoju.core.exact import Exact, add, at_most, divide, equal, floor, greatest, least, less, multiply, select
from huoju.core.fact import EntityId
from huoju.core.panel import Column, Panel
from huoju.core.period import Period
from huoju.core.rule_columns import Columns
from huoju.core.rule_row import Row, Span
from huoju.core.spans import Spans
from huoju.core.variable import variables
from huoju.core.view import View

MONEY = ("operating_revenue", "rd_expense", "total_assets")
COUNTS = ("staff", "rd_staff", "class1_ip")
FLAGS = ("abnormal_list", "is_resident")
COMPARISONS = ("at_least", "more_than", "at_most", "less_than", "equal")
ROWS = 60


def made_view(seed: int) -> View:
    """Return a view of made-up enterprises: small numbers that meet often, huge ones, zeros, unknowns."""
    draw = np.random.default_rng(seed)
    columns = {}
    for name in (*MONEY, *COUNTS, *FLAGS, "rd_institution_level", "founded_on"):
        periods = [Period.year(2025 - lag) for lag in range(4)]
        if variables()[name].rhythm not in ("year", "month"):
            periods = [Period.year(2026), Period.year(2025), Period.day(date(2024, 5, 1))]
        elif variables()[name].rhythm == "month":
            periods = [Period.month(2025 - lag, 12) for lag in range(4)]
        for period in periods:
            known = draw.random(ROWS) < 0.8
            if name == "rd_institution_level":
                values = draw.choice(np.array(["national", "provincial", "none", "else"], dtype=object), ROWS)
                values = np.where(known, values, None)
            elif name in FLAGS:
                values = draw.integers(0, 2, ROWS)
            elif name == "founded_on":
                values = draw.integers(14_000, 20_500, ROWS)
            elif name in COUNTS:
                values = draw.integers(0, 5, ROWS)
            else:
                values = draw.choice([0, 100, 500, 700, 10**10, 3 * 10**13, 10**16 + 1, 9 * 10**18], ROWS)
            columns[name, period] = Column(values, known, np.full(ROWS, -1))
    entities = tuple(EntityId(f"made:{row}") for row in range(ROWS))
    events = [
        Event(
            entities[int(draw.integers(ROWS))],
            "funding",
            str(key),
            None,
            date(2020, 1, 1) + timedelta(days=int(draw.integers(2300))),
            int(draw.integers(1, 10**9)),
            date(2026, 1, 1),
            "made",
            f"made:{key}",
            {"round": str(draw.choice(["A", "B", "A+"])), "stated": None},
        )
        for key in range(150)
    ]
    judged = Column(draw.integers(-1, 2, ROWS) * 1_000_000, draw.random(ROWS) < 0.6, np.full(ROWS, -1))
    population = tuple(Fraction(int(n), 7) for n in draw.integers(0, 30, 12))
    panel = Panel(date(2026, 2, 28), entities, columns, events={"funding": event_table("funding", events)})
    return View(
        panel,
        2025,
        judgements={"seen": judged},
        parameters={"line": Fraction(5, 2), "open": None},
        populations={"zones": {"x": population}},
        told={"funding": draw.random(ROWS) < 0.5},
    )


class Maker:
    """Draws rules."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def number(self, depth: int) -> rule.Number:
        draw, deeper = self.draw, depth - 1
        leaves = [
            lambda: rule.Constant(Fraction(draw.randint(-4, 12), draw.choice([1, 2, 3, 100]))),
            lambda: rule.Fact(draw.choice(MONEY + COUNTS), draw.choice([0, 0, 1])),
            lambda: rule.Fact(draw.choice(MONEY + COUNTS), draw.choice([0, 0, 1])),
            lambda: rule.Parameter(draw.choice(["line", "open"])),
            lambda: rule.Day(draw.choice(["as_of", "period_end"])),
            self._events,
            lambda: rule.FullYears(rule.Fact("founded_on"), rule.Day("as_of")),
        ]
        if depth == 0:
            return draw.choice(leaves)()
        made = [
            lambda: rule.Apply(
                draw.choice(["sum", "product", "min", "max"]),
                tuple(self.number(deeper) for _ in range(draw.randint(1, 3))),
            ),
            lambda: rule.Apply(draw.choice(["difference", "ratio"]), (self.number(deeper), self.number(deeper))),
            lambda: rule.Apply("ratio", (self.number(deeper), self.number(deeper))),
            lambda: rule.Apply("floor", (self.number(deeper),)),
            lambda: rule.Total(self.number(deeper), draw.randint(1, 3)),
            lambda: rule.Shift(self.number(deeper), 1),
            lambda: rule.When(
                tuple((self.truth(deeper), self.number(deeper)) for _ in range(draw.randint(1, 3))), self.number(deeper)
            ),
            lambda: rule.Coalesce((self.number(deeper), self.number(deeper))),
            lambda: rule.Count(tuple(self.truth(deeper) for _ in range(3))),
            lambda: rule.Peer(
                draw.choice(["min", "max", "mean", "rank", "percentile", "top"]),
                draw.choice(["x", "x", "y"]),
                self.number(deeper),
                "zones",
                Fraction(1, 5),
            ),
        ]
        return draw.choice(made)()

    def _events(self) -> rule.Events:
        where = (rule.Where("round", ("A", "B")),) if self.draw.random() < 0.4 else ()
        give = self.draw.choice(["count", "amount"])
        window = self.draw.choice(["years", "evaluated_years", "last"])
        return rule.Events("funding", give, window, self.draw.randint(1, 4), where, self.draw.choice([None, "round"]))

    def truth(self, depth: int) -> rule.Truth:
        draw, deeper = self.draw, depth - 1
        leaves = [
            lambda: rule.Flag(draw.choice(FLAGS), draw.choice([0, 1])),
            lambda: rule.Is("rd_institution_level", ("national", "else")),
            lambda: rule.Judgement("seen"),
        ]
        if depth <= 0:
            return draw.choice(leaves)()
        several = lambda: tuple(self.truth(deeper) for _ in range(draw.randint(1, 3)))  # noqa: E731
        compare = lambda: rule.Compare(draw.choice(COMPARISONS), self.number(deeper), self.number(deeper))  # noqa: E731
        made = [
            *(compare, compare, compare),
            lambda: rule.All(several()),
            lambda: rule.Any(several()),
            lambda: rule.Not(self.truth(deeper)),
            lambda: rule.Every(self.truth(deeper), 2),
            lambda: rule.Some(self.truth(deeper), 2),
            lambda: rule.Known(self.number(deeper)),
        ]
        return draw.choice(made)()


def spans(found: Spans, count: int) -> list[Span]:
    low, high = found.low.spread(count), found.high.spread(count)
    return [Span(low.at(row), high.at(row)) for row in range(count)]


@pytest.mark.parametrize("seed", range(6))
def test_columns_give_what_rows_give(seed: int, deep: bool) -> None:
    view, make = made_view(seed), Maker(seed)
    for _ in range(1000 if deep else 60):
        last = make.draw.random() < 0.3
        number, truth = make.number(make.draw.randint(0, 3)), make.truth(make.draw.randint(0, 3))
        columns = Columns(view, slice(0, ROWS), last)
        rows = [Row(view, row, last) for row in range(ROWS)]
        assert spans(columns.number(number), ROWS) == [row.number(number) for row in rows], number
        found = columns.truth(truth)
        yes, no = (np.broadcast_to(side, (ROWS,)).tolist() for side in (found.yes, found.no))
        told = [True if y else False if n else None for y, n in zip(yes, no, strict=True)]
        assert told == [row.truth(truth) for row in rows], truth


def numbers(seed: int) -> list[Fraction | float]:
    draw = random.Random(seed)
    huge = [Fraction(draw.randint(-(10**30), 10**30), draw.randint(1, 10**25)) for _ in range(6)]
    small = [Fraction(draw.randint(-6, 6), draw.choice([1, 2, 3])) for _ in range(30)]
    return [math.inf, -math.inf, *huge, *small, Fraction(2**63 - 1), Fraction(-(2**63)), Fraction(1, 2**63)]


def column(values: list[Fraction | float], *, common: bool) -> Exact:
    finite = [Fraction(0) if isinstance(v, float) else v for v in values]
    infinite = np.array([0 if isinstance(v, Fraction) else 1 if v > 0 else -1 for v in values], dtype=np.int8)
    whole = Exact.from_fractions(finite)
    if common:
        return Exact(whole.above, whole.below, infinite)
    above = np.array([v.numerator for v in finite], dtype=object)
    return Exact(above, np.array([v.denominator for v in finite], dtype=object), infinite)


@pytest.mark.parametrize("common", [True, False])
def test_exact_columns_give_what_fractions_give(common: bool) -> None:
    first, second = numbers(1), numbers(2)
    pairs = [(x, y) for x in first for y in second]
    a, b = column([x for x, _ in pairs], common=common), column([y for _, y in pairs], common=not common)
    several = range(len(pairs))
    assert less(a, b).tolist() == [x < y for x, y in pairs]
    assert equal(a, b).tolist() == [x == y for x, y in pairs]
    assert at_most(a, b).tolist() == [x <= y for x, y in pairs]
    assert [least(a, b).at(row) for row in several] == [min(pair) for pair in pairs]
    assert [greatest(a, b).at(row) for row in several] == [max(pair) for pair in pairs]
    mask = np.array([row % 3 == 0 for row in several])
    assert [select(mask, a, b).at(row) for row in several] == [pairs[row][0 if row % 3 == 0 else 1] for row in several]
    finite = [row for row in several if all(isinstance(end, Fraction) for end in pairs[row])]
    total, product = add(a, b), multiply(a, b)
    assert [total.at(row) for row in finite] == [pairs[row][0] + pairs[row][1] for row in finite]
    assert [product.at(row) for row in finite] == [pairs[row][0] * pairs[row][1] for row in finite]
    divisible = [row for row in finite if pairs[row][1] != 0]
    quotient = divide(a, b)
    assert [quotient.at(row) for row in divisible] == [pairs[row][0] / pairs[row][1] for row in divisible]
    assert [floor(a).at(row) for row in finite] == [math.floor(pairs[row][0]) for row in finite]


def test_numerators_stand_over_one_denominator_where_that_fits() -> None:
    halves = Exact(np.array([1, 2, 3]), np.array([2, 3, 6]))
    assert halves.numerators() is not None
    above, below = halves.numerators() or (np.zeros(0), 0)
    assert [Fraction(int(n), below) for n in above] == [Fraction(1, 2), Fraction(2, 3), Fraction(1, 2)]
    assert Exact(np.array([2**70], dtype=object)).numerators() is None
    assert Exact.of(math.inf).numerators() is None
