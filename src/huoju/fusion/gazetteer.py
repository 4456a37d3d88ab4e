"""Places, trades, forms and branch words that the parser of names knows, read from the dated files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pypinyin import lazy_pinyin

from huoju.fusion.folding import fold
from huoju.fusion.letters import Words

FOLDER = Path(__file__).parent / "gazetteer"
SURE, LIKELY, WEAK, INNER = range(4)
"""How a place at the head of a name is taken: as a place · as one, with the other reading kept · only behind a place
that holds it, with the other reading kept · only behind a place that holds it."""

_ENDS = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|特区|矿区|[省市区县盟旗州])$")
_NATIONS = re.compile(
    "(蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各)族$"
    "|(?<=..)(蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔)$"
)


@dataclass(slots=True)
class _Place:
    codes: set[int] = field(default_factory=set)
    kind: int = INNER
    short: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """Ways to write places: ``words``, and for each how it is taken, its short form and the codes it may mean."""

    words: Words
    kinds: NDArray[np.int8]
    shorts: pa.Array
    short_lengths: NDArray[np.int64]
    codes: NDArray[np.int32]  # (words, most codes), 0 behind the last
    longest_from: NDArray[np.int8]  # by the number of a two-letter head in ``heads``: the longest word that begins so
    heads: Words


def short_form(name: str) -> str:
    """Return a place without what kind of place it is.

    >>> [short_form(name) for name in ("苏州市", "恩施土家族苗族自治州", "内蒙古自治区", "杞县")]
    ['苏州', '恩施', '内蒙古', '杞县']
    """
    found = _ENDS.search(name)
    if found is None or found.start() < 2:
        return name
    bare = name[: found.start()]
    if found[0].startswith("自治") or (found[0] == "州" and "族" in bare):
        while (nation := _NATIONS.search(bare)) is not None and nation.start() >= 2:
            bare = bare[: nation.start()]
    return bare


def lines_of(file: str) -> Iterator[list[str]]:
    """Yield the words of each line of a gazetteer file that is no remark."""
    for line in (FOLDER / file).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split()


@cache
def region_names() -> dict[int, str]:
    """Return the latest name of each GB/T 2260 code; a code that lapsed keeps its last one."""
    return {int(line[0]): line[1] for line in lines_of("regions.txt")}


@cache
def words_of(file: str) -> Words:
    """Return the words of a file, in its order, without those that mark lines (``alone``)."""
    return Words(dict.fromkeys(word for line in lines_of(file) for word in line if word != "alone"))


@cache
def zones() -> Words:
    """Return the words that end a development zone."""
    return Words(word for line in lines_of("places.txt") if line[0] == "zone" for word in line[1:])


@cache
def places() -> Places:
    """Return every way to write a place."""
    found: dict[str, _Place] = {}
    everyday = {word for line in lines_of("places.txt") if line[0] == "word" for word in line[1:]}
    rows = [(int(line[0]), line[1:]) for line in lines_of("regions.txt")]
    provinces = {name for code, names in rows if code % 10000 == 0 for name in names}
    for code, names in rows:
        if code % 10000 and code % 100 == 0 and names[0] in provinces:
            continue  # 北京市 as its own city, and 县 of 重庆 under one
        for name in names:
            _enter(found, code, name, everyday)
    for line in lines_of("places.txt"):
        if line[0] == "known":
            for name, _, code_text in (entry.partition("=") for entry in line[1:]):
                _add(found, name, int(code_text), SURE, short_form(name))
    _enter_english(found, rows)
    return _tabled(found)


def _enter_english(found: dict[str, _Place], rows: list[tuple[int, list[str]]]) -> None:
    """Add provinces and cities as English names write them; two of one pinyin keep both codes and the pinyin."""
    for code, names in rows:
        bare = short_form(names[0])
        if code % 100 == 0 and code != 610000:  # SHANXI is 山西; 陕西 has a spelling of its own
            _add(found, "".join(lazy_pinyin(bare)).upper(), code, SURE, bare)
    names_of = {code: names[0] for code, names in rows}
    for line in lines_of("places.txt"):
        if line[0] == "english":
            for word, _, code_text in (entry.partition("=") for entry in line[1:]):
                _add(found, word, int(code_text), SURE, short_form(names_of[int(code_text)]))
    for word, place in found.items():
        if word.isascii() and len({short_form(names_of[code]) for code in place.codes}) > 1:
            place.short = word


def _enter(found: dict[str, _Place], code: int, name: str, everyday: set[str]) -> None:
    bare = short_form(name)
    if code % 100 == 0:
        _add(found, name, code, SURE, bare)
        _add(found, bare, code, SURE, bare)
        if code % 10000:
            for end in ("市", "地区", "州") if name.endswith("州") else ("市", "地区"):
                _add(found, bare + end, code, SURE, bare)
        return
    _add(found, name, code, SURE if len(name) > 2 or not name.endswith("区") else INNER, bare)
    if bare == name or len(bare) < 2:
        return
    for end in "县市区":
        _add(found, bare + end, code, SURE, bare)
    is_county = not name.endswith("区")
    _add(found, bare, code, LIKELY if is_county and bare not in everyday else WEAK, bare)


def _add(found: dict[str, _Place], word: str, code: int, kind: int, short: str) -> None:
    word, short = fold(word), fold(short)  # 乾县 is folded to 干县, as names are
    if len(word) < 2:
        return
    place = found.setdefault(word, _Place())
    place.codes.add(code)
    place.kind = min(place.kind, kind)
    place.short = place.short or short


def _tabled(found: dict[str, _Place]) -> Places:
    codes = np.zeros((len(found), max(len(place.codes) for place in found.values())), np.int32)
    for row, place in enumerate(found.values()):
        codes[row, : len(place.codes)] = sorted(place.codes)
    longest: dict[str, int] = {}
    for word in found:
        longest[word[:2]] = max(longest.get(word[:2], 0), len(word))
    kinds = np.array([place.kind for place in found.values()], np.int8)
    shorts = pa.array([place.short for place in found.values()])
    sizes = np.array([len(place.short) for place in found.values()])
    return Places(Words(found), kinds, shorts, sizes, codes, np.array(list(longest.values()), np.int8), Words(longest))
