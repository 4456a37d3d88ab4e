"""Made-up firms for the tests of gaps: the worked bases of 115号 and 63号, and what is changed of them."""

from datetime import date

from huoju.core.view import View
from huoju.ratings.checking import expected_names
from huoju.ratings.plan import Prepared
from huoju.ratings.stating import view_of

DAY = date(2026, 6, 1)
TECH: dict[str, object] = {
    "is_resident": True,
    "staff": 100,
    "operating_revenue": 50_000_000,
    "total_assets": 60_000_000,
    "costs_and_expenses": 45_000_000,
    "rd_staff": 25,
    "rd_expense": 3_000_000,
    "class1_ip": 0,
    "class2_ip": 3,
    "banned_product": False,
    "major_accident_since_last_year": False,
    "serious_environmental_violation_since_last_year": False,
    "research_dishonesty_since_last_year": False,
    "abnormal_list": False,
    "serious_dishonesty_list": False,
    "status_high_tech_enterprise": False,
    "national_science_award_first_three_5_years": False,
    "rd_institution_level": "none",
    "led_standard_5_years": False,
}
INNOVATIVE: dict[str, object] = {
    "legal_person": True,
    "within_sme_size": True,
    "banned_product": False,
    "abnormal_list": False,
    "serious_dishonesty_list": False,
    "major_incident_3_years": False,
    "product_high_value_class1_ip": 0,
    "product_own_class1_ip": 0,
    "product_class1_ip": 0,
    "product_class2_ip": 1,
    "rd_expense": 3_000_000,
    "operating_revenue": 100_000_000,
    "main_revenue": {"2025": 70_000_000, "2024": 60_000_000},
    "total_liabilities": 55_000_000,
    "total_assets": 100_000_000,
    "strategic_emerging_industry": False,
    "science_award_3_years": False,
    "status_high_tech_enterprise": False,
    "status_technology_innovation_demonstration": False,
    "status_ip_advantage_or_demonstration": False,
    "rd_institution_level": "none",
    "equity_raised_3_years": 0,
}


def firm(prepared: Prepared, base: dict[str, object], **changed: object) -> View:
    """Return the view of a firm; what the scheme asks beside is told as not so."""
    version = prepared.scheme.version_on(DAY)
    assert version is not None
    asked = {r.name for r in prepared.readings(version) if r.sort == "fact"}
    known = {**dict.fromkeys([name for name in asked if name.startswith(("provincial_", "national_"))], False), **base}
    return view_of({"facts": {**known, **changed}}, DAY, 2025, expected_names(prepared.scheme))
