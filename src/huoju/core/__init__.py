"""The nouns of huoju: facts, events, periods, panels, assessments, decisions and findings."""

from huoju.core.assessment import LEVELS, Assessment, Assessments, Missing, Part, Reason
from huoju.core.decision import Decision
from huoju.core.errors import HuojuError
from huoju.core.event import event_schema, event_table
from huoju.core.fact import FACT_SCHEMA, EntityId, Fact, Value, fact_table
from huoju.core.finding import FINDING_SCHEMA, Finding, findings_from_table, findings_table
from huoju.core.link import LINK_SCHEMA
from huoju.core.panel import Column, Grid, Panel
from huoju.core.period import Period
from huoju.core.variable import EventKind, Variable, event_kinds, variables

__all__ = [
    "FACT_SCHEMA",
    "FINDING_SCHEMA",
    "LEVELS",
    "LINK_SCHEMA",
    "Assessment",
    "Assessments",
    "Column",
    "Decision",
    "EntityId",
    "EventKind",
    "Fact",
    "Finding",
    "Grid",
    "HuojuError",
    "Missing",
    "Panel",
    "Part",
    "Period",
    "Reason",
    "Value",
    "Variable",
    "event_kinds",
    "event_schema",
    "event_table",
    "fact_table",
    "findings_from_table",
    "findings_table",
    "variables",
]
