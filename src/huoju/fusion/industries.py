"""Industries told by names: the section of GB/T 4754 that the words of a name point to; a guess, never a fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from huoju.core.document import read_document
from huoju.fusion.folding import fold

SECTIONS = "ABCDEFGHIJKLMNOPQRST"
_FORM = re.compile(r"(股份|有限责任|有限|集团|总|分)*公司|\(有限合伙\)|分院|厂$|总$|\*+")


def industry_of_name(name: str | None) -> str:
    """Return the section letter that a name tells, or "" where it tells none.

    The word that ends last decides, of those that end together the longest: names of China's enterprises put the
    industry right before the form.

    >>> industry_of_name("***建筑机械租赁有限公司"), industry_of_name("***物流有限公司***分公司")
    ('L', 'G')
    >>> industry_of_name("个体经营E124")
    ''
    """
    if name is None:
        return ""
    told = _FORM.sub("", fold(name))
    found = [(told.rfind(word) + len(word), len(word), section) for word, section in _words().items() if word in told]
    return max(found)[2] if found else ""


def industry_of_code(code: str | None) -> str:
    """Return the section letter of an industry code with its letter, as C3490; "" where it begins with none."""
    return code[0] if code and code[0] in SECTIONS else ""


@cache
def _words() -> Mapping[str, str]:
    document = read_document(Path(__file__).with_name("industries.yaml"))
    document.allow("source", "words")
    sections = document.child("words")
    sections.allow(*SECTIONS)
    found: dict[str, str] = {}
    for section in sections.keys():
        for word in sections.texts(section):
            if word in found:
                raise ValueError(f"{sections.at(section)}: {word} stands in two sections.")
            found[word] = section
    return found
