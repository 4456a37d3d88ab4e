"""The guide to adding a scheme is walked exactly as it is written, in both languages, its mistakes too."""

import re
from pathlib import Path

import pytest
from tests.docs.guide import Shown, Typed, missing_lines, mistakes, steps, typed

from huoju.cli.speaking import error_sentence
from huoju.core.document import read_document
from huoju.core.errors import DocumentError, HuojuError
from huoju.core.words import read_words
from huoju.ratings.reading import read_scheme
from huoju.services.check_scheme import check_scheme
from huoju.services.home import owner

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh", "en")
SCHEME = "zone-home/ratings/gazelle_example/scheme.yaml"


def guide(language: str) -> str:
    return (ROOT / "docs" / "guides" / f"add-a-scheme.{language}.md").read_text(encoding="utf-8")


@pytest.mark.slow  # every command of the guide is a process of its own
@pytest.mark.parametrize("language", LANGUAGES)
def test_following_the_guide_gives_what_it_promises(language: str, tmp_path: Path) -> None:
    for step in steps(guide(language)):
        if isinstance(step, Shown):
            path = tmp_path / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            continue
        done = typed(step.command, tmp_path, language)
        assert done.returncode == step.code, f"{step.command}\n{done.stdout}\n{done.stderr}"
        assert not missing_lines(step.lines, done.stdout + done.stderr), f"{step.command}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr


