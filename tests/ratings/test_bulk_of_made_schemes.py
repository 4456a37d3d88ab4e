"""Schemes drawn at random, with everything that the language can say, are the same for all as for one."""

import random
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from tests.ratings.comparing import compare
from tests.ratings.panels import made_view

from huoju.core import rule
from huoju.ratings import scheme
from huoju.ratings.plan import Prepared
from huoju.ratings.scheme import Band, Basis, Limit, Points, Scheme, Stated, Version

WORDS = {"zh": "造", "en": "Made"}
FACTS = ("staff", "rd_staff", "class1_ip", "operating_revenue", "rd_expense", "total_assets")
FLAGS = ("abnormal_list", "is_resident", "is_review")
LABELS = ("national", "provincial", "none")
STAGES = ("first", "second", "third")


class Maker:
    """Draws versions."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.only_plain = seed % 3 == 0  # the short cut of plain steps, with all that surrounds it

    def number(self) -> rule.Number:
        draw = self.draw
        fact = rule.Fact(draw.choice(FACTS), draw.choice([0, 0, 0, 1]))
        if self.only_plain:
            return fact
        other = rule.Fact(draw.choice(FACTS))
        return draw.choice(
            [fact, fact, fact, rule.Apply("ratio", (fact, other)), rule.Apply("sum", (fact, rule.Parameter("line")))]
        )

    def truth(self) -> rule.Truth:
        draw = self.draw
        level = rule.Constant(draw.choice([Fraction(0), Fraction(1), Fraction(3), Fraction(1, 2), Fraction(100)]))
        return draw.choice(
            [
                rule.Flag(draw.choice(FLAGS)),
                rule.Compare(draw.choice(("at_least", "less_than", "equal")), self.number(), level),
                rule.Is("rd_institution_level", LABELS[:2]),
                rule.Judgement("seen"),
            ]
        )

    def worth(self) -> Fraction:
        return Fraction(self.draw.randint(-2, 12), self.draw.choice([1, 1, 2, 3]))

    def step(self) -> scheme.Step:
        draw = self.draw
        several = draw.choice([1, 2, 4, 5, 17])
        ats = sorted({Fraction(draw.randint(0, 40), draw.choice([1, 2, 100])) for _ in range(several)}, reverse=True)
        gives = sorted({self.worth() for _ in range(40)}, reverse=True)[: len(ats) + 1]
        ats = ats[: len(gives) - 1]
        rising = draw.random() < 0.5
        operations = ("at_least", "more_than") if rising else ("at_most", "less_than")
        bands = [
            Band(Limit(draw.choice(operations), at), give)
            for at, give in zip(ats if rising else ats[::-1], gives, strict=False)
        ]
        return scheme.Step(self.number(), tuple(bands), gives[len(bands)])

    def points(self, name: str, depth: int = 1) -> Points:
        draw = self.draw
        cases = tuple((self.truth(), self.worth()) for _ in range(draw.randint(1, 3)))
        made: list[Points] = [
            self.step(),
            scheme.Given(self.worth()),
            scheme.Cases(cases, self.worth()),
            scheme.Options("rd_institution_level", {label: self.worth() for label in LABELS}),
            scheme.Ramp(
                self.number(),
                draw.choice([rule.Constant(Fraction(2)), self.number()]),
                draw.choice([rule.Constant(Fraction(9)), self.number()]),
                self.worth(),
                draw.choice([None, Fraction(1)]),
            ),
            scheme.Formula(self.number(), Fraction(0), draw.choice([Fraction(60), None])),
            scheme.Multi(cases, Fraction(5)),
        ]
        if depth:
            low = self.points(name, 0)
            several = tuple(self.points(name, 0) for _ in range(draw.randint(1, 3)))
            made += [
                scheme.Judged(name, low, scheme.Best((low, self.points(name, 0)))),
                scheme.Best(several),
                scheme.Worst(several),
                scheme.Mean(tuple((part, self.number()) for part in several)),
            ]
        return self.draw.choice([*made, *made[:1] * 6])

    def item(self, number: int, parts: tuple[str, ...], staged: bool) -> scheme.Item:
        draw, name = self.draw, f"item{number}"
        weight: Stated | Mapping[str, Stated] = draw.choice([Fraction(1), Fraction(7, 3), Fraction(0), Fraction(-2)])
        if staged and draw.random() < 0.7:
            least = draw.choice([0, 0, 0, -3])
            weight = {stage: Fraction(draw.randint(least, 9), 126) for stage in STAGES}
        return scheme.Item(
            id=name,
            label=WORDS,
            part=draw.choice(parts) if parts else "",
            points=self.step() if self.only_plain else self.points(name),
            weight=weight if draw.random() < 0.95 else None,
            applies_if=self.truth() if draw.random() < (0.05 if self.only_plain else 0.4) else None,
            not_applicable=draw.choice(["drop", "zero", "rescale", "rescale", None]),
            missing=draw.choice(["unknown", "unknown", "zero", "last"]),
            basis=Basis(),
        )

    def limit(self) -> Limit:
        if self.draw.random() < 0.1:
            return Limit("at_least", None, "line")
        return Limit(self.draw.choice(("at_least", "more_than", "at_most", "less_than")), self.worth() + 4)

    def version(self, name: str, transitions: tuple[scheme.Transition, ...] = ()) -> Version:
        draw = self.draw
        parts = draw.choice([(), ("a",), ("a", "b", "c")])
        staged = draw.random() < 0.6
        whens = [self.truth(), self.truth(), draw.choice([None, None, self.truth()])]
        bounds = [None, Fraction(8), Fraction(20)]
        return Version(
            scheme="made",
            id=name,
            document=scheme.Source("", "", "", None, "", "derived", None),
            effective=date(2020, 1, 1),
            expiry=None,
            note=WORDS,
            parameters={
                "line": scheme.ParameterDefinition("line", WORDS, draw.choice([Fraction(3), None]), Basis()),
            },
            judgements={"seen": WORDS},
            values={},
            stages=tuple(scheme.Stage(s, WORDS, w) for s, w in zip(STAGES, whens, strict=True)) if staged else (),
            gates=tuple(
                scheme.Gate(f"g{n}", WORDS, self.truth(), draw.choice([None, self.truth()]), Basis())
                for n in range(draw.randint(0, 2))
            ),
            vetoes=tuple(scheme.Condition(f"v{n}", WORDS, self.truth(), Basis()) for n in range(draw.randint(0, 1))),
            parts=tuple(
                scheme.Part(part, WORDS, draw.choice(bounds), draw.choice([None, Fraction(0)]), Basis())
                for part in parts
            ),
            items=tuple(self.item(number, parts, staged) for number in range(draw.randint(0, 6))),
            total=scheme.Total(
                draw.choice(["sum", "sum", "sum", "worst", "best"]),
                draw.choice(bounds),
                draw.choice([None, Fraction(1)]),
                draw.choice([None, None, Fraction(1), Fraction(1, 10)]),
            ),
            routes=tuple(
                scheme.Route(
                    f"r{n}",
                    WORDS,
                    draw.choice([None, self.truth()]),
                    draw.choice([None, self.limit()]),
                    {part: self.limit() for part in parts[:1]},
                    Basis(),
                )
                for n in range(draw.randint(0, 2))
            ),
            grades=tuple(scheme.Grade(f"G{n}", self.limit() if n < 2 else None) for n in range(draw.randint(0, 3))),
            checks=(scheme.Condition("c", WORDS, self.truth(), Basis()),),
            transitions=transitions,
            ranking=None,
            omitted=(),
        )


@pytest.mark.parametrize("place", range(8))
def test_made_schemes_are_the_same_for_all_as_for_one(place: int, deep: bool) -> None:
    for seed in range(place * 10_000, place * 10_000 + (1_000 if deep else 18)):
        make = Maker(seed)
        old = make.version("old")
        transition = scheme.Transition(make.truth(), date(2026, 1, 1), None, "old", Basis())
        new = make.version("new", (transition,) if seed % 2 else ())
        prepared = Prepared(Scheme("made", "enterprise", WORDS, (old, new), "made"))
        compare(prepared, made_view(prepared, new, 24, seed, date(2026, 6, 1)), block=11)
