"""The command line: both languages, exit codes, data apart from words, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("zone")]


def run(*arguments: str, language: str = "zh") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HUOJU_LANGUAGE": language,
        "COLUMNS": "110",
        "DJANGO_SETTINGS_MODULE": "huoju.site.settings",
    }
    command = [sys.executable, "-m", "huoju.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.mark.parametrize(
    "command",
    [
        "",
        "demo",
        "sandbox make",
        "import",
        "template",
        "deliveries",
        "undo",
        "inbox",
        "score",
        "explain",
        "report",
        "trace",
        "panel",
        "findings",
        "sources",
        "doctor",
    ],
)
def test_help_speaks_both_languages(command: str) -> None:
    chinese, english = run(*command.split(), "--help"), run(*command.split(), "--help", language="en")
    assert chinese.returncode == english.returncode == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese.stdout)
    assert not any("\u4e00" <= character <= "\u9fff" for character in english.stdout)


def test_the_first_words_come_quickly_loaded() -> None:
    heavy = ("duckdb", "django", "scipy", "ibis", "typst")
    code = f"import sys; import huoju.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_score_writes_the_four_formats(zone_home: Path, tmp_path: Path) -> None:
    for ending in ("csv", "json", "xlsx", "parquet"):
        done = run("score", "--home", str(zone_home), "-o", str(tmp_path / f"out.{ending}"))
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert (tmp_path / f"out.{ending}").stat().st_size > 0
    header = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0].replace('"', "")
    assert header.startswith("enterprise,id,name,as_of,score,score_low,score_high,grade,default_probability")
    assert (tmp_path / "out.monthly.csv").exists()
    assert (tmp_path / "out.reasons.csv").exists()


def test_explain_trace_report_and_the_rest_answer(zone_home: Path, tmp_path: Path) -> None:
    import pyarrow.csv as pa_csv

    run("score", "--home", str(zone_home), "-o", str(tmp_path / "out.csv"))
    enterprise = str(pa_csv.read_csv(tmp_path / "out.csv")["enterprise"][0].as_py())
    home = ("--home", str(zone_home))
    told = run("explain", enterprise, *home)
    assert told.returncode == 0, told.stderr
    assert "火炬积分" in told.stdout
    assert "{" not in told.stdout
    traced = run("trace", enterprise, "insured_headcount", *home, language="en")
    assert traced.returncode == 0, traced.stderr
    assert "social_insurance" in traced.stdout
    for ending in ("pdf", "html", "json"):
        done = run("report", enterprise, "-o", str(tmp_path / f"r.{ending}"), *home)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert run("panel", "-o", str(tmp_path / "p.parquet"), *home).returncode == 0
    assert run("findings", *home).returncode == 0
    assert run("doctor", *home).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("explain", "没有这家企业"), 4, "没有找到企业"),
        (("trace", "没有这家企业", "rumour"), 4, "rumour"),
        (("score", "-o", "out.docx"), 2, "docx"),
        (("score", "--as-of", "2023-02-30"), 2, "2023-02-30"),
        (("import", "rumours", "a.csv"), 4, "rumours"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    arguments: tuple[str, ...], code: int, word: str, zone_home: Path
) -> None:
    done = run(*arguments, "--home", str(zone_home))
    assert done.returncode == code, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    done = run("score", "--home", str(tmp_path / "none"))
    assert done.returncode == 5
    assert "huoju demo" in done.stderr


def test_a_refused_file_exits_with_three_and_leaves_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("import", "electricity", str(bad), "--home", str(tmp_path / "home"))
    assert done.returncode == 3
    assert "用户名称" in done.stderr
    assert not any(path.is_dir() for path in (tmp_path / "home" / "deliveries").iterdir())
    again = run("findings", "--home", str(tmp_path / "home"))
    assert "已拒绝" in again.stdout


def test_every_unit_of_the_vocabulary_has_words() -> None:
    from huoju.core import variables
    from huoju.services.words import words_in

    for language in ("zh", "en"):
        for variable in variables().values():
            assert not variable.unit or f"cli.unit.{variable.unit}" in words_in(language)
