"""What a points table is fitted on: named inputs, each with a direction declared before fitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huoju.core.errors import PolicyError

LEAKS = frozenset(
    {
        *(
            "bank_rating",
            "default_flag",
            "defaults",
            "default",
            "status",
            "status_label",
            "outcome",
        ),  # the label itself
        *("tic", "company_name", "cik", "fyear"),  # credit.md 5: the ticker tells the outcome, years cluster it
        *("chgoffdate", "chgoffpringr", "mis_status", "balancegross"),  # written after the default
    }
)


@dataclass(frozen=True, slots=True)
class Input:
    """One input; ``sign`` is +1 where more of it means more risk, -1 where less, 0 where it is free."""

    name: str
    group: str
    sign: int


def refuse_leaks(names: Sequence[str]) -> None:
    """Raise ``PolicyError`` where a column that tells the outcome, or who it is, is among the inputs."""
    told = sorted(name for name in names if name.strip().lower() in LEAKS)
    if told:
        columns = ", ".join(told)
        message = f"{columns}: tells the outcome or who it is; it may not be an input. Take it out."
        raise PolicyError(message, code="input-leaks", data={"columns": columns})
