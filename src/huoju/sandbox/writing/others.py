"""The utility, the enterprises themselves, and the news."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoju.sandbox.writing.forms import smudge, write_csv, write_xlsx, yuan
from huoju.sandbox.zone_data import ZoneData


def write_electricity(zone: ZoneData, folder: Path) -> None:
    """Write three months a file by account and name, no code; the utility stops sending before the end."""
    rng = np.random.default_rng([zone.seed, 41])
    intensity = np.array([i.energy for i in zone.plan.industries])[zone.economy.industry]
    stop = zone.months - int(zone.plan["dirt.electricity_stops_before_end"])
    for first in range(0, stop, 3):
        last = min(first + 3, stop)
        delivered = zone.plan.month(last) + timedelta(days=9)
        in_wan = (first // 3) % 4 == 3
        header = (
            "户号",
            "用户名称",
            "用电地址",
            "月份",
            f"用电量（{'万千瓦时' if in_wan else '千瓦时'}）",
            "电费（元）",
        )
        rows = []
        for month in range(first, last):
            use = zone.economy.sales[:, month] * intensity * np.exp(rng.normal(0, 0.08, len(intensity))) + 400
            for firm in np.flatnonzero(zone.exists(month)):
                name, _ = zone.people.called("electricity", int(firm), month, has_code=False)
                rows.append(_power_row(f"32{firm:08d}", name, zone.plan.month(month), float(use[firm]), in_wan, rng))
            for place, branch in enumerate(zone.people.branches):
                if zone.exists(month)[branch.parent]:
                    name, _ = zone.people.called_branch("electricity", place, has_code=False)
                    used = float(use[branch.parent]) * 0.05 + 300
                    rows.append(_power_row(f"33{place:08d}", name, zone.plan.month(month), used, in_wan, rng))
        write_csv(folder / f"用电量_{delivered:%Y%m%d}.csv", header, rows, "gb18030")


def _power_row(
    account: str, name: str, month: date, kwh: float, in_wan: bool, rng: np.random.Generator
) -> list[object]:
    shown = f"{kwh / 1e4:.4f}" if in_wan else f"{kwh:.0f}"
    return [account, name, "（合成数据）", f"{month:%Y%m}", smudge(shown, rng, 0.01, 0.002), yuan(round(kwh * 72))]


def write_annual_reports(zone: ZoneData, folder: Path) -> None:
    """Write each year's reports in the following May, half of them in 万元 and half in 元, with small errors."""
    rng = np.random.default_rng([zone.seed, 42])
    names = ("营业收入", "主营业务收入", "营业成本", "净利润", "资产总额", "负债总额", "所有者权益", "货币资金")
    for first in range(0, zone.months - 11, 12):
        year, last = zone.plan.month(first).year, first + 11
        delivered = date(year + 1, 5, 28)
        if delivered > zone.last_day:
            continue
        reports = _statements(zone, first, rng)
        for unit, scale, parity in (("万元", 1e4, 0), ("元", 1.0, 1)):
            header = (
                "统一社会信用代码",
                "企业名称",
                "报告年度",
                *(f"{name}（{unit}）" for name in names),
                "从业人数（人）",
                "填报日期",
            )
            rows = []
            for firm in np.flatnonzero(zone.exists(last)):
                if firm % 2 != parity or rng.random() < 0.08:
                    continue
                name, code = zone.people.called("annual_report", int(firm), last)
                figures = [round(float(value) / scale, 2) for value in reports[:, firm]]
                rows.append(
                    [code, name, str(year), *figures, int(zone.economy.headcount[firm, last]), delivered.isoformat()]
                )
            stem = f"年度报告_{'甲' if parity == 0 else '乙'}表_{delivered:%Y%m%d}"
            write_xlsx(folder / f"{stem}.xlsx", f"{year}年度企业报告（合成数据，单位：{unit}）", header, rows)


def _statements(zone: ZoneData, first: int, rng: np.random.Generator) -> np.ndarray:
    """Return yuan ``(8, n)``: revenue, main revenue, cost, profit, assets, liabilities, equity, cash."""
    e, year = zone.economy, slice(first, first + 12)
    last = first + 11
    revenue = e.sales[:, year].sum(axis=1) / 1.13
    cost = e.purchases[:, year].sum(axis=1) / 1.13 + e.payroll[:, year].sum(axis=1) * 0.6
    profit = revenue - cost - e.payroll[:, year].sum(axis=1) * 0.4 - e.rd[:, year].sum(axis=1) * 0.45 - revenue * 0.05
    cash = np.maximum(e.cash[:, last], 0)
    assets = cash + e.sales[:, last] * 0.8 + revenue * rng.uniform(0.3, 0.8, len(revenue)) + 1e5
    debt = np.zeros(len(revenue))
    for loan in e.loans:
        if loan.month <= last < loan.month + loan.term:
            debt[loan.firm] += loan.amount * (1 if loan.method != "annuity" else 1 - (last - loan.month) / loan.term)
    liabilities = np.minimum(debt + e.purchases[:, last] * 1.1 + np.maximum(-e.cash[:, last], 0), assets * 1.6)
    noise = np.exp(rng.normal(0, 0.015, len(revenue)))
    return np.stack(
        [revenue * noise, revenue * noise * 0.96, cost, profit, assets, liabilities, assets - liabilities, cash]
    )


def write_news(zone: ZoneData, folder: Path) -> None:
    """Write funding rounds as JSON lines, by short names, some amounts only hinted at."""
    rng = np.random.default_rng([zone.seed, 43])
    lines = []
    for firm, month in zip(*np.nonzero(zone.economy.funding[:, : zone.months]), strict=True):
        if rng.random() < 0.2:
            continue
        wan = zone.economy.funding[firm, month] / 1e4
        amount = f"{wan:.0f}万元人民币" if rng.random() < 0.6 else ("数千万人民币" if wan >= 1000 else "未披露")
        if wan >= 10_000:
            amount = f"{wan / 1e4:.1f}亿元"
        at = zone.plan.month(int(month)).replace(day=10 + int(rng.integers(15)))
        name = zone.people.called_short("funding_news", int(firm), int(month))
        lines.append(
            {
                "日期": at.isoformat(),
                "企业": name,
                "轮次": str(rng.choice(["天使轮", "A轮", "B轮"])),
                "金额": amount,
                "投资方": "示例资本",
                "链接": "合成数据",
            }
        )
    folder.mkdir(parents=True, exist_ok=True)
    if lines:
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in sorted(lines, key=lambda line: line["日期"]))
        (folder / "融资动态.jsonl").write_text(text + "\n", encoding="utf-8")
