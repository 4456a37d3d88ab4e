"""Registers of departments: market regulation, insurance, science, intellectual property, courts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoju.core.period import add_months
from huoju.sandbox.writing.forms import smudge, write_csv, write_xlsx, yuan
from huoju.sandbox.zone_data import ZoneData


def write_register(zone: ZoneData, folder: Path) -> None:
    """Write the register twice: near the start, and near the end with new names, new enterprises and closures."""
    rng = np.random.default_rng([zone.seed, 21])
    header = (
        "统一社会信用代码",
        "企业名称",
        "曾用名",
        "法定代表人",
        "成立日期",
        "注册资本（万元）",
        "实缴资本（万元）",
        "国民经济行业代码",
        "行业名称",
        "住所",
        "登记状态",
        "隶属企业名称",
        "隶属企业统一社会信用代码",
        "核准日期",
    )
    capital = np.rint(zone.economy.sales.max(axis=1) / 1e4 * rng.uniform(0.5, 4, len(zone.people.names)) / 10) * 10 + 50
    paid = np.rint(capital * rng.choice([0.3, 0.6, 1.0], len(capital)))
    for month, day in ((0, 20), (zone.months - 2, 20)):
        delivered = zone.plan.month(month).replace(day=day)
        rows = []
        for firm in range(len(zone.people.names)):
            founded = add_months(zone.plan.first_month, int(zone.economy.founded[firm])).replace(day=1 + firm % 28)
            if founded > delivered:
                continue
            rows.append(_register_row(zone, firm, month, founded, capital[firm], paid[firm]))
        for place, branch in enumerate(zone.people.branches):
            if zone.economy.founded[branch.parent] < -3:
                founded = add_months(zone.plan.first_month, -2)
                zone.people.called_branch("enterprise_register", place, has_code=True)
                rows.append(
                    [
                        branch.code,
                        branch.name,
                        "",
                        "",
                        founded.isoformat(),
                        "",
                        "",
                        "",
                        "",
                        "（合成数据）",
                        "存续",
                        zone.people.name(branch.parent, month),
                        zone.people.codes[branch.parent],
                        founded.isoformat(),
                    ]
                )
        write_xlsx(
            folder / f"企业登记信息_{delivered:%Y%m%d}.xlsx", "高新区企业登记信息一览表（合成数据）", header, rows
        )


def _register_row(zone: ZoneData, firm: int, month: int, founded: date, capital: float, paid: float) -> list[object]:
    people, economy = zone.people, zone.economy
    industry = zone.plan.industries[economy.industry[firm]]
    former = people.former[firm]
    is_new = former is not None and month >= people.renamed_in[firm]
    approved = zone.plan.month(people.renamed_in[firm]) if is_new else founded
    closed = economy.closed[firm]
    status = "注销" if 0 <= closed <= month else "存续"
    if status == "注销":
        approved = zone.plan.month(int(closed))
    name, code = people.name(firm, month), people.codes[firm]
    people.wordings["enterprise_register", name, code] = (firm, -1)
    shown_former = (former if is_new else "") or ""
    return [
        code,
        name,
        shown_former,
        "示例",
        founded.isoformat(),
        float(capital),
        float(paid),
        industry.code,
        industry.name,
        f"江苏省昆山市示例路{firm + 1}号（合成数据）",
        status,
        "",
        "",
        approved.isoformat(),
    ]


def write_insurance(zone: ZoneData, folder: Path) -> None:
    """Write three months a file, twelve days after the quarter; one quarter comes very late."""
    rng = np.random.default_rng([zone.seed, 22])
    header = ("统一社会信用代码", "单位名称", "费款所属期", "参保人数（人）", "缴费基数合计（元）", "欠缴金额（元）")
    late = zone.months // 6
    for quarter in range(zone.months // 3):
        end = zone.plan.month(quarter * 3 + 3) - timedelta(days=1)
        delivered = end + timedelta(days=12 if quarter != late else int(zone.plan["dirt.late_quarter_days"]))
        if delivered > zone.last_day:
            continue
        rows = []
        for month in range(quarter * 3, quarter * 3 + 3):
            first = zone.plan.month(month)
            period = (f"{first:%Y%m}", f"{first:%Y-%m}", f"{first.year}年{first.month}月")[quarter % 3]
            for firm in np.flatnonzero(zone.exists(month) & (zone.economy.headcount[:, month] > 0)):
                name, code = zone.people.called("social_insurance", int(firm), month)
                people = int(zone.economy.headcount[firm, month])
                base = round(float(zone.economy.payroll[firm, month]) * 0.8 * 100)
                arrears = round(base * 0.16) if zone.economy.distress[firm, month] and firm % 2 else 0
                rows.append([code, name, period, smudge(str(people), rng, 0.01, 0.0), yuan(base), yuan(arrears)])
        rows.sort(key=lambda row: str(row[1]))
        write_csv(folder / f"参保情况_{delivered:%Y%m%d}.csv", header, rows, "gb18030")


def write_research(zone: ZoneData, folder: Path) -> None:
    """Write each year's R&D in the following spring, in 万元, under a two-row header, with a total."""
    header = (
        "统一社会信用代码",
        "企业名称",
        "年度",
        ("研发费用（万元）", "合计"),
        ("研发费用（万元）", "其中：委托外部"),
        "科技人员（人）",
        "职工总数（人）",
        "报送日期",
    )
    for first in range(0, zone.months - 11, 12):
        year = zone.plan.month(first).year
        delivered = date(year + 1, 3, 25)
        if delivered > zone.last_day:
            continue
        spent = zone.economy.rd[:, first : first + 12].sum(axis=1)
        rows = []
        for firm in np.flatnonzero(zone.exists(first + 11) & (spent > 0)):
            name, code = zone.people.called("rd_ledger", int(firm), first + 11)
            people = int(zone.economy.headcount[firm, first + 11])
            rd_people = round(people * min(0.7, 0.05 + 2.2 * float(zone.economy.rd_intensity[firm])))
            rows.append(
                [
                    code,
                    name,
                    f"{year}年",
                    round(float(spent[firm]) / 1e4, 2),
                    round(float(spent[firm]) / 1e5, 2),
                    rd_people,
                    people,
                    delivered.isoformat(),
                ]
            )
        total: list[object] = ["合计", "", "", round(float(spent.sum()) / 1e4, 2), "", "", "", ""]
        write_xlsx(
            folder / f"研发费用_{delivered:%Y%m%d}.xlsx",
            f"{year}年度企业研发费用归集表（合成数据）",
            header,
            rows,
            total,
        )


