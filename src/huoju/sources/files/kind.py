"""What kind of file it is, told from its content and never from its name."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from huoju.sources.files.refusal import Refusal

Kind = Literal["xlsx", "parquet", "json", "csv"]
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # also what an encrypted workbook is wrapped in


def kind_of(path: Path) -> Kind:
    """Return the kind of a file. Raises ``Refusal`` where it is empty or of a kind we do not take."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Refusal("file-empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLD_OFFICE):
        raise Refusal("workbook-old-or-encrypted")
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith((b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3")):
        raise Refusal("kind-not-taken")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("text-utf16")
    if b"\x00" in head:
        raise Refusal("text-with-nul")
    return "json" if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refusal("file-damaged") from None
    if "xl/workbook.xml" not in names:
        raise Refusal("workbook-binary" if "xl/workbook.bin" in names else "kind-not-taken")
    return "xlsx"
