"""Credit reference reports: one content, one set of drawings and numbers, as PDF, page and JSON."""

from huoju.reports.cash_flow import QUANTILE_NAMES, CashFlow, Growth, MonthActual, MonthForecast, Quantiles, Repayment
from huoju.reports.content import (
    BASE,
    Completeness,
    Count,
    Credit,
    DefaultProbability,
    Enterprise,
    HeadFact,
    Language,
    Money,
    PriceTerm,
    ReasonRow,
    ReportContent,
    Request,
    Score,
    Standing,
)
from huoju.reports.html import make_html
from huoju.reports.json_report import make_json
from huoju.reports.pdf import PdfReport, make_pdf
from huoju.reports.provenance import Attention, LedgerHead, Level, MissingData, ModelVersion, Provenance

__all__ = [
    "BASE",
    "QUANTILE_NAMES",
    "Attention",
    "CashFlow",
    "Completeness",
    "Count",
    "Credit",
    "DefaultProbability",
    "Enterprise",
    "Growth",
    "HeadFact",
    "Language",
    "LedgerHead",
    "Level",
    "MissingData",
    "ModelVersion",
    "Money",
    "MonthActual",
    "MonthForecast",
    "PdfReport",
    "PriceTerm",
    "Provenance",
    "Quantiles",
    "ReasonRow",
    "Repayment",
    "ReportContent",
    "Request",
    "Score",
    "Standing",
    "make_html",
    "make_json",
    "make_pdf",
]