def test_both_languages_show_the_same_files_and_commands() -> None:
    """The files are the same but for facts told in words; the commands are the same but for what they print."""
    chinese, english = (list(steps(guide(language))) for language in LANGUAGES)
    assert [type(step) for step in chinese] == [type(step) for step in english]
    for one, other in zip(chinese, english, strict=True):
        if isinstance(one, Typed) and isinstance(other, Typed):
            assert (one.command, one.code) == (other.command, other.code)
        elif isinstance(one, Shown) and isinstance(other, Shown):
            assert one == other
    assert [row[:2] for row in mistakes(guide("zh"))] == [row[:2] for row in mistakes(guide("en"))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_of_the_guide_gives_the_message_it_shows(language: str, tmp_path: Path) -> None:
    text = finished_scheme(guide(language))
    found = mistakes(guide(language))
    assert len(found) >= 10
    words = read_words(ROOT / "src" / "huoju" / "locale", language)
    for right, wrong, message in found:
        error = refusal(text, right, wrong, tmp_path)
        said = words.say(f"error.{error.code}", error.data)
        assert message in said, f"{wrong}: {said}"
        assert re.search(r"scheme\.yaml:\d+", said), said


@pytest.mark.slow  # processes of their own
def test_typical_mistakes_reach_a_person_as_one_sentence(tmp_path: Path) -> None:
    """The same through the command line, for the few whose way there differs: YAML, reading, the vocabulary."""
    text = finished_scheme(guide("zh"))
    rows = mistakes(guide("zh"))
    folder = tmp_path / "gazelle_example"
    folder.mkdir()
    for right, wrong, message in (rows[0], rows[1], rows[9]):
        (folder / "scheme.yaml").write_text(text.replace(right, wrong, 1), encoding="utf-8")
        done = typed("huoju scheme check gazelle_example", tmp_path, "zh")
        assert done.returncode == 2
        assert done.stdout == ""
        assert message in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert "Traceback" not in done.stderr


MORE = (
    ("    gates:\n", "    gate:\n", "key-unknown"),
    ("give: 30}", "give: 50}", "bands-give"),
    ("          else: 0\n", "", "key-absent"),
    ("label: {zh: 成长性, en: Growth}", "label: 成长性", "mapping-needed"),
    ("effective: 2026-02-01", "effective: 2026/02/01", "not-a-day"),
    ("expiry: null", "expiry: 2025-01-01", "ends-before"),
    ("        part: growth\n        step", "\tpart: growth\n        step", "not-yaml"),
    ("clause: 附件第 3 项}", "clause: 附件: 第 3 项}", "not-yaml"),
    ("          else: 0", "          else：0", "not-yaml"),
    ("{parameter: rd_full}", "{parameter: rd_ful}", "not-declared"),
    ("judged: {between: [0, 10]}", "judged: {between: [0, 10]}\n        give: 3", "points-kind"),
    ("of: rd_institution_level", "of: staff", "text-unknown"),
    ("of: {value: growth}", "of: rd_institution_level", "fact-is-text"),
    ("certainty: unverified\n      checked", "certainty: sure\n      checked", "choice"),
    ("      - id: market\n        label", "      - label", "key-absent"),
    ("{ratio: [rd_expense, operating_revenue]}", "{ratio: [rd_expense]}", "how-many"),
    ("{ratio: [rd_expense, operating_revenue]}", "{divide: [rd_expense, operating_revenue]}", "expression-unknown"),
    ("require: {at_least: [operating_revenue, 1000万]}", "require:", "expression-absent"),
    ("versions:\n  - id", "versions:\n    id", "mappings-needed"),
    ("entity: enterprise", "entity: company", "choice"),
    ("lag: 1", "lag: one", "not-a-number"),
    ("lag: 1", "lag: -1", "not-whole"),
    ("round: 0.1", "round: 0", "not-above-0"),
    ("rd_full:\n", "staff:\n", "name-is-a-fact"),
    ("growth: {difference: [", "growth: &a {difference: [*a, ", "too-deep"),
    ("weight: 30", "weight: {}", "stages-absent"),
    ("total: {at_least: 60}", "total: {at_least: [60]}", "one-value"),
    ("    checks:\n", "    grades: [{id: A}]\n    checks:\n", "key-absent"),
    ("    checks:\n", "    stages: [{id: early, label: {zh: 早, en: Early}}]\n    checks:\n", "key-absent"),
    ("give: 40}", "give: " + "9" * 5000 + "}", "not-a-number"),
)


@pytest.mark.parametrize(("right", "wrong", "code"), MORE)
def test_other_mistakes_are_told_by_code_with_file_and_line(right: str, wrong: str, code: str, tmp_path: Path) -> None:
    error = refusal(finished_scheme(guide("zh")), right, wrong, tmp_path)
    assert error.code == f"document-{code}", str(error)
    assert re.match(r".*scheme\.yaml:\d+: ", str(error))
    for language in LANGUAGES:
        sentence = read_words(ROOT / "src" / "huoju" / "locale", language).sentences[f"error.{error.code}"]
        assert set(re.findall(r"\{([a-z_0-9]+)\}", sentence)) <= error.data.keys(), sentence


CASES = (
    ("rd_expense: 150万", "rd_expens: 150万", "rd_expens"),
    ("rd_expense: 150万", "rd_expense: abc", "abc"),
    ("judgements: {market: 8}", "judgements: {markets: 8}", "markets"),
    ("    of: A\n    clause: 第五条", "    of: B\n    clause: 第五条", "B"),
    ("as_of: 2026-06-01", "as_of: 2026-06-31", "2026-06-31"),
    ("    clause: 第五条", "    period: soon\n    clause: 第五条", "soon"),
)


@pytest.mark.parametrize(("right", "wrong", "named"), CASES)
def test_a_mistake_in_a_case_names_file_and_line(right: str, wrong: str, named: str, tmp_path: Path) -> None:
    folder = tmp_path / "gazelle_example"
    folder.mkdir()
    (folder / "scheme.yaml").write_text(finished_scheme(guide("zh")), encoding="utf-8")
    cases = next(step.text for step in steps(guide("zh")) if isinstance(step, Shown) and "cases" in step.path)
    assert right in cases
    (folder / "cases.yaml").write_text(cases.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(HuojuError) as caught:
        check_scheme(who=owner(), scheme=str(folder))
    said = error_sentence(caught.value)
    assert named in said
    assert re.search(r"gazelle_example/cases\.yaml:\d+", said), said


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "scheme.yaml"
    path.write_bytes(finished_scheme(guide("zh")).encode("gb18030"))
    with pytest.raises(DocumentError, match="UTF-8"):
        read_document(path)


def finished_scheme(text: str) -> str:
    """Return the scheme of the guide as it is after the import: its two nulls are numbers."""
    scheme = next(step.text for step in steps(text) if isinstance(step, Shown) and step.path == SCHEME)
    return scheme.replace("weight: null", "weight: 30").replace("value: null", "value: 0.08")


def refusal(text: str, right: str, wrong: str, folder: Path) -> DocumentError:
    """Return the error of reading the scheme with one thing written wrong."""
    assert right in text, right
    path = folder / "scheme.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_scheme(read_document(path))
    return caught.value
