"""Import a scheme's official table: show what it changes, and after a yes write it as a local overlay, whole or not."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from huoju.core.errors import HomeError, HuojuError, NothingFound, RefusedDelivery
from huoju.core.finding import Finding
from huoju.ratings.importing import Change, Recognised, recognise
from huoju.ratings.overlay_text import Origin, overlay_text
from huoju.ratings.plan import Prepared
from huoju.ratings.reading import read_scheme
from huoju.ratings.reading_points import CERTAINTIES
from huoju.ratings.scheme import Certainty, Scheme, Version, Words
from huoju.ratings.shipped import merged, scheme_files
from huoju.ratings.weight_table import Table
from huoju.services.home import Home, Who
from huoju.services.locks import held
from huoju.services.looking import allowed, note
from huoju.services.schemes import folders_of, scheme_of
from huoju.sources import Limits, open_delivery, sha256_of
from huoju.sources.files.refusal import Refusal
from huoju.sources.files.text import decode

LARGEST = 4 * 1024 * 1024
_LIMITS = Limits(rows=20_000, columns=200, memory=1 << 30, seconds=30)
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would write, for a person to look at; ``left`` names what still lacks a number after it.

    ``written`` are the changes, and the numbers that stay and become surer: the source names a certainty for them.
    """

    scheme: Scheme
    version: Version
    recognised: Recognised
    written: tuple[Change, ...]
    origin: Origin
    target: Path
    earlier: str | None
    text: str
    left: tuple[Words, ...]


def propose_import(
    *,
    home: Home,
    who: Who,
    scheme: str,
    path: Path,
    today: date,
    version: str | None = None,
    source: str = "",
    certainty: str = "unverified",
) -> Proposal:
    """Return what a table changes of a scheme, and write nothing.

    Raises ``NothingFound`` for no such file, scheme or version, ``RefusedDelivery`` with all that is wrong with
    the table, ``DocumentError`` where the scheme with the table in it would be malformed.
    """
    prepared = scheme_of(scheme, home)
    own = _version_of(prepared.scheme, version)
    origin = _origin(path, who, today, source, certainty)
    recognised = recognise(_tables(path), own, path.name)
    if sha256_of(path) != origin.sha256:
        raise _refused(path, "file-changed-while-read")
    target = home.path / "ratings" / scheme / "scheme.yaml"
    earlier = target.read_text(encoding="utf-8") if target.exists() else None
    written = (*recognised.changes, *(one for one in recognised.confirmed if _is_surer(own, one, origin)))
    text = overlay_text(own, written, origin, earlier)
    after = _as_written(home, scheme, target, text)
    left = tuple(_unstated(after, own.id))
    return Proposal(prepared.scheme, own, recognised, written, origin, target, earlier, text, left)


