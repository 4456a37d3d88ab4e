"""What can be asked for stands in the reference, and the reference is what the code says."""

import subprocess
import sys
from pathlib import Path

import pytest

from huoju.core import event_kinds, variables
from huoju.core.document import read_document
from huoju.core.words import read_words
from huoju.ratings.shipped import scheme_files
from huoju.sources import find_sources

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"

ASKED = (
    "enterprise, id, name, as_of, score, score_low, score_high, grade, default_probability, default_probability_low, "
    "default_probability_high, growth_p10, growth_p50, growth_p90, growth_percentile, inflow_12m_p10, inflow_12m_p50, "
    "inflow_12m_p90, shortfall_probability, dscr_p10, dscr_p50, dscr_p90, verdict, limit_yuan, yearly_rate, "
    "binding_constraint, missing, sales_24m_yuan, purchases_24m_yuan"
)
COLUMNS = tuple(ASKED.split(", "))


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_the_committed_reference_is_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_variable_event_source_and_finding_is_there() -> None:
    for name in (*variables(), *event_kinds()):
        assert f"`{name}`" in page("variables")
    for name in find_sources():
        assert f"`{name}`" in page("sources")
    for name in scheme_files():
        assert f"`{name}`" in page("schemes")
    for code in read_words(ROOT / "src" / "huoju" / "locale", "zh").sentences:
        if code.startswith(("finding.", "error.")):
            assert f"`{code.split('.', 1)[1]}`" in page("findings")


def test_every_model_has_a_card() -> None:
    for model in (ROOT / "src" / "huoju" / "models").glob("*/model.py"):
        card = (model.parent / "card.md").read_text(encoding="utf-8")
        for part in ("## What it predicts", "## Not for", "## Measured", "## Baseline"):
            assert part in card, model.parent.name
        assert f"`{model.parent.name}`" in page("models")


def test_the_columns_of_a_score_file_are_the_documented_ones() -> None:
    import inspect

    from huoju.services import score_zone

    documented = read_document(ROOT / "docs" / "score_columns.yaml").keys()
    assert documented == COLUMNS
    assert "score_low" in inspect.getsource(score_zone)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_command_of_a_readme_exists(name: str) -> None:
    from typer.main import get_command

    from huoju.cli.main import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    text = (ROOT / name).read_text(encoding="utf-8")
    called = [line.split("huoju ")[1].split()[0] for line in text.splitlines() if line.startswith("$ .venv/bin/huoju ")]
    assert called
    assert set(called) <= set(commands)


def test_every_link_between_documents_leads_somewhere() -> None:
    import re

    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"
