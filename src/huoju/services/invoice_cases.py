"""Invoice files as cases of default: read, added up and cut as of a day, without a home."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from huoju.core.errors import NothingFound
from huoju.core.panel import Panel
from huoju.facts import FactStore, publish, write_delivery
from huoju.facts.cutting import Belief, cut_panel
from huoju.models.default_risk.features import features, matrix
from huoju.models.default_risk.model import UNDATED, allowed, inputs
from huoju.services.case_files import Cases, read_cases, read_outcomes
from huoju.sources import open_delivery, read

SOURCE = "vat_invoice"
OUTCOMES = "outcomes.csv"
_EVER = date(1970, 1, 1)  # all that the files say counts as known on every day that is cut


def read_any_cases(path: Path, *, directions: Path | None = None, window: int | None = None) -> Cases:
    """Return the cases of a file, or of a folder of invoice files. Raises ``HuojuError`` where it can't be read."""
    return read_invoice_cases(path) if path.is_dir() else read_cases(path, directions=directions, window=window)


def invoice_panel(files: Sequence[Path], *, as_of: date | None = None) -> Panel:
    """Return the panel of the enterprises in invoice files, as of a day or of the last invoice's.

    Every layout of the source ``vat_invoice`` is read; who is whom goes by the identifiers of the files alone.
    Raises ``NothingFound`` where there is no invoice, ``HuojuError`` where a file can't be read.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, shas, last = Path(place), [], date.min
        for file in files:
            delivery = open_delivery(file)
            reading = read(SOURCE, delivery, _EVER)
            last = max([last, *(pc.max(table["at"]).as_py() for table in reading.events.values() if len(table))])
            write_delivery(folder / "new", delivery.sha256, reading, {})
            publish(folder / "new", folder / delivery.sha256)
            shas.append(delivery.sha256)
        if last == date.min:
            raise NothingFound("There is no invoice.", code="cases-empty", data={"path": ", ".join(map(str, files))})
        return cut_panel(FactStore(folder, tuple(shas)), as_of or last, Belief.plain())


def read_invoice_cases(folder: Path, *, as_of: date | None = None) -> Cases:
    """Return the cases of a folder of invoice files: the inputs of panels ``(n, k)``, and outcomes if it has them.

    Outcomes are the file ``outcomes.csv`` in it: one row an enterprise, with its outcome as in other case files. They
    have no dates, so the inputs that a default may itself have caused are unknown.
    """
    told = folder / OUTCOMES
    files = sorted(file for file in folder.iterdir() if file.is_file() and file != told)
    panel = invoice_panel(files, as_of=as_of)
    known = read_outcomes(told) if told.is_file() else {}
    labels = np.array([known.get(entity.split(":", 1)[1], np.nan) for entity in panel.entities])
    return Cases(
        layout="panel",
        entities=tuple(panel.entities),
        values=allowed(matrix(panel), UNDATED),
        labels=labels if known else None,
        inputs=inputs(),
        names={feature.name: feature.label for feature in features()},
        window=36,
        rows=len(panel),
        spoken_of=(f"{panel.as_of}", f"{panel.as_of}"),
        sha256=_hash([*files, *([told] if known else [])]),
    )


def _hash(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()
