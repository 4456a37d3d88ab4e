"""Who may see whom: roles, mandates, the ledger; and a bank without a mandate gets no byte."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services import files

from huoju.core.errors import Forbidden, HuojuError, NothingFound
from huoju.services.accounts import add_account, add_organisation
from huoju.services.actions import ACTIONS, CLASSES
from huoju.services.clock import now
from huoju.services.explain_enterprise import explain_enterprise
from huoju.services.home import Home, opened
from huoju.services.import_delivery import import_delivery
from huoju.services.ledger import read_ledger, verify_ledger
from huoju.services.mandates import grant_mandate, list_mandates, withdraw_mandate
from huoju.services.score_zone import score_zone
from huoju.services.trace_variable import trace_variable
from huoju.services.who import Who, acting_as, owner
from huoju.services.write_report import write_again, write_report

SERVICES = Path(__file__).parents[2] / "src" / "huoju" / "services"
ONE, TWO = files.code(1), files.code(2)
NAMES = {ONE: "苏州测试一号科技有限公司", TWO: "苏州测试二号科技有限公司"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Give a home with two enterprises, one of which has an account, and a bank."""
    with opened(tmp_path / "home", create=True) as made:
        register = files.register(tmp_path / "r.csv", list(NAMES.items()))
        months = [(code, 10 * m + n, f"2024-0{m}-05", "100.00") for n, code in enumerate(NAMES) for m in range(1, 7)]
        lists = files.invoices(tmp_path / "i.csv", months)
        for source, path in (("enterprise_register", register), ("vat_invoice", lists)):
            import_delivery(home=made, who=owner(), source=source, path=path, known=files.TODAY, today=files.TODAY)
        add_organisation(home=made, who=owner(), code="bank1", kind="bank", name="测试银行")
        add_organisation(home=made, who=owner(), code="firm1", kind="enterprise", name="一号", enterprise=ONE)
        add_organisation(home=made, who=owner(), code="audit", kind="audit", name="审计")
        for name, of, role in (
            ("lender", "bank1", "bank_officer"),
            ("boss", "firm1", "enterprise"),
            ("checker", "audit", "auditor"),
            ("clerk", "zone", "zone_officer"),
            ("admin", "zone", "operator"),
        ):
            add_account(home=made, who=owner(), username=name, organisation=of, roles=[role])
        yield made


def grant(home: Home, **changed: object) -> str:
    told = {"grantee": "bank1", "purpose": "credit", "classes": CLASSES, "valid_to": now().date()}
    return grant_mandate(home=home, who=acting_as("boss"), **{**told, **changed}).number  # type: ignore[arg-type]


def test_a_bank_without_a_mandate_gets_the_answer_of_an_enterprise_that_is_not_there(home: Home) -> None:
    bank = acting_as("lender")
    said = []
    for asked in (ONE, NAMES[ONE], files.code(77), "没有这家公司"):
        with pytest.raises(NothingFound) as refused:
            explain_enterprise(home=home, who=bank, enterprise=asked)
        said.append((refused.value.code, refused.value.data["nearest"]))
    assert set(said) == {("enterprise-unknown", "")}
    zone = score_zone(home=home, who=bank)
    assert (len(zone.enterprises), len(zone.monthly), len(zone.reasons), zone.findings) == (0, 0, 0, ())


def test_a_mandate_opens_one_enterprise_for_one_purpose_and_withdrawal_shuts_it(home: Home, tmp_path: Path) -> None:
    number = grant(home)
    bank = acting_as("lender")
    assert explain_enterprise(home=home, who=bank, enterprise=NAMES[ONE]).row["enterprise"] == ONE
    assert score_zone(home=home, who=bank).enterprises["enterprise"].to_pylist() == [ONE]
    assert write_report(home=home, who=bank, enterprise=ONE, path=tmp_path / "r.json").exists()
    for who, enterprise in ((acting_as("lender", "after_loan"), ONE), (bank, TWO)):
        with pytest.raises(NothingFound):
            explain_enterprise(home=home, who=who, enterprise=enterprise)
    withdraw_mandate(home=home, who=acting_as("boss"), number=number)
    for act in (explain_enterprise, trace):
        with pytest.raises(NothingFound):
            act(home=home, who=bank, enterprise=ONE)
    assert len(score_zone(home=home, who=bank).enterprises) == 0


