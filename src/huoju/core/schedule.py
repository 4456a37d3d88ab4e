"""What a loan costs, month by month, exact in fen: level payments, interest only, or all at the end."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from huoju.core.money import MICRO

Method = Literal["annuity", "interest_only", "bullet"]
METHODS: tuple[str, ...] = get_args(Method)


def debt_service(
    principal: NDArray[np.int64],
    yearly_rate: NDArray[np.int64],
    months: NDArray[np.int64],
    method: NDArray[np.object_],
) -> NDArray[np.int64]:
    """Return principal and interest due in each month of a loan's life; ``(n, max(months))`` fen.

    ``principal`` in fen, ``yearly_rate`` x 10^6 a year, ``months`` the term, all ``(n,)``; ``method`` one of
    ``METHODS``. Months beyond the term are 0. Rounded half to even each month; the last month takes what is left,
    so principal paid adds up to the loan. Raises ``ValueError`` for a method that is none of these.

    >>> debt_service(np.array([1200]), np.array([0]), np.array([3]), np.array(["annuity"], dtype=object)).tolist()
    [[400, 400, 400]]
    """
    strange = set(method.tolist()) - set(METHODS)
    if strange:
        raise ValueError(
            f"A loan is repaid by one of {', '.join(METHODS)}, got {', '.join(sorted(map(str, strange)))}."
        )
    width = int(months.max(initial=0))
    due = np.zeros((len(principal), width), dtype=np.int64)
    left = principal.astype(np.int64).copy()
    rate = yearly_rate / MICRO / 12
    level = _level_payment(principal, rate, months)
    accrued = np.zeros(len(principal), dtype=np.int64)
    for month in range(width):
        alive = month < months
        is_last = month == months - 1
        interest = np.where(alive, np.rint(left * rate), 0).astype(np.int64)
        repaid = np.where(method == "annuity", np.minimum(level - interest, left), 0)
        repaid = np.where(is_last, left, repaid) * alive
        accrued += interest
        paid_interest = np.where(method == "bullet", np.where(is_last, accrued, 0), interest)
        due[:, month] = repaid + paid_interest * alive
        left -= repaid
    return due


def _level_payment(
    principal: NDArray[np.int64], rate: NDArray[np.float64], months: NDArray[np.int64]
) -> NDArray[np.int64]:
    term = np.maximum(months, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(rate > 0, rate / -np.expm1(-term * np.log1p(rate)), 1 / term)
    return np.rint(principal * factor).astype(np.int64)
