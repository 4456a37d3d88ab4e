"""The rows of the desk: what people did."""

from huoju.desk.models.accounts import Account, Membership, Organisation
from huoju.desk.models.deliveries import Delivery, LinkJudgement
from huoju.desk.models.ledger import Entry
from huoju.desk.models.mandates import Mandate
from huoju.desk.models.reports import Report

__all__ = ["Account", "Delivery", "Entry", "LinkJudgement", "Mandate", "Membership", "Organisation", "Report"]
