"""Whose fact is it: names and codes as delivered, linked to the enterprises of the register."""

from huoju.fusion.belief import belief_order
from huoju.fusion.linking import MENTIONS, link

__all__ = ["MENTIONS", "belief_order", "link"]
