"""Invented contents of reports: a full one, and ones at the edges. No number here speaks of anyone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from huoju import reports as c
from huoju.core.finding import Finding
from huoju.core.words import Words, read_words

LOCALE = Path(__file__).parents[2] / "src" / "huoju" / "locale"
WAN = 1_000_000
MEDIANS = (54, 50, 58, 53, 55, 62, 34, 46, 57, 59, 58, 62)
PAST = (41, 52, 38, 60, 49, 55, 72, 30, 44, 58, 63, 57)


def words(language: str = "zh") -> Words:
    """The words of one language as the house ships them."""
    return read_words(LOCALE, language)


def month(at: int) -> date:
    """The first day of the month so many after 2024-06."""
    number = 2024 * 12 + 5 + at
    return date(number // 12, number % 12 + 1, 1)


def history(count: int = 24, due: int | None = 28 * WAN) -> tuple[c.MonthActual, ...]:
    """Months that ended with 2026-05."""
    return tuple(
        c.MonthActual(month(at), PAST[at % 12] * WAN - 2 * WAN * (at < 12), due) for at in range(24 - count, 24)
    )


def forecast(due: int | None = 28 * WAN) -> tuple[c.MonthForecast, ...]:
    """Twelve months from 2026-06 with a dip at the Spring Festival."""
    found = []
    for at, middle in enumerate(MEDIANS):
        wide = (4 + at) * WAN
        middle_fen = middle * WAN
        quantiles = (middle_fen - wide, middle_fen - wide // 2, middle_fen, middle_fen + wide // 2, middle_fen + wide)
        found.append(c.MonthForecast(month(24 + at), quantiles, due))
    return tuple(found)


ROWS = {
    "zh": (
        ("base", "基础分", 400, "", ()),
        ("innovation", "研发投入强度", 86, "7.9% · 行业 P82", ("rd_ledger/研发台账2025.xlsx#费用:14",)),
        ("innovation", "发明专利", 64, "11 件有效", tuple(f"patents/专利清单.csv:{row}" for row in range(2, 13))),
        (
            "growth",
            "营收成长",
            72,
            "三年年均 31%",
            ("annual_report/2025年报.xlsx:31", "annual_report/2022年报.xlsx:29"),
        ),
        ("operations", "科技人才", 38, "研发 43 人 · 36%", ("social_insurance/2026-05.csv:118",)),
        ("innovation", "资质与获奖", 45, "高企 / 专精特新", ("enterprise_register/资质.csv:7",)),
        ("operations", "订单与回款", 52, "回款 68 天", ("vat_invoice/销项2026.csv:1044",)),
        ("repayment", "偿债能力", -18, "流动比率 1.12", ("annual_report/2025年报.xlsx:58",)),
        ("compliance", "涉诉与处罚", -9, "合同纠纷 1 件", ("court_and_penalties/裁判文书.csv:3",)),
    ),
    "en": (
        ("base", "Base points", 400, "", ()),
        ("innovation", "R&D intensity", 86, "7.9% · P82 of industry", ("rd_ledger/研发台账2025.xlsx#费用:14",)),
        ("innovation", "Invention patents", 64, "11 valid", tuple(f"patents/list.csv:{row}" for row in range(2, 13))),
        ("growth", "Growth of revenue", 72, "31% a year, 3 years", ("annual_report/2025.xlsx:31",)),
        ("operations", "R&D staff", 38, "43 persons · 36%", ("social_insurance/2026-05.csv:118",)),
        ("innovation", "Titles and awards", 45, "High-tech enterprise", ("enterprise_register/titles.csv:7",)),
        ("operations", "Orders and collections", 52, "68 days to collect", ("vat_invoice/sales2026.csv:1044",)),
        ("repayment", "Repayment capacity", -18, "Current ratio 1.12", ("annual_report/2025.xlsx:58",)),
        ("compliance", "Courts and penalties", -9, "1 contract dispute", ("court_and_penalties/x.csv:3",)),
    ),
}
GROUPS = {
    "zh": ("创新", "成长", "经营", "还款", "合规"),
    "en": ("Innovation", "Growth", "Operations", "Repayment", "Compliance"),
}
CODES = ("innovation", "growth", "operations", "repayment", "compliance")
TEXTS = {
    "zh": {
        "name": "苏州澄芯热控技术有限公司",
        "asked_by": "昆山示例农村商业银行",
        "purpose": "授信",
        "founded": "成立",
        "capital": "实缴资本",
        "insured": "参保",
        "persons": "人",
        "dscr": "偿债覆盖 ≥ 1.3",
        "policy": "示例政策 2026-05",
        "loss": "预期损失",
        "funding": "资金成本",
        "margin": "目标利差",
        "peers": "示例园区全部 300 家企业",
        "basis": "账面债务与参考贷款（100 万元，12 个月）",
        "watch1": "第一大客户占收入 34%；流失情景下偿债覆盖低于 1.3 的警戒线",
        "watch2": "买卖合同纠纷 1 件（标的 46 万元），2026-04-28 已调解结案",
        "positive": "获评省专精特新；A 轮融资 3,000 万元到账",
        "power": "用电量",
        "power_from": "电力公司",
        "insurance": "社保 2026-05",
        "insurance_from": "人社部门",
        "score": "火炬积分",
        "points": "分",
        "fitted": "示例样本 123 家有标签企业，交叉验证",
        "model": "违约风险",
        "flow": "现金流",
    },
    "en": {
        "name": "Suzhou Chengxin Thermal Control Technology Co., Ltd.",
        "asked_by": "Kunshan Sample Bank",
        "purpose": "lending",
        "founded": "Founded",
        "capital": "Paid-in capital",
        "insured": "Insured staff",
        "persons": "persons",
        "dscr": "coverage ≥ 1.3",
        "policy": "sample policy 2026-05",
        "loss": "Expected loss",
        "funding": "Cost of funds",
        "margin": "Target margin",
        "peers": "all 300 enterprises of the sample zone",
        "basis": "Debt on record and the reference loan",
        "watch1": "The largest customer is 34% of revenue; without it coverage falls below 1.3",
        "watch2": "1 contract dispute (460,000 yuan), settled on 2026-04-28",
        "positive": "Provincial title granted; 30 million yuan of series A received",
        "power": "Electricity use",
        "power_from": "Grid company",
        "insurance": "Social insurance 2026-05",
        "insurance_from": "Labour office",
        "score": "Torch score",
        "points": "points",
        "fitted": "123 labelled sample enterprises, cross-validated",
        "model": "Default risk",
        "flow": "Cash flow",
    },
}


def full(language: c.Language = "zh") -> c.ReportContent:
    """A report in which everything is known."""
    say = TEXTS[language]
    return c.ReportContent(
        number="HJ-2026-0531-7F3A",
        language=language,
        as_of=date(2026, 5, 31),
        synthetic=True,
        enterprise=c.Enterprise(
            id="uscc:91320583MA1NXL5X6K",
            name=say["name"],
            uscc="91320583MA1NXL5X6K",
            facts=(
                c.HeadFact(say["founded"], date(2017, 4, 18)),
                c.HeadFact(say["capital"], c.Money(2_000 * WAN)),
                c.HeadFact(say["insured"], c.Count(119, say["persons"])),
            ),
        ),
        request=c.Request(say["asked_by"], say["purpose"], "HJ-SQ-2026-0331", date(2027, 3, 31)),
        score=c.Score(730, 690, 761, "A", history=(655, 660, 668, 675, 690, 688, 697, 705, 702, 716, 725, 730)),
        default=c.DefaultProbability(0.0142, 0.009, 0.0231, 0.9, say["fitted"]),
        growth=c.Growth(-0.042, 0.184, 0.41, 0.82),
        credit=c.Credit(
            verdict="approve",
            limit=440 * WAN,
            yearly_rate=43_500,
            months=12,
            policy=say["policy"],
            binding=(say["dscr"],),
            limit_low=360 * WAN,
            limit_high=510 * WAN,
            price_terms=(
                c.PriceTerm(say["loss"], 6_400),
                c.PriceTerm(say["funding"], 22_000),
                c.PriceTerm(say["margin"], 15_100),
            ),
        ),
        completeness=c.Completeness(0.87, 9, 11),
        repayment=c.Repayment(1.31, 1.94, 2.6, 0.0083, say["basis"]),
        cash_flow=c.CashFlow(history(), forecast(), 480 * WAN, 648 * WAN, 812 * WAN),
        provenance=c.Provenance(
            models=(
                c.ModelVersion(say["model"], "0.3.2", say["fitted"]),
                c.ModelVersion(say["flow"], "0.3.0", say["fitted"]),
            ),
            rules="2026-05",
            snapshot="8f3ac21d" * 8,
            ledger=c.LedgerHead(18_204, "b7e1" * 16),
        ),
        reasons=tuple(c.ReasonRow(*row) for row in ROWS[language]),
        groups=tuple(
            c.Standing(code, label, at, 0.5)
            for code, label, at in zip(CODES, GROUPS[language], (0.82, 0.91, 0.66, 0.58, 0.88), strict=True)
        ),
        peers=say["peers"],
        attention=(
            c.Attention("positive", say["positive"], "E-10590"),
            c.Attention("watch", say["watch1"], "E-10482"),
            c.Attention("watch", say["watch2"], "E-10377"),
        ),
        missing=(
            c.MissingData(say["power"], say["power_from"], say["score"], 712, 741, say["points"]),
            c.MissingData(say["insurance"], say["insurance_from"], say["score"], 726, 733, say["points"]),
        ),
        findings=(Finding("sample-code", "vat_invoice/2026.csv:17", {}),),
    )


def unknown(language: c.Language = "zh") -> c.ReportContent:
    """A report of an enterprise of which almost nothing is known."""
    base = full(language)
    return replace(
        base,
        enterprise=replace(
            base.enterprise, uscc=None, facts=tuple(replace(fact, value=None) for fact in base.enterprise.facts)
        ),
        request=replace(base.request, authorisation=None, valid_until=None),
        score=c.Score(None, 120, 880, None),
        default=c.DefaultProbability(None, 0.002, 0.61, None),
        growth=c.Growth(None, None, None, None),
        credit=replace(
            base.credit,
            verdict="refer",
            limit=None,
            yearly_rate=None,
            months=None,
            binding=(),
            price_terms=(),
            limit_low=None,
            limit_high=None,
        ),
        completeness=c.Completeness(None),
        repayment=c.Repayment(None, None, None, None),
        cash_flow=c.CashFlow(
            tuple(replace(each, inflow=None, debt_service=None) for each in history()),
            tuple(replace(each, quantiles=None, debt_service=None) for each in forecast()),
        ),
        provenance=replace(base.provenance, ledger=None),
        reasons=tuple(replace(row, points=None, known=False, evidence="", facts=()) for row in base.reasons),
        groups=tuple(replace(group, percentile=None, median=None) for group in base.groups),
        attention=(),
    )


def negative(language: c.Language = "zh") -> c.ReportContent:
    """A report with one month of history, money flowing out, a long name and a refusal."""
    base = full(language)
    falling = tuple(
        replace(each, quantiles=tuple(-fen // 3 for fen in reversed(each.quantiles or ())))  # type: ignore[arg-type]
        for each in forecast(due=3 * WAN + 456_700)
    )
    names = {"zh": "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿克陶县喆堃智能装备与新能源汽车热管理系统集成股份有限公司"}
    long = names.get(language, "Xinjiang Intelligent Equipment and Thermal Management Systems Integration " * 2)
    return replace(
        base,
        enterprise=replace(base.enterprise, name=long, former_names=(base.enterprise.name, "阿克陶县热控厂")),
        score=c.Score(411, 233, 655, "D"),
        default=c.DefaultProbability(0.2831, 0.154, 0.4712, 0.9),
        growth=c.Growth(-0.71, -0.354, -0.02, 0.04),
        credit=replace(base.credit, verdict="decline", limit=0, yearly_rate=None, months=None, limit_low=0),
        repayment=c.Repayment(-2.4, -0.83, 0.2, 0.9731, base.repayment.basis),
        cash_flow=c.CashFlow(history(1, None), falling, -310 * WAN, -216 * WAN, -101 * WAN),
        reasons=(
            c.ReasonRow("base", base.reasons[0].label, 600),
            *(
                replace(row, points=-abs(row.points or 0) // 4, known=at % 3 > 0)
                for at, row in enumerate(base.reasons[1:])
            ),
            c.ReasonRow("operations", base.reasons[6].label, -90),
        ),
    )


def many(language: c.Language = "zh") -> c.ReportContent:
    """A report with more reasons than its first page shows, and many points for the approver."""
    base = full(language)
    extra = tuple(
        c.ReasonRow(
            CODES[at % 5], f"{base.reasons[1 + at % 8].label} {at}", (-1) ** at * (at + 1), f"{at}.5%", known=at % 4 > 0
        )
        for at in range(16)
    )
    return replace(
        base, reasons=base.reasons + extra, score=replace(base.score, value=722), attention=base.attention * 3
    )
