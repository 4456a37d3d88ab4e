"""Round numbers for an axis."""

from __future__ import annotations

from decimal import Decimal


def nice_step(span: float, ticks: int) -> Decimal:
    """Return the smallest of 1, 2, 2.5 and 5 times a power of ten that cuts a span into at most so many steps.

    >>> nice_step(430, 5), nice_step(0.9, 5)
    (Decimal('100'), Decimal('0.20'))
    """
    if span <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(Decimal(repr(span)).adjusted() - 1)
    while True:
        for factor in ("1", "2", "2.5", "5"):
            step = power * Decimal(factor)
            if span <= float(step) * ticks:
                return Decimal(f"{step:f}")
        power *= 10


def nice_ticks(low: float, high: float, ticks: int = 5) -> tuple[Decimal, ...]:
    """Return round numbers, evenly apart, of which the first is not above low and the last not below high.

    >>> [str(tick) for tick in nice_ticks(-3, 71)]
    ['-20', '0', '20', '40', '60', '80']
    """
    step = nice_step(high - low, ticks)
    first = (Decimal(repr(low)) / step).to_integral_value("ROUND_FLOOR")
    last = (Decimal(repr(high)) / step).to_integral_value("ROUND_CEILING")
    return tuple(step * at for at in range(int(first), max(int(last), int(first) + 1) + 1))
