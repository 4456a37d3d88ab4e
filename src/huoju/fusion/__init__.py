"""Whose fact is it: names and codes as delivered, linked to the enterprises of the register."""

from huoju.fusion.belief import Preference, belief_order, preferences
from huoju.fusion.linking import MENTIONS, link

__all__ = ["MENTIONS", "Preference", "belief_order", "link", "preferences"]
