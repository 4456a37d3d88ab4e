"""Decisions: what a named policy makes of assessments, as data a lender can change."""

from huoju.decisions.deciding import Advice, decide
from huoju.decisions.policy import Policy, read_policy

__all__ = ["Advice", "Policy", "decide", "read_policy"]
