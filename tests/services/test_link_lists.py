"""Linking two files and resolving one name: any encoding and header, reasons that add up, judgements of a home."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from huoju.core.errors import HuojuError, NothingFound
from huoju.services.home import Home, owner, store_of
from huoju.services.import_delivery import import_delivery
from huoju.services.judge_links import judge_link, judgements_of, undo_judgement
from huoju.services.link_lists import LinkedLists, link_lists
from huoju.services.panels import belief_at
from huoju.services.resolve_name import resolve_name

LEFT = "编号,企业名称,统一社会信用代码,法定代表人,住所,城市,成立日期\nL1,苏州澄芯热控技术有限公司,91320583MA1ABCDE17,王伟,苏州市澄湖路1号,苏州,2011年3月5日\nL2,无锡瀚海机械设备有限公司,,李敏,无锡市太湖大道2号,无锡,2009/7/18\n"
RIGHT = "单位,企业,法人\nR1,澄芯热控技术（苏州）有限公司,王伟\nR2,苏州澄芯热控技术有限公司昆山分公司,王伟\nR3,无锡瀚海机械,李敏\n"
MAPPING = "left: {}\nright: {id: 单位, name: 企业, legal_rep: 法人}\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"left": LEFT, "right": RIGHT, "mapping": MAPPING}
    paths = {name: tmp_path / f"{name}.csv" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(
            text, encoding="gb18030" if name == "left" else "utf-8-sig" if name == "right" else "utf-8"
        )
    return {**paths, "out": tmp_path / "links.csv"}


def linked(files: dict[str, Path], language: str = "zh", **more: Path) -> LinkedLists:
    return link_lists(
        left=files["left"],
        right=files["right"],
        output=files["out"],
        today=date(2024, 1, 1),
        language=language,
        mapping=files["mapping"],
        **more,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lists_of_any_encoding_and_header_are_linked(files: dict[str, Path]) -> None:
    done = linked(files)
    found = {(r["left_id"], r["right_id"], r["relation"]) for r in rows(files["out"])}
    assert found == {("L1", "R1", "same_as"), ("L1", "R2", "branch_of"), ("L2", "R3", "same_as")}
    assert (done.left, done.right, done.links["branch_of"]) == (2, 3, 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_add_up_to_the_sum_they_state(files: dict[str, Path], language: str) -> None:
    linked(files, language)
    for row in rows(files["out"]):
        numbers = [float(n) for n in re.findall(r"[+-]\d+\.\d", row["reasons"])]
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.05 * len(numbers))
        assert 0.5 <= float(row["probability"]) <= 1


def test_labels_win_and_a_stored_linker_gives_the_same_links(files: dict[str, Path], tmp_path: Path) -> None:
    linked(files, keep=tmp_path / "linker.parquet")
    plain = files["out"].read_bytes()
    linked(files, frozen=tmp_path / "linker.parquet")
    assert files["out"].read_bytes() == plain
    (tmp_path / "labels.csv").write_text("left_id,right_id,verdict\nL1,R1,否\nL1,R3,是\n", encoding="utf-8")
    linked(files, labels=tmp_path / "labels.csv")
    same = {r["right_id"]: r for r in rows(files["out"]) if r["relation"] == "same_as"}
    assert set(same) == {"R3"}
    assert same["R3"]["left_id"] == "L1"
    assert "labels.csv" in same["R3"]["reasons"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("编号,甲\nL1,乙\n", "list-column-absent"),
        ("编号,企业名称\nL1,甲公司\nL1,乙公司\n", "list-id-twice"),
        ("编号,企业名称\nL1,甲\x00公司\n", "list-unreadable"),
    ],
)
def test_a_list_that_can_not_be_taken_says_why(files: dict[str, Path], text: str, code: str) -> None:
    files["left"].write_text(text, encoding="utf-8")
    with pytest.raises(HuojuError) as error:
        linked(files)
    assert error.value.code == code


def test_one_name_is_resolved_with_reasons(files: dict[str, Path]) -> None:
    found = resolve_name(who=owner(), name="澄芯热控技术有限公司", language="zh", register=files["left"], city="苏州")
    assert found[0].id == "L1"
    assert found[0].probability > 0.9
    assert "合计" in found[0].reasons
    with pytest.raises(NothingFound):
        resolve_name(who=owner(), name="乌有之乡", language="zh", register=files["left"])


@pytest.mark.parametrize(("short", "id_"), [("深科技", "3"), ("澄芯热控", "1"), ("长城开发", "3"), ("宏远机械", "4")])
def test_a_short_name_is_resolved(short: str, id_: str, tmp_path: Path) -> None:
    """Of two namesakes the city decides; without one, both are told and neither is sure."""
    names = ["苏州澄芯热控技术有限公司", "苏州澄明热控设备有限公司", "深圳长城开发科技股份有限公司"]
    names += ["无锡宏远机械设备有限公司", "苏州宏远机械设备有限公司"]
    register = tmp_path / "register.csv"
    lines = [f"{number},{name}" for number, name in enumerate(names, start=1)]
    register.write_text("\n".join(["编号,企业名称", *lines]) + "\n", encoding="utf-8")
    city = "无锡市" if short == "宏远机械" else None
    found = resolve_name(who=owner(), name=short, language="zh", register=register, city=city)
    assert found[0].id == id_
    assert found[0].probability > 0.9
    assert "用字" in found[0].reasons
    if city:
        both = resolve_name(who=owner(), name=short, language="zh", register=register)
        assert {one.id for one in both[:2]} == {"4", "5"}
        assert all(0.3 < one.probability < 0.7 for one in both[:2])


SAMPLES = Path(__file__).parents[2] / "src" / "huoju" / "sources"
AT = datetime(2024, 9, 1, 10, 0, tzinfo=UTC)


def with_register(home: Home) -> tuple[str, str]:
    """Import two samples and return an enterprise of the register and a subject that no rule links to it."""
    for source, file in (("enterprise_register", "register.xlsx"), ("patents", "gazette.csv")):
        import_delivery(
            home=home,
            who=owner(),
            source=source,
            path=SAMPLES / source / "samples" / file,
            known=date(2024, 7, 1),
            today=date(2024, 7, 1),
        )
    facts = store_of(home).facts().to_pylist()
    enterprise = next(f["entity"] for f in facts if f["variable"] == "legal_name")
    links = {row["entity"]: row["canonical"] for row in belief_at(store_of(home), AT.date()).links.to_pylist()}
    subject = next(
        f["entity"]
        for f in facts
        if f["variable"] == "name_as_delivered" and f["source"] == "patents" and links.get(f["entity"]) != enterprise
    )
    return enterprise, subject


def link_at(home: Home, subject: str, day: date) -> tuple[str, str] | None:
    rows = belief_at(store_of(home), day).links.to_pylist()
    return next(((r["canonical"], r["reason"]) for r in rows if r["entity"] == subject), None)


def test_a_judgement_counts_from_its_day_until_it_is_undone(home: Home) -> None:
    enterprise, subject = with_register(home)
    before = link_at(home, subject, AT.date())
    judge_link(home=home, who=owner(), enterprise=enterprise, subject=subject, is_same=True, at=AT)
    assert link_at(home, subject, AT.date()) == (enterprise, "by-person")
    assert link_at(home, subject, date(2024, 8, 31)) == before
    undone = datetime(2024, 9, 10, tzinfo=UTC)
    assert undo_judgement(home=home, who=owner(), enterprise=enterprise, subject=subject, at=undone) == 1
    assert link_at(home, subject, date(2024, 9, 10)) == before
    assert link_at(home, subject, date(2024, 9, 9)) == (enterprise, "by-person")
    kept = judgements_of(home=home, who=owner())
    assert [(j.who, j.verdict, j.undone_by) for j in kept] == [("owner", "accept", "owner")]
    with pytest.raises(NothingFound):
        undo_judgement(home=home, who=owner(), enterprise=enterprise, subject=subject, at=undone)


def test_a_refused_link_is_not_made_again(home: Home) -> None:
    with_register(home)
    links = belief_at(store_of(home), AT.date()).links.to_pylist()
    made = next((r for r in links if r["relation"] == "same_as"), None)
    if made is None:
        pytest.skip("the samples hold no link")
    judge_link(home=home, who=owner(), enterprise=made["canonical"], subject=made["entity"], is_same=False, at=AT)
    assert link_at(home, made["entity"], AT.date()) is None


def test_nobody_can_make_a_branch_its_parent(home: Home) -> None:
    enterprise, _ = with_register(home)
    name = next(f["text"] for f in store_of(home).facts(variables=("legal_name",), entities=[enterprise]).to_pylist())
    branch = home.path / "gazette.csv"
    sample = (SAMPLES / "patents" / "samples" / "gazette.csv").read_text(encoding="utf-8-sig")
    patented = next(
        f["text"]
        for f in store_of(home).facts(variables=("name_as_delivered",)).to_pylist()
        if f["source"] == "patents"
    )
    branch.write_text(sample.replace(patented, f"{name}昆山分公司"), encoding="utf-8")
    import_delivery(
        home=home, who=owner(), source="patents", path=branch, known=date(2024, 7, 2), today=date(2024, 7, 2)
    )
    subject = next(
        f["entity"]
        for f in store_of(home).facts(variables=("name_as_delivered",)).to_pylist()
        if f["text"] == f"{name}昆山分公司"
    )
    with pytest.raises(HuojuError, match="branch") as error:
        judge_link(home=home, who=owner(), enterprise=enterprise, subject=subject, is_same=True, at=AT)
    assert error.value.code == "judgement-across-branch"
