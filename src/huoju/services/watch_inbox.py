"""The inbox: a folder with a folder for each source, into which departments put files; what arrives is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from huoju.core.errors import DocumentError, HuojuError, RefusedDelivery
from huoju.core.finding import Finding
from huoju.core.words import Words
from huoju.services.declared import declared
from huoju.services.home import Home, Who
from huoju.services.import_delivery import Receipt, import_delivery
from huoju.services.words import words_in

DONE, REFUSED = "done", "refused"
_HALF = (".part", ".tmp", ".crdownload", ".download", ".filepart")  # how programs call a file still being copied

Looks = Mapping[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Overdue:
    """A source that should have delivered by now, with its department; ``last`` is None where it never did."""

    source: str
    publisher: Mapping[str, str]
    last: date | None
    days: int
    rhythm: int


@dataclass(frozen=True, slots=True)
class InboxPass:
    """What one look at the inbox found: ``looks`` (size and time of each file) are given to the next look."""

    receipts: tuple[Receipt, ...]
    refusals: tuple[tuple[str, HuojuError], ...]
    waiting: tuple[str, ...]
    overdue: tuple[Overdue, ...]
    looks: Looks


def look_into_inbox(
    *, home: Home, who: Who, folder: Path, today: date, before: Looks, language: str = "zh"
) -> InboxPass:
    """Import every file that is whole, move it to ``done/`` or ``refused/``, and say which department is overdue.

    A file is whole when size and time are what ``before``, an earlier look, saw. Beside a refused file stands a text
    with the reason. Killed between import and move, the file is found again, recognised by its bytes and moved.
    """
    if not folder.is_dir():
        from huoju.core.errors import NothingFound

        raise NothingFound(f"No folder {folder}.", code="file-absent", data={"path": str(folder)})
    looks = _looks(folder)
    receipts: list[Receipt] = []
    refusals: list[tuple[str, HuojuError]] = []
    waiting = []
    for file, look in sorted(looks.items()):
        if before.get(file) != look:
            waiting.append(str(file.relative_to(folder)))
            continue
        try:
            receipts.append(_take(home, who, folder, file, today))
            _move(file, folder / DONE / file.parent.relative_to(folder))
        except (RefusedDelivery, DocumentError) as refusal:
            refusals.append((str(file.relative_to(folder)), refusal))
            moved = _move(file, folder / REFUSED / file.parent.relative_to(folder))
            reason = _reason(refusal, words_in(language))
            moved.with_name(f"{moved.name}.reason.txt").write_text(reason + "\n", encoding="utf-8")
    return InboxPass(tuple(receipts), tuple(refusals), tuple(waiting), _overdue(home, folder, today), looks)


def _looks(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return size and time of each file that is not hidden, half-copied, or moved away already."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_ours = parts[0] in (DONE, REFUSED)
        is_half = path.name.startswith((".", "~$")) or path.suffix.lower() in _HALF
        if path.is_file() and not path.is_symlink() and not is_ours and not is_half:
            state = path.stat()
            found[path] = (state.st_size, state.st_mtime_ns)
    return found


def _take(home: Home, who: Who, folder: Path, file: Path, today: date) -> Receipt:
    parts = file.relative_to(folder).parts
    sources = declared(home)
    if len(parts) != 2 or parts[0] not in sources:
        data = {"file": file.name, "known": ", ".join(sources)}
        finding = Finding("inbox-without-source", file.name, data)
        raise RefusedDelivery(f"{file.name}: no source", findings=(finding,))
    return import_delivery(home=home, who=who, source=parts[0], path=file, known=None, today=today)


def _move(file: Path, folder: Path) -> Path:
    """Move a file into a folder, under another name where its own is taken; nothing is overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        name = file.name if number == 1 else f"{file.stem}-{number}{file.suffix}"
        target = folder / name
        if not target.exists():
            file.rename(target)
            return target
        number += 1


def _reason(error: HuojuError, words: Words) -> str:
    findings = getattr(error, "findings", ())
    if findings:
        return "\n".join(words.say(f"finding.{finding.code}", dict(finding.data)) for finding in findings)
    return words.say(f"error.{error.code}", {"message": str(error), **error.data})


def _overdue(home: Home, folder: Path, today: date) -> tuple[Overdue, ...]:
    """Return the sources that delivered before, or have a folder here, and are later than their rhythm."""
    from huoju.desk.models import Delivery

    last: dict[str, date] = {}
    for row in Delivery.objects.filter(state="accepted"):
        last[row.source] = max(row.imported_on, last.get(row.source, row.imported_on))
    found = []
    for name, source in declared(home).items():
        rhythm = source.update_rhythm_days
        if rhythm is None or (name not in last and not (folder / name).is_dir()):
            continue
        days = (today - last[name]).days if name in last else 0
        if name not in last or days > rhythm:
            found.append(Overdue(name, source.publisher, last.get(name), days, rhythm))
    return tuple(found)
