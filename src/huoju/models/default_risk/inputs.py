"""What a points table is fitted on: named inputs, each with a direction declared before fitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huoju.core.document import Document
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

_SIGNS = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True)
class Input:
    """One input; ``sign`` is +1 where more of it means more risk, -1 where less, 0 where it is free."""

    name: str
    group: str
    sign: int


def read_inputs(document: Document) -> tuple[Input, ...]:
    """Return the inputs that a YAML declares by name: ``group``, ``direction`` (+, - or 0) and perhaps a ``label``.

    Raises ``DocumentError`` where a block says something else, ``PolicyError`` where an input leaks the outcome.
    """
    found = []
    for name in document.keys():
        block = document.child(name)
        block.allow("group", "direction", "label")
        found.append(Input(name, block.text("group", "operations"), _SIGNS[block.choice("direction", tuple(_SIGNS))]))
    refuse_leaks([each.name for each in found])
    return tuple(found)


def read_labels(document: Document) -> Mapping[str, Mapping[str, str]]:
    """Return what each input is called, by language; its name where no label is declared."""
    labels = {name: document.child(name).languages("label", required=False) for name in document.keys()}
    return {name: dict(label) or {"zh": name, "en": name} for name, label in labels.items()}


def refuse_leaks(names: Sequence[str]) -> None:
    """Raise ``PolicyError`` where a column that tells the outcome, or who it is, is among the inputs."""
    told = sorted(name for name in names if name.strip().lower() in LEAKS)
    if told:
        columns = ", ".join(told)
        message = f"{columns}: tells the outcome or who it is; it may not be an input. Take it out."
        raise PolicyError(message, code="input-leaks", data={"columns": columns})
