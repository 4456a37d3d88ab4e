"""Doctor: names that no font of the reports draws, and a delivery that is damaged."""

from pathlib import Path

import pytest
from tests.services import files

from huoju.services.check_home import Check, check_home
from huoju.services.home import Home, owner
from huoju.services.import_delivery import import_delivery

pytestmark = pytest.mark.slow  # imports a delivery


def take(home: Home, folder: Path, name: str) -> None:
    path = files.register(folder / "register.csv", [(files.code(1), name)])
    import_delivery(
        home=home, who=owner(), source="enterprise_register", path=path, known=files.TODAY, today=files.TODAY
    )


def looked_at(home: Home) -> dict[str, Check]:
    return {check.code: check for check in check_home(home=home, who=owner())}


def test_a_character_that_no_font_draws_is_named(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, "苏州\U0002a6d6有限公司")
    check = looked_at(home)["names-drawn"]
    assert not check.is_well
    assert "\U0002a6d6" in check.seen


def test_names_that_are_drawn_are_well(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, "苏州喆堃有限公司")
    assert looked_at(home)["names-drawn"].is_well


def test_a_damaged_delivery_is_named_and_stops_nothing(home: Home, tmp_path: Path) -> None:
    take(home, tmp_path, "苏州喆堃有限公司")
    folder = next(home.deliveries.iterdir())
    (folder / "facts.parquet").write_bytes(b"PAR1")
    check = looked_at(home)["deliveries-whole"]
    assert not check.is_well
    assert folder.name[:12] in check.seen
