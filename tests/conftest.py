"""What all tests share: where real data is, how large the counts are, and a home of one's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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


@pytest.fixture
def home(tmp_path: Path, django_db_blocker: pytest.FixtureRequest) -> Iterator[object]:
    """Give an empty home with its own desk on disk, as users have it."""
    from huoju.services.home import opened

    with django_db_blocker.unblock(), opened(tmp_path / "home", create=True) as made:  # type: ignore[attr-defined]
        yield made
