"""What a portfolio says in words: why each applicant gets what it gets, and the names of bounds, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from huoju.core.money import wan_yuan_text
from huoju.decisions.lending import Change, Portfolio
from huoju.services.words import words_in

_PLAIN = ("budget", "expected-loss", "grants-at-least")


def bound_words(name: str, language: str) -> str:
    """Return what a bound is called."""
    words, (family, _, what) = words_in(language), name.partition(":")
    if family in _PLAIN:
        return words.say(f"lend.bound.{family}")
    if family == "industry":
        code = "lend.bound.unknown" if what == "unknown" else f"lend.industry.{what}"
        what = words.say(code)
    return words.say(f"lend.bound.{family}", {"what": what})


def codes_words(codes: Sequence[str], language: str) -> str:
    """Return the codes of a refusal or a referral as words."""
    words = words_in(language)
    said = [words.say(f"lend.code.{c}" if f"lend.code.{c}" in words else f"term.binding.{c}") for c in codes]
    return ("；" if language == "zh" else "; ").join(said)


def reason_words(portfolio: Portfolio, row: int, language: str) -> str:
    """Return why an applicant gets what it gets, in sentences."""
    words, codes = words_in(language), portfolio.codes[row]
    verdict = str(portfolio.verdict[row])
    if verdict in ("refer", "refuse"):
        return words.say(f"lend.reason.{verdict}", {"codes": codes_words(codes, language)})
    sentences = []
    for code in codes:
        family, _, name = code.partition(":")
        own = f"lend.reason.amount.{name}"
        if family == "amount" and own in words:
            sentences.append(words.say(own, _numbers(portfolio, row)))
            continue
        told = "lend.reason.amount.bound" if family == "amount" else f"lend.reason.{family}"
        bound = bound_words(name, language) if name else ""
        sentences.append(words.say(told, {**_numbers(portfolio, row), "bound": bound}))
    return ("" if language == "zh" else " ").join(sentences)


def brief_words(portfolio: Portfolio, row: int, language: str) -> str:
    """Return in a few words what set an applicant's limit, or why there is none."""
    words, code = words_in(language), portfolio.codes[row][0]
    family, _, name = code.partition(":")
    if family != "amount":
        return codes_words([family], language)
    own = f"lend.set-by.{name}"
    return words.say(own) if own in words else bound_words(name, language)


def change_words(portfolio: Portfolio, change: Change, language: str) -> str:
    """Return why an event changes a loan: its default probability before and after, and its reason now."""
    before, after = (_percent(value) for value in change.probability)
    data = {"before": before, "after": after, "reason": reason_words(portfolio, change.row, language)}
    return words_in(language).say("lend.changed", data)


def _numbers(portfolio: Portfolio, row: int) -> dict[str, str]:
    return {
        "limit": wan_yuan_text(int(portfolio.limit[row])),
        "rate": _percent(float(portfolio.rate[row])),
        "kept": _percent(float(portfolio.kept[row]), 0),
        "probability": _percent(float(portfolio.offers.probability[row])),
    }


def _percent(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}%}"
