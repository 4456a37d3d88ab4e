"""Columns of exact rational numbers: integers above and below, never a float.

Integers are int64 where no operation can leave 64 bits, and Python's own beyond. A column of one number, ``(1,)``,
stands for every row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64] | NDArray[np.object_]
Bools = NDArray[np.bool_]
Signs = NDArray[np.int8]
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """Numbers ``above / below``; ``below`` is positive, and one integer where all rows share it.

    Where ``infinite`` is 1 or -1 the number is plus or minus infinity, whatever stands above and below.
    """

    above: Ints
    below: int | Ints = 1
    infinite: Signs | None = None

    def __len__(self) -> int:
        return len(self.above)

    @classmethod
    def of(cls, value: Fraction | float) -> Exact:
        """Return one number for every row; the only floats are plus and minus infinity."""
        if isinstance(value, float):
            return cls(np.zeros(1, dtype=np.int64), 1, np.array([1 if value > 0 else -1], dtype=np.int8))
        return cls(_fitting([value.numerator]), value.denominator)

    @classmethod
    def from_fractions(cls, values: Iterable[Fraction]) -> Exact:
        """Return ``(n,)`` numbers over their least common denominator."""
        found = list(values)
        below = math.lcm(*(value.denominator for value in found))
        return cls(_fitting([value.numerator * (below // value.denominator) for value in found]), below)

    @classmethod
    def concat(cls, parts: Sequence[Exact]) -> Exact:
        """Return columns one below the other."""
        infinite = None
        if any(part.infinite is not None for part in parts):
            none = [np.zeros(len(part), dtype=np.int8) for part in parts]
            infinite = np.concatenate(
                [n if p.infinite is None else p.infinite for p, n in zip(parts, none, strict=True)]
            )
        shared = [part.below for part in parts if isinstance(part.below, int)]
        if len(shared) == len(parts):
            below = math.lcm(*shared)
            above = [_by(part.above, below // own) for part, own in zip(parts, shared, strict=True)]
            return cls(_joined(above), below, infinite)
        lower = [_spread(_array(part.below), len(part)) for part in parts]
        return cls(_joined([part.above for part in parts]), _joined(lower), infinite)

    def at(self, row: int) -> Fraction | float:
        """Return the number of one row."""
        place = 0 if len(self) == 1 else row
        if self.infinite is not None:
            sign = int(self.infinite[0 if len(self.infinite) == 1 else row])
            if sign:
                return sign * math.inf
        below = self.below if isinstance(self.below, int) else int(self.below[0 if len(self.below) == 1 else row])
        return Fraction(int(self.above[place]), below)

    def spread(self, count: int) -> Exact:
        """Return the column with ``count`` rows of its own."""
        return Exact(
            _spread(self.above, count),
            self.below if isinstance(self.below, int) else _spread(self.below, count),
            None if self.infinite is None else np.broadcast_to(self.infinite, (count,)),
        )

    def signs(self) -> Signs:
        """Return -1, 0 or 1, ``(n,)``."""
        finite = (self.above > 0).astype(np.int8) - (self.above < 0).astype(np.int8)
        return finite if self.infinite is None else np.where(self.infinite != 0, self.infinite, finite)

    def numerators(self) -> tuple[NDArray[np.int64], int] | None:
        """Return int64 numerators over one denominator; None where there is none, or where a number is infinite."""
        if self.infinite is not None and self.infinite.any():
            return None
        if isinstance(self.below, int):
            above = _narrow(self.above)
            return None if above.dtype == object else (above.astype(np.int64), self.below)
        least = math.lcm(*{int(below) for below in self._reduced().tolist()})
        whole = _narrow(_wide(self.above) * least // _wide(self.below)) if least <= _MOST else _wide(self.above)
        return None if whole.dtype == object else (whole.astype(np.int64), least)

    def floats(self) -> NDArray[np.float64]:
        """Return the nearest floats, for display only."""
        found = np.asarray(self.above / self.below, dtype=np.float64)
        if self.infinite is None:
            return found
        return np.where(self.infinite == 0, found, np.where(self.infinite > 0, math.inf, -math.inf))

    def _reduced(self) -> Ints:
        below = np.broadcast_to(np.asarray(self.below), self.above.shape)
        return np.asarray(below // np.gcd(_wide(self.above), _wide(below)))


OPEN_LOW, OPEN_HIGH = Exact.of(-math.inf), Exact.of(math.inf)


def add(a: Exact, b: Exact) -> Exact:
    """Return a + b; where both are infinite, the first."""
    infinite = b.infinite if a.infinite is None else a.infinite
    if a.infinite is not None and b.infinite is not None:
        infinite = np.where(a.infinite != 0, a.infinite, b.infinite)
    if isinstance(a.below, int) and isinstance(b.below, int):
        below = math.lcm(a.below, b.below)
        return Exact(_plus(_by(a.above, below // a.below), _by(b.above, below // b.below)), below, infinite)
    if a.below is b.below:
        return Exact(_plus(a.above, b.above), a.below, infinite)
    return Exact(_plus(_by(a.above, b.below), _by(b.above, a.below)), _times(a.below, b.below), infinite)


def negative(a: Exact) -> Exact:
    """Return -a."""
    return Exact(_by(a.above, -1), a.below, None if a.infinite is None else -a.infinite)


def multiply(a: Exact, b: Exact) -> Exact:
    """Return a · b; 0 times infinity is 0."""
    infinite = None
    if a.infinite is not None or b.infinite is not None:
        infinite = a.signs() * b.signs() * (_infinite(a) | _infinite(b)).astype(np.int8)
    above = _by(_finite(a), _finite(b))
    return Exact(above, _times(a.below, b.below), infinite)


def divide(a: Exact, b: Exact) -> Exact:
    """Return a ÷ b; 0 where b is infinite. Where b is 0 the result means nothing."""
    signs = b.signs()
    infinite = None if a.infinite is None else a.infinite * signs * (~_infinite(b)).astype(np.int8)
    shared = 1
    if isinstance(a.below, int) and isinstance(b.below, int):
        shared = math.gcd(a.below, b.below)
    upper = b.below // shared if isinstance(b.below, int) else b.below
    lower = a.below // shared if isinstance(a.below, int) else a.below
    divisor = np.where(_finite(b) == 0, 1, _by(_finite(b), signs.astype(np.int64)))
    above = _by(_by(_finite(a), upper), signs.astype(np.int64))
    if b.infinite is not None:
        above = np.where(b.infinite != 0, 0, above)
    return Exact(above, _times(divisor, lower), infinite)


def floor(a: Exact) -> Exact:
    """Return the whole number below; infinity stays."""
    if isinstance(a.below, int) and a.below == 1:
        return a
    if isinstance(a.below, int) and a.below > _MOST:
        return Exact(_narrow(np.asarray(_wide(a.above) // a.below)), 1, a.infinite)
    return Exact(_narrow(np.asarray(a.above // a.below)), 1, a.infinite)


def less(a: Exact, b: Exact) -> Bools:
    """Return whether a < b, ``(n,)``."""
    left, right = _sides(a, b)
    finite = np.asarray(left < right, dtype=bool)
    if a.infinite is None and b.infinite is None:
        return finite
    return np.where(_infinite(a) | _infinite(b), _sign(a) < _sign(b), finite)


def equal(a: Exact, b: Exact) -> Bools:
    """Return whether a = b, ``(n,)``."""
    if a is b:
        return np.ones(len(a), dtype=bool)
    left, right = _sides(a, b)
    finite = np.asarray(left == right, dtype=bool)
    if a.infinite is None and b.infinite is None:
        return finite
    return np.where(_infinite(a) | _infinite(b), _sign(a) == _sign(b), finite)


def at_most(a: Exact, b: Exact) -> Bools:
    """Return whether a <= b, ``(n,)``."""
    return np.asarray(~less(b, a))


def select(mask: Bools, a: Exact, b: Exact) -> Exact:
    """Return a where ``mask`` holds, else b."""
    if a is b:
        return a
    infinite = None
    if a.infinite is not None or b.infinite is not None:
        infinite = np.where(mask, _sign(a), _sign(b))
    if isinstance(a.below, int) and isinstance(b.below, int):
        below = math.lcm(a.below, b.below)
        return Exact(_pick(mask, _by(a.above, below // a.below), _by(b.above, below // b.below)), below, infinite)
    return Exact(_pick(mask, a.above, b.above), _pick(mask, _array(a.below), _array(b.below)), infinite)


def least(a: Exact, b: Exact) -> Exact:
    """Return the smaller of two, row by row."""
    return a if a is b else select(less(b, a), b, a)


def greatest(a: Exact, b: Exact) -> Exact:
    """Return the larger of two, row by row."""
    return a if a is b else select(less(a, b), b, a)


def _sides(a: Exact, b: Exact) -> tuple[Ints, Ints]:
    """Return integers that stand to each other as a stands to b."""
    if isinstance(a.below, int) and isinstance(b.below, int):
        shared = math.gcd(a.below, b.below)
        return _by(a.above, b.below // shared), _by(b.above, a.below // shared)
    if a.below is b.below:
        return a.above, b.above
    return _by(a.above, b.below), _by(b.above, a.below)


def _infinite(a: Exact) -> Bools:
    return np.zeros(1, dtype=bool) if a.infinite is None else a.infinite != 0


def _sign(a: Exact) -> Signs:
    return np.zeros(1, dtype=np.int8) if a.infinite is None else a.infinite


def _finite(a: Exact) -> Ints:
    return a.above if a.infinite is None else _pick(a.infinite != 0, np.zeros(1, dtype=np.int64), a.above)


def _pick(mask: Bools, a: Ints, b: Ints) -> Ints:
    picked: Ints = np.where(mask, a, b)
    return picked


def _joined(parts: Sequence[Ints]) -> Ints:
    if any(_is_wide(part) for part in parts):
        return np.concatenate([_wide(part) for part in parts])
    return np.concatenate([part.astype(np.int64, copy=False) for part in parts])


def _spread(ints: Ints, count: int) -> Ints:
    return ints if len(ints) == count else ints[np.zeros(count, dtype=np.int64)]


def _array(ints: int | Ints) -> Ints:
    return _fitting([ints]) if isinstance(ints, int) else ints


def _fitting(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64 if all(-_MOST <= value <= _MOST for value in values) else object)


def _is_wide(ints: int | Ints) -> bool:
    return not isinstance(ints, int) and ints.dtype == object


def _wide(ints: Ints) -> NDArray[np.object_]:
    return ints.astype(object, copy=False)


def _narrow(ints: Ints) -> Ints:
    """Return int64 where all fit."""
    return ints if ints.dtype == object and _most(ints) > _MOST else ints.astype(np.int64, copy=False)


def _most(ints: int | Ints) -> int:
    """Return the largest absolute value."""
    if isinstance(ints, int):
        return abs(ints)
    return max(abs(int(ints.min())), abs(int(ints.max()))) if len(ints) else 0


def _times(a: int | Ints, b: int | Ints) -> int | Ints:
    if isinstance(a, int):
        return a * b if isinstance(b, int) else _by(b, a)
    return _by(a, b)


def _by(a: Ints, b: int | Ints) -> Ints:
    """Return the product, in Python's integers where 64 bits might not hold it."""
    if isinstance(b, int) and b == 1:
        return a
    if not (_is_wide(a) or _is_wide(b)) and _most(a) * _most(b) <= _MOST:
        return np.asarray(a * b)
    return np.asarray(_wide(a) * (b if isinstance(b, int) else _wide(b)), dtype=object)


def _plus(a: Ints, b: Ints) -> Ints:
    if not (_is_wide(a) or _is_wide(b)) and _most(a) + _most(b) <= _MOST:
        return np.asarray(a + b)
    return np.asarray(_wide(a) + _wide(b), dtype=object)
