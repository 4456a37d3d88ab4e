"""What the documents tell a reader to type works as they say, and so does every example in a docstring."""

import doctest
import os
import pkgutil
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import huoju

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(huoju.__path__, "huoju.")
    if not re.search(r"huoju\.(site|desk)\b|\.child$|__main__", module.name)
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def typed_in(document: str) -> list[str]:
    """Return the commands that a document's console blocks show."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [line.removeprefix("$ .venv/bin/huoju ").split("#")[0].strip() for line in lines]


def test_both_languages_show_the_same_commands() -> None:
    english, chinese = ([line.split()[0] for line in typed_in(name)] for name in ("README.md", "README.zh.md"))
    assert english == chinese


@pytest.mark.slow  # runs the demo of 300 enterprises and every command of the tour
@pytest.mark.xdist_group("tour")
def test_the_tour_of_the_readme_works(tmp_path: Path) -> None:
    commands = ["demo --home huoju-demo", *typed_in("README.md")]
    assert len(commands) > 4
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings", "HUOJU_LANGUAGE": "zh"}
    for command in commands:
        run = [sys.executable, "-m", "huoju.cli.main", *command.split()]
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "scores.xlsx").is_file()
