"""A fitted model as a folder: the points table, the challenger, what they rest on, and a card to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huoju.core.errors import PolicyError
from huoju.models.default_risk.challenger import Challenger, read_challenger
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.table_json import from_json, to_json

TABLE, CHALLENGER, ABOUT, CARD = "points_table.json", "challenger.txt", "model.json", "card.md"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Model:
    """The table that speaks, the challenger beside it, and what both rest on, as plain JSON values."""

    table: PointsTable
    challenger: Challenger
    about: Mapping[str, object]


def write_model(model: Model, card: str, folder: Path) -> None:
    """Write the folder of a model; each file whole or not at all.

    Raises ``PolicyError`` where the folder holds something else, so that nothing of a user's is overwritten.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / ABOUT).is_file())):
        raise PolicyError(f"{folder} is no model.", code="model-in-the-way", data={"path": folder})
    folder.mkdir(parents=True, exist_ok=True)
    about = json.dumps({"huoju_model": FORMAT, **model.about}, ensure_ascii=False, indent=1, sort_keys=True)
    texts = {TABLE: to_json(model.table), CHALLENGER: model.challenger.text(), CARD: card, ABOUT: about + "\n"}
    for name, text in texts.items():
        temporary = folder / f".{name}.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(folder / name)


def read_model(folder: Path) -> Model:
    """Return the model of a folder. Raises ``PolicyError`` where it is none, ``DocumentError`` for a damaged table."""
    absent = [name for name in (TABLE, CHALLENGER, ABOUT) if not (folder / name).is_file()]
    if absent:
        told = {"path": folder, "files": ", ".join(absent)}
        raise PolicyError(f"{folder} lacks {told['files']}.", code="model-absent", data=told)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        about = {}
    if about.get("huoju_model") != FORMAT:
        raise PolicyError(f"{folder / ABOUT} is none of ours.", code="model-format", data={"path": folder / ABOUT})
    table = from_json((folder / TABLE).read_text(encoding="utf-8"), str(folder / TABLE))
    return Model(table, read_challenger((folder / CHALLENGER).read_text(encoding="utf-8")), about)
