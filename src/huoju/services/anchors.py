"""The files that note the head of the ledger, one a day: they show that its end was cut off, if kept elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from huoju.core.errors import HuojuError
from huoju.services.clock import now
from huoju.services.whole_files import write_json

if TYPE_CHECKING:
    from huoju.desk.ledger import Head

FOLDER = "anchors"
_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")


def anchor_head(home: Path) -> None:
    """Write the head of this moment to the file of today in ``home``, unless that notes a later one."""
    from huoju.desk.ledger import head

    moment, found = now(), head()
    path = home / FOLDER / f"{moment:%Y-%m-%d}.json"
    if not found.sequence or (path.exists() and _noted(path).sequence >= found.sequence):
        return
    write_json(path, {"at": moment.isoformat(), "head": str(found)})


def anchored(home: Path) -> list[Head]:
    """Return the heads that the files of ``home`` note, the earliest day first."""
    return [_noted(file) for file in sorted((home / FOLDER).glob("*.json"))]


def head_of(text: str) -> Head:
    """Return the head that ``sequence:hash`` says. Raises ``HuojuError`` where it is none."""
    from huoju.desk.ledger import Head

    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise HuojuError(f"{text} is no head.", code="ledger-head-malformed", data={"text": text})
    return Head(int(found[1]), found[2])


def _noted(file: Path) -> Head:
    return head_of(str(json.loads(file.read_text(encoding="utf-8"))["head"]))
