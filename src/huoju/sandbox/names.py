"""Invented enterprises: names by the rules of the trade, valid codes, branches, former and short names.

Brands are drawn at random from single characters, so a name that exists is an accident and is never meant.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from huoju.core.uscc import ALPHABET, check_character
from huoju.sandbox.plan import Industry

REGIONS = ("苏州", "昆山", "江苏", "苏州市", "苏州工业园区")
OUTSIDE = ("上海", "无锡", "深圳", "杭州", "南京", "广州", "宁波", "合肥", "武汉", "成都", "常州", "东莞")
OUTSIDE_TRADES = ("贸易", "商贸", "电器", "物流", "包装", "五金", "化工", "仪器", "建材", "供应链管理", "塑胶", "精工")
_FIRST = "澄翰锐曜弘泓珩砺钧昱朗煜晟睿瀚骏腾岳嵩沛霖楚韵衡骁逸隽璟谦恒铭卓凌禾"
_SECOND = "芯石途峰源诺驰维拓汇科创联达泰益华宇辰帆航森川岚墨禹昂奕彤谷"
FORMS = ("有限公司", "有限责任公司", "股份有限公司")


def legal_names(rng: np.random.Generator, industries: Sequence[Industry]) -> list[str]:
    """Return one name for each industry given: region, brand, trade, form; no two alike."""
    taken: set[str] = set()
    names = []
    for industry in industries:
        while True:
            brand = str(rng.choice(list(_FIRST))) + str(rng.choice(list(_SECOND)))
            trade = str(rng.choice(industry.trade))
            if brand + trade not in taken:
                break
        taken.add(brand + trade)
        region = str(rng.choice(REGIONS, p=(0.55, 0.25, 0.12, 0.05, 0.03)))
        names.append(region + brand + trade + str(rng.choice(FORMS, p=(0.86, 0.09, 0.05))))
    return names


def outsider_names(rng: np.random.Generator, count: int) -> list[str]:
    """Return names of enterprises outside the zone."""
    return [
        str(rng.choice(OUTSIDE))
        + str(rng.choice(list(_FIRST)))
        + str(rng.choice(list(_SECOND)))
        + str(rng.choice(OUTSIDE_TRADES))
        + f"{FORMS[0]}"
        for _ in range(count)
    ]


def codes(rng: np.random.Generator, count: int, region: str) -> list[str]:
    """Return valid unified social credit codes of enterprises, no two alike."""
    found: dict[str, None] = {}
    while len(found) < count:
        body = "91" + region + "MA" + "".join(rng.choice(list(ALPHABET), size=7))
        found[body + check_character(body)] = None
    return list(found)


def renamed(rng: np.random.Generator, name: str) -> str:
    """Return the name an enterprise had before: another brand, the rest alike."""
    brand = str(rng.choice(list(_SECOND))) + str(rng.choice(list(_FIRST)))
    region = next((r for r in sorted(REGIONS, key=len, reverse=True) if name.startswith(r)), name[:2])
    return region + brand + name[len(region) + 2 :]


def variant(rng: np.random.Generator, name: str) -> str:
    """Return the name as a careless clerk writes it: region dropped or bracketed, form shortened, a blank, a width."""
    region = next((r for r in sorted(REGIONS, key=len, reverse=True) if name.startswith(r)), "")
    kind = int(rng.integers(5))
    form = next(f for f in sorted(FORMS, key=len, reverse=True) if name.endswith(f))
    core = name[len(region) : -len(form)]
    if kind == 0:
        return core + form
    if kind == 1:
        return f"{core}（{region.removesuffix('市')}）{form}"
    if kind == 2:
        return region + core + ("有限责任公司" if form == "有限公司" else "有限公司")
    if kind == 3:
        return f"{region} {core}{form}"
    return name + "　"


def short_name(name: str) -> str:
    """Return how news calls an enterprise: brand and trade, without region and form."""
    region = next((r for r in sorted(REGIONS, key=len, reverse=True) if name.startswith(r)), "")
    form = next(f for f in sorted(FORMS, key=len, reverse=True) if name.endswith(f))
    return name[len(region) : -len(form)]


def mistyped(rng: np.random.Generator, code: str) -> str:
    """Return the code with one wrong character or two neighbours swapped."""
    place = int(rng.integers(8, 16))
    if rng.random() < 0.5 and code[place] != code[place + 1]:
        return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    wrong = ALPHABET[(ALPHABET.index(code[place]) + 1 + int(rng.integers(29))) % 31]
    return code[:place] + wrong + code[place + 1 :]
