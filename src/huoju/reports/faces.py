"""Which characters the fonts of a report can draw, and what stands for the others."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from huoju.core.errors import HuojuError
from huoju.core.finding import Finding
from huoju.reports.drawings.svg import GETA

FONTS = Path(__file__).parent / "fonts"
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_UNICODE = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))


def font_files(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Return the font files of the folders that exist, by name."""
    there = (folder for folder in folders if folder.is_dir())
    return tuple(path for folder in there for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES)


def drawable(files: Iterable[Path]) -> frozenset[int]:
    """Return the code points that at least one of the fonts draws."""
    return frozenset().union(*(code_points(path, path.stat().st_size) for path in files))


@lru_cache(maxsize=16)
def code_points(path: Path, size: int) -> frozenset[int]:
    """Return the code points of a TrueType or OpenType font, or of the first font of a collection.

    ``size`` is the file's size, so that a font that was exchanged is read again. Raises ``HuojuError`` where the
    file is no such font.
    """
    data = path.read_bytes()
    try:
        start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
        count = struct.unpack_from(">H", data, start + 4)[0]
        records = [struct.unpack_from(">4sIII", data, start + 12 + 16 * at) for at in range(count)]
        where = next(offset for tag, _, offset, _ in records if tag == b"cmap")
        return frozenset(_mapped(data, where))
    except (struct.error, StopIteration, ValueError) as error:
        message = f"{path}: not a TrueType or OpenType font with a Unicode table; take it out of the folder."
        raise HuojuError(message, code="font-unreadable", data={"path": path.name}) from error


def _mapped(data: bytes, where: int) -> Iterable[int]:
    count = struct.unpack_from(">H", data, where + 2)[0]
    tables = [struct.unpack_from(">HHI", data, where + 4 + 8 * at) for at in range(count)]
    offers = {(platform, encoding): where + offset for platform, encoding, offset in tables}
    chosen = next(offers[key] for key in _UNICODE if key in offers)
    form = struct.unpack_from(">H", data, chosen)[0]
    if form == 4:
        return _segments(data, chosen)
    if form == 12:
        return _groups(data, chosen)
    raise ValueError(f"character map of form {form}")


def _segments(data: bytes, where: int) -> Iterable[int]:
    twice = struct.unpack_from(">H", data, where + 6)[0]
    shape = f">{twice // 2}H"
    ends = struct.unpack_from(shape, data, where + 14)
    starts = struct.unpack_from(shape, data, where + 16 + twice)
    deltas = struct.unpack_from(shape, data, where + 16 + 2 * twice)
    ranges_at = where + 16 + 3 * twice
    ranges = struct.unpack_from(shape, data, ranges_at)
    for at, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, last + 1):
            glyph = point + deltas[at]
            if ranges[at]:
                glyph = struct.unpack_from(">H", data, ranges_at + 2 * at + ranges[at] + 2 * (point - first))[0]
                glyph += deltas[at] if glyph else 0
            if glyph & 0xFFFF and point != 0xFFFF:
                yield point


def _groups(data: bytes, where: int) -> Iterable[int]:
    count = struct.unpack_from(">I", data, where + 12)[0]
    for at in range(count):
        first, last, glyph = struct.unpack_from(">III", data, where + 16 + 12 * at)
        yield from (point for point in range(first, last + 1) if glyph + point - first)


def lacking(texts: Iterable[str], points: frozenset[int]) -> tuple[str, ...]:
    """Return the characters of the texts that no font draws, by code point."""
    signs = set().union(*texts)
    return tuple(sorted(sign for sign in signs if ord(sign) not in points and not sign.isspace()))


def stand_in(text: str, signs: Sequence[str]) -> str:
    """Return a text with 〓 for each of the signs."""
    return text.translate({ord(sign): GETA for sign in signs}) if signs else text


def glyph_findings(signs: Sequence[str], where: str) -> tuple[Finding, ...]:
    """Return one finding for each character that no font draws."""
    return tuple(
        Finding("glyph-missing", where, {"character": sign, "code_point": f"U+{ord(sign):04X}"}) for sign in signs
    )