def accept_import(*, home: Home, who: Who, proposal: Proposal) -> Path:
    """Write what was proposed and return the file. Raises ``HuojuError`` where the file has changed since."""
    from huoju.desk.opening import transaction

    allowed(who, "import-scheme")
    target = proposal.target
    with held(home.locks / f"scheme-{proposal.scheme.id}"):
        now = target.read_text(encoding="utf-8") if target.exists() else None
        if now != proposal.earlier:
            raise HuojuError(f"{target} changed.", code="import-overtaken", data={"path": str(target)})
        temporary = target.with_name(f".{target.name}-{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("w", encoding="utf-8") as file:
                file.write(proposal.text)
                file.flush()
                os.fsync(file.fileno())
            with transaction():
                note(who, "import-scheme", details={"scheme": proposal.scheme.id, "file": proposal.origin.sha256})
                temporary.replace(target)
        except OSError as error:
            data = {"path": str(home.path), "file": proposal.origin.file}
            raise HomeError(f"{target}: {error}.", code="home-write-failed", data=data) from error
        finally:
            if temporary.exists():
                temporary.unlink()
    return target


def _version_of(scheme: Scheme, name: str | None) -> Version:
    known = [version.id for version in scheme.versions]
    if name is None and len(known) == 1:
        return scheme.versions[0]
    if name not in known:
        data = {"scheme": scheme.id, "version": name or "—", "known": "、".join(known)}
        raise NothingFound(f"No version {name}.", code="scheme-version-unknown", data=data)
    return scheme.version(name)


def _origin(path: Path, who: Who, today: date, source: str, certainty: str) -> Origin:
    if certainty not in CERTAINTIES:
        data = {"certainty": certainty, "known": "、".join(CERTAINTIES)}
        raise HuojuError(f"No certainty {certainty}.", code="import-certainty-unknown", data=data)
    sure = cast("Certainty", certainty)
    if sure == "official" and not source.strip():
        raise HuojuError("An official number needs its source.", code="import-source-needed")
    if not path.is_file():
        raise NothingFound(f"No file {path}.", code="file-absent", data={"path": str(path)})
    return Origin(who.account, today, path.name, sha256_of(path), source.strip() or path.name, sure)


def _is_surer(version: Version, change: Change, origin: Origin) -> bool:
    """Return whether a number that stays as it is gets a better source than it had."""
    section, name = change.path[:2]
    items = {item.id: item.basis for item in version.items}
    basis = items[name] if section == "items" else version.parameters[name].basis
    return CERTAINTIES.index(origin.certainty) < CERTAINTIES.index(basis.certainty)


def _tables(path: Path) -> list[Table]:
    """Return the tables of a file: of a workbook or a text with separators, read by the limited child; of Markdown."""
    if path.stat().st_size > LARGEST:
        raise _refused(path, "file-too-large", bytes=path.stat().st_size, at_most=LARGEST)
    text = _markdown(path)
    if text is not None:
        return list(_markdown_tables(text))
    delivery = open_delivery(path, _LIMITS)
    if delivery.kind not in ("xlsx", "csv"):
        raise _refused(path, "import-kind-not-taken")
    tables = []
    for raw in delivery.tables:
        cells = [tuple(cell or "" for cell in raw.row(index)) for index in range(len(raw.rows))]
        sheet = raw.sheet if len(delivery.tables) > 1 else ""
        tables.append(Table(sheet, tuple(zip(raw.rows.to_pylist(), cells, strict=True))))
    return tables


def _markdown(path: Path) -> str | None:
    """Return the text of a file that holds a table as Markdown writes it, with its rule of dashes; else None."""
    held_bytes = path.read_bytes()
    if held_bytes.startswith(b"PK") or b"--" not in held_bytes:
        return None
    try:
        text, _ = decode(path, _LIMITS)
    except Refusal as refusal:
        raise _refused(path, refusal.code, **refusal.data) from None
    return text if any("|" in line and _RULE.fullmatch(line) for line in text.splitlines()) else None


def _markdown_tables(text: str) -> Iterator[Table]:
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if "|" not in line:
            if len(rows) > 1:
                yield Table("", tuple(rows))
            rows = []
        elif not _RULE.fullmatch(line):
            bare = line.strip().removeprefix("|").removesuffix("|")
            cells = [cell.replace("\\|", "|").strip().strip("*`").strip() for cell in re.split(r"(?<!\\)\|", bare)]
            rows.append((number, tuple(cells)))


def _refused(path: Path, code: str, **data: object) -> RefusedDelivery:
    finding = Finding(code, path.name, {"file": path.name, **data})
    return RefusedDelivery(f"{path.name}: {code}", findings=(finding,))


def _as_written(home: Home, scheme: str, target: Path, text: str) -> Prepared:
    """Return the scheme as it would be with ``text`` at ``target``; so nothing malformed is ever written."""
    with tempfile.TemporaryDirectory(prefix="huoju-") as folder:
        trial = Path(folder) / scheme / "scheme.yaml"
        trial.parent.mkdir()
        trial.write_text(text, encoding="utf-8")
        files = dict(scheme_files(*folders_of(home)))
        files[scheme] = (*(path for path in files.get(scheme, ()) if path != target), trial)
        document, overlays = merged(scheme, files, ())
        return Prepared(read_scheme(document, overlays))


def _unstated(prepared: Prepared, version: str) -> Iterator[Words]:
    plan = prepared.plans[version]
    yield from (item.label for item in plan.version.items if item.id in plan.unstated_items)
    yield from (parameter.label for parameter in plan.version.parameters.values() if parameter.value is None)
    for route in plan.version.routes:
        limits = [limit for limit in (route.total, *route.parts.values()) if limit is not None]
        if any(limit.at is None and limit.parameter is None for limit in limits):
            yield route.label
    for grade in plan.version.grades:
        if grade.total is not None and grade.total.at is None and grade.total.parameter is None:
            yield {"zh": grade.id, "en": grade.id}
