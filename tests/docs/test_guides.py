"""The guides that show commands are walked as they stand, in both languages."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from huoju.core.uscc import are_valid
from huoju.sources import open_delivery, read_mapping

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
BLOCK = re.compile(r"```(\w+)(?: name=(\S+))?\n(.*?)```", re.DOTALL)


def commands(text: str) -> list[str]:
    shown = [body for kind, _, body in BLOCK.findall(text) if kind == "console"]
    return [line.removeprefix("$ ") for body in shown for line in body.splitlines() if line.startswith("$ ")]


def written(text: str, folder: Path) -> None:
    """Write the files that a guide shows."""
    for _, name, body in BLOCK.findall(text):
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")


def test_both_languages_show_the_same() -> None:
    chinese, english = ((GUIDES / f"mappings.{language}.md").read_text(encoding="utf-8") for language in ("zh", "en"))
    assert commands(chinese) == commands(english)
    assert len(commands(chinese)) >= 10
    assert chinese.count("\n| `") == english.count("\n| `")
    assert re.findall(r"^## (\d+)", chinese, re.MULTILINE) == re.findall(r"^## (\d+)", english, re.MULTILINE)


@pytest.mark.slow  # starts a process for each command
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_to_mappings_works_as_it_stands(language: str, tmp_path: Path) -> None:
    text = (GUIDES / f"mappings.{language}.md").read_text(encoding="utf-8")
    written(text, tmp_path)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings", "HUOJU_LANGUAGE": language}
    told = {}
    for command in commands(text):
        words = command.split()
        run = [sys.executable, "-m", "huoju.cli.main", *words[1:]] if words[0] == "huoju" else words
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr
        told[command] = done.stdout + done.stderr
    codes = re.findall(r"^(9\w{17}),", (tmp_path / "list.csv").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(codes) == 2
    assert are_valid(codes).all()
    proposed = read_mapping(tmp_path / "proposed" / "mapping.yaml")
    assert {"registered_capital", "founded_on"} <= set(proposed.layouts["table_1"].facts)
    assert len(open_delivery(tmp_path / "form.xlsx").tables) == 2
    assert any("list.csv" in table.sheet for table in open_delivery(tmp_path / "corrections.xlsx").tables)
    assert (tmp_path / "inbox" / "done" / "my_list" / "list.csv").is_file()
    assert "2" in told["huoju findings --xlsx corrections.xlsx"]


@pytest.mark.slow  # starts a process for each command
def test_the_guide_to_mandates_works_as_it_stands(tmp_path: Path) -> None:
    """What stands in braces is what the reader has by then: an enterprise of the zone, the number of the mandate."""
    texts = [(GUIDES / f"accounts-and-mandates.{name}.md").read_text(encoding="utf-8") for name in ("zh", "en")]
    assert commands(texts[0]) == commands(texts[1])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "huoju.site.settings", "HUOJU_LANGUAGE": "en"}

    def run(command: str) -> str:
        words = [sys.executable, "-m", "huoju.cli.main", *command.split()[1:]]
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    (tmp_path / "letter.txt").write_text("synthetic", encoding="utf-8")
    known: dict[str, str] = {}
    seen: list[bool] = []
    for command in commands(texts[1]):
        if "{enterprise}" in command and not known:
            run("huoju score -o all.csv")
            with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as rows:
                first = next(csv.DictReader(rows))
            known |= {"enterprise": first["enterprise"], "name": first["name"]}
        told = run(command.format(**known))
        known |= {"number": found[0]} if (found := re.findall(r"M\d{8}-[0-9a-f]{8}", told)) else {}
        if command == "huoju score --as lender":
            seen.append(bool(known) and known["name"][:4] in told)
        if command.startswith("huoju ledger show"):
            assert told.count("lender") >= 4
    assert seen == [False, True, False]
