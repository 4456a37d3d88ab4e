"""How numbers, days and what is unknown read in a report; nothing is computed here but rounding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from huoju.core.assessment import Number
from huoju.core.money import MICRO, wan_yuan_text
from huoju.core.words import Words

MINUS = "−"
DASH = "–"


@dataclass(frozen=True, slots=True)
class Shown:
    """Writes values in the manner of one language; None reads 未知 or unknown, never zero."""

    words: Words

    @property
    def unknown(self) -> str:
        """The word for what is not known."""
        return self.words.say("report.unknown")

    def amount(self, fen: int | None) -> str:
        """Return an amount in 万元 with its unit."""
        return self.unknown if fen is None else self.words.say("report.amount", {"amount": wan_yuan_text(fen)})

    def bare_amount(self, fen: int | None) -> str:
        """Return an amount in 万元 without its unit, for a column that states it."""
        return self.unknown if fen is None else wan_yuan_text(fen)

    def points(self, points: int | None) -> str:
        """Return whole points, or any count."""
        return self.unknown if points is None else whole(points)

    def signed(self, points: int | None) -> str:
        """Return whole points with their sign."""
        return self.unknown if points is None else signed(points)

    def percent(self, share: float | None, sign: bool = True) -> str:
        """Return a share of 1 as a percentage."""
        return self.unknown if share is None else percent_text(share) + ("%" if sign else "")

    def any(self, number: Number) -> str:
        """Return a number of no stated kind with at most two decimals."""
        text = f"{_half_even(Decimal(repr(float(number))), 2):,f}"
        return _minus(text.rstrip("0").rstrip(".") if "." in text else text)

    def percentile(self, share: float | None) -> str:
        """Return a standing among others as a whole number from 0 to 100."""
        return self.unknown if share is None else percentile_text(share)

    def growth(self, share: float | None) -> str:
        """Return a change as a percentage with its sign."""
        if share is None:
            return self.unknown
        text = percent_text(share) + "%"
        return text if share <= 0 or text == "0%" else f"+{text}"

    def rate(self, micro: int | None) -> str:
        """Return a yearly rate of shares x 10^6 as a percentage, exactly, with at least two decimals."""
        return self.unknown if micro is None else rate_text(micro)

    def ratio(self, ratio: float | None) -> str:
        """Return a ratio with two decimals."""
        return self.unknown if ratio is None else _minus(f"{_half_even(Decimal(repr(float(ratio))), 2):,.2f}")

    def day(self, day: date | None) -> str:
        """Return a day as 2023-05-01."""
        return self.unknown if day is None else day.isoformat()

    def month(self, month: date) -> str:
        """Return a month as 2023-05."""
        return f"{month.year:04d}-{month.month:02d}"

    def span(self, low: str, high: str) -> str:
        """Return two shown numbers as a span; with a minus inside, the words keep them apart."""
        if low == high:
            return low
        wordy = MINUS in low + high or "+" in low + high
        return self.words.say("report.span", {"low": low, "high": high}) if wordy else f"{low}{DASH}{high}"


def whole(count: int) -> str:
    """Return a whole number with thousands commas and a true minus.

    >>> whole(-1234)
    '−1,234'
    """
    return _minus(f"{count:,}")


def signed(count: int) -> str:
    """Return a whole number with its sign; zero has none.

    >>> signed(86), signed(-18), signed(0)
    ('+86', '−18', '0')
    """
    return f"+{count:,}" if count > 0 else whole(count)


def percent_text(share: float) -> str:
    """Return a share of 1 in percent: one decimal, two below one percent, and never 0 for what is above it.

    >>> percent_text(0.0143), percent_text(0.0082), percent_text(0.00001), percent_text(1.0), percent_text(-0.125)
    ('1.4', '0.82', '<0.01', '100', '−12.5')
    """
    exact = Decimal(repr(float(share))) * 100
    if 0 < exact < Decimal("0.01"):
        return "<0.01"
    rounded = _half_even(exact, 2 if abs(exact) < 1 else 1)
    text = f"{rounded:,f}"
    return _minus(text.rstrip("0").rstrip(".") if "." in text else text)


def percentile_text(share: float) -> str:
    """Return a standing from 0 to 1 as a whole number from 0 to 100.

    >>> percentile_text(0.82)
    '82'
    """
    return str(_half_even(Decimal(repr(float(share))) * 100, 0))


def rate_text(micro: int) -> str:
    """Return a rate of shares x 10^6 in percent.

    >>> rate_text(43_500), rate_text(40_000), rate_text(41_234)
    ('4.35%', '4.00%', '4.1234%')
    """
    exact = Decimal(micro) / MICRO * 100
    text = f"{exact:.4f}"
    while text.endswith("0") and len(text.split(".")[1]) > 2:
        text = text[:-1]
    return _minus(text) + "%"


def _half_even(value: Decimal, decimals: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    return abs(rounded) if rounded == 0 else rounded


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
