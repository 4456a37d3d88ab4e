"""What has come of the parts of a delivery that were read so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huoju.core.finding import Finding
from huoju.core.ports import Account, Reading
from huoju.sources.drift import Profile


@dataclass(slots=True)
class Counts:
    """Rows, what they gave, and what was said; findings and profiles are those of all parts so far."""

    rows: int = 0
    facts: int = 0
    events: int = 0
    aside: int = 0
    findings: tuple[Finding, ...] = ()
    account: Account = field(default_factory=Account)
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def add(self, part: Reading) -> None:
        """Count one part more."""
        self.rows += part.rows
        self.facts += len(part.facts)
        self.events += sum(len(table) for table in part.events.values())
        self.aside += len(part.aside)
        self.findings = part.findings
        self.account += part.account
        self.profiles = {**self.profiles, **part.profiles}

    def told(self) -> dict[str, int]:
        """Return what the desk's row says of it."""
        return {"rows": self.rows, "facts": self.facts, "events": self.events, "aside": self.aside}
