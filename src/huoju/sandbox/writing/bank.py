"""The bank: loans, instalments with what was paid, ratings with defaults."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from huoju.core.period import add_months
from huoju.sandbox.economy import Economy, Loan, yearly_schedule
from huoju.sandbox.writing.forms import write_csv, write_xlsx, yuan
from huoju.sandbox.zone_data import ZoneData

METHODS = {"annuity": "等额本息", "interest_only": "按月付息到期还本", "bullet": "到期一次还本付息"}


def write_loans(zone: ZoneData, folder: Path) -> None:
    """Write each year's new loans as a workbook in 万元 with a total."""
    header = (
        "合同号",
        "借款人名称",
        "统一社会信用代码",
        "放款日期",
        "到期日期",
        "贷款金额（万元）",
        "年利率（%）",
        "还款方式",
        "担保方式",
    )
    for first in range(0, zone.months, 12):
        rows = []
        for number, loan in enumerate(zone.economy.loans):
            if first <= loan.month < min(first + 12, zone.months):
                lent = lent_on(zone, loan)
                name, code = zone.people.called("bank_loans", loan.firm, loan.month, care=0.5)
                rows.append(
                    [
                        contract(number),
                        name,
                        code,
                        lent.isoformat(),
                        add_months(lent, loan.term).isoformat(),
                        loan.amount / 1e4,
                        round(loan.yearly_rate * 100, 2),
                        METHODS[loan.method],
                        "信用",
                    ]
                )
        last = zone.plan.month(min(first + 12, zone.months) - 1)
        total: list[object] = ["合计", "", "", "", "", sum(float(str(row[5])) for row in rows), "", "", ""]
        if rows:
            write_xlsx(folder / f"贷款台账_{last:%Y}.xlsx", "高新区企业贷款台账（合成数据）", header, rows, total)


def write_repayments(zone: ZoneData, folder: Path) -> None:
    """Write half a year of instalments a file, as they stood on its last day; unpaid ones come again in the next."""
    header = (
        "合同号",
        "借款人名称",
        "统一社会信用代码",
        "应还日期",
        "应还本金（元）",
        "应还利息（元）",
        "实还日期",
        "实还金额（元）",
        "逾期天数",
        "贷款余额（元）",
        "报送日期",
    )
    instalments = [item for number, loan in enumerate(zone.economy.loans) for item in _instalments(zone, number, loan)]
    for first in range(0, zone.months, 6):
        told = min(add_months(zone.plan.month(first), 6) - timedelta(days=1), zone.last_day)
        since = zone.plan.month(first)
        rows = []
        for number, firm, due_on, principal, interest, paid_on, outstanding in instalments:
            was_open = due_on < since and (paid_on is None or paid_on >= since)
            if not (since <= due_on <= told or was_open):
                continue
            is_paid = paid_on is not None and paid_on <= told
            late = ((paid_on if is_paid and paid_on else told) - due_on).days
            name, code = zone.people.called("bank_loans", firm, first, care=0.5)
            rows.append(
                [
                    contract(number),
                    name,
                    code,
                    due_on.isoformat(),
                    yuan(principal),
                    yuan(interest),
                    paid_on.isoformat() if is_paid and paid_on else "",
                    yuan(principal + interest) if is_paid else "",
                    max(late, 0),
                    yuan(outstanding if is_paid else outstanding + principal),
                    told.isoformat(),
                ]
            )
        if rows:
            write_csv(folder / f"还款明细_{told:%Y%m%d}.csv", header, rows, "utf-8-sig")


def write_ratings(zone: ZoneData, folder: Path) -> None:
    """Write the bank's own ratings of its borrowers at each year's end, with the defaults it established."""
    rng = np.random.default_rng([zone.seed, 33])
    header = ("统一社会信用代码", "客户名称", "评级", "评级日期", "是否违约", "违约认定日期")
    for last in range(11, zone.months, 12):
        rated = add_months(zone.plan.month(last), 1) - timedelta(days=1)
        rows = []
        for firm in sorted({loan.firm for loan in zone.economy.loans if loan.month <= last}):
            at = int(zone.economy.defaulted[firm])
            is_default = 0 <= at <= last
            cushion = float(zone.economy.cash[firm, last]) / max(
                float(zone.economy.sales[firm, last - 11 : last + 1].mean()), 1.0
            )
            noisy = cushion + rng.normal(0, 0.8)
            rating = "D" if is_default else "A" if noisy > 2.5 else "B" if noisy > 1.0 else "C"
            name, code = zone.people.called("bank_loans", firm, last, care=0.5)
            defaulted = (add_months(zone.plan.month(at), 1) - timedelta(days=1)).isoformat() if is_default else ""
            rows.append([code, name, rating, rated.isoformat(), "是" if is_default else "否", defaulted])
        if rows:
            write_csv(folder / f"客户评级_{rated:%Y%m%d}.csv", header, rows, "utf-8-sig")


def contract(number: int) -> str:
    """Return the number of a contract."""
    return f"HT{number + 1:06d}"


def lent_on(zone: ZoneData, loan: Loan) -> date:
    """Return the day on which a loan was paid out."""
    return zone.plan.month(loan.month).replace(day=15)


def _instalments(
    zone: ZoneData, number: int, loan: Loan
) -> Iterator[tuple[int, int, date, int, int, date | None, int]]:
    """Yield contract, enterprise, day due, principal, interest, day paid and balance of what fell due by the end."""
    balance = round(loan.amount * 100)
    for nth, yuan_due in enumerate(yearly_schedule(loan)):
        month = loan.month + 1 + nth
        if month >= zone.months:
            return
        total = round(float(yuan_due) * 100)
        interest = round(balance * round(loan.yearly_rate * 1e6) / 1e6 / 12)
        if loan.method == "bullet":
            interest = 0 if total == 0 else total - balance
        principal = total - interest if total else 0
        balance -= principal
        if total:
            due_on = zone.plan.month(month).replace(day=20)
            yield (
                number,
                loan.firm,
                due_on,
                principal,
                interest,
                _paid_on(zone, zone.economy, loan.firm, month),
                balance,
            )


def _paid_on(zone: ZoneData, economy: Economy, firm: int, month: int) -> date | None:
    """Return when what fell due in a month was paid: when the enterprise had no arrears left, if ever."""
    owed = np.cumsum(economy.debt_service[firm]) - np.cumsum(economy.paid[firm])
    clear = np.flatnonzero(owed[month : zone.months] <= 1.0)
    if not clear.size:
        return None
    paid_in = month + int(clear[0])
    return zone.plan.month(paid_in).replace(day=20 if paid_in == month else 25)
