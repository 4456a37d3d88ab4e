"""What the values of an undeclared column look like: codes with right check digits, names, days, numbers, choices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from huoju.core.uscc import are_valid
from huoju.sources.cells import fold
from huoju.sources.moments import moments, read_day, read_month, read_year

SEEN = 2_000  # values that are looked at
_MOST = 0.9
_NAME = re.compile(
    r".{2,}(公司|厂|合作社|事务所|研究院|研究所|中心|集团|商行|经营部|合伙企业|店)(\(.{2,}\))?$|.*分公司$"
)
_HASH = re.compile(r"[0-9a-f]{16,64}|[A-Z]{1,4}\d{1,8}")
_EPOCH = re.compile(r"-?\d{11,13}(\.0+)?")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?%?")
_FLAGS = ({"是", "否"}, {"有", "无"}, {"0", "1"}, {"Y", "N"})
_FEW = 12


@dataclass(frozen=True, slots=True)
class Looks:
    """What a column's values look like: a kind, a form of days, thousands marks, whole numbers, and its choices.

    ``sure`` is the share of written values that are of the kind; ``filled`` the share of cells that are written.
    """

    kind: str
    sure: float
    filled: float
    form: str = ""
    thousands: bool = False
    percent: bool = False
    whole: bool = False
    choices: tuple[str, ...] = ()


def looks_of(column: pa.Array) -> Looks:
    """Return what the first values of a column look like; a column of nothing is text that is never filled."""
    folded = fold(column)
    written = [text for text in folded.to_pylist()[:SEEN] if text]
    filled = (len(folded) - folded.null_count) / len(folded) if len(folded) else 0.0
    if not written:
        return Looks("text", 0.0, 0.0)
    for looks in (_worded(written, filled), _dated(written, filled), _counted(written, filled)):
        if looks is not None:
            return looks
    distinct = sorted(set(written))
    if len(distinct) <= _FEW and len(written) >= 3 * len(distinct):
        return Looks("choice", 1.0, filled, choices=tuple(distinct))
    return Looks("text", 1.0, filled)


def _most(written: list[str]) -> float:
    """Return the share that must be of a kind; among few values one may be wrong."""
    return min(_MOST, max(0.6, 1 - 1.5 / len(written)))


def _worded(written: list[str], filled: float) -> Looks | None:
    codes = float(are_valid([text.upper() for text in written]).mean())
    if codes >= 0.5:
        return Looks("code", codes, filled)
    for kind, pattern in (("name", _NAME), ("identifier", _HASH)):
        share = _share(written, pattern)
        if share >= (0.6 if kind == "name" else _MOST):
            return Looks(kind, share, filled)
    return None


def _counted(written: list[str], filled: float) -> Looks | None:
    distinct = sorted(set(written))
    if any(set(distinct) <= flags for flags in _FLAGS) and len(distinct) == 2:
        return Looks("flag", 1.0, filled, choices=tuple(distinct))
    numeric = [text for text in written if _NUMBER.fullmatch(text)]
    if len(numeric) / len(written) < _most(written):
        return None
    return Looks(
        "number",
        len(numeric) / len(written),
        filled,
        thousands=any("," in text for text in numeric),
        percent=any(text.endswith("%") for text in numeric),
        whole=all(re.fullmatch(r"[+-]?\d+(\.0+)?", text.replace(",", "")) for text in numeric),
    )


def _dated(written: list[str], filled: float) -> Looks | None:
    if _share(written, _EPOCH) >= _MOST:
        return Looks("day", _share(written, _EPOCH), filled, form="epoch_ms")
    plain = [text for text in written if not re.fullmatch(r"\d{1,5}(\.0+)?", text)]  # 45047 may be a day or a number
    for kind, read in (("month", read_month), ("day", read_day), ("year", read_year)):
        days = sum(read(text) is not None for text in plain) / len(written)
        if days >= _most(written) and (
            kind != "month" or sum(read_day(text) is not None for text in plain) < len(plain) / 2
        ):
            return Looks(kind, days, filled)
    years = sum(bool(re.fullmatch(r"(19|20)\d{2}年?度?", text)) for text in written) / len(written)
    if years == 1:
        return Looks("year", years, filled)
    ago = moments(pa.array(written), "day", "relative", date(2000, 1, 1))
    if float(ago.relative.mean()) >= 0.3 and float(ago.known.mean()) >= _MOST:
        return Looks("day", float(ago.known.mean()), filled, form="relative")
    return None


def _share(written: list[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in written) / len(written)
