"""A policy, read strictly from its file; money in fen, rates as shares of 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from huoju.core.document import Document, read_document
from huoju.core.errors import PolicyError
from huoju.core.schedule import METHODS

ROOM = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ReferenceLoan:
    """The hypothetical loan that repayment is judged with."""

    amount: int
    months: int
    yearly_rate: float
    method: str


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a lender may set; ``grades`` maps a letter to its highest default probability, rising."""

    name: str
    version: str
    source: str
    label: Mapping[str, str]
    grades: Mapping[str, float]
    loan: ReferenceLoan
    tolerance: float
    limit_at_most: int
    limit_at_least: int
    limit_share_of_sales: float
    limit_rounded_to: int
    loss_given_default: float
    funding_cost: float
    margin: float
    rate_at_least: float
    rate_at_most: float
    declined_grades: tuple[str, ...]
    days_overdue_over: int
    months_of_sales_below: int
    span_of_points_over: int
    challenger_differs_over: int
    probability_high_over: float
    shortfall_over: float


def read_policy(name: str = "reference") -> Policy:
    """Return a policy by name. Raises ``PolicyError`` or ``DocumentError`` where it is no sound policy."""
    path = ROOM / f"{name}.yaml"
    if not path.exists():
        raise PolicyError(f"No policy {name}.", code="policy-unknown", data={"policy": name})
    document = read_document(path)
    document.allow(
        "label",
        "version",
        "source",
        "grades",
        "reference_loan",
        "shortfall_tolerance",
        "limit",
        "price",
        "decline",
        "refer",
    )
    grades = document.child("grades")
    cuts = {letter: float(grades.number(letter)) for letter in grades.keys()}
    if list(cuts.values()) != sorted(set(cuts.values())):
        raise PolicyError(f"{document.at('grades')}: the default probabilities of grades must rise.")
    limit, price, refer = document.child("limit"), document.child("price"), document.child("refer")
    policy = Policy(
        name=name,
        version=document.text("version"),
        source=document.text("source"),
        label=document.languages("label"),
        grades=MappingProxyType(cuts),
        loan=_loan(document.child("reference_loan")),
        tolerance=float(document.number("shortfall_tolerance")),
        limit_at_most=_fen(limit, "at_most_yuan"),
        limit_at_least=_fen(limit, "at_least_yuan"),
        limit_share_of_sales=float(limit.number("share_of_yearly_sales")),
        limit_rounded_to=_fen(limit, "rounded_to_yuan"),
        loss_given_default=float(price.number("loss_given_default")),
        funding_cost=float(price.number("funding_cost")),
        margin=float(price.number("margin")),
        rate_at_least=float(price.number("at_least")),
        rate_at_most=float(price.number("at_most")),
        declined_grades=document.child("decline").texts("grades"),
        days_overdue_over=document.child("decline").integer("days_overdue_over"),
        months_of_sales_below=refer.integer("months_of_sales_below"),
        span_of_points_over=refer.integer("span_of_points_over"),
        challenger_differs_over=refer.integer("challenger_differs_over"),
        probability_high_over=float(refer.number("probability_high_over")),
        shortfall_over=float(refer.number("shortfall_over")),
    )
    if policy.rate_at_least > policy.rate_at_most or policy.limit_at_least > policy.limit_at_most:
        raise PolicyError(f"{path}: a lower bound stands above its upper bound.")
    return policy


def _loan(block: Document) -> ReferenceLoan:
    method = block.text("method")
    if method not in METHODS:
        raise PolicyError(f"{block.at('method')}: method is one of {', '.join(METHODS)}.")
    return ReferenceLoan(
        _fen(block, "amount_yuan"), block.integer("months"), float(block.number("yearly_rate")), method
    )


def _fen(block: Document, key: str) -> int:
    return block.integer(key) * 100
