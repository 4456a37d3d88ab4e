"""The guide to monitoring is walked as it stands, and names every trigger, advice and table there is."""

from pathlib import Path

import pytest
from tests.docs.guide import Typed, steps, typed

from huoju.core.words import read_words
from huoju.models.monitoring.triggers import triggers

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh", "en")


def guide(language: str) -> str:
    return (ROOT / "docs" / "guides" / f"monitor.{language}.md").read_text(encoding="utf-8")


def commands(language: str) -> list[str]:
    return [step.command for step in steps(guide(language)) if isinstance(step, Typed)]


def test_both_languages_type_the_same_and_have_the_same_parts() -> None:
    assert commands("zh") == commands("en")
    assert len(commands("zh")) == 4
    for mark in ("\n## ", "\n| "):
        assert guide("zh").count(mark) == guide("en").count(mark)


def test_the_points_of_an_alarm_are_those_of_the_file() -> None:
    assert f"at {triggers().alarm_at} there is an alarm" in guide("en")
    assert f"满 {triggers().alarm_at} 分即预警" in guide("zh")


def test_every_advice_has_its_words_and_stands_in_the_guide() -> None:
    words = read_words(ROOT / "src" / "huoju" / "locale", "en")
    actions = [code for code in words.sentences if code.startswith("monitor.action.")]
    rows = guide("en").split("## 5.")[1].split("## 6.")[0].count("\n| ") - 2
    assert rows == len(actions) == 6


@pytest.mark.slow  # makes a zone, imports it and cuts its panels
def test_the_guide_to_monitoring_works_as_it_stands(tmp_path: Path) -> None:
    for command in commands("en"):
        done = typed(command, tmp_path, "en")
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
    assert (tmp_path / "monitor.xlsx").stat().st_size > 5000
    assert (tmp_path / "monitor.json").is_file()
