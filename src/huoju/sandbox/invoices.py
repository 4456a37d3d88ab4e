"""A month's sales and purchases cut into invoices: counterparties, amounts, voided and red-letter ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoju.sandbox.economy import Economy
from huoju.sandbox.plan import Plan

Whole = NDArray[np.int64]
INSIDE = 1_000_000_000  # a partner number above this is an enterprise of the zone


@dataclass(frozen=True, slots=True)
class Invoices:
    """One month of one side: ``(m,)`` each. ``partner`` is an outsider's number, or ``INSIDE`` + an enterprise."""

    firm: Whole
    partner: Whole
    number: Whole
    day: Whole
    total: Whole  # fen, tax included
    voided: NDArray[np.bool_]
    voided_later: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Habits:
    """How each enterprise deals: ``(n,)`` invoices a month, partners, and where its outsiders begin."""

    invoices: NDArray[np.float64]
    partners: Whole
    offset: Whole


def habits(plan: Plan, side: str, size: NDArray[np.float64], rng: np.random.Generator) -> Habits:
    """Return habits of one side (``sales`` or ``purchases``); larger enterprises deal with more, more often."""
    count = len(size)
    relative = np.clip(np.log(np.maximum(size, 1.0) / np.median(np.maximum(size, 1.0))), -2.5, 2.5)
    draw = np.exp(rng.normal(0, plan["invoices.spread"], count) * 0.8 + 0.35 * relative)
    partners = plan["invoices.buyers_median" if side == "sales" else "invoices.suppliers_median"]
    many = np.clip(np.rint(partners * np.exp(rng.normal(0, 0.9, count) + 0.4 * relative)), 2, 400)
    per_month = np.clip(plan[f"invoices.{side}_a_month_median"] * draw, 1.0, 60.0)
    return Habits(per_month, many.astype(np.int64), rng.integers(0, 1 << 28, count))


def month_of(
    plan: Plan,
    side: str,
    economy: Economy,
    month: int,
    *,
    totals: Whole,
    manner: Habits,
    first_number: int,
    rng: np.random.Generator,
) -> Invoices:
    """Return a month's invoices; those that stand add up to ``totals`` fen for each enterprise, exactly."""
    sellers, buyers, yuan = economy.flows[month]
    inside_fen = np.rint(yuan * 100).astype(np.int64)
    own, other = (sellers, buyers) if side == "sales" else (buyers, sellers)
    fits = np.bincount(own, weights=inside_fen, minlength=len(totals)) <= totals
    kept = fits[own]
    own, other, inside_fen = own[kept], other[kept], inside_fen[kept]
    inside_number = month * 10_000_000 + 5_000_000 + np.flatnonzero(kept)
    left = totals - np.bincount(own, weights=inside_fen, minlength=len(totals)).astype(np.int64)
    count = np.where(left > 0, 1 + rng.poisson(np.maximum(manner.invoices - 1, 0.2)), 0)
    firm = np.repeat(np.arange(len(totals)), count)
    total = _split(left, firm, rng)
    extra = rng.random(len(firm)) < plan["invoices.voided"] * (1.0 if side == "sales" else 0.3)
    red = rng.random(len(firm)) < plan["invoices.red_letter"] * (1.0 if side == "sales" else 0.4)
    all_firm = np.concatenate([firm, firm[extra], firm[red], firm[red]])
    all_total = np.concatenate([total, total[extra], total[red], -total[red]])
    voided = np.zeros(len(all_firm), dtype=bool)
    voided[len(firm) : len(firm) + extra.sum()] = True
    partner = _partners(manner, all_firm, plan["invoices.tail"], rng)
    partner[-int(red.sum()) or len(partner) :] = partner[len(firm) + extra.sum() : len(firm) + extra.sum() + red.sum()]
    number = first_number + np.arange(len(all_firm))
    joined = Invoices(
        firm=np.concatenate([all_firm, own]),
        partner=np.concatenate([partner, INSIDE + other]),
        number=np.concatenate([number, inside_number]),
        day=np.concatenate([_billing_days(all_firm, count, month, rng), np.ones(len(own), dtype=np.int64)]),
        total=np.concatenate([all_total, inside_fen]),
        voided=np.concatenate([voided, np.zeros(len(own), dtype=bool)]),
        voided_later=np.concatenate([voided & (rng.random(len(voided)) < 0.1), np.zeros(len(own), dtype=bool)]),
    )
    return _with_days(joined, own, month, rng)


def _with_days(joined: Invoices, own: Whole, month: int, rng: np.random.Generator) -> Invoices:
    """Give both sides of an inside invoice the same day: by its number, not by chance."""
    if len(own):
        joined.day[-len(own) :] = 1 + joined.number[-len(own) :] % 28
    return joined


def _billing_days(firm: Whole, count: Whole, month: int, rng: np.random.Generator) -> Whole:
    """Return the day of each invoice: an enterprise bills on few days of a month, about one for six invoices."""
    slots = 1 + count // 6
    slot = rng.integers(0, slots[firm])
    return 1 + (firm * 31 + month * 17 + slot * 11) % 28


def _split(left: Whole, firm: Whole, rng: np.random.Generator) -> Whole:
    """Return whole fen for each invoice that add up to ``left`` of its enterprise."""
    weight = np.exp(rng.normal(0, 1.8, len(firm)))
    whole = np.bincount(firm, weights=weight, minlength=len(left))
    total = np.floor(left[firm] * weight / whole[firm]).astype(np.int64) if len(firm) else firm
    short = left - np.bincount(firm, weights=total, minlength=len(left)).astype(np.int64)
    last = np.flatnonzero(np.diff(firm, append=-1) != 0)
    total[last] += short[firm[last]]
    return total


def _partners(manner: Habits, firm: Whole, tail: float, rng: np.random.Generator) -> Whole:
    """Return a partner for each invoice: by rank with a heavy tail, the first ranks far more often."""
    many = manner.partners[firm].astype(np.float64)
    power = 1 - tail
    rank = (1 - rng.random(len(firm)) * (1 - (many + 1) ** power)) ** (1 / power)
    return manner.offset[firm] + np.floor(rank).astype(np.int64) * 7919
