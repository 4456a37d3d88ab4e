"""Small synthetic deliveries for the tests of services; no enterprise in them is real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from huoju.core.uscc import check_character

TODAY = date(2024, 7, 15)


def code(number: int) -> str:
    """Return a valid credit code that no enterprise has."""
    body = f"91320500MA1{number:06d}"
    return body + check_character(body)


def invoices(path: Path, rows: Sequence[tuple[str, int, str, str]], *, side: str = "销项") -> Path:
    """Write a tax bureau's list: (code of the enterprise, number, day, total in yuan)."""
    lines = ["发票代码,发票号码,销方识别号,销方名称,购方识别号,购方名称,开票日期,金额,税额,价税合计,发票状态"]
    other = f"{code(999_999)},测试往来有限公司"
    for own, number, day, total in rows:
        mine = f"{own},测试{own[-7:-1]}有限公司"
        seller, buyer = (mine, other) if side == "销项" else (other, mine)
        lines.append(f"0320,{number:08d},{seller},{buyer},{day},{total},0,{total},正常")
    return _write(path.with_name(f"{side}_{path.name}"), lines)


def register(path: Path, rows: Sequence[tuple[str, str]], approved: str = "2020-03-01") -> Path:
    """Write a register: (code, legal name)."""
    lines = ["统一社会信用代码,企业名称,成立日期,登记状态,核准日期"]
    return _write(path, [*lines, *(f"{uscc},{name},2015-03-01,存续,{approved}" for uscc, name in rows)])


def _write(path: Path, lines: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
