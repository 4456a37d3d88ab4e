"""Who is the same as whom, as a dated table that is applied when a panel is cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

LINK_SCHEMA = pa.schema(
    [
        pa.field("entity", pa.string(), nullable=False),  # as a source names it
        pa.field("canonical", pa.string(), nullable=False),  # whom it is taken for
        pa.field("relation", pa.string(), nullable=False),  # same_as | branch_of
        pa.field("probability", pa.int64(), nullable=False),  # x 10^6
        pa.field("reason", pa.string(), nullable=False),  # a code with a sentence in both languages
        pa.field("known", pa.date32(), nullable=False),  # the day from which the evidence was known
    ]
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person decided on two subjects: from the day ``known`` until the day ``until``, on which it was undone."""

    entity: str
    canonical: str
    is_same: bool
    known: date
    until: date | None = None

    def stands_at(self, as_of: date) -> bool:
        """Return whether it counts at the close of a day."""
        return self.known <= as_of and (self.until is None or as_of < self.until)
