"""How much a file may hold and how much its parser may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file and of the child process that parses it; design of huoju, settings of a home.

    Bytes are bytes; ``ratio`` is unpacked over packed; ``line`` is the longest line of a text file.
    """

    xlsx_bytes: int = 20_000_000
    xlsx_unpacked: int = 200_000_000
    xlsx_ratio: int = 200
    xlsx_members: int = 1_000
    rows: int = 1_000_000
    columns: int = 500
    line: int = 1_000_000
    memory: int = 4 << 30
    seconds: int = 120

    def as_dict(self) -> dict[str, int]:
        """Return the bounds by name, as they travel to the child."""
        return asdict(self)
