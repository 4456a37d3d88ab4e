"""Links that wait for a person: listed with reasons, decided by command, gone from the list, and back when undone."""

from datetime import date
from pathlib import Path

import pytest
from tests.services import files
from typer.testing import CliRunner

from huoju.cli.main import app
from huoju.core.errors import NothingFound
from huoju.services.home import opened, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.panels import belief_at
from huoju.services.waiting_links import subject_named, waiting_links

TWINS = ("苏州合成澄光科技有限公司", "无锡合成澄光科技有限公司")
HEADER = "申请号,专利名称,专利类型,申请日,申请（专利权）人,法律状态"
ASKED = "合成澄光科技有限公司"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a home with two enterprises of one core and a list that says only the core."""
    register = files.register(tmp_path / "register.csv", [(files.code(n), name) for n, name in enumerate(TWINS, 1)])
    listed = tmp_path / "gazette.csv"
    listed.write_text(f"{HEADER}\nCN202310000001.1,一种装置,发明,2023-01-05,{ASKED},有权\n", encoding="utf-8")
    with opened(tmp_path / "home", create=True) as home:
        for source, path in (("enterprise_register", register), ("patents", listed)):
            import_delivery(home=home, who=owner(), source=source, path=path, known=None, today=files.TODAY)
    return tmp_path / "home"


def run(place: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["judgement", *arguments, "--home", str(place)])
    return result.exit_code, result.stdout, result.stderr


def linked(place: Path, day: date) -> list[tuple[str, str]]:
    with opened(place, create=False) as home:
        return [(r["canonical"], r["reason"]) for r in belief_at(store_of(home), day).links.to_pylist()]


def waiting(place: Path) -> list[tuple[str, str, bool]]:
    with opened(place, create=False) as home:
        found = waiting_links(home=home, who=owner(), language="zh")
        assert all(one.name == ASKED and one.reasons for one in found)
        return [(one.enterprise, one.enterprise_name, one.counts) for one in found]


def test_what_is_open_between_two_is_decided_by_a_person(place: Path) -> None:
    one, other = (f"uscc:{files.code(n)}" for n in (1, 2))
    assert linked(place, files.TODAY) == []
    assert sorted(waiting(place)) == [(one, TWINS[0], False), (other, TWINS[1], False)]
    code, out, _ = run(place, "waiting")
    assert code == 0
    assert all(text in out for text in (ASKED, *TWINS))
    assert run(place, "accept", ASKED, files.code(1), "--reason", "电话核实")[0] == 0
    assert waiting(place) == []
    assert linked(place, date(9999, 1, 1)) == [(one, "by-person")]
    assert linked(place, files.TODAY) == []  # as of a day before the judgement
    assert run(place, "undo", ASKED, TWINS[0], "--reason", "看错")[0] == 0
    assert len(waiting(place)) == 2
    assert run(place, "reject", ASKED, TWINS[0], "--reason", "另一家")[0] == 0
    assert waiting(place) == []  # one of the two is left, so the rule decides
    assert linked(place, date(9999, 1, 1)) == [(other, "same-core")]
    _, out, _ = run(place, "list")
    assert all(text in out for text in ("电话核实", "看错", "另一家", "owner"))
    assert run(place, "undo", ASKED, TWINS[1], "--reason", "看错")[0] == 4


def test_a_reason_is_needed_and_a_subject_must_be_one(place: Path) -> None:
    assert run(place, "accept", ASKED, TWINS[0])[0] == 2
    assert run(place, "accept", "无此企业", TWINS[0], "--reason", "x")[0] == 4
    assert run(place, "accept", TWINS[0], TWINS[0], "--reason", "x")[0] == 2
    with opened(place, create=False) as home:
        assert subject_named(home=home, who=owner(), text=files.code(1)) == f"uscc:{files.code(1)}"
        for text, code in (("无此", "subject-unknown"), ("uscc:9132", "subject-ambiguous")):
            with pytest.raises(NothingFound) as error:
                subject_named(home=home, who=owner(), text=text)
            assert error.value.code == code


def test_nothing_waits_where_all_is_decided(tmp_path: Path) -> None:
    with opened(tmp_path / "home", create=True) as home:
        register = files.register(tmp_path / "register.csv", [(files.code(1), TWINS[0])])
        import_delivery(
            home=home, who=owner(), source="enterprise_register", path=register, known=None, today=files.TODAY
        )
    assert waiting(tmp_path / "home") == []
    assert run(tmp_path / "home", "waiting")[1].strip()
    assert run(tmp_path / "home", "list")[1].strip()
