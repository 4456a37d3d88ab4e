"""What a report points out to the approver, and what is missing with what it would change."""

from __future__ import annotations

import math

from huoju.core.variable import variables
from huoju.core.words import Words
from huoju.models.default_risk.features import features
from huoju.reports import BASE, Attention, Level, MissingData
from huoju.services.explain_enterprise import Explanation

_RECORDS = {"debt-not-on-record": "debt_service", "cash-not-on-record": "cash"}
_POINTS = 5  # a part that moves the score by less is not pointed out


def points_to_watch(explanation: Explanation, words: Words) -> tuple[Attention, ...]:
    """Return what to watch, rule by rule: what binds, what is missing, and the parts that move most."""
    a, place = explanation.assessed, explanation.place
    policy = f"decisions/{a.policy.name}"
    found = [Attention("watch", words.say(f"term.binding.{code}"), policy) for code in a.advice.binding[place]]
    found += [Attention("neutral", words.say(f"term.missing.{code}")) for code in a.advice.missing[place]]
    parts = sorted((r for r in explanation.score.reasons if r.group != BASE), key=lambda reason: float(reason.amount))
    for reason in (*parts[:2], *parts[-2:]):
        if abs(float(reason.amount)) >= _POINTS:
            label = next(f.label[words.language] for f in features() if f.name == reason.part)
            level: Level = "positive" if reason.amount > 0 else "watch"
            sentence = words.say("term.moves", {"label": label, "points": f"{int(reason.amount):+d}".replace("-", "−")})
            found.append(Attention(level, sentence, reason.facts[0] if reason.facts else ""))
    return tuple(found)


def missing_data(explanation: Explanation, words: Words) -> tuple[MissingData, ...]:
    """Return what repayment was judged without, then what leaves the score open, by how much it does."""
    a, place, score = explanation.assessed, explanation.place, explanation.score
    records = [
        MissingData(
            _label(_RECORDS[code], words), variables()[_RECORDS[code]].supplier, effect=words.say(f"term.effect.{code}")
        )
        for code in a.advice.missing[place]
    ]
    if score.value is None:
        return tuple(records)
    gaps = [
        MissingData(
            _label(gap.variable, words),
            gap.supplier,
            words.say("term.torch-score"),
            math.floor(score.value + gap.low),
            math.ceil(score.value + gap.high),
            words.say("term.points"),
        )
        for gap in score.missing
        if gap.high > gap.low
    ]
    return (*records, *gaps)


def _label(variable: str, words: Words) -> str:
    return variables()[variable].label[words.language]
