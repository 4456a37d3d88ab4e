"""A made-up zone whose truth is known: raw deliveries as offices send them, and the truth apart from them."""

from huoju.sandbox.plan import economies
from huoju.sandbox.zone import ZoneReport, make_zone

__all__ = ["ZoneReport", "economies", "make_zone"]
