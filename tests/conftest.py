"""What all tests share: where real data is, how large the counts are, and a home of one's own."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from huoju.services.home import Home

ROOT = Path(__file__).parents[1]
settings.register_profile("house", deadline=None)  # how long an example takes depends on what else the machine does
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _desks_are_real(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Let every test open desks on disk; none uses a database of the test runner's own."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real public data, or skip."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real public data is not there (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def deep() -> bool:
    """Return whether the full counts are asked for (``make deep``)."""
    return os.environ.get("HUOJU_DEEP") == "1"


@pytest.fixture(scope="session")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small made-up zone: 90 enterprises, 30 months."""
    from huoju.sandbox import make_zone

    folder = tmp_path_factory.mktemp("zone")
    make_zone(enterprises=90, months=30, seed=6, folder=folder)
    return folder


@pytest.fixture(scope="session")
def zone_home(zone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which the small zone is imported."""
    place = tmp_path_factory.mktemp("zone-home") / "home"
    import_zone(zone, place)
    return place


def import_zone(zone: Path, place: Path, *, backwards: bool = False) -> None:
    """Import every delivery of a zone into the home at ``place``, in the order of names or against it."""
    from huoju.services.home import opened, owner
    from huoju.services.import_delivery import import_delivery

    files = sorted(file for file in (zone / "deliveries").rglob("*") if file.is_file())
    with opened(place, create=True) as home:
        for file in reversed(files) if backwards else files:
            import_delivery(
                home=home, who=owner(), source=file.parent.name, path=file, known=None, today=date(2026, 1, 1)
            )


@pytest.fixture
def home(tmp_path: Path) -> Iterator["Home"]:
    """Give an empty home with its own desk on disk, as users have it."""
    from huoju.services.home import opened

    with opened(tmp_path / "home", create=True) as made:
        yield made
