"""The guide to lending is walked exactly as it is written, in both languages."""

from pathlib import Path

import pytest
from tests.docs.guide import Shown, missing_lines, steps, typed

from huoju.services.lending_tables import lending_tables

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
LANGUAGES = ("zh", "en")


def guide(language: str) -> str:
    return (GUIDES / f"lend.{language}.md").read_text(encoding="utf-8")


@pytest.mark.slow  # every command of the guide is a process of its own
@pytest.mark.parametrize("language", LANGUAGES)
def test_following_the_guide_gives_what_it_promises(language: str, tmp_path: Path, deep: bool) -> None:
    if language == "en" and not deep:
        pytest.skip("one language of two in a normal run; both with HUOJU_DEEP=1")
    for step in steps(guide(language)):
        if isinstance(step, Shown):
            (tmp_path / step.path).write_text(step.text, encoding="utf-8")
            continue
        done = typed(step.command, tmp_path, language)
        assert done.returncode == step.code, f"{step.command}\n{done.stdout}\n{done.stderr}"
        assert not missing_lines(step.lines, done.stdout + done.stderr), f"{step.command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
    assert (tmp_path / "plan.csv").is_file()
    assert (tmp_path / "plan.changes.csv").is_file()


def test_both_languages_show_the_same_files_and_commands() -> None:
    chinese, english = (
        [step if isinstance(step, Shown) else step.command for step in steps(guide(language))] for language in LANGUAGES
    )
    assert chinese == english
    assert len(chinese) >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_files_is_told(language: str) -> None:
    import inspect

    text = guide(language)
    for name in ("loans", "summary", "bounds", "simple", "sensitivity", "stress", "changes"):
        assert f'"{name}"' in inspect.getsource(lending_tables)
        assert name in text
