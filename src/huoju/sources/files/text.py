"""Text files: decoded and said so, then split into rows of text cells."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal

ENCODINGS = ("utf-8-sig", "gb18030")
_LONGEST = 40  # digits; a number of a million digits is no number but an attack


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows of text cells with the line on which each begins, and the encoding they were in."""

    encoding: str
    numbers: list[int]
    rows: list[list[str | None]]


def decode(path: Path, limits: Limits) -> tuple[str, str]:
    """Return the text and its encoding. Raises ``Refusal`` where it is neither UTF-8 nor GB 18030."""
    raw = path.read_bytes()
    if b"\x00" in raw:
        raise Refusal("text-with-nul")
    if max(map(len, raw.split(b"\n")), default=0) > limits.line:
        raise Refusal("line-too-long", at_most=limits.line)
    for encoding in ENCODINGS:
        try:
            text = codecs.decode(raw, encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig":
                _refuse_mixed(raw, error.start)
            continue
        if "\ufffd" in text or "锟斤拷" in text:
            raise Refusal("text-garbled", sample="锟斤拷 / \ufffd")
        return text, "utf-8" if encoding == "utf-8-sig" and not raw.startswith(codecs.BOM_UTF8) else encoding
    raise Refusal("encoding-unknown", tried=", ".join(("utf-8", *ENCODINGS)))


def _refuse_mixed(raw: bytes, wrong: int) -> None:
    """Raise ``Refusal`` where whole lines of Chinese before the wrong byte are UTF-8: it is not another encoding."""
    before = raw[: raw.rfind(b"\n", 0, wrong) + 1].removeprefix(codecs.BOM_UTF8)
    if not before.isascii():
        raise Refusal("encoding-mixed", line=before.count(b"\n") + 1)


def read_json(path: Path, limits: Limits) -> Lines:
    """Return the objects of a JSON array or of JSON lines, the first row being the union of their keys."""
    text, encoding = decode(path, limits)
    numbered = _objects(text)
    keys: dict[str, None] = {}
    for _, item in numbered:
        keys.update(dict.fromkeys(item))
    lines = Lines(encoding, [1], [list(keys)])
    for number, item in numbered:
        lines.numbers.append(number)
        lines.rows.append([_scalar(item.get(key), number) for key in keys])
    return lines


def _objects(text: str) -> list[tuple[int, dict[str, object]]]:
    """Return the objects with the place of each: its line in JSON lines, its number in an array."""
    if text.lstrip().startswith("["):
        found = list(enumerate(_loaded(text, 1), start=1))
    else:
        found = [(at, _loaded(line, at)) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for number, item in found:
        if not isinstance(item, dict):
            raise Refusal("json-not-objects", line=number)
    return found


def _loaded(text: str, line: int) -> Any:
    try:
        return json.loads(text, parse_float=plain_number, parse_int=str)
    except (json.JSONDecodeError, RecursionError) as error:
        further = error.lineno - 1 if isinstance(error, json.JSONDecodeError) else 0
        raise Refusal("json-broken", line=line + further) from None


def plain_number(text: str) -> str:
    """Return a number with its power of ten written out, ``1e3`` as ``1000``; a text that is none stays as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    is_short = number.is_finite() and abs(number.adjusted()) <= _LONGEST
    return f"{number:f}" if is_short and "e" in text.lower() else text


def _scalar(value: object, number: int) -> str | None:
    if isinstance(value, (dict, list)):
        raise Refusal("json-nested", line=number)
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None or value == "" else str(value)