def write_patents(zone: ZoneData, folder: Path) -> None:
    """Write applications half a year after they were made, by the applicant's name alone."""
    rng = np.random.default_rng([zone.seed, 24])
    header = (
        "申请号",
        "专利名称",
        "专利类型",
        "申请日",
        "公开（公告）日",
        "授权公告日",
        "申请（专利权）人",
        "法律状态",
    )
    rate = zone.economy.rd[:, : zone.months] / 1e4 * zone.plan["research.patents_for_10k"]
    applied = rng.poisson(rate)
    pending: list[tuple[date, list[object]]] = []
    for firm, month in zip(*np.nonzero(applied), strict=True):
        for place in range(applied[firm, month]):
            at = zone.plan.month(int(month)).replace(day=1 + int(rng.integers(28)))
            kind = str(rng.choice(["发明", "实用新型", "外观设计"], p=[0.4, 0.5, 0.1]))
            shown = at + timedelta(days=int(rng.integers(120, 240)))
            granted = shown if kind != "发明" else shown + timedelta(days=int(rng.integers(200, 500)))
            is_granted = granted <= zone.last_day and rng.random() < 0.8
            name, _ = zone.people.called("patents", int(firm), int(month), has_code=False)
            row: list[object] = [
                f"CN{at:%Y%m}{firm:05d}{place:02d}",
                "示例专利",
                kind,
                at.isoformat(),
                shown.isoformat(),
                granted.isoformat() if is_granted else "",
                name,
                "有权" if is_granted else "审中",
            ]
            pending.append((shown, row))
    _write_dated(pending, zone, folder, "专利", header, "utf-8-sig")


def write_courts(zone: ZoneData, folder: Path) -> None:
    """Write judgments and penalties; those in distress meet both far more often."""
    rng = np.random.default_rng([zone.seed, 25])
    header = (
        "文号",
        "事项类型",
        "当事人",
        "统一社会信用代码",
        "当事人角色",
        "事由",
        "金额（元）",
        "作出日期",
        "公示日期",
        "结束日期",
    )
    times = np.where(zone.economy.distress[:, : zone.months], zone.plan["courts.distress_times"], 1.0)
    pending: list[tuple[date, list[object]]] = []
    for path, kinds in (
        ("judgment", (("民事判决", "被告"), ("民事判决", "原告"), ("被执行", "被执行人"))),
        ("penalty", (("行政处罚", "被处罚人"), ("经营异常", "列入企业"))),
    ):
        happened = rng.random(times.shape) < zone.plan[f"courts.{path}_yearly"] / 12 * times
        for firm, month in zip(*np.nonzero(happened), strict=True):
            if not zone.exists(int(month))[firm]:
                continue
            matter, role = kinds[int(rng.integers(len(kinds)))]
            at = zone.plan.month(int(month)).replace(day=1 + int(rng.integers(28)))
            shown = at + timedelta(days=int(rng.integers(5, 40)))
            name, code = zone.people.called("court_and_penalties", int(firm), int(month))
            amount = round(float(np.exp(rng.normal(11.5, 1.2))) * 100)
            ended = (at + timedelta(days=200)).isoformat() if rng.random() < 0.4 else ""
            row: list[object] = [
                f"（{at.year}）苏0583{len(pending):05d}号",
                matter,
                name,
                code,
                role,
                "合成数据",
                yuan(amount),
                at.isoformat(),
                shown.isoformat(),
                ended,
            ]
            pending.append((shown, row))
    _write_dated(pending, zone, folder, "司法与处罚", header, "utf-8-sig")


def _write_dated(
    pending: list[tuple[date, list[object]]],
    zone: ZoneData,
    folder: Path,
    stem: str,
    header: tuple[str, ...],
    encoding: str,
) -> None:
    """Write what became public in each year into one file; the next year's repeats the last month."""
    for first in range(0, zone.months, 12):
        start = zone.plan.month(first)
        end = min(add_months(start, 12) - timedelta(days=1), zone.last_day)
        rows = [row for shown, row in pending if add_months(start, -1) <= shown <= end]
        if rows:
            write_csv(folder / f"{stem}_{end:%Y%m%d}.csv", header, sorted(rows, key=lambda row: str(row[0])), encoding)
