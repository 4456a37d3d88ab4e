"""Lending: out of one budget, whom to lend, how much and at which rate, so that the expected profit is greatest."""

from huoju.decisions.lending.applicants import Applicants, Buyers, among_unrefused, rating_chances
from huoju.decisions.lending.churn import Churn, halving, read_churn
from huoju.decisions.lending.events import Event, read_event
from huoju.decisions.lending.offers import Offers, make_offers
from huoju.decisions.lending.portfolio import BoundKept, Portfolio, choose
from huoju.decisions.lending.sensitivity import Changed, sensitivity
from huoju.decisions.lending.simple import SIMPLE, simple_plan
from huoju.decisions.lending.stress import Change, Stressed, stress
from huoju.decisions.lending.terms import Terms, read_terms

__all__ = [
    "SIMPLE",
    "Applicants",
    "BoundKept",
    "Buyers",
    "Change",
    "Changed",
    "Churn",
    "Event",
    "Offers",
    "Portfolio",
    "Stressed",
    "Terms",
    "among_unrefused",
    "choose",
    "halving",
    "make_offers",
    "rating_chances",
    "read_churn",
    "read_event",
    "read_terms",
    "sensitivity",
    "simple_plan",
    "stress",
]
