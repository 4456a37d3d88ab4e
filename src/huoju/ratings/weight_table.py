"""What the columns and cells of a pasted table of weights say: headings, units and exact numbers, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from huoju.core.document import exact_number
from huoju.ratings.scheme import Stage

SEARCHED = 12  # rows in which a heading is looked for
BLANK = frozenset({"", "-", "--", "—", "——", "–", "/", "null"})
UNITS: Mapping[str, Fraction] = {
    "元": Fraction(1),
    "万元": Fraction(10_000),
    "亿元": Fraction(100_000_000),
    "%": Fraction(1, 100),
    **dict.fromkeys(("人", "名", "件", "项", "个", "家", "年", "次", "分", "倍", "yuan"), Fraction(1)),
}
_LABELS = (
    "指标 指标名称 二级指标 三级指标 评价指标 具体指标 项目 名称 参数 参数名称 indicator item name parameter label id"
)
_GROUPS = "一级指标 类别 指标类别 分类 部分 class part group"
_WEIGHTS = "权重 分值 满分 权重分 指标权重 weight weights points fullmarks"
_REFERENCES = (
    "满分参考值 参考值 满分标准值 数值 取值 值 reference referencevalue fullmarkreference valueoffullmarks value"
)
_IGNORED = "序号 编号 备注 说明 no # number note notes remark remarks"
_NUMBERING = re.compile(r"(\(\d{1,2}\)|\d{1,2}[.、)](?!\d)|\(?[一二三四五六七八九十]{1,3}[、)])\s*")
_IN_BRACKETS = re.compile(r"(.*?)\s*[(\[](?:单位\s*:\s*)?([^()\[\]]*)[)\]]")
_PUNCTUATION = re.compile(r"[\s·・•\-_—–、,.。:;“”\"'‘’]+")

Sort = Literal["label", "group", "weight", "reference", "unit", "ignored", "unknown"]


@dataclass(frozen=True, slots=True)
class Table:
    """One pasted table: the name of its sheet, or nothing, and its rows of cells by the number a person sees."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is: weights (of a stage, or of all), reference values, labels; ``text`` as it was written."""

    sort: Sort
    stage: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a table, one for each column, and the index of the first row below them."""

    body: int
    headings: tuple[Heading, ...]

    def of(self, *sorts: Sort) -> tuple[int, ...]:
        """Return the places of the columns of some sorts."""
        return tuple(place for place, heading in enumerate(self.headings) if heading.sort in sorts)

    def repeated(self) -> tuple[Heading, ...]:
        """Return the headings of numbers that say the same as one before them."""
        seen: set[tuple[str, str]] = set()
        again = []
        for place in self.of("weight", "reference"):
            heading = self.headings[place]
            if (heading.sort, heading.stage) in seen:
                again.append(heading)
            seen.add((heading.sort, heading.stage))
        return tuple(again)


def fold(text: str) -> str:
    """Return a label folded for comparing: width, case, blanks, punctuation and leading numbering do not count.

    >>> fold("１、研发费用 金额"), fold("R&D Expense"), fold("rd_amount")
    ('研发费用金额', 'r&dexpense', 'rdamount')
    """
    wide = unicodedata.normalize("NFKC", text).strip()
    return _PUNCTUATION.sub("", _NUMBERING.sub("", wide, count=1) if _NUMBERING.match(wide) else wide).casefold()


def without_unit(text: str) -> tuple[str, str]:
    """Return a heading or label without the unit that it carries in brackets, and that unit, or nothing.

    >>> without_unit("满分参考值（万元）"), without_unit("研发费用（内部）")
    (('满分参考值', '万元'), ('研发费用（内部）', ''))
    """
    match = _IN_BRACKETS.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match and match[2].strip().lower() in UNITS:
        return match[1], match[2].strip().lower()
    return text, ""


def read_cell(cell: str, unit: str) -> tuple[Fraction, str] | None:
    """Return the exact number of a cell and the unit it is in: the cell's own, else the one given; None for no number.

    >>> read_cell("5000万元", ""), read_cell("30", "%"), read_cell("5,000", "")
    ((Fraction(50000000, 1), '万元'), (Fraction(3, 10), '%'), None)
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell))
    for own in sorted(UNITS, key=len, reverse=True):
        number = exact_number(text.removesuffix(own)) if text.endswith(own) else None
        if number is not None and text[: -len(own)][-1:] not in ("%", "万", "亿"):
            return number * UNITS[own], own
    number = exact_number(text)
    if number is None:
        return None
    if text[-1] in "%万亿":
        return number, text[-1]
    return number * UNITS.get(unit, Fraction(1)), unit


def is_blank(cell: str) -> bool:
    """Return whether a cell states nothing."""
    return unicodedata.normalize("NFKC", cell).strip().casefold() in BLANK


def find_columns(table: Table, stages: Sequence[Stage]) -> Columns | None:
    """Return the headings that say most, one row tall before two; None where no column holds weights or references."""
    best: tuple[int, Columns] | None = None
    height = min(SEARCHED, len(table.rows))
    for tall in (1, 2):
        for top in range(height - tall + 1):
            rows = [cells for _, cells in table.rows[top : top + tall]]
            width = max(map(len, rows))
            parts = [[row[place] for row in rows if place < len(row)] for place in range(width)]
            columns = Columns(top + tall, tuple(heading_of(told, stages) for told in parts))
            told_by = len(columns.of("weight", "reference")) - 2 * len(columns.repeated())
            worth = 2 * told_by + len(columns.of("label", "unit"))
            if columns.of("weight", "reference") and (best is None or worth > best[0]):
                best = (worth, columns)
    return best[1] if best is not None else None


def heading_of(parts: Sequence[str], stages: Sequence[Stage]) -> Heading:
    """Return what a column is by the one or two cells above it."""
    told = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    bare = [without_unit(part) for part in told]
    unit = next((own for _, own in reversed(bare) if own), "")
    folded = [fold(text) for text, _ in bare]
    stage = next((found for part in folded if (found := _stage(part, stages))), "")
    is_reference = any(part in _words(_REFERENCES) for part in folded)
    text = " ".join(told)
    if stage:
        return Heading("unknown" if is_reference else "weight", stage, unit, text)
    if is_reference:
        return Heading("reference", "", unit, text)
    for sort, words in _SIMPLE:
        if any(part in words for part in folded):
            return Heading(sort, "", unit, text)
    return Heading("unknown" if text else "ignored", "", unit, text)


def _stage(part: str, stages: Sequence[Stage]) -> str:
    for word in sorted(_words(_WEIGHTS), key=len, reverse=True):
        if word in part and part != word:
            part = part.replace(word, "").strip("()")
            break
    names = {fold(name): stage.id for stage in stages for name in (stage.id, *stage.label.values())}
    return names.get(part) or names.get(part.removesuffix("企业"), "")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SIMPLE: tuple[tuple[Sort, frozenset[str]], ...] = (
    ("weight", _words(_WEIGHTS)),
    ("label", _words(_LABELS)),
    ("group", _words(_GROUPS)),
    ("unit", _words("单位 计量单位 unit")),
    ("ignored", _words(_IGNORED)),
)
