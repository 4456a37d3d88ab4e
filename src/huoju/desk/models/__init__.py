"""The rows of the desk: what people did."""

from huoju.desk.models.accounts import Account, Membership, Organisation
from huoju.desk.models.deliveries import Delivery, LinkJudgement
from huoju.desk.models.ledger import Entry
from huoju.desk.models.mandates import Mandate

__all__ = ["Account", "Delivery", "Entry", "LinkJudgement", "Mandate", "Membership", "Organisation"]
