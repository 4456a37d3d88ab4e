"""The command line: both languages, exit codes, data apart from words, never a traceback."""

import json
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


def test_the_help_of_every_command_speaks_both_languages() -> None:
    script = Path(__file__).parents[2] / "docs" / "command_help.py"
    told = {}
    for language in ("zh", "en"):
        environment = {**os.environ, "HUOJU_LANGUAGE": language}
        call = [sys.executable, str(script)]
        done = subprocess.run(call, capture_output=True, text=True, env=environment, check=True)
        told[language] = json.loads(done.stdout)
    assert told["zh"].keys() == told["en"].keys() >= {"", "import", "score", "scheme check"}
    for command, chinese in told["zh"].items():
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese), command
        assert not any("\u4e00" <= character <= "\u9fff" for character in told["en"][command]), command
        for theirs in ("Usage", "Options", "Show this", "[default", "[required"):
            assert theirs not in chinese, command


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("rumour",), "没有「rumour」这个命令", "There is no command rumour"),
        (("score", "--hom", "x"), "相近的有 --home", "near it are --home"),
        (("report", "E1"), "缺少「-o / --output」", "-o / --output is missing"),
        (("explain",), "缺少「enterprise」", "enterprise is missing"),
        (("sandbox", "make", "--seed", "x", "-o", "y"), "「--seed」的值不合要求", "The value of --seed"),
        (("doctor", "--home"), "「--home」后面要写一个值", "--home needs a value"),
        (("doctor", "more"), "用法不对", "Wrong usage"),
        (("--language", "fr", "doctor"), "没有「fr」这种语言", "There is no language fr"),
    ],
)
def test_wrong_usage_is_a_sentence_of_the_language(arguments: tuple[str, ...], chinese: str, english: str) -> None:
    for language, said in (("zh", chinese), ("en", english)):
        done = run(*arguments, language=language)
        assert done.returncode == 2
        assert said in done.stderr
        assert done.stdout == ""


def test_findings_go_to_a_file_with_every_row(zone_home: Path, tmp_path: Path) -> None:
    import pyarrow.csv as pa_csv

    done = run("findings", "--home", str(zone_home), "-o", str(tmp_path / "f.csv"))
    assert done.returncode == 0, done.stderr
    rows = pa_csv.read_csv(tmp_path / "f.csv").to_pylist()
    blank = max((row for row in rows if row["code"] == "stray-blank"), key=lambda row: row["count"])
    spans = [span.split("-") for span in blank["rows"].split(", ")]
    assert sum(int(span[-1]) - int(span[0]) + 1 for span in spans) == blank["count"] > 5
    assert run("findings", "--home", str(zone_home), "-o", str(tmp_path / "f.txt")).returncode == 2


def test_a_day_before_anything_was_known_says_so(zone_home: Path) -> None:
    done = run("score", "--home", str(zone_home), "--as-of", "1980-01-01")
    assert done.returncode == 0
    assert "到 1980-01-01 为止没有得知任何企业" in done.stderr


def test_doctor_says_where_there_is_no_home(tmp_path: Path) -> None:
    done = run("doctor", "--home", str(tmp_path / "none"))
    assert done.returncode == 0
    assert "还没有数据目录" in done.stderr
    assert not (tmp_path / "none").exists()


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


def test_a_report_says_what_is_missing_as_the_scores_do(zone_home: Path, tmp_path: Path) -> None:
    home = ("--home", str(zone_home))
    run("score", *home, "-o", str(tmp_path / "out.json"))
    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["enterprises"]
    lacking = next(row for row in rows if "debt-not-on-record" in row["missing"])
    run("report", lacking["enterprise"], "-o", str(tmp_path / "r.json"), *home, language="en")
    missing = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["missing"]
    assert "debt can only make them worse" in missing[0]["effect"]
    spans = [(gap["low"], gap["high"]) for gap in missing if gap["low"] is not None]
    assert spans
    assert all(isinstance(bound, int) for span in spans for bound in span), "points are whole"


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