def test_a_report_prints_the_head_of_the_ledger_and_comes_again_as_it_was(home: Home, tmp_path: Path) -> None:
    grant(home)
    bank = acting_as("lender")
    first = write_report(home=home, who=bank, enterprise=ONE, path=tmp_path / "a.json")
    told = json.loads(first.read_text(encoding="utf-8"))
    (look,) = [line for line in read_ledger(home=home, who=owner()) if line.action == "write-report"]
    assert told["provenance"]["ledger"] == {"sequence": look.sequence, "hash": look.hash}
    number = told["report"]
    assert write_again(home=home, who=bank, number=number, path=tmp_path / "b.json").read_bytes() == first.read_bytes()
    assert (
        write_report(home=home, who=bank, enterprise=ONE, path=tmp_path / "c.json").read_bytes() != first.read_bytes()
    )
    for who, asked in ((bank, "HJ-20240101-00000000"), (acting_as("lender", "after_loan"), number)):
        with pytest.raises(NothingFound) as refused:
            write_again(home=home, who=who, number=asked, path=tmp_path / "d.json")
        assert refused.value.code == "report-unknown"
    head = f"{look.sequence}:{look.hash}"
    assert verify_ledger(home=home, who=owner(), heads=[head]).flaws == ()
    other = f"{look.sequence}:{'0' * 64}"
    assert [f.code for f in verify_ledger(home=home, who=owner(), heads=[other]).flaws] == ["other-head"]


def trace(home: Home, who: Who, enterprise: str) -> object:
    return trace_variable(home=home, who=who, enterprise=enterprise, variable="sales")


def test_a_mandate_shows_the_classes_it_names_and_ends_with_its_last_day(home: Home) -> None:
    grant(home, classes=["credit"])
    bank = acting_as("lender")
    assert len(score_zone(home=home, who=bank).enterprises) == 1
    with pytest.raises(NothingFound):
        explain_enterprise(home=home, who=bank, enterprise=ONE)
    tomorrow = now().date() + timedelta(days=1)
    grant(home, valid_from=tomorrow, valid_to=tomorrow)
    with pytest.raises(NothingFound):
        explain_enterprise(home=home, who=bank, enterprise=ONE)
    with pytest.raises(HuojuError) as refused:
        grant(home, valid_to=now().date() - timedelta(days=1))
    assert refused.value.code == "mandate-days"


