"""Names of enterprises folded and taken apart: a column at once by ``parse_names``, one by one by ``take_apart``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from huoju.fusion.folding import fold
from huoju.fusion.parsing import PARSED, parse_names

__all__ = ["PARSED", "Name", "fold", "parse_names", "take_apart"]

# Provinces, autonomous regions and municipalities: GB/T 2260, short forms; cities join from the register's own names.
PROVINCES = (
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
)
# Longest first, as scale.md 1.2 asks; the short form 公司 stands for any of the limited companies.
FORMS = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "合伙企业(有限合伙)",
    "(有限合伙)",
    "合作社",
    "公司",
    "集团",
    "工作室",
    "研究院",
    "事务所",
    "厂",
    "店",
    "中心",
    "经营部",
)
BRANCH = re.compile(
    r"(.*?(?:公司|厂|院|所|中心))([^公司]{0,12}?(?:分公司|分厂|分店|支行|营业部|办事处|代表处|分部|经营部|门市部|服务部))$"
)
_BRACKETED = re.compile(r"\(([^()]{2,8})\)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: ``region`` + ``core`` (字号 and 行业) + ``form``, and the ``branch`` tail of a parent."""

    region: str
    core: str
    form: str
    branch: str


def take_apart(folded: str, cities: frozenset[str] = frozenset()) -> Name:
    """Return the parts of a folded name; ``cities`` are further regions to know, in short form."""
    branch = ""
    if found := BRANCH.fullmatch(folded):
        folded, branch = found[1], found[2]
    form = next((form for form in FORMS if folded.endswith(form) and len(folded) > len(form) + 1), "")
    rest = folded[: len(folded) - len(form)] if form else folded
    regions: list[str] = []
    for inner in _BRACKETED.findall(rest):
        if _bare(inner) in cities or _bare(inner) in PROVINCES:
            regions.append(_bare(inner))
            rest = rest.replace(f"({inner})", "")
    for _ in range(3):
        region, rest = _leading_region(rest, cities)
        if not region:
            break
        regions.append(region)
    return Name("".join(sorted(set(regions))), rest, form, branch)


def _leading_region(text: str, cities: frozenset[str]) -> tuple[str, str]:
    for length in range(min(8, len(text) - 2), 1, -1):
        head = text[:length]
        bare = _bare(head)
        if bare in PROVINCES or bare in cities:
            return bare, text[length:]
    return "", text


def _bare(region: str) -> str:
    for ending in (
        "壮族自治区",
        "维吾尔自治区",
        "回族自治区",
        "自治区",
        "特别行政区",
        "高新区",
        "开发区",
        "省",
        "市",
        "区",
        "县",
    ):
        if region.endswith(ending) and len(region) > len(ending) + 1:
            return region[: -len(ending)]
    return region
