"""Credit reference reports: one content, one set of drawings and numbers, as PDF, page and JSON."""

from huoju.reports.content import ReportContent
from huoju.reports.html import make_html
from huoju.reports.json_report import make_json
from huoju.reports.pdf import PdfReport, make_pdf

__all__ = ["PdfReport", "ReportContent", "make_html", "make_json", "make_pdf"]
