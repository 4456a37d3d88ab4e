"""Export: the points table of a fitted model as a workbook, as SQL or as JSON, told by the ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from huoju.core.errors import NothingFound, PolicyError
from huoju.models.default_risk.features import features
from huoju.models.default_risk.points_table import PointsTable
from huoju.models.default_risk.saving import TABLE
from huoju.models.default_risk.table_json import from_json, to_json
from huoju.models.default_risk.table_sql import to_sql
from huoju.models.default_risk.table_xlsx import to_xlsx
from huoju.services.whole_files import write_whole
from huoju.services.words import words_in


def export_model(*, model: Path, output: Path) -> Path:
    """Write the points table of a model's folder (or of the file itself) and return the file written.

    Raises ``NothingFound`` where there is no table, ``DocumentError`` where it is damaged, ``PolicyError`` for an
    ending that is none of xlsx, sql, json.
    """
    write = _WRITERS.get(output.suffix.lower())
    if write is None:
        data = {"path": output.name, "known": ", ".join(_WRITERS)}
        raise PolicyError(f"{output.suffix} is no format.", code="format-unknown", data=data)
    write_whole(output, write(read_table(model)))
    return output


def read_table(model: Path) -> PointsTable:
    """Return the points table of a model's folder, or of the file itself."""
    path = model / TABLE if model.is_dir() else model
    if not path.is_file():
        raise NothingFound(f"No {TABLE} in {model}.", code="model-absent", data={"path": str(model), "files": TABLE})
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = ""  # what is no text is no JSON, which is what is said of it
    return from_json(text, str(path))


def _labels(table: PointsTable) -> Mapping[str, str]:
    """Return what inputs are called in both languages, by name; those of a panel have labels."""
    if table.catalogue != "panel":
        return {}
    return {feature.name: f"{feature.label['zh']} {feature.label['en']}" for feature in features()}


def _say(code: str) -> str:
    return " ".join(words_in(language).say(f"workbook.{code}") for language in ("zh", "en"))


_WRITERS: Mapping[str, Callable[[PointsTable], bytes]] = {
    ".xlsx": lambda table: to_xlsx(table, _say, labels=_labels(table)),
    ".sql": lambda table: to_sql(table).encode(),
    ".json": lambda table: to_json(table).encode(),
}
