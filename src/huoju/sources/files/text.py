"""Text files: decoded and said so, then split into rows of text cells."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path

from huoju.sources.files.limits import Limits
from huoju.sources.files.refusal import Refusal

ENCODINGS = ("utf-8-sig", "gb18030")


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
    stripped = text.lstrip()
    try:
        if stripped.startswith("["):
            found = list(enumerate(json.loads(stripped, parse_float=str, parse_int=str), start=1))
        else:
            lines = enumerate(text.splitlines(), start=1)
            found = [(at, json.loads(line, parse_float=str, parse_int=str)) for at, line in lines if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise Refusal("json-broken", line=error.lineno if isinstance(error, json.JSONDecodeError) else 1) from None
    for number, item in found:
        if not isinstance(item, dict):
            raise Refusal("json-not-objects", line=number)
    return found


def _scalar(value: object, number: int) -> str | None:
    if isinstance(value, (dict, list)):
        raise Refusal("json-nested", line=number)
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None or value == "" else str(value)