def test_what_is_withdrawn_while_an_answer_is_made_is_not_given(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from huoju.services import explain_enterprise as door

    number, whole = grant(home), door.tables

    def withdrawn_meanwhile(*given: object) -> object:
        withdraw_mandate(home=home, who=acting_as("boss"), number=number)
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(door, "tables", withdrawn_meanwhile)
    with pytest.raises(NothingFound):
        explain_enterprise(home=home, who=acting_as("lender"), enterprise=ONE)


def test_an_enterprise_sees_itself_and_nobody_else(home: Home) -> None:
    boss = acting_as("boss")
    assert explain_enterprise(home=home, who=boss, enterprise=ONE).row["enterprise"] == ONE
    with pytest.raises(NothingFound):
        explain_enterprise(home=home, who=boss, enterprise=TWO)
    other = grant(home)
    assert [one.number for one in list_mandates(home=home, who=boss)] == [other]


@pytest.mark.parametrize("account", ["checker", "admin"])
def test_auditors_and_operators_see_no_enterprise(home: Home, account: str) -> None:
    with pytest.raises(Forbidden):
        score_zone(home=home, who=acting_as(account))
    with pytest.raises(Forbidden):
        explain_enterprise(home=home, who=acting_as(account), enterprise=ONE)


def test_every_look_is_in_the_ledger_with_who_for_what_and_by_which_mandate(home: Home) -> None:
    number = grant(home)
    explain_enterprise(home=home, who=acting_as("lender"), enterprise=ONE)
    score_zone(home=home, who=acting_as("clerk"))
    (listed, looked) = read_ledger(home=home, who=acting_as("checker"), last=2)
    assert (looked.account, looked.organisation, looked.action) == ("lender", "bank1", "read-profile")
    assert (looked.subject, looked.purpose, looked.mandate) == (f"uscc:{ONE}", "credit", number)
    assert (listed.account, listed.action, listed.details["subjects"]) == ("clerk", "read-scores", 2)
    assert verify_ledger(home=home, who=acting_as("checker")).flaws == ()


def test_a_look_that_is_refused_leaves_no_entry_of_a_look(home: Home) -> None:
    before = verify_ledger(home=home, who=owner()).entries
    with pytest.raises(NothingFound):
        explain_enterprise(home=home, who=acting_as("lender"), enterprise=ONE)
    assert verify_ledger(home=home, who=owner()).entries == before + 1


def test_an_unknown_account_and_a_purpose_that_is_none_are_refused(home: Home) -> None:
    for account, purpose, code in (("nobody", "", "account-unknown"), ("lender", "fun", "purpose-unknown")):
        with pytest.raises(Forbidden) as refused:
            acting_as(account, purpose)
        assert refused.value.code == code


def test_a_zone_brings_a_letter_or_nothing(home: Home, tmp_path: Path) -> None:
    told = {"grantee": "bank1", "purpose": "credit", "classes": ["credit"], "valid_to": now().date()}
    with pytest.raises(Forbidden):
        grant_mandate(home=home, who=acting_as("clerk"), entity=f"uscc:{TWO}", **told)  # type: ignore[arg-type]
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF synthetic")
    grant_mandate(home=home, who=acting_as("clerk"), entity=f"uscc:{TWO}", letter=letter, **told)  # type: ignore[arg-type]
    assert score_zone(home=home, who=acting_as("lender")).enterprises["enterprise"].to_pylist() == [TWO]


# Services that show no enterprise of a home and change nothing of it; each says why.
OPEN = {
    "rate_stated": "the facts are the asker's own",
    "list_schemes": "official texts",
    "asked_facts": "official texts",
    "check_scheme": "official texts",
    "version_changes": "official texts",
    "local_changes": "official texts",
    "propose_import": "the table is the asker's own, and nothing is written",
    "find_gap": "of a rating that was looked at",
    "suggest_mapping": "the file is the asker's own",
    "write_template": "an empty form",
    "write_corrections": "by list_findings",
    "export_findings": "by list_findings",
    "look_into_inbox": "by import_delivery",
    "issue": "of what was looked at",
    "report_content": "of what was looked at",
}
GATES = {"look", "allowed"}


def gated() -> Iterator[tuple[str, bool]]:
    for path in sorted(SERVICES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                named = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
                if "who" in named and path.stem not in ("looking", "who"):
                    called = {
                        call.func.id
                        for call in ast.walk(node)
                        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
                    }
                    yield node.name, bool(called & GATES)


def test_every_service_names_its_action_or_says_why_it_needs_none() -> None:
    found = dict(gated())
    assert len(found) > 25
    assert {name for name, is_gated in found.items() if not is_gated} == set(OPEN)


def test_every_action_has_words_and_somebody_who_may() -> None:
    from huoju.services.words import words_in

    for name, action in ACTIONS.items():
        assert action.roles
        for language in ("zh", "en"):
            assert words_in(language).say(f"ledger.action.{name}")
